"""`immuta-tf tenant serve`: the local tenant in the foreground, for trying things out, for demos and for users' CI.

What the tenant stands on belongs to the extra `tenant`, so it is imported when a tenant is started, and missed by name.
"""

from __future__ import annotations

from importlib.util import find_spec

from immuta_cli.errors import CommandError

_OF_THE_EXTRA = ("starlette", "uvicorn", "yaml")


def serve(port: int, database: str, api_key: str) -> None:
    """Serve a local tenant on 127.0.0.1 until SIGINT or SIGTERM.

    Prints `ready http://127.0.0.1:PORT` once requests are accepted.

    Args:
        port: the TCP port; 0 takes a free one.
        database: an SQLite file that outlives the process, or `:memory:`.
        api_key: the key that the tenant accepts.

    Raises:
        CommandError: the extra is not installed, or the port or the file cannot be used.
    """
    _require_the_extra()
    from immuta_tenant import server, store

    try:
        server.serve(port=port, database=database, api_key=api_key)
    except (server.PortUnavailableError, store.StoreError) as error:
        raise CommandError(f"The local tenant was not started: {error}") from error


def _require_the_extra() -> None:
    for package in _OF_THE_EXTRA:
        if find_spec(package) is None:
            raise CommandError(
                f"The local tenant needs the Python package {package!r}, which is not installed. "
                "Install the extra: pip install 'terraform-provider-immuta[tenant]'"
            )
