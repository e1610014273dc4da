from __future__ import annotations

from collections.abc import Callable

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import Client, keys

PATH = "/project"
CREATED = (
    "id projectKey name status description documentation deleted allowMaskedJoins subscriptionType subscriptionPolicy "
    "equalization workspace snowflake type schema createdBy updatedBy createdAt updatedAt schemaEvolutionId purposes "
    "stagedPurposes"
)
READ = (
    f"{CREATED} subscribedAsUser subscriptionId acknowledgeRequired subscriptionStatus requestedState approved "
    "subscriptionExpiration filterId purposeCount tags"
)
UPDATED = f"{CREATED} purposeCount tags projectPurposes workspaceWarnings"
HIT = (
    "id name status description deleted updatedAt subscriptionPolicy createdAt filterId subscriptionType isEqualized "
    "acknowledgeRequired subscriptionStatus purposeCount hasDeletedPurposes workspace type allowMaskedJoins"
)


def _create(client: Client, key: str, **attributes: object) -> int:
    return client.ok("POST", "/api/v2/project", json={"projectKey": key, "name": key, **attributes})["projectId"]


@pytest.fixture
def project(client: Client) -> str:
    """The path of a project with a purpose, a tag and a data source."""
    client.ok("POST", "/api/v2/purpose", json={"name": "Retention"})
    identifier = _create(client, "p", purposes=["Retention"], tags=["Finance"], datasources=["Ledger"])
    return f"{PATH}/{identifier}"


def test_create(client: Client) -> None:
    created = client.ok("POST", PATH, json={"name": " Churn ", "status": "open"})

    assert sorted(created) == keys(CREATED)
    assert (created["projectKey"], created["name"], created["documentation"]) == ("Churn", "Churn", "# Churn")
    assert client.ok("GET", f"{PATH}/{created['id']}")["subscriptionStatus"] == "owner"


def test_create_takes_all_documented_attributes(client: Client) -> None:
    purpose = client.ok("POST", "/governance/purpose", json={"name": "Retention"})["id"]
    body = {
        "id": 77,
        "projectKey": "k",
        "name": "n",
        "status": "closed",
        "description": "d",
        "documentation": "doc",
        "deleted": False,
        "allowMaskedJoins": True,
        "subscriptionType": "approval",
        "subscriptionPolicy": {
            "type": "subscription",
            "approvals": [{"requiredPermission": "OWNER", "specificApproverRequired": False}],
        },
        "equalization": {"recommended": "project_equalization_no_min_auths"},
        "workspace": {"db": "native", "enabled": True},
        "snowflake": {"enabled": True, "schema": "S", "warehouses": ["W"]},
        "type": "user",
        "tags": [{"name": "Finance", "source": "curated"}],
        "purposes": [purpose],
        "stagedPurposes": [purpose],
        "dataSources": [1, 2],
        "createdAt": "2024-01-10",
        "updatedAt": "2024-01-10",
    }
    created = client.ok("POST", PATH, json=body)
    same = ("projectKey", "name", "status", "description", "documentation", "allowMaskedJoins", "subscriptionType")
    objects = ("subscriptionPolicy", "equalization", "workspace", "snowflake", "type")

    assert {name: created[name] for name in (*same, *objects)} == {name: body[name] for name in (*same, *objects)}
    assert (created["id"], created["createdAt"][:10] != "2024-01-10") == (1, True)
    assert [item["id"] for item in (*created["purposes"], *created["stagedPurposes"])] == [purpose, purpose]
    assert client.ok("GET", f"{PATH}/1/dataSources")["count"] == 2
    assert [tag["name"] for tag in client.ok("GET", f"{PATH}/1")["tags"]] == ["Finance"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"status": "open"}, '"name" is required'),
        ({"name": "n"}, '"status" is required'),
        ({"name": "n", "status": "ajar"}, "\"status\" must be one of ['open', 'closed']"),
        ({"name": "n", "status": "open", "datasources": []}, '"datasources" is not allowed'),
        ({"name": "n", "status": "open", "purposes": ["Retention"]}, '"purposes[0]" must be an integer'),
        ({"name": "n", "status": "open", "purposes": [77]}, "The purpose 77 does not exist."),
        ({"name": "n", "status": "open", "dataSources": [77]}, "The data source 77 does not exist."),
        ({"name": "n", "status": "open", "tags": [{"name": "X"}]}, "The tag X does not exist."),
        ({"name": "n", "status": "open", "tags": ["X"]}, '"tags[0]" must be an object'),
        ({"name": "n", "status": "open", "deleted": True}, '"deleted" must be one of [False]'),
        ({"name": "n", "status": "open", "snowflake": {}}, '"snowflake.enabled" is required'),
        (
            {"name": "n", "status": "open", "subscriptionPolicy": {"type": "anyone"}},
            "\"subscriptionPolicy.type\" must be one of ['subscription']",
        ),
        (
            {"name": "n", "status": "open", "subscriptionPolicy": {"exceptions": {"operator": "or", "conditions": []}}},
            '"subscriptionPolicy.exceptions.conditions" must contain at least 1 items',
        ),
    ],
)
def test_create_refusals_change_nothing(client: Client, tenant: RunningTenant, body: dict, message: str) -> None:
    assert client.refusal("POST", PATH, json=body) == (400, message)
    assert tenant.projects() == []


@pytest.mark.parametrize("hard", [True, False])
def test_a_key_exists_until_the_project_is_gone(client: Client, tenant: RunningTenant, *, hard: bool) -> None:
    body = {"name": "n", "status": "open", "projectKey": "k"}
    client.ok("POST", PATH, json=body)
    message = "A project with the key k exists already."
    assert client.refusal("POST", PATH, json=body) == (409, message)

    tenant.delete_project("k", hard=hard)
    assert client.post(PATH, json=body).status_code == (200 if hard else 409)


def test_read(client: Client, project: str) -> None:
    shown = client.ok("GET", f"{project}?checkForSqlAccount=false")

    assert sorted(shown) == keys(READ)
    assert (shown["subscriptionStatus"], shown["subscribedAsUser"], shown["approved"]) == ("owner", True, True)
    assert sorted(shown["purposes"][0]) == keys(
        "id name acknowledgement description addedByProfile displayAcknowledgement deleted systemGenerated "
        "policyMetadata createdAt updatedAt createdBy"
    )
    assert shown["tags"] == [
        {"name": "Finance", "source": "curated", "context": "manual", "addedBy": 2, "deleted": False}
    ]


def test_read_by_somebody_who_is_no_member(analyst: Client, project: str) -> None:
    shown = analyst.ok("GET", project)

    assert (shown["subscriptionStatus"], shown["subscriptionId"], shown["subscribedAsUser"], shown["approved"]) == (
        "not_subscribed",
        None,
        False,
        False,
    )


def test_unknown_ids(client: Client) -> None:
    for method, tail in (
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("GET", "/activity"),
        ("GET", "/checkEqualizationState"),
        ("GET", "/members"),
        ("GET", "/dataSources"),
        ("DELETE", "/unsubscribe"),
    ):
        assert client.refusal(method, f"{PATH}/77{tail}", json={}) == (404, "Project 77 not found")


def test_update_changes_what_is_sent(client: Client, project: str) -> None:
    before = client.ok("GET", project)
    updated = client.ok("PUT", project, json={"description": "d", "allowMaskedJoins": True})
    changed = {name for name in before if name in updated and before[name] != updated[name]}

    assert sorted(updated) == keys(UPDATED)
    assert changed == {"description", "allowMaskedJoins", "updatedAt", "purposeCount"}
    assert (updated["purposeCount"], updated["workspaceWarnings"], updated["projectPurposes"]) == (1, [], [])


def test_update_of_lists(client: Client, project: str) -> None:
    purpose = client.ok("POST", "/governance/purpose", json={"name": "Other"})["id"]
    body = {"purposes": [purpose], "tags": [{"name": "Discovered.PII"}], "dataSources": [1, 2]}
    updated = client.ok("PUT", project, json=body)
    sources = client.ok("GET", f"{project}/dataSources")["dataSources"]

    assert [item["name"] for item in updated["purposes"]] == ["Other"]
    assert [item["name"] for item in updated["tags"]] == ["Discovered.PII"]
    assert sorted(item["dataSourceId"] for item in sources) == [1, 2]
    client.ok("PUT", f"{project}?deleteDataSources=true", json={})
    assert client.ok("GET", f"{project}/dataSources")["count"] == 0


def test_tags_can_be_sent_back_as_they_were_read(client: Client, project: str) -> None:
    tags = client.ok("GET", project)["tags"]

    assert client.ok("PUT", project, json={"tags": tags})["tags"] == tags


@pytest.mark.parametrize("empty", [None, ""])
def test_update_empties(client: Client, project: str, empty: str | None) -> None:
    client.ok("PUT", project, json={"description": "d", "documentation": "x", "name": "New"})
    updated = client.ok("PUT", project, json={"description": empty, "documentation": empty})

    assert (updated["description"], updated["documentation"]) == (None, "# New")


def test_update_of_equalization(client: Client, project: str) -> None:
    states = [client.ok("GET", f"{project}/checkEqualizationState")]
    client.ok("PUT", project, json={"equalization": {"recommended": "project_equalization_no_min_auths"}})
    states.append(client.ok("GET", f"{project}/checkEqualizationState"))
    client.ok("PUT", project, json={"equalization": {"setNone": True}})
    states.append(client.ok("GET", f"{project}/checkEqualizationState"))

    assert [state["equalizationState"] for state in states] == ["off", "active", "off"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"deleted": True}, '"deleted" must be one of [False]'),
        ({"projectKey": "other"}, '"projectKey" is not allowed'),
        ({"name": ""}, '"name" is not allowed to be empty'),
        ({"name": None}, '"name" must not be null'),
        ({"tags": [{"name": "X"}]}, "The tag X does not exist."),
    ],
)
def test_update_refusals_change_nothing(
    client: Client, tenant: RunningTenant, project: str, body: dict, message: str
) -> None:
    before = tenant.project("p")

    assert client.refusal("PUT", project, json={"description": "d"} | body) == (400, message)
    assert tenant.project("p") == before


def test_delete_takes_two_steps(client: Client, project: str) -> None:
    first = client.ok("DELETE", project)
    disabled = client.ok("GET", project)
    second = client.ok("DELETE", project)

    assert (first, disabled["deleted"], disabled["status"], second) == (
        {"hardDelete": False},
        True,
        "open",
        {"hardDelete": True},
    )
    assert client.refusal("GET", project)[0] == 404
    assert client.refusal("DELETE", project)[0] == 404


def test_a_disabled_project_is_enabled_by_an_update(client: Client, project: str) -> None:
    client.ok("DELETE", project)
    kept = client.ok("PUT", project, json={"description": "d"})["deleted"]

    assert (kept, client.ok("PUT", project, json={"deleted": False})["deleted"]) == (True, False)


def test_others_may_not_change(analyst: Client, project: str) -> None:
    message = "You need the permission PROJECT_MANAGEMENT or GOVERNANCE for this request."

    for method in ("PUT", "DELETE"):
        assert analyst.refusal(method, project, json={}) == (403, message)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["alpha", "Beta", "gamma"]),
        ("sortOrder=desc", ["gamma", "Beta", "alpha"]),
        ("sortField=updatedAt", ["Beta", "alpha", "gamma"]),
        ("size=1&offset=1", ["Beta"]),
        ("searchText=STUDY", ["alpha", "gamma"]),
        ("searchText=study&nameOnly=true", []),
        ("searchText=et&nameOnly=true", ["Beta"]),
        ("tag=Finance", ["alpha"]),
        ("tag=Finance&tag=Discovered.PII", ["alpha", "gamma"]),
        ("tag=Nothing", []),
        ("dataSourceId=3", ["gamma"]),
        ("isEqualized=true", ["gamma"]),
        ("isEqualized=false", ["alpha", "Beta"]),
        ("snowflake=true", ["gamma"]),
        ("subscription=automatic", ["alpha"]),
        ("subscription=manual,policy", ["Beta", "gamma"]),
        ("status=closed", ["Beta"]),
        ("status=open&status=closed&mode=0", ["alpha", "Beta", "gamma"]),
    ],
)
def test_search(client: Client, query: str, names: list[str]) -> None:
    beta = _create(client, "Beta")
    _create(client, "alpha", description="a study", tags=["Finance"], subscriptionPolicy={"type": "anyone"})
    workspace = {"type": "snowflake", "config": {"schema": "S", "warehouses": ["W"]}}
    _create(
        client, "gamma", documentation="Study", tags=["Discovered.PII"], datasources=["Ledger"], workspace=workspace
    )
    if "status" in query:
        client.ok("PUT", f"{PATH}/{beta}", json={"status": "closed"})

    assert [hit["name"] for hit in client.ok("GET", f"{PATH}?{query}")["hits"]] == names


def test_a_hit(client: Client, project: str) -> None:
    listed = client.ok("GET", PATH)

    assert (sorted(listed), listed["facets"], listed["count"]) == (["count", "facets", "hits"], {}, 1)
    assert sorted(listed["hits"][0]) == keys(HIT)
    assert (listed["hits"][0]["purposeCount"], listed["hits"][0]["subscriptionStatus"]) == (1, "owner")


def test_a_switch_shows_the_key_in_hits(switched: Callable[..., Client]) -> None:
    client = switched(list_shows_project_key=True)
    _create(client, "k")

    assert sorted(client.ok("GET", PATH)["hits"][0]) == keys(f"{HIT} projectKey")


def test_disabled_projects_are_listed(client: Client, project: str) -> None:
    client.ok("DELETE", project)

    assert [hit["deleted"] for hit in client.ok("GET", PATH)["hits"]] == [True]


def test_pages_of_ten_cover_everything_once(client: Client) -> None:
    for number in range(23):
        client.ok("POST", "/api/v2/project", json={"projectKey": str(number), "name": "Same name"})
    pages = [client.ok("GET", f"{PATH}?offset={offset}") for offset in (0, 10, 20, 30)]
    ids = [hit["id"] for page in pages for hit in page["hits"]]

    assert [len(page["hits"]) for page in pages] == [10, 10, 3, 0]
    assert (sorted(ids), {page["count"] for page in pages}) == (list(range(1, 24)), {23})


def test_activity(client: Client, project: str) -> None:
    client.ok("PUT", project, json={"name": "New", "description": "d"})
    client.ok("DELETE", project)
    activity = client.ok("GET", f"{project}/activity?size=2")
    latest, update = activity["activities"]

    assert (activity["count"], activity["unread"]) == (3, 3)
    assert activity["next"] == f"{update['id']}_{update['createdAt']}"
    assert (latest["notificationType"], update["notificationType"]) == ("projectDisabled", "projectUpdated")
    assert update["metadata"] == {"fields": ["description", "name"], "projectName": "New"}
    assert update["actionBy"] == {"id": 2, "name": "Ada Example", "email": "ada@example.com"}
    assert client.ok("GET", f"{project}/activity?offset=3")["next"] is None
