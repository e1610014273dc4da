"""What goes over the wire, and how many requests at once."""

from __future__ import annotations

import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

import httpx
import pytest

from immuta_provider.api import Client, Settings, SystemClock, errors
from immuta_provider.api.calls import path_of


def test_the_headers_of_every_request(script: Any) -> None:
    tenant = script(httpx.Response(200, json={}))
    tenant.client.request("GET", "/thing")
    headers = tenant.requests[0].headers
    assert headers["content-type"] == "application/json"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"] == f"terraform-provider-immuta/{version('terraform-provider-immuta')}"


def test_the_request_as_it_was_meant(script: Any) -> None:
    tenant = script(httpx.Response(200, json={}), host="https://tenant.example.com/immuta/")
    params = {"size": 10, "strictSearch": True, "none": None, "tag": ["A", "B&C"], "searchText": "a b/c"}
    tenant.client.request("PUT", "/thing", params=params, json={"name": "Ü 👍 \u202e ${x} \ud800", "n": 2**70})
    [request] = tenant.requests
    assert str(request.url) == (
        "https://tenant.example.com/immuta/thing?size=10&strictSearch=true&tag=A&tag=B%26C&searchText=a+b%2Fc"
    )
    assert tenant.body() == {"name": "Ü 👍 \u202e ${x} \ud800", "n": 2**70}


@pytest.mark.parametrize(
    "segment", ["a/b", "a b", "a:b", "50%", "ü👍", "?#&", "Discovered.Person Name", "%2F", ".", ".."]
)
def test_path_segments_arrive_as_they_are(script: Any, segment: str) -> None:
    tenant = script(httpx.Response(200, json={}))
    tenant.client.request("GET", path_of("tag", "project", 31, segment, "x"))
    raw = tenant.requests[0].url.raw_path.decode()
    assert raw == path_of("tag", "project", 31, segment, "x")
    assert len(raw.split("/")) == 6


def test_an_empty_segment_has_no_path() -> None:
    with pytest.raises(ValueError, match="empty"):
        path_of("tag", "project", 31, "")


def test_a_body_that_is_no_json_is_refused_before_it_is_sent(script: Any) -> None:
    tenant = script(httpx.Response(200, json={}))
    with pytest.raises(ValueError, match="Out of range"):
        tenant.client.request("PUT", "/thing", json={"n": float("nan")})
    assert tenant.requests == []


def test_cookies_are_not_kept(script: Any) -> None:
    tenant = script(httpx.Response(200, json={}, headers={"set-cookie": "session=abc; Path=/"}))
    tenant.client.request("GET", "/thing")
    tenant.client.request("GET", "/thing")
    assert "cookie" not in tenant.requests[1].headers


def test_no_more_requests_at_once_than_allowed() -> None:
    lock, now, most = threading.Lock(), 0, 0
    too_many = threading.Event()

    def handle(request: httpx.Request) -> httpx.Response:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
            if now > 3:
                too_many.set()
        too_many.wait(0.02)
        with lock:
            now -= 1
        return httpx.Response(200, json={})

    settings = Settings(host="tenant.example.com", api_key="key-4711", max_concurrent_requests=3)
    client = Client(settings, transport=httpx.MockTransport(handle))
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: client.request("GET", "/thing"), range(24)))
    assert most == 3


def test_a_request_that_waits_for_its_next_attempt_occupies_no_slot(script: Any) -> None:
    tenant = script(httpx.Response(503), httpx.Response(200, json={}), max_concurrent_requests=1)
    slept = tenant.clock.sleep

    def sleep(seconds: float) -> None:
        tenant.clock.sleep = slept
        assert tenant.client.request("GET", "/other") == {}

    tenant.clock.sleep = sleep
    assert tenant.client.request("GET", "/thing") == {}


def test_it_can_be_used_again_after_closing(script: Any) -> None:
    tenant = script(httpx.Response(200, json={}))
    with tenant.client as client:
        client.request("GET", "/thing")
    assert tenant.client.request("GET", "/thing") == {}
    tenant.client.close()


def test_an_untrusted_certificate_is_not_retried(script: Any) -> None:
    error = httpx.ConnectError("certificate verify failed")
    error.__cause__ = ssl.SSLCertVerificationError(1, "certificate verify failed: self-signed certificate")
    tenant = script(error)
    with pytest.raises(errors.TlsFailed, match="ca_file"):
        tenant.client.request("GET", "/thing")
    assert len(tenant.requests) == 1


@pytest.mark.parametrize("proxy", ["nonsense://proxy:1", "http://proxy:port"])
def test_an_unusable_proxy_is_named(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    client = Client(Settings(host="tenant.example.com", api_key="key-4711", max_retries=0))
    with pytest.raises(errors.ProxyInvalid, match="HTTPS_PROXY"):
        client.request("GET", "/thing")


def test_a_stop_ends_a_real_wait_at_once() -> None:
    stop = threading.Event()
    clock = SystemClock(stop)
    before = clock.now()
    clock.sleep(0.01)
    assert clock.now() - before >= 0.01
    threading.Timer(0.05, stop.set).start()
    with pytest.raises(errors.Interrupted):
        clock.sleep(60)
    assert clock.now() - before < 10
