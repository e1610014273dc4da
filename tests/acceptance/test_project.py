"""`immuta_project` with real Terraform."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_tenant import running_tenant
from tests.acceptance import outside
from tests.acceptance.cases.project import CASE, FULL, KEY, POLICY
from tests.acceptance.conftest import API_KEY
from tests.acceptance.terraform import Workspace, flat

pytestmark = pytest.mark.terraform


def _with_policy(policy: dict[str, Any] | None) -> dict[str, Any]:
    project = {"project_key": KEY, "name": "Churn study"}
    return {"immuta_project": {"it": project | ({POLICY: policy} if policy else {})}}


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


def test_every_form_of_subscription_policy(attached: Workspace, tenant: Any) -> None:
    """Each form is written, read back without a difference, and seen when it changes outside."""
    for policy, change in POLICIES:
        attached.write(_with_policy(policy))
        attached.apply()
        attached.assert_no_changes()
        change(tenant)
        planned = attached.apply_changes().only()
        assert planned.attributes == {POLICY}, planned
    attached.assert_no_changes()


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({}, "one of anyone, approval, entitlements must be set"),
        ({"anyone": {}, "approval": {"approvals": []}}, "exactly one of"),
    ],
)
def test_a_policy_has_exactly_one_form(attached: Workspace, policy: dict[str, Any], message: str) -> None:
    attached.write({"immuta_project": {"it": {"project_key": KEY, "name": "x", POLICY: policy}}})
    printed = flat(attached.run("validate", "-no-color", ok=(1,)))
    assert message in printed
    assert POLICY in printed


def test_unset_tags_and_purposes_are_left_alone(attached: Workspace, tenant: Any) -> None:
    """What others attach stays when Terraform writes, and is no drift; `[]` takes it away."""
    project = {"project_key": KEY, "name": "Churn study"}
    attached.write({"immuta_project": {"it": project}})
    attached.apply()
    outside.call(tenant, "POST", "/api/v2/purpose", json={"name": "Theirs"})
    outside.change_project(KEY, tags=[{"name": "Discovered.PII"}])(tenant)
    outside.change_purposes(KEY, "Theirs")(tenant)
    attached.assert_no_changes()
    attached.write({"immuta_project": {"it": {**project, "description": "new"}}})
    assert attached.apply_changes().only().attributes == {"description"}
    found = outside.project(tenant, KEY)
    assert [each["name"] for each in found["tags"]] == ["Discovered.PII"]
    assert [each["name"] for each in found["purposes"]] == ["Theirs"]
    attached.write({"immuta_project": {"it": {**project, "description": "new", "tags": [], "purposes": []}}})
    assert attached.apply_changes().only().attributes == {"tags", "purposes"}
    attached.assert_no_changes()
    found = outside.project(tenant, KEY)
    assert (found["tags"], found["purposes"]) == ([], [])


def test_data_sources_and_equalization_survive_an_update(attached: Workspace, tenant: Any) -> None:
    """What this resource does not manage is sent back, because a V2 post is the whole desired state."""
    project = {"project_key": KEY, "name": "Churn study"}
    attached.write({"immuta_project": {"it": project}})
    attached.apply()
    tenant.change_project(KEY, dataSources=["Sales Orders"], equalization={"validationFrequency": 7})
    attached.write({"immuta_project": {"it": {**project, "description": "new"}}})
    attached.apply()
    found = outside.project(tenant, KEY)
    members = outside.call(tenant, "GET", f"/project/{found['id']}/dataSources")["dataSources"]
    assert [each["dataSourceName"] for each in members] == ["Sales Orders"]
    assert found["equalization"] is not None


def test_a_disabled_project_is_planned_anew_and_enabled_again(attached: Workspace, tenant: Any) -> None:
    attached.write({"immuta_project": {"it": {"project_key": KEY, "name": "Churn study"}}})
    attached.apply()
    identifier = attached.state()["immuta_project.it"]["id"]
    outside.disable_project(KEY)(tenant)
    assert attached.plan().only().action == "created"
    assert "existed, disabled, and was enabled again" in flat(attached.apply_plan())
    attached.assert_no_changes()
    assert attached.state()["immuta_project.it"]["id"] == identifier
    assert outside.project(tenant, KEY)["deleted"] is False


def test_an_equal_project_is_adopted_and_another_refused(attached: Workspace, tenant: Any) -> None:
    outside.call(tenant, "POST", "/api/v2/project", json={"projectKey": KEY, "name": "Theirs", "description": "UI"})
    attached.write({"immuta_project": {"it": {"project_key": KEY, "name": "Mine", "description": "UI"}}})
    printed = attached.apply_fails()
    assert "it exists already" in printed
    assert "differs from the configuration in: name" in printed
    assert f"terraform import <address> '{KEY}'" in printed
    assert outside.project(tenant, KEY)["name"] == "Theirs"
    attached.write({"immuta_project": {"it": {"project_key": KEY, "name": "Theirs", "description": "UI"}}})
    attached.apply()
    attached.assert_no_changes()


def test_an_unknown_purpose_is_an_error_with_the_servers_words(attached: Workspace, tenant: Any) -> None:
    attached.write({"immuta_project": {"it": {"project_key": KEY, "name": "x", "purposes": ["Nowhere"]}}})
    printed = attached.apply_fails()
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
    attached: Workspace, tenant: Any, before: dict[str, Any], after: dict[str, Any], outside_form: str
) -> None:
    """Written, changed, drifted in a form that is not documented, and taken away again."""
    attached.write(_with_workspace(before))
    attached.apply()
    attached.assert_no_changes()
    form = outside.project(tenant, KEY)[outside_form]
    tenant.change_project(KEY, **{outside_form: {**form, "unheard_of": 1}})
    assert attached.apply_changes().only().attributes == {"stored_form"}
    attached.assert_no_changes()
    attached.write(_with_workspace(after))
    assert attached.apply_changes().only().attributes == {"workspace", "stored_form"}
    attached.assert_no_changes()
    attached.write(_with_workspace(None, delete_data_sources_on_workspace_delete=True, equalization=False))
    attached.apply()
    attached.assert_no_changes()
    found = outside.project(tenant, KEY)
    assert (found["workspace"], found["snowflake"], found["equalization"]) == (None, None, None)
    posts = [each for each in tenant.request_log() if each.method == "POST" and each.path == "/api/v2/project"]
    assert [str(each.query.get("deleteDataSourcesOnWorkspaceDelete", False)).lower() for each in posts[-1:]] == ["true"]


def test_equalization(attached: Workspace, tenant: Any) -> None:
    attached.write(_with_workspace(None, equalization=True))
    attached.apply()
    attached.assert_no_changes()
    tenant.change_project(KEY, equalization=None)
    assert attached.apply_changes().only().attributes == {"equalization"}
    attached.write(_with_workspace(None, equalization=False))
    assert attached.apply_changes().only().attributes == {"equalization"}
    attached.assert_no_changes()


def test_extra_json(attached: Workspace, tenant: Any) -> None:
    attached.write(_with_workspace(None, extra_json='{"documentation": "# From extra"}'))
    attached.apply()
    attached.assert_no_changes()
    outside.change_project(KEY, documentation="changed outside")(tenant)
    assert attached.apply_changes().only().attributes == {"extra_json"}
    attached.assert_no_changes()
    assert outside.project(tenant, KEY)["documentation"] == "# From extra"


def test_statements_are_accepted_only_on_request(attached: Workspace) -> None:
    """A write that needs the acceptance of a purpose's statement says so; the provider block may allow it."""
    purpose = {"name": "Research", "acknowledgement": "I will be careful."}
    project = {"project_key": KEY, "name": "Churn study", "purposes": ["${immuta_purpose.it.name}"]}
    with running_tenant(api_key=API_KEY, require_acknowledgement=True) as strict:
        attached.block = {"host": strict.url, "api_key": API_KEY}
        resources = {"immuta_purpose": {"it": purpose}, "immuta_project": {"it": project}}
        attached.write(resources)
        attached.apply()
        resources["immuta_project"]["it"] = {**project, "description": "new"}
        attached.write(resources)
        printed = attached.apply_fails()
        assert "You must first acknowledge" in printed
        assert "acknowledge_purposes" in printed
        attached.write(resources, provider={"immuta": {"acknowledge_purposes": True}})
        attached.apply()
        attached.assert_no_changes()
        assert strict.project(KEY)["description"] == "new"


def test_look_ups(attached: Workspace) -> None:
    """A project by key and by id, and the list."""
    depends = {"depends_on": ["immuta_project.it"]}
    attached.write(
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
    printed = attached.apply()
    assert 'groups = "Analysts,Stewards"' in printed
    assert 'names = "Churn study"' in printed
    attached.assert_no_changes()
