from __future__ import annotations

import pytest

from tests.tenant.client import Client, keys

SHOWN = (
    "addedBy dataSourceName policyHandlerType addedOn dataSourceId addedByProfile deleted subscriptionType "
    "subscriptionStatus subscriptionPolicy connectionString blobHandlerType derivedInThisProject"
)


@pytest.fixture
def path(client: Client) -> str:
    """The data sources of a project that has two of them."""
    body = {"projectKey": "p", "name": "P", "datasources": ["Sales Orders", "Ledger"]}
    return f"/project/{client.ok('POST', '/api/v2/project', json=body)['projectId']}/dataSources"


def _names(client: Client, path: str, query: str = "") -> list[str]:
    return [item["dataSourceName"] for item in client.ok("GET", f"{path}{query}")["dataSources"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ledger", "Sales Orders"]),
        ("?sortOrder=desc", ["Sales Orders", "Ledger"]),
        ("?sortField=addedOn&size=1&offset=1", ["Ledger"]),
        ("?searchText=led", ["Ledger"]),
        ("?subscription=owner", ["Ledger", "Sales Orders"]),
        ("?subscription=pending&subscription=not_subscribed", []),
        ("?unsubscribed=true", []),
        ("?unsubscribed=false", ["Ledger", "Sales Orders"]),
    ],
)
def test_search(client: Client, path: str, query: str, names: list[str]) -> None:
    assert _names(client, path, query) == names


def test_what_is_shown(client: Client, analyst: Client, path: str) -> None:
    listed = client.ok("GET", path)

    assert (sorted(listed), sorted(listed["dataSources"][0])) == (["count", "dataSources"], keys(SHOWN))
    assert listed["dataSources"][0]["addedBy"] == "Ada Example"
    assert analyst.ok("GET", f"{path}?unsubscribed=true")["count"] == 2


def test_add(client: Client, path: str) -> None:
    answer = client.ok("POST", path, json={"dataSourceIds": [4, 3, 77], "comment": "needed"})

    assert answer == {
        "success": [
            {"id": 4, "name": "Employees", "blobHandlerType": "PostgreSQL"},
            {"id": 3, "name": "Ledger", "blobHandlerType": "PostgreSQL"},
        ],
        "inError": [{"id": 77, "name": None, "msg": "Data source not found"}],
    }
    assert _names(client, path) == ["Employees", "Ledger", "Sales Orders"]


@pytest.mark.parametrize("query", ["ids=1&ids=3&ids=4", "ids=1,3,4"])
def test_remove(client: Client, path: str, query: str) -> None:
    answer = client.ok("DELETE", f"{path}?{query}")

    assert [item["id"] for item in answer["success"]] == [1, 3]
    assert answer["inError"] == [{"id": 4, "name": None, "msg": "Data source is not in the project"}]
    assert _names(client, path) == []


def test_comment(client: Client, path: str) -> None:
    assert client.ok("PUT", f"{path}/1", json={"comment": "why"}) == {}
    assert client.refusal("PUT", f"{path}/4", json={"comment": "why"}) == (404, "Data source 4 is not in project 1.")
    assert client.refusal("PUT", f"{path}/1", json={}) == (400, '"comment" is required')


def test_refusals(client: Client, analyst: Client, path: str) -> None:
    assert client.refusal("POST", path, json={}) == (400, '"dataSourceIds" is required')
    assert client.refusal("POST", path, json={"dataSourceIds": ["1"]}) == (400, '"dataSourceIds[0]" must be an integer')
    assert client.refusal("DELETE", path) == (400, '"ids" is required')
    assert analyst.refusal("POST", path, json={"dataSourceIds": [4]})[0] == 403
    assert analyst.refusal("DELETE", f"{path}?ids=1")[0] == 403
