from __future__ import annotations

import pytest

from tests.tenant.client import Client, keys

LISTED = "id name color description source deleted systemCreated"
SEEDED = [
    "Discovered",
    "Discovered.Entity",
    "Discovered.Entity.Electronic Mail Address",
    "Discovered.Person Name",
    "Discovered.PII",
    "Finance",
    "Finance.Revenue",
]


def _names(client: Client, query: str = "") -> list[str]:
    return [tag["name"] for tag in client.ok("GET", f"/tag?{query}")]


def _create(client: Client, *names: str) -> list[int]:
    return [tag["id"] for tag in client.ok("POST", "/tag", json={"tags": [{"name": name} for name in names]})]


@pytest.fixture
def project(client: Client) -> str:
    """The path under which a project's tags are attached."""
    body = {"projectKey": "p", "name": "P", "tags": ["Finance"]}
    return f"/tag/project/{client.ok('POST', '/api/v2/project', json=body)['projectId']}"


def _attached(client: Client) -> list[str]:
    return [tag["name"] for tag in client.ok("GET", "/project/1")["tags"]]


def test_the_seeds(client: Client) -> None:
    tags = client.ok("GET", "/tag")

    assert [tag["name"] for tag in tags] == SEEDED
    assert sorted(tags[0]) == keys(LISTED)
    assert {tag["name"].split(".")[0] for tag in tags if tag["systemCreated"]} == {"Discovered"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("searchText=REV", ["Finance.Revenue"]),
        ("limit=2", SEEDED[:2]),
        ("source=curated", SEEDED),
        ("source=catalog", []),
        ("excludedSource=curated", []),
        ("excludedHierarchies=Discovered", ["Finance", "Finance.Revenue"]),
        ("excludedHierarchies=Discovered&excludedHierarchies=Finance", []),
    ],
)
def test_search(client: Client, query: str, names: list[str]) -> None:
    assert _names(client, query) == names


def test_create_makes_the_missing_parents_and_answers_what_was_sent(client: Client) -> None:
    created = client.ok("POST", "/tag", json={"tags": [{"name": "Contact.Mail.Private"}, {"name": "Contact.Phone"}]})

    assert sorted(created[0]) == keys(f"{LISTED} displayName protected createdBy createdAt updatedAt")
    assert [(tag["name"], tag["displayName"], tag["protected"]) for tag in created] == [
        ("Contact.Mail.Private", "Private", False),
        ("Contact.Phone", "Phone", False),
    ]
    assert _names(client, "searchText=contact") == [
        "Contact",
        "Contact.Mail",
        "Contact.Mail.Private",
        "Contact.Phone",
    ]


def test_an_existing_name_overlaps_and_nothing_is_created(client: Client) -> None:
    message = "The tag Finance cannot be created: the tags overlap with existing hierarchies."

    assert client.refusal("POST", "/tag", json={"tags": [{"name": "New"}, {"name": "Finance"}]}) == (400, message)
    assert _names(client) == SEEDED


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, '"tags" is required'),
        ({"tags": []}, '"tags" must contain at least 1 items'),
        ({"tags": ["A"]}, '"tags[0]" must be an object'),
        ({"tags": [{"name": "A"}, {"name": "A"}]}, '"tags" must not contain a name twice'),
        ({"tags": [{"name": "A..B"}]}, "The tag name A..B has an empty segment."),
        ({"tags": [{"name": "x" * 501}]}, '"tags[0].name" must be at most 500 characters long'),
        ({"tags": [{"name": "A.B"}], "rootTag": {"name": "A"}}, "The root tag A does not exist."),
        (
            {"tags": [{"name": "A.B"}], "rootTag": {"name": "Finance"}},
            "The tag A.B is not below the root tag Finance.",
        ),
        (
            {"tags": [{"name": "Discovered.X"}], "rootTag": {"name": "Discovered", "deleteHierarchy": True}},
            "The tag Discovered is protected and cannot be changed.",
        ),
        (
            {"tags": [{"name": "A"}], "rootTag": {"name": "A", "source": "catalog"}},
            "\"rootTag.source\" must be one of ['curated']",
        ),
    ],
)
def test_save_refusals(client: Client, body: dict, message: str) -> None:
    assert client.refusal("POST", "/tag", json=body) == (400, message)
    assert _names(client) == SEEDED


def test_rename_takes_the_children_along(client: Client) -> None:
    mail, _ = _create(client, "Contact.Mail", "Contact.Mail.Private")
    body = {"rootTag": {"name": "Contact", "deleteHierarchy": False}, "tags": [{"id": mail, "name": "Contact.Email"}]}
    renamed = client.ok("POST", "/tag", json=body)

    assert [(tag["id"], tag["name"]) for tag in renamed] == [(mail, "Contact.Email")]
    assert _names(client, "searchText=contact") == ["Contact", "Contact.Email", "Contact.Email.Private"]


def test_rename_refusals(client: Client) -> None:
    mail = _create(client, "Contact.Mail")[0]
    protected = client.ok("GET", "/tag?searchText=Discovered.PII")[0]["id"]

    assert client.refusal("POST", "/tag", json={"tags": [{"id": 777, "name": "X"}]}) == (404, "Tag 777 not found")
    assert client.refusal("POST", "/tag", json={"tags": [{"id": protected, "name": "X"}]}) == (
        400,
        "The tag Discovered.PII is protected and cannot be changed.",
    )
    assert client.refusal("POST", "/tag", json={"tags": [{"id": mail, "name": "Finance"}]}) == (
        400,
        "The tag Finance cannot be saved: the tags overlap with existing hierarchies.",
    )


def test_delete_hierarchy_of_a_root_keeps_only_what_is_sent(client: Client) -> None:
    kept, _ = _create(client, "Contact.Mail", "Contact.Phone")
    body = {
        "rootTag": {"name": "Contact", "deleteHierarchy": True},
        "tags": [{"id": kept, "name": "Contact.Mail"}, {"name": "Contact.Fax"}],
    }
    client.ok("POST", "/tag", json=body)

    assert _names(client, "searchText=contact") == ["Contact", "Contact.Fax", "Contact.Mail"]


def test_delete_one_or_all_below(client: Client) -> None:
    _create(client, "Contact.Mail.Private", "Other.Mail")
    alone = client.ok("DELETE", "/tag/Contact")
    tree = client.ok("DELETE", "/tag/Other?deleteHierarchy=true")

    assert [(tag["name"], tag["deleted"]) for tag in alone] == [("Contact", True)]
    assert [tag["name"] for tag in tree] == ["Other", "Other.Mail"]
    assert _names(client, "searchText=mail") == [
        "Contact.Mail",
        "Contact.Mail.Private",
        "Discovered.Entity.Electronic Mail Address",
    ]
    assert client.refusal("DELETE", "/tag/Other") == (404, "Tag Other not found")


def test_a_deleted_tag_comes_back_under_its_id(client: Client) -> None:
    first = _create(client, "Contact")
    client.ok("DELETE", "/tag/Contact")

    assert _create(client, "Contact") == first


def test_deleted_system_tags_on_request(client: Client) -> None:
    client.ok("DELETE", "/tag/Discovered.PII")
    client.ok("DELETE", "/tag/Finance.Revenue")

    assert _names(client, "searchText=PII") == []
    assert _names(client, "includeAllSystemTags=true") == SEEDED[:-1]


def test_attach_adds(client: Client, project: str) -> None:
    body = [{"name": "Discovered.PII", "source": "curated"}, {"name": "Finance"}]
    answer = client.ok("POST", project, json=body)

    assert answer[0] == {
        "name": "Discovered.PII",
        "source": "curated",
        "context": "manual",
        "addedBy": 2,
        "deleted": False,
    }
    assert _attached(client) == ["Discovered.PII", "Finance"]


def test_attach_is_all_or_nothing(client: Client, project: str) -> None:
    body = [{"name": "Discovered.PII"}, {"name": "Nothing"}]

    assert client.refusal("POST", project, json=body) == (400, "The tag Nothing does not exist.")
    assert _attached(client) == ["Finance"]


def test_detach(client: Client, project: str) -> None:
    assert client.ok("DELETE", f"{project}/Finance") == {}
    assert _attached(client) == []
    assert client.refusal("DELETE", f"{project}/Finance") == (404, "The project 1 does not have the tag Finance.")


def test_a_deleted_tag_stays_attached_and_says_so(client: Client, project: str) -> None:
    client.ok("DELETE", "/tag/Finance")

    assert [(tag["name"], tag["deleted"]) for tag in client.ok("GET", "/project/1")["tags"]] == [("Finance", True)]


def test_tags_on_a_data_source(client: Client) -> None:
    answer = client.ok("POST", "/tag/datasource/1", json=[{"name": "Finance"}])

    assert answer == [{"name": "Finance", "source": "curated", "addedBy": 2, "deleted": False}]
    assert client.ok("DELETE", "/tag/datasource/1/Finance") == {}


def test_models_that_do_not_exist(client: Client) -> None:
    assert client.refusal("POST", "/tag/project/77", json=[]) == (404, "The project 77 was not found.")
    assert client.refusal("POST", "/tag/column/1", json=[]) == (
        400,
        '"modelType" must be one of [project, datasource]',
    )
    assert client.refusal("POST", "/tag/project/1", json={"name": "Finance"}) == (400, '"value" must be an array')
