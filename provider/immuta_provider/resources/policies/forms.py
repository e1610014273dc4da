"""What all readers of V1's form share: strict looks into JSON that is documented in part only."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

OPERATOR_OF_V1: Final = {"or": "any", "and": "all"}
V1_OF_OPERATOR: Final = {"any": "or", "all": "and"}


_LENIENT: Final[ContextVar[bool]] = ContextVar("lenient", default=False)


@contextmanager
def leniently() -> Iterator[None]:
    """Overlook members that no document describes: where nothing is known to fall back on, a likely reading is best."""
    token = _LENIENT.set(True)
    try:
        yield
    finally:
        _LENIENT.reset(token)


def is_lenient() -> bool:
    """Whether a likely reading is wanted."""
    return _LENIENT.get()


class Undocumented(Exception):
    """A part of a policy has a form that no document describes."""


def members(
    value: Any, required: frozenset[str] = frozenset(), optional: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """`value`, an object with all required members and no others than the optional ones. Raises Undocumented."""
    if not isinstance(value, dict) or not required <= value.keys():
        raise Undocumented
    if not (_LENIENT.get() or value.keys() <= required | optional):
        raise Undocumented
    return value


def text(value: Any) -> str:
    """`value`, a text. Raises Undocumented."""
    if not isinstance(value, str):
        raise Undocumented
    return value


def optional_text(value: Any) -> str | None:
    """`value`, a text or none. Raises Undocumented."""
    return None if value is None else text(value)


def number(value: Any) -> float | None:
    """`value`, a number or none, perhaps written as text. Raises Undocumented."""
    if value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        raise Undocumented from None


def operator(value: Any) -> str:
    """V1's `and` or `or` as V2's `all` or `any`. Raises Undocumented."""
    if value not in OPERATOR_OF_V1:
        raise Undocumented
    return OPERATOR_OF_V1[value]


def only_given(body: dict[str, Any]) -> dict[str, Any]:
    """A body without the members that are None."""
    return {name: value for name, value in body.items() if value is not None}
