"""The search for data objects: every documented filter, no other, tags, order and pages."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import Client
from tests.tenant.connection_bodies import SEARCH, created, databricks, names, object_path, refused, snowflake


def _search(client: Client, data_object: dict[str, Any], **rest: Any) -> list[str]:
    body = {"filter": {"dataObject": data_object, "connection": {"connectionKey": "sf"}}, **rest}
    body.setdefault("meta", {"sort": [{"field": "objectPath", "order": "asc"}], "page": {"limit": 100}})
    return ["/".join(names(view)) for view in client.ok("POST", SEARCH, json=body)["data"]]


FOUND = [
    ({"name": "PUBLIC"}, ["SALES/PUBLIC"]),
    ({"name": "public"}, []),
    ({"name": "PUB"}, []),
    ({"objectType": "table"}, ["SALES/FINANCE/LEDGER", "SALES/PUBLIC/CUSTOMERS", "SALES/PUBLIC/ORDERS"]),
    ({"objectType": "TABLE"}, []),
    ({"remoteId": "1026"}, ["SALES/PUBLIC/CUSTOMERS"]),
    ({"objectPath": object_path("SALES")}, ["SALES"]),
    ({"objectPath": object_path("SALES/PUBLIC/ORDERS")}, ["SALES/PUBLIC/ORDERS"]),
    ({"objectPath": object_path("SALES/PUBLIC/ORDERS_BY_REGION")}, []),
    (
        {"objectPath": object_path("SALES/PUBLIC/ORDERS_BY_REGION", ("DATABASE", "SCHEMA", "VIEW"))},
        ["SALES/PUBLIC/ORDERS_BY_REGION"],
    ),
    ({"objectPath": object_path("PUBLIC")}, []),
    ({"parentObjectPath": {}}, ["SALES"]),
    ({"parentObjectPath": object_path("SALES")}, ["SALES/FINANCE", "SALES/PUBLIC"]),
    ({"parentObjectPath": object_path("SALES/PUBLIC/ORDERS")}, []),
    ({"name": "ORDERS", "objectType": "table"}, ["SALES/PUBLIC/ORDERS"]),
    ({"name": "ORDERS", "objectType": "view"}, []),
    ({"objectType": "view", "parentObjectPath": object_path("SALES/PUBLIC")}, ["SALES/PUBLIC/ORDERS_BY_REGION"]),
    ({"name": "ORDERS", "parentObjectPath": object_path("SALES/PUBLIC")}, ["SALES/PUBLIC/ORDERS"]),
    ({"name": "ORDERS", "parentObjectPath": object_path("SALES")}, []),
    ({"name": "SALES", "objectType": "database", "parentObjectPath": {}}, ["SALES"]),
    ({"simpleObjectPath": ["SALES", "PUBLIC", "ORDERS_BY_REGION"]}, ["SALES/PUBLIC/ORDERS_BY_REGION"]),
    ({"simpleObjectPath": ["SALES", "PUBLIC"], "objectType": "table"}, []),
    ({"simpleObjectPath": []}, []),
]


@pytest.mark.parametrize(("data_object", "paths"), FOUND)
@pytest.mark.usefixtures("found")
def test_each_filter(client: Client, data_object: dict[str, Any], paths: list[str]) -> None:
    assert _search(client, data_object) == paths


REFUSED = [
    {},
    {"name": "A", "remoteId": "1"},
    {"objectPath": object_path("A"), "objectType": "table"},
    {"objectPath": {}},
    {"objectPath": object_path("A"), "parentObjectPath": {}},
    {"simpleObjectPath": ["A"], "name": "A"},
    {"simpleObjectPath": [""]},
    {"name": ""},
    {"name": None},
    {"objectType": "table", "remoteId": "1"},
    {"parentObjectPath": {"name": "A"}},
    {"path": "A"},
]


@pytest.mark.parametrize("data_object", REFUSED)
def test_other_filters_are_refused(client: Client, data_object: dict[str, Any]) -> None:
    body = {"filter": {"dataObject": data_object}}

    assert refused(client, "POST", SEARCH, json=body)[:2] == (400, "CONN004")


NAME = {"dataObject": {"name": "A"}}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"filter": {}},
        {"filter": NAME, "limit": 1},
        {"filter": NAME | {"connection": {}}},
        {"filter": NAME | {"connection": {"connectionKey": "sf", "port": 1}}},
        {"filter": NAME | {"connection": {"host": "h", "port": 443}}},
        {"filter": NAME | {"connection": {"host": "h", "port": 0, "technology": "Snowflake"}}},
        {"filter": NAME | {"connection": {"host": "h", "port": 65536, "technology": "Snowflake"}}},
        {"filter": NAME | {"connection": {"host": "h", "port": 443, "technology": "SQLite"}}},
        {"filter": NAME, "meta": {}},
        {"filter": NAME, "meta": {"page": {"limit": 101}}},
        {"filter": NAME, "meta": {"page": {}, "sort": []}},
        {"filter": NAME, "meta": {"page": {}, "sort": [{"field": "name", "order": "asc"}] * 4}},
        {"filter": NAME, "meta": {"page": {}, "sort": [{"field": "remoteId", "order": "asc"}]}},
        {"filter": NAME, "meta": {"page": {}, "sort": [{"field": "name"}]}},
        {"filter": NAME, "meta": {"page": {"cursor": "x"}}},
        {"filter": NAME, "tags": {"include": [-1]}},
        {"filter": NAME, "tags": {"include": ["1"]}},
        {"filter": NAME, "tags": {"any": [1]}},
    ],
)
def test_other_searches_are_refused(client: Client, body: dict[str, Any]) -> None:
    assert refused(client, "POST", SEARCH, json=body)[:2] == (400, "CONN004")


def test_a_search_knows_connections_by_key_and_by_host(client: Client) -> None:
    created(client, snowflake("a"))
    created(client, snowflake("b", client={"port": 8443}))
    created(client, databricks("c"))
    place = {"host": "org-acc.snowflakecomputing.com", "port": 443, "technology": "Snowflake"}

    for connection, keys in (
        ({}, ["b", "a"]),
        ({"connection": {"connectionKey": "a"}}, ["a"]),
        ({"connection": {"connectionKey": "none"}}, []),
        ({"connection": place}, ["a"]),
        ({"connection": place | {"port": 8443}}, ["b"]),
        ({"connection": place | {"technology": "Oracle"}}, []),
    ):
        body = {"filter": {"dataObject": {"name": "SALES"}, **connection}}
        hits = client.ok("POST", SEARCH, json=body)
        assert ([view["connectionKey"] for view in hits["data"]], hits["meta"]["totalCount"]) == (keys, len(keys))


@pytest.mark.usefixtures("found")
def test_a_search_by_tags_counts_inherited_ones(client: Client, tenant: RunningTenant, tag: dict[str, int]) -> None:
    finance, revenue = tag["Finance"], tag["Finance.Revenue"]
    tenant.connections.change_data_object("sf", "SALES", "PUBLIC", tags=["Finance"])
    tenant.connections.change_data_object("sf", "SALES", "PUBLIC", "ORDERS", tags=["Finance.Revenue"])
    tables = {"objectType": "table"}

    assert _search(client, tables, tags={"include": [finance]}) == ["SALES/PUBLIC/CUSTOMERS", "SALES/PUBLIC/ORDERS"]
    assert _search(client, tables, tags={"include": [finance, revenue]}) == ["SALES/PUBLIC/ORDERS"]
    assert _search(client, tables, tags={"include": [finance], "exclude": [revenue]}) == ["SALES/PUBLIC/CUSTOMERS"]
    assert _search(client, tables, tags={"exclude": [finance]}) == ["SALES/FINANCE/LEDGER"]
    assert len(_search(client, tables, tags={})) == 3


@pytest.mark.usefixtures("found")
def test_hits_are_sorted_and_cut(client: Client) -> None:
    wanted = {"filter": {"dataObject": {"parentObjectPath": object_path("SALES/PUBLIC")}}}
    sort = [{"field": "type", "order": "desc"}, {"field": "name", "order": "desc"}]
    first = client.ok("POST", SEARCH, json=wanted | {"meta": {"sort": sort, "page": {"limit": 2}}})
    page = first["meta"]["page"]
    assert [view["name"] for view in first["data"]] == ["ORDERS_BY_REGION", "ORDERS"]
    assert (first["meta"]["sort"], first["meta"]["totalCount"], page["limit"]) == (sort, 3, 2)

    second = client.ok("POST", SEARCH, json=wanted | {"meta": {"sort": sort, "page": page}})
    assert [view["name"] for view in second["data"]] == ["CUSTOMERS"]
    assert second["meta"]["page"] == {"limit": 2}
    other = wanted | {"tags": {"exclude": [1]}, "meta": {"sort": sort, "page": page}}
    message = '"meta.page.cursor" is no cursor of this query'
    assert refused(client, "POST", SEARCH, json=other) == (400, "CONN004", message)
    default = client.ok("POST", SEARCH, json=wanted)["meta"]
    assert default == {
        "sort": [{"field": "createdAt", "order": "desc"}],
        "page": {"limit": 20},
        "totalCount": 3,
    }


@pytest.mark.off_contract
@pytest.mark.parametrize(("depth", "status"), [(200, 200), (900, 400)])
def test_a_path_that_has_no_end(client: Client, tenant: RunningTenant, depth: int, status: int) -> None:
    path: dict[str, Any] = {"name": "A", "type": "B"}
    for _ in range(depth):
        path = {"name": "A", "type": "B", "child": path}
    response = client.post(SEARCH, json={"filter": {"dataObject": {"objectPath": path}}})

    assert response.status_code == status
    assert tenant.request_log()[-1].status == status
