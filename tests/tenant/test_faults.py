"""Faults and latency on request, as a client on the other end of a socket sees them."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from immuta_tenant import RunningTenant, running_tenant
from immuta_tenant.faults import FaultError, parse_fault
from immuta_tenant.request_log import MASK
from tests.tenant.client import API_KEY, Client, connect

PURPOSE = "/api/v2/purpose"
READ = "/governance/purpose"


@pytest.fixture(autouse=True)
def _calm(tenant: RunningTenant) -> Iterator[None]:
    yield
    tenant.reset()


def _create(client: Client, name: str = "R") -> httpx.Response:
    return client.post(PURPOSE, json={"name": name})


def _statuses(client: Client, count: int, path: str = READ) -> list[int]:
    return [client.get(path).status_code for _ in range(count)]


@pytest.mark.parametrize("status", [401, 429, 500, 502, 503, 504])
def test_a_status_without_effect(client: Client, tenant: RunningTenant, status: int) -> None:
    tenant.fault(status, count=1)
    refused = client.refusal("POST", PURPOSE, json={"name": "R"})

    assert refused == (status, f"Injected by the local tenant: {status}.")
    assert (tenant.purposes(), _create(client).status_code, len(tenant.purposes())) == ([], 200, 1)


def test_a_status_after_the_effect(client: Client, tenant: RunningTenant) -> None:
    tenant.fault("504", effect=True)

    assert (_create(client).status_code, [purpose["name"] for purpose in tenant.purposes()]) == (504, ["R"])


def test_retry_after_in_three_forms(client: Client, tenant: RunningTenant) -> None:
    tenant.fault("429", count=1)
    tenant.fault("429", count=1, retry_after=3)
    tenant.fault("429", count=1, retry_after=3600, retry_after_format="date")
    bare, seconds, date = (client.get(READ) for _ in range(3))
    moment: datetime = parsedate_to_datetime(date.headers["Retry-After"])

    assert [answer.status_code for answer in (bare, seconds, date)] == [429, 429, 429]
    assert ("Retry-After" in bare.headers, seconds.headers["Retry-After"]) == (False, "3")
    assert date.headers["Retry-After"].endswith(" GMT")
    assert 3590 < moment.timestamp() - time.time() < 3601


@pytest.mark.parametrize(("effect", "left"), [(None, 0), (True, 1)])
def test_a_reset(client: Client, tenant: RunningTenant, effect: bool | None, left: int) -> None:
    tenant.fault("reset", count=1, effect=effect)
    # An orderly end of the connection would be a RemoteProtocolError.
    with pytest.raises(httpx.ReadError, match="reset"):
        _create(client)

    assert (len(tenant.purposes()), client.get(READ).status_code) == (left, 200)


def test_a_reset_before_the_body_was_sent(client: Client, tenant: RunningTenant) -> None:
    tenant.fault("reset-unread", count=1)
    head = f"POST {PURPOSE} HTTP/1.1\r\nHost: x\r\nAuthorization: {API_KEY}\r\nContent-Length: 13\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(tenant.url.rpartition(":")[2])), timeout=5) as connection:
        connection.sendall(head.encode())
        with pytest.raises(ConnectionResetError):
            connection.recv(1)

    assert (tenant.purposes(), client.get(READ).status_code) == ([], 200)


def test_an_unread_body_is_not_logged(client: Client, tenant: RunningTenant) -> None:
    tenant.fault("reset-unread", method="POST")
    with pytest.raises(httpx.TransportError):
        client.post(PURPOSE, json={"name": "R", "description": "x" * 500_000})

    assert [(entry.status, entry.fault, entry.body) for entry in tenant.request_log()] == [(0, "reset-unread", {})]


@pytest.mark.parametrize(("effect", "left"), [(None, 1), (False, 0)])
def test_a_truncated_body(client: Client, tenant: RunningTenant, effect: bool | None, left: int) -> None:
    tenant.fault("truncated", effect=effect)
    with client.stream("POST", PURPOSE, json={"name": "R"}) as response:
        promised, chunks = int(response.headers["Content-Length"]), response.iter_raw()
        received = len(next(chunks))
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            next(chunks)

    assert (response.status_code, received, len(tenant.purposes())) == (200, promised // 2, left)


@pytest.mark.parametrize(("effect", "left"), [(None, 1), (False, 0)])
def test_invalid_json(client: Client, tenant: RunningTenant, effect: bool | None, left: int) -> None:
    tenant.fault("invalid-json", effect=effect)
    response = _create(client)

    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(json.JSONDecodeError):
        response.json()
    assert len(tenant.purposes()) == left


@pytest.mark.parametrize("status", [200, 502])
def test_html(client: Client, tenant: RunningTenant, status: int) -> None:
    tenant.fault("html", status=status)
    response = _create(client)

    assert (response.status_code, response.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert (response.text[:15], tenant.purposes()) == ("<!doctype html>", [])


@pytest.mark.parametrize(("effect", "left"), [(False, 0), (True, 1)])
def test_a_hang_outlasts_the_client(client: Client, tenant: RunningTenant, effect: bool, left: int) -> None:
    tenant.fault("hang", effect=effect, count=1)
    with pytest.raises(httpx.ReadTimeout):
        client.post(PURPOSE, json={"name": "R"}, timeout=0.3)

    assert (len(tenant.purposes()), client.get(READ).status_code) == (left, 200)


def test_a_hang_ends_in_a_reset(client: Client, tenant: RunningTenant) -> None:
    tenant.fault("hang", seconds=0.1, count=1)
    started = time.perf_counter()
    with pytest.raises(httpx.ReadError):
        client.get(READ)

    assert 0.1 <= time.perf_counter() - started < 2


def test_clearing_ends_a_hang(client: Client, tenant: RunningTenant) -> None:
    tenant.fault("hang")
    timer = threading.Timer(0.1, tenant.clear_faults)
    timer.start()
    with pytest.raises(httpx.ReadError):
        client.get(READ)
    timer.join()

    assert client.get(READ).status_code == 200


def test_refused_until_cleared(client: Client, tenant: RunningTenant) -> None:
    client.get(READ)  # the kept connection of this client is closed as well
    tenant.fault("refused", seconds=60)
    for _ in range(2):
        with pytest.raises(httpx.ConnectError, match="refused"):
            client.get(READ)
    tenant.clear_faults()

    assert client.get(READ).status_code == 200


def test_refused_for_a_while_over_http(client: Client) -> None:
    body = {"kind": "refused", "seconds": 0.3}
    # Without the header the client may send its next request before it sees that its kept connection was closed.
    armed = client.ok("POST", "/_local/faults", json=body, headers={"Connection": "close"})
    assert sorted(armed) == ["id"]
    with pytest.raises(httpx.ConnectError):
        client.get(READ)
    end = time.perf_counter() + 5
    while time.perf_counter() < end:
        try:
            assert client.get(READ).status_code == 200
            return
        except httpx.ConnectError:
            time.sleep(0.02)
    pytest.fail("the tenant did not come back")


def test_refused_by_number(client: Client, tenant: RunningTenant) -> None:
    """The kernel has made the connection before the tenant can reset it, so the client sees a reset."""
    client.get(READ, headers={"Connection": "close"})  # a kept connection would fail in a way of its own
    tenant.fault("refused", count=2)
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            _create(client)

    assert (_create(client).status_code, len(tenant.request_log())) == (200, 2)
    assert [rule["struck"] for rule in client.ok("GET", "/_local/faults")["faults"]] == [2]


def test_refused_by_number_over_http_and_not_a_request(client: Client) -> None:
    client.ok("POST", "/_local/faults", json={"kind": "refused", "count": 1}, headers={"Connection": "close"})
    with pytest.raises(httpx.TransportError):
        client.get(READ)

    assert _statuses(client, 2) == [200, 200]


def test_only_the_method_and_the_path_that_were_named(client: Client, tenant: RunningTenant) -> None:
    tenant.fault("503", method="post", path="/api/v2/*")

    assert (_create(client).status_code, client.get(READ).status_code) == (503, 200)
    assert client.post(READ, json={"name": "R"}).status_code == 200


def test_skip_and_count(client: Client, tenant: RunningTenant) -> None:
    tenant.fault("503", path=READ, skip=1, count=2)

    assert (_statuses(client, 1, "/bim/iam"), _statuses(client, 5)) == ([200], [200, 503, 503, 200, 200])


def test_the_rate_is_repeatable(client: Client, tenant: RunningTenant) -> None:
    def struck(seed: int) -> list[int]:
        tenant.clear_faults()
        tenant.fault("503", rate=0.5, seed=seed)
        return _statuses(client, 40)

    first = struck(1)

    assert 8 <= first.count(503) <= 32
    assert (struck(1) == first, struck(2) == first) == (True, False)


def test_the_log_says_what_was_injected(client: Client, tenant: RunningTenant) -> None:
    tenant.fault("503", count=1)
    tenant.fault("reset", count=1, effect=True)
    tenant.latency(5, READ)
    client.post(f"{PURPOSE}?dryRun=true", json={"name": "R", "password": "s3cret"})
    with pytest.raises(httpx.ReadError):
        _create(client)
    client.get(READ)

    assert [(e.status, e.fault, e.latency, e.body, e.query) for e in tenant.request_log()] == [
        (503, "503", 0, {"name": "R", "password": MASK}, {"dryRun": "true"}),
        (0, "reset", 0, {"name": "R"}, {}),
        (200, None, 5, {}, {}),
    ]


def test_the_control_endpoints_are_never_struck(client: Client, tenant: RunningTenant) -> None:
    tenant.fault("reset")
    tenant.latency(60_000)

    assert client.ok("GET", "/_local/health") == {"status": "ok"}


def test_faults_over_http(client: Client) -> None:
    number = client.ok("POST", "/_local/faults", json={"kind": "503", "path": READ, "count": 1})["id"]
    statuses = _statuses(client, 2)
    listed = client.ok("GET", "/_local/faults")
    client.ok("DELETE", "/_local/faults")

    assert (statuses, listed) == (
        [503, 200],
        {"faults": [{"id": number, "kind": "503", "path": READ, "count": 1, "struck": 1}]},
    )
    assert client.ok("GET", "/_local/faults") == {"faults": []}


def _seconds(client: Client, path: str) -> float:
    started = time.perf_counter()
    client.get(path)
    return time.perf_counter() - started


def test_latency_over_http(client: Client) -> None:
    client.ok("POST", "/_local/latency", json={"milliseconds": 40})
    shown = client.ok("POST", "/_local/latency", json={"milliseconds": 300.5, "path": f"{READ}*"})

    assert shown == client.ok("GET", "/_local/latency") == {"latency": {"*": 40, f"{READ}*": 300.5}}
    assert (_seconds(client, READ) >= 0.3, 0.04 <= _seconds(client, "/bim/iam") < 0.3) == (True, True)
    client.ok("DELETE", "/_local/latency")
    assert _seconds(client, READ) < 0.3


def test_latency_delays_requests_side_by_side(tenant: RunningTenant) -> None:
    tenant.latency(200)

    def read() -> None:
        with connect(tenant) as client:
            client.get(READ)

    threads = [threading.Thread(target=read) for _ in range(6)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 0.2 <= time.perf_counter() - started < 1.1


def test_a_client_that_does_not_wait_has_been_served(client: Client, tenant: RunningTenant) -> None:
    tenant.latency(400)
    with pytest.raises(httpx.ReadTimeout):
        client.post(PURPOSE, json={"name": "R"}, timeout=0.2)
    before, end = tenant.purposes(), time.perf_counter() + 5
    while not tenant.purposes() and time.perf_counter() < end:
        time.sleep(0.02)

    assert (before, [purpose["name"] for purpose in tenant.purposes()]) == ([], ["R"])


def test_faults_and_latency_of_the_start_come_back_with_a_reset() -> None:
    settings: dict[str, Any] = {"faults": ("503,count=1", "429,count=1,retry_after=7"), "latencies": {READ: 30.0}}
    with running_tenant(api_key=API_KEY, **settings) as tenant, connect(tenant) as client:
        first = _statuses(client, 3)
        tenant.clear_faults()
        tenant.fault("500")
        tenant.reset()

        assert (first, _statuses(client, 3)) == ([503, 429, 200], [503, 429, 200])
        assert _seconds(client, READ) >= 0.03


def test_a_tenant_that_comes_up_late() -> None:
    with running_tenant(api_key=API_KEY, faults=["refused,seconds=60"]) as tenant, connect(tenant) as client:
        with pytest.raises(httpx.ConnectError):
            client.get(READ)
        tenant.clear_faults()

        assert client.get(READ).status_code == 200


@pytest.mark.parametrize("fault", ["hang", "refused"])
def test_the_end_does_not_wait_for_faults(fault: str) -> None:
    with running_tenant(api_key=API_KEY) as tenant, connect(tenant) as client:
        tenant.fault(fault)
        with pytest.raises(httpx.TransportError):
            client.get(READ, timeout=0.1)
        started = time.perf_counter()

    assert time.perf_counter() - started < 2


@pytest.mark.slow
def test_faults_leave_nothing_on_stderr() -> None:
    program = """
import httpx
from immuta_tenant import running_tenant
with running_tenant() as tenant:
    for kind in ("reset-unread", "reset", "truncated", "hang", "503", "html", "refused"):
        tenant.fault(kind, **({} if kind == "refused" else {"count": 1}))
        try:
            httpx.get(tenant.url + "/governance/purpose", timeout=0.3, verify=False)
        except httpx.TransportError as error:
            print(type(error).__name__)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)

    assert (done.stderr, done.stdout.split()) == (
        "",
        ["ReadError", "ReadError", "RemoteProtocolError", "ReadTimeout", "ConnectError"],
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "must be an HTTP status from 400 on or one of [reset-unread, reset, hang, truncated, "),
        ("200", "must be an HTTP status from 400 on"),
        ("503,twice", "'twice' is not NAME=VALUE"),
        ("503,counts=2", '"counts" is not allowed'),
        ("503,count=0", '"count" '),
        ("503,count=two", '"count" '),
        ("503,rate=1.5", '"rate" '),
        ("503,seconds=2", "has no seconds; only hang and refused have it"),
        ("reset,retry_after=2", "has no retry_after; only HTTP statuses have it"),
        ("refused,path=/x", "refused has only seconds or count"),
        ("refused,count=1,seconds=1", "refused has only seconds or count"),
        ("reset-unread,effect=true", "cannot have an effect"),
    ],
)
def test_faults_that_make_no_sense(text: str, complaint: str) -> None:
    with pytest.raises(FaultError) as caught:
        parse_fault(text)

    assert str(caught.value).startswith(f"The fault {text!r} cannot be used: ")
    assert complaint in str(caught.value)


def test_nonsense_is_refused_everywhere(client: Client, tenant: RunningTenant) -> None:
    assert client.refusal("POST", "/_local/faults", json={"kind": "503", "count": "1"}) == (
        400,
        '"count" must be an integer',
    )
    assert client.refusal("POST", "/_local/latency", json={"milliseconds": -1})[0] == 400
    with pytest.raises(FaultError, match="The fault 'reset' cannot be used"):
        tenant.fault("reset", seconds=1)
    with pytest.raises(FaultError, match="must not be negative"):
        tenant.latency(-1)
    with pytest.raises(FaultError), running_tenant(faults=["boom"]):
        pass


def test_a_text_of_every_attribute() -> None:
    fault = parse_fault("429, method=POST,path=/api/v2/*,skip=1,count=2,rate=0.5,seed=3,retry_after=4,effect=true")

    assert fault.model_dump(exclude_unset=True) == {
        "kind": "429",
        "method": "POST",
        "path": "/api/v2/*",
        "skip": 1,
        "count": 2,
        "rate": 0.5,
        "seed": 3,
        "retry_after": 4,
        "effect": True,
    }
