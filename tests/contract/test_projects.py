"""Projects: the client's calls against the tenant, and each error that the tenant documents."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_provider.api import (
    AcknowledgementRequired,
    Client,
    Forbidden,
    InvalidRequest,
    NotFound,
    Settings,
)
from immuta_provider.api.iam import UsersApi
from immuta_provider.api.projects import Project, ProjectsApi
from immuta_provider.api.purposes import PurposesApi
from immuta_tenant import RunningTenant, running_tenant

MINIMAL = {"projectKey": "churn study", "name": "Churn Study"}
FULL = MINIMAL | {
    "description": "Members need an approval",
    "documentation": "# The study",
    "allowMaskedJoins": True,
    "purposes": ["Retention", "Retention.Calls"],
    "tags": ["Discovered.Person Name", "Finance"],
    "datasources": ["Sales Orders", "Ledger"],
}
SUBSCRIPTIONS: list[dict[str, Any]] = [
    {"type": "anyone", "automaticSubscription": True, "description": "Everyone joins"},
    {"type": "approval", "approvals": [{"requiredPermission": "GOVERNANCE", "specificApproverRequired": True}]},
    {
        "type": "entitlements",
        "automaticSubscription": False,
        "allowDiscovery": True,
        "entitlements": {
            "operator": "any",
            "groups": ["Analysts", "Stewards"],
            "attributes": [{"name": "Clearance", "value": "high"}],
        },
    },
]


@pytest.fixture
def projects(client: Client) -> ProjectsApi:
    PurposesApi(client).save({"name": "Retention"})
    PurposesApi(client).save({"name": "Retention.Calls"})
    return ProjectsApi(client)


def created(projects: ProjectsApi, **more: Any) -> int:
    saved = projects.save(MINIMAL | more)
    assert saved.id is not None
    return saved.id


def read(projects: ProjectsApi, identifier: int) -> Project:
    found = projects.get(identifier)
    assert found is not None
    return found


def test_create_and_read_back(projects: ProjectsApi) -> None:
    saved = projects.save(FULL)
    assert (saved.creating, saved.updating, saved.number_of_data_sources_added) == (True, False, 2)
    assert saved.id is not None
    project = read(projects, saved.id)
    assert (project.project_key, project.name) == ("churn study", "Churn Study")
    assert (project.description, project.documentation) == ("Members need an approval", "# The study")
    assert project.allow_masked_joins
    assert project.purpose_names == {"Retention", "Retention.Calls"}
    assert project.tag_names == {"Discovered.Person Name", "Finance"}
    assert project.subscription.type == "manual"
    assert projects.data_source_names(saved.id) == ["Ledger", "Sales Orders"]
    assert (project.deleted, project.status) == (False, "open")


def test_a_minimal_project(projects: ProjectsApi) -> None:
    project = read(projects, created(projects))
    assert (project.description, project.documentation) == (None, "# Churn Study")
    assert (project.purpose_names, project.tag_names) == (frozenset(), frozenset())
    assert not project.allow_masked_joins


def test_a_second_save_replaces(projects: ProjectsApi) -> None:
    first = projects.save(FULL)
    second = projects.save(FULL | {"purposes": ["Retention"], "tags": [], "datasources": []})
    assert (second.id, second.creating, second.updating) == (first.id, False, True)
    assert second.number_of_data_sources_removed == 2
    assert second.id is not None
    project = read(projects, second.id)
    assert (project.purpose_names, project.tag_names) == ({"Retention"}, frozenset())


def test_a_dry_run_changes_nothing(projects: ProjectsApi, tenant: RunningTenant) -> None:
    saved = projects.save(FULL, dry_run=True)
    assert (saved.dry_run, saved.creating, saved.id) == (True, True, None)
    assert tenant.projects() == []


@pytest.mark.parametrize("policy", SUBSCRIPTIONS, ids=lambda policy: policy["type"])
def test_subscription_policies_come_back_in_v2s_terms(projects: ProjectsApi, policy: dict[str, Any]) -> None:
    project = read(projects, created(projects, subscriptionPolicy=policy))
    found = project.subscription.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
    found.pop("complete", None)
    assert {name: value for name, value in found.items() if value != []} == policy
    assert project.subscription.complete


@pytest.mark.parametrize("shows_key", [False, True])
def test_find_by_key(shows_key: bool) -> None:
    with (
        running_tenant(list_shows_project_key=shows_key) as tenant,
        Client(Settings(host=tenant.url, api_key=tenant.api_key)) as client,
    ):
        projects = ProjectsApi(client)
        for number in range(12):
            projects.save({"projectKey": f"key/{number} %", "name": f"Study {number % 3}"})
        for name in (None, "Study 1", "No longer its name"):
            found = projects.find("key/7 %", name=name)
            assert found is not None
            assert (found.project_key, found.name) == ("key/7 %", "Study 1")
        assert projects.find("KEY/7 %") is None
        assert len(projects.list()) == 12


def test_two_steps_to_delete(projects: ProjectsApi, tenant: RunningTenant) -> None:
    identifier = created(projects)
    assert projects.delete(identifier)
    assert projects.get(identifier) is None
    assert tenant.projects() == []
    assert projects.delete(identifier)


def test_a_disabled_project_is_read_found_enabled_and_deleted(projects: ProjectsApi, tenant: RunningTenant) -> None:
    identifier = created(projects)
    tenant.delete_project("churn study", hard=False)
    assert read(projects, identifier).deleted
    found = projects.find("churn study")
    assert found is not None
    assert found.deleted
    assert not projects.update(identifier, {"deleted": False}).deleted
    tenant.delete_project("churn study", hard=False)
    assert projects.delete(identifier)
    assert projects.get(identifier) is None


def test_update_changes_only_what_it_names(projects: ProjectsApi) -> None:
    identifier = created(projects, description="kept", tags=["Finance"])
    assert projects.update(identifier, {"name": "New name"}).name == "New name"
    project = read(projects, identifier)
    assert (project.name, project.description, project.tag_names) == ("New name", "kept", {"Finance"})
    assert project.project_key == "churn study"


def test_tags_are_taken_off_one_by_one(projects: ProjectsApi) -> None:
    identifier = created(projects, tags=["Discovered.Person Name", "Finance"])
    projects.remove_tag(identifier, "Discovered.Person Name")
    projects.remove_tag(identifier, "Discovered.Person Name")
    projects.remove_tag(identifier, "no such/tag")
    assert read(projects, identifier).tag_names == {"Finance"}


def test_a_deleted_purpose_is_not_among_the_names(projects: ProjectsApi, tenant: RunningTenant) -> None:
    identifier = created(projects, purposes=["Retention", "Retention.Calls"])
    tenant.delete_purpose("Retention.Calls")
    assert read(projects, identifier).purpose_names == {"Retention"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"purposes": ["No such"]}, "The purpose No such does not exist"),
        ({"tags": ["No such"]}, "No such"),
        ({"datasources": ["No such"]}, "The data source No such does not exist"),
        ({"colour": "red"}, "colour"),
        ({"name": ""}, "name"),
        ({"allowMaskedJoins": "perhaps"}, "allowMaskedJoins"),
        ({"purposes": "Retention"}, "purposes"),
        ({"subscriptionPolicy": {"type": "telepathy"}}, "subscriptionPolicy"),
    ],
)
def test_what_v2_refuses(projects: ProjectsApi, tenant: RunningTenant, changes: dict[str, Any], said: str) -> None:
    for dry_run in (False, True):
        with pytest.raises(InvalidRequest) as caught:
            projects.save(MINIMAL | changes, dry_run=dry_run)
        assert (caught.value.status, caught.value.attempted) == (400, "POST /api/v2/project")
        assert said in caught.value.server_message
    assert tenant.projects() == []


@pytest.mark.parametrize(
    "changes", [{"deleted": True}, {"projectKey": "other"}, {"status": "ajar"}, {"purposes": [4711]}]
)
def test_what_v1_refuses(projects: ProjectsApi, changes: dict[str, Any]) -> None:
    identifier = created(projects)
    with pytest.raises(InvalidRequest) as caught:
        projects.update(identifier, changes)
    assert caught.value.server_message
    assert not read(projects, identifier).deleted


def test_an_id_that_never_was(projects: ProjectsApi) -> None:
    assert projects.get(4711) is None
    assert projects.delete(4711)
    projects.remove_tag(4711, "Finance")
    with pytest.raises(NotFound, match="PUT /project/4711"):
        projects.update(4711, {"name": "x"})
    with pytest.raises(NotFound, match="GET /project/4711/dataSources"):
        projects.data_source_names(4711)
    with pytest.raises(NotFound, match="acknowledge"):
        projects.acknowledge(4711, 1)


def test_missing_permissions() -> None:
    with (
        running_tenant(other_keys={"reader-key": ()}) as tenant,
        Client(Settings(host=tenant.url, api_key=tenant.api_key)) as owner,
    ):
        identifier = created(ProjectsApi(owner))
        with Client(Settings(host=tenant.url, api_key="reader-key")) as client:
            projects = ProjectsApi(client)
            assert read(projects, identifier).name == "Churn Study"
            with pytest.raises(Forbidden, match="CREATE_PROJECT"):
                projects.save(MINIMAL | {"projectKey": "other"})
            for attempt in (
                lambda: projects.save(MINIMAL),
                lambda: projects.update(identifier, {"name": "x"}),
                lambda: projects.delete(identifier),
            ):
                with pytest.raises(Forbidden, match="PROJECT_MANAGEMENT"):
                    attempt()


def test_the_acknowledgement_is_demanded_and_given() -> None:
    with (
        running_tenant(require_acknowledgement=True) as tenant,
        Client(Settings(host=tenant.url, api_key=tenant.api_key)) as client,
    ):
        projects = ProjectsApi(client)
        PurposesApi(client).save({"name": "Retention", "acknowledgement": "I will be careful."})
        identifier = created(projects, purposes=["Retention"])
        project = read(projects, identifier)
        assert project.acknowledge_required
        with pytest.raises(AcknowledgementRequired, match="acknowledge_purposes"):
            projects.save(MINIMAL | {"purposes": ["Retention"]})
        with pytest.raises(AcknowledgementRequired):
            projects.update(identifier, {"name": "x"})
        assert project.subscription_id is not None
        projects.acknowledge(identifier, project.subscription_id)
        projects.acknowledge(identifier, project.subscription_id)
        assert not read(projects, identifier).acknowledge_required
        assert projects.save(MINIMAL | {"purposes": ["Retention"]}).updating


def test_the_current_user(client: Client, tenant: RunningTenant) -> None:
    user = UsersApi(client).current()
    assert user.userid == tenant.tenant.settings.userid
    assert "GOVERNANCE" in user.permissions
    assert isinstance(user.profile_id, int)
