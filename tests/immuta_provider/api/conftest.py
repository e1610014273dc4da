"""A client on a scripted tenant: the transport answers what the test lists, time is a number, log lines are a list."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from immuta_provider.api import Client, Settings
from tests.immuta_provider.api.clock import FakeClock

KEY = "key-4711-of-the-service-account"
Step = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class Lines:
    """A log that keeps everything down to `least`."""

    least: str = "trace"
    lines: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def enabled(self, level: str) -> bool:
        order = ["trace", "debug", "info", "warn", "error"]
        return order.index(level) >= order.index(self.least)

    def __call__(self, level: str, message: str, fields: Mapping[str, Any]) -> None:
        if self.enabled(level):
            self.lines.append((level, message, dict(fields)))

    def at(self, level: str) -> list[str]:
        return [message for each, message, _ in self.lines if each == level]

    @property
    def text(self) -> str:
        return "\n".join(f"{level} {message} {json.dumps(fields)}" for level, message, fields in self.lines)


@dataclass
class Scripted:
    """The client, what it asked, how it waited and what it logged."""

    client: Client
    clock: FakeClock
    log: Lines
    requests: list[httpx.Request]

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def body(self, number: int = -1) -> Any:
        return json.loads(self.requests[number].content)

    def query(self, number: int = -1) -> dict[str, str]:
        return dict(self.requests[number].url.params)


Script = Callable[..., Scripted]


def play(step: Step, request: httpx.Request) -> httpx.Response:
    if isinstance(step, Exception):
        raise step
    return step(request) if callable(step) else step


@pytest.fixture
def script() -> Script:
    """Build a client whose tenant answers the given steps in turn, the last one for ever."""

    def build(*steps: Step, stop_after: int = 10**6, level: str = "trace", **settings: Any) -> Scripted:
        requests: list[httpx.Request] = []

        def handle(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return play(steps[min(len(requests), len(steps)) - 1], request)

        clock, log = FakeClock(stop_after=stop_after), Lines(level)
        chosen = Settings(**({"host": "tenant.example.com", "api_key": KEY} | settings))
        client = Client(chosen, clock=clock, log=log, transport=httpx.MockTransport(handle))
        return Scripted(client, clock, log, requests)

    return build


@pytest.fixture
def routed() -> Script:
    """Build a client whose tenant answers by method and path: `routed({"GET /project/31": {...}})`.

    A value is JSON, a response, an exception, or a list of those, one per request, the last one for ever.
    """

    def build(routes: Mapping[str, Any], **settings: Any) -> Scripted:
        requests: list[httpx.Request] = []
        counts: dict[str, int] = {}

        def handle(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            name = f"{request.method} {request.url.raw_path.decode().partition('?')[0]}"
            if name not in routes:
                return httpx.Response(404, json={"statusCode": 404, "error": "Not Found", "message": f"no {name}"})
            counts[name] = counts.get(name, 0) + 1
            steps = routes[name] if isinstance(routes[name], list) else [routes[name]]
            step = steps[min(counts[name], len(steps)) - 1]
            if isinstance(step, Exception | httpx.Response) or callable(step):
                return play(step, request)
            return httpx.Response(200, json=step)

        clock, log = FakeClock(), Lines()
        chosen = Settings(**({"host": "tenant.example.com", "api_key": KEY} | settings))
        client = Client(chosen, clock=clock, log=log, transport=httpx.MockTransport(handle))
        return Scripted(client, clock, log, requests)

    return build
