"""`immuta_project` with real Terraform."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_provider.resources.project import Project
from immuta_tenant import running_tenant
from tests.acceptance import outside, suite
from tests.acceptance.conftest import API_KEY
from tests.acceptance.terraform import Workspace, flat

pytestmark = pytest.mark.terraform

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
WORKSPACES = "the tests of workspaces below"
VARIANTS = "the tests of the other subscription policies below"
POLICY = "subscription_policy"

CASE = suite.Case(
    type_name="immuta_project",
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
        "deletion_protection": {"deletion_protection": True},
        "deletion_protection again": {"deletion_protection": False},
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
        **{f"timeouts.{each}": "test_timeouts" for each in ("create", "read", "update", "delete")},
        f"{POLICY}.anyone.automatic_subscription": VARIANTS,
        f"{POLICY}.anyone.description": VARIANTS,
        f"{POLICY}.approval.approvals.required_permission": VARIANTS,
        f"{POLICY}.approval.approvals.specific_approver_required": VARIANTS,
        f"{POLICY}.entitlements.advanced": VARIANTS,
        "equalization": WORKSPACES,
        "workspace.databricks.database": WORKSPACES,
        "workspace.databricks.directory": WORKSPACES,
        "workspace.databricks.workspace_configuration_name": WORKSPACES,
        "workspace.snowflake.schema": WORKSPACES,
        "workspace.snowflake.warehouses": WORKSPACES,
        "stored_form": WORKSPACES,
        "extra_json": "test_extra_json",
    },
)


def _with_policy(policy: dict[str, Any] | None) -> dict[str, Any]:
    project = {"project_key": KEY, "name": "Churn study"}
    return {"immuta_project": {"it": project | ({POLICY: policy} if policy else {})}}


def test_every_attribute_is_covered() -> None:
    """The key is the identity: no documented call changes it."""
    assert suite.uncovered(CASE, Project.block) == ["project_key: no change made outside"]


@pytest.mark.parametrize("attributes", [CASE.minimal, CASE.full], ids=["minimal", "full"])
def test_create(workspace: Workspace, attributes: dict[str, Any]) -> None:
    suite.check_create(CASE, workspace, attributes)


def test_update(workspace: Workspace) -> None:
    suite.check_updates(CASE, workspace)


def test_drift(workspace: Workspace, tenant: Any) -> None:
    suite.check_drift(CASE, workspace, tenant)


def test_import(workspace: Workspace) -> None:
    suite.check_import(CASE, workspace)


def test_gone(workspace: Workspace, tenant: Any) -> None:
    suite.check_gone(CASE, workspace, tenant)


POLICIES: list[tuple[dict[str, Any] | None, Any]] = [
    ({"anyone": {}}, outside.change_policy(KEY, "automatic", automaticSubscription=True)),
    (
        {"anyone": {"automatic_subscription": True, "description": "Everyone"}},
        outside.change_policy(KEY, "automatic", automaticSubscription=True, description="Somebody else"),
    ),
    (
        {"approval": {"approvals": [{"required_permission": "GOVERNANCE"}]}},
        outside.change_policy(
            KEY, "approval", approvals=[{"requiredPermission": "GOVERNANCE", "specificApproverRequired": True}]
        ),
    ),
    (
        {
            "approval": {
                "approvals": [
                    {"required_permission": "GOVERNANCE", "specific_approver_required": True},
                    {"required_permission": "ADMIN", "specific_approver_required": False},
                ]
            }
        },
        outside.change_policy(
            KEY, "approval", approvals=[{"requiredPermission": "ADMIN", "specificApproverRequired": False}]
        ),
    ),
    (
        {"entitlements": {"advanced": "@isInGroups('Analysts')", "allow_discovery": True}},
        outside.change_policy(KEY, "policy", allowDiscovery=True, advanced="@isInGroups('Others')"),
    ),
    ({"entitlements": {"groups": ["Analysts"]}}, outside.change_project(KEY, subscriptionType="manual")),
    (None, outside.change_policy(KEY, "automatic", automaticSubscription=False)),
]


def test_every_form_of_subscription_policy(workspace: Workspace, tenant: Any) -> None:
    """Each form is written, read back without a difference, and seen when it changes outside."""
    for policy, change in POLICIES:
        workspace.write(_with_policy(policy))
        workspace.apply()
        workspace.assert_no_changes()
        change(tenant)
        planned = workspace.apply_changes().only()
        assert planned.attributes == {POLICY}, planned
    workspace.assert_no_changes()


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({}, "one of anyone, approval, entitlements must be set"),
        ({"anyone": {}, "approval": {"approvals": []}}, "exactly one of"),
    ],
)
def test_a_policy_has_exactly_one_form(workspace: Workspace, policy: dict[str, Any], message: str) -> None:
    workspace.write({"immuta_project": {"it": {"project_key": KEY, "name": "x", POLICY: policy}}})
    printed = flat(workspace.run("validate", "-no-color", ok=(1,)))
    assert message in printed
    assert POLICY in printed


def test_unset_tags_and_purposes_are_left_alone(workspace: Workspace, tenant: Any) -> None:
    """What others attach stays when Terraform writes, and is no drift; `[]` takes it away."""
    project = {"project_key": KEY, "name": "Churn study"}
    workspace.write({"immuta_project": {"it": project}})
    workspace.apply()
    outside.call(tenant, "POST", "/api/v2/purpose", json={"name": "Theirs"})
    outside.change_project(KEY, tags=[{"name": "Discovered.PII"}])(tenant)
    outside.change_purposes(KEY, "Theirs")(tenant)
    workspace.assert_no_changes()
    workspace.write({"immuta_project": {"it": {**project, "description": "new"}}})
    assert workspace.apply_changes().only().attributes == {"description"}
    found = outside.project(tenant, KEY)
    assert [each["name"] for each in found["tags"]] == ["Discovered.PII"]
    assert [each["name"] for each in found["purposes"]] == ["Theirs"]
    workspace.write({"immuta_project": {"it": {**project, "description": "new", "tags": [], "purposes": []}}})
    assert workspace.apply_changes().only().attributes == {"tags", "purposes"}
    workspace.assert_no_changes()
    found = outside.project(tenant, KEY)
    assert (found["tags"], found["purposes"]) == ([], [])


def test_data_sources_and_equalization_survive_an_update(workspace: Workspace, tenant: Any) -> None:
    """What this resource does not manage is sent back, because a V2 post is the whole desired state."""
    project = {"project_key": KEY, "name": "Churn study"}
    workspace.write({"immuta_project": {"it": project}})
    workspace.apply()
    tenant.change_project(KEY, dataSources=["Sales Orders"], equalization={"validationFrequency": 7})
    workspace.write({"immuta_project": {"it": {**project, "description": "new"}}})
    workspace.apply()
    found = outside.project(tenant, KEY)
    members = outside.call(tenant, "GET", f"/project/{found['id']}/dataSources")["dataSources"]
    assert [each["dataSourceName"] for each in members] == ["Sales Orders"]
    assert found["equalization"] is not None


def test_a_disabled_project_is_planned_anew_and_enabled_again(workspace: Workspace, tenant: Any) -> None:
    workspace.write({"immuta_project": {"it": {"project_key": KEY, "name": "Churn study"}}})
    workspace.apply()
    identifier = workspace.state()["immuta_project.it"]["id"]
    outside.disable_project(KEY)(tenant)
    assert workspace.plan().only().action == "created"
    assert "existed, disabled, and was enabled again" in flat(workspace.apply_plan())
    workspace.assert_no_changes()
    assert workspace.state()["immuta_project.it"]["id"] == identifier
    assert outside.project(tenant, KEY)["deleted"] is False


def test_an_equal_project_is_adopted_and_another_refused(workspace: Workspace, tenant: Any) -> None:
    outside.call(tenant, "POST", "/api/v2/project", json={"projectKey": KEY, "name": "Theirs", "description": "UI"})
    workspace.write({"immuta_project": {"it": {"project_key": KEY, "name": "Mine", "description": "UI"}}})
    printed = workspace.apply_fails()
    assert "it exists already" in printed
    assert "differs from the configuration in: name" in printed
    assert f"terraform import <address> '{KEY}'" in printed
    assert outside.project(tenant, KEY)["name"] == "Theirs"
    workspace.write({"immuta_project": {"it": {"project_key": KEY, "name": "Theirs", "description": "UI"}}})
    workspace.apply()
    workspace.assert_no_changes()


def test_an_unknown_purpose_is_an_error_with_the_servers_words(workspace: Workspace, tenant: Any) -> None:
    workspace.write({"immuta_project": {"it": {"project_key": KEY, "name": "x", "purposes": ["Nowhere"]}}})
    printed = workspace.apply_fails()
    assert f'Cannot create immuta_project "{KEY}"' in printed
    assert "Nowhere" in printed
    assert outside.project_keys(tenant) == set()


DATABRICKS = {"database": "native", "directory": "native", "workspace_configuration_name": "S3"}
SNOWFLAKE = {"schema": "CHURN", "warehouses": ["WH_A", "WH_B"]}


def _with_workspace(workspace: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    project = {"project_key": KEY, "name": "Churn study", **more}
    return {"immuta_project": {"it": project | ({"workspace": workspace} if workspace else {})}}


@pytest.mark.parametrize(
    ("before", "after", "outside_form"),
    [
        ({"snowflake": SNOWFLAKE}, {"snowflake": {"schema": "OTHER", "warehouses": ["WH_A"]}}, "snowflake"),
        ({"databricks": DATABRICKS}, {"databricks": {**DATABRICKS, "directory": "other"}}, "workspace"),
        ({"databricks": DATABRICKS}, {"snowflake": SNOWFLAKE}, "workspace"),
    ],
)
def test_workspaces(
    workspace: Workspace, tenant: Any, before: dict[str, Any], after: dict[str, Any], outside_form: str
) -> None:
    """Written, changed, drifted in a form that is not documented, and taken away again."""
    workspace.write(_with_workspace(before))
    workspace.apply()
    workspace.assert_no_changes()
    form = outside.project(tenant, KEY)[outside_form]
    tenant.change_project(KEY, **{outside_form: {**form, "unheard_of": 1}})
    assert workspace.apply_changes().only().attributes == {"stored_form"}
    workspace.assert_no_changes()
    workspace.write(_with_workspace(after))
    assert workspace.apply_changes().only().attributes == {"workspace", "stored_form"}
    workspace.assert_no_changes()
    workspace.write(_with_workspace(None, delete_data_sources_on_workspace_delete=True, equalization=False))
    workspace.apply()
    workspace.assert_no_changes()
    found = outside.project(tenant, KEY)
    assert (found["workspace"], found["snowflake"], found["equalization"]) == (None, None, None)


def test_equalization(workspace: Workspace, tenant: Any) -> None:
    workspace.write(_with_workspace(None, equalization=True))
    workspace.apply()
    workspace.assert_no_changes()
    tenant.change_project(KEY, equalization=None)
    assert workspace.apply_changes().only().attributes == {"equalization"}
    workspace.write(_with_workspace(None, equalization=False))
    assert workspace.apply_changes().only().attributes == {"equalization"}
    workspace.assert_no_changes()


def test_extra_json(workspace: Workspace, tenant: Any) -> None:
    workspace.write(_with_workspace(None, extra_json='{"documentation": "# From extra"}'))
    workspace.apply()
    workspace.assert_no_changes()
    outside.change_project(KEY, documentation="changed outside")(tenant)
    assert workspace.apply_changes().only().attributes == {"extra_json"}
    workspace.assert_no_changes()
    assert outside.project(tenant, KEY)["documentation"] == "# From extra"


def test_statements_are_accepted_only_on_request(workspace: Workspace) -> None:
    """A write that needs the acceptance of a purpose's statement says so; the provider block may allow it."""
    purpose = {"name": "Research", "acknowledgement": "I will be careful."}
    project = {"project_key": KEY, "name": "Churn study", "purposes": ["${immuta_purpose.it.name}"]}
    with running_tenant(api_key=API_KEY, require_acknowledgement=True) as strict:
        workspace.environment["IMMUTA_HOST"] = strict.url
        resources = {"immuta_purpose": {"it": purpose}, "immuta_project": {"it": project}}
        workspace.write(resources)
        workspace.apply()
        resources["immuta_project"]["it"] = {**project, "description": "new"}
        workspace.write(resources)
        printed = workspace.apply_fails()
        assert "You must first acknowledge" in printed
        assert "acknowledge_purposes" in printed
        workspace.write(resources, provider={"immuta": {"acknowledge_purposes": True}})
        workspace.apply()
        workspace.assert_no_changes()
        assert strict.project(KEY)["description"] == "new"


def test_look_ups(workspace: Workspace) -> None:
    """A project by key and by id, and the list."""
    depends = {"depends_on": ["immuta_project.it"]}
    workspace.write(
        CASE.resources(FULL),
        data={
            "immuta_project": {
                "key": {"project_key": KEY, **depends},
                "id": {"id": "${data.immuta_project.key.id}"},
            },
            "immuta_projects": {"all": {"name_contains": "CHURN", **depends}},
        },
        output={
            "groups": {"value": '${join(",", data.immuta_project.id.subscription_policy.entitlements.groups)}'},
            "names": {"value": '${join(",", data.immuta_projects.all.projects[*].name)}'},
        },
    )
    printed = workspace.apply()
    assert 'groups = "Analysts,Stewards"' in printed
    assert 'names = "Churn study"' in printed
    workspace.assert_no_changes()
