"""The calls of tasks and their runs."""

from __future__ import annotations

from immuta_provider.api.connection_tasks import ConnectionTasksApi
from immuta_provider.api.connections import ConnectionsApi
from immuta_provider.api.transport import Client
from tests.tenant.connection_bodies import snowflake

FAMILY = ConnectionTasksApi


def make(client: Client) -> None:
    ConnectionsApi(client).create(snowflake("worked"))
    tasks = ConnectionTasksApi(client)
    made = tasks.create("worked", sync_all_data_objects=True)
    assert tasks.get("worked", made.task_id) == tasks.wait("worked", made.task_id)
    wanted = {"type": "DATA_OBJECT_SYNC", "status": "SUCCEEDED", "parentId": None}
    found = tasks.list("worked", sort=("createdAt:asc", "type:desc"), filters=wanted)
    assert made.task_id in [each.task_id for each in found]
    (run,) = tasks.runs("worked", made.task_id, status="SUCCEEDED")
    tasks.cancel("worked", made.task_id, run.run_id)
