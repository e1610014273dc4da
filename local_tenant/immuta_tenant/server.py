"""Serving a tenant over HTTP on 127.0.0.1.

The socket is bound before anything else, so that a port in use is an error at once; the ready line is printed when
requests are accepted; SIGTERM and SIGINT end the process cleanly.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from immuta_tenant.app import TenantApplication, create_app
from immuta_tenant.settings import Settings

HOST = "127.0.0.1"


class PortUnavailableError(Exception):
    """The port that was asked for cannot be used; the message says why."""


class Server(uvicorn.Server):
    """uvicorn that tells when it accepts requests, and for which a signal is a request to end, not a failure."""

    def __init__(self, application: TenantApplication, on_ready: Callable[[], None]) -> None:
        # Neither headers nor a log of uvicorn's own: the request log is the tenant's.
        super().__init__(
            uvicorn.Config(
                application,
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                # Longer than clients keep a connection, so that no request meets one that is being closed.
                timeout_keep_alive=75,
                timeout_graceful_shutdown=5,
            )
        )
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept requests and tell so."""
        await super().startup(sockets=sockets)
        self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGTERM and SIGINT. Only the main thread of a process can receive them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def _stop(self, *_: object) -> None:
        self.should_exit = True


def bind(port: int) -> socket.socket:
    """Return a listening socket on 127.0.0.1; port 0 takes a free one.

    Raises:
        PortUnavailableError: the port is in use, or may not be used.
    """
    # asyncio switches Nagle's delay off (40 ms a request) only for sockets that say that they are TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise PortUnavailableError(f"Cannot listen on {HOST}:{port}: {error.strerror or error}") from error
    return listener


def serve(port: int = 0, database: str = ":memory:", api_key: str = "", **settings: Any) -> None:
    """Serve a tenant on 127.0.0.1 until SIGTERM or SIGINT, then return.

    Prints `ready http://127.0.0.1:PORT` to stdout, flushed, once requests are accepted.

    Parameters:
        port: 0, the default, takes a free one.
        database: a file that survives a restart; `:memory:` by default.
        api_key: the key of the tenant's first user. Required; none is ever made up.
        settings: see `Settings`.

    Raises:
        ValueError: the API key is empty.
        PortUnavailableError: the port cannot be used.
        StoreError: the database file cannot be used.
    """
    application = create_app(Settings(api_key=api_key, database=database, **settings))
    try:
        with bind(port) as listener:
            url = f"http://{HOST}:{listener.getsockname()[1]}"
            Server(application, lambda: print(f"ready {url}", flush=True)).run(sockets=[listener])
    finally:
        application.tenant.store.close()
