"""Serving a tenant over HTTP on 127.0.0.1.

The socket is bound before anything else, so that a port in use is an error at once; the ready line is printed when
requests are accepted; SIGTERM and SIGINT end the process cleanly.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from immuta_tenant import injection
from immuta_tenant.app import TenantApplication, create_app
from immuta_tenant.faults import Faults
from immuta_tenant.settings import Settings

HOST = "127.0.0.1"
_PATIENCE_SECONDS = 10
_GRACE_SECONDS = 5


class PortUnavailableError(Exception):
    """The port that was asked for cannot be used; the message says why."""


def _protocol(faults: Faults) -> type[asyncio.Protocol]:
    class Protocol(H11Protocol):
        # Hands the connection to the requests that come over it: faults cut and reset it.
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.app_state = {**self.app_state, injection.TRANSPORT: transport}
            if faults.strike_connection():
                injection.abort(transport)

    return Protocol


class Server(uvicorn.Server):
    """uvicorn that tells when it accepts requests, and for which a signal is a request to end, not a failure.

    Also the `Listener` of the tenant's faults.
    """

    def __init__(self, application: TenantApplication, on_ready: Callable[[], None]) -> None:
        # Neither headers nor a log of uvicorn's own: the request log is the tenant's.
        super().__init__(
            uvicorn.Config(
                application,
                loop="asyncio",
                http=_protocol(application.tenant.faults),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                # Longer than clients keep a connection, so that no request meets one that is being closed.
                timeout_keep_alive=75,
            )
        )
        self._on_ready = on_ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()
        self._faults = application.tenant.faults
        self._parked: socket.socket | None = None
        self._timer: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept requests and tell so."""
        await super().startup(sockets=sockets)
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._port: int = self.servers[0].sockets[0].getsockname()[1]
        self._faults.attach(self)
        self._on_ready()

    def stop(self) -> None:
        """End soon. Callable from every thread and from the handler of a signal."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopped.set)

    async def main_loop(self) -> None:
        """Serve until `stop`. uvicorn's own loop sees it a tenth of a second later, and each test would wait for it."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what waits on request, then the server; without the pauses of uvicorn's own shutdown."""
        self._faults.release()
        if self._timer is not None:
            self._timer.cancel()
        if self._parked is not None:
            self._parked.close()
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        self._close_connections()
        await self._finish()

    async def _finish(self) -> None:
        state, end = self.server_state, time.monotonic() + _GRACE_SECONDS
        while (state.connections or state.tasks) and time.monotonic() < end:
            await asyncio.sleep(0.002)
        for task in state.tasks:
            task.cancel()

    def refuse(self, seconds: float) -> None:
        """Refuse connections for a while, and close those that are idle. Callable from every thread."""
        if threading.get_ident() == self._thread:
            self._close(seconds)
        else:
            self._from_outside(self._refuse(seconds))

    def accept(self) -> None:
        """Accept connections again. Callable from every thread."""
        if threading.get_ident() == self._thread:
            self._set_timer(0)
        else:
            self._from_outside(self._open())

    def close_idle(self) -> None:
        """Close the connections over which nothing is being served. Callable from every thread."""
        if threading.get_ident() == self._thread:
            self._close_connections()
        else:
            self._from_outside(self._close_idle())

    def _from_outside(self, work: Coroutine[Any, Any, None]) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_SECONDS)

    async def _refuse(self, seconds: float) -> None:
        self._close(seconds)

    def _close(self, seconds: float) -> None:
        if self._parked is None:
            for server in self.servers:
                server.close()
            # A bound socket that does not listen refuses, and keeps the port from everybody else.
            self._parked = bind(self._port, listen=False)
        self._close_connections()
        self._set_timer(seconds)

    async def _close_idle(self) -> None:
        self._close_connections()

    def _close_connections(self) -> None:
        for connection in list(self.server_state.connections):
            connection.shutdown()

    def _set_timer(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().create_task(self._open(seconds))

    async def _open(self, seconds: float = 0) -> None:
        await asyncio.sleep(seconds)
        parked, self._parked = self._parked, None
        if parked is not None:
            await super().startup(sockets=[parked])

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGTERM and SIGINT. Only the main thread of a process can receive them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {number: signal.signal(number, self._end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def _end(self, *_: object) -> None:
        self.stop()


def bind(port: int, *, listen: bool = True) -> socket.socket:
    """Return a socket on 127.0.0.1, by default a listening one; port 0 takes a free one.

    Raises:
        PortUnavailableError: the port is in use, or may not be used.
    """
    # asyncio switches Nagle's delay off (40 ms a request) only for sockets that say that they are TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        if listen:
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
        ValueError: the API key is empty, or a fault or a latency makes no sense.
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
