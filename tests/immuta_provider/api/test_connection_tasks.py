"""Waiting for a task: with growing pauses, until it has ended, is gone, or the time is over."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_provider.api import Interrupted
from immuta_provider.api.connection_tasks import ConnectionTasksApi, Task
from immuta_provider.api.errors import NotFinished
from tests.immuta_provider.api.conftest import Script

PATH = "GET /api/connections/here/tasks/t1"


def task(status: str) -> dict[str, Any]:
    return {"taskId": "t1", "type": "DATA_OBJECT_SYNC", "status": status, "input": {"syncAllDataObjects": True}}


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "CANCELED"])
def test_a_task_is_waited_for(routed: Script, status: str) -> None:
    scripted = routed({PATH: [task("PENDING"), task("RUNNING"), task("RUNNING"), task(status)]})
    seen: list[Task] = []
    ended = ConnectionTasksApi(scripted.client).wait("here", "t1", seen=seen.append)
    assert ended is not None
    assert ended.status == status
    assert [each.status for each in seen] == ["PENDING", "RUNNING", "RUNNING"]
    assert scripted.clock.sleeps == pytest.approx([0.2, 0.3, 0.45])


def test_a_task_that_has_ended_is_not_waited_for(routed: Script) -> None:
    scripted = routed({PATH: task("SUCCEEDED")})
    assert ConnectionTasksApi(scripted.client).wait("here", "t1") is not None
    assert scripted.clock.sleeps == []


def test_a_status_that_is_not_known_is_waited_out(routed: Script) -> None:
    scripted = routed({PATH: [task("QUEUED"), task("SUCCEEDED")]})
    ended = ConnectionTasksApi(scripted.client).wait("here", "t1")
    assert ended is not None
    assert ended.finished


def test_a_task_that_goes_is_none(routed: Script) -> None:
    scripted = routed({})
    assert ConnectionTasksApi(scripted.client).wait("here", "t1") is None


def test_the_pauses_grow_to_their_end_within_the_time(routed: Script) -> None:
    scripted = routed({PATH: task("RUNNING")})
    with pytest.raises(NotFinished) as caught, scripted.client.within(60):
        ConnectionTasksApi(scripted.client).wait("here", "t1")
    assert caught.value.seen == "DATA_OBJECT_SYNC is RUNNING"
    assert 55 < sum(scripted.clock.sleeps) <= 60
    assert max(scripted.clock.sleeps) == 5.0


def test_a_stop_ends_the_wait(routed: Script) -> None:
    scripted = routed({PATH: task("RUNNING")})
    scripted.clock.stop_after = 3
    with pytest.raises(Interrupted):
        ConnectionTasksApi(scripted.client).wait("here", "t1")
    assert len(scripted.requests) == 4
