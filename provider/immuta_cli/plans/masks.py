"""How much masking functions reveal, as far as that can be said without knowing the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_NOTHING: Final = frozenset({"nullify", "constant"})
_SOMETHING: Final = frozenset({"hash", "format_preserving", "reversible", "grouping", "k_anonymization"})
# Each unit is a part of every later one; weeks are parts of none.
_UNITS: Final = ("MIN", "HOUR", "DAY", "MONTH", "QUARTER", "YEAR")

Config = Mapping[str, Any]


def kind(config: Config) -> str:
    """The function's word, such as `hash`."""
    return next((name for name, value in config.items() if value is not None), "")


def at_least_as_strong(one: Config, other: Config) -> bool:
    """Whether `one` surely reveals nothing that `other` hides."""
    return alike(one, other) or kind(one) in _NOTHING or _coarser(one, other)


def surely_weaker(one: Config, other: Config) -> bool:
    """Whether `one` surely reveals something that `other` hides."""
    if kind(other) in _NOTHING:
        return kind(one) in _SOMETHING
    return not alike(one, other) and _coarser(other, one)


def alike(one: Config, other: Config) -> bool:
    """Whether they are the same function."""
    return kind(one) == kind(other) and _members(one) == _members(other)


def _members(config: Config) -> Any:
    given = config.get(kind(config))
    if isinstance(given, Mapping):
        return {name: value for name, value in given.items() if value not in (None, False)}
    return given


def _coarser(one: Config, other: Config) -> bool:
    units = [(config.get("grouping") or {}).get("time_precision") for config in (one, other)]
    if "WEEK" in units:
        return units[0] == "WEEK" and units[1] in _UNITS[:3]
    return all(unit in _UNITS for unit in units) and _UNITS.index(str(units[0])) >= _UNITS.index(str(units[1]))
