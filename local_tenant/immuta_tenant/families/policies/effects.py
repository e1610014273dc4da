"""What policies do to one data source, for the endpoints that show data sources."""

from __future__ import annotations

from immuta_tenant.families.iam.state import profile_name
from immuta_tenant.families.policies import handlers, shapes, state
from immuta_tenant.families.policies.application import Facts, applies
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant

_FLAGS = ("automaticSubscription", "allowDiscovery")
_PARTS = ("exceptions", "approvals")


def handler(store: Store, source: Document) -> Document:
    """Return the current handler of a data source."""
    return handlers.current(store, source)


def reference(store: Store, source: Document, current: Document) -> Document:
    """Return the handler the way a data source refers to it."""
    earlier = [version["id"] for version in handlers.versions(store, source) if version["id"] < current["id"]]
    schema = {"fields": [], "version": 1}
    ids = {"handlerId": current["id"], "previousHandlerId": earlier[-1] if earlier else None}
    return ids | {"dataSourceId": source["id"], "visibilitySchema": schema}


def names(store: Store, known: Facts) -> set[str]:
    """Return the names of the global policies that apply to a data source."""
    return {policy["name"] for policy in state.live(store) if applies(policy, known)}


def subscription(tenant: Tenant, known: Facts) -> Document:
    """Return `subscriptionType` and `subscriptionPolicy`: those of the first subscription policy that applies."""
    applied = _subscription_policies(tenant.store, known)
    if not applied or applied[0]["actions"][0]["subscriptionType"] == "manual":
        return {"subscriptionType": "manual", "subscriptionPolicy": None}
    action = applied[0]["actions"][0]
    shown = shapes.show_action(action, tenant.settings.policy_shape, local=False)
    kept = ("type", *_FLAGS, *_PARTS, "advanced", "criteria")
    return {
        "subscriptionType": action["subscriptionType"],
        "subscriptionPolicy": {name: shown[name] for name in kept if shown.get(name) not in (None, False)},
    }


def subscription_policies(tenant: Tenant, known: Facts) -> list[Document]:
    """Return the subscription policies of a data source; those that do not share with the first one are disabled."""
    applied = _subscription_policies(tenant.store, known)
    return [_listed(tenant.store, policy, applied[0]) for policy in applied]


def purposes(store: Store, known: Facts) -> list[Document]:
    """Return what the policies of a data source ask for: purposes, all or one of them."""
    actions = handlers.current(store, known.source)["jsonPolicies"]
    rules = [rule for action in actions for rule in action["rules"] if rule["type"] == "prerequisite"]
    asked = [rule["config"]["qualifications"] for rule in rules]
    return [
        {"operator": item["operator"], "purposes": [condition["value"] for condition in item["conditions"]]}
        for item in asked
    ]


def _subscription_policies(store: Store, known: Facts) -> list[Document]:
    return [policy for policy in state.live(store) if policy["type"] == "subscription" and applies(policy, known)]


def _listed(store: Store, policy: Document, first: Document) -> Document:
    shared = all(item["actions"][0]["shareResponsibility"] for item in (policy, first))
    disabled = policy["id"] != first["id"] and not shared
    return {
        "id": policy["id"],
        "name": policy["name"],
        "type": policy["type"],
        "parents": [],
        "disabled": disabled,
        "reason": f"The policy {first['name']} applies already." if disabled else None,
        "template": policy["template"],
        "createdAt": policy["createdAt"],
        "createdBy": profile_name(store, policy["createdBy"]),
    }
