"""Every exchange over the Connections API, in whatever test it happens, is held against the published document.

A tenant that runs in the process of a test is watched from outside, at its ASGI face, where bodies are whole and
nothing is masked yet. What breaks the document fails the test in which it happened: an answer of the tenant always, a
request of the provider always, a request of anybody else when the tenant took it. Where faults are armed the answers
are not the tenant's own and only requests are judged; a request that was cut off is not judged.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, quote

import pytest

from immuta_tenant.app import TenantApplication
from tests.contract.openapi import PREFIX, Contract, Exchange, contract

PROVIDER = "terraform-provider-immuta/"
MARKER = "off_contract"
COUNT = "exchanges held against the OpenAPI document cases"
_SHOWN = 20


class Watch:
    """What was seen since the last look, and what of it breaks the document. Tenants answer from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._faults: list[str] = []

    @functools.cached_property
    def contract(self) -> Contract:
        """The document, read when it is first needed."""
        return contract()

    def judge(self, exchange: Exchange, *, by_provider: bool, answered_freely: bool) -> None:
        """Hold an exchange against the document.

        Parameters:
            exchange: what went over the wire.
            by_provider: whether the client is the provider, which may send nothing that the document forbids.
            answered_freely: whether the answer is the tenant's own, and not one of the faults that it was asked for.
        """
        wrong = self.contract.request_faults(exchange) if by_provider else []
        wrong += self.contract.answer_faults(exchange) if answered_freely else []
        with self._lock:
            self._count += 1
            self._faults += [f"{exchange.name}: {fault}" for fault in wrong]

    def taken(self) -> tuple[int, list[str]]:
        """Return how many exchanges there were and what was wrong with them, and forget both."""
        with self._lock:
            count, faults = self._count, self._faults
            self._count, self._faults = 0, []
        return count, faults


WATCH = Watch()


def watch_tenants() -> None:
    """Watch every tenant that this process will serve."""
    serve = TenantApplication.__call__

    @functools.wraps(serve)
    async def watched(self: TenantApplication, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await serve(self, scope, receive, send)
            return
        wire = _Wire(scope, receive, send, free=not self.tenant.faults.as_json())
        try:
            await serve(self, scope, wire.receive, wire.send)
        finally:
            wire.judge()

    TenantApplication.__call__ = watched  # type: ignore[method-assign]


class _Wire:
    # Both directions of one exchange, kept while they pass. It is judged before the end of the answer leaves, so that
    # the client that waits for it finds the judgement made.
    def __init__(self, scope: Any, receive: Any, send: Any, *, free: bool) -> None:
        self._scope, self._receive, self._send, self._free = scope, receive, send, free
        self._asked, self._asked_whole = b"", False
        self._status, self._answer, self._answered_whole = 0, b"", False
        self._judged = False

    async def receive(self) -> Any:
        message = await self._receive()
        self._asked += message.get("body", b"")
        self._asked_whole |= message["type"] == "http.request" and not message.get("more_body", False)
        return message

    async def send(self, message: Any) -> None:
        self._status = message.get("status", self._status)
        self._answer += message.get("body", b"")
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._answered_whole = True
            self.judge()
        await self._send(message)

    def judge(self) -> None:
        if self._asked_whole and not self._judged:
            self._judged = True
            WATCH.judge(self._exchange(), by_provider=_by_provider(self._scope), answered_freely=self._free)

    def _exchange(self) -> Exchange:
        scope = self._scope
        target = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("ascii")
        query = parse_qs(scope["query_string"].decode("ascii"), keep_blank_values=True)
        answer = self._answer if self._answered_whole else None
        return Exchange(scope["method"], target, query, self._asked, self._status, answer)


def _by_provider(scope: Any) -> bool:
    return any(name == b"user-agent" and value.decode().startswith(PROVIDER) for name, value in scope["headers"])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail the test in which the document was broken, and count what was seen."""
    yield
    count, faults = WATCH.taken()
    if count:
        item.user_properties.append((COUNT, count))
    _judged(item, faults)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """The same for what happens at the end of a test, such as a destroy."""
    yield
    _judged(item, WATCH.taken()[1])


def _judged(item: pytest.Item, faults: list[str]) -> None:
    if not faults or item.get_closest_marker(MARKER):
        return
    more = [f"... and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
    head = f"The Connections API is published otherwise (a test that means it is marked {MARKER}):"
    pytest.fail("\n  ".join([head, *faults[:_SHOWN], *more]), pytrace=False)
