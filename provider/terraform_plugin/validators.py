"""Checks that a model declares: on one value, or on the members of one object together.

A value that is still unknown is passed over, one by one; Terraform asks again when it is known. Of what is required,
Terraform itself only sees to it that it is written down: it may be null, at the top as well as inside, and so may the
elements of collections. That comes first (`nulls`), so that every other rule and every handler can count on a value.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from terraform_plugin import types
from terraform_plugin.codec import canonical_set
from terraform_plugin.paths import ROOT, Key, Path
from terraform_plugin.schema import with_path
from terraform_plugin.values import as_float, is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from terraform_plugin.schema import Attribute, Block, BlockValidator, Validator

GIVE: Final = "give a value"
GIVE_OR_LEAVE_OUT: Final = "give a value or leave the element out"


def length(least: int = 0, most: int | None = None) -> Validator:
    """A string, list, set or map of at least `least` and at most `most` characters or elements."""

    def check(value: Any) -> str | None:
        if len(value) < least:
            return f"it needs at least {least}, and has {len(value)}"
        if most is not None and len(value) > most:
            return f"it may have at most {most}, and has {len(value)}"
        return None

    return check


def matches(pattern: str, meaning: str) -> Validator:
    """A string that `pattern` matches as a whole; `meaning` says it in words."""
    compiled = re.compile(pattern)
    return lambda value: None if compiled.fullmatch(value) else f"{value!r} is not {meaning}"


def between(least: float, most: float) -> Validator:
    """A number from `least` to `most`, both included."""
    return lambda value: None if least <= value <= most else f"{value} is not between {least} and {most}"


def exactly_one_of(*names: str) -> BlockValidator:
    """Exactly one of the members is set."""

    def check(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
        given, open_ = _given(values, names)
        if len(given) > 1:
            yield given[1], f"exactly one of {', '.join(names)} may be set; {' and '.join(given)} are"
        if not given and not open_:
            yield None, f"one of {', '.join(names)} must be set"

    return check


def at_most_one_of(*names: str) -> BlockValidator:
    """No more than one of the members is set."""

    def check(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
        given, _unknown = _given(values, names)
        if len(given) > 1:
            yield given[1], f"at most one of {', '.join(names)} may be set; {' and '.join(given)} are"

    return check


def _given(values: dict[str, Any], names: tuple[str, ...]) -> tuple[list[str], bool]:
    given = [name for name in names if not is_unknown(values.get(name)) and values.get(name) is not None]
    return given, any(is_unknown(values.get(name)) for name in names)


def nulls(block: Block, values: dict[str, Any], path: Path = ROOT, advice: str = GIVE) -> Iterator[tuple[Path, str]]:
    """Everything that is null in a configuration and must not be: what is required, and the elements of collections."""
    for member in block:
        value = values.get(member.name)
        if isinstance(value, dict | list):
            yield from _nulls_inside(member, member.kind, value, path / member.name, advice)
        elif value is None and member.required:
            yield path / member.name, f"it is required, and it is null: {advice}"


def _nulls_inside(
    member: Attribute, kind: types.Type, value: Any, path: Path, advice: str
) -> Iterator[tuple[Path, str]]:
    if isinstance(kind, types.Collection):
        for step, element in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(element, dict | list):
                below = _below(kind, path, step)
                yield from _nulls_inside(member, kind.element, element, below, GIVE_OR_LEAVE_OUT)
            elif element is None and not member.null_elements:
                what = "an element of this set" if kind.kind == "set" else "it"
                yield _below(kind, path, step), f"{what} is null: {GIVE_OR_LEAVE_OUT}"
    elif member.nested:
        yield from nulls(member.nested.block, value, path, advice)


def _below(kind: types.Collection, path: Path, step: str | int) -> Path:
    if kind.kind == "set":
        return path
    return path / (Key(step) if isinstance(step, str) else step)


def problems(block: Block, values: dict[str, Any], path: Path, *, secret: bool = False) -> Iterator[tuple[Path, str]]:
    """Everything that is wrong with a configuration, as far as it is known. No text quotes a secret."""
    for rule in block.validators:
        for name, wrong in rule(block, values):
            yield with_path(path, name), wrong
    for member in block:
        value = values.get(member.name)
        if value is None or is_unknown(value):
            continue
        hidden = secret or member.sensitive or member.write_only
        for wrong in wrong_value(member, value):
            yield path / member.name, _without_secret(wrong, value) if hidden else wrong
        if member.nested:
            for place, inner in _objects(member, value, path / member.name):
                yield from problems(member.nested.block, inner, place, secret=hidden)


def wrong_value(member: Attribute, value: Any) -> Iterator[str]:
    """What one attribute's own rules say against a value that is neither null nor unknown."""
    if member.number is int:
        yield from (f"{each} is not a whole number" for each in _scalars(value) if isinstance(each, Decimal))
    if member.number is float:
        beyond = (each for each in _scalars(value) if math.isinf(as_float(each)))
        yield from (f"{each} is larger than a number with a fraction can be" for each in beyond)
    if member.one_of:
        allowed = ", ".join(map(repr, member.one_of))
        yield from (f"{each!r} is none of {allowed}" for each in _scalars(value) if each not in member.one_of)
    for validator in member.validators:
        wrong = validator(value)
        if wrong:
            yield wrong


def _scalars(value: Any) -> Iterator[Any]:
    """Every known value, not null, inside a collection of any depth; a single value is its own."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _scalars(inner)
    elif value is not None and not is_unknown(value):
        yield value


def _without_secret(text: str, value: Any) -> str:
    for secret in sorted((str(each) for each in _scalars(value)), key=len, reverse=True):
        text = text.replace(repr(secret), "the value")
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "the value", text) if secret else text
    return text


def _objects(member: Attribute, value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    mode = member.nested.mode if member.nested else ""
    if mode == "single":
        places: list[tuple[Path, Any]] = [(path, value)]
    elif mode == "map":
        places = [(path / Key(key), inner) for key, inner in value.items()]
    elif mode == "set":
        places = [(path, inner) for inner in canonical_set(value)]
    else:
        places = [(path / index, inner) for index, inner in enumerate(value)]
    return ((place, inner) for place, inner in places if isinstance(inner, dict))
