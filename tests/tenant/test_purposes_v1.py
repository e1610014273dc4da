from __future__ import annotations

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import Client, keys

PATH = "/governance/purpose"
OBJECT = (
    "id name acknowledgement description addedByProfile displayAcknowledgement deleted systemGenerated policyMetadata "
    "createdAt updatedAt"
)
SEEDED = [
    "Re-identification Prohibited",
    "Re-identification Prohibited.CCPA",
    "Re-identification Prohibited.Safe Harbor Method",
    "Use Case Outside De-identification",
]


@pytest.fixture
def tree(client: Client) -> dict[str, int]:
    """Four purposes in two trees; the ids by name."""
    for name in ("Alpha", "Alpha.Beta", "Alpha.Beta.Gamma", "Alphabet"):
        client.ok("POST", PATH, json={"name": name})
    return {purpose["name"]: purpose["id"] for purpose in client.ok("GET", f"{PATH}?noLimit=true")["purposes"]}


def _found(client: Client, query: str) -> list[str]:
    return [purpose["name"] for purpose in client.ok("GET", f"{PATH}?{query}")["purposes"]]


def test_create_shows_the_object(client: Client) -> None:
    created = client.ok("POST", PATH, json={"name": " Retention "})

    assert sorted(created) == keys(f"{OBJECT} subpurposes")
    assert (created["name"], created["acknowledgement"], created["subpurposes"]) == ("Retention", None, [])
    assert created["createdAt"].endswith("Z")
    assert len(created["createdAt"]) == len("2024-01-10T15:52:38.060Z")


def test_create_takes_all_documented_attributes(client: Client) -> None:
    body = {
        "name": "R",
        "id": 99,
        "deleted": False,
        "staged": False,
        "acknowledgement": "a",
        "description": "d",
        "displayAcknowledgement": False,
        "policyMetadata": {
            "kAnonNoiseReduction": "Very Small",
            "allowUnmaskedKAnon": True,
            "adjustmentCertificationText": "text",
            "isHED": False,
            "adjustmentRequiresDataSourceTag": "Finance",
        },
        "subpurposes": [{"name": "R.A.B"}, {"name": "R.A", "description": "sub"}],
    }
    created = client.ok("POST", PATH, json=body)

    assert created["id"] != 99
    assert created["policyMetadata"] == body["policyMetadata"]
    assert [(sub["name"], sub["description"]) for sub in created["subpurposes"]] == [("R.A", "sub"), ("R.A.B", None)]


def test_create_of_an_existing_name_updates_it(client: Client) -> None:
    first = client.ok("POST", PATH, json={"name": "R", "description": "d", "acknowledgement": "a"})
    second = client.ok("POST", PATH, json={"name": "R", "description": "e"})

    assert (second["id"], second["description"], second["acknowledgement"]) == (first["id"], "e", "a")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, '"name" is required'),
        ({"name": "R", "x": 1}, '"x" is not allowed'),
        ({"name": "R.A"}, "The purpose R.A cannot be created: its parent R does not exist."),
        ({"name": "R", "displayAcknowledgement": "true"}, '"displayAcknowledgement" must be a boolean'),
        ({"name": "R", "policyMetadata": {"isHED": 1}}, '"policyMetadata.isHED" must be a boolean'),
        ({"name": "R", "policyMetadata": []}, '"policyMetadata" must be an object'),
        (
            {"name": "R", "policyMetadata": {"kAnonNoiseReduction": "medium"}},
            "\"policyMetadata.kAnonNoiseReduction\" must be one of ['None', 'Very Small', 'Small', 'Medium', 'Large']",
        ),
        ({"name": "R", "subpurposes": ["R.A"]}, '"subpurposes[0]" must be an object'),
        ({"name": "R", "subpurposes": [{"name": "S.A"}]}, "The sub-purpose S.A is not below the purpose R."),
    ],
)
def test_create_refusals_change_nothing(client: Client, tenant: RunningTenant, body: dict, message: str) -> None:
    assert client.refusal("POST", PATH, json=body) == (400, message)
    assert tenant.purposes() == []


def test_a_new_tenant_has_the_system_purposes(client: Client, tenant: RunningTenant) -> None:
    listed = client.ok("GET", PATH)

    assert [(item["name"], item["systemGenerated"]) for item in listed["purposes"]] == [(n, True) for n in SEEDED]
    assert {item["addedByProfile"] for item in listed["purposes"]} == {1}
    assert sorted(listed["purposes"][0]) == keys(OBJECT)
    assert (sorted(listed), listed["count"], tenant.purposes()) == (["count", "purposes"], 4, [])


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("root=Alpha", ["Alpha", "Alpha.Beta", "Alpha.Beta.Gamma"]),
        ("searchText=ALPHA", ["Alpha", "Alpha.Beta", "Alpha.Beta.Gamma", "Alphabet"]),
        ("searchText=alpha&strictSearch=true", ["Alpha"]),
        ("searchText=alpha&sortOrder=desc", ["Alphabet", "Alpha.Beta.Gamma", "Alpha.Beta", "Alpha"]),
        ("searchText=alpha&sortField=createdAt&size=1", ["Alpha"]),
        ("searchText=alpha&size=2&offset=1", ["Alpha.Beta", "Alpha.Beta.Gamma"]),
        ("searchText=alpha&size=2&offset=4", []),
        ("searchText=nothing", []),
        ("noLimit=true&size=1&searchText=bet", ["Alpha.Beta", "Alpha.Beta.Gamma", "Alphabet"]),
    ],
)
def test_search(client: Client, query: str, names: list[str]) -> None:
    assert _found(client, query) == names


def test_the_count_is_of_all_that_is_found(client: Client, tree: dict[str, int]) -> None:
    assert client.ok("GET", f"{PATH}?size=1&searchText=alpha")["count"] == 4


def test_a_page_has_fifty_unless_asked_otherwise(client: Client) -> None:
    for number in range(52):
        client.ok("POST", PATH, json={"name": f"P{number}"})

    assert (len(_found(client, "")), len(_found(client, "noLimit=true"))) == (50, 56)


def test_get_affected_count(client: Client, tree: dict[str, int]) -> None:
    client.ok("POST", "/api/v2/project", json={"projectKey": "p", "name": "P", "purposes": ["Alpha"]})
    found = client.ok("GET", f"{PATH}?root=Alpha&getAffectedCount=true")["purposes"]

    assert [purpose["projectCount"] for purpose in found] == [1, 0, 0]


def test_read(client: Client, tree: dict[str, int]) -> None:
    project = client.ok("POST", "/api/v2/project", json={"projectKey": "p", "name": "P", "purposes": ["Alpha"]})
    purpose = client.ok("GET", f"{PATH}/{tree['Alpha']}")

    assert sorted(purpose) == keys(f"{OBJECT} addedBy projectCount projects")
    assert (purpose["addedBy"], purpose["projectCount"], purpose["projects"]) == (
        "Ada Example",
        1,
        [project["projectId"]],
    )


def test_read_with_subpurposes(client: Client, tree: dict[str, int]) -> None:
    purpose = client.ok("GET", f"{PATH}/{tree['Alpha']}?includeSubpurposes=true")

    assert [sub["name"] for sub in purpose["subpurposes"]] == ["Alpha.Beta", "Alpha.Beta.Gamma"]
    assert sorted(purpose["subpurposes"][0]) == keys(f"{OBJECT} addedBy projectCount projects")


def test_unknown_ids(client: Client) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert client.refusal(method, f"{PATH}/77", json={}) == (404, "Purpose 77 not found")


def test_update_changes_what_is_sent(client: Client) -> None:
    body = {"name": "R", "acknowledgement": "a", "policyMetadata": {"isHED": True}}
    identifier = client.ok("POST", PATH, json=body)["id"]
    updated = client.ok("PUT", f"{PATH}/{identifier}", json={"description": "Amended"})

    assert sorted(updated) == keys(OBJECT)
    assert (updated["description"], updated["acknowledgement"], updated["policyMetadata"]) == (
        "Amended",
        "a",
        {"isHED": True},
    )
    assert updated == {k: v for k, v in client.ok("GET", f"{PATH}/{identifier}").items() if k in updated}


def test_update_puts_an_omitted_display_of_the_statement_back_to_true(client: Client, tree: dict[str, int]) -> None:
    path = f"{PATH}/{tree['Alpha']}"
    hidden = client.ok("PUT", path, json={"displayAcknowledgement": False})
    shown = client.ok("PUT", path, json={"description": "x"})

    assert (hidden["displayAcknowledgement"], shown["displayAcknowledgement"]) == (False, True)


def test_update_replaces_the_policy_metadata(client: Client, tree: dict[str, int]) -> None:
    path = f"{PATH}/{tree['Alpha']}"
    client.ok("PUT", path, json={"policyMetadata": {"isHED": True, "kAnonNoiseReduction": "Small"}})

    assert client.ok("PUT", path, json={"policyMetadata": {"isHED": False}})["policyMetadata"] == {"isHED": False}
    assert client.ok("PUT", path, json={"policyMetadata": None})["policyMetadata"] is None


@pytest.mark.parametrize("empty", [None, ""])
def test_update_empties(client: Client, tree: dict[str, int], empty: str | None) -> None:
    path = f"{PATH}/{tree['Alpha']}"
    client.ok("PUT", path, json={"description": "d", "acknowledgement": "a"})
    updated = client.ok("PUT", path, json={"description": empty, "acknowledgement": empty})

    assert (updated["description"], updated["acknowledgement"]) == (None, None)


def test_update_of_the_name(client: Client, tree: dict[str, int]) -> None:
    path = f"{PATH}/{tree['Alpha']}"

    assert client.ok("PUT", path, json={"name": " Alpha "})["name"] == "Alpha"
    assert client.refusal("PUT", path, json={"name": "Omega"}) == (400, '"name" cannot be updated')
    assert client.refusal("PUT", path, json={"subpurposes": []}) == (400, '"subpurposes" is not allowed')


def test_update_of_the_subpurposes_too(client: Client, tenant: RunningTenant, tree: dict[str, int]) -> None:
    client.ok("PUT", f"{PATH}/{tree['Alpha']}", json={"description": "d", "applyToSubpurposes": True})

    assert {purpose["name"]: purpose["description"] for purpose in tenant.purposes()} == {
        "Alpha": "d",
        "Alpha.Beta": "d",
        "Alpha.Beta.Gamma": "d",
        "Alphabet": None,
    }


def test_re_acknowledge(client: Client, tree: dict[str, int]) -> None:
    client.ok("PUT", f"{PATH}/{tree['Alpha']}", json={"acknowledgement": "a"})
    project = client.ok("POST", "/api/v2/project", json={"projectKey": "p", "name": "P", "purposes": ["Alpha"]})[
        "projectId"
    ]
    subscription = client.ok("GET", f"/project/{project}")["subscriptionId"]
    client.ok("POST", f"/project/{project}/members/{subscription}/acknowledge", json={})
    before = client.ok("GET", f"/project/{project}")["acknowledgeRequired"]
    client.ok("PUT", f"{PATH}/{tree['Alpha']}", json={"reAcknowledge": True})

    assert (before, client.ok("GET", f"/project/{project}")["acknowledgeRequired"]) == (False, True)


def test_delete_is_soft_and_takes_the_descendants(client: Client, tree: dict[str, int]) -> None:
    deleted = client.ok("DELETE", f"{PATH}/{tree['Alpha']}")

    assert [(item["name"], item["deleted"]) for item in deleted] == [
        ("Alpha", True),
        ("Alpha.Beta", True),
        ("Alpha.Beta.Gamma", True),
    ]
    assert _found(client, "searchText=alpha") == ["Alphabet"]
    assert len(_found(client, "searchText=alpha&includeDeleted=true")) == 4
    assert client.ok("GET", f"{PATH}/{tree['Alpha']}")["deleted"] is True


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_deleted_purpose_cannot_be_changed(client: Client, tree: dict[str, int], method: str) -> None:
    client.ok("DELETE", f"{PATH}/{tree['Alpha']}")

    assert client.refusal(method, f"{PATH}/{tree['Alpha']}", json={})[0] == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_system_purpose_cannot_be_changed(client: Client, method: str) -> None:
    message = "The purpose Re-identification Prohibited is system generated and cannot be changed."

    assert client.refusal(method, f"{PATH}/1", json={"description": "x"}) == (400, message)


def test_a_deleted_purpose_stays_on_its_projects(client: Client, tree: dict[str, int]) -> None:
    project = client.ok("POST", "/api/v2/project", json={"projectKey": "p", "name": "P", "purposes": ["Alpha"]})[
        "projectId"
    ]
    client.ok("DELETE", f"{PATH}/{tree['Alpha']}")
    hit = client.ok("GET", "/project")["hits"][0]

    assert [(item["name"], item["deleted"]) for item in client.ok("GET", f"/project/{project}")["purposes"]] == [
        ("Alpha", True)
    ]
    assert (hit["hasDeletedPurposes"], hit["purposeCount"]) == (True, 0)


def test_data_sources_by_purposes(client: Client) -> None:
    path = "/dataSource/byPurposes"

    assert client.ok("GET", f"{path}?purposes=A&purposes=B&excludedProjects=1,2") == []
    assert client.refusal("GET", path) == (400, '"purposes" is required')
    assert client.refusal("GET", f"{path}?purposes=A&excludedProjects=x") == (
        400,
        '"excludedProjects[0]" must be an integer',
    )
