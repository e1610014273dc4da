"""The actions of a data policy and their rules. In an action the rules form a chain: their order matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources.equality import false_is_null, same_or_both_empty
from immuta_provider.resources.policies import masking, users
from immuta_provider.resources.policies.circumstances import TAG
from immuta_provider.resources.policies.forms import Undocumented, leniently, members, only_given, operator, text
from immuta_provider.resources.policies.masking import Masking
from immuta_provider.resources.policies.users import OPERATORS, Users, several_need_an_operator
from terraform_plugin import Model, attribute
from terraform_plugin.validators import between, exactly_one_of, length

if TYPE_CHECKING:
    from collections.abc import Iterable

    from terraform_plugin.schema import Block


class Minimization(Model):
    """Shows a share of the rows."""

    percent: float = attribute(required=True, validators=[between(0, 100)], description="The share, in percent.")


class PurposeRestriction(Model, validators=[several_need_an_operator("purposes")]):
    """Shows rows to those who act under a purpose."""

    purposes: set[str] = attribute(
        required=True,
        validators=[length(1)],
        references=("immuta_purpose", "name"),
        description="Names of purposes, whole paths; `<ANY PURPOSE>` stands for any.",
    )
    operator: str | None = attribute(
        one_of=OPERATORS, description="Whether `any` one is enough or `all` are needed. Required with two or more."
    )


class TimeRestriction(Model):
    """Shows rows of a certain age."""

    is_older_or_newer: str = attribute(
        required=True, one_of=("newer", "older"), description="Whether `newer` or `older` rows are shown."
    )
    time: int = attribute(required=True, validators=[between(1, 1e15)], description="The age in seconds.")


class TagMatch(Model):
    """A column, by its tag."""

    tag: str = attribute(required=True, validators=[length(1)], description="The column's tag, by its whole name.")


class AttributeMatch(Model):
    """An attribute of the user, and a column by its tag."""

    tag: str = attribute(required=True, validators=[length(1)], description="The column's tag, by its whole name.")
    # last, because below it the name no longer means the function
    attribute: str = attribute(required=True, validators=[length(1)], description="The attribute's name.")


class EntitlementMatch(Model, validators=[exactly_one_of("group", "attribute")]):
    """What of the user must equal the value of a column: exactly one of the members."""

    group: TagMatch | None = attribute(description="One of the user's groups.")
    # last, because below it the name no longer means the function
    attribute: AttributeMatch | None = attribute(description="One of the values of an attribute of the user.")


class ColumnReference(Model):
    """A column."""

    type: str = attribute(default="tag", description="By what it is named; `tag`, the default, is the form known.")
    name: str = attribute(required=True, validators=[length(1)], description="The name of that.")


def _values_belong_to_column(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
    for name in ("values", "invert"):
        if values.get(name) is not None and values.get("column") is None:
            yield name, "it belongs to column"


class RowRestrictionByUserEntitlements(
    Model,
    validators=[
        exactly_one_of("matches", "column"),
        several_need_an_operator("matches"),
        _values_belong_to_column,
    ],
):
    """Shows the rows in which a column has a value that the user is entitled to."""

    operator: str | None = attribute(
        one_of=OPERATORS, description="Whether `any` match is enough or `all` are needed. Required with two or more."
    )
    matches: set[EntitlementMatch] | None = attribute(
        validators=[length(1)], description="What of the user must equal which column."
    )
    column: ColumnReference | None = attribute(description="Instead of matches: a column with certain values.")
    values: set[str] | None = attribute(validators=[length(1)], description="The values of `column` that are shown.")
    invert: bool | None = attribute(same=false_is_null, description="Show all other values of `column`.")


class RowRestrictionByCustomWhereClause(Model):
    """Shows the rows for which a predicate holds."""

    predicate: str = attribute(
        required=True,
        validators=[length(1)],
        description="An SQL condition, such as `@columnTagged('Discovered.Country') in ('AT', 'CH')`. Compared letter "
        "by letter.",
    )


KINDS: Final = (
    "masking",
    "minimization",
    "purpose_restriction",
    "time_restriction",
    "row_restriction_by_user_entitlements",
    "row_restriction_by_custom_where_clause",
)


class Rule(Model, validators=[exactly_one_of(*KINDS)]):
    """One rule, exactly one of its kinds, for everyone, for the `inclusions`, or for all but the `exceptions`."""

    masking: Masking | None = attribute(description="Masks columns.")
    minimization: Minimization | None = attribute(description="Shows a share of the rows.")
    purpose_restriction: PurposeRestriction | None = attribute(description="Asks for a purpose.")
    time_restriction: TimeRestriction | None = attribute(description="Shows rows of a certain age.")
    row_restriction_by_user_entitlements: RowRestrictionByUserEntitlements | None = attribute(
        description="Shows the rows that a user is entitled to."
    )
    row_restriction_by_custom_where_clause: RowRestrictionByCustomWhereClause | None = attribute(
        description="Shows the rows for which a predicate holds."
    )
    exceptions: Users | None = attribute(description="Who is exempt.")
    inclusions: Users | None = attribute(description="Whom the rule is for; left unset, everyone who is left.")


class Action(Model):
    """Rules that belong together: earlier ones take the users that they include, the last is for the rest."""

    rules: list[Rule] = attribute(required=True, validators=[length(1)], description="The rules, in their order.")
    description: str | None = attribute(same=same_or_both_empty, description="Why, for people who look at the policy.")


def body(actions: Iterable[Action]) -> list[dict[str, Any]]:
    """The actions as V2 takes them."""
    return [
        only_given({"rules": [_rule(rule) for rule in action.rules], "description": action.description or None})
        for action in actions
    ]


def _rule(rule: Rule) -> dict[str, Any]:
    kind, config = _config(rule)
    return only_given(
        {
            "type": kind,
            "config": config,
            "exceptions": users.body(rule.exceptions),
            "inclusions": users.body(rule.inclusions),
        }
    )


def _config(rule: Rule) -> tuple[str, dict[str, Any]]:
    if rule.masking:
        return "Masking", masking.body(rule.masking)
    if rule.minimization:
        return "Minimization", {"percent": rule.minimization.percent}
    if rule.purpose_restriction:
        asked = rule.purpose_restriction
        return "Purpose Restriction", only_given({"purposes": sorted(asked.purposes), "operator": asked.operator})
    if rule.time_restriction:
        limit = rule.time_restriction
        return "Time Restriction", {"isOlderOrNewer": limit.is_older_or_newer, "time": limit.time}
    if rule.row_restriction_by_custom_where_clause:
        predicate = rule.row_restriction_by_custom_where_clause.predicate
        return "Row Restriction by Custom Where Clause", {"predicate": predicate}
    assert rule.row_restriction_by_user_entitlements  # the model lets exactly one be set
    return "Row Restriction By User Entitlements", _entitled(rule.row_restriction_by_user_entitlements)


def _entitled(it: RowRestrictionByUserEntitlements) -> dict[str, Any]:
    if it.column:
        column = {"type": it.column.type, "name": it.column.name}
        return only_given({"column": column, "values": sorted(it.values or ()), "invert": it.invert})
    found = sorted(map(_match, it.matches or ()), key=str)
    one = len(found) == 1 and found[0]["type"] == "group"  # the one form that the documents show
    return {"operator": it.operator or "all", "matches": found[0] if one else found}


def _match(it: EntitlementMatch) -> dict[str, Any]:
    if it.group:
        return {"type": "group", "tag": it.group.tag}
    assert it.attribute  # the model lets exactly one be set
    return {"type": "attribute", "attribute": it.attribute.attribute, "tag": it.attribute.tag}


def documented(rule: Rule) -> bool:
    """Whether V1's form of the rule is documented in full."""
    if rule.inclusions is not None:
        return False
    if rule.masking:
        return masking.documented(rule.masking)
    entitled = rule.row_restriction_by_user_entitlements
    if entitled:
        return all(each.group for each in entitled.matches or ()) and not entitled.column
    return rule.purpose_restriction is not None


def read(found: list[dict[str, Any]], known: list[Action] | None) -> tuple[list[Action], list[Any]]:
    """V1's actions, and as they came those rules whose form is documented in part only.

    Such a rule is taken from `known`, the actions that were written; where nothing is known of it, as in an import, it
    is what it looks like, or empty.
    """
    opaque: list[Any] = []
    actions = []
    for index, raw in enumerate(found):
        before = known[index] if known and index < len(known) else None
        actions.append(_read_action(raw, before, opaque))
    return actions, opaque


def _read_action(raw: dict[str, Any], known: Action | None, opaque: list[Any]) -> Action:
    rules = raw.get("rules")
    read_ = []
    for index, each in enumerate(rules if isinstance(rules, list) else ()):
        before = known.rules[index] if known and index < len(known.rules) else None
        rule = _read_known(each, before)
        if rule is None:
            opaque.append(each)
            rule = before or _likely(each)
        read_.append(rule)
    return Action(rules=read_, description=raw.get("description"))


def _read_known(raw: Any, known: Rule | None) -> Rule | None:
    """The rule, if all of it can be read for sure."""
    if known is not None and not documented(known):
        return None
    try:
        return _read_rule(raw, known)
    except Undocumented:
        return None


def _likely(raw: Any) -> Rule:
    try:
        with leniently():
            return _read_rule(raw, None)
    except Undocumented:
        return Rule()


def _read_rule(raw: Any, known: Rule | None) -> Rule:
    inner = members(raw, frozenset({"type", "config"}), frozenset({"exceptions"}))
    exempt = users.read(inner.get("exceptions"), known.exceptions if known else None)
    config = inner["config"]
    match inner["type"]:
        case "masking":
            return Rule(masking=masking.read(config), exceptions=exempt)
        case "prerequisite":
            before = known.purpose_restriction if known else None
            return Rule(purpose_restriction=read_purposes(config, before), exceptions=exempt)
        case "visibility":
            entitled = known.row_restriction_by_user_entitlements if known else None
            return Rule(row_restriction_by_user_entitlements=_read_entitled(config, entitled), exceptions=exempt)
    raise Undocumented


def read_purposes(config: Any, known: PurposeRestriction | None) -> PurposeRestriction:
    """V1's configuration of a purpose restriction. Raises Undocumented."""
    asked = users.read(members(config, frozenset({"qualifications"}))["qualifications"], None)
    if asked is None or asked.purposes is None or asked.groups or asked.attributes:
        raise Undocumented
    several = len(asked.purposes) > 1
    return PurposeRestriction(
        purposes=asked.purposes, operator=asked.operator if several else (known.operator if known else None)
    )


def _read_entitled(config: Any, known: RowRestrictionByUserEntitlements | None) -> RowRestrictionByUserEntitlements:
    inner = members(config, frozenset({"qualifications"}), frozenset({"predicate"}))["qualifications"]
    asked = members(inner, frozenset({"conditions"}), frozenset({"operator"}))
    tags = [_matched_tag(each) for each in asked["conditions"]]
    several = len(tags) > 1
    return RowRestrictionByUserEntitlements(
        operator=operator(asked.get("operator")) if several else (known.operator if known else None),
        matches=frozenset(EntitlementMatch(group=TagMatch(tag=each)) for each in tags),
    )


def _matched_tag(condition: Any) -> str:
    """The tag of the column that must be one of the user's groups: a text, or an object with its name."""
    inner = members(condition, frozenset({"type", "field"}), frozenset({"group"}))
    if inner["type"] != "groups":
        raise Undocumented
    field = inner["field"]
    return text(members(field, *TAG)["name"] if isinstance(field, dict) else field)
