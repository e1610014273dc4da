"""The form in which policies are stored: the house spelling of V1, with defaults filled in and sets in one order.

What has no order is put into an order that no client would choose, descending, so that a client that relies on its own
order is found out. Actions, their rules and the fields of a rule keep theirs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from immuta_tenant.store import Document

_FLAGS = ("allowDiscovery", "shareResponsibility", "automaticSubscription")


def normalised(stated: Document) -> Document:
    """Return the stored form of what a V1 body or a translated V2 body states, without server attributes."""
    return {
        "name": stated["name"],
        "type": stated["type"],
        "template": stated.get("template", False),
        "staged": stated.get("staged", False),
        "actions": [action(item) for item in stated["actions"]],
        "circumstances": _circumstances(stated.get("circumstances")),
        "certification": _certification(stated.get("certification")),
        "ownerRestrictions": _owners(stated.get("ownerRestrictions")),
    }


def action(stated: Document) -> Document:
    """Return the stored form of an action, of a global or of a local policy."""
    if stated["type"] == "subscription":
        return _subscription(stated)
    kind = stated["type"]
    rows = kind in ("visibility", "customWhere")
    return {
        "type": "rowOrObjectRestriction" if rows else kind,
        "description": stated.get("description") or None,
        "rules": [_rule(rule) for rule in stated["rules"]],
    }


def descending(items: Iterable[Any]) -> list[Any]:
    """Return the members of a set in the order in which they are stored."""
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True), reverse=True)


def _subscription(stated: Document) -> Document:
    kept = {name: stated[name] for name in ("type", "subscriptionType")}
    if stated.get("accessGrant", "READ") != "READ":
        kept["accessGrant"] = stated["accessGrant"]
    if stated.get("exceptions") is not None:
        kept["exceptions"] = _conditions(stated["exceptions"])
    if stated.get("approvals") is not None:
        kept["approvals"] = descending(stated["approvals"])
    if stated.get("advanced") is not None:
        kept["advanced"] = stated["advanced"]
    flags = {name: stated.get(name, False) for name in _FLAGS}
    return kept | flags | {"description": stated.get("description") or None}


def _rule(stated: Document) -> Document:
    config = dict(stated["config"])
    if stated["type"] == "masking":
        config["fields"] = [_field(field) for field in config["fields"]]
        _fill_regex(config["maskingConfig"])
    if stated["type"] == "prerequisite":
        config["qualifications"] = _conditions(config["qualifications"])
    if stated["type"] == "visibility":
        config = _visibility(config)
    if stated["type"] == "time":
        config.setdefault("isOlderOrNewer", "newer")
    if stated["type"] == "minimization" and config.get("hashPhrase") is None:
        config.pop("hashPhrase", None)
    rule = {"type": stated["type"], "config": config, "exceptions": _users(stated.get("exceptions"))}
    if stated.get("inclusions") is not None:
        rule["inclusions"] = _conditions(stated["inclusions"])
    return rule


def _field(field: Any) -> Any:
    if isinstance(field, str):
        return field
    if "type" in field:
        return field | ({"columnRegex": _pattern(field["columnRegex"])} if "columnRegex" in field else {})
    return {"name": field["name"], "source": field.get("source") or "curated"}


def _fill_regex(masking: Document) -> None:
    if masking["type"] == "Regular Expression":
        masking["metadata"] = {"caseInsensitive": False, "global": False} | masking["metadata"]


def _visibility(config: Document) -> Document:
    if "column" in config:
        return {"column": config["column"], "values": config["values"], "invert": config.get("invert", False)}
    qualifications = _conditions(config["qualifications"])
    # Made by the server, whatever a client sends.
    return {"qualifications": qualifications, "predicate": _predicate(qualifications)}


def _predicate(qualifications: Document) -> str:
    tests = [_test(condition) for condition in qualifications["conditions"]]
    joint = f" {qualifications['operator']} "
    return f"({joint.join(tests)})"


def _test(condition: Document) -> str:
    values = "@groups()" if condition["type"] == "groups" else "@purposes()"
    if condition["type"] == "authorizations":
        values = f"@attributeValues('{condition['authorization']['auth']}')"
    return f"`{condition['field']}` in ({values})"


def _users(stated: Document | None) -> Document | None:
    return None if stated is None else _conditions(stated)


def _conditions(stated: Document) -> Document:
    conditions = descending(_condition(item) for item in stated["conditions"])
    return {"operator": stated["operator"], "conditions": conditions}


def _condition(stated: Document) -> Document:
    kept: Document = {"type": stated["type"]}
    if stated.get("value") is not None:
        kept["value"] = stated["value"]
    for name in ("group", "authorization"):
        if stated.get(name):
            kept[name] = {key: value for key, value in stated[name].items() if value is not None and key != "id"}
    field = stated.get("field")
    if field is not None:
        kept["field"] = field if isinstance(field, str) else field["name"]
    return kept


def _circumstances(stated: list[Document] | None) -> list[Document] | None:
    if stated is None:
        return None
    return descending(_circumstance(item) for item in stated)


def _circumstance(stated: Document) -> Document:
    kept: Document = {"operator": "or"} | stated
    for name in ("tag", "columnTag"):
        if name in kept:
            kept[name] = {"name": kept[name]["name"]}
    if "columnRegex" in kept:
        kept["columnRegex"] = _pattern(kept["columnRegex"])
    if kept["type"] == "time":
        kept = {"endDate": None} | kept
    if "domains" in kept:
        kept["domains"] = descending(kept["domains"])
    return kept


def _pattern(stated: Document) -> Document:
    return {"regex": stated["regex"], "caseInsensitive": stated.get("caseInsensitive", False)}


def _certification(stated: Document | None) -> Document | None:
    if stated is None:
        return None
    return stated | {"tags": descending(stated["tags"]), "recertify": stated.get("recertify", False)}


def _owners(stated: Document | None) -> Document | None:
    if stated is None:
        return None
    return {name: descending(stated.get(name) or []) for name in ("users", "groups")}
