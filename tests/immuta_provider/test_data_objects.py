"""Data objects and syncs in process: how they are found, what is said when they are not, and how syncs are joined."""

from __future__ import annotations

import unicodedata

import pytest

from immuta_provider.data_sources.data_object import DataObjectLookup
from immuta_provider.resources.data_object import DataObject
from immuta_provider.resources.data_object_sync import DataObjectSync
from immuta_tenant.families.connections import tasks
from immuta_tenant.kinds import CONNECTION_TASK, TAG
from terraform_plugin import Path, types
from terraform_plugin.codec import decode, encode, from_json
from terraform_plugin.messages import tfplugin6
from terraform_plugin.validators import problems
from tests.acceptance import outside
from tests.faults.core import FailedError
from tests.immuta_provider.connected import KEY, OBJECT, ORDERS, SYNC, Here
from tests.tenant.connection_bodies import databricks, snowflake

IDENTITY = types.Object({"connection_key": types.STRING, "path": types.Collection("list", types.STRING)})


def test_a_connection_that_is_not_there(here: Here) -> None:
    for kind in (OBJECT, SYNC):
        assert 'There is no connection "lake"' in here.fails(kind, connection_key="lake", path=ORDERS)


def test_nothing_has_been_discovered(here: Here) -> None:
    said = here.fails(OBJECT, path=ORDERS)
    assert 'At the top of the connection "warehouse" there is no "SALES"; nothing has been discovered there.' in said
    assert "let an `immuta_data_object_sync` with `sync_all_data_objects = true` come first" in said


def test_a_connection_that_is_not_active(here: Here) -> None:
    here.tenant.connections.set_state(KEY, "INACTIVE")
    assert "The connection is INACTIVE and has to be active for that." in here.fails(OBJECT, path=ORDERS)
    failed = here.fails(SYNC)
    assert "ended as FAILED: CONN003: The data platform cannot be reached: the connection is INACTIVE." in failed


def test_a_path_that_ends_too_early(synced: Here) -> None:
    said = synced.fails(OBJECT, path=["SALES", "PUBLIK", "ORDERS"])
    assert 'Below SALES of the connection "warehouse" there is no "PUBLIK"; there is "FINANCE", "PUBLIC".' in said


def test_of_many_names_those_that_look_alike_are_shown(here: Here) -> None:
    names = [*(f"TABLE_{number}" for number in range(40)), "Customers"]
    here.tenant.connections.declare({KEY: [{"name": each, "type": "TABLE"} for each in names]})
    here.tenant.connections.sync(KEY)
    assert 'there is "Customers".' in here.fails(OBJECT, path=["CUSTOMER"])
    said = here.fails(OBJECT, path=["XYZ"])
    assert 'there is "Customers", "TABLE_0", "TABLE_1", "TABLE_10", ' in said
    assert '"TABLE_16" and 31 more.' in said


def test_a_type_that_the_object_does_not_have(synced: Here) -> None:
    said = synced.fails(OBJECT, path=ORDERS, object_type="VIEW")
    assert 'It is there, but its type is "table" and not VIEW.' in said


def test_two_objects_at_one_path(here: Here) -> None:
    """Their type tells them apart; without it nobody knows which one is meant."""
    twins = [{"name": "ORDERS", "type": "TABLE"}, {"name": "ORDERS", "type": "VIEW"}]
    here.tenant.connections.declare({KEY: twins})
    here.tenant.connections.sync(KEY)
    said = here.fails(OBJECT, path=["ORDERS"])
    assert 'There is more than one data object "warehouse/ORDERS"' in said
    assert "They are " in said
    assert '"table ' in said
    assert '"view ' in said
    made = here.apply(OBJECT, path=["ORDERS"], object_type="View", sync_policy=True)
    assert made.state is not None
    assert made.state["object_type"] == "View"
    stored = here.tenant.connections.data_objects(KEY)
    assert [each["settings"]["syncPolicy"]["value"] for each in stored if each["type"] == "view"] == [True]
    assert [each["settings"]["syncPolicy"]["value"] for each in stored if each["type"] == "table"] == [False]
    imported = here.imported(OBJECT, f"id:{stored[0]['id']}")
    assert [imported[name] for name in ("path", "object_type")] == [["ORDERS"], stored[0]["type"]]


def test_an_object_that_is_discovered_anew_beside_another_of_its_name(here: Here) -> None:
    """That of the same type is taken."""
    here.tenant.connections.declare({KEY: [{"name": "ORDERS", "type": "TABLE"}]})
    here.tenant.connections.sync(KEY)
    made = here.apply(OBJECT, path=["ORDERS"], sync_policy=True)
    here.tenant.connections.delete_data_object(KEY, "ORDERS")
    twins = [{"name": "ORDERS", "type": "VIEW"}, {"name": "ORDERS", "type": "TABLE"}]
    here.tenant.connections.declare({KEY: twins})
    here.tenant.connections.sync(KEY)
    here.core.apply(made)
    assert made.state is not None
    stored = {each["type"]: each for each in here.tenant.connections.data_objects(KEY)}
    assert made.state["id"] == stored["table"]["id"]
    assert [each["settings"]["syncPolicy"]["value"] for each in (stored["table"], stored["view"])] == [True, False]


NAMES = [
    *("a b", "a/b", "%2F", "100%", "what?", "#1", 'quote "', "it's", "back\\slash", "${x}", "id:31", "key:x", "."),
    *("..", "ümlaut", unicodedata.normalize("NFD", "ümlaut 2"), "emoji 👍", "null", "-1"),
]


def test_names_of_every_kind(here: Here) -> None:
    """Found, written, read and imported; Terraform composes accents, the platform keeps them as they are."""
    here.tenant.connections.declare(
        {KEY: [{"name": each, "type": "SCHEMA", "children": [{"name": each, "type": "TABLE"}]} for each in NAMES]}
    )
    here.tenant.connections.sync(KEY)
    for name in NAMES:
        composed = unicodedata.normalize("NFC", name)
        made = here.apply(OBJECT, path=[composed, composed], sync_policy=True)
        assert made.state is not None
        escaped = composed.replace("%", "%25").replace("/", "%2F")
        for import_id in (f"{KEY}/{escaped}/{escaped}", f"id:{made.state['id']}"):
            found = here.imported(OBJECT, import_id)
            assert (found["id"], found["path"]) == (made.state["id"], [composed, composed])
        here.core.destroy(made)


@pytest.mark.parametrize("import_id", ["", "warehouse", "warehouse/", "/SALES", "warehouse//ORDERS", "key:"])
def test_what_names_no_object(synced: Here, import_id: str) -> None:
    with pytest.raises(FailedError, match=r"does not name a data object|import id is empty"):
        synced.imported(OBJECT, import_id)


def test_an_import_by_identity(synced: Here) -> None:
    identity = from_json({"connection_key": KEY, "path": ORDERS}, IDENTITY)
    data = tfplugin6["DynamicValue"](msgpack=encode(identity, IDENTITY))
    named = tfplugin6["ResourceIdentityData"](identity_data=data)
    synced.core.run()
    answer = synced.core._call("ImportResourceState", type_name=OBJECT, identity=named)
    state = decode(answer.imported_resources[0].state.msgpack, synced.core.block(OBJECT).kind)
    assert state["path"] == ORDERS
    assert decode(answer.imported_resources[0].identity.identity_data.msgpack, IDENTITY) == identity


def test_an_import_of_what_is_not_there(synced: Here) -> None:
    with pytest.raises(FailedError, match='there is no "ORDER"; there is "CUSTOMERS", "ORDERS", '):
        synced.imported(OBJECT, "warehouse/SALES/PUBLIC/ORDER")
    with pytest.raises(FailedError, match='No connection has a data object with the id "4711"'):
        synced.imported(OBJECT, "id:4711")
    with pytest.raises(FailedError, match='There is no sync "warehouse/4711"'):
        synced.imported(SYNC, "warehouse/4711")


def test_a_tag_that_is_not_there(synced: Here) -> None:
    said = synced.fails(OBJECT, path=ORDERS, tags=["PII"])
    assert 'There is no tag "PII"' in said
    assert "Give the whole name with all parents" in said
    assert synced.tenant.connections.data_object(KEY, *ORDERS).get("tags", []) == []


def test_a_tag_of_two_catalogs(synced: Here) -> None:
    store = synced.tenant.store
    (tag,) = store.find(TAG, "Finance")
    store.insert(TAG, {name: value for name, value in tag.items() if name != "id"} | {"source": "collibra"})
    said = synced.fails(OBJECT, path=ORDERS, tags=["Finance"])
    assert 'There is more than one tag "Finance"' in said
    assert 'The catalogs "collibra", "curated" have a tag of that name each' in said


def test_an_object_below_a_running_sync_is_waited_for(here: Here) -> None:
    here.tenant.connections.delay(60)
    here.begin_sync(syncAllDataObjects=True)
    here.apply(OBJECT, path=ORDERS, sync_policy=True)
    assert sum(here.core.clock.sleeps) >= 59


@pytest.mark.parametrize("comes", [True, False])
def test_a_sync_that_has_yet_to_follow_an_activation(here: Here, monkeypatch: pytest.MonkeyPatch, comes: bool) -> None:
    """It is waited for, but only for some seconds."""
    outside.call(here.tenant, "POST", "/api/connections", json=snowflake("lake"))
    store = here.tenant.store
    for task in store.all(CONNECTION_TASK):
        if task["type"] == "DATA_OBJECT_SYNC":
            tasks.forget(store, task)
    here.tenant.connections.delete_data_object("lake", "SALES")
    sleep = here.core.clock.sleep

    def slept(seconds: float) -> None:
        sleep(seconds)
        if comes:
            here.tenant.connections.sync("lake")

    monkeypatch.setattr(here.core.clock, "sleep", slept)
    if comes:
        here.apply(OBJECT, connection_key="lake", path=ORDERS, sync_policy=True)
    else:
        assert "nothing has been discovered there" in here.fails(OBJECT, connection_key="lake", path=ORDERS)
    assert len(here.core.clock.sleeps) == (1 if comes else 5)


def test_a_sync_that_takes_too_long_to_discover_an_object(here: Here) -> None:
    here.tenant.connections.delay(3600)
    here.begin_sync(syncAllDataObjects=True)
    said = here.fails(OBJECT, path=ORDERS, timeouts={"create": "1m"})
    assert "Waited for a sync of the connection warehouse to discover SALES/PUBLIC/ORDERS" in said
    assert "api-not-finished" in said


def test_a_sync_that_takes_too_long_is_tried_again(here: Here) -> None:
    """It stays in the state, and the next run cancels it and begins anew."""
    here.tenant.connections.delay(3600)
    made = here.instance(SYNC, timeouts={"create": "1m"})
    with pytest.raises(FailedError, match="Last seen: DATA_OBJECT_SYNC is PENDING"):
        here.core.apply(made)
    assert (made.tainted, made.state is not None and made.state["status"]) == (True, "PENDING")
    here.tenant.connections.delay(1)
    here.core.apply(made)
    assert (made.tainted, here.syncs()) == (False, ["CANCELED", "SUCCEEDED"])
    assert here.core.nothing_to_do(made)


def test_a_sync_that_is_interrupted_is_canceled_and_tried_again(here: Here) -> None:
    here.tenant.connections.delay(60)
    here.core.clock.stop_after = 3
    made = here.instance(SYNC)
    with pytest.raises(FailedError, match="api-interrupted"):
        here.core.apply(made)
    here.core.clock.stop_after = 10**6
    assert made.tainted
    here.core.apply(made)
    assert here.syncs() == ["CANCELED", "SUCCEEDED"]


def test_tasks_that_cannot_be_started_now(here: Here) -> None:
    here.tenant.connections.unavailable(count=2)
    here.apply(SYNC)
    assert here.syncs() == ["SUCCEEDED"]


def test_an_import_manages_what_is_there(synced: Here) -> None:
    """A configuration of the same is nothing to do; one that leaves it out only takes it out of Terraform's hands."""
    synced.tenant.connections.change_data_object(KEY, *ORDERS, tags=["Finance"])
    state = synced.imported(OBJECT, f"{KEY}/SALES/PUBLIC/ORDERS")
    same = synced.instance(OBJECT, path=ORDERS, tags=["Finance"])
    same.state = state
    assert synced.core.nothing_to_do(same)
    less = synced.instance(OBJECT, path=ORDERS)
    less.state = state
    synced.core.apply(less)
    synced.core.destroy(less)
    assert [tag["name"] for tag in synced.tenant.connections.data_object(KEY, *ORDERS)["tags"]] == ["Finance"]


def test_a_sync_that_immuta_has_forgotten_stays(synced: Here) -> None:
    """Until its connection is gone, too."""
    made = synced.apply(SYNC)
    store = synced.tenant.store
    for task in store.all(CONNECTION_TASK):
        tasks.forget(store, task)
    assert synced.core.nothing_to_do(made)
    synced.tenant.connections.delete(KEY)
    synced.core.refresh(made)
    assert made.state is None


def test_objects_of_databricks(here: Here) -> None:
    outside.call(here.tenant, "POST", "/api/connections", json=databricks("lake", syncOnCreate=False))
    here.apply(SYNC, connection_key="lake", sync_all_data_objects=True)
    path = ["main", "default", "trips"]
    made = here.apply(OBJECT, connection_key="lake", path=path, object_type="Table", tags=["Finance"])
    found = here.tenant.connections.data_object("lake", *path)
    assert [tag["name"] for tag in found["tags"]] == ["Finance"]
    here.core.destroy(made)
    assert "tags" not in here.tenant.connections.data_object("lake", *path)


def test_a_sync_that_is_under_way_is_joined(here: Here) -> None:
    here.tenant.connections.delay(60)
    theirs = here.begin_sync(syncAllDataObjects=True)
    made = here.apply(SYNC, sync_all_data_objects=True)
    assert made.state is not None
    assert (made.state["id"], made.state["message"]) == (theirs, "The data objects were synced.")
    assert here.syncs() == ["SUCCEEDED"]


def test_where_the_sync_of_somebody_else_fails_an_own_one_follows(here: Here) -> None:
    here.tenant.connections.delay(60)
    here.tenant.connections.fail(count=1)
    here.begin_sync()
    here.apply(SYNC)
    assert here.syncs() == ["FAILED", "SUCCEEDED"]


def test_the_sync_of_somebody_else_is_not_canceled(here: Here) -> None:
    here.tenant.connections.delay(60)
    here.begin_sync()
    made = here.apply(SYNC, wait=False)
    here.core.destroy(made)
    here.tenant.connections.advance()
    assert here.syncs() == ["SUCCEEDED"]


def test_a_sync_of_one_schema_leaves_the_others_alone(synced: Here) -> None:
    made = synced.apply(SYNC, path=["SALES", "PUBLIC"], sync_all_data_objects=True)
    assert made.state is not None
    (task,) = (each for each in synced.tenant.connections.tasks(KEY) if each["taskId"] == made.state["id"])
    step = {"name": "SALES", "type": "DATABASE", "child": {"name": "PUBLIC", "type": "SCHEMA"}}
    assert task["input"] == {"syncAllDataObjects": True, "objectPath": step}
    imported = synced.imported(SYNC, f"{KEY}/{made.state['id']}")
    assert [imported[name] for name in ("path", "sync_all_data_objects")] == [["SALES", "PUBLIC"], True]


@pytest.mark.parametrize("path", [[], [""], ["SALES", ""], ["SALES", None]])
def test_a_path_that_names_nothing_is_refused(path: list[str | None]) -> None:
    for model in (DataObject, DataObjectSync):
        block = model.block
        wrong = problems(block, from_json({"connection_key": KEY, "path": path}, block.kind), Path())
        assert [str(place) for place, _ in wrong] == ["path"]


def test_a_type_alone_names_nothing() -> None:
    for model in (DataObjectLookup, DataObjectSync):
        block = model.block
        values = from_json({"connection_key": KEY, "object_type": "TABLE"}, block.kind)
        assert "object_type" in [str(place) for place, _ in problems(block, values, Path())]
