"""The V1 form of what the V2 body says.

Subscription policies, workspaces and equalization are written with one vocabulary and read with the other.
"""

from __future__ import annotations

from typing import Any

from immuta_tenant.families.projects.schema_v2 import (
    Anyone,
    ByApproval,
    ByEntitlements,
    DatabricksWorkspace,
    Entitlements,
    Manual,
    SnowflakeWorkspace,
    V2Body,
)
from immuta_tenant.families.projects.state import NO_MINIMUM
from immuta_tenant.store import Document

_OPERATORS = {"any": "or", "all": "and"}


def subscription(policy: Anyone | ByApproval | ByEntitlements | Manual | None) -> Document:
    """Return `subscriptionType` and `subscriptionPolicy` as V1 shows them."""
    if policy is None or isinstance(policy, Manual):
        return {"subscriptionType": "manual", "subscriptionPolicy": None}
    kind, rest = _variant(policy)
    described = {"description": policy.description} if policy.description else {}
    return {"subscriptionType": kind, "subscriptionPolicy": {"type": "subscription"} | rest | described}


def workspace(body: V2Body) -> Document:
    """Return `workspace`, `snowflake` and `equalization` as V1 shows them."""
    shown: dict[str, Any] = {"workspace": None, "snowflake": None, "equalization": None}
    if isinstance(body.workspace, DatabricksWorkspace):
        config = body.workspace.config
        place = {"directory": config.directory, "name": config.workspaceConfigurationName}
        shown["workspace"] = {"type": "databricks", "db": config.database, "enabled": True} | place
    if isinstance(body.workspace, SnowflakeWorkspace):
        snowflake = body.workspace.config
        shown["snowflake"] = {"enabled": True, "schema": snowflake.schema_, "warehouses": snowflake.warehouses}
    if body.equalization or body.workspace is not None:
        shown["equalization"] = NO_MINIMUM
    return shown


def _variant(policy: Anyone | ByApproval | ByEntitlements) -> tuple[str, Document]:
    if isinstance(policy, Anyone):
        return "automatic", {"automaticSubscription": policy.automaticSubscription}
    if isinstance(policy, ByApproval):
        return "approval", {"approvals": [approval.model_dump() for approval in policy.approvals]}
    flags = {"automaticSubscription": policy.automaticSubscription, "allowDiscovery": policy.allowDiscovery}
    if policy.entitlements is None:
        return "policy", flags | {"advanced": policy.advanced}
    return "policy", flags | {"exceptions": _exceptions(policy.entitlements)}


def _exceptions(entitlements: Entitlements) -> Document:
    groups: list[Document] = [{"type": "groups", "group": {"name": group}} for group in entitlements.groups]
    attributes: list[Document] = [
        {"type": "authorizations", "authorization": {"auth": attribute.name, "value": attribute.value}}
        for attribute in entitlements.attributes
    ]
    return {"operator": _OPERATORS[entitlements.operator], "conditions": groups + attributes}
