"""Hosts, the older API of connections: what is read, searched, changed, crawled and deleted by its path."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import Client, keys
from tests.tenant.connection_bodies import OF_DATABRICKS, OF_SNOWFLAKE, created, databricks, snowflake, state, tasks
from tests.tenant.host_bodies import ANALYST, ME, STEWARDS, UPDATE, overridden, paths

HOST_KEYS = keys("connectionKey connection createdAt createdBy creator updatedAt updatedBy updater nativeIntegrationId")
NODE_KEYS = keys("objectPath technology state settings overrides dataSourceId createdAt lastCrawled remoteId")


@pytest.fixture
def host(client: Client) -> Any:
    """A Snowflake host with its data objects."""
    return created(client, snowflake())


def changed(path: str, value: Any = None) -> dict[str, Any]:
    """The update with one attribute set, or taken out."""
    body = deepcopy(UPDATE)
    *parents, last = path.split(".")
    inner = body
    for parent in parents:
        inner = inner[parent]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return body


def node(client: Client, path: str) -> Any:
    return client.ok("GET", f"/data/object/{path}")


def setting(client: Client, path: str, name: str) -> Any:
    return node(client, path)["settings"][name]["value"]


def test_a_host_is_read_without_its_secret(client: Client, host: Any) -> None:
    read = client.ok("GET", "/data/connection/sf")
    person = {"id": 2, "name": "Ada Example", "email": "ada@example.com"}

    assert sorted(read) == HOST_KEYS
    assert read["connection"] == {
        "technology": "Snowflake",
        "hostname": "org-acc.snowflakecomputing.com",
        "port": 443,
        "role": "IMMUTA",
        "warehouse": "WH",
        "username": "svc",
        "authenticationType": "userPassword",
    }
    assert (read["createdBy"], read["creator"], read["updater"]) == (2, person, person)
    assert read["createdAt"] == host["createdAt"]
    assert isinstance(read["nativeIntegrationId"], int)


KINDS = {
    "UsernamePassword": "userPassword",
    "UnencryptedKeyPair": "keyPair",
    "EncryptedKeyPair": "keyPair",
    "Token": "token",
}
BODIES = [snowflake("sf", each) for each in OF_SNOWFLAKE] + [databricks("sf", each) for each in OF_DATABRICKS]


@pytest.mark.parametrize("body", BODIES)
def test_each_credential_has_its_older_name(client: Client, body: dict[str, Any]) -> None:
    created(client, body)
    oauth = {"Snowflake": "oAuthClientCredentials", "Databricks": "oAuthM2M"}[body["technology"]]
    kind = KINDS.get(body["clientConfiguration"]["credential"]["authenticationType"], oauth)
    read = client.ok("GET", "/data/connection/sf")["connection"]

    assert read["authenticationType"] == kind
    assert "hush" not in str(read)
    assert ("httpPath" in read) == (body["technology"] == "Databricks")


def test_a_host_is_an_object_too(client: Client, host: Any) -> None:
    read = node(client, "sf")

    assert sorted(read) == NODE_KEYS
    assert (read["objectPath"], read["technology"], read["state"]) == (["sf"], "Snowflake", "active")
    assert read["settings"] == {
        "activateNewChildren": {"value": True, "hasDescendantsWithOverrides": False},
        "dataOwners": {"value": [ME], "hasDescendantsWithOverrides": False},
        "infrastructureAdmins": {"value": [ME], "hasDescendantsWithOverrides": False},
        "isActive": {"value": True, "hasDescendantsWithOverrides": False},
    }
    assert (read["overrides"], read["dataSourceId"], read["remoteId"]) == ([], None, None)
    assert read["lastCrawled"] == node(client, "sf/SALES/PUBLIC/ORDERS")["lastCrawled"]


def test_a_data_object(client: Client, host: Any) -> None:
    read = node(client, "sf/SALES/PUBLIC/ORDERS")

    assert sorted(read) == NODE_KEYS
    assert read["objectPath"] == ["sf", "SALES", "PUBLIC", "ORDERS"]
    assert (read["remoteId"], read["state"], read["overrides"]) == ("1025", "active", [])
    assert read["settings"]["dataOwners"] == {"value": [ME], "hasDescendantsWithOverrides": False}


def test_names_are_segments_of_the_path(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.declare(
        {"sf": [{"name": "A/B", "type": "DATABASE", "children": [{"name": "%", "type": "SCHEMA"}]}]}
    )
    created(client, snowflake())

    assert node(client, "sf/A%2FB/%25")["objectPath"] == ["sf", "A/B", "%"]
    assert client.refusal("GET", "/data/object/sf/A/B") == (404, "The data object sf/A/B was not found.")


@pytest.mark.parametrize("path", ["connection/no", "object/no", "object/sf/no", "object/sf/SALES/no/more", "object/"])
def test_what_is_not_there(client: Client, host: Any, path: str) -> None:
    assert client.refusal("GET", f"/data/{path}")[0] == 404


def test_hosts_are_searched(client: Client, host: Any) -> None:
    created(client, databricks("bricks"))

    assert paths(client.ok("POST", "/data/object/search")) == ["bricks", "sf"]
    assert client.ok("POST", "/data/object/search?searchText=RICK")["hits"] == [node(client, "bricks")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["CUSTOMERS", "ORDERS", "ORDERS_BY_REGION"]),
        ("?sortOrder=desc", ["ORDERS_BY_REGION", "ORDERS", "CUSTOMERS"]),
        ("?sortField=remoteId", ["ORDERS", "CUSTOMERS", "ORDERS_BY_REGION"]),
        ("?searchText=order", ["ORDERS", "ORDERS_BY_REGION"]),
        ("?offset=1&limit=1", ["ORDERS"]),
        ("?limit=0", []),
    ],
)
def test_children_are_searched(client: Client, host: Any, query: str, found: list[str]) -> None:
    answer = client.ok("POST", f"/data/object/search/sf/SALES/PUBLIC{query}")

    assert [hit["objectPath"][-1] for hit in answer["hits"]] == found
    assert answer["count"] == (2 if "Text" in query else 3)


@pytest.mark.parametrize("query", ["sortField=size", "sortOrder=up", "limit=-1", "offset=x", "size=3"])
def test_a_search_that_makes_no_sense(client: Client, host: Any, query: str) -> None:
    assert client.refusal("POST", f"/data/object/search/sf?{query}")[0] == 400


def test_a_host_is_updated_as_a_whole(client: Client, host: Any, tenant: RunningTenant) -> None:
    answer = client.ok("PUT", "/data/connection/sf", json=UPDATE)
    read = client.ok("GET", "/api/connections/sf")
    client_configuration = read["clientConfiguration"]

    assert answer == {"objectPath": ["sf"], "bulkId": answer["bulkId"]}
    assert client.ok("GET", f"/api/connections/sf/tasks/{answer['bulkId']}")["type"] == "UPDATE_CONNECTION"
    assert read["state"] == "ACTIVE"
    assert {name: client_configuration[name] for name in ("host", "port", "warehouse", "role", "accountId")} == {
        "host": "new.snowflakecomputing.com",
        "port": 8443,
        "warehouse": "BIG",
        "role": "OTHER",
        "accountId": "ORG-ACC",
    }
    assert tenant.connections.holds_secret("sf", "credential.password", "fresh")
    assert "fresh" not in str(tenant.request_log())
    policies = {name: value for name, value in read["policyConfiguration"].items() if name != "health"}
    assert policies == {
        "enabled": True,
        "impersonation": {"enabled": True, "impersonationRole": "IMMUTA_IMPERSONATION"},
        "workspaces": {"enabled": True, "warehouses": ["BIG"]},
        "excludeUserGroupPattern": ["ROBOT"],
    }
    assert read["auditConfiguration"]["enabled"] is False


def test_an_update_switches_a_host_off_and_on(client: Client, host: Any) -> None:
    client.ok("PUT", "/data/connection/sf", json=changed("settings.isActive", value=False))
    off = state(client, "sf"), node(client, "sf")["state"], node(client, "sf/SALES")["state"]
    again = client.ok("PUT", "/data/connection/sf", json=changed("settings.isActive", value=False))
    client.ok("PUT", "/data/connection/sf", json=UPDATE)

    assert off == ("INACTIVE", "inactive", "inactive")
    assert UUID(again["bulkId"])
    assert (state(client, "sf"), node(client, "sf")["state"]) == ("ACTIVE", "active")


def test_an_update_crawls_on_request(client: Client, host: Any) -> None:
    answer = client.ok("PUT", "/data/connection/sf", json=changed("options.forceRecursiveCrawl", value=True))

    assert client.ok("GET", f"/api/connections/sf/tasks/{answer['bulkId']}")["type"] == "DATA_OBJECT_SYNC"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("connection.password", None),
        ("settings", None),
        ("options", None),
        ("nativeIntegration.config.lineage", None),
        ("connection.technology", "Databricks"),
        ("connection.authenticationType", "keyPair"),
        ("connection.port", "443"),
        ("connection.password", "<REDACTED>"),
        ("connection.extra", 1),
        ("nativeIntegration.config.password", "another"),
        ("nativeIntegration.config.host", "another"),
        ("nativeIntegration.config.database", "another"),
    ],
)
@pytest.mark.parametrize("call", ["", "/test"])
def test_an_update_that_is_refused(client: Client, host: Any, path: str, value: Any, call: str) -> None:
    status, message = client.refusal("PUT", f"/data/connection/sf{call}", json=changed(path, value))

    assert (status, path.rpartition(".")[2] in message) == (400, True)
    assert client.ok("GET", "/data/connection/sf")["connection"]["hostname"] == "org-acc.snowflakecomputing.com"


def test_a_test_changes_nothing(client: Client, host: Any) -> None:
    before = client.ok("GET", "/api/connections/sf")

    assert client.ok("PUT", "/data/connection/sf/test", json=UPDATE) == {}
    assert client.ok("GET", "/api/connections/sf") == before


def test_impersonation_stays_on(client: Client, host: Any) -> None:
    client.ok("PUT", "/data/connection/sf", json=UPDATE)
    body = changed("nativeIntegration.config.impersonation", value={"enabled": False})

    assert client.refusal("PUT", "/data/connection/sf", json=body) == (
        400,
        '"policyConfiguration.impersonation.enabled" cannot be turned off once it is on',
    )


def test_a_host_of_databricks_has_no_documented_update(client: Client) -> None:
    created(client, databricks("sf"))

    assert client.refusal("PUT", "/data/connection/sf", json=UPDATE) == (
        400,
        '"connection.technology" is Databricks and cannot be changed',
    )


def test_states_that_forbid_a_change(client: Client, host: Any, tenant: RunningTenant) -> None:
    tenant.connections.set_state("sf", "UPDATING")
    updating = client.refusal("PUT", "/data/connection/sf", json=UPDATE)
    switched = client.refusal("PUT", "/data/settings/sf", json={"overrides": {"isActive": False}})
    tenant.connections.set_state("sf", "UNHEALTHY")
    off = client.refusal("PUT", "/data/connection/sf", json=changed("settings.isActive", value=False))

    assert updating == (409, "The connection sf cannot be changed in its state UPDATING.")
    assert switched == (409, "The connection sf cannot be deactivated in its state UPDATING.")
    assert off[0] == 409
    assert client.ok("PUT", "/data/connection/sf", json=UPDATE)["objectPath"] == ["sf"]
    assert state(client, "sf") == "ACTIVE"


def test_settings_go_down_as_overrides(client: Client, host: Any) -> None:
    overridden(client, "sf/SALES/PUBLIC", isActive=False)
    answer = overridden(client, "sf/SALES", isActive=True, activateNewChildren=False)
    orders = node(client, "sf/SALES/PUBLIC/ORDERS")

    assert sorted(answer) == sorted([*NODE_KEYS, "bulkId"])
    assert (answer["objectPath"], answer["overrides"]) == (["sf", "SALES"], ["activateNewChildren", "isActive"])
    assert answer["settings"]["isActive"] == {"value": True, "hasDescendantsWithOverrides": True}
    assert UUID(answer["bulkId"])
    assert node(client, "sf/SALES/PUBLIC")["state"] == "inactive"  # its own setting is respected
    assert (orders["state"], orders["overrides"]) == ("inactive", ["activateNewChildren", "isActive"])
    assert (node(client, "sf/SALES/FINANCE")["state"], node(client, "sf")["overrides"]) == ("active", [])


def test_people_are_added_below_the_host(client: Client, host: Any) -> None:
    overridden(client, "sf/SALES", dataOwners=[STEWARDS], infrastructureAdmins=[ANALYST])
    overridden(client, "sf/SALES", dataOwners=[], infrastructureAdmins=[ANALYST])

    assert setting(client, "sf/SALES", "dataOwners") == [ME, STEWARDS]
    assert setting(client, "sf/SALES", "infrastructureAdmins") == [ME, ANALYST]
    assert setting(client, "sf/SALES/PUBLIC/ORDERS", "dataOwners") == [ME, STEWARDS]
    assert setting(client, "sf", "dataOwners") == [ME]


def test_people_are_removed_on_the_host(client: Client, host: Any) -> None:
    overridden(client, "sf/SALES/PUBLIC", dataOwners=[STEWARDS])
    overridden(client, "sf", dataOwners=[ANALYST], infrastructureAdmins=[ME, ANALYST])

    assert setting(client, "sf", "dataOwners") == [ANALYST]
    assert setting(client, "sf/SALES/PUBLIC", "dataOwners") == [STEWARDS]  # its own, without whom the host lost
    assert setting(client, "sf/SALES/FINANCE", "dataOwners") == [ANALYST]
    assert setting(client, "sf/SALES/FINANCE/LEDGER", "infrastructureAdmins") == [ME, ANALYST]
    assert client.refusal("PUT", "/data/settings/sf", json={"overrides": {"dataOwners": []}})[0] == 400


def test_owners_are_those_of_the_connections_api(client: Client, host: Any) -> None:
    overridden(client, "sf", dataOwners=[STEWARDS])
    filters = {"connection": {"connectionKey": "sf"}, "dataObject": {"name": "LEDGER"}}
    (found,) = client.ok("POST", "/api/connections/dataObjects/_search", json={"filter": filters})["data"]

    assert client.ok("GET", "/api/connections/sf")["dataObjectDefaults"]["owners"] == [{"id": 9, "type": "GROUP"}]
    assert found["settings"]["owners"] == [{"id": 9, "type": "GROUP"}]


def test_a_host_is_switched_by_its_settings(client: Client, host: Any) -> None:
    off = overridden(client, "sf", isActive=False)
    stopped = state(client, "sf")
    on = overridden(client, "sf", isActive=True)

    assert (off["state"], stopped, on["state"], state(client, "sf")) == ("inactive", "INACTIVE", "active", "ACTIVE")
    assert client.ok("GET", f"/api/connections/sf/tasks/{on['bulkId']}")["type"] == "ACTIVATE_CONNECTION"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"overrides": []},
        {"overrides": {"isActive": None}},
        {"overrides": {"isActive": "true"}},
        {"overrides": {"dataOwners": [{"id": 2, "type": "USER"}]}},
        {"overrides": {"dataOwners": [{"id": 2}]}},
        {"overrides": {"owners": []}},
        {"overrides": {}, "settings": {}},
    ],
)
def test_settings_that_are_refused(client: Client, host: Any, body: Any) -> None:
    assert client.refusal("PUT", "/data/settings/sf/SALES", json=body)[0] == 400


def declared(*tables: str) -> dict[str, Any]:
    children = [{"name": name, "type": "TABLE"} for name in tables]
    schema = {"name": "PUBLIC", "type": "SCHEMA", "children": children}
    return {"sf": [{"name": "SALES", "type": "DATABASE", "children": [schema]}]}


def test_a_crawl_finds_what_is_new(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.declare(declared("OLD"))
    created(client, snowflake())
    overridden(client, "sf/SALES", activateNewChildren=False)
    tenant.connections.declare(declared("OLD", "NEW"))
    answer = client.ok("PUT", "/data/crawl/sf/SALES", json={"forceRecursive": False})
    task = client.ok("GET", f"/api/connections/sf/tasks/{answer['bulkId']}")

    assert answer["objectPath"] == ["sf", "SALES"]
    assert (task["type"], task["status"]) == ("DATA_OBJECT_SYNC", "SUCCEEDED")
    assert task["input"]["objectPath"] == {"name": "SALES", "type": "DATABASE"}
    assert node(client, "sf/SALES/PUBLIC/OLD")["state"] == "active"
    assert node(client, "sf/SALES/PUBLIC/NEW")["state"] == "inactive"


@pytest.mark.parametrize(
    ("query", "body", "found"), [("", {}, 404), ("?forceRecursive=true", {}, 200), ("", None, 200)]
)
def test_what_is_inactive_is_crawled_by_force(
    client: Client, tenant: RunningTenant, query: str, body: Any, found: int
) -> None:
    tenant.connections.declare(declared())
    created(client, snowflake())
    overridden(client, "sf/SALES/PUBLIC", isActive=False)
    tenant.connections.declare(declared("NEW"))
    answer = client.ok(
        "PUT", f"/data/crawl/sf/SALES/PUBLIC{query}", json={"forceRecursive": True} if body is None else body
    )

    assert UUID(answer["bulkId"])
    assert client.request("GET", "/data/object/sf/SALES/PUBLIC/NEW").status_code == found
    if found == 200:
        assert node(client, "sf/SALES/PUBLIC/NEW")["state"] == "inactive"


def test_the_same_crawl_is_not_started_twice(client: Client, host: Any, tenant: RunningTenant) -> None:
    tenant.connections.delay(1000)
    crawls = [client.ok("PUT", "/data/crawl/sf")["bulkId"] for _ in range(2)]

    assert crawls[0] == crawls[1]
    assert tasks(client, "sf")[0] == ("DATA_OBJECT_SYNC", "PENDING")


def test_a_table_cannot_be_crawled(client: Client, host: Any) -> None:
    assert client.refusal("PUT", "/data/crawl/sf/SALES/PUBLIC/ORDERS") == (
        400,
        "sf/SALES/PUBLIC/ORDERS is a table: a crawl starts at a host, a database or a schema.",
    )


def test_an_object_is_deleted_with_what_is_below(client: Client, host: Any) -> None:
    assert client.ok("DELETE", "/data/object/sf/SALES/PUBLIC") == {
        "objectPath": ["sf", "SALES", "PUBLIC"],
        "childCount": 3,
    }
    assert paths(client.ok("POST", "/data/object/search/sf/SALES")) == ["sf/SALES/FINANCE"]
    assert client.refusal("DELETE", "/data/object/sf/SALES/PUBLIC")[0] == 404


def test_a_host_is_deleted_in_whatever_state(client: Client, host: Any) -> None:
    assert client.ok("DELETE", "/data/object/sf") == {"objectPath": ["sf"], "childCount": 7}
    assert client.request("GET", "/api/connections/sf").status_code == 404
    assert client.ok("POST", "/data/object/search") == {"count": 0, "hits": []}
