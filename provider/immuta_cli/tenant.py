"""`immuta-tf tenant serve`: the local tenant in the foreground, for trying things out, for demos and for users' CI.

What the tenant stands on belongs to the extra `tenant`, so it is imported when a tenant is started, and missed by name.
"""

from __future__ import annotations

from immuta_cli.errors import CommandError

_IN_THE_EXTRA = {"starlette", "uvicorn", "yaml"}


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
    try:
        from immuta_tenant import server, store
    except ModuleNotFoundError as error:
        if error.name not in _IN_THE_EXTRA:
            raise
        raise CommandError(
            f"The local tenant needs the Python package {error.name!r}, which is not installed. "
            "Install the extra: pip install 'terraform-provider-immuta[tenant]'"
        ) from error
    try:
        server.serve(port=port, database=database, api_key=api_key)
    except (server.PortUnavailableError, store.StoreError) as error:
        raise CommandError(f"The local tenant was not started: {error}") from error
