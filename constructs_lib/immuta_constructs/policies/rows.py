"""Which rows are shown: what of the user must equal which column, which values, of which age."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Final, TypeVar, overload

from immuta_constructs.policies.checks import number, text
from immuta_constructs.policies.where import Columns, ColumnSelector, EitherColumns, NamedColumns
from immuta_constructs.policies.words import Joinable, Word, described, expected, problem

__all__ = [
    "Age",
    "ColumnValues",
    "LocalMatches",
    "Matches",
    "attribute_matches",
    "group_matches",
    "newer_than",
    "older_than",
    "purpose_matches",
    "value_in",
    "value_not_in",
]


M = TypeVar("M", bound=Joinable)
_IN_SQL: Final = "For a mixture write the condition in SQL: show_rows_where('...')."


class Matches(Joinable):
    """What of the user must equal the value of columns by tag; `|` and `&` join several."""

    MIXTURE: ClassVar[str] = _IN_SQL
    MEANING: ClassVar[str] = "matches of the user with tagged columns"
    PLACES: ClassVar[tuple[str, ...]] = ("RowRestrictionByUserEntitlements",)

    def __or__(self, other: Matches) -> Matches:
        return _together(self, other, Matches, "any")

    def __and__(self, other: Matches) -> Matches:
        return _together(self, other, Matches, "all")


class LocalMatches(Joinable):
    """What of the user must equal the value of a column by name; `|` and `&` join several."""

    MIXTURE: ClassVar[str] = _IN_SQL
    MEANING: ClassVar[str] = "matches of the user with columns by name, for the policies of one data source"
    PLACES: ClassVar[tuple[str, ...]] = ("LocalRowRestriction",)

    def __or__(self, other: LocalMatches) -> LocalMatches:
        return _together(self, other, LocalMatches, "any")

    def __and__(self, other: LocalMatches) -> LocalMatches:
        return _together(self, other, LocalMatches, "all")


class ColumnValues(Word):
    """Certain values of a column, or all but these."""

    MEANING: ClassVar[str] = "values of tagged columns"
    ALONE: ClassVar[str] = "List the values: value_in(columns, 'a', 'b'). Two conditions are two actions."
    PLACES: ClassVar[tuple[str, ...]] = ("RowRestrictionByUserEntitlements",)


class Age(Word):
    """Rows of a certain age, for `show_rows`."""

    MEANING: ClassVar[str] = "an age of rows"
    PLACES: ClassVar[tuple[str, ...]] = ("TimeRestriction",)


@overload
def group_matches(columns: Columns) -> Matches: ...
@overload
def group_matches(columns: NamedColumns) -> LocalMatches: ...
def group_matches(columns: Columns | NamedColumns) -> Matches | LocalMatches:
    """The column's value is one of the user's groups.

    Args:
        columns: `columns_tagged("Org.Department")`; `columns("department")` for the policies of one data source.
    """
    return _match("group_matches", "group", columns, {})


@overload
def attribute_matches(name: str, columns: Columns) -> Matches: ...
@overload
def attribute_matches(name: str, columns: NamedColumns) -> LocalMatches: ...
def attribute_matches(name: str, columns: Columns | NamedColumns) -> Matches | LocalMatches:
    """The column's value is one of the values of an attribute of the user.

    Args:
        name: the attribute's name, such as "Country".
        columns: `columns_tagged("Discovered.Country")`; `columns("country")` for the policies of one data source.
    """
    attribute = text(name, "attribute_matches()", "the name of an attribute")
    return _match("attribute_matches", "attribute", columns, {"attribute": attribute})


def purpose_matches(columns: NamedColumns) -> LocalMatches:
    """The column's value is a purpose that the user acts under; for the policies of one data source.

    Args:
        columns: `columns("purpose")`.
    """
    if isinstance(columns, ColumnSelector):
        raise problem(
            "purpose_matches()",
            "only the policies of one data source (DataSourcePolicies) know it, with a column by name. Write "
            "purpose_matches(columns('name')), or require_purpose(...) in a global policy.",
        )
    if isinstance(columns, str):
        raise problem("purpose_matches()", f"needs a column, got {columns!r}. Write columns({columns!r}).")
    found = _match("purpose_matches", "purpose", columns, {})
    assert isinstance(found, LocalMatches)
    return found


def value_in(columns: Columns, *values: str) -> ColumnValues:
    """The column has one of these values.

    Args:
        columns: `columns_tagged("Org.Region")`.
        values: one or more.
    """
    return _values("value_in", columns, values, {})


def value_not_in(columns: Columns, *values: str) -> ColumnValues:
    """The column has none of these values.

    Args:
        columns: `columns_tagged("Org.Region")`.
        values: one or more.
    """
    return _values("value_not_in", columns, values, {"invert": True})


def newer_than(
    age: timedelta | None = None,
    *,
    weeks: float = 0,
    days: float = 0,
    hours: float = 0,
    minutes: float = 0,
    seconds: float = 0,
) -> Age:
    """Rows that are newer than this.

    Args:
        age: the age; or by the other arguments, such as `newer_than(days=30)`.
        weeks: weeks of the age.
        days: days of it.
        hours: hours of it.
        minutes: minutes of it.
        seconds: seconds of it.
    """
    given = {"weeks": weeks, "days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
    return _age("newer", age, given)


def older_than(
    age: timedelta | None = None,
    *,
    weeks: float = 0,
    days: float = 0,
    hours: float = 0,
    minutes: float = 0,
    seconds: float = 0,
) -> Age:
    """Rows that are older than this.

    Args:
        age: the age; or by the other arguments, such as `older_than(weeks=52)`.
        weeks: weeks of the age.
        days: days of it.
        hours: hours of it.
        minutes: minutes of it.
        seconds: seconds of it.
    """
    given = {"weeks": weeks, "days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
    return _age("older", age, given)


def _together(left: Joinable, right: Joinable, kind: type[M], operator: str) -> M:
    said, parts = left._joined(right, kind, operator)  # noqa: SLF001  (one function for both classes)
    joined = operator if len(parts) > 1 else None
    matches = [each for part in parts for each in part["matches"]]
    return kind(said, {"operator": joined, "matches": matches}, parts, joined)


def _match(word: str, what: str, columns: Any, more: dict[str, str]) -> Matches | LocalMatches:
    said = ", ".join([*map(repr, more.values()), repr(columns)])
    if isinstance(columns, NamedColumns):
        names = columns["columns"]
        if len(names) > 1:
            raise problem(f"{word}()", f"takes one column, got {described(columns)}. Join matches by | or &.")
        return LocalMatches(f"{word}({said})", {"matches": [{what: {"column": names[0]} | more}]})
    return Matches(f"{word}({said})", {"matches": [{what: {"tag": _tag(word, columns)} | more}]})


def _tag(word: str, columns: Any) -> str:
    """The tag in `columns_tagged(tag)`; Immuta knows no other way to say which column."""
    where = f"{word}()"
    if isinstance(columns, EitherColumns):
        each = f"{word}({columns.parts[0]!r}) | ..."
        raise problem(where, f"takes columns of one tag, got {described(columns)}. Join what they are for: {each}")
    instead = f"Write columns_tagged({columns!r})." if isinstance(columns, str) else ""
    if isinstance(columns, Word) and "tag" in columns:
        instead = f"It names data sources by their own tag; for columns write columns_tagged({columns['tag']!r})."
    given = expected(columns, ColumnSelector, where, "columns", instead)
    if "column_tag" not in given:
        raise problem(where, f"takes columns by tag, columns_tagged(...), got {described(given)}.")
    return str(given["column_tag"])


def _values(word: str, columns: Any, values: tuple[Any, ...], more: dict[str, bool]) -> ColumnValues:
    where = f"{word}()"
    if isinstance(columns, NamedColumns):
        raise problem(where, "only global policies know it, with columns by tag. Write columns_tagged(...).")
    tag = _tag(word, columns)
    if not values:
        raise problem(where, f"needs values. Write {word}({columns!r}, 'EU', 'US').")
    if isinstance(values[0], (list, tuple, set, frozenset)):
        raise problem(where, f"takes the values one by one. Write {word}({columns!r}, *{described(values[0])}).")
    shown = f"{word}({', '.join(map(repr, (columns, *values)))})"
    each = [text(value, where, "a value") for value in values]
    return ColumnValues(shown, {"column": {"name": tag}, "values": each} | more)


def _age(direction: str, age: Any, given: dict[str, float]) -> Age:
    word = f"{direction}_than"
    used = {unit: amount for unit, amount in given.items() if amount}
    if age is not None and (used or not isinstance(age, timedelta)):
        raise problem(f"{word}()", f"takes a timedelta, or units such as days=30; got {described(age)}.")
    for unit, amount in used.items():
        number(amount, f"{word}()", unit)
    seconds = (timedelta(**used) if age is None else age).total_seconds()
    if seconds < 1 or seconds != int(seconds):
        raise problem(
            f"{word}()", f"needs a whole number of seconds, at least one, got {seconds:g}. Write {word}(days=30)."
        )
    said = repr(age) if age is not None else ", ".join(f"{unit}={amount!r}" for unit, amount in used.items())
    return Age(f"{word}({said})", {"is_older_or_newer": direction, "time": int(seconds)})
