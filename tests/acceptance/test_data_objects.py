"""`immuta_data_object`, `immuta_data_object_sync` and the look-ups of connections, with real Terraform."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.acceptance import outside
from tests.acceptance.cases.data_object import CASE, FULL, KEY, ORDERS, STEWARDS, WAREHOUSE, connection
from tests.acceptance.terraform import Workspace, flat

pytestmark = pytest.mark.terraform

REFERENCE = FULL["connection_key"]


def _object(*path: str, **attributes: Any) -> dict[str, Any]:
    """A configuration with one data object."""
    return {"immuta_data_object": {"it": {"connection_key": REFERENCE, "path": list(path), **attributes}}}


def _sync(**attributes: Any) -> dict[str, Any]:
    """A configuration with one sync."""
    return {"immuta_data_object_sync": {"it": {"connection_key": REFERENCE, **attributes}}}


@pytest.fixture
def synced(attached: Workspace) -> Workspace:
    """A workspace with a connection whose data objects have been discovered."""
    attached.write(WAREHOUSE)
    attached.apply()
    return attached


def _own(tenant: Any, *path: str) -> dict[str, Any]:
    """What a data object has of its own."""
    found = outside.data_object(tenant, KEY, *path)
    policy = found["settings"]["syncPolicy"]
    return {
        "sync_policy": None if "inheritedFrom" in policy else policy["value"],
        "owners": [(each["id"], each["type"]) for each in found["settings"]["owners"] if "inheritedFrom" not in each],
        "tags": [each["name"] for each in found.get("tags", []) if "inheritedFrom" not in each],
    }


def test_an_object_that_is_discovered_anew_is_the_same(synced: Workspace, tenant: Any) -> None:
    """It has a new id and nothing of its own: the settings are written again, and nothing is created."""
    table = {"name": "ORDERS", "type": "VIEW", "remoteId": "4711"}
    tree = {
        "name": "SALES",
        "type": "DATABASE",
        "children": [{"name": "PUBLIC", "type": "SCHEMA", "children": [table]}],
    }
    synced.write(WAREHOUSE | _object(*ORDERS, sync_policy=True, tags=["Finance"]))
    synced.apply()
    before = synced.state()[CASE.address]
    tenant.connections.delete_data_object(KEY, *ORDERS)
    tenant.connections.declare({KEY: [tree]})
    tenant.connections.sync(KEY)
    planned = synced.apply_changes().only()
    assert (planned.action, planned.attributes) == ("updated in-place", {"sync_policy", "tags"})
    synced.assert_no_changes()
    after = synced.state()[CASE.address]
    assert before["id"] != after["id"]
    assert [before[name] for name in ("object_type", "normalized_type", "remote_id")] == ["table", "table", "1025"]
    assert [after[name] for name in ("object_type", "normalized_type", "remote_id")] == ["view", "view", "4711"]


def test_an_object_that_is_gone_is_planned_anew_and_named(synced: Workspace, tenant: Any) -> None:
    synced.write(WAREHOUSE | _object(*ORDERS, sync_policy=True))
    synced.apply()
    outside.delete_data_object(KEY, *ORDERS)(tenant)
    assert synced.plan().only().action == "created"
    printed = flat(synced.run("apply", "-no-color", "-input=false", "plan", ok=(1,)))
    assert 'There is no data object "warehouse/SALES/PUBLIC/ORDERS"' in printed
    assert 'Below SALES/PUBLIC of the connection "warehouse" there is no "ORDERS"; there is "CUSTOMERS", ' in printed
    assert "immuta_data_object_sync" in printed
    synced.destroy()


def test_a_connection_that_is_gone_takes_its_objects_along(synced: Workspace, tenant: Any) -> None:
    resources = WAREHOUSE | _object(*ORDERS, sync_policy=True) | _sync(sync_all_data_objects=True)
    synced.write(resources)
    synced.apply()
    tenant.connections.delete(KEY)
    planned = synced.apply_changes()
    assert {(each.address, each.action) for each in planned.changes} == {
        (f"immuta_connection.{KEY}", "created"),
        ("immuta_data_object.it", "created"),
        ("immuta_data_object_sync.it", "created"),
    }
    synced.assert_no_changes()


def test_another_connection_has_other_objects(synced: Workspace, tenant: Any) -> None:
    """Another key means another object and another sync; the settings of the old one are taken away."""
    lake = {"immuta_connection": {KEY: connection(KEY), "lake": connection("lake")}}
    synced.write(lake | _object(*ORDERS, sync_policy=True) | _sync())
    synced.apply()
    there = {"connection_key": "${immuta_connection.lake.connection_key}"}
    synced.write(lake | _object(*ORDERS, sync_policy=True, **there) | _sync(**there))
    assert [each.action for each in synced.apply_changes().changes] == ["replaced", "replaced"]
    synced.assert_no_changes()
    assert _own(tenant, *ORDERS)["sync_policy"] is None
    assert synced.state()[CASE.address]["connection_key"] == "lake"


def test_only_own_settings_count(synced: Workspace, tenant: Any) -> None:
    """What is set above an object is inherited and no difference; unset owners and tags are left to others."""
    synced.write(WAREHOUSE | _object(*ORDERS, sync_policy=True, tags=["Finance.Revenue"]))
    synced.apply()
    above = {"syncPolicy": False, "owners": [{"id": 9, "type": "GROUP"}]}
    marks = {"add": outside.tag_ids(tenant, "Discovered.PII")}
    outside.change_data_object(KEY, "SALES", "PUBLIC", settings=above, tags=marks)(tenant)
    outside.change_data_object(KEY, *ORDERS, settings={"owners": [{"id": 3, "type": "USER"}]})(tenant)
    synced.assert_no_changes()
    synced.write(WAREHOUSE | _object(*ORDERS, sync_policy=False, tags=["Finance.Revenue"]))
    assert synced.apply_changes().only().attributes == {"sync_policy"}
    assert _own(tenant, *ORDERS) == {"sync_policy": False, "owners": [(3, "USER")], "tags": ["Finance.Revenue"]}
    synced.write(WAREHOUSE)
    assert synced.apply_changes().only().action == "destroyed"
    assert _own(tenant, *ORDERS) == {"sync_policy": None, "owners": [(3, "USER")], "tags": []}


def test_what_is_managed_follows_the_configuration(synced: Workspace, tenant: Any) -> None:
    """To begin or to end to manage tags that are there makes no request, and a destroy knows it."""
    outside.change_data_object(KEY, *ORDERS, tags={"add": outside.tag_ids(tenant, "Finance")})(tenant)
    synced.write(WAREHOUSE | _object(*ORDERS))
    synced.apply()
    synced.write(WAREHOUSE | _object(*ORDERS, tags=["Finance"]))
    assert synced.apply_changes().only().attributes == {"managed_settings"}
    synced.write(WAREHOUSE | _object(*ORDERS))
    assert synced.apply_changes().only().attributes == {"managed_settings"}
    synced.write(WAREHOUSE)
    synced.apply()
    assert _own(tenant, *ORDERS)["tags"] == ["Finance"]
    assert [each for each in tenant.request_log() if each.method == "PATCH"][1:] == []


def test_extra_json(synced: Workspace, tenant: Any) -> None:
    extra = '{"settings": {"owners": [{"id": 1, "type": "USER"}]}}'
    synced.write(WAREHOUSE | _object(*ORDERS, extra_json=extra))
    synced.apply()
    synced.assert_no_changes()
    outside.change_data_object(KEY, *ORDERS, settings={"owners": [{"id": 2, "type": "USER"}]})(tenant)
    assert synced.apply_changes().only().attributes == {"extra_json"}
    synced.assert_no_changes()
    assert _own(tenant, *ORDERS)["owners"] == [(1, "USER")]


def test_settings_of_others_are_not_overwritten(synced: Workspace, tenant: Any) -> None:
    """An object that has own settings already is refused with the way to import it; equal ones are adopted."""
    outside.change_data_object(KEY, *ORDERS, settings={"syncPolicy": False})(tenant)
    synced.write(WAREHOUSE | _object(*ORDERS, sync_policy=True, owners=[STEWARDS]))
    printed = synced.apply_fails()
    assert "differs from the configuration in: sync_policy." in printed
    assert "terraform import <address> 'warehouse/SALES/PUBLIC/ORDERS'" in printed
    assert _own(tenant, *ORDERS) == {"sync_policy": False, "owners": [], "tags": []}
    synced.write(WAREHOUSE | _object(*ORDERS, sync_policy=False, owners=[STEWARDS]))
    synced.apply()
    assert _own(tenant, *ORDERS) == {"sync_policy": False, "owners": [(7, "GROUP")], "tags": []}
    synced.run("state", "rm", CASE.address)
    synced.write(WAREHOUSE | _object(*ORDERS, sync_policy=True), provider={"immuta": {"adopt_existing": True}})
    synced.apply()
    assert _own(tenant, *ORDERS) == {"sync_policy": True, "owners": [(7, "GROUP")], "tags": []}


def test_an_object_is_deleted_on_request(synced: Workspace, tenant: Any) -> None:
    """`on_destroy = "delete"` waits for the task; one that fails says why, and the object stays in the state."""
    synced.write(WAREHOUSE | _object("SALES", "PUBLIC", on_destroy="delete"))
    synced.apply()
    tenant.connections.fail("DATA_OBJECT_DELETE", message="The schema is in use.", count=1)
    synced.write(WAREHOUSE)
    printed = synced.apply_fails()
    assert 'Cannot delete immuta_data_object "warehouse/SALES/PUBLIC"' in printed
    assert "(DATA_OBJECT_DELETE) ended as FAILED: CONN001: The schema is in use." in printed
    tenant.connections.delay(0.5)
    assert synced.apply_changes().only().action == "destroyed"
    names = [each["name"] for each in tenant.connections.data_objects(KEY)]
    assert names == ["SALES", "FINANCE", "LEDGER"]


def test_a_new_connection_is_synced_before_its_objects_are_missed(attached: Workspace, tenant: Any) -> None:
    """The sync that follows the creation of a connection runs when the data object is looked for."""
    tenant.connections.delay(1)
    attached.write(WAREHOUSE | _object(*ORDERS, sync_policy=True))
    attached.apply()
    attached.assert_no_changes()


def test_a_sync_that_is_not_waited_for(synced: Workspace, tenant: Any) -> None:
    """A refresh shows how it stands, and how it ended. One that is destroyed before is canceled."""
    tenant.connections.delay(600)
    synced.write(WAREHOUSE | _sync(wait=False))
    synced.apply()
    started = synced.state()["immuta_data_object_sync.it"]
    assert (started["status"], started["message"]) == ("PENDING", None)
    tenant.connections.advance()
    synced.run("apply", "-refresh-only", "-auto-approve", "-no-color")
    ended = synced.state()["immuta_data_object_sync.it"]
    assert [ended[name] for name in ("id", "status")] == [started["id"], "SUCCEEDED"]
    assert ended["message"] == "The data objects were synced."
    synced.write(WAREHOUSE | _sync(wait=False, triggers={"again": "1"}))
    assert synced.apply_changes().only().action == "replaced"
    synced.write(WAREHOUSE)
    synced.apply()
    tenant.connections.advance()
    syncs = [each for each in tenant.connections.tasks(KEY) if each["type"] == "DATA_OBJECT_SYNC"]
    assert [each["status"] for each in syncs[1:]] == ["SUCCEEDED", "CANCELED"]


def test_a_sync_that_fails_is_tried_again(synced: Workspace, tenant: Any) -> None:
    tenant.connections.fail(message="The warehouse is suspended.", code="CONN005", count=1)
    synced.write(WAREHOUSE | _sync())
    printed = synced.apply_fails()
    assert 'The sync of immuta_data_object_sync "warehouse" did not succeed' in printed
    assert "(DATA_OBJECT_SYNC) ended as FAILED: CONN005: The warehouse is suspended." in printed
    failed = synced.state()["immuta_data_object_sync.it"]
    assert failed["error"] == {"code": "CONN005", "message": "The warehouse is suspended."}
    assert synced.apply_changes().only().action == "replaced"
    synced.assert_no_changes()
    assert synced.state()["immuta_data_object_sync.it"]["error"] is None
    identifier = synced.state()["immuta_data_object_sync.it"]["id"]
    synced.run("state", "rm", "immuta_data_object_sync.it")
    synced.import_object("immuta_data_object_sync.it", f"{KEY}/{identifier}")
    synced.assert_no_changes()


def test_look_ups(synced: Workspace, tenant: Any) -> None:
    """A connection, all of them, tasks with their runs, one data object and the search for several."""
    outside.change_data_object(
        KEY,
        "SALES",
        "PUBLIC",
        settings={"syncPolicy": True},
        tags={"add": outside.tag_ids(tenant, "Finance")},
    )(tenant)
    orders = tenant.connections.data_object(KEY, *ORDERS)
    schema = tenant.connections.data_object(KEY, "SALES", "PUBLIC")
    within = {"connection_key": KEY}
    public = [{"name": "SALES"}, {"name": "PUBLIC"}]
    typed = [{"name": "SALES", "type": "DATABASE"}, {"name": "PUBLIC", "type": "SCHEMA"}]
    host = {"host": f"{KEY}.snowflakecomputing.com", "port": 443, "technology": "Snowflake"}
    searches: dict[str, tuple[dict[str, Any], list[str]]] = {
        "name": ({"name": "ORDERS"}, ["ORDERS"]),
        "type": ({**within, "object_type": "view"}, ["ORDERS_BY_REGION"]),
        "remote": ({"remote_id": orders["remoteId"]}, ["ORDERS"]),
        "path": ({"object_path": [*typed, {"name": "ORDERS", "type": "TABLE"}]}, ["ORDERS"]),
        "looked_up": ({**within, "object_path": public}, ["PUBLIC"]),
        "top": ({**within, "parent_object_path": []}, ["SALES"]),
        "below": ({"connection_host": host, "parent_object_path": typed}, ["CUSTOMERS", "ORDERS", "ORDERS_BY_REGION"]),
        "all": ({**within, "parent_object_path": public, "object_type": "table", "name": "ORDERS"}, ["ORDERS"]),
        "parent": ({**within, "parent_id": schema["id"]}, ["CUSTOMERS", "ORDERS", "ORDERS_BY_REGION"]),
        "simple": ({"simple_object_path": ["SALES", "FINANCE"]}, ["FINANCE"]),
        "tagged": ({"object_type": "table", "tags": {"include": ["Finance"]}}, ["CUSTOMERS", "ORDERS"]),
        "untagged": ({"object_type": "table", "tags": {"exclude": ["Finance"]}}, ["LEDGER"]),
    }
    synced.write(
        WAREHOUSE,
        data={
            "immuta_connection": {"it": within},
            "immuta_connections": {"it": {"technology": "Snowflake", "state": "ACTIVE", "sort": ["created_at:desc"]}},
            "immuta_connection_tasks": {
                "it": {**within, "type": "DATA_OBJECT_SYNC", "status": "SUCCEEDED", "include_runs": True}
            },
            "immuta_data_object": {
                "path": {**within, "path": list(ORDERS)},
                "id": {**within, "id": orders["id"]},
            },
            "immuta_data_objects": {name: wanted for name, (wanted, _) in searches.items()},
        },
        output={
            "state": {
                "value": "${data.immuta_connection.it.state} ${data.immuta_connection.it.client_configuration.role}"
            },
            "keys": {"value": "${data.immuta_connections.it.connections[*].connection_key}"},
            "said": {"value": "${data.immuta_connection_tasks.it.tasks[*].runs[0].message}"},
            "same": {"value": "${data.immuta_data_object.path == data.immuta_data_object.id}"},
            "from": {"value": "${data.immuta_data_object.id.sync_policy_inherited_from.type}"},
            "owner": {"value": "${data.immuta_data_object.id.owners[0].inherited_from.id}"},
            "names": {
                "value": {name: f"${{data.immuta_data_objects.{name}.data_objects[*].name}}" for name in searches}
            },
        },
    )
    synced.apply()
    shown = {name: each["value"] for name, each in json.loads(synced.run("output", "-json")).items()}
    assert shown["names"] == {name: expected for name, (_, expected) in searches.items()}
    assert (shown["state"], shown["keys"], shown["same"]) == ("ACTIVE IMMUTA_SYSTEM", [KEY], True)
    assert (shown["said"], shown["from"], shown["owner"]) == (["The data objects were synced."], "DATA_OBJECT", KEY)


def test_the_settings_follow_a_connection_that_is_replaced(synced: Workspace, tenant: Any) -> None:
    """In one apply: its data objects are others then, and have nothing of their own."""
    wanted = _object(*ORDERS, sync_policy=True)
    synced.write(WAREHOUSE | wanted)
    synced.apply()
    platform = json.loads(json.dumps(WAREHOUSE))
    (made,) = platform["immuta_connection"].values()
    made["snowflake"]["client_configuration"]["immuta_system_database"] = "IMMUTA_2"
    synced.write(platform | wanted)
    assert {each.action for each in synced.apply_changes().changes} == {"replaced"}
    assert _own(tenant, *ORDERS)["sync_policy"] is True
    synced.assert_no_changes()
