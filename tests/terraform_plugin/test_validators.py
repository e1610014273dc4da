"""What is wrong with a configuration is said with its path, as far as the configuration is known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from terraform_plugin import UNKNOWN, Key, Model, Path, attribute, types
from terraform_plugin.model import to_model
from terraform_plugin.paths import ROOT
from terraform_plugin.validators import at_most_one_of, between, exactly_one_of, length, matches, nulls, problems
from terraform_plugin.values import Dynamic


class Inner(Model, validators=[exactly_one_of("a", "b")]):
    """Exactly one."""

    a: str | None = attribute()
    b: str | None = attribute(sensitive=True, validators=[matches("[a-z]+", "made of letters")])


class Outer(Model, validators=[at_most_one_of("name", "other")]):
    """At most one."""

    name: str | None = attribute(validators=[length(2, 4)])
    other: str | None = attribute()
    share: float | None = attribute(validators=[between(0, 1)])
    whole: int | None = attribute()
    wholes: list[int] | None = attribute()
    role: str | None = attribute(one_of=("x", "y"))
    roles: set[str] | None = attribute(one_of=("x", "y"))
    by_key: dict[str, str] | None = attribute(one_of=("x", "y"))
    words: list[str] | None = attribute(validators=[length(1)])
    pin: int | None = attribute(write_only=True, validators=[between(1000, 9999)])
    box: Inner | None = attribute()
    boxes: list[Inner] | None = attribute()
    choice: set[Inner] | None = attribute()
    named: dict[str, Inner] | None = attribute()
    safe: Inner | None = attribute(sensitive=True)


def found(**values: Any) -> list[tuple[str, str]]:
    """What is wrong with these values."""
    return [(str(path), text) for path, text in problems(Outer.block, values, ROOT)]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, []),
        ({"name": "abc", "share": Decimal("0.5"), "whole": 1, "role": "x", "roles": ["x"], "by_key": {"k": "y"}}, []),
        ({"name": "a"}, [("name", "it needs at least 2, and has 1")]),
        ({"name": "abcde"}, [("name", "it may have at most 4, and has 5")]),
        ({"words": []}, [("words", "it needs at least 1, and has 0")]),
        ({"share": Decimal("1.5")}, [("share", "1.5 is not between 0 and 1")]),
        ({"whole": Decimal("1.5")}, [("whole", "1.5 is not a whole number")]),
        ({"wholes": [1, Decimal("1.5"), None]}, [("wholes", "1.5 is not a whole number")]),
        ({"role": "z"}, [("role", "'z' is none of 'x', 'y'")]),
        ({"roles": ["x", "z", None, UNKNOWN]}, [("roles", "'z' is none of 'x', 'y'")]),
        ({"by_key": {"k": "z"}}, [("by_key", "'z' is none of 'x', 'y'")]),
        ({"name": "ab", "other": "b"}, [("other", "at most one of name, other may be set; name and other are")]),
        ({"box": {"a": None, "b": None}}, [("box", "one of a, b must be set")]),
        ({"boxes": [{"a": "1"}, {"a": "1", "b": "x"}]},
         [("boxes[1].b", "exactly one of a, b may be set; a and b are")]),
        ({"named": {"k": {}}}, [('named["k"]', "one of a, b must be set")]),
        ({"choice": [{"a": "1"}, {}]}, [("choice", "one of a, b must be set")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_path(values: dict[str, Any], wrong: list[tuple[str, str]]) -> None:
    assert found(**values) == wrong


def test_unknown_values_are_passed_over_one_by_one() -> None:
    assert found(name=UNKNOWN, share=UNKNOWN, whole=UNKNOWN, role=UNKNOWN, words=UNKNOWN, box=UNKNOWN) == []
    assert found(box={"a": UNKNOWN}, boxes=[UNKNOWN, {"b": UNKNOWN}], named={"k": UNKNOWN}) == []
    assert found(name=UNKNOWN, other="b", role="z") == [("role", "'z' is none of 'x', 'y'")]


def test_no_text_quotes_a_secret() -> None:
    assert found(box={"b": "hunter2"}) == [("box.b", "the value is not made of letters")]
    assert found(safe={"a": None, "b": "hunter2"}) == [("safe.b", "the value is not made of letters")]
    assert found(pin=123) == [("pin", "the value is not between 1000 and 9999")]


def test_the_paths_can_be_sent() -> None:
    ((path, _),) = problems(Outer.block, {"named": {"k": {"a": "1", "b": "x"}}}, ROOT)
    assert path == Path("named", Key("k"), "b")


class Owner(Model):
    """Has what must be there."""

    id: str = attribute(required=True)
    roles: set[str] | None = attribute()


class Owned(Model):
    """Required and optional things of every mode."""

    name: str = attribute(required=True)
    first: Owner = attribute(required=True)
    owners: list[Owner] = attribute(required=True)
    more: set[Owner] | None = attribute()
    named: dict[str, Owner] | None = attribute()
    path: list[str] = attribute(required=True)
    tags: set[str] | None = attribute()
    labels: dict[str, str] | None = attribute()
    matrix: list[list[int]] | None = attribute()
    gaps: list[str | None] | None = attribute()
    deep_gaps: dict[str, list[int | None]] | None = attribute()
    free: Any = attribute(required=True)
    made: str = attribute(computed=True)


COMPLETE: dict[str, Any] = {
    "name": "n",
    "first": {"id": "1", "roles": None},
    "owners": [{"id": "1"}],
    "path": ["a"],
    "gaps": [None],
    "deep_gaps": {"k": [None, 1]},
    "free": Dynamic(types.list_of(types.STRING), [None]),
}
REQUIRED = "it is required, and it is null: give a value"
ELEMENT = "it is null: give a value or leave the element out"
IN_SET = "an element of this set is null: give a value or leave the element out"


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({}, []),
        ({"name": None, "free": None}, [("name", REQUIRED), ("free", REQUIRED)]),
        ({"first": {"id": None}}, [("first.id", REQUIRED)]),
        ({"owners": None, "path": None}, [("owners", REQUIRED), ("path", REQUIRED)]),
        ({"owners": [{"id": "1"}, None]}, [("owners[1]", ELEMENT)]),
        ({"owners": [{"id": "1"}, {"id": None}]}, [("owners[1].id", REQUIRED + " or leave the element out")]),
        ({"owners": [{"id": "1", "roles": ["r", None]}]}, [("owners[0].roles", IN_SET)]),
        ({"more": [None, {"id": "1"}]}, [("more", IN_SET)]),
        ({"more": [{"id": None}]}, [("more.id", REQUIRED + " or leave the element out")]),
        ({"named": {"k": {"id": None}, "n": None}},
         [('named["k"].id', REQUIRED + " or leave the element out"), ('named["n"]', ELEMENT)]),
        ({"path": ["a", None]}, [("path[1]", ELEMENT)]),
        ({"tags": [None]}, [("tags", IN_SET)]),
        ({"labels": {"a": "1", "b": None}}, [('labels["b"]', ELEMENT)]),
        ({"matrix": [[1], [2, None], None]}, [("matrix[1][1]", ELEMENT), ("matrix[2]", ELEMENT)]),
    ],
)  # fmt: skip
def test_a_null_is_refused_where_a_value_must_stand(values: dict[str, Any], refused: list[tuple[str, str]]) -> None:
    assert [(str(path), text) for path, text in nulls(Owned.block, COMPLETE | values)] == refused


def test_a_null_beside_what_is_unknown_is_refused_and_the_unknown_is_not() -> None:
    unknown = dict.fromkeys(Owned.block.attributes, UNKNOWN)
    assert list(nulls(Owned.block, unknown)) == []
    partly = unknown | {"owners": [UNKNOWN, {"id": UNKNOWN, "roles": [UNKNOWN]}, None], "matrix": [UNKNOWN, [UNKNOWN]]}
    assert [path for path, _ in nulls(Owned.block, partly)] == [Path("owners", 2)]


class Sized(Model):
    """Has a fraction."""

    real: float | None = attribute()


@pytest.mark.parametrize("huge", [10**400, -(10**400), Decimal("1E+500")])
def test_a_number_beyond_all_floats_is_refused_in_words(huge: int | Decimal) -> None:
    ((path, wrong),) = problems(Sized.block, {"real": huge}, ROOT)
    assert (path, wrong) == (Path("real"), f"{huge} is larger than a number with a fraction can be")
    assert abs(to_model(Sized, {"real": huge}).real or 0) == float("inf")
