"""What responses about policies look like. Key sets are documented; what no document spells depends on the shape."""

from __future__ import annotations

from typing import Any

from immuta_tenant.families.iam.state import profile_name
from immuta_tenant.families.policies import shapes
from immuta_tenant.families.policies.application import Facts, sources_of
from immuta_tenant.families.tags.state import below
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant

_ATTRIBUTES = (
    "id", "policyKey", "name", "type", "template", "staged", "actions", "circumstances", "certification",
    "ownerRestrictions", "metadata", "clonedFrom", "systemGenerated", "deleted", "createdBy", "createdAt", "updatedAt",
)  # fmt: skip


def policy(tenant: Tenant, stored: Document) -> Document:
    """Return a global policy as the V1 API shows it."""
    shown = {name: stored[name] for name in _ATTRIBUTES}
    shown["createdByName"] = profile_name(tenant.store, stored["createdBy"])
    shown["circumstances"] = _circumstances(tenant.store, stored["circumstances"])
    shown["actions"] = [_action(tenant.store, action) for action in stored["actions"]]
    return shapes.show(tenant.store, shown, tenant.settings.policy_shape)


def name_only(stored: Document) -> Document:
    """Return a global policy as the list shows it with `nameOnly`."""
    return {name: stored[name] for name in ("name", "id", "type")}


def handler(tenant: Tenant, stored: Document) -> Document:
    """Return a policy handler."""
    return stored | {"jsonPolicies": [local_policy(tenant, policy) for policy in stored["jsonPolicies"]]}


def local_policy(tenant: Tenant, stored: Document) -> Document:
    """Return a local policy, or what a global one has put into a handler."""
    return shapes.show_action(stored, tenant.settings.policy_shape, local=True)


def global_hit(store: Store, stored: Document, known: list[Facts]) -> Document:
    """Return a global policy as the search shows it."""
    sources = [{"id": source["id"], "name": source["name"]} for source in sources_of(stored, known)]
    return {
        "name": stored["name"],
        "createdBy": profile_name(store, stored["createdBy"]),
        "state": "staged" if stored["staged"] else "active",
        "isNotApplied": not sources,
        "scope": "global",
        "type": stored["type"],
        "globalPolicyId": stored["id"],
        "policyId": None,
        "dataSourceId": None,
        "createdAt": stored["createdAt"],
        "detailLabels": {"ruleType": _rule_types(stored["actions"]), "tags": _tags(stored)},
        "enforcedOn": {"count": len(sources), "hits": sources},
    }


def local_hit(store: Store, source: Document, version: Document, stored: Document) -> Document:
    """Return a local policy as the search shows it."""
    return {
        "name": stored["description"] or f"{stored['type']} on {source['name']}",
        "createdBy": profile_name(store, stored["createdBy"]),
        "state": "active",
        "isNotApplied": False,
        "scope": "local",
        "type": "data",
        "globalPolicyId": None,
        "policyId": version["id"],
        "dataSourceId": source["id"],
        "createdAt": stored["createdAt"],
        "detailLabels": {"ruleType": _rule_types([stored]), "tags": []},
        "enforcedOn": {"count": 1, "hits": [{"id": source["id"], "name": source["name"]}]},
    }


def _action(store: Store, action: Document) -> Document:
    rules = [_rule(store, rule) for rule in action["rules"]] if "rules" in action else None
    return action if rules is None else action | {"rules": rules}


def _rule(store: Store, rule: Document) -> Document:
    if rule["type"] != "masking":
        return rule
    return rule | {"config": rule["config"] | {"fields": [_field(store, item) for item in rule["config"]["fields"]]}}


def _field(store: Store, field: Document) -> Document:
    return field if "type" in field else _tag(store, field)


def _tag(store: Store, tag: Document) -> Document:
    return tag | {"hasLeafNodes": bool(below(store, tag["name"]))}


def _circumstances(store: Store, stored: list[Document] | None) -> list[Document] | None:
    if stored is None:
        return None
    tags = ("tag", "columnTag")
    return [{key: _tag(store, item[key]) if key in tags else item[key] for key in item} for item in stored]


def _rule_types(actions: list[Document]) -> list[str]:
    subscriptions = {action["subscriptionType"] for action in actions if "subscriptionType" in action}
    return sorted(subscriptions | {rule["type"] for action in actions for rule in action.get("rules", ())})


def _tags(stored: Document) -> list[str]:
    named: set[str] = set()
    for item in stored["circumstances"] or ():
        named |= {item[key]["name"] for key in ("tag", "columnTag") if key in item}
    for config in (rule["config"] for action in stored["actions"] for rule in action.get("rules", ())):
        named |= {field["name"] for field in config.get("fields", ()) if "name" in field}
        conditions: list[dict[str, Any]] = config.get("qualifications", {}).get("conditions", [])
        named |= {condition["field"] for condition in conditions if "field" in condition}
        named |= {config["column"]["name"]} if "column" in config else set()
    return sorted(named)
