"""Values as the plugin server holds them: plain Python, plus what Terraform has and Python lacks.

Strings, booleans and `None` (null) are themselves. Numbers are `int` where they are whole, else `Decimal`. Lists and
sets are `list`, maps and objects `dict`. `Unknown` stands for a value that is known only after apply; a dynamic value
is a `Dynamic`, which carries its type.
"""

from __future__ import annotations

import json
import math
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from terraform_plugin.types import Type

LARGEST_EXPONENT: Final = 400  # whole numbers with more digits stay Decimal: 1e999999 as int would fill the memory
EXACT: Final = Context(prec=1_000_000)  # the usual context rounds to 28 digits


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is known only after apply.

    `code` and `payload` are the wire form. Terraform may say something about the value already (that it is not null,
    how it begins); such a refinement is handed back as it came.
    """

    code: int = 0
    payload: bytes = b"\x00"

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("this value is known only after apply: ask `is_unknown(value)` before you use it")


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Dynamic:
    """A value of a dynamic attribute with the type that it brings."""

    type: Type
    value: Any


def is_unknown(value: object) -> bool:
    """Whether `value` itself is unknown (its members may be known or not)."""
    return isinstance(value, Unknown)


def wholly_known(value: object) -> bool:
    """Whether neither `value` nor anything inside it is unknown."""
    match value:
        case Unknown():
            return False
        case dict():
            return all(wholly_known(member) for member in value.values())
        case list():
            return all(wholly_known(member) for member in value)
        case Dynamic():
            return wholly_known(value.value)
    return True


def number(value: float | str | Decimal) -> int | Decimal:
    """The one form of a number: `int` where it is whole, else `Decimal`. Raises ValueError for what is no number."""
    if isinstance(value, bool):
        raise ValueError(f"not a number: {value!r}")  # noqa: TRY004 - callers treat every refused value alike
    if isinstance(value, int):
        return value
    try:
        exact = value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else value)
    except ArithmeticError:
        raise ValueError(f"not a number: {value!r}") from None
    if not exact.is_finite():
        raise ValueError(f"not a finite number: {value!r}")
    if exact == 0:
        return 0
    if exact.adjusted() <= LARGEST_EXPONENT and exact == exact.to_integral_value():
        return int(exact)
    return exact


def composed(text: str) -> str:
    """The text in the form in which Terraform holds every text (NFC), however an API spells its accents."""
    return unicodedata.normalize("NFC", text)


def as_float(value: int | Decimal) -> float:
    """The nearest float; infinite where the number is beyond them all, which validation refuses."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def sort_key(value: Any) -> str:
    """A text that orders the elements of a set; equal values have equal keys."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: _plain(member) for name, member in value.items()}
        case list():
            return [_plain(member) for member in value]
        case Unknown():
            return ["unknown", value.code, value.payload.hex()]
        case Dynamic():
            return ["dynamic", value.type.to_json(), _plain(value.value)]
        case Decimal():
            return ["number", str(value.normalize(EXACT))]
    return value
