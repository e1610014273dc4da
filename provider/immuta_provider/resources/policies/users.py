"""Whom a rule is about: groups, attributes and purposes, as exceptions and inclusions name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources.equality import same_or_both_empty
from immuta_provider.resources.names import trimmed
from immuta_provider.resources.policies.forms import (
    V1_OF_OPERATOR,
    Undocumented,
    is_lenient,
    members,
    only_given,
    operator,
    text,
)
from terraform_plugin import Model, attribute, is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from terraform_plugin.schema import Block

MEMBERS: Final = ("groups", "attributes", "purposes")
OPERATORS: Final = ("any", "all")
MEMBER_OF: Final = {"groups": "group", "authorizations": "authorization", "purposes": "value"}


def _somebody_is_named(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
    if not any(is_unknown(values.get(name)) or values.get(name) for name in MEMBERS):
        yield None, "at least one of groups, attributes or purposes must be given"


def _several_need_an_operator(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
    known = [values.get(name) for name in MEMBERS if not is_unknown(values.get(name))]
    if values.get("operator") is None and sum(len(each or ()) for each in known) > 1:
        yield "operator", 'with two or more members say whether "any" one is enough or "all" are needed'


def several_need_an_operator(name: str) -> Any:
    """A rule: two or more members of the set `name` need an operator."""

    def check(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
        given = values.get(name)
        if values.get("operator") is None and not is_unknown(given) and len(given or ()) > 1:
            yield "operator", f'with two or more {name} say whether "any" one is enough or "all" are needed'

    return check


class Entitlement(Model):
    """An attribute of a user."""

    name: str = attribute(required=True, validators=[trimmed], description="The attribute's name.")
    value: str = attribute(required=True, validators=[trimmed], description="The value that the user must have.")


class Users(Model, validators=[_somebody_is_named, _several_need_an_operator]):
    """Users, by their groups, their attributes, and the purposes that they act under."""

    operator: str | None = attribute(
        one_of=OPERATORS,
        description="Whether `any` one of the members is enough or `all` are needed. Required with two or more.",
    )
    groups: set[str] | None = attribute(same=same_or_both_empty, description="Names of groups.")
    attributes: set[Entitlement] | None = attribute(same=same_or_both_empty, description="Attributes with a value.")
    purposes: set[str] | None = attribute(
        same=same_or_both_empty, references=("immuta_purpose", "name"), description="Names of purposes, whole paths."
    )


def body(users: Users | None) -> dict[str, Any] | None:
    """The users as V2 takes them."""
    if users is None:
        return None
    lists = {
        "groups": sorted(users.groups or ()),
        "attributes": pairs(users.attributes),
        "purposes": sorted(users.purposes or ()),
    }
    return only_given({"operator": users.operator}) | {name: value for name, value in lists.items() if value}


def pairs(attributes: Iterable[Entitlement] | None) -> list[dict[str, Any]]:
    """Attributes as V2 takes them, in a stable order."""
    return sorted(({"name": each.name, "value": each.value} for each in attributes or ()), key=str)


def conditions(
    operator: str | None, groups: Iterable[str] | None, attributes: Iterable[Entitlement] | None
) -> dict[str, Any]:
    """Groups and attributes as V1's set of conditions."""
    found: list[dict[str, Any]] = [{"type": "groups", "group": {"name": each}} for each in sorted(groups or ())]
    found += [
        {"type": "authorizations", "authorization": {"auth": each["name"], "value": each["value"]}}
        for each in pairs(attributes)
    ]
    return {"operator": V1_OF_OPERATOR[operator or "any"], "conditions": found}


def read(value: Any, known: Users | None) -> Users | None:
    """The users in V1's set of conditions; of fewer than two the operator says nothing. Raises Undocumented."""
    if value is None:
        return None
    found = members(value, frozenset({"conditions"}), frozenset({"operator"}))["conditions"]
    if not isinstance(found, list):
        raise Undocumented
    if not found:
        return None
    named = [_condition(each) for each in found]
    sets = {name: frozenset(each for kind, each in named if kind == name) or None for name in MEMBERS}
    says = operator(value.get("operator")) if len(found) > 1 else (known.operator if known else None)
    return Users(operator=says, **sets)


def _condition(value: Any) -> tuple[str, Any]:
    inner = members(value, frozenset({"type"}), frozenset({"group", "authorization", "value"}))
    kind = inner["type"]
    if kind not in MEMBER_OF and is_lenient():
        kind = next((each for each, member in MEMBER_OF.items() if inner.get(member) is not None), None)
    match kind:
        case "groups":
            group = members(inner.get("group"), frozenset({"name"}), frozenset({"id", "iam"}))
            return "groups", text(group["name"])
        case "authorizations":
            pair = members(inner.get("authorization"), frozenset({"auth", "value"}), frozenset({"iam"}))
            return "attributes", Entitlement(name=text(pair["auth"]), value=text(pair["value"]))
        case "purposes":
            return "purposes", text(inner.get("value"))
    raise Undocumented
