"""Both documented ways to authenticate, also when a token expires under many threads."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from immuta_provider.api import Client, Clock, Settings, errors
from immuta_provider.api.authentication import BearerAuthentication
from immuta_provider.api.masking import Masker
from tests.immuta_provider.api.clock import FakeClock

KEY = "key-4711-of-the-service-account"


class TokenTenant:
    """Gives tokens t1, t2, ... and accepts only those that have not expired."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.given = 0
        self.valid: set[str] = set()
        self.refusals = 0
        self.authentications: list[Any] = []
        self.gives_good_tokens = True

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self.lock:
            if request.url.path == "/bim/apikey/authenticate":
                return self._authenticate(request)
            if request.headers.get("authorization", "").removeprefix("Bearer ") in self.valid:
                return httpx.Response(200, json={"id": 1})
            self.refusals += 1
            return httpx.Response(401, json={"message": "token expired"})

    def _authenticate(self, request: httpx.Request) -> httpx.Response:
        self.authentications.append((json.loads(request.content), request.headers.get("authorization")))
        self.given += 1
        token = f"secret-token-{self.given}"
        if self.gives_good_tokens:
            self.valid.add(token)
        return httpx.Response(200, json={"authenticated": True, "token": token})


def client(transport: Any, clock: Clock | None = None, **settings: Any) -> Client:
    chosen = Settings(**({"host": "tenant.example.com", "api_key": KEY, "authentication": "bearer"} | settings))
    return Client(chosen, clock=clock, transport=httpx.MockTransport(transport))


def test_an_api_key_is_sent_as_it_is(script: Any) -> None:
    tenant = script(httpx.Response(200, json={}))
    tenant.client.request("GET", "/thing")
    assert tenant.requests[0].headers["authorization"] == KEY


def test_a_token_is_fetched_once_and_without_a_header() -> None:
    tenant = TokenTenant()
    immuta = client(tenant)
    for _ in range(3):
        assert immuta.request("GET", "/thing") == {"id": 1}
    assert tenant.authentications == [({"apikey": KEY}, None)]


def test_an_expired_token_is_renewed_also_for_a_post() -> None:
    tenant = TokenTenant()
    immuta = client(tenant)
    immuta.request("GET", "/thing")
    tenant.valid.clear()
    assert immuta.request("POST", "/thing", json={}) == {"id": 1}
    assert (tenant.given, tenant.refusals) == (2, 1)


def test_a_token_that_is_never_accepted_is_renewed_a_few_times() -> None:
    """Once at once, because tokens expire; then with the waits of every 401; then no call waits any more."""
    tenant, clock = TokenTenant(), FakeClock()
    tenant.gives_good_tokens = False
    immuta = client(tenant, clock)
    for _ in range(2):
        with pytest.raises(errors.Unauthorized, match="token expired"):
            immuta.request("GET", "/thing")
    assert len(clock.sleeps) == 3
    assert tenant.refusals == 5 + 2


def test_many_threads_fetch_one_token_and_renew_it_once() -> None:
    tenant = TokenTenant()
    immuta = client(tenant, max_concurrent_requests=16)
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda _: immuta.request("GET", "/thing"), range(64))) == [{"id": 1}] * 64
        assert tenant.given == 1
        with tenant.lock:
            tenant.valid.clear()
        assert list(pool.map(lambda _: immuta.request("GET", "/thing"), range(64))) == [{"id": 1}] * 64
    assert tenant.given == 2


def test_a_late_refusal_of_an_old_token_leaves_the_new_one() -> None:
    tokens = iter(["one-token", "two-token", "three-token"])
    bearer = BearerAuthentication(lambda: {"token": next(tokens)}, Masker())
    old = bearer.header()
    assert bearer.renew(old)
    assert bearer.header() == "Bearer two-token"
    assert bearer.renew(old)
    assert bearer.header() == "Bearer two-token"


def test_one_slot_is_enough_to_authenticate() -> None:
    assert client(TokenTenant(), max_concurrent_requests=1).request("GET", "/thing") == {"id": 1}


@pytest.mark.parametrize(
    "answer", [{"authenticated": False, "token": "x"}, {"authenticated": True}, {"token": ""}, [], {"token": 5}]
)
def test_no_token_is_unauthorized(script: Any, answer: Any) -> None:
    tenant = script(httpx.Response(200, json=answer), authentication="bearer")
    with pytest.raises(errors.Unauthorized, match=r"POST /bim/apikey/authenticate: .*API key"):
        tenant.client.request("GET", "/thing")
    assert KEY not in tenant.log.text


def test_a_refused_key_names_the_authentication(script: Any) -> None:
    tenant = script(httpx.Response(401, json={"message": f"unknown key {KEY}"}), authentication="bearer")
    with pytest.raises(errors.Unauthorized, match=r"POST /bim/apikey/authenticate(.|\n)*unknown key \*\*\*"):
        tenant.client.request("GET", "/thing")
    assert tenant.asked == ["POST /bim/apikey/authenticate"] * 4


def test_a_token_is_masked_from_then_on(script: Any) -> None:
    tenant = script(
        httpx.Response(200, json={"authenticated": True, "token": "t0k-99-blue-whale"}),
        httpx.Response(400, json={"message": "bad thing t0k-99-blue-whale"}),
        authentication="bearer",
    )
    with pytest.raises(errors.InvalidRequest, match=r"bad thing \*\*\*"):
        tenant.client.request("GET", "/thing")
    assert "blue-whale" not in tenant.log.text


def test_authenticating_outlives_faults(script: Any) -> None:
    tenant = script(
        httpx.Response(503),
        httpx.Response(200, json={"token": "t"}),
        httpx.Response(200, json=1),
        authentication="bearer",
    )
    assert tenant.client.request("GET", "/thing") == 1


@pytest.mark.parametrize("step", [httpx.Response(503), httpx.ReadError("reset by peer")], ids=["503", "reset"])
def test_authenticating_is_given_up_once(script: Any, step: Any) -> None:
    """The request that needs the token does not begin the attempts anew, and it was never sent: nothing is in doubt."""
    tenant = script(step, authentication="bearer")
    with pytest.raises(errors.RequestFailed, match=r"POST /bim/apikey/authenticate: .*after 6 attempts") as caught:
        tenant.client.request("POST", "/thing", json={})
    assert len(tenant.requests) == 6
    assert not caught.value.in_doubt
