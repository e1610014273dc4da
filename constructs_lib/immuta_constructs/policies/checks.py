"""Checks of the texts, numbers and times that words are made of; what only Terraform knows is let through."""

from __future__ import annotations

import enum
import math
import re
from datetime import UTC, datetime
from typing import Any, Final

from immuta_constructs.policies.words import described, problem
from immuta_constructs.tokens import is_reference, is_resolvable

__all__ = ["flags", "is_known", "moment", "number", "number_token", "one_line", "text"]

_TRIMMED: Final = re.compile(r"\S(?:.*\S)?")
_TOKENS: Final = (-1e300, -1e280)  # the engine's references to numbers are floats in this range


def text(value: Any, where: str, what: str, *, empty: bool = False) -> str:
    """A text, or a reference to one.

    Args:
        value: what was given.
        where: the word that wants it, such as "in_group()".
        what: what it is, such as "the name of a group".
        empty: whether it may be empty.
    """
    if isinstance(value, enum.Enum):
        value = value.value
    if is_resolvable(value):
        found: str = value
        return found
    if not isinstance(value, str):
        listed = " Write it without the list." if isinstance(value, (list, tuple, set, frozenset)) else ""
        raise problem(where, f"needs {what}, a text, got {described(value)}.{listed}")
    if not (value or empty):
        raise problem(where, f"needs {what}, and the text is empty.")
    return value


def one_line(value: Any, where: str, what: str) -> str:
    """A text of one line without spaces at its ends, which Immuta would cut off."""
    found = text(value, where, what)
    if is_known(found) and not _TRIMMED.fullmatch(found):
        raise problem(where, f"needs {what}, one line without spaces at its ends, got {described(found)}.")
    return found


def flags(where: str, **given: Any) -> dict[str, Any]:
    """Those that are not False, which is the default of all of them.

    Args:
        where: the word that wants them.
        given: True, False, or a reference to one of them, by name.
    """
    for name, value in given.items():
        if not isinstance(value, bool) and is_known(value):
            raise problem(where, f"needs True or False for {name}, got {described(value)}.")
    return {name: value for name, value in given.items() if value is not False}


def is_known(value: object) -> bool:
    """Whether the value is known already, so that it can be checked."""
    return not (is_reference(value) or is_resolvable(value) or number_token(value))


def number_token(value: object) -> bool:
    """A reference to a number."""
    return isinstance(value, float) and _TOKENS[0] < value < _TOKENS[1]


def number(
    value: Any, where: str, what: str, *, least: float = -math.inf, most: float = math.inf, whole: bool = False
) -> Any:
    """A number in a range, or a reference to one.

    Args:
        value: what was given.
        where: the word that wants it.
        what: what it is, such as "a percentage".
        least: the smallest that is allowed.
        most: the greatest that is allowed.
        whole: whether it has no fraction.
    """
    if not is_known(value):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise problem(where, f"needs {what}, a number, got {described(value)}.")
    if whole and value != int(value):
        raise problem(where, f"needs {what}, a whole number, got {value}.")
    if not least <= value <= most:
        limits = f"from {least:.15g} to {most:.15g}" if most < math.inf else f"of at least {least:.15g}"
        raise problem(where, f"needs {what}, {limits}, got {value}.")
    return int(value) if whole else value


def moment(value: Any, where: str, what: str) -> str:
    """A moment as Immuta writes it, `2026-01-31T00:00:00.000Z`; a text stays as it is.

    Args:
        value: a text in RFC 3339, a datetime with a time zone, or a reference.
        where: the word that wants it.
        what: what it is, such as "since".
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise problem(
                where,
                f"{what} is a datetime without a time zone. Write datetime({value.year}, {value.month}, "
                f"{value.day}, tzinfo=timezone.utc) or the like.",
            )
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    found = text(value, where, f"{what}: a moment such as '2026-01-31T00:00:00.000Z' or a datetime with a time zone")
    if is_known(found) and parsed(found) is None:
        raise problem(where, f"{what} is {described(found)}, no moment such as '2026-01-31T00:00:00.000Z'.")
    return found


def parsed(value: str) -> datetime | None:
    """The moment in a text; None where it is none, has no time zone, or is not known yet."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None
