"""No secret survives in a log line or an error text, wherever it was planted."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from immuta_provider.api import RequestFailed
from immuta_provider.api.masking import Masker, looks_secret

SECRET_NAMES = [
    "password",
    "Password",
    "originalPassword",
    "api_key",
    "apiKey",
    "API-Key",
    "config.credentials",
    "snowflake.privateKey",
    "oAuthClientConfig.client_secret",
    "token",
    "accessToken",
    "sasToken",
    "bind_pw",
    "hashPhrase",
    "keyTab",
    "newUserLink",
    "x-access-key",
    "sharedAccountKey",
    "PWD",
]
CONTENTS = ["json", "text", "html", "broken"]
PLAIN_NAMES = ["name", "projectKey", "description", "authorizations", "key", "purposes", "keyName", "allowMaskedJoins"]


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_names_that_hold_secrets(name: str) -> None:
    assert looks_secret(name)
    assert Masker().value({"outer": [{name: "hunter2"}]}) == {"outer": [{name: "***"}]}


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_names_that_hold_none(name: str) -> None:
    assert Masker().value({name: "plain"}) == {name: "plain"}


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter2-hunter2",
        "connect failed: jdbc:x://h/db;UID=ada;PWD=hunter2-hunter2;ssl=true",
        'invalid body {"api_key": "hunter2-hunter2", "name": "x"',
        'invalid body {\\"client.secret\\": \\"hunter2-hunter2\\"}',
        'cut off {"credentials": {"user": "ada", "inner": "hunter2-hunter2"',
        "{'accessToken': 'hunter2-hunter2'}",
        "https://ada:hunter2-hunter2@example.com/x",
        "Authorization: hunter2-hunter2",
        "authorization: Bearer hunter2-hunter2\r\nAccept: x",
        "the token Bearer hunter2-hunter2 has expired",
        "Basic hunter2-hunter2",
        "-----BEGIN PRIVATE KEY-----\nhunter2-hunter2\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nhunter2-hunter2",
        '{"config": {"password": "hunter2-hunter2"}}',
        '[{"name": "password", "value": "hunter2-hunter2"}]',
    ],
)
def test_secrets_in_text(text: str) -> None:
    assert "hunter2" not in Masker().value(text)
    assert "hunter2" not in Masker().text(text) or text.startswith("[{")
    assert "***" in Masker().value(text)


def test_text_without_secrets_is_left_alone() -> None:
    text = 'You must first acknowledge "Retention" (id: 10) of project: Churn. Basic Connection Test: passed.'
    assert Masker("key-4711").text(text) == text


def test_pairs_of_name_and_value() -> None:
    assert Masker().value({"name": "apiKey", "value": "hunter2"}) == {"name": "apiKey", "value": "***"}
    assert Masker().value({"keyName": "PRIVATE_KEY_FILE", "content": "x"}) == {
        "keyName": "PRIVATE_KEY_FILE",
        "content": "***",
    }


def test_conditions_of_policies_are_no_header() -> None:
    condition = {"type": "authorizations", "authorization": {"auth": "Clearance", "value": "high"}}
    assert Masker().value(condition) == condition
    assert Masker().value({"Authorization": "hunter2"}) == {"Authorization": "***"}


def test_what_is_no_text_keeps_its_type() -> None:
    value = {"id": 31, "deleted": False, "description": None, "size": 1.5, "tags": []}
    assert Masker("key-4711").value(value) == value


def test_known_secrets_are_masked_in_every_form() -> None:
    masker = Masker('k/"ey+4711')
    for form in ('k/"ey+4711', "k%2F%22ey%2B4711", 'k/\\"ey+4711'):
        assert masker.text(f"before {form} after") == "before *** after"
    for form in ("a b/c", "a%20b%2Fc", "a%20b/c", "a+b%2Fc"):
        assert Masker("a b/c").text(f"before {form} after") == "before *** after"


def test_a_known_number_is_masked_too() -> None:
    assert Masker("471147114711").value({"id": 471147114711}) == {"id": "***"}


secrets = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=30).map(lambda s: "s3Kr" + s)
plain = st.none() | st.booleans() | st.integers(0, 10**6) | st.text("abc xyz{}[]\"'\\:=,", max_size=12)


def bodies(secret: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """JSON with the secret planted under a telling name, at any depth, also inside JSON text."""
    planted = st.builds(
        lambda name, rest, planted: {**rest, name: planted}, st.sampled_from(SECRET_NAMES), objects(plain), secret
    )
    return st.recursive(
        planted,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3)
            | st.builds(
                lambda name, item, rest: {**rest, name: item}, st.sampled_from(PLAIN_NAMES), inner, objects(plain)
            )
            | st.builds(lambda name, item: {name: item}, st.sampled_from(SECRET_NAMES), inner)
            | inner.map(json.dumps)
            | inner.map(lambda item: {"config": json.dumps(item)})
        ),
        max_leaves=4,
    )


def objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from([*PLAIN_NAMES, "value", "other"]), values, max_size=3)


one_secret = st.shared(secrets, key="planted")
planted_bodies = bodies(one_secret)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=planted_bodies,
    received=planted_bodies,
    secret=one_secret,
    status=st.sampled_from([200, 400, 409, 500]),
    cut=st.integers(0, 3),
)
def test_no_planted_secret_survives(
    script: Any, *, sent: Any, received: Any, secret: str, status: int, cut: int
) -> None:
    """Whole answers, and answers that were cut off so that they are no JSON."""
    content = json.dumps(received)[: -cut or None].encode()
    tenant = script(lambda _: httpx.Response(status, content=content), max_retries=1)
    texts = []
    try:
        tenant.client.request("POST", "/thing", json=sent, params={"apiKey": secret}, idempotent=True)
    except RequestFailed as error:
        texts += [str(error), repr(error)]
    assert b"s3Kr" in tenant.requests[0].content
    assert len(tenant.log.lines) >= 3
    texts += [tenant.log.text, *(message for _, message, _ in tenant.log.lines)]
    texts += [str(value) for _, _, fields in tenant.log.lines for value in fields.values()]
    for text in texts:
        assert secret not in text
        assert json.dumps(secret)[1:-1] not in text


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=secrets, content=st.sampled_from(CONTENTS), status=st.sampled_from([200, 401, 503]))
def test_the_api_key_survives_nowhere(script: Any, key: str, content: str, status: int) -> None:
    """Whatever the server echoes, under whatever name, in whatever form."""
    responses = {
        "json": httpx.Response(status, json={"message": f"the key {key} is bad", "id": key, key: [key]}),
        "text": httpx.Response(status, text=f"bad key '{key}'."),
        "html": httpx.Response(status, html=f"<html><title>{key}</title>{key}</html>"),
        "broken": httpx.Response(status, content=json.dumps({"x": key})[:-1].encode()),
    }
    tenant = script(responses[content], api_key=key, max_retries=0)
    texts = []
    try:
        tenant.client.request("GET", "/thing", params={"searchText": key})
    except RequestFailed as error:
        texts += [str(error), repr(error)]
    texts += [tenant.log.text, repr(tenant.log.lines), repr(tenant.client.settings)]
    assert tenant.requests[0].headers["authorization"] == key
    for text in texts:
        assert key not in text
        assert json.dumps(key)[1:-1] not in text


def test_protected_values_survive_nowhere(script: Any) -> None:
    tenant = script(httpx.Response(400, json={"message": "bad value blue-whale"}))
    tenant.client.protect("blue-whale")
    with pytest.raises(RequestFailed, match=r"bad value \*\*\*"):
        tenant.client.request("PUT", "/thing", json={"note": "blue-whale"})
    assert "blue-whale" not in tenant.log.text


@pytest.mark.parametrize("piece", ["a", "token", "Bearer ", "://", "-----BEGIN ", "password=", '"'])
def test_long_texts_take_linear_time(piece: str) -> None:
    started = time.perf_counter()
    Masker("key-4711").value("x" + piece * (150_000 // len(piece)))
    assert time.perf_counter() - started < 5
