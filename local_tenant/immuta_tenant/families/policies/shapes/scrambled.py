"""A spelling that nobody would guess, for tests of clients that must not guess: other names, other nesting."""

from __future__ import annotations

from typing import Any

from immuta_tenant.families.policies.shapes import moves
from immuta_tenant.store import Document

CIRCUMSTANCE: tuple[moves.Move, ...] = (("domains", "collections.members"),)
SUBSCRIPTION: tuple[moves.Move, ...] = (("advanced", "criteria.expression"),)
_METADATA = "config.maskingConfig.metadata"
_ANY_RULE: tuple[moves.Move, ...] = (("inclusions", "audience.insiders"),)
_RULES: dict[str, tuple[moves.Move, ...]] = {
    "masking": (
        ("config.conditionalPredicate", "onlyRows.expression"),
        (f"{_METADATA}.kLevel", f"{_METADATA}.anonymity.k"),
        (f"{_METADATA}.reIdProbability", f"{_METADATA}.anonymity.risk"),
        (f"{_METADATA}.replacementRatePercent", f"{_METADATA}.noise.share"),
        (f"{_METADATA}.stddev", f"{_METADATA}.noise.deviation"),
        (f"{_METADATA}.clip", f"{_METADATA}.noise.bounded"),
        (f"{_METADATA}.caseInsensitive", f"{_METADATA}.flags.ignoreCase"),
        (f"{_METADATA}.global", f"{_METADATA}.flags.everywhere"),
        (f"{_METADATA}.sqlFunction", f"{_METADATA}.code"),
    ),
    "visibility": (
        ("config.column", "config.membership.of"),
        ("config.values", "config.membership.among"),
        ("config.invert", "config.membership.negated"),
    ),
    "time": (("config.time", "config.window.seconds"), ("config.isOlderOrNewer", "config.window.side")),
    "minimization": (("config.percent", "config.sample.share"), ("config.hashPhrase", "config.sample.phrase")),
    "customWhere": (("config.predicate", "config.filter.sql"),),
}
_CONDITION: tuple[moves.Move, ...] = (("field", "column.tagged"),)
_SELECTOR: tuple[moves.Move, ...] = (("type", "select.by"), ("columnRegex", "select.pattern"))


def show_rule(rule: Document, *, local: bool) -> None:
    """Spell a stored rule this way."""
    config = rule["config"]
    for selector in config.get("fields", ()):
        if isinstance(selector, dict):
            moves.there(selector, _SELECTOR)
    if not local:
        for condition in config.get("qualifications", {}).get("conditions", ()):
            moves.there(condition, _CONDITION)
    moves.there(rule, (*_ANY_RULE, *_RULES.get(rule["type"], ())))


def read_rule(rule: Document) -> None:
    """Turn a rule that is spelled this way into the house's spelling, as far as it is one."""
    moves.back(rule, (*_ANY_RULE, *_RULES.get(str(rule.get("type")), ())))
    config = rule.get("config")
    if not isinstance(config, dict):
        return
    for selector in _objects(config.get("fields")):
        moves.back(selector, _SELECTOR)
    qualifications = config.get("qualifications")
    if isinstance(qualifications, dict):
        for condition in _objects(qualifications.get("conditions")):
            moves.back(condition, _CONDITION)


def show_owners(owners: Document) -> Document:
    """Spell owner restrictions this way."""
    users = [{"kind": "user", "realm": user["iamid"], "login": user["username"]} for user in owners["users"]]
    return {"ownedBy": [*users, *({"kind": "group", "title": name} for name in owners["groups"])]}


def read_owners(owners: Any) -> Any:
    """Return owner restrictions in the house's spelling, as far as they are spelled this way."""
    if not isinstance(owners, dict) or not isinstance(owners.get("ownedBy"), list):
        return owners
    named = _objects(owners["ownedBy"])
    users = [{"iamid": item.get("realm"), "username": item.get("login")} for item in named if "login" in item]
    return {"users": users, "groups": [item.get("title") for item in named if "login" not in item]}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
