"""The checker of answers: it finds each breach, names the attribute and both values, and passes what is right."""

from __future__ import annotations

from typing import Any

import pytest

from terraform_plugin import UNKNOWN, Model, attribute
from terraform_plugin.contract import SWITCH, applied, planned, stored, switched_on


class Part(Model):
    """A part."""

    name: str = attribute(required=True)
    code: str | None = attribute(computed=True)
    token: str | None = attribute(write_only=True)


class Thing(Model):
    """A thing."""

    id: str = attribute(computed=True)
    name: str = attribute(required=True)
    note: str | None = attribute()
    secret: str | None = attribute(sensitive=True)
    password: str | None = attribute(write_only=True)
    part: Part | None = attribute()
    parts: list[Part] | None = attribute()
    named: dict[str, Part] | None = attribute()


BLOCK = Thing.block


def values(**given: Any) -> dict[str, Any]:
    return dict.fromkeys(BLOCK.attributes) | given


def part(**given: Any) -> dict[str, Any]:
    return dict.fromkeys(Part.block.attributes) | given


def told(breaches: Any) -> list[tuple[str, str]]:
    return [(str(path), wrong) for path, wrong in breaches]


GOOD_CONFIG = values(name="a", part=part(name="p", token="t"), named={"k": part(name="q")})
GOOD_PLAN = values(id=UNKNOWN, name="a", part=part(name="p", code=UNKNOWN), named={"k": part(name="q", code=UNKNOWN)})


def test_a_good_plan_passes() -> None:
    assert told(planned(BLOCK, GOOD_CONFIG, None, GOOD_PLAN)) == []


def test_the_prior_value_may_stand_for_the_configured_one() -> None:
    config, prior = values(name="A"), values(id="1", name="a")
    assert told(planned(BLOCK, config, prior, values(id="1", name="a"))) == []


@pytest.mark.parametrize(
    ("config", "plan", "breach"),
    [
        (values(name="a"), values(name="b"), ("name", 'it is configured as "a" and planned as "b"')),
        (values(), values(note="x"), ("note", 'it is not configured and not computed, and is planned as "x"')),
        (values(password="x"), values(password="x"), ("password", "it is write-only, and the plan holds a value")),
        (
            values(secret="x"),
            values(secret="y"),
            ("secret", "it is configured as (sensitive) and planned as (sensitive)"),
        ),
        (
            values(part=part(name="p")),
            values(part=part(name="other")),
            ("part.name", 'it is configured as "p" and planned as "other"'),
        ),
        (
            values(named={"k": part(name="p")}),
            values(named={}),
            ('named["k"]', "it is configured as (sensitive) and planned as null"),
        ),
        (
            values(parts=[part(name="p")]),
            values(parts=[part(name="p", token="t")]),
            ("parts[0].token", "it is write-only, and the plan holds a value"),
        ),
    ],
)
def test_breaches_of_a_plan(config: dict[str, Any], plan: dict[str, Any], breach: tuple[str, str]) -> None:
    assert told(planned(BLOCK, config, None, plan)) == [breach]


def test_a_good_apply_passes() -> None:
    state = values(id="1", name="a", part=part(name="p", code="c"), named={"k": part(name="q", code="d")})
    assert told(applied(BLOCK, GOOD_PLAN, state)) == []


@pytest.mark.parametrize(
    ("state", "breach"),
    [
        (values(id=UNKNOWN, name="a"), ("id", "it is still unknown after the apply")),
        (values(id="1", name="b"), ("name", 'it was planned as "a" and came back as "b"')),
        (values(id="1", name="a", note="x"), ("note", 'it was planned as null and came back as "x"')),
    ],
)
def test_breaches_of_an_apply(state: dict[str, Any], breach: tuple[str, str]) -> None:
    assert told(applied(BLOCK, values(id=UNKNOWN, name="a"), state)) == [breach]


def test_breaches_inside_what_was_applied() -> None:
    plan = values(parts=[part(name="p", code=UNKNOWN)])
    state = values(parts=[part(name="other", code="c")])
    assert told(applied(BLOCK, plan, state)) == [("parts[0].name", 'it was planned as "p" and came back as "other"')]


def test_breaches_of_a_state() -> None:
    state = values(id=UNKNOWN, password="x", parts=[part(token="t")])
    assert told(stored(BLOCK, state)) == [
        ("id", "it is unknown in a state"),
        ("password", "it is write-only, and the state holds a value"),
        ("parts[0].token", "it is write-only, and the state holds a value"),
    ]


@pytest.mark.parametrize(("value", "on"), [("", False), ("0", False), ("1", True)])
def test_the_switch(monkeypatch: pytest.MonkeyPatch, value: str, on: bool) -> None:
    monkeypatch.setenv(SWITCH, value)
    assert switched_on() is on
