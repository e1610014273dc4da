from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import Client

PATH = "/api/v2/project"
MINIMAL = {"projectKey": "churn study", "name": "Churn Study"}
FULL = {
    **MINIMAL,
    "description": "Members need an approval",
    "documentation": "# Read me",
    "allowMaskedJoins": True,
    "datasources": ["Sales Orders", "Ledger"],
    "purposes": ["Retention", "Retention.Calls"],
    "subscriptionPolicy": {
        "type": "approval",
        "approvals": [{"requiredPermission": "GOVERNANCE", "specificApproverRequired": True}],
    },
    "equalization": True,
    "tags": ["Discovered.Person Name", "Finance.Revenue"],
}
DEFAULTS = {
    "description": None,
    "documentation": "# Churn Study",
    "allowMaskedJoins": False,
    "subscriptionType": "manual",
    "subscriptionPolicy": None,
    "equalization": None,
    "workspace": None,
    "snowflake": None,
    "deleted": False,
    "status": "open",
    "type": None,
}


@pytest.fixture(autouse=True)
def purposes(client: Client) -> None:
    client.ok("POST", "/api/v2/purpose", json={"name": "Retention", "subpurposes": [{"name": "Retention.Calls"}]})


def _relations(client: Client, project: int) -> tuple[list[str], list[str], list[str]]:
    read = client.ok("GET", f"/project/{project}")
    sources = client.ok("GET", f"/project/{project}/dataSources")["dataSources"]
    return (
        [purpose["name"] for purpose in read["purposes"]],
        [tag["name"] for tag in read["tags"]],
        [source["dataSourceName"] for source in sources],
    )


def test_minimal_create(client: Client, tenant: RunningTenant) -> None:
    answer = client.ok("POST", PATH, json=MINIMAL)
    project = tenant.project("churn study")

    assert answer == {
        "dryRun": False,
        "creating": True,
        "updating": False,
        "numberOfDataSourcesAdded": 0,
        "numberOfDataSourcesRemoved": 0,
        "creatingWorkspace": False,
        "deletingWorkspace": False,
        "projectId": project["id"],
    }
    assert {name: project[name] for name in DEFAULTS} == DEFAULTS
    assert (project["projectKey"], project["createdBy"]) == ("churn study", 2)


def test_full_create(client: Client) -> None:
    answer = client.ok("POST", PATH, json=FULL)
    project = client.ok("GET", f"/project/{answer['projectId']}")

    assert answer["numberOfDataSourcesAdded"] == 2
    assert (project["description"], project["documentation"], project["allowMaskedJoins"]) == (
        "Members need an approval",
        "# Read me",
        True,
    )
    assert project["subscriptionType"] == "approval"
    assert project["equalization"] is not None
    assert _relations(client, answer["projectId"]) == (
        ["Retention", "Retention.Calls"],
        ["Discovered.Person Name", "Finance.Revenue"],
        ["Ledger", "Sales Orders"],
    )


def test_an_update_keeps_the_id_and_resets_what_is_left_out(client: Client, tenant: RunningTenant) -> None:
    created = client.ok("POST", PATH, json=FULL)
    answer = client.ok("POST", PATH, json=MINIMAL)
    project = tenant.project("churn study")

    assert (answer["projectId"], answer["creating"], answer["updating"]) == (created["projectId"], False, True)
    assert answer["numberOfDataSourcesRemoved"] == 2
    assert {name: project[name] for name in DEFAULTS} == DEFAULTS
    assert _relations(client, answer["projectId"]) == ([], [], [])


def test_lists_are_replaced(client: Client) -> None:
    client.ok("POST", PATH, json=FULL)
    changed = {"datasources": ["Ledger", "Employees"], "purposes": ["Retention"], "tags": ["Discovered.PII"]}
    answer = client.ok("POST", PATH, json=FULL | changed)

    assert (answer["numberOfDataSourcesAdded"], answer["numberOfDataSourcesRemoved"]) == (1, 1)
    assert _relations(client, answer["projectId"]) == (["Retention"], ["Discovered.PII"], ["Employees", "Ledger"])


def test_a_name_in_a_list_twice_counts_once(client: Client) -> None:
    doubled = {"datasources": ["Ledger", "Ledger"], "purposes": ["Retention"] * 2, "tags": ["Finance"] * 2}
    answer = client.ok("POST", PATH, json=MINIMAL | doubled)

    assert _relations(client, answer["projectId"]) == (["Retention"], ["Finance"], ["Ledger"])


@pytest.mark.parametrize("spelling", ["allowMaskedJoins", "allowedMaskedJoins"])
def test_both_spellings_of_masked_joins(client: Client, tenant: RunningTenant, spelling: str) -> None:
    client.ok("POST", PATH, json=MINIMAL | {spelling: True})

    assert tenant.project("churn study")["allowMaskedJoins"] is True


def test_names_may_repeat_and_are_trimmed(client: Client, tenant: RunningTenant) -> None:
    client.ok("POST", PATH, json={"projectKey": "a", "name": " Same "})
    client.ok("POST", PATH, json={"projectKey": "b", "name": "Same"})

    assert [project["name"] for project in tenant.projects()] == ["Same", "Same"]


POLICIES: list[tuple[dict[str, Any], str, dict[str, Any] | None]] = [
    ({"type": "manual"}, "manual", None),
    ({"type": "anyone"}, "automatic", {"type": "subscription", "automaticSubscription": False}),
    (
        {"type": "anyone", "automaticSubscription": True, "description": "All"},
        "automatic",
        {"type": "subscription", "automaticSubscription": True, "description": "All"},
    ),
    (
        {"type": "approval", "approvals": [{"requiredPermission": "ADMIN", "specificApproverRequired": False}]},
        "approval",
        {"type": "subscription", "approvals": [{"requiredPermission": "ADMIN", "specificApproverRequired": False}]},
    ),
    (
        {
            "type": "entitlements",
            "allowDiscovery": True,
            "entitlements": {
                "operator": "any",
                "groups": ["Analysts"],
                "attributes": [{"name": "Clearance", "value": "high"}],
            },
        },
        "policy",
        {
            "type": "subscription",
            "automaticSubscription": False,
            "allowDiscovery": True,
            "exceptions": {
                "operator": "or",
                "conditions": [
                    {"type": "groups", "group": {"name": "Analysts"}},
                    {"type": "authorizations", "authorization": {"auth": "Clearance", "value": "high"}},
                ],
            },
        },
    ),
    (
        {"type": "entitlements", "automaticSubscription": True, "advanced": "@isInGroups('A')"},
        "policy",
        {
            "type": "subscription",
            "automaticSubscription": True,
            "allowDiscovery": False,
            "advanced": "@isInGroups('A')",
        },
    ),
]


@pytest.mark.parametrize(("policy", "kind", "shown"), POLICIES, ids=[str(index) for index in range(len(POLICIES))])
def test_subscription_policies_in_their_v1_form(
    client: Client, tenant: RunningTenant, policy: dict, kind: str, shown: dict | None
) -> None:
    client.ok("POST", PATH, json=MINIMAL | {"subscriptionPolicy": policy})
    project = tenant.project("churn study")

    assert (project["subscriptionType"], project["subscriptionPolicy"]) == (kind, shown)


def test_all_entitlements_become_and(client: Client, tenant: RunningTenant) -> None:
    policy = {"type": "entitlements", "entitlements": {"operator": "all", "groups": ["A", "B"]}}
    client.ok("POST", PATH, json=MINIMAL | {"subscriptionPolicy": policy})

    assert tenant.project("churn study")["subscriptionPolicy"]["exceptions"]["operator"] == "and"


SNOWFLAKE = {"type": "snowflake", "config": {"schema": "NATIVE", "warehouses": ["WH"]}}
DATABRICKS = {
    "type": "databricks",
    "config": {"database": "native", "directory": "dir", "workspaceConfigurationName": "S3"},
}


@pytest.mark.parametrize(
    ("workspace", "attribute", "shown"),
    [
        (SNOWFLAKE, "snowflake", {"enabled": True, "schema": "NATIVE", "warehouses": ["WH"]}),
        (
            DATABRICKS,
            "workspace",
            {"type": "databricks", "db": "native", "enabled": True, "directory": "dir", "name": "S3"},
        ),
    ],
)
def test_workspaces_equalize(
    client: Client, tenant: RunningTenant, workspace: dict, attribute: str, shown: dict
) -> None:
    created = client.ok("POST", PATH, json=MINIMAL | {"workspace": workspace})
    project = tenant.project("churn study")
    removed = client.ok("POST", f"{PATH}?deleteDataSourcesOnWorkspaceDelete=true", json=MINIMAL)

    assert (project[attribute], project["equalization"] is not None) == (shown, True)
    assert (created["creatingWorkspace"], created["deletingWorkspace"]) == (True, False)
    assert (removed["creatingWorkspace"], removed["deletingWorkspace"]) == (False, True)


POLICY_TYPES = "['anyone', 'approval', 'entitlements', 'manual']".replace("[", "").replace("]", "")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"projectKey": ""}, '"projectKey" is not allowed to be empty'),
        ({"name": " "}, '"name" is not allowed to be empty'),
        ({"name": None}, '"name" must be a string'),
        ({"allowMaskedJoins": "true"}, '"allowMaskedJoins" must be a boolean'),
        ({"allowMaskedJoins": 1}, '"allowMaskedJoins" must be a boolean'),
        (
            {"allowMaskedJoins": True, "allowedMaskedJoins": False},
            '"value" must not have allowMaskedJoins and allowedMaskedJoins that differ',
        ),
        ({"purposes": "Retention"}, '"purposes" must be an array'),
        ({"purposes": [5]}, '"purposes[0]" must be a string'),
        ({"purposes": None}, '"purposes" must be an array'),
        ({"documentation": {}}, '"documentation" must be a string'),
        ({"dataSources": []}, '"dataSources" is not allowed'),
        ({"status": "open"}, '"status" is not allowed'),
        ({"purposes": ["Retention", "Nothing"]}, "The purpose Nothing does not exist."),
        ({"tags": ["Finance", "Nothing.Here"]}, "The tag Nothing.Here does not exist."),
        ({"datasources": ["Ledger", "Nowhere"]}, "The data source Nowhere does not exist."),
        ({"subscriptionPolicy": None}, '"subscriptionPolicy" must not be null'),
        ({"subscriptionPolicy": {}}, '"subscriptionPolicy.type" is required'),
        (
            {"subscriptionPolicy": {"type": "automatic"}},
            f'"subscriptionPolicy.type" must be one of [{POLICY_TYPES}]',
        ),
        (
            {"subscriptionPolicy": {"type": "anyone", "approvals": []}},
            '"subscriptionPolicy.approvals" is not allowed',
        ),
        ({"subscriptionPolicy": {"type": "approval"}}, '"subscriptionPolicy.approvals" is required'),
        (
            {"subscriptionPolicy": {"type": "approval", "approvals": []}},
            '"subscriptionPolicy.approvals" must contain at least 1 items',
        ),
        (
            {"subscriptionPolicy": {"type": "approval", "approvals": [{"requiredPermission": "ADMIN"}]}},
            '"subscriptionPolicy.approvals[0].specificApproverRequired" is required',
        ),
        (
            {"subscriptionPolicy": {"type": "entitlements"}},
            '"subscriptionPolicy" must have exactly one of [entitlements, advanced]',
        ),
        (
            {"subscriptionPolicy": {"type": "entitlements", "entitlements": {"operator": "any"}}},
            '"subscriptionPolicy.entitlements" must name at least one group or attribute',
        ),
        (
            {"subscriptionPolicy": {"type": "entitlements", "entitlements": {"operator": "or", "groups": ["A"]}}},
            "\"subscriptionPolicy.entitlements.operator\" must be one of ['any', 'all']",
        ),
        (
            {"subscriptionPolicy": {"type": "entitlements", "entitlements": {"attributes": [{"name": "a"}]}}},
            '"subscriptionPolicy.entitlements.attributes[0].value" is required',
        ),
        ({"workspace": {"type": "redshift"}}, "\"workspace.type\" must be one of ['databricks', 'snowflake']"),
        ({"workspace": {"type": "snowflake"}}, '"workspace.config" is required'),
        ({"workspace": {**SNOWFLAKE, "config": {}}}, '"workspace.config.schema" is required'),
        ({"workspace": {**SNOWFLAKE, "config": DATABRICKS["config"]}}, '"workspace.config.schema" is required'),
    ],
)
@pytest.mark.parametrize("exists", [True, False])
def test_refusals_change_nothing(
    client: Client, tenant: RunningTenant, changes: dict, message: str, *, exists: bool
) -> None:
    if exists:
        client.ok("POST", PATH, json=FULL)
    before = tenant.projects()

    assert client.refusal("POST", PATH, json=MINIMAL | changes) == (400, message)
    assert tenant.projects() == before


@pytest.mark.parametrize("missing", ["projectKey", "name"])
def test_required_attributes(client: Client, missing: str) -> None:
    body = {name: value for name, value in MINIMAL.items() if name != missing}

    assert client.refusal("POST", PATH, json=body) == (400, f'"{missing}" is required')


def test_a_dry_run_of_a_create(client: Client, tenant: RunningTenant) -> None:
    answer = client.ok("POST", f"{PATH}?dryRun=true", json=FULL)

    assert (answer["dryRun"], answer["creating"], answer["numberOfDataSourcesAdded"], answer["projectId"]) == (
        True,
        True,
        2,
        None,
    )
    assert tenant.projects() == []
    assert client.refusal("POST", f"{PATH}?dryRun=true", json=MINIMAL | {"tags": ["X"]})[0] == 400


def test_a_dry_run_of_an_update(client: Client, tenant: RunningTenant) -> None:
    created = client.ok("POST", PATH, json=FULL)
    before = tenant.projects()
    answer = client.ok("POST", f"{PATH}?dryRun=true", json=MINIMAL)

    assert (answer["updating"], answer["projectId"]) == (True, created["projectId"])
    assert tenant.projects() == before


def test_a_save_enables_a_disabled_project_again(client: Client, tenant: RunningTenant) -> None:
    created = client.ok("POST", PATH, json=MINIMAL)
    tenant.delete_project("churn study", hard=False)
    answer = client.ok("POST", PATH, json=MINIMAL)

    assert (answer["creating"], answer["updating"], answer["projectId"]) == (False, True, created["projectId"])
    assert tenant.project("churn study")["deleted"] is False


def test_delete_by_key_disables(client: Client, tenant: RunningTenant) -> None:
    client.ok("POST", PATH, json=MINIMAL)
    twice = [client.ok("DELETE", f"{PATH}/churn%20study") for _ in range(2)]

    assert twice == [{"dryRun": False, "deleting": "churn study"}] * 2
    assert (tenant.project("churn study")["deleted"], tenant.projects()) == (True, [])


def test_delete_by_key_for_good(client: Client, tenant: RunningTenant) -> None:
    client.ok("POST", PATH, json=FULL)
    answer = client.ok("DELETE", f"{PATH}/churn%20study?hardDelete=true")
    left = {kind: count for kind, count in tenant.store.counts().items() if kind.startswith(("project", "subsc"))}

    assert answer == {"dryRun": False, "deleting": "churn study"}
    assert left == {}
    assert client.refusal("DELETE", f"{PATH}/churn%20study") == (404, "Project churn study not found")


@pytest.mark.parametrize("hard", ["true", "false"])
def test_a_dry_run_of_a_delete(client: Client, tenant: RunningTenant, hard: str) -> None:
    client.ok("POST", PATH, json=MINIMAL)
    answer = client.ok("DELETE", f"{PATH}/churn%20study?dryRun=true&hardDelete={hard}")

    assert answer == {"dryRun": True, "deleting": "churn study"}
    assert len(tenant.projects()) == 1
    assert client.refusal("DELETE", f"{PATH}/other?dryRun=true&hardDelete={hard}") == (404, "Project other not found")


def test_who_may_create_and_change(client: Client, creator: Client, analyst: Client) -> None:
    assert analyst.refusal("POST", PATH, json=MINIMAL) == (
        403,
        "You need the permission CREATE_PROJECT for this request.",
    )
    client.ok("POST", PATH, json=MINIMAL)
    message = "You need the permission PROJECT_MANAGEMENT or GOVERNANCE for this request."
    assert creator.refusal("POST", PATH, json=MINIMAL) == (403, message)
    assert creator.refusal("DELETE", f"{PATH}/churn%20study") == (403, message)

    creator.ok("POST", PATH, json={"projectKey": "own", "name": "Own"})
    assert creator.ok("POST", PATH, json={"projectKey": "own", "name": "Own 2"})["updating"] is True
    assert client.ok("POST", PATH, json={"projectKey": "own", "name": "Own 3"})["updating"] is True


def test_a_switch_requires_the_acknowledgement_before_a_change(switched: Callable[..., Client]) -> None:
    client = switched(require_acknowledgement=True)
    client.ok("POST", "/api/v2/purpose", json={"name": "R", "acknowledgement": "I will"})
    body = {"projectKey": "p", "name": "P", "purposes": ["R"]}
    identifier = client.ok("POST", PATH, json=body)["projectId"]
    refusals = [
        client.refusal("POST", PATH, json=body),
        client.refusal("PUT", f"/project/{identifier}", json={"name": "Q"}),
        client.refusal("POST", f"/project/{identifier}/dataSources", json={"dataSourceIds": [1]}),
    ]
    read = client.ok("GET", f"/project/{identifier}")
    client.ok("POST", f"/project/{identifier}/members/{read['subscriptionId']}/acknowledge", json={})

    message = "You must first acknowledge the purposes of this project before you can change it."
    assert refusals == [(403, message)] * 3
    assert read["acknowledgeRequired"] is True
    assert client.ok("POST", PATH, json=body)["updating"] is True
