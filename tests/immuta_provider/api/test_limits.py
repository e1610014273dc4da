"""How fast and how long: the pace of requests, and the time of one operation."""

from __future__ import annotations

import httpx
import pytest

from immuta_provider.api import Client, Settings
from immuta_provider.api.errors import RequestTimeout, ServerUnavailable
from immuta_provider.api.limits import Pace


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.time = 100.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def client(clock: Clock, status: int, **settings: float) -> Client:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json={"message": "said the test"}))
    return Client(Settings(host="tenant.example.com", api_key="k", **settings), clock=clock, transport=transport)


def test_requests_are_evenly_spaced() -> None:
    clock = Clock()
    pace = Pace(clock, per_second=4)
    turns = []
    for _ in range(4):
        pace.wait()
        turns.append(clock.now())
    assert turns == [100.0, 100.25, 100.5, 100.75]


def test_a_pause_is_not_made_up_for() -> None:
    clock = Clock()
    pace = Pace(clock, per_second=4)
    pace.wait()
    clock.time += 10
    pace.wait()
    pace.wait()
    assert clock.now() == 110.25


def test_without_a_ceiling_nothing_waits() -> None:
    clock = Clock()
    pace = Pace(clock, per_second=None)
    for _ in range(100):
        pace.wait()
    assert clock.now() == 100.0


def test_the_client_keeps_the_pace() -> None:
    clock = Clock()
    paced = client(clock, 200, max_requests_per_second=2)
    for _ in range(3):
        paced.request("GET", "/x")
    assert clock.now() == 101.0


def test_retries_end_with_the_time_of_the_operation() -> None:
    clock = Clock()
    refused = client(clock, 500, max_retries=100)
    with pytest.raises(ServerUnavailable), refused.within(10):
        refused.request("GET", "/x")
    assert 103.0 < clock.now() <= 110.0


def test_no_request_begins_after_the_time_of_the_operation() -> None:
    clock = Clock()
    late = client(clock, 200)
    with late.within(10):
        late.request("GET", "/x")
        clock.time += 10
        with pytest.raises(RequestTimeout, match="`timeouts`"):
            late.request("GET", "/x")
    late.request("GET", "/x")
