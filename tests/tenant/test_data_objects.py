"""Data objects: what a sync finds, how it is searched, and what is an object's own and what is inherited."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import Client
from tests.tenant.connection_bodies import (
    OWNER,
    ROOT,
    SEARCH,
    answer,
    created,
    databricks,
    names,
    object_path,
    patched,
    refused,
    snowflake,
)

OBJECTS = f"{ROOT}/sf/dataObjects"
SEEDED = [
    "SALES",
    "SALES/FINANCE",
    "SALES/FINANCE/LEDGER",
    "SALES/PUBLIC",
    "SALES/PUBLIC/CUSTOMERS",
    "SALES/PUBLIC/ORDERS",
    "SALES/PUBLIC/ORDERS_BY_REGION",
]
FROM_CONNECTION = {"inheritedFrom": {"id": "sf", "type": "CONNECTION"}}
GROUP = {"id": 3, "type": "GROUP"}


def _paths(tenant: RunningTenant, key: str = "sf") -> list[str]:
    return ["/".join(names(view)) for view in tenant.connections.data_objects(key)]


def _id(tenant: RunningTenant, path: str, key: str = "sf") -> str:
    return str(tenant.connections.data_object(key, *path.split("/"))["id"])


def _patch(client: Client, tenant: RunningTenant, path: str, body: dict[str, Any]) -> Any:
    return client.ok("PATCH", f"{OBJECTS}/{_id(tenant, path)}", json=body)


def _sync(client: Client, **given: Any) -> Any:
    return client.ok("POST", f"{ROOT}/sf/tasks", json={"type": "DATA_OBJECT_SYNC", "input": given})


# What a sync finds


def test_a_creation_finds_what_is_there(client: Client, tenant: RunningTenant) -> None:
    created(client, snowflake())
    created(client, databricks())
    created(client, snowflake("none", syncOnCreate=False))

    assert _paths(tenant) == SEEDED
    assert _paths(tenant, "dbx") == [
        "main",
        "main/default",
        "main/default/trips",
        "main/default/trips_by_day",
        "main/finance",
        "main/finance/ledger",
    ]
    assert _paths(tenant, "none") == []


@pytest.mark.usefixtures("found")
def test_a_data_object_is_read(client: Client, tenant: RunningTenant) -> None:
    ids = [_id(tenant, "/".join(["SALES", "PUBLIC", "ORDERS"][:depth])) for depth in (1, 2, 3)]
    view = client.ok("GET", f"{OBJECTS}/{ids[2]}")

    moments = {view.pop(name) for name in ("createdAt", "updatedAt", "lastSyncedAt")}
    assert len(moments) == 1
    order = {"name": "ORDERS", "type": "TABLE", "id": ids[2]}
    schema = {"name": "PUBLIC", "type": "SCHEMA", "id": ids[1], "child": order}
    assert view == {
        "id": ids[2],
        "name": "ORDERS",
        "type": "table",
        "normalizedType": "table",
        "technology": "Snowflake",
        "remoteId": "1025",
        "remoteType": "TABLE",
        "objectPath": {"name": "SALES", "type": "DATABASE", "id": ids[0], "child": schema},
        "settings": {
            "syncPolicy": {"value": False, **FROM_CONNECTION},
            "owners": [OWNER | FROM_CONNECTION],
        },
        "connectionKey": "sf",
        "createdBy": "2",
        "updatedBy": "2",
    }


def _tree(*names: str) -> list[dict[str, Any]]:
    tables = [{"name": name, "type": "TABLE", "remoteId": f"r-{name}"} for name in names]
    return [{"name": "DB", "type": "DATABASE", "children": [{"name": "S", "type": "schema", "children": tables}]}]


def test_what_is_declared_comes_changes_and_goes(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.declare({"sf": _tree("A", "B")})
    created(client, snowflake())
    created(client, snowflake("other"))
    assert (_paths(tenant), _paths(tenant, "other")) == (["DB", "DB/S", "DB/S/A", "DB/S/B"], SEEDED)

    before = tenant.connections.data_object("sf", "DB", "S", "B")
    trees = _tree("B", "C")
    trees[0]["children"][0]["children"][0] |= {"remoteId": "new", "remoteKind": "k"}
    client.ok("POST", "/_local/connections/objects", json={"sf": trees})
    assert _paths(tenant) == ["DB", "DB/S", "DB/S/A", "DB/S/B"]
    _sync(client, syncAllDataObjects=True)
    assert _paths(tenant) == ["DB", "DB/S", "DB/S/B", "DB/S/C"]

    after = tenant.connections.data_object("sf", "DB", "S", "B")
    synced = {"lastSyncedAt": after["lastSyncedAt"]}
    assert after == before | {"remoteId": "new", "remoteKind": "k"} | synced
    assert after["lastSyncedAt"] > before["lastSyncedAt"]
    tenant.connections.declare({"sf": _tree("B")})
    _sync(client, syncAllDataObjects=True)
    assert "remoteKind" not in tenant.connections.data_object("sf", "DB", "S", "B")
    message = '"sf[0].type" is required'
    assert client.refusal("POST", "/_local/connections/objects", json={"sf": [{"name": "x"}]}) == (400, message)


def test_one_name_may_stand_for_two_objects(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.declare({"sf": [{"name": "X", "type": "TABLE"}, {"name": "X", "type": "VIEW"}]})
    created(client, snowflake())
    tenant.connections.sync("sf")

    views = tenant.connections.data_objects("sf")
    assert sorted((view["type"], view["remoteId"] == f"sf:{view['id']}") for view in views) == [
        ("table", True),
        ("view", True),
    ]


TOML = """
[[Snowflake]]
name = "DB"
type = "DATABASE"
[[Snowflake.children]]
name = "S"
type = "SCHEMA"
"""


@pytest.mark.parametrize(
    ("name", "text"), [("objects.toml", TOML), ("objects.json", json.dumps({"Snowflake": _tree()}))]
)
def test_objects_are_declared_in_a_file(switched: Callable[..., Client], tmp_path: Any, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    client = switched(data_objects=str(tmp_path / name))
    created(client, snowflake())
    body = {"filter": {"dataObject": {"objectType": "schema"}}}

    assert [names(view) for view in client.ok("POST", SEARCH, json=body)["data"]] == [["DB", "S"]]


@pytest.mark.usefixtures("found")
def test_without_all_only_what_syncs_policies_is_synced(client: Client, tenant: RunningTenant) -> None:
    _patch(client, tenant, "SALES/PUBLIC", {"settings": {"syncPolicy": True}})
    _patch(client, tenant, "SALES/PUBLIC/ORDERS", {"settings": {"syncPolicy": False}})
    before = {view["id"]: view["lastSyncedAt"] for view in tenant.connections.data_objects("sf")}
    tenant.connections.declare(
        {"sf": [{"name": "SALES", "type": "DATABASE", "children": [_public("CUSTOMERS", "NEW")]}]}
    )
    _sync(client)

    # A new table below a schema that syncs is found; a table that does not sync stays although it is gone.
    assert _paths(tenant) == [
        "SALES",
        "SALES/FINANCE",
        "SALES/FINANCE/LEDGER",
        "SALES/PUBLIC",
        "SALES/PUBLIC/CUSTOMERS",
        "SALES/PUBLIC/NEW",
        "SALES/PUBLIC/ORDERS",
    ]
    synced = [
        "/".join(names(view))
        for view in tenant.connections.data_objects("sf")
        if before.get(view["id"]) != view["lastSyncedAt"]
    ]
    assert synced == ["SALES/PUBLIC", "SALES/PUBLIC/CUSTOMERS", "SALES/PUBLIC/NEW"]


def _public(*tables: str) -> dict[str, Any]:
    return {"name": "PUBLIC", "type": "SCHEMA", "children": [{"name": name, "type": "TABLE"} for name in tables]}


@pytest.mark.parametrize(("policy", "expected"), [(False, []), (True, SEEDED)])
def test_a_sync_of_a_new_connection(client: Client, tenant: RunningTenant, policy: bool, expected: list[str]) -> None:
    defaults = {"syncPolicy": policy, "owners": [OWNER]}
    created(client, snowflake(syncOnCreate=False, dataObjectDefaults=defaults))

    assert _sync(client)["status"] == "SUCCEEDED"
    assert _paths(tenant) == expected


def test_a_sync_of_a_path(client: Client, tenant: RunningTenant) -> None:
    created(client, snowflake(syncOnCreate=False))
    assert _sync(client, objectPath=object_path("SALES/FINANCE"), syncAllDataObjects=True)["status"] == "SUCCEEDED"
    assert _paths(tenant) == ["SALES", "SALES/FINANCE", "SALES/FINANCE/LEDGER"]

    tenant.connections.declare({"sf": [{"name": "SALES", "type": "DATABASE", "children": [_public("T")]}]})
    assert _sync(client, objectPath=object_path("SALES/PUBLIC/T"), syncAllDataObjects=True)["status"] == "SUCCEEDED"
    assert _sync(client, objectPath=object_path("SALES/FINANCE"), syncAllDataObjects=True)["status"] == "SUCCEEDED"
    assert _paths(tenant) == ["SALES", "SALES/PUBLIC", "SALES/PUBLIC/T"]
    assert _sync(client, objectPath=object_path("SALES/FINANCE"), syncAllDataObjects=True)["status"] == "FAILED"


# Settings and tags


@pytest.mark.usefixtures("found")
def test_the_nearest_setting_counts(client: Client, tenant: RunningTenant) -> None:
    schema = {"inheritedFrom": {"id": _id(tenant, "SALES/PUBLIC"), "type": "DATA_OBJECT"}}
    own = _patch(client, tenant, "SALES/PUBLIC", {"settings": {"syncPolicy": True, "owners": [GROUP]}})
    assert own["settings"] == {"syncPolicy": {"value": True}, "owners": [GROUP]}

    table = tenant.connections.data_object("sf", "SALES", "PUBLIC", "ORDERS")["settings"]
    assert table == {"syncPolicy": {"value": True} | schema, "owners": [GROUP | schema]}
    other = tenant.connections.data_object("sf", "SALES", "FINANCE", "LEDGER")["settings"]
    assert other == {"syncPolicy": {"value": False} | FROM_CONNECTION, "owners": [OWNER | FROM_CONNECTION]}

    _patch(client, tenant, "SALES/PUBLIC/ORDERS", {"settings": {"syncPolicy": False}})
    table = tenant.connections.data_object("sf", "SALES", "PUBLIC", "ORDERS")["settings"]
    assert table == {"syncPolicy": {"value": False}, "owners": [GROUP | schema]}

    again = _patch(client, tenant, "SALES/PUBLIC", {"settings": {"syncPolicy": None, "owners": None}})["settings"]
    assert again == other
    table = tenant.connections.data_object("sf", "SALES", "PUBLIC", "ORDERS")["settings"]
    assert table == {"syncPolicy": {"value": False}, "owners": [OWNER | FROM_CONNECTION]}


@pytest.mark.usefixtures("found")
def test_what_the_connection_says_is_inherited_at_once(client: Client, tenant: RunningTenant) -> None:
    patched(client, "sf", {"dataObjectDefaults": {"syncPolicy": True, "owners": [GROUP]}})

    settings = tenant.connections.data_object("sf", "SALES")["settings"]
    assert settings == {"syncPolicy": {"value": True} | FROM_CONNECTION, "owners": [GROUP | FROM_CONNECTION]}


@pytest.mark.usefixtures("found")
def test_no_owners_are_owners_of_its_own(client: Client, tenant: RunningTenant) -> None:
    assert _patch(client, tenant, "SALES", {"settings": {"owners": []}})["settings"]["owners"] == []
    assert tenant.connections.data_object("sf", "SALES", "PUBLIC")["settings"]["owners"] == []


def _tagged(ids: dict[str, int], name: str) -> dict[str, Any]:
    return {"id": ids[name], "name": name, "displayName": name.rpartition(".")[2]}


@pytest.mark.usefixtures("found")
def test_tags_add_up(client: Client, tenant: RunningTenant, tag: dict[str, int]) -> None:
    schema = {"inheritedFrom": {"id": _id(tenant, "SALES/PUBLIC"), "type": "DATA_OBJECT"}}
    finance, revenue = _tagged(tag, "Finance"), _tagged(tag, "Finance.Revenue")
    assert "tags" not in tenant.connections.data_object("sf", "SALES")
    _patch(client, tenant, "SALES/PUBLIC", {"tags": {"add": [{"id": tag["Finance"]}]}})
    body = {"tags": {"add": [{"id": tag["Finance.Revenue"]}], "remove": []}}
    assert _patch(client, tenant, "SALES/PUBLIC/ORDERS", body)["tags"] == [revenue, finance | schema]

    # A tag of its own hides the same one from above.
    body = {"tags": {"add": [{"id": tag["Finance"]}], "remove": [{"id": tag["Finance.Revenue"]}]}}
    assert _patch(client, tenant, "SALES/PUBLIC/ORDERS", body)["tags"] == [finance]
    body = {"tags": {"remove": [{"id": tag["Finance"]}]}}
    assert _patch(client, tenant, "SALES/PUBLIC/ORDERS", body)["tags"] == [finance | schema]
    assert "tags" not in _patch(client, tenant, "SALES/PUBLIC", body)
    client.ok("PATCH", f"{OBJECTS}/{_id(tenant, 'SALES')}", json={"tags": {"add": [{"id": tag["Finance"]}]}})
    client.ok("DELETE", "/tag/Finance?deleteHierarchy=true")
    assert "tags" not in tenant.connections.data_object("sf", "SALES")


@pytest.mark.usefixtures("found")
def test_tags_that_cannot_come_or_go(client: Client, tenant: RunningTenant, tag: dict[str, int]) -> None:
    finance = tag["Finance"]
    _patch(client, tenant, "SALES", {"tags": {"add": [{"id": finance}]}})
    path = f"{OBJECTS}/{_id(tenant, 'SALES/PUBLIC')}"

    for tags, message in (
        ({"add": [{"id": 999}]}, "The tag 999 does not exist."),
        ({"add": [{"id": finance}], "remove": [{"id": finance}]}, '"tags" must not add and remove the same tag'),
        (
            {"remove": [{"id": finance}]},
            f"The tag {finance} is inherited and can only be removed where it comes from.",
        ),
        ({"add": [{"id": -1}]}, '"tags.add[0].id" Input should be greater than or equal to 0'),
        ({"add": [{"id": finance, "name": "x"}]}, '"tags.add[0].name" is not allowed'),
        ({"set": []}, '"tags.set" is not allowed'),
    ):
        assert refused(client, "PATCH", path, json={"tags": tags}) == (400, "CONN001", message)
    # Taking away what is not there is no mistake: the request may be a repeated one.
    assert "tags" in client.ok("PATCH", path, json={"tags": {"remove": [{"id": tag["Finance.Revenue"]}]}})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"settings": None}, '"settings" must not be null'),
        ({"tags": None}, '"tags" must not be null'),
        ({"settings": {"syncPolicy": "true"}}, '"settings.syncPolicy" must be a boolean'),
        ({"settings": {"owners": [{"id": 1}]}}, '"settings.owners[0].type" is required'),
        (
            {"settings": {"owners": [OWNER | {"inheritedFrom": {}}]}},
            '"settings.owners[0].inheritedFrom" is not allowed',
        ),
        ({"name": "x"}, '"name" is not allowed'),
        ([], '"value" must be an object'),
    ],
)
@pytest.mark.usefixtures("found")
def test_patches_that_are_refused(client: Client, tenant: RunningTenant, body: Any, message: str) -> None:
    path = f"{OBJECTS}/{_id(tenant, 'SALES')}"

    assert refused(client, "PATCH", path, json=body) == (400, "CONN001", message)


@pytest.mark.usefixtures("found")
def test_a_patch_without_content_leaves_no_trace(client: Client, tenant: RunningTenant) -> None:
    before = tenant.connections.data_object("sf", "SALES")

    assert _patch(client, tenant, "SALES", {}) == before
    assert _patch(client, tenant, "SALES", {"settings": {}}) == before
    assert _patch(client, tenant, "SALES", {"settings": {"syncPolicy": True}})["updatedAt"] > before["updatedAt"]


# Children, and the end


@pytest.mark.usefixtures("found")
def test_children(client: Client, tenant: RunningTenant) -> None:
    path = f"{OBJECTS}/{_id(tenant, 'SALES/PUBLIC')}/children"
    body = client.ok("GET", f"{path}?sort=name:desc&page[limit]=2")
    assert [view["name"] for view in body["data"]] == ["ORDERS_BY_REGION", "ORDERS"]
    assert body["meta"]["totalCount"] == 3
    assert body["data"][1] == tenant.connections.data_object("sf", "SALES", "PUBLIC", "ORDERS")

    cursor = body["meta"]["page"]["cursor"]
    rest = client.ok("GET", f"{path}?sort=name:desc&page[limit]=2&page[cursor]={cursor}")
    assert [view["name"] for view in rest["data"]] == ["CUSTOMERS"]
    elsewhere = f"{OBJECTS}/{_id(tenant, 'SALES')}/children"
    assert refused(client, "GET", f"{elsewhere}?sort=name:desc&page[cursor]={cursor}")[:2] == (400, "CONN001")
    assert refused(client, "GET", f"{path}?sort=remoteId:asc")[:2] == (400, "CONN001")


@pytest.mark.usefixtures("found")
def test_a_removal_takes_everything_below_along(client: Client, tenant: RunningTenant) -> None:
    identifier = _id(tenant, "SALES/PUBLIC")
    tenant.connections.delay(100)
    task = answer(client, 202, "DELETE", f"{OBJECTS}/{identifier}")["taskId"]
    assert answer(client, 202, "DELETE", f"{OBJECTS}/{identifier}") == {"taskId": task}
    stored = client.ok("GET", f"{ROOT}/sf/tasks/{task}")
    assert (stored["type"], stored["input"]) == (
        "DATA_OBJECT_DELETE",
        {"dataObjectId": identifier, "pathKey": "SALES/PUBLIC"},
    )
    assert client.ok("GET", f"{OBJECTS}/{identifier}")["name"] == "PUBLIC"

    tenant.connections.advance()
    assert _paths(tenant) == ["SALES", "SALES/FINANCE", "SALES/FINANCE/LEDGER"]
    assert refused(client, "GET", f"{OBJECTS}/{identifier}")[:2] == (404, "CONN001")
    _sync(client, syncAllDataObjects=True)
    tenant.connections.advance()
    assert _paths(tenant) == SEEDED
    assert _id(tenant, "SALES/PUBLIC") != identifier


@pytest.mark.usefixtures("found")
def test_a_removal_that_fails_leaves_everything(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.fail("DATA_OBJECT_DELETE", "sf", count=1)
    task = answer(client, 202, "DELETE", f"{OBJECTS}/{_id(tenant, 'SALES')}")["taskId"]

    assert client.ok("GET", f"{ROOT}/sf/tasks/{task}")["status"] == "FAILED"
    assert _paths(tenant) == SEEDED


@pytest.mark.usefixtures("found")
def test_a_data_object_is_found_in_its_connection_only(client: Client, tenant: RunningTenant) -> None:
    created(client, snowflake("other"))
    identifier = _id(tenant, "SALES", "other")

    for path in (f"{OBJECTS}/{identifier}", f"{OBJECTS}/x", f"{ROOT}/none/dataObjects/{identifier}"):
        for method, end in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/children")):
            options = {"json": {}} if method == "PATCH" else {}
            assert refused(client, method, f"{path}{end}", **options)[:2] == (404, "CONN001")


@pytest.mark.usefixtures("found")
def test_the_objects_of_a_connection_go_with_it(client: Client, tenant: RunningTenant) -> None:
    created(client, snowflake("other"))
    client.ok("POST", f"{ROOT}/sf/_deactivate")
    answer(client, 202, "DELETE", f"{ROOT}/sf")
    counts = client.ok("GET", "/_local/state")["documents"]

    assert (counts["data_object"], counts["connection_task"], counts["connection_task_run"]) == (7, 2, 2)
    assert _paths(tenant, "other") == SEEDED


@pytest.mark.usefixtures("found")
def test_changes_behind_the_back(tenant: RunningTenant) -> None:
    tenant.connections.change_data_object("sf", "SALES", syncPolicy=True, owners=[GROUP], tags=["Finance"])
    view = tenant.connections.data_object("sf", "SALES")
    assert (view["settings"], [tag["name"] for tag in view["tags"]]) == (
        {"syncPolicy": {"value": True}, "owners": [GROUP]},
        ["Finance"],
    )

    tenant.connections.delete_data_object("sf", "SALES", "PUBLIC", "ORDERS")
    assert "SALES/PUBLIC/ORDERS" not in _paths(tenant)
    tenant.connections.sync("sf")
    assert _paths(tenant) == SEEDED
    with pytest.raises(LookupError, match="has 0 data objects 'SALES/NONE'"):
        tenant.connections.data_object("sf", "SALES", "NONE")
