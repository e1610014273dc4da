"""The actions of a V2 data policy, their rules, and whom they are for."""

from __future__ import annotations

from typing import Any, Final

from immuta_cli.policies.masking import masking
from immuta_cli.policies.reading import Node, Read, Variants, given

OPERATORS: Final = {"any": "any", "all": "all", "or": "any", "and": "all"}


def actions(node: Node) -> list[dict[str, Any]] | None:
    """The actions; a single one may stand without a list."""
    found = [_action(each) for each in ([node] if isinstance(node.value, dict) else node.elements())]
    if not found:
        node.problem("there is no action")
    return found


def _action(node: Node) -> dict[str, Any]:
    node.object("rules", "description")
    rules = node.member("rules")
    found = [rule for each in rules.elements() if (rule := _rule(each)) is not None]
    if not rules.elements():
        rules.problem("there is no rule")
    return given(rules=found, description=node.member("description").optional_text())


def _rule(node: Node) -> dict[str, Any] | None:
    if not node.object("type", "config", "exceptions", "inclusions"):
        return None
    kind = node.member("type").choice(KINDS, "rule")
    if kind is None:
        return None
    name, read = kind
    exempt, included = node.member("exceptions"), node.member("inclusions")
    found = given(exceptions=users(exempt), inclusions=users(included))
    if included.given and "inclusions" not in found:
        included.problem("it names nobody; nobody documents whether the rule is then for everyone or for no one")
    return {name: read(node.member("config"))} | found


def users(node: Node, *, purposes: bool = True) -> dict[str, Any] | None:
    """Groups, attributes and purposes; None where nobody is named. With one member an operator says nothing."""
    names = ("groups", "attributes", "purposes") if purposes else ("groups", "attributes")
    if not node.given or not node.object("operator", *names):
        return None
    found = given(
        groups=node.member("groups").each(Node.text),
        attributes=node.member("attributes").each(_attribute),
        purposes=node.member("purposes").each(Node.text) if purposes else None,
    )
    return joined(node.member("operator"), found) if found else None


def joined(operator: Node, members: dict[str, Any]) -> dict[str, Any]:
    """Members with the operator that joins them, where there are two or more."""
    return given(operator=joint(operator, sum(map(len, members.values())))) | members


def joint(operator: Node, members: int) -> str | None:
    """The operator that joins so many members; with fewer than two it says nothing."""
    if members < 2:
        return None
    if operator.given:
        return operator.choice(OPERATORS, "operator")
    operator.problem(f'{members} members need "any" or "all"; which of them Immuta takes is documented nowhere')
    return None


def _attribute(node: Node) -> dict[str, Any] | None:
    if not node.object("name", "value"):
        return None
    return {"name": node.member("name").text(), "value": node.member("value").text()}


def _minimization(config: Node) -> dict[str, Any]:
    config.object("percent")
    return given(percent=config.member("percent").number())


def _purposes(config: Node) -> dict[str, Any]:
    config.object("purposes", "operator")
    purposes = config.member("purposes").each(Node.text)
    return joined(config.member("operator"), given(purposes=purposes))


def _time(config: Node) -> dict[str, Any]:
    config.object("isOlderOrNewer", "time")
    side = config.member("isOlderOrNewer").choice({"newer": "newer", "older": "older"}, "side of a time")
    return given(is_older_or_newer=side, time=config.member("time").number())


def _entitled(config: Node) -> dict[str, Any]:
    if config.member("column").given:
        return _values(config)
    config.object("operator", "matches")
    matches = config.member("matches")
    if isinstance(matches.value, dict):
        one = _match(matches)
        return {} if one is None else {"matches": [one]}
    return joined(config.member("operator"), given(matches=matches.each(_match)))


def _group(node: Node) -> dict[str, Any]:
    return {"group": {"tag": node.member("tag").text()}}


def _attribute_of_user(node: Node) -> dict[str, Any]:
    return {"attribute": {"tag": node.member("tag").text(), "attribute": node.member("attribute").text()}}


MATCHES: Final[Variants] = {
    "group": (("tag",), _group),
    "attribute": (("tag", "attribute"), _attribute_of_user),
}


def _match(node: Node) -> dict[str, Any] | None:
    return node.variant(MATCHES, "match")


def _values(config: Node) -> dict[str, Any]:
    config.object("operator", "column", "values", "invert")
    column = config.member("column")
    column.object("type", "name")
    kind = column.member("type").optional_text()
    return given(
        column=given(type=None if kind == "tag" else kind, name=column.member("name").text()),
        values=config.member("values").each(Node.text),
        invert=config.member("invert").flag(),
    )


def _where(config: Node) -> dict[str, Any]:
    config.object("predicate")
    return {"predicate": config.member("predicate").text()}


KINDS: Final[dict[str, tuple[str, Read]]] = {
    "Masking": ("masking", masking),
    "Minimization": ("minimization", _minimization),
    "Purpose Restriction": ("purpose_restriction", _purposes),
    "Time Restriction": ("time_restriction", _time),
    "Row Restriction By User Entitlements": ("row_restriction_by_user_entitlements", _entitled),
    "Row Restriction by Custom Where Clause": ("row_restriction_by_custom_where_clause", _where),
}
