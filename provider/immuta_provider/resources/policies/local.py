"""The grammar of a data source's own policies: V1's, which names columns where a global policy names tags.

What the documents describe is typed; for all else a policy is given as the JSON that V1 takes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources import extra_json
from immuta_provider.resources.equality import same_or_both_empty
from immuta_provider.resources.policies import masking, users
from immuta_provider.resources.policies.forms import (
    V1_OF_OPERATOR,
    Undocumented,
    members,
    only_given,
    operator,
    text,
)
from immuta_provider.resources.policies.masking import Grouping, Hash, Nullify, RegularExpression, Reversible
from immuta_provider.resources.policies.rules import PurposeRestriction, read_purposes
from immuta_provider.resources.policies.users import OPERATORS, Users, several_need_an_operator
from terraform_plugin import Model, attribute
from terraform_plugin.validators import exactly_one_of, length

if TYPE_CHECKING:
    from collections.abc import Iterable

    from terraform_plugin.schema import Block

FUNCTIONS: Final = ("hash", "nullify", "constant", "regular_expression", "grouping", "reversible")


class LocalMaskingConfig(Model, validators=[exactly_one_of(*FUNCTIONS)]):
    """The masking function: exactly one of the members."""

    hash: Hash | None = attribute(description="Hashing: `{}`.")
    nullify: Nullify | None = attribute(description="Null instead of the value: `{}`.")
    constant: str | None = attribute(description="This text instead of the value.")
    regular_expression: RegularExpression | None = attribute(description="What matches a pattern is replaced.")
    grouping: Grouping | None = attribute(description="Values in groups; `{}` takes the column's fingerprint.")
    reversible: Reversible | None = attribute(description="Masking that can be undone for those who may: `{}`.")


class LocalMasking(Model):
    """Masks columns."""

    columns: set[str] = attribute(required=True, validators=[length(1)], description="Names of columns.")
    masking_config: LocalMaskingConfig = attribute(required=True, description="The masking function.")


class ColumnMatch(Model):
    """A column."""

    column: str = attribute(required=True, validators=[length(1)], description="The column's name.")


class AttributeColumnMatch(Model):
    """An attribute of the user, and a column."""

    column: str = attribute(required=True, validators=[length(1)], description="The column's name.")
    # last, because below it the name no longer means the function
    attribute: str = attribute(required=True, validators=[length(1)], description="The attribute's name.")


class LocalMatch(Model, validators=[exactly_one_of("group", "attribute", "purpose")]):
    """What of the user must equal the value of a column: exactly one of the members."""

    group: ColumnMatch | None = attribute(description="One of the user's groups.")
    purpose: ColumnMatch | None = attribute(description="A purpose that the user acts under.")
    # last, because below it the name no longer means the function
    attribute: AttributeColumnMatch | None = attribute(description="One of the values of an attribute of the user.")


class LocalRowRestriction(Model, validators=[several_need_an_operator("matches")]):
    """Shows the rows in which a column has a value that the user is entitled to. The SQL for it is Immuta's work."""

    operator: str | None = attribute(
        one_of=OPERATORS, description="Whether `any` match is enough or `all` are needed. Required with two or more."
    )
    matches: set[LocalMatch] = attribute(
        required=True, validators=[length(1)], description="What of the user must equal which column."
    )


KINDS: Final = ("masking", "row_restriction_by_user_entitlements", "purpose_restriction")
TYPES: Final = {
    "masking": ("masking", "masking"),
    "row_restriction_by_user_entitlements": ("rowOrObjectRestriction", "visibility"),
    "purpose_restriction": ("prerequisite", "prerequisite"),
}


class LocalRule(Model, validators=[exactly_one_of(*KINDS)]):
    """One rule, exactly one of its kinds, for all but the `exceptions`."""

    masking: LocalMasking | None = attribute(description="Masks columns.")
    row_restriction_by_user_entitlements: LocalRowRestriction | None = attribute(
        description="Shows the rows that a user is entitled to."
    )
    purpose_restriction: PurposeRestriction | None = attribute(description="Asks for a purpose.")
    exceptions: Users | None = attribute(description="Who is exempt.")


def _rules_of_one_kind(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
    rules = values.get("rules")
    known = [each for each in rules if isinstance(each, dict)] if isinstance(rules, list) else []
    kinds = {kind for rule in known for kind in KINDS if rule.get(kind) is not None}
    if len(kinds) > 1:
        yield (
            "rules",
            f"all rules of a policy are of one kind, and these are of {len(kinds)}: {', '.join(sorted(kinds))}",
        )


class LocalPolicy(Model, validators=[exactly_one_of("rules", "json"), _rules_of_one_kind]):
    """A policy: `rules`, or `json` for what has no attribute here."""

    rules: list[LocalRule] | None = attribute(validators=[length(1)], description="Rules, all of the same kind.")
    description: str | None = attribute(same=same_or_both_empty, description="Why, for people who look at it.")
    json: str | None = attribute(
        validators=[extra_json.is_object],
        same=extra_json.same,
        description="The whole policy as V1 takes it, a JSON object. Compared only at the paths it names.",
    )


def body(policy: LocalPolicy) -> dict[str, Any]:
    """The policy as V1 takes it."""
    if policy.json is not None:
        found: dict[str, Any] = json.loads(policy.json)
        return found | ({"description": policy.description} if policy.description else {})
    rules = [_rule(each) for each in policy.rules or ()]
    action = next(TYPES[kind][0] for kind in KINDS if getattr((policy.rules or [])[0], kind))
    return {"type": action, "rules": rules, "description": policy.description or None}


def _rule(rule: LocalRule) -> dict[str, Any]:
    kind = next(kind for kind in KINDS if getattr(rule, kind))
    return {"type": TYPES[kind][1], "config": _config(rule), "exceptions": _exempt(rule.exceptions)}


def _exempt(who: Users | None) -> dict[str, Any] | None:
    if who is None:
        return None
    found = users.conditions(who.operator, who.groups, who.attributes)
    found["conditions"] += [{"type": "purposes", "value": each} for each in sorted(who.purposes or ())]
    return found


def _config(rule: LocalRule) -> dict[str, Any]:
    if rule.masking:
        return {"fields": sorted(rule.masking.columns), "maskingConfig": _function(rule.masking.masking_config)}
    if rule.purpose_restriction:
        asked = rule.purpose_restriction
        conditions = [{"type": "purposes", "value": each} for each in sorted(asked.purposes)]
        return {"qualifications": {"operator": V1_OF_OPERATOR[asked.operator or "any"], "conditions": conditions}}
    assert rule.row_restriction_by_user_entitlements  # the model lets exactly one be set
    entitled = rule.row_restriction_by_user_entitlements
    conditions = sorted(map(_condition, entitled.matches), key=str)
    every = V1_OF_OPERATOR[entitled.operator or "all"]
    return {"qualifications": {"operator": every, "conditions": conditions}}


def _condition(match: LocalMatch) -> dict[str, Any]:
    if match.group:
        return {"type": "groups", "field": match.group.column}
    if match.purpose:
        return {"type": "purposes", "field": match.purpose.column}
    assert match.attribute  # the model lets exactly one be set
    return {
        "type": "authorizations",
        "field": match.attribute.column,
        "authorization": {"auth": match.attribute.attribute},
    }


def _function(it: LocalMaskingConfig) -> dict[str, Any]:
    if it.constant is not None:
        return {"type": "Consistent Value", "metadata": {"constant": it.constant}}
    if it.nullify:
        return {"type": "Consistent Value", "metadata": {"constant": None}}
    if it.regular_expression:
        found = it.regular_expression
        flags = {"caseInsensitive": found.case_insensitive, "global": found.global_match}
        metadata = {"regex": found.regex, "replacement": found.replacement, **only_given(flags)}
        return {"type": "Regular Expression", "metadata": metadata}
    if it.grouping:
        sizes = {"timePrecision": it.grouping.time_precision, "bucketSize": it.grouping.bucket_size}
        return {"type": "Grouping", "metadata": only_given(sizes)}
    return {"type": "Consistent Value" if it.hash else "Reversible", "metadata": {}}


def read(raw: dict[str, Any], known: LocalPolicy | None) -> LocalPolicy:
    """V1's policy: typed where the documents describe all of it and `known` is not JSON, else as JSON.

    One that was typed and came back with more than the documents describe stays as it is while it says the same.
    """
    if known is not None and known.json is not None:
        return known.replace(json=extra_json.read_back(known.json, raw))
    try:
        return _read(raw, known)
    except Undocumented:
        unchanged = known is not None and extra_json.covers(raw, body(known))
        return known if known and unchanged else LocalPolicy(json=json.dumps(raw, sort_keys=True))


def _read(raw: dict[str, Any], known: LocalPolicy | None) -> LocalPolicy:
    inner = members(raw, frozenset({"type", "rules"}), frozenset({"description"}))
    if not isinstance(inner["rules"], list) or not inner["rules"]:
        raise Undocumented
    before: list[LocalRule] = (known.rules if known else None) or []
    rules = [
        _read_rule(each, before[index] if index < len(before) else None) for index, each in enumerate(inner["rules"])
    ]
    return LocalPolicy(rules=rules, description=inner.get("description"))


def _read_rule(raw: Any, known: LocalRule | None) -> LocalRule:
    inner = members(raw, frozenset({"type", "config"}), frozenset({"exceptions"}))
    exempt = users.read(inner.get("exceptions"), known.exceptions if known else None)
    match inner["type"]:
        case "masking":
            return LocalRule(masking=_read_masking(inner["config"]), exceptions=exempt)
        case "prerequisite":
            before = known.purpose_restriction if known else None
            return LocalRule(purpose_restriction=read_purposes(inner["config"], before), exceptions=exempt)
        case "visibility":
            entitled = known.row_restriction_by_user_entitlements if known else None
            return LocalRule(
                row_restriction_by_user_entitlements=_read_rows(inner["config"], entitled), exceptions=exempt
            )
    raise Undocumented


def _read_masking(config: Any) -> LocalMasking:
    inner = members(config, frozenset({"fields", "maskingConfig"}))
    if not isinstance(inner["fields"], list):
        raise Undocumented
    function = masking.read_function(inner["maskingConfig"])
    return LocalMasking(
        columns=frozenset(text(each) for each in inner["fields"]),
        masking_config=LocalMaskingConfig(**{name: getattr(function, name) for name in FUNCTIONS}),
    )


def _read_rows(config: Any, known: LocalRowRestriction | None) -> LocalRowRestriction:
    inner = members(config, frozenset({"qualifications"}), frozenset({"predicate"}))
    asked = members(inner["qualifications"], frozenset({"conditions"}), frozenset({"operator"}))
    matches = frozenset(_read_condition(each) for each in asked["conditions"])
    return LocalRowRestriction(
        operator=operator(asked.get("operator")) if len(matches) > 1 else (known.operator if known else None),
        matches=matches,
    )


def _read_condition(condition: Any) -> LocalMatch:
    inner = members(condition, frozenset({"type", "field"}), frozenset({"group", "authorization"}))
    column = text(inner["field"])
    match inner["type"]:
        case "groups":
            return LocalMatch(group=ColumnMatch(column=column))
        case "purposes":
            return LocalMatch(purpose=ColumnMatch(column=column))
        case "authorizations":
            pair = members(inner.get("authorization"), frozenset({"auth"}), frozenset({"iam", "value"}))
            return LocalMatch(attribute=AttributeColumnMatch(column=column, attribute=text(pair["auth"])))
    raise Undocumented
