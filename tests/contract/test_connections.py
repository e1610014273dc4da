"""Connections and their tasks: the client's calls against the tenant, and each error that the documents have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from immuta_provider.api import Client, Conflict, InvalidRequest, NotFound, Settings, errors
from immuta_provider.api.connection_tasks import ConnectionTasksApi
from immuta_provider.api.connections import ConnectionsApi
from immuta_tenant import RunningTenant
from tests.tenant.connection_bodies import OF_DATABRICKS, OF_SNOWFLAKE, databricks, snowflake

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def connections(client: Client) -> ConnectionsApi:
    return ConnectionsApi(client)


@pytest.fixture
def tasks(client: Client) -> ConnectionTasksApi:
    return ConnectionTasksApi(client)


@pytest.mark.parametrize("body", [snowflake("here"), databricks("here")], ids=["snowflake", "databricks"])
def test_what_is_created_is_read_back(connections: ConnectionsApi, body: dict[str, Any]) -> None:
    made = connections.create(body)
    assert (made.state, made.settled, made.technology) == ("ACTIVE", True, body["technology"])
    assert [each.configuration != "" for each in made.setup] != []
    read = connections.get("here")
    assert read == made.model_copy(update={"setup": []})
    assert {each.health.state for each in read.components.values() if each.health} == {"ACTIVE"}


def test_no_secret_is_read_back(connections: ConnectionsApi) -> None:
    for number, credential in enumerate(OF_SNOWFLAKE + OF_DATABRICKS):
        make = snowflake if number < len(OF_SNOWFLAKE) else databricks
        connections.create(make(f"key-{number}", credential=credential))
    assert "hush" not in str(connections.list())


def test_a_connection_at_work(connections: ConnectionsApi, tenant: RunningTenant) -> None:
    tenant.connections.delay(60)
    made = connections.create(snowflake("here"))
    assert (made.state, made.settled) == ("ACTIVATING", False)
    assert [each.type for each in made.own_tasks] == ["ACTIVATE_CONNECTION"]
    tenant.connections.advance(61)
    found = connections.get("here")
    assert found is not None
    assert (found.state, found.settled) == ("ACTIVE", True)
    assert [each.type for each in found.active_tasks] == ["DATA_OBJECT_SYNC"]


def test_many_connections(connections: ConnectionsApi) -> None:
    for number in range(103):
        connections.create(snowflake(f"key-{number:03}"))
    found = connections.list(sort=("connectionKey:asc",))
    assert [each.connection_key for each in found] == [f"key-{number:03}" for number in range(103)]


def test_a_connection_that_is_not_there(connections: ConnectionsApi, tasks: ConnectionTasksApi) -> None:
    assert connections.get("nowhere") is None
    assert connections.delete("nowhere") is None
    assert tasks.get("nowhere", NOBODY) is None
    assert tasks.wait("nowhere", NOBODY) is None
    missing = (
        lambda: connections.patch("nowhere", {"dataObjectSync": {"enabled": False}}),
        lambda: connections.activate("nowhere"),
        lambda: connections.validate("nowhere"),
        lambda: tasks.list("nowhere"),
        lambda: tasks.create("nowhere"),
        lambda: tasks.runs("nowhere", NOBODY),
        lambda: tasks.cancel("nowhere", NOBODY, NOBODY),
    )
    for call in missing:
        with pytest.raises(NotFound):
            call()


def test_a_key_that_is_taken(connections: ConnectionsApi) -> None:
    connections.create(snowflake("here"))
    with pytest.raises(Conflict, match="exists already"):
        connections.create(snowflake("here"))


def test_what_a_state_forbids(connections: ConnectionsApi) -> None:
    connections.create(snowflake("here"))
    for forbidden in (connections.activate, connections.delete):
        with pytest.raises(Conflict) as caught:
            forbidden("here")
        assert caught.value.answer["errors"][0]["invalidState"] == "ACTIVE"
    connections.deactivate("here")
    for forbidden in (connections.deactivate, connections.validate):
        with pytest.raises(Conflict):
            forbidden("here")
    with pytest.raises(Conflict):
        connections.patch("here", {"dataObjectSync": {"enabled": False}})


@pytest.mark.off_contract
def test_what_is_not_accepted(connections: ConnectionsApi) -> None:
    with pytest.raises(InvalidRequest, match="connectionKey"):
        connections.create(snowflake("no key"))
    with pytest.raises(InvalidRequest):
        connections.create(snowflake("here") | {"more": 1})


@pytest.fixture
def patient(tenant: RunningTenant) -> Iterator[ConnectionsApi]:
    """Calls that are tried again."""
    with Client(Settings(host=tenant.url, api_key=tenant.api_key, max_retries=2)) as opened:
        yield ConnectionsApi(opened)


def test_a_lost_answer_is_looked_up(patient: ConnectionsApi, tenant: RunningTenant) -> None:
    """Of the creation and of both drives: repeated, they would be refused."""
    expected = ["ACTIVE", "INACTIVE", "ACTIVE"]
    calls = (
        lambda: patient.create(snowflake("here")),
        lambda: patient.deactivate("here"),
        lambda: patient.activate("here"),
    )
    for state, call in zip(expected, calls, strict=True):
        tenant.fault("reset", effect=True, method="POST", count=1)
        assert call().state == state
    assert [each.status for each in tenant.request_log() if each.method == "POST"] == [0, 0, 0]


def test_the_same_sync_twice(connections: ConnectionsApi, tasks: ConnectionTasksApi, tenant: RunningTenant) -> None:
    connections.create(snowflake("here"))
    tenant.connections.delay(60)
    first = tasks.create("here")
    again = tasks.create("here")
    assert (first.joined, again.joined, again.task_id) == (False, True, first.task_id)
    other = tasks.create("here", sync_all_data_objects=True)
    assert (other.joined, other.task_id != first.task_id) == (False, True)


def test_a_sync_that_fails(connections: ConnectionsApi, tasks: ConnectionTasksApi, tenant: RunningTenant) -> None:
    connections.create(snowflake("here"))
    tenant.connections.fail("DATA_OBJECT_SYNC", message="The warehouse is suspended")
    ended = tasks.wait("here", tasks.create("here").task_id)
    assert ended is not None
    assert (ended.finished, ended.status) == (True, "FAILED")
    (run,) = tasks.runs("here", ended.task_id)
    assert run.error is not None
    assert (run.error.code, run.error.message) == ("CONN001", "The warehouse is suspended")


def test_no_task_can_be_started(connections: ConnectionsApi, tasks: ConnectionTasksApi, tenant: RunningTenant) -> None:
    connections.create(snowflake("here"))
    tenant.connections.unavailable()
    with pytest.raises(errors.ServerUnavailable, match=r"503(.|\n)*The server said: \w+"):
        tasks.create("here")
