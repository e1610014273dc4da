"""The V1 form of a V2 policy, in the house spelling. V2 is written and V1 is read, so this is the heart of a read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from immuta_tenant.families.policies import schema_rules as rules
from immuta_tenant.families.policies import schema_v2 as v2
from immuta_tenant.store import Document

_OPERATORS = {"any": "or", "all": "and", None: "or"}
_SUBSCRIPTION_TYPES = {"anyone": "automatic", "approval": "approval", "entitlements": "policy", "manual": "manual"}


def attributes(policy: v2.SubscriptionPolicy | v2.DataPolicy) -> Document:
    """Return everything that a V2 body says about a policy; what it leaves out is left out here too."""
    owners = policy.ownerRestrictions
    common: Document = {
        "name": policy.name,
        "type": policy.type,
        "template": policy.template,
        "staged": policy.staged,
        "ownerRestrictions": None if owners is None else owners.model_dump(),
    }
    if policy.circumstances is not None:
        operator = _OPERATORS[policy.circumstanceOperator]
        common["circumstances"] = [_circumstance(item) | {"operator": operator} for item in policy.circumstances]
    if isinstance(policy, v2.SubscriptionPolicy):
        return common | {"actions": [_subscription(policy.actions)]}
    certification = None if policy.certification is None else policy.certification.model_dump()
    return common | {"actions": [_action(action) for action in policy.actions], "certification": certification}


def _circumstance(item: Any) -> Document:
    stated: Document = item.model_dump(exclude_none=True)
    kind = stated["type"]
    if kind in ("tags", "columnTags"):
        key = "tag" if kind == "tags" else "columnTag"
        return {"type": kind, key: {"name": stated[key]}}
    if kind == "columnRegex":
        return {"type": kind, "columnRegex": {name: stated[name] for name in ("regex", "caseInsensitive")}}
    return stated


def _subscription(action: Any) -> Document:
    stated: Document = action.model_dump(exclude={"type", "entitlements"}, exclude_none=True)
    stated |= {"type": "subscription", "subscriptionType": _SUBSCRIPTION_TYPES[action.type]}
    if isinstance(action, v2.ByEntitlements) and action.entitlements is not None:
        stated["exceptions"] = _users(action.entitlements, ())
    return stated


def _action(action: v2.DataAction) -> Document:
    described: Document = {"description": action.description}
    translated = [_rule(rule) for rule in action.rules]
    kind = translated[0]["type"]
    within_rows = ("visibility", "customWhere")
    return described | {"type": "rowOrObjectRestriction" if kind in within_rows else kind, "rules": translated}


def _rule(rule: Any) -> Document:
    kind, config = _CONFIGS[type(rule)](rule.config)
    translated: Document = {"type": kind, "config": config, "exceptions": None}
    if rule.exceptions is not None:
        translated["exceptions"] = _users(rule.exceptions, rule.exceptions.purposes)
    if rule.inclusions is not None:
        translated["inclusions"] = _users(rule.inclusions, rule.inclusions.purposes)
    return translated


def _users(users: v2.Entitlements | rules.RuleUsers, purposes: Sequence[str]) -> Document:
    conditions: list[Document] = [{"type": "groups", "group": {"name": group}} for group in users.groups]
    conditions += [
        {"type": "authorizations", "authorization": {"auth": attribute.name, "value": attribute.value}}
        for attribute in users.attributes
    ]
    conditions += [{"type": "purposes", "value": purpose} for purpose in purposes]
    return {"operator": _OPERATORS[users.operator], "conditions": conditions}


def _masking(config: v2.MaskingConfig) -> tuple[str, Document]:
    translated: Document = {
        "fields": [_selector(selector) for selector in config.fields],
        "maskingConfig": _mask(config.maskingConfig),
    }
    if config.conditionalPredicate is not None:
        translated["conditionalPredicate"] = config.conditionalPredicate
    return "masking", translated


def _selector(selector: Any) -> Document:
    if isinstance(selector, rules.TagSelector):
        return {"name": selector.columnTag, "source": "curated"}
    if isinstance(selector, rules.RegexSelector):
        pattern = {"regex": selector.regex, "caseInsensitive": selector.caseInsensitive}
        return {"type": "columnRegex", "columnRegex": pattern}
    return {"type": selector.type}


def _mask(masking: Any) -> Document:
    # An absent constant hashes, a null one nulls: the two must never be confused.
    metadata: dict[str, Document] = {"Hash": {}, "Null": {"constant": None}}
    if masking.type in metadata:
        return {"type": "Consistent Value", "metadata": metadata[masking.type]}
    kind = "Consistent Value" if masking.type == "Constant" else masking.type
    return {"type": kind, "metadata": masking.settings}


def _prerequisite(config: rules.PurposeRestriction) -> tuple[str, Document]:
    conditions = [{"type": "purposes", "value": purpose} for purpose in config.purposes]
    return "prerequisite", {"qualifications": {"operator": _OPERATORS[config.operator], "conditions": conditions}}


def _rows(config: rules.RowRestriction) -> tuple[str, Document]:
    if config.column is not None:
        by_values = {"column": config.column.model_dump(), "values": config.values, "invert": config.invert}
        return "visibility", by_values
    matches = config.matches if isinstance(config.matches, list) else [config.matches]
    conditions = [_match(match) for match in matches]
    return "visibility", {"qualifications": {"operator": _OPERATORS[config.operator], "conditions": conditions}}


def _match(match: Any) -> Document:
    if isinstance(match, rules.AttributeMatch):
        return {"type": "authorizations", "authorization": {"auth": match.attribute}, "field": match.tag}
    return {"type": "groups", "field": match.tag}


def _same(kind: str) -> Callable[[Any], tuple[str, Document]]:
    return lambda config: (kind, config.model_dump(exclude_none=True))


_CONFIGS: dict[type, Callable[[Any], tuple[str, Document]]] = {
    v2.MaskingRule: _masking,
    v2.PurposeRule: _prerequisite,
    v2.RowRule: _rows,
    v2.WhereRule: _same("customWhere"),
    v2.TimeRule: _same("time"),
    v2.MinimizationRule: _same("minimization"),
}
