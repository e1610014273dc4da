"""Connections whose work takes time, and what can go wrong with it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from immuta_tenant import RunningTenant, running_tenant
from immuta_tenant.testing_connections import UnknownConnectionError
from tests.tenant.client import API_KEY, Client, connect
from tests.tenant.connection_bodies import (
    ROOT,
    answer,
    created,
    databricks,
    patched,
    refused,
    run,
    snowflake,
    state,
    tasks,
)

DELAY = 100.0
COMPONENTS = ["auditConfiguration", "clientConfiguration", "policyConfiguration"]


@pytest.fixture
def slow(tenant: RunningTenant) -> RunningTenant:
    """A tenant whose work takes so long that it ends only when a test says so."""
    tenant.connections.delay(DELAY)
    return tenant


def _health(body: Any) -> list[str]:
    return [body[name]["health"]["state"] for name in COMPONENTS if "health" in body[name]]


def _active_tasks(client: Client, key: str) -> list[tuple[str, str]]:
    body = client.ok("GET", f"{ROOT}/{key}")
    return [(task["type"], task["status"]) for task in body.get("activeTasks", [])]


def test_a_creation_waits_runs_and_ends(client: Client, slow: RunningTenant) -> None:
    body = created(client, snowflake())
    assert (body["state"], _health(body)) == ("ACTIVATING", ["ACTIVATING"] * 3)
    assert _active_tasks(client, "sf") == [("ACTIVATE_CONNECTION", "PENDING")]

    slow.connections.advance(DELAY / 2)
    assert _active_tasks(client, "sf") == [("ACTIVATE_CONNECTION", "RUNNING")]
    assert state(client, "sf") == "ACTIVATING"

    slow.connections.advance(DELAY / 2)
    body = client.ok("GET", f"{ROOT}/sf")
    assert (body["state"], _health(body)) == ("ACTIVE", ["ACTIVE"] * 3)
    assert _active_tasks(client, "sf") == [("DATA_OBJECT_SYNC", "PENDING")]

    slow.connections.advance()
    assert "activeTasks" not in client.ok("GET", f"{ROOT}/sf")
    assert tasks(client, "sf") == [("DATA_OBJECT_SYNC", "SUCCEEDED"), ("ACTIVATE_CONNECTION", "SUCCEEDED")]


def test_the_times_of_a_run(client: Client, slow: RunningTenant) -> None:
    created(client, snowflake(syncOnCreate=False))
    (task,) = client.ok("GET", f"{ROOT}/sf/tasks")["tasks"]
    waiting = run(client, "sf", task["taskId"])
    assert sorted(waiting) == ["createdAt", "runId", "status", "updatedAt"]

    slow.connections.advance(DELAY / 2)
    running = run(client, "sf", task["taskId"])
    assert running == waiting | {
        "status": "RUNNING",
        "startedAt": running["startedAt"],
        "updatedAt": running["startedAt"],
    }
    slow.connections.advance()
    ended = run(client, "sf", task["taskId"])
    end = ended["completedAt"]
    assert waiting["createdAt"] < running["startedAt"] < end
    message = {"message": "The connection is active."}
    assert ended == running | {"status": "SUCCEEDED", "completedAt": end, "updatedAt": end, "result": message}


def test_a_patch_is_stored_at_once_and_validated_later(client: Client, tenant: RunningTenant) -> None:
    created(client, snowflake(syncOnCreate=False))
    tenant.connections.delay(DELAY)
    body = patched(client, "sf", {"clientConfiguration": {"warehouse": "W9"}, "dataObjectSync": {"startTime": 1}})

    assert (body["state"], body["clientConfiguration"]["warehouse"]) == ("UPDATING", "W9")
    assert _health(body) == ["ACTIVE", "UPDATING", "ACTIVE"]
    assert refused(client, "PATCH", f"{ROOT}/sf", json={})[:2] == (409, "CONN003")
    task = next(task for task in client.ok("GET", f"{ROOT}/sf/tasks")["tasks"] if task["status"] == "PENDING")
    assert (task["type"], task["input"]["changes"]) == ("UPDATE_CONNECTION", ["clientConfiguration"])
    assert task["input"]["connection"]["clientConfiguration"]["credential"]["password"] == "[REDACTED]"
    tenant.connections.advance()
    assert state(client, "sf") == "ACTIVE"


def test_a_patch_of_the_schedule_alone_is_no_work(client: Client, slow: RunningTenant) -> None:
    created(client, snowflake(syncOnCreate=False))
    slow.connections.advance()

    assert patched(client, "sf", {"dataObjectSync": {"startTime": 1}})["state"] == "ACTIVE"
    assert tasks(client, "sf") == [("ACTIVATE_CONNECTION", "SUCCEEDED")]
    assert patched(client, "sf", {"dataObjectDefaults": {"syncPolicy": True}})["state"] == "UPDATING"


def test_deactivating_activating_and_deleting_take_their_time(client: Client, slow: RunningTenant) -> None:
    created(client, snowflake(syncOnCreate=False))
    slow.connections.advance()

    for path, during, after in (
        ("_deactivate", "DEACTIVATING", "INACTIVE"),
        ("_activate", "ACTIVATING", "ACTIVE"),
        ("_deactivate", "DEACTIVATING", "INACTIVE"),
    ):
        assert client.ok("POST", f"{ROOT}/sf/{path}")["state"] == during
        slow.connections.advance()
        assert state(client, "sf") == after
    task = answer(client, 202, "DELETE", f"{ROOT}/sf")["taskId"]
    assert state(client, "sf") == "DELETING"
    assert client.ok("GET", f"{ROOT}/sf/tasks/{task}")["status"] == "PENDING"
    slow.connections.advance()
    assert refused(client, "GET", f"{ROOT}/sf")[0] == 404
    assert refused(client, "GET", f"{ROOT}/sf/tasks/{task}")[0] == 404


def test_activating_again_syncs_nothing(client: Client) -> None:
    created(client, snowflake(syncOnCreate=False))
    client.ok("POST", f"{ROOT}/sf/_deactivate")
    client.ok("POST", f"{ROOT}/sf/_activate")
    listed = client.ok("GET", f"{ROOT}/sf/tasks?filter[type]=ACTIVATE_CONNECTION")["tasks"]

    assert [task["input"] for task in listed] == [{"syncOnCreate": False}] * 2
    assert len(tasks(client, "sf")) == 3


def test_real_time_passes_too(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.delay(0.2)
    created(client, snowflake(syncOnCreate=False))
    assert state(client, "sf") == "ACTIVATING"

    time.sleep(0.25)
    assert state(client, "sf") == "ACTIVE"


def test_a_restart_goes_on_where_time_would_have_brought_it(tmp_path: Any) -> None:
    database = str(tmp_path / "tenant.sqlite")
    with running_tenant(API_KEY, database=database, connection_delay=0.2) as tenant, connect(tenant) as client:
        created(client, snowflake(syncOnCreate=False))
        assert state(client, "sf") == "ACTIVATING"
    time.sleep(0.25)
    with running_tenant(API_KEY, database=database) as tenant, connect(tenant) as client:
        assert state(client, "sf") == "ACTIVE"


def test_a_validation_leaves_the_state_until_it_ends(client: Client, tenant: RunningTenant) -> None:
    created(client, snowflake(syncOnCreate=False))
    tenant.connections.delay(DELAY)
    tenant.connections.unhealthy(component="policyConfiguration", message="No grant.", details={"role": "IMMUTA"})
    task = answer(client, 202, "POST", f"{ROOT}/sf/_validate")["taskId"]
    assert state(client, "sf") == "ACTIVE"
    answer(client, 202, "POST", f"{ROOT}/sf/_validate")
    assert _active_tasks(client, "sf") == [("VALIDATE_CONNECTION", "PENDING")] * 2

    tenant.connections.advance()
    body = client.ok("GET", f"{ROOT}/sf")
    assert (body["state"], _health(body)) == ("UNHEALTHY", ["ACTIVE", "ACTIVE", "UNHEALTHY"])
    assert body["policyConfiguration"]["health"]["errors"] == [
        {"code": "CONN005", "message": "No grant.", "details": {"role": "IMMUTA"}}
    ]
    assert client.ok("GET", f"{ROOT}/sf/tasks/{task}")["status"] == "SUCCEEDED"

    tenant.connections.healthy()
    answer(client, 202, "POST", f"{ROOT}/sf/_validate")
    tenant.connections.advance()
    assert state(client, "sf") == "ACTIVE"


def test_a_deactivation_overtakes_a_validation(client: Client, tenant: RunningTenant) -> None:
    created(client, snowflake(syncOnCreate=False))
    tenant.connections.delay(DELAY)
    answer(client, 202, "POST", f"{ROOT}/sf/_validate")
    tenant.connections.delay(1)
    client.ok("POST", f"{ROOT}/sf/_deactivate")

    tenant.connections.advance()
    assert state(client, "sf") == "INACTIVE"


# What goes wrong


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_creation_that_ends_unhealthy(client: Client, tenant: RunningTenant, component: str) -> None:
    tenant.connections.unhealthy("sf", component)
    body = created(client, snowflake())
    created(client, databricks())

    assert body["state"] == "UNHEALTHY"
    error = {"code": "CONN005", "message": "The data platform cannot be reached."}
    assert body[component]["health"] == {"state": "UNHEALTHY", "errors": [error]}
    assert state(client, "dbx") == "ACTIVE"
    (task,) = client.ok("GET", f"{ROOT}/sf/tasks")["tasks"]
    assert (task["type"], task["status"]) == ("ACTIVATE_CONNECTION", "FAILED")
    assert run(client, "sf", task["taskId"])["error"] == error | {"details": [error]}


def test_an_unhealthy_connection_is_patched_back_to_health(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.unhealthy(count=1)
    created(client, snowflake())
    assert state(client, "sf") == "UNHEALTHY"
    assert refused(client, "POST", f"{ROOT}/sf/_deactivate")[:2] == (409, "CONN003")

    assert patched(client, "sf", {"clientConfiguration": {"host": "h"}})["state"] == "ACTIVE"


def test_audit_that_is_off_is_not_validated(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.unhealthy(component="auditConfiguration")

    assert created(client, snowflake(auditConfiguration={"enabled": False}))["state"] == "ACTIVE"
    assert patched(client, "sf", {"auditConfiguration": {"enabled": True}})["state"] == "UNHEALTHY"


@pytest.mark.parametrize(
    ("type_", "call", "kept"),
    [
        ("DEACTIVATE_CONNECTION", ("POST", f"{ROOT}/sf/_deactivate"), "ACTIVE"),
        ("DELETE_CONNECTION", ("DELETE", f"{ROOT}/sf"), "INACTIVE"),
    ],
)
def test_a_task_that_fails_leaves_the_state_as_it_was(
    client: Client, tenant: RunningTenant, type_: str, call: tuple[str, str], kept: str
) -> None:
    created(client, snowflake())
    tenant.connections.set_state("sf", kept)
    tenant.connections.fail(type_, code="CONN002", message="Somebody else holds it.", details=[1], count=1)
    assert client.request(*call).is_success

    assert state(client, "sf") == kept
    (task,) = client.ok("GET", f"{ROOT}/sf/tasks?filter[type]={type_}")["tasks"]
    error = {"code": "CONN002", "message": "Somebody else holds it.", "details": [1]}
    assert (task["status"], run(client, "sf", task["taskId"])["error"]) == ("FAILED", error)
    assert client.request(*call).is_success
    assert [item["state"] for item in tenant.connections.all() if item["state"] == kept] == []


def test_the_task_of_a_deletion_can_survive(switched: Any) -> None:
    client = switched(connection_tasks_survive=True)
    created(client, snowflake())
    client.ok("POST", f"{ROOT}/sf/_deactivate")
    path = f"{ROOT}/sf/tasks/{answer(client, 202, 'DELETE', f'{ROOT}/sf')['taskId']}"

    assert refused(client, "GET", f"{ROOT}/sf")[0] == 404
    assert refused(client, "GET", f"{ROOT}/sf/tasks")[0] == 404
    created(client, snowflake())
    task = client.ok("GET", path)
    assert (task["type"], task["status"]) == ("DELETE_CONNECTION", "SUCCEEDED")
    assert [item["status"] for item in client.ok("GET", f"{path}/runs")["runs"]] == ["SUCCEEDED"]
    assert "DELETE_CONNECTION" not in dict(tasks(client, "sf"))


# Over HTTP


def test_time_over_http(client: Client) -> None:
    client.ok("POST", "/_local/connections/delay", json={"seconds": 50})
    created(client, snowflake())
    assert client.ok("GET", "/_local/connections") == {"delay": 50, "rules": [], "tasks": 1}
    client.ok("POST", "/_local/connections/advance", json={"seconds": 49})
    assert state(client, "sf") == "ACTIVATING"
    client.ok("POST", "/_local/connections/advance")

    assert [status for _, status in tasks(client, "sf")] == ["SUCCEEDED", "SUCCEEDED"]
    assert client.ok("GET", "/_local/connections")["tasks"] == 0


def test_a_type_of_task_may_have_a_delay_of_its_own(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.delay(DELAY, "DATA_OBJECT_SYNC")
    assert created(client, snowflake())["state"] == "ACTIVE"
    assert _active_tasks(client, "sf") == [("DATA_OBJECT_SYNC", "PENDING")]

    client.ok("POST", "/_local/connections/delay", json={"seconds": DELAY, "type": "UPDATE_CONNECTION"})
    assert patched(client, "sf", {"auditConfiguration": {"enabled": False}})["state"] == "UPDATING"
    tenant.connections.delay(0)
    answer(client, 409, "POST", f"{ROOT}/sf/_validate")
    tenant.connections.advance()
    assert patched(client, "sf", {"auditConfiguration": {"enabled": True}})["state"] == "ACTIVE"
    with pytest.raises(ValueError, match="there is no task SYNC"):
        tenant.connections.delay(1, "SYNC")


def test_what_goes_wrong_over_http(client: Client) -> None:
    client.ok("POST", "/_local/connections/health", json={"connectionKey": "s*", "component": "auditConfiguration"})
    assert created(client, snowflake())["state"] == "UNHEALTHY"
    assert [rule["effect"] for rule in client.ok("GET", "/_local/connections")["rules"]] == ["health"]
    client.ok("DELETE", "/_local/connections/health")
    answer(client, 202, "POST", f"{ROOT}/sf/_validate")
    assert state(client, "sf") == "ACTIVE"

    client.ok("POST", "/_local/connections/failures", json={"type": "DEACTIVATE_CONNECTION", "code": "CONN005"})
    assert client.ok("POST", f"{ROOT}/sf/_deactivate")["state"] == "ACTIVE"
    client.ok("DELETE", "/_local/connections/failures")
    assert client.ok("POST", f"{ROOT}/sf/_deactivate")["state"] == "INACTIVE"

    assert client.refusal("POST", "/_local/connections/health", json={"component": "x"})[0] == 400
    assert client.refusal("POST", "/_local/connections/failures", json={"type": "UPDATE_CONNECTION"})[0] == 400
    assert client.refusal("POST", "/_local/connections/delay", json={"seconds": -1})[0] == 400


def test_a_reset_forgets_all_of_it(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.delay(DELAY)
    tenant.connections.unhealthy()
    created(client, snowflake())
    tenant.reset()

    assert tenant.connections.all() == []
    assert created(client, snowflake())["state"] == "ACTIVE"


# The direct access


def test_changes_behind_the_back(client: Client, tenant: RunningTenant) -> None:
    created(client, snowflake())
    tenant.connections.change(
        "sf",
        clientConfiguration={"warehouse": "W9", "credential": {"password": "other"}},
        dataObjectSync={"startTime": 4},
    )
    read = client.ok("GET", f"{ROOT}/sf")

    assert (read["clientConfiguration"]["warehouse"], read["dataObjectSync"]["startTime"]) == ("W9", 4)
    assert read["clientConfiguration"]["role"] == "IMMUTA"
    assert tenant.connections.holds_secret("sf", "credential.password", "other")
    assert tenant.connections.get("sf") == read
    tenant.connections.delete("sf")
    with pytest.raises(UnknownConnectionError):
        tenant.connections.get("sf")
    with pytest.raises(ValueError, match="no component x"):
        tenant.connections.unhealthy(component="x")
    with pytest.raises(ValueError, match="UPDATE_CONNECTION cannot be let fail"):
        tenant.connections.fail("UPDATE_CONNECTION")


def test_settings_that_make_no_sense(tmp_path: Any) -> None:
    broken = tmp_path / "objects.json"
    broken.write_text('{"Snowflake": [{"name": "A"}]}', encoding="utf-8")

    for settings, message in (
        ({"connection_delay": -1}, "delay"),
        ({"connection_host": "upper"}, "the form of hosts must be one of kept, normalized, redacted"),
        ({"data_objects": str(tmp_path / "none.json")}, "cannot be read"),
        ({"data_objects": str(broken)}, '"Snowflake\\[0\\].type" is required'),
    ):
        with pytest.raises(ValueError, match=message), running_tenant(API_KEY, **settings):
            pass
