"""The faults of a network as real sockets show them: httpx's errors are what the other tests take them for."""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from immuta_provider.api import Client, RequestFailed, Settings, UnexpectedAnswer, errors

GOOD = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"id":10}'
Behaviour = Callable[[socket.socket], None]


def read_request(connection: socket.socket) -> bytes:
    data = b""
    while not is_complete(data) and (piece := connection.recv(65536)):
        data += piece
    return data


def is_complete(data: bytes) -> bool:
    head, separator, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return bool(separator) and len(body) >= int(length[1] if length else 0)


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_before_reading(connection: socket.socket) -> None:
    time.sleep(0.05)  # a reset in the same moment as the connect is a connect error, which is retried
    reset(connection)


def reset_after_reading(connection: socket.socket) -> None:
    read_request(connection)
    reset(connection)


def close_after_reading(connection: socket.socket) -> None:
    read_request(connection)


def truncate(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(GOOD[:-4])


def truncate_chunked(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{")


def hang(connection: socket.socket) -> None:
    read_request(connection)
    connection.recv(1)


def garble(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


def bad_gzip(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(GOOD.replace(b"Content-Type", b"Content-Encoding: gzip\r\nContent-Type"))


def answer_at_once(connection: socket.socket) -> None:
    connection.sendall(GOOD)
    connection.recv(65536)


def answer(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(GOOD)


@contextmanager
def server(*behaviours: Behaviour) -> Iterator[tuple[int, list[int]]]:
    """Serve one connection per behaviour, the last one for ever. Gives the port and a list with an item for each."""
    connections: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                behave = behaviours[min(len(connections), len(behaviours) - 1)]
                connections.append(1)
                with connection:
                    behave(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], connections
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        assert not thread.is_alive()


class Instant:
    """A clock that does not wait."""

    def now(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        """Go on at once."""


def client(port: int, **settings: Any) -> Client:
    chosen = {"host": f"http://127.0.0.1:{port}", "api_key": "key-4711", "request_timeout": 0.2} | settings
    return Client(Settings(**chosen), clock=Instant())


BROKEN = [
    (reset_before_reading, errors.ConnectionFailed),
    (reset_after_reading, errors.ConnectionFailed),
    (close_after_reading, errors.ConnectionFailed),
    (garble, errors.ConnectionFailed),
    (hang, errors.RequestTimeout),
    (truncate, UnexpectedAnswer),
    (truncate_chunked, UnexpectedAnswer),
    (bad_gzip, UnexpectedAnswer),
]
every_breakage = pytest.mark.parametrize(("behaviour", "error"), BROKEN, ids=[each.__name__ for each, _ in BROKEN])


@every_breakage
def test_a_get_outlives_it(behaviour: Behaviour, error: type[RequestFailed]) -> None:
    with server(behaviour, behaviour, answer) as (port, connections), client(port) as immuta:
        assert immuta.request("GET", "/thing") == {"id": 10}
        assert len(connections) == 3


@every_breakage
def test_a_post_is_not_repeated(behaviour: Behaviour, error: type[RequestFailed]) -> None:
    with server(behaviour) as (port, connections), client(port) as immuta:
        with pytest.raises(error) as caught:
            immuta.request("POST", "/thing", json={})
        assert type(caught.value) is error
        assert caught.value.in_doubt
        assert len(connections) == 1


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def test_refused() -> None:
    with client(unused_port(), max_retries=1) as immuta, pytest.raises(errors.ConnectionFailed) as caught:
        immuta.request("POST", "/thing", json={})
    assert (caught.value.attempts, caught.value.in_doubt) == (2, False)
    assert "refused" in str(caught.value).lower()


def test_an_unknown_name() -> None:
    settings = Settings(host="https://tenant.invalid", api_key="key-4711", max_retries=0)
    with Client(settings) as immuta, pytest.raises(errors.ConnectionFailed, match="GET /thing"):
        immuta.request("GET", "/thing")


def test_https_to_a_server_that_speaks_plain_http() -> None:
    with server(answer_at_once) as (port, connections), client(port, host=f"https://127.0.0.1:{port}") as immuta:
        with pytest.raises(errors.TlsFailed, match="no trusted TLS connection"):
            immuta.request("GET", "/thing")
        assert len(connections) == 1


def test_a_connection_that_the_server_closed_meanwhile_is_replaced() -> None:
    with server(answer) as (port, connections), client(port) as immuta:
        assert immuta.request("GET", "/thing") == {"id": 10}
        time.sleep(0.1)
        assert immuta.request("POST", "/thing", json={}) == {"id": 10}
        assert len(connections) == 2


def test_this_machine_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_port()}")
    with server(answer) as (port, _), client(port) as immuta:
        assert immuta.request("GET", "/thing") == {"id": 10}


def test_other_machines_are_reached_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(answer) as (port, connections):
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with client(port, host="http://tenant.invalid", allow_insecure_http=True) as immuta:
            assert immuta.request("GET", "/thing") == {"id": 10}
        assert len(connections) == 1
