"""Tasks of connections and their runs: what is shown, filtered, started and canceled."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import ANALYST_KEY, Client, connect
from tests.tenant.connection_bodies import ROOT, answer, created, object_path, patched, refused, run, snowflake, tasks

TASKS = f"{ROOT}/sf/tasks"
SYNC = "DATA_OBJECT_SYNC"
DELAY = 100.0


def _sync(client: Client, **given: Any) -> Any:
    return client.ok("POST", TASKS, json={"type": SYNC, "input": given})


@pytest.fixture
def connection(client: Client) -> None:
    created(client, snowflake(syncOnCreate=False))


@pytest.mark.usefixtures("connection")
def test_a_sync_is_a_task_with_one_run(client: Client) -> None:
    task = _sync(client, syncAllDataObjects=True)
    assert client.ok("GET", f"{TASKS}/{task['taskId']}") == task
    assert [task.pop(name) is not None for name in ("taskId", "createdAt")] == [True, True]
    assert task == {
        "type": SYNC,
        "status": "SUCCEEDED",
        "trigger": "MANUAL",
        "createdBy": "2",
        "input": {"syncAllDataObjects": True},
    }


@pytest.mark.usefixtures("connection")
def test_runs_are_listed_and_read(client: Client) -> None:
    task = _sync(client)["taskId"]
    listed = client.ok("GET", f"{TASKS}/{task}/runs")
    (only,) = listed["runs"]

    assert client.ok("GET", f"{TASKS}/{task}/runs/{only['runId']}") == only
    assert only["result"] == {"message": "The data objects were synced."}
    assert listed["meta"] == {"sort": [{"field": "createdAt", "order": "desc"}], "page": {"limit": 20}}
    assert client.ok("GET", f"{TASKS}/{task}/runs?filter[status]=FAILED")["runs"] == []
    assert client.ok("GET", f"{TASKS}/{task}/runs?filter[status]=SUCCEEDED&sort=startedAt:asc")["runs"] == [only]


def test_a_sync_after_a_creation_belongs_to_the_activation(client: Client) -> None:
    created(client, snowflake())
    sync, activation = client.ok("GET", TASKS)["tasks"]

    assert (activation["type"], activation["input"]) == ("ACTIVATE_CONNECTION", {"syncOnCreate": True})
    assert (sync["type"], sync["input"]) == (SYNC, {"syncAllDataObjects": True})
    assert sync["parentId"] == activation["taskId"]
    assert "parentId" not in activation
    children = client.ok("GET", f"{TASKS}?filter[parentId]={activation['taskId']}")["tasks"]
    assert children == [sync]


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ("", [SYNC, "DEACTIVATE_CONNECTION", SYNC, "UPDATE_CONNECTION", "ACTIVATE_CONNECTION"]),
        ("filter[type]=UPDATE_CONNECTION", ["UPDATE_CONNECTION"]),
        ("filter[status]=FAILED", [SYNC]),
        ("filter[status]=PENDING", []),
        ("filter[trigger]=MANUAL&filter[createdBy]=3", [SYNC]),
        ("filter[trigger]=SCHEDULED", []),
        ("sort=type:asc&sort=createdBy:desc&page[limit]=3", ["ACTIVATE_CONNECTION", SYNC, SYNC]),
        ("sort=createdAt:asc&page[limit]=1", ["ACTIVATE_CONNECTION"]),
    ],
)
@pytest.mark.usefixtures("connection")
def test_lists_of_tasks(client: Client, tenant: RunningTenant, query: str, types: list[str]) -> None:
    def wanted() -> list[str]:
        return [name for name, _ in tasks(client, "sf", query)]

    patched(client, "sf", {"auditConfiguration": {"enabled": False}})
    with connect(tenant, ANALYST_KEY) as other:
        _sync(other)
    client.ok("POST", f"{ROOT}/sf/_deactivate")
    _sync(client)

    assert wanted() == types


@pytest.mark.usefixtures("connection")
def test_pages_of_tasks(client: Client) -> None:
    made = [_sync(client)["taskId"] for _ in range(3)]
    seen: list[str] = []
    cursor = ""
    while len(seen) < 4:
        body = client.ok("GET", f"{TASKS}?filter[type]={SYNC}&page[limit]=2{cursor}")
        seen += [task["taskId"] for task in body["tasks"]]
        if "cursor" not in body["meta"]["page"]:
            break
        cursor = f"&page[cursor]={body['meta']['page']['cursor']}"

    assert seen == made[::-1]


@pytest.mark.parametrize(
    "query",
    [
        "filter[type]=SYNC",
        "filter[status]=DONE",
        "filter[trigger]=manual",
        "filter[parentId]=1",
        "filter[type]=DATA_OBJECT_SYNC&filter[type]=DATA_OBJECT_DELETE",
        "filter[name]=x",
        "sort=taskId:asc",
        "page[limit]=0",
    ],
)
@pytest.mark.usefixtures("connection")
def test_lists_refuse_what_is_not_documented(client: Client, query: str) -> None:
    assert refused(client, "GET", f"{TASKS}?{query}")[:2] == (400, "CONN001")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, '"type" is required'),
        ({"type": SYNC}, '"input" is required'),
        ({"type": "DATA_OBJECT_DELETE", "input": {}}, "\"type\" must be one of ['DATA_OBJECT_SYNC']"),
        ({"type": SYNC, "input": {"syncAllDataObjects": 1}}, '"input.syncAllDataObjects" must be a boolean'),
        ({"type": SYNC, "input": {"objectPath": {}}}, '"input.objectPath.name" is required'),
        ({"type": SYNC, "input": {"objectPath": None}}, '"input.objectPath" must not be null'),
        (
            {"type": SYNC, "input": {"objectPath": {"name": "A", "type": "T", "child": {"name": "B"}}}},
            '"input.objectPath.child.type" is required',
        ),
        ({"type": SYNC, "input": {}, "trigger": "MANUAL"}, '"trigger" is not allowed'),
    ],
)
@pytest.mark.usefixtures("connection")
def test_a_task_that_cannot_be_made(client: Client, body: dict[str, Any], message: str) -> None:
    assert refused(client, "POST", TASKS, json=body) == (400, "CONN001", message)


@pytest.mark.usefixtures("connection")
def test_unknown_tasks_and_runs(client: Client) -> None:
    task = _sync(client)["taskId"]
    only = run(client, "sf", task)["runId"]
    other = str(uuid4())
    created(client, snowflake("other", syncOnCreate=False))

    for path in (
        f"{TASKS}/{other}",
        f"{TASKS}/{other}/runs",
        f"{TASKS}/{task}/runs/{other}",
        f"{ROOT}/other/tasks/{task}",
        f"{ROOT}/none/tasks/{task}",
    ):
        assert refused(client, "GET", path)[:2] == (404, "CONN001")
    for path in (f"{TASKS}/1", f"{TASKS}/1/runs", f"{TASKS}/{task}/runs/1"):
        assert refused(client, "GET", path)[:2] == (400, "CONN001")
    for path in (f"{TASKS}/1/runs/{only}", f"{TASKS}/{task}/runs/1", f"{TASKS}/{task}/runs/{other}"):
        assert refused(client, "POST", f"{path}/_cancel")[:2] == (404, "CONN001")


@pytest.mark.usefixtures("connection")
def test_the_same_sync_is_not_started_twice(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.delay(DELAY)
    first = _sync(client)
    again = {"type": SYNC, "input": {"syncAllDataObjects": False}}

    assert answer(client, 409, "POST", TASKS, json=again) == {
        "message": "A task DATA_OBJECT_SYNC with this input is under way already.",
        "taskId": first["taskId"],
        "taskType": SYNC,
    }
    others = [_sync(client, syncAllDataObjects=True), _sync(client, objectPath=object_path("SALES"))]
    assert [task["status"] for task in [first, *others]] == ["PENDING"] * 3
    tenant.connections.advance()
    assert _sync(client)["status"] == "PENDING"


@pytest.mark.usefixtures("connection")
def test_no_task_can_be_started_for_a_while(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.unavailable("sf", count=1)
    body = {"type": SYNC, "input": {}}
    expected = {"connectionKey": "sf", "message": "The task cannot be started at the moment; try again later."}

    assert answer(client, 503, "POST", TASKS, json=body) == expected
    assert _sync(client)["status"] == "SUCCEEDED"
    client.ok("POST", "/_local/connections/unavailable", json={})
    assert answer(client, 503, "POST", TASKS, json=body) == expected
    assert answer(client, 503, "POST", TASKS, json=body) == expected
    client.ok("DELETE", "/_local/connections/unavailable")
    assert _sync(client)["status"] == "SUCCEEDED"


@pytest.mark.usefixtures("connection")
def test_a_sync_that_fails(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.fail(code="CONN002", message="The warehouse is suspended.", details={"w": 1}, count=1)
    task = _sync(client)

    error = {"code": "CONN002", "message": "The warehouse is suspended.", "details": {"w": 1}}
    assert (task["status"], run(client, "sf", task["taskId"])["error"]) == ("FAILED", error)
    assert "result" not in run(client, "sf", task["taskId"])
    assert _sync(client)["status"] == "SUCCEEDED"


@pytest.mark.parametrize(("current", "code"), [("UNHEALTHY", "CONN005"), ("INACTIVE", "CONN003")])
@pytest.mark.usefixtures("connection")
def test_a_connection_that_is_not_active_is_not_synced(
    client: Client, tenant: RunningTenant, current: str, code: str
) -> None:
    tenant.connections.set_state("sf", current)
    task = _sync(client, syncAllDataObjects=True)

    assert (task["status"], run(client, "sf", task["taskId"])["error"]["code"]) == ("FAILED", code)
    assert tenant.connections.data_objects("sf") == []


@pytest.mark.usefixtures("connection")
def test_a_path_that_is_not_there_fails(client: Client) -> None:
    task = _sync(client, objectPath=object_path("NONE"), syncAllDataObjects=True)

    error = run(client, "sf", task["taskId"])["error"]
    assert error == {
        "code": "CONN001",
        "message": "The object path was not found on the data platform.",
        "details": object_path("NONE"),
    }


@pytest.mark.usefixtures("connection")
def test_a_scheduled_sync(client: Client, tenant: RunningTenant) -> None:
    created(client, snowflake("unscheduled", syncOnCreate=False, dataObjectSync={"enabled": False}))
    created(client, snowflake("off", syncOnCreate=False))
    client.ok("POST", f"{ROOT}/off/_deactivate")
    patched(client, "sf", {"dataObjectSync": {"syncAllDataObjects": False}})

    assert client.ok("POST", "/_local/connections/scheduled-sync", json={}) == {"started": 1}
    assert tenant.connections.scheduled_sync("other") == 0
    (task,) = client.ok("GET", f"{TASKS}?filter[trigger]=SCHEDULED")["tasks"]
    assert (task["type"], task["createdBy"], task["input"]) == (SYNC, "1", {"syncAllDataObjects": False})
    assert SYNC not in dict(tasks(client, "off") + tasks(client, "unscheduled"))


# Canceling


def _cancel(client: Client, task: str) -> str:
    only = run(client, "sf", task)["runId"]
    body = client.ok("POST", f"{TASKS}/{task}/runs/{only}/_cancel")
    assert body.pop("runId") == only
    return str(body.pop("message"))


@pytest.mark.parametrize("passed", [0.0, DELAY / 2])
@pytest.mark.usefixtures("connection")
def test_a_cancel_is_a_request(client: Client, tenant: RunningTenant, passed: float) -> None:
    tenant.connections.delay(DELAY)
    task = _sync(client, syncAllDataObjects=True)["taskId"]
    tenant.connections.advance(passed)
    before = run(client, "sf", task)["status"]
    assert _cancel(client, task) == "The run will be canceled."
    assert run(client, "sf", task)["status"] == before

    tenant.connections.advance()
    ended = run(client, "sf", task)
    assert (ended["status"], ended["canceledBy"]) == ("CANCELED", "2")
    assert not {"result", "error"} & ended.keys()
    assert client.ok("GET", f"{TASKS}/{task}")["status"] == "CANCELED"
    assert tenant.connections.data_objects("sf") == []


@pytest.mark.usefixtures("connection")
def test_a_run_that_has_ended_stays_as_it_is(client: Client) -> None:
    task = _sync(client)["taskId"]
    before = run(client, "sf", task)

    assert _cancel(client, task) == "The run has ended already: SUCCEEDED."
    assert run(client, "sf", task) == before


def test_an_activation_is_not_stopped(client: Client, tenant: RunningTenant) -> None:
    tenant.connections.delay(DELAY)
    created(client, snowflake(syncOnCreate=False))
    (task,) = tenant.connections.tasks("sf")

    assert _cancel(client, task["taskId"]) == "A task ACTIVATE_CONNECTION is not stopped."
    tenant.connections.advance()
    assert tasks(client, "sf") == [("ACTIVATE_CONNECTION", "SUCCEEDED")]
