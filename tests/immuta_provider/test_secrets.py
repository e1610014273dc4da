"""Secrets: markers are known in every spelling, and what is configured wins over what is not."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_provider.api import Client, Settings
from immuta_provider.resources import secrets
from immuta_provider.session import Session
from terraform_plugin import DiagnosticError, Model, attribute


class Login(Model, validators=[secrets.given("password")]):
    """A login."""

    user: str = attribute(required=True)
    password: str | None = secrets.kept("The password.")
    password_wo: str | None = secrets.write_only("password")
    password_wo_version: int = secrets.version("password")


class Thing(Model):
    """Something with two logins."""

    first: Login = attribute(required=True)
    second: Login | None = attribute()


@pytest.mark.parametrize("text", ["[REDACTED]", "<REDACTED>", "REDACTED", "redacted", " [Redacted] \n"])
def test_a_marker(text: str) -> None:
    assert secrets.is_marker(text)
    assert "in place of a secret" in (secrets.not_redacted(text) or "")


@pytest.mark.parametrize("text", ["(REDACTED)", "not REDACTED", "secret", " "])
def test_no_marker(text: str) -> None:
    assert not secrets.is_marker(text)
    assert secrets.not_redacted(text) is None


@pytest.mark.parametrize("form", ["password", "password_wo"])
def test_the_value_is_that_of_either_form(form: str) -> None:
    assert secrets.value(Login(**{form: "s3cret"}), "password") == "s3cret"


@pytest.mark.parametrize("wrong", ["[REDACTED]", "", None])
def test_a_value_that_cannot_be_sent(wrong: str | None) -> None:
    """Where it was known only after the plan, nothing has validated it."""
    with pytest.raises(DiagnosticError, match="The secret `password` cannot be sent"):
        secrets.value(Login(password_wo=wrong), "password")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (None, {"password": None, "password_wo_version": 1}),
        (Login(password="kept", password_wo_version=7), {"password": "kept", "password_wo_version": 7}),
    ],
)
def test_what_is_known_without_the_api(state: Login | None, expected: dict[str, Any]) -> None:
    assert secrets.known(state, "password") == expected


def test_markers_are_taken_out_of_what_is_read() -> None:
    read = {"a": "[REDACTED]", "b": {"c": "REDACTED", "d": 1}, "e": [{"f": "<REDACTED>", "g": None}]}
    assert secrets.without_markers(read) == {"b": {"d": 1}, "e": [{"g": None}]}


def test_secrets_are_masked_by_their_value() -> None:
    """Wherever they stand, but for those too short to be told from other text."""
    with Client(Settings(host="tenant.example.com", api_key="key-4711")) as client:
        thing = Thing(first=Login(user="visible", password="planted"), second=Login(password_wo="hidden!"))
        secrets.protect(Session(client), thing, Thing(first=Login(password="abc")))
        assert client.masked("abc planted visible hidden! planted") == "abc *** visible *** ***"
