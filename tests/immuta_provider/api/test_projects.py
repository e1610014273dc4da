"""The calls of projects: which requests they make, and how V1's form becomes V2's."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from immuta_provider.api import errors
from immuta_provider.api.iam import UsersApi
from immuta_provider.api.projects import Project, ProjectsApi
from immuta_provider.api.subscription import SubscriptionPolicy

CHURN = {
    "id": 31,
    "projectKey": "churn study",
    "name": "Churn Study",
    "status": "open",
    "description": None,
    "documentation": "# Churn Study",
    "deleted": False,
    "allowMaskedJoins": True,
    "subscriptionType": "manual",
    "subscriptionPolicy": None,
    "subscriptionId": 5,
    "purposes": [{"id": 8, "name": "Retention"}, {"id": 9, "name": "Gone", "deleted": True}],
    "stagedPurposes": [{"id": 12, "name": "Waiting"}],
    "tags": [{"name": "Discovered.Person Name", "source": "curated"}, "Plain"],
}


def listing(*hits: dict[str, Any]) -> dict[str, Any]:
    return {"hits": list(hits), "facets": {}, "count": len(hits)}


def hit(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "name": name, "deleted": False} | more


def test_save_posts_the_payload_and_only_the_flags_that_are_set(routed: Any) -> None:
    tenant = routed({"POST /api/v2/project": {"creating": True, "projectId": 31, "numberOfDataSourcesAdded": 2}})
    projects = ProjectsApi(tenant.client)
    saved = projects.save({"projectKey": "churn study", "name": "Churn Study"})
    assert (saved.id, saved.creating, saved.number_of_data_sources_added) == (31, True, 2)
    assert tenant.query() == {}
    projects.save({"projectKey": "churn study"}, dry_run=True, delete_data_sources_on_workspace_delete=True)
    assert tenant.query() == {"dryRun": "true", "deleteDataSourcesOnWorkspaceDelete": "true"}


def test_save_without_an_id_in_the_answer_finds_it(routed: Any) -> None:
    routes = {"POST /api/v2/project": {"creating": True}, "GET /project": listing(CHURN), "GET /project/31": CHURN}
    assert ProjectsApi(routed(routes).client).save({"projectKey": "churn study"}).id == 31


def test_save_before_acknowledging(routed: Any) -> None:
    refusal = httpx.Response(400, json={"message": "You must first acknowledge the purposes."})
    with pytest.raises(errors.AcknowledgementRequired):
        ProjectsApi(routed({"POST /api/v2/project": refusal}).client).save({"projectKey": "churn study"})


def test_get_shows_names_as_sets(routed: Any) -> None:
    project = ProjectsApi(routed({"GET /project/31": CHURN}).client).get(31)
    assert project is not None
    assert project.purpose_names == {"Retention", "Waiting"}
    assert project.tag_names == {"Discovered.Person Name", "Plain"}
    assert (project.project_key, project.allow_masked_joins, project.deleted) == ("churn study", True, False)


def test_a_disabled_project_is_returned_and_a_missing_one_is_none(routed: Any) -> None:
    disabled = ProjectsApi(routed({"GET /project/31": CHURN | {"deleted": True}}).client).get(31)
    assert disabled is not None
    assert disabled.deleted
    assert ProjectsApi(routed({}).client).get(31) is None


def test_find_trusts_the_key_of_a_hit(routed: Any) -> None:
    hits = [hit(number, f"P{number}", projectKey=f"key {number}") for number in range(1, 6)]
    tenant = routed({"GET /project": listing(*hits), "GET /project/4": CHURN | {"id": 4, "projectKey": "key 4"}})
    found = ProjectsApi(tenant.client).find("key 4")
    assert found is not None
    assert found.id == 4
    assert tenant.asked == ["GET /project", "GET /project/4"]


def test_find_reads_candidates_when_hits_have_no_key(routed: Any) -> None:
    routes = {f"GET /project/{number}": CHURN | {"id": number, "projectKey": f"key {number}"} for number in range(1, 4)}
    tenant = routed({"GET /project": listing(*(hit(number, f"P{number}") for number in range(1, 4)))} | routes)
    projects = ProjectsApi(tenant.client)
    found = projects.find("key 2")
    assert found is not None
    assert found.id == 2
    assert projects.find("no such key") is None


def test_find_tries_namesakes_first_and_each_once(routed: Any) -> None:
    namesakes = listing(hit(7, "Churn Study 2"), hit(31, "Churn Study"))
    everything = listing(hit(31, "Churn Study"), hit(40, "Other"))
    tenant = routed(
        {
            "GET /project": [httpx.Response(200, json=namesakes), httpx.Response(200, json=everything)],
            "GET /project/31": CHURN,
            "GET /project/40": CHURN | {"id": 40, "projectKey": "other"},
        }
    )
    projects = ProjectsApi(tenant.client)
    found = projects.find("other", name="Churn Study")
    assert found is not None
    assert found.id == 40
    assert tenant.asked == ["GET /project", "GET /project/31", "GET /project", "GET /project/40"]
    assert tenant.query(0) == {"searchText": "Churn Study", "nameOnly": "true", "offset": "0", "size": "200"}


def test_find_returns_a_disabled_project(routed: Any) -> None:
    disabled = CHURN | {"deleted": True}
    found = ProjectsApi(routed({"GET /project": listing(disabled), "GET /project/31": disabled}).client).find(
        "churn study"
    )
    assert found is not None
    assert found.deleted


def test_list_and_update(routed: Any) -> None:
    tenant = routed({"GET /project": listing(hit(1, "A"), hit(2, "B")), "PUT /project/31": CHURN | {"name": "New"}})
    projects = ProjectsApi(tenant.client)
    assert [project.name for project in projects.list()] == ["A", "B"]
    assert projects.update(31, {"deleted": False}).name == "New"
    assert tenant.body() == {"deleted": False}


@pytest.mark.parametrize(
    ("answers", "calls", "gone"),
    [
        ([{"hardDelete": False}, {"hardDelete": True}], 2, True),
        ([{"hardDelete": True}], 1, True),
        ([{"hardDelete": False}, httpx.Response(404, json={})], 2, True),
        ([httpx.Response(404, json={})], 1, True),
        ([{"hardDelete": False}], 2, False),
        ([httpx.ReadError("reset"), {"hardDelete": True}], 2, True),
        ([httpx.Response(200)], 2, False),
    ],
)
def test_delete_takes_at_most_two_calls(routed: Any, answers: list[Any], calls: int, gone: bool) -> None:
    tenant = routed({"DELETE /project/31": answers})
    assert ProjectsApi(tenant.client).delete(31) is gone
    assert tenant.asked == ["DELETE /project/31"] * calls


def test_tags_are_taken_off_by_their_full_name(routed: Any) -> None:
    tenant = routed({"DELETE /tag/project/31/Discovered.Person%20Name": {}})
    projects = ProjectsApi(tenant.client)
    projects.remove_tag(31, "Discovered.Person Name")
    projects.remove_tag(31, "No/such tag")
    assert [request.url.raw_path for request in tenant.requests] == [
        b"/tag/project/31/Discovered.Person%20Name",
        b"/tag/project/31/No%2Fsuch%20tag",
    ]


def test_acknowledging(routed: Any) -> None:
    path = "POST /project/31/members/5/acknowledge"
    tenant = routed({path: [httpx.ReadError("reset"), {"acknowledgeRequired": False, "purposes": []}]})
    ProjectsApi(tenant.client).acknowledge(31, 5)
    assert tenant.asked == [path, path]
    assert tenant.body() == {}


def test_the_data_sources_that_were_put_in(routed: Any) -> None:
    sources = [
        {"dataSourceId": 1, "dataSourceName": "Sales"},
        {"dataSourceId": 2, "dataSourceName": "Derived", "derivedInThisProject": True},
        {"dataSourceId": 3, "dataSourceName": "Gone", "deleted": True},
    ]
    tenant = routed({"GET /project/31/dataSources": {"count": 3, "dataSources": sources}})
    assert ProjectsApi(tenant.client).data_source_names(31) == ["Sales"]


def policy(kind: str | None, raw: dict[str, Any] | None) -> SubscriptionPolicy:
    return Project.read("GET /x", CHURN | {"subscriptionType": kind, "subscriptionPolicy": raw}).subscription


def test_a_manual_policy() -> None:
    for kind in ("manual", None):
        assert policy(kind, None).model_dump(exclude_defaults=True) == {"type": "manual"}


def test_an_open_policy() -> None:
    read = policy("automatic", {"type": "subscription", "automaticSubscription": False, "description": "All"})
    assert (read.type, read.automatic_subscription, read.description) == ("anyone", False, "All")


def test_an_approval_policy() -> None:
    approvals = [{"requiredPermission": "GOVERNANCE", "specificApproverRequired": True, "ownerModelId": 3}]
    read = policy("approval", {"type": "subscription", "approvals": approvals})
    assert read.type == "approval"
    assert [(each.required_permission, each.specific_approver_required) for each in read.approvals] == [
        ("GOVERNANCE", True)
    ]


def test_a_policy_of_entitlements() -> None:
    conditions = [
        {"type": "groups", "group": {"name": "Analysts", "id": 3}},
        {"type": "authorizations", "authorization": {"auth": "Clearance", "value": "high", "iam": "bim"}},
    ]
    read = policy("policy", {"allowDiscovery": True, "exceptions": {"operator": "and", "conditions": conditions}})
    assert read.entitlements is not None
    assert (read.type, read.allow_discovery, read.complete) == ("entitlements", True, True)
    assert (read.entitlements.operator, read.entitlements.groups) == ("all", ["Analysts"])
    assert [(each.name, each.value) for each in read.entitlements.attributes] == [("Clearance", "high")]


@pytest.mark.parametrize(
    "condition", [{"operator": "or", "conditions": []}, {"type": "purposes", "value": "x"}, "new", {"type": "groups"}]
)
def test_conditions_that_have_no_place_are_told(condition: Any) -> None:
    read = policy("policy", {"exceptions": {"operator": "or", "conditions": [condition]}})
    assert not read.complete


def test_an_unknown_kind_of_policy_is_kept() -> None:
    assert policy("telepathy", {}).type == "telepathy"


@pytest.mark.parametrize("profile", [{"id": 2, "name": "Ada"}, 2])
def test_the_current_user(routed: Any, profile: Any) -> None:
    answer = {"id": 1, "iamid": "bim", "userid": "ada@example.com", "permissions": ["GOVERNANCE"], "profile": profile}
    user = UsersApi(routed({"GET /bim/rpc/user/current": answer}).client).current()
    assert (user.userid, user.profile_id, user.permissions) == ("ada@example.com", 2, ["GOVERNANCE"])
