"""To which data sources a policy applies: circumstances, and the owners that it is limited to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources.equality import false_is_null, same_or_both_empty
from immuta_provider.resources.policies.forms import (
    Undocumented,
    leniently,
    members,
    only_given,
    operator,
    optional_text,
    text,
)
from terraform_plugin import Model, attribute, is_unknown
from terraform_plugin.validators import at_most_one_of, exactly_one_of, length

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from terraform_plugin.schema import Block

TAG: Final = (frozenset({"name"}), frozenset({"displayName", "hasLeafNodes", "source", "id"}))


def same_time(left: str | None, right: str | None) -> bool:
    """Two spellings of one moment."""
    return left == right or bool(left and right and _moment(left) == _moment(right))


def _moment(value: str) -> datetime | str:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def is_time(value: str) -> str | None:
    """Refuse what is no moment in RFC 3339."""
    moment = _moment(value)
    if isinstance(moment, str) or moment.tzinfo is None:
        return f'{value!r} is not a moment such as "2026-01-31T00:00:00.000Z"'
    return None


class ColumnRegex(Model):
    """Columns whose names match a pattern."""

    regex: str = attribute(required=True, validators=[length(1)], description="The pattern.")
    case_insensitive: bool | None = attribute(
        same=false_is_null, description="Whether upper and lower case are the same. Default: false."
    )


class AnyTag(Model):
    """Whatever has a tag. It has no members: `{}`."""


class NoTags(Model):
    """Whatever has no tag. It has no members: `{}`."""


class CreationTime(Model):
    """A span of time."""

    start_date: str = attribute(
        required=True, validators=[is_time], same=same_time, description="When it begins, in RFC 3339."
    )
    end_date: str | None = attribute(
        validators=[is_time], same=same_time, description="When it ends, included; left unset, never."
    )


class Domain(Model, validators=[exactly_one_of("name", "id")]):
    """A domain, by name or by id."""

    name: str | None = attribute(description="The domain's name.")
    id: str | None = attribute(description="The domain's id.")


KINDS: Final = ("tag", "column_tag", "column_regex", "any_tag", "no_tags", "time", "server", "domains")


class Circumstance(Model, validators=[exactly_one_of(*KINDS)]):
    """Which data sources: exactly one of the members."""

    tag: str | None = attribute(validators=[length(1)], description="Those with this tag, by its whole name.")
    column_tag: str | None = attribute(validators=[length(1)], description="Those with a column that has this tag.")
    column_regex: ColumnRegex | None = attribute(description="Those with a column whose name matches.")
    any_tag: AnyTag | None = attribute(description="Those with any tag: `{}`.")
    no_tags: NoTags | None = attribute(description="Those without tags: `{}`.")
    time: CreationTime | None = attribute(description="Those created in this span.")
    server: str | None = attribute(
        validators=[length(1)], description="Those on this server, as `user@host:port/database`."
    )
    domains: set[Domain] | None = attribute(validators=[length(1)], description="Those in one of these domains.")


class OwningUser(Model):
    """A user as owner of data sources."""

    iamid: str = attribute(required=True, description="The identity manager, such as `bim`, Immuta's own.")
    username: str = attribute(required=True, description="The user's name in it.")


class OwnerRestrictions(Model):
    """The owners whose data sources a policy applies to."""

    users: set[OwningUser] | None = attribute(same=same_or_both_empty, description="Users.")
    groups: set[str] | None = attribute(same=same_or_both_empty, description="Names of groups.")


def several_need_an_operator(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
    """Two or more circumstances: all of them, or any?"""
    given = values.get("circumstances")
    if values.get("circumstance_operator") is None and not is_unknown(given) and len(given or ()) > 1:
        yield (
            "circumstance_operator",
            'with two or more circumstances say whether "any" one is enough or "all" are needed',
        )


owner_selected_stands_alone = at_most_one_of("circumstances", "owner_selected")


def body(circumstances: Iterable[Circumstance]) -> list[dict[str, Any]]:
    """The circumstances as V2 takes them."""
    return sorted(map(_body, circumstances), key=str)


def _body(it: Circumstance) -> dict[str, Any]:
    if it.tag is not None:
        return {"type": "tags", "tag": it.tag}
    if it.column_tag is not None:
        return {"type": "columnTags", "columnTag": it.column_tag}
    if it.column_regex is not None:
        return {"type": "columnRegex", **pattern(it.column_regex)}
    if it.time is not None:
        return {"type": "time", **only_given({"startDate": it.time.start_date, "endDate": it.time.end_date})}
    if it.server is not None:
        return {"type": "server", "server": it.server}
    if it.domains is not None:
        named = (only_given({"name": each.name, "id": each.id}) for each in it.domains)
        return {"type": "domains", "domains": sorted(named, key=str)}
    return {"type": "anyTag" if it.any_tag else "noTags"}


def pattern(regex: ColumnRegex) -> dict[str, Any]:
    """A pattern as both APIs spell it."""
    return {"regex": regex.regex, "caseInsensitive": bool(regex.case_insensitive)}


def v1_body(circumstances: Iterable[Circumstance], every: str) -> list[dict[str, Any]]:
    """The circumstances as V1 takes them; `every` is its operator. Domains have no documented form in V1."""
    return [_v1(each) | {"operator": every} for each in body(circumstances)]


def _v1(flat: dict[str, Any]) -> dict[str, Any]:
    match flat["type"]:
        case "tags":
            return {"type": "tags", "tag": {"name": flat["tag"]}}
        case "columnTags":
            return {"type": "columnTags", "columnTag": {"name": flat["columnTag"]}}
        case "columnRegex":
            return {"type": "columnRegex", "columnRegex": {name: flat[name] for name in ("regex", "caseInsensitive")}}
    return flat


def read(found: Sequence[Any]) -> tuple[frozenset[Circumstance], str | None, list[Any]]:
    """V1's circumstances: those of a documented form, what joins them, and the others as they came."""
    known, others = set(), []
    operators = set()
    for each in found:
        try:
            known.add(_read(each))
            if each.get("operator") is not None:
                operators.add(operator(each["operator"]))
        except Undocumented:
            others.append(each)
    return frozenset(known), operators.pop() if len(operators) == 1 else None, others


def kept(
    known: frozenset[Circumstance], readable: frozenset[Circumstance], others: Sequence[Any]
) -> frozenset[Circumstance]:
    """Those that were written and are probably among the `others`, which cannot be read."""
    hidden = frozenset(each for each in known if each.domains is not None)
    missing = known - readable - hidden
    return hidden | missing if len(missing) <= len(others) - len(hidden) else hidden


def likely(found: Sequence[Any]) -> frozenset[Circumstance]:
    """V1's circumstances as they look, where nothing is known of them."""
    with leniently():
        return read(found)[0]


def _read(value: Any) -> Circumstance:
    if not isinstance(value, dict):
        raise Undocumented
    inner = {name: each for name, each in value.items() if name != "operator"}
    match inner.pop("type", None):
        case "tags":
            return Circumstance(tag=tag_name(members(inner, frozenset({"tag"}))["tag"]))
        case "columnTags":
            return Circumstance(column_tag=tag_name(members(inner, frozenset({"columnTag"}))["columnTag"]))
        case "columnRegex":
            return Circumstance(column_regex=read_pattern(members(inner, frozenset({"columnRegex"}))["columnRegex"]))
        case "time":
            span = members(inner, frozenset({"startDate"}), frozenset({"endDate"}))
            return Circumstance(
                time=CreationTime(start_date=text(span["startDate"]), end_date=optional_text(span.get("endDate")))
            )
        case "server":
            return Circumstance(server=text(members(inner, frozenset({"server"}))["server"]))
        case "anyTag" if not inner:
            return Circumstance(any_tag=AnyTag())
        case "noTags" if not inner:
            return Circumstance(no_tags=NoTags())
    raise Undocumented


def tag_name(value: Any) -> str:
    """The name in V1's form of a tag. Raises Undocumented."""
    return text(members(value, *TAG)["name"])


def read_pattern(value: Any) -> ColumnRegex:
    """V1's form of a pattern. Raises Undocumented."""
    inner = members(value, frozenset({"regex"}), frozenset({"caseInsensitive"}))
    return ColumnRegex(regex=text(inner["regex"]), case_insensitive=bool(inner.get("caseInsensitive")) or None)


def owners_body(owners: OwnerRestrictions) -> dict[str, Any]:
    """The owners as V2 takes them."""
    users = sorted(({"iamid": each.iamid, "username": each.username} for each in owners.users or ()), key=str)
    lists = {"users": users, "groups": sorted(owners.groups or ())}
    return {name: value for name, value in lists.items() if value}
