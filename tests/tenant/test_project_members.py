from __future__ import annotations

import pytest

from tests.tenant.client import Client, keys

MEMBER = (
    "profile name iamid userid email type approved state systemGenerated lastExternalRefresh subscriptionId createdAt "
    "updatedAt approvals currentUserCanApprove"
)


@pytest.fixture
def project(client: Client) -> str:
    """The path of a project whose purpose has a statement."""
    client.ok("POST", "/api/v2/purpose", json={"name": "R", "acknowledgement": "I will"})
    body = {"projectKey": "p", "name": "P", "purposes": ["R"]}
    return f"/project/{client.ok('POST', '/api/v2/project', json=body)['projectId']}"


def _members(client: Client, project: str, query: str = "") -> list[tuple[str, str]]:
    found = client.ok("GET", f"{project}/members{query}")["members"]
    return [(member["name"], member["state"]) for member in found]


def test_the_creator_is_the_owner(client: Client, project: str) -> None:
    listed = client.ok("GET", f"{project}/members")

    assert (sorted(listed), sorted(listed["members"][0])) == (["count", "members"], keys(MEMBER))
    assert _members(client, project) == [("Ada Example", "owner")]


def test_add_and_change_a_member(client: Client, project: str) -> None:
    added = client.ok("POST", f"{project}/members", json={"profileId": 3})
    path = f"{project}/members/{added['subscriptionId']}"
    again = client.ok("POST", f"{project}/members", json={"profileId": 3, "state": "pending"})
    changed = client.ok("PUT", path, json={"state": "expert", "expiration": "2030-01-01"})

    assert added == {"subscriptionId": added["subscriptionId"], "state": "subscribed", "approved": True}
    assert again == {"subscriptionId": added["subscriptionId"], "state": "pending", "approved": False}
    assert changed == {"state": "expert", "expiration": "2030-01-01"}
    assert _members(client, project) == [("Ada Example", "owner"), ("User 1", "expert")]


def test_not_subscribed_removes_a_member(client: Client, project: str) -> None:
    added = client.ok("POST", f"{project}/members", json={"profileId": 3})["subscriptionId"]
    client.ok("PUT", f"{project}/members/{added}", json={"state": "not_subscribed"})

    assert _members(client, project) == [("Ada Example", "owner")]
    assert client.refusal("PUT", f"{project}/members/{added}", json={"state": "owner"}) == (
        404,
        f"Subscription {added} of project 1 not found",
    )


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?searchText=user", ["User 1", "User 2"]),
        ("?approved=false", ["User 2"]),
        ("?approved=true&sortOrder=desc", ["User 1", "Ada Example"]),
        ("?size=1&offset=1", ["User 1"]),
        ("?sortField=email", ["Ada Example", "User 1", "User 2"]),
    ],
)
def test_search(client: Client, project: str, query: str, names: list[str]) -> None:
    client.ok("POST", f"{project}/members", json={"profileId": 3})
    client.ok("POST", f"{project}/members", json={"profileId": 4, "state": "pending"})

    assert [name for name, _ in _members(client, project, query)] == names


def test_compliance_on_request(client: Client, project: str) -> None:
    member = client.ok("GET", f"{project}/members?checkDataSources=true&expandGroups=true")["members"][0]

    assert sorted(member) == keys(f"{MEMBER} compliance")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, '"value" must have exactly one of [profileId, groupId]'),
        ({"profileId": 3, "groupId": 1}, '"value" must have exactly one of [profileId, groupId]'),
        ({"profileId": 77}, "The profile 77 does not exist."),
        ({"groupId": 5}, "The group 5 does not exist."),
        ({"profileId": "3"}, '"profileId" must be an integer'),
        ({"profileId": 3, "state": "not_subscribed"}, None),
        ({"profileId": 3, "state": "ingest"}, None),
        ({"profileId": 3, "x": 1}, '"x" is not allowed'),
    ],
)
def test_add_refusals(client: Client, project: str, body: dict, message: str | None) -> None:
    status, said = client.refusal("POST", f"{project}/members", json=body)

    assert (status, said if message else said.split()[0]) == (400, message or '"state"')
    assert len(_members(client, project)) == 1


def test_others_may_not_manage_members(analyst: Client, project: str) -> None:
    assert analyst.refusal("POST", f"{project}/members", json={"profileId": 3})[0] == 403
    assert analyst.refusal("PUT", f"{project}/members/1", json={"state": "owner"})[0] == 403


def test_a_member_acknowledges_for_itself(client: Client, analyst: Client, project: str) -> None:
    added = client.ok("POST", f"{project}/members", json={"profileId": 3})["subscriptionId"]
    path = f"{project}/members/{added}/acknowledge"
    before = analyst.ok("GET", project)
    answer = analyst.ok("POST", path, json={"text": "yes"})

    assert (before["acknowledgeRequired"], before["subscriptionId"]) == (True, added)
    assert answer == {
        "acknowledgeRequired": False,
        "purposes": [{"id": before["purposes"][0]["id"], "name": "R", "acknowledgement": "I will"}],
    }
    assert analyst.ok("GET", project)["acknowledgeRequired"] is False
    assert client.ok("GET", project)["acknowledgeRequired"] is True
    assert client.refusal("POST", path, json={}) == (
        403,
        "Statements can only be acknowledged with one's own subscription.",
    )


@pytest.mark.parametrize("changes", [{"acknowledgement": None}, {"displayAcknowledgement": False}])
def test_without_a_shown_statement_there_is_nothing_to_acknowledge(
    client: Client, tenant, project: str, changes: dict
) -> None:
    tenant.change_purpose("R", **changes)

    assert client.ok("GET", project)["acknowledgeRequired"] is False
    assert client.ok("GET", "/project")["hits"][0]["acknowledgeRequired"] is False


def test_unsubscribe(client: Client, analyst: Client, project: str) -> None:
    client.ok("POST", f"{project}/members", json={"profileId": 3})

    assert analyst.ok("DELETE", f"{project}/unsubscribe") == {}
    assert analyst.refusal("DELETE", f"{project}/unsubscribe") == (404, "You are not a member of project 1.")
