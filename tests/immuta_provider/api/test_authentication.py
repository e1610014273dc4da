"""Both documented ways to authenticate, also when a token expires under many threads."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from immuta_provider.api import Client, Settings, errors
from immuta_provider.api.authentication import BearerAuthentication
from immuta_provider.api.masking import Masker

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


def client(transport: Any, **settings: Any) -> Client:
    chosen = Settings(**({"host": "tenant.example.com", "api_key": KEY, "authentication": "bearer"} | settings))
    return Client(chosen, transport=httpx.MockTransport(transport))


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


def test_it_authenticates_only_once_more() -> None:
    tenant = TokenTenant()
    tenant.gives_good_tokens = False
    with pytest.raises(errors.Unauthorized, match="token expired"):
        client(tenant).request("GET", "/thing")
    assert (tenant.given, tenant.refusals) == (2, 2)


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
    assert len(tenant.requests) == 1


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
