"""What responses about data sources look like, as far as the tenant knows data sources."""

from __future__ import annotations

from immuta_tenant.families.policies import effects
from immuta_tenant.families.policies.application import Facts
from immuta_tenant.store import Document
from immuta_tenant.tenant import Tenant

_HIT = ("id", "name", "deleted", "createdAt", "blobHandlerType", "connectionString", "domainId", "domainName")
_READ = ("id", "name", "deleted", "createdBy", "createdAt", "updatedAt", "blobHandlerType")


def handled(source: Document) -> Document:
    """Return a data source as the answers about project membership show it."""
    return {"id": source["id"], "name": source["name"], "blobHandlerType": source["blobHandlerType"]}


def hit(tenant: Tenant, known: Facts) -> Document:
    """Return a data source as the search shows it."""
    policies = effects.handler(tenant.store, known.source)["jsonPolicies"]
    conflict = any(policy.get("global", {}).get("conflict") for policy in policies)
    state = ("In Conflict" if conflict else "No Conflict") if policies else "None"
    shown = {name: known.source[name] for name in _HIT} | effects.subscription(tenant, known)
    return shown | {"description": None, "policy": state, "policyHandlerType": _handler_type(policies)}


def read(tenant: Tenant, known: Facts) -> Document:
    """Return a data source by itself."""
    source = known.source
    handler = effects.handler(tenant.store, source)
    policies = handler["jsonPolicies"]
    shown = {name: source[name] for name in _READ} | effects.subscription(tenant, known)
    return shown | {
        "description": None,
        "documentation": f"# {source['name']}",
        "type": "queryable",
        "policyHandler": effects.reference(tenant.store, source, handler) if policies else None,
        "policyHandlerType": _handler_type(policies),
        "globalPolicies": effects.subscription_policies(tenant, known) or None,
        "statusInfo": {"globalPolicy": {"status": "passed", "lastAttempted": handler["createdAt"]}},
    }


def _handler_type(policies: list[Document]) -> str:
    return "Builder" if policies else "None"
