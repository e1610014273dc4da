"""How `immuta_project` is put to the test."""

from __future__ import annotations

from typing import Any

from immuta_provider.resources.project import ProjectResource
from tests.acceptance import outside, suite

KEY = "churn-study"
ENTITLEMENTS = {
    "automatic_subscription": True,
    "allow_discovery": True,
    "operator": "all",
    "groups": ["Analysts", "Stewards"],
    "attributes": [{"name": "Clearance", "value": "high"}],
}
FULL = {
    "project_key": KEY,
    "name": "Churn study",
    "description": "Why customers leave",
    "documentation": "# Churn\n\nRead this first.",
    "allow_masked_joins": True,
    "purposes": ["${immuta_purpose.research.name}", "${immuta_purpose.loyalty.name}"],
    "tags": ["Discovered.PII", "Finance.Revenue"],
    "subscription_policy": {"entitlements": ENTITLEMENTS},
    "data_sources": ["Sales Orders", "Sales Customers"],
    "equalization": True,
    "workspace": {"snowflake": {"schema": "CHURN", "warehouses": ["WH_A", "WH_B"]}},
    "deletion_protection": False,
    "delete_data_sources_on_workspace_delete": False,
}
GROUP = {"type": "groups", "group": {"name": "Analysts"}}
STEWARDS = {"type": "groups", "group": {"name": "Stewards"}}
CLEARANCE = {"type": "authorizations", "authorization": {"auth": "Clearance", "value": "high"}}


def _entitlements(**changes: Any) -> dict[str, Any]:
    return {"subscription_policy": {"entitlements": {**ENTITLEMENTS, **changes}}}


def _changed(*, automatic: bool = True, discovery: bool = True, operator: str = "and", conditions: Any = None) -> Any:
    """The entitlements of FULL in V1's form, with one difference."""
    return outside.change_policy(
        KEY,
        "policy",
        automaticSubscription=automatic,
        allowDiscovery=discovery,
        exceptions={"operator": operator, "conditions": conditions or [GROUP, STEWARDS, CLEARANCE]},
    )


OTHER_CLEARANCE = {"type": "authorizations", "authorization": {"auth": "Clearance", "value": "low"}}
OTHER_NAME = {"type": "authorizations", "authorization": {"auth": "Team", "value": "high"}}
WORKSPACES = "test_workspaces"
VARIANTS = "test_every_form_of_subscription_policy"
POLICY = "subscription_policy"


def _texts(text: str) -> dict[str, Any]:
    if text != text.strip() or "\n" in text:
        return {}  # names are one line, without spaces at their ends
    named = {"groups": [text, f"other {text}"], "attributes": [{"name": text, "value": text}]}
    return {POLICY: {"entitlements": named}, "workspace": {"snowflake": {"schema": text, "warehouses": [text]}}}


CASE = suite.Case(
    resource=ProjectResource,
    identity="project_key",
    requires={"immuta_purpose": {"research": {"name": "Research"}, "loyalty": {"name": "Loyalty"}}},
    minimal={"project_key": "minimal study", "name": "Minimal"},
    full=FULL,
    updates={
        "name": {"name": "Churn study 2"},
        "description": {"description": "Why they stay"},
        "documentation": {"documentation": "# Other"},
        "allow_masked_joins": {"allow_masked_joins": False},
        "purposes": {"purposes": ["${immuta_purpose.loyalty.name}"]},
        "tags": {"tags": ["Finance.Revenue"]},
        f"{POLICY}.entitlements.automatic_subscription": _entitlements(automatic_subscription=False),
        f"{POLICY}.entitlements.allow_discovery": _entitlements(automatic_subscription=False, allow_discovery=False),
        f"{POLICY}.entitlements.operator": _entitlements(operator="any"),
        f"{POLICY}.entitlements.groups": _entitlements(groups=["Analysts"]),
        f"{POLICY}.entitlements.attributes.name": _entitlements(attributes=[{"name": "Team", "value": "high"}]),
        f"{POLICY}.entitlements.attributes.value": _entitlements(attributes=[{"name": "Team", "value": "red"}]),
        "data_sources": {"data_sources": ["Sales Orders"]},
        "delete_data_sources_on_workspace_delete": {"delete_data_sources_on_workspace_delete": True},
        "project_key": {"project_key": "churn-study-2"},
    },
    replaces=frozenset({"project_key"}),
    drifts={
        "name": outside.change_project(KEY, name="changed outside"),
        "description": outside.change_project(KEY, description="changed outside"),
        "documentation": outside.change_project(KEY, documentation="changed outside"),
        "allow_masked_joins": outside.change_project(KEY, allowMaskedJoins=False),
        "purposes": outside.change_purposes(KEY, "Research"),
        "tags": lambda tenant: outside.call(
            tenant, "DELETE", f"/tag/project/{outside.project(tenant, KEY)['id']}/Finance.Revenue"
        ),
        "data_sources": lambda tenant: tenant.change_project(KEY, dataSources=["Sales Orders"]),
        f"{POLICY}.entitlements.automatic_subscription": _changed(automatic=False),
        f"{POLICY}.entitlements.allow_discovery": _changed(discovery=False),
        f"{POLICY}.entitlements.operator": _changed(operator="or"),
        f"{POLICY}.entitlements.groups": _changed(conditions=[GROUP, CLEARANCE]),
        f"{POLICY}.entitlements.attributes.name": _changed(conditions=[GROUP, STEWARDS, OTHER_NAME]),
        f"{POLICY}.entitlements.attributes.value": _changed(conditions=[GROUP, STEWARDS, OTHER_CLEARANCE]),
    },
    gone=outside.delete_project(KEY),
    import_ids=(KEY, f"key:{KEY}", None),
    covered_by={
        f"{POLICY}.anyone.automatic_subscription": VARIANTS,
        f"{POLICY}.anyone.description": VARIANTS,
        f"{POLICY}.approval.approvals.required_permission": VARIANTS,
        f"{POLICY}.approval.approvals.specific_approver_required": VARIANTS,
        f"{POLICY}.entitlements.advanced": VARIANTS,
        "equalization": "test_equalization",
        "workspace.databricks.database": WORKSPACES,
        "workspace.databricks.directory": WORKSPACES,
        "workspace.databricks.workspace_configuration_name": WORKSPACES,
        "workspace.snowflake.schema": WORKSPACES,
        "workspace.snowflake.warehouses": WORKSPACES,
        "stored_form": WORKSPACES,
        "extra_json": "test_extra_json",
    },
    keys=(*suite.ANY_KEYS, "..", ".", "a..b"),
    refused_keys=("", " a", "a ", "a\nb"),
    texts=_texts,
)
