"""Which data sources a policy applies to, and which columns a rule is about.

`columns_tagged("Discovered.PII")` is both: as a circumstance, the data sources that have such columns; in `mask`, the
columns themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Never, TypedDict, overload

from immuta_constructs.policies.checks import flags, moment, parsed, text
from immuta_constructs.policies.words import Joinable, Word, described, expected, keywords, problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import NotRequired

    from immuta_constructs.engine import cdk

__all__ = [
    "Circumstance",
    "Circumstances",
    "ColumnSelector",
    "Columns",
    "EitherColumns",
    "NamedColumns",
    "Where",
    "all_columns",
    "columns",
    "columns_named",
    "columns_tagged",
    "created",
    "in_domains",
    "on_server",
    "tagged",
    "where",
    "with_any_tag",
    "without_tags",
]


class ColumnSelector(Word):
    """Columns that `mask` takes."""

    MEANING: ClassVar[str] = "columns"
    ALONE: ClassVar[str] = "List them: mask(a, b, using=...)."
    PLACES: ClassVar[tuple[str, ...]] = ("ColumnSelector",)


class Circumstances(Joinable):
    """Data sources: one or more circumstances, of which any is enough or all are needed."""

    MEANING: ClassVar[str] = "circumstances"
    MIXTURE: ClassVar[str] = "For a mixture write two policies."

    def __or__(self, other: Circumstances) -> Circumstances:
        return self._together(other, "any")

    def __and__(self, other: Circumstances) -> Circumstances:
        return self._together(other, "all")

    def _together(self, other: Circumstances, operator: str) -> Circumstances:
        said, parts = self._joined(other, Circumstances, operator)
        if len(parts) == 1:
            return self
        either = operator == "any" and all(isinstance(each, Columns) for each in parts)
        members = {"circumstances": parts, "circumstance_operator": operator}
        return (EitherColumns if either else _Several)(said, members, parts, operator)


class Circumstance(Circumstances):
    """One circumstance, an element of `circumstances=[...]`."""

    MEANING: ClassVar[str] = "a circumstance (which data sources)"
    PLACES: ClassVar[tuple[str, ...]] = ("Circumstance",)


class _Several(Circumstances):
    """Two or more, for `where`."""

    def misplaced(self, wanted: str) -> str:
        """Several circumstances are two arguments."""
        if not wanted.endswith("Circumstance"):
            return f"{described(self)} is {self.MEANING}, and does not belong here."
        return f"{described(self)} is two arguments. Write **where({described(self)}) instead of circumstances=."


class Columns(Circumstance, ColumnSelector):
    """Columns, and as a circumstance the data sources that have such columns."""

    MEANING: ClassVar[str] = "columns, or data sources that have such columns"
    ALONE: ClassVar[str] = Word.ALONE
    PLACES: ClassVar[tuple[str, ...]] = ("Circumstance", "ColumnSelector")

    @overload
    def __or__(self, other: Columns | EitherColumns) -> EitherColumns: ...
    @overload
    def __or__(self, other: Circumstances) -> Circumstances: ...
    def __or__(self, other: Circumstances) -> Circumstances:
        return super().__or__(other)


class EitherColumns(_Several, ColumnSelector):
    """Columns of several kinds."""

    MEANING: ClassVar[str] = "columns, or data sources that have such columns"
    ALONE: ClassVar[str] = Word.ALONE

    @overload
    def __or__(self, other: Columns | EitherColumns) -> EitherColumns: ...
    @overload
    def __or__(self, other: Circumstances) -> Circumstances: ...
    def __or__(self, other: Circumstances) -> Circumstances:
        return super().__or__(other)


class NamedColumns(Word):
    """Columns of one data source, by name."""

    MEANING: ClassVar[str] = "columns by name, for the policies of one data source (DataSourcePolicies)"
    ALONE: ClassVar[str] = "List them: columns('a', 'b')."


class Where(TypedDict):
    """The arguments `circumstances` and `circumstance_operator`."""

    circumstances: list[Mapping[str, Any]]
    circumstance_operator: NotRequired[Literal["any", "all"]]


def where(circumstances: Circumstances, *more: Never) -> Where:
    """To which data sources a global policy applies: `DataPolicy(..., **where(a | b))`.

    Args:
        circumstances: one, or several joined by `|` (any is enough) or `&` (all are needed).
        more: nothing; join them.

    Returns:
        The arguments `circumstances` and `circumstance_operator`, to be unpacked by `**`.
    """
    if more:
        one, two = described(circumstances), described(more[0])
        raise problem(
            "where()",
            f"takes one, got {1 + len(more)}. Are all of them needed, or is any one enough? Write where({one} | {two}) "
            f"for any, where({one} & {two}) for all.",
        )
    given: Any = circumstances
    instead = "For all data sources leave where() out." if isinstance(given, ColumnSelector) else ""
    if isinstance(given, str):
        instead = f"Write tagged({given!r}) or columns_tagged({given!r})."
    checked = expected(given, Circumstances, "where()", "circumstances", instead)
    found: Where = {"circumstances": list(checked.parts)}
    if checked.operator:
        found["circumstance_operator"] = checked.operator
    return found


def columns_tagged(tag: str, *more: Never) -> Columns:
    """Columns with a tag; as a circumstance, data sources with such a column.

    Args:
        tag: the tag's whole name, such as "Discovered.PII".
        more: nothing; join several by `|`.
    """
    _one("columns_tagged", tag, more)
    return Columns(f"columns_tagged({tag!r})", {"column_tag": text(tag, "columns_tagged()", "the name of a tag")})


def columns_named(regex: str, *, ignore_case: bool | cdk.IResolvable = False) -> Columns:
    """Columns whose name matches a pattern; as a circumstance, data sources with such a column.

    Args:
        regex: the pattern.
        ignore_case: whether upper and lower case are the same. Default: False.
    """
    given = flags("columns_named()", ignore_case=ignore_case)
    pattern = {"regex": text(regex, "columns_named()", "a pattern"), "case_insensitive": given.get("ignore_case")}
    return Columns(f"columns_named({regex!r}{keywords(given)})", {"column_regex": pattern})


def with_any_tag() -> Columns:
    """Columns with any tag; as a circumstance, data sources with any tag."""
    return Columns("with_any_tag()", {"any_tag": {}})


def without_tags() -> Columns:
    """Columns without a tag; as a circumstance, data sources without tags."""
    return Columns("without_tags()", {"no_tags": {}})


def all_columns() -> ColumnSelector:
    """Every column, for `mask`."""
    return ColumnSelector("all_columns()", {"all_columns": {}})


def columns(*names: str) -> NamedColumns:
    """Columns by name, for the policies of one data source.

    Args:
        names: one or more.
    """
    if not names:
        raise problem("columns()", "needs the name of a column. In a global policy, every column is all_columns().")
    said = f"columns({', '.join(map(repr, names))})"
    return NamedColumns(said, {"columns": [text(each, "columns()", "the name of a column") for each in names]})


def tagged(tag: str, *more: Never) -> Circumstance:
    """Data sources with a tag of their own.

    Args:
        tag: the tag's whole name.
        more: nothing; join several by `|` or `&`.
    """
    _one("tagged", tag, more)
    return Circumstance(f"tagged({tag!r})", {"tag": text(tag, "tagged()", "the name of a tag")})


def created(since: str | datetime, until: str | datetime | None = None) -> Circumstance:
    """Data sources that were created in a span of time.

    Args:
        since: when it begins: a datetime with a time zone, or a text in RFC 3339.
        until: when it ends, included. Default: never.
    """
    begin = moment(since, "created()", "since")
    end = None if until is None else moment(until, "created()", "until")
    first, last = parsed(begin), parsed(end or "")
    if first and last and last < first:
        raise problem("created()", f"until ({end}) is before since ({begin}).")
    said = f"created({since!r}{'' if until is None else f', {until!r}'})"
    return Circumstance(said, {"time": {"start_date": begin} | ({} if end is None else {"end_date": end})})


def on_server(server: str) -> Circumstance:
    """Data sources on a server.

    Args:
        server: `user@host:port/database`.
    """
    return Circumstance(f"on_server({server!r})", {"server": text(server, "on_server()", "a server")})


def in_domains(*names: str, ids: Collection[str] = ()) -> Circumstance:
    """Data sources in any one of these domains.

    Args:
        names: names of domains.
        ids: ids of domains. Default: none.
    """
    if isinstance(ids, str):
        raise problem("in_domains()", f"ids needs a list. Write ids=[{ids!r}].")
    domains = [{"name": text(each, "in_domains()", "the name of a domain")} for each in names]
    domains += [{"id": text(each, "in_domains()", "the id of a domain")} for each in ids]
    if not domains:
        raise problem("in_domains()", "needs the name of a domain, or ids=[...].")
    said = ", ".join([*map(repr, names), *([f"ids={list(ids)!r}"] if ids else [])])
    return Circumstance(f"in_domains({said})", {"domains": domains})


def _one(word: str, first: object, more: Sequence[object]) -> None:
    if more:
        one, two = f"{word}({first!r})", f"{word}({more[0]!r})"
        raise problem(f"{word}()", f"takes one tag, got {1 + len(more)}. Write {one} | {two}.")
