"""The tasks of a connection: what Immuta has done and is doing on its own, with the runs that tell how it went."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from immuta_provider.api import NotFound
from immuta_provider.data_sources import sorting
from immuta_provider.resources.import_ids import uuid
from terraform_plugin import Context, DataSource, DiagnosticError, Model, Path, attribute
from terraform_plugin.validators import length

if TYPE_CHECKING:
    from immuta_provider.api.connection_tasks import Run, Task
    from immuta_provider.session import Session

TYPES = (
    "DATA_OBJECT_SYNC",
    "DATA_OBJECT_DELETE",
    "DELETE_CONNECTION",
    "ACTIVATE_CONNECTION",
    "DEACTIVATE_CONNECTION",
    "UPDATE_CONNECTION",
    "VALIDATE_CONNECTION",
)
STATUSES = ("PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED")


class TaskRun(Model):
    """One attempt at a task."""

    run_id: str | None = attribute(computed=True, description="The UUID of the run.")
    status: str | None = attribute(computed=True, description="How the run stands, as for tasks.")
    message: str | None = attribute(computed=True, description="What Immuta says about a run that succeeded.")
    error_code: str | None = attribute(computed=True, description="Why it failed: Immuta's code, such as `CONN005`.")
    error_message: str | None = attribute(computed=True, description="Why it failed, in Immuta's words.")
    canceled_by: str | None = attribute(computed=True, description="The number of the account that canceled it.")
    created_at: str | None = attribute(computed=True, description="When it was asked for.")
    started_at: str | None = attribute(computed=True, description="When it began.")
    completed_at: str | None = attribute(computed=True, description="When it ended.")


class ListedTask(Model):
    """A task in a list."""

    task_id: str | None = attribute(computed=True, description="The UUID of the task.")
    type: str | None = attribute(computed=True, description="What is done, such as `DATA_OBJECT_SYNC`.")
    status: str | None = attribute(
        computed=True, description="`PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED` or `CANCELED`."
    )
    trigger: str | None = attribute(computed=True, description="`MANUAL` or `SCHEDULED`.")
    parent_id: str | None = attribute(computed=True, description="The UUID of the task that this one belongs to.")
    input_json: str | None = attribute(computed=True, description="What was asked for, as the API returns it, JSON.")
    created_by: str | None = attribute(computed=True, description="The number of the account that asked for it.")
    created_at: str | None = attribute(computed=True, description="When it was asked for.")
    runs: list[TaskRun] | None = attribute(
        computed=True, description="The runs, newest first; null unless `include_runs` is set."
    )


class TaskList(Model):
    """Lists the tasks of a connection, newest first unless `sort` says otherwise."""

    connection_key: str = attribute(
        required=True,
        validators=[length(1)],
        references=("immuta_connection", "connection_key"),
        description="The key of the connection.",
    )
    type: str | None = attribute(one_of=TYPES, description="Only tasks of this type.")
    status: str | None = attribute(one_of=STATUSES, description="Only tasks that stand so.")
    trigger: str | None = attribute(
        one_of=("MANUAL", "SCHEDULED"), description="Only tasks that people started, or that a schedule did."
    )
    created_by: str | None = attribute(
        validators=[length(1)], description="Only tasks that the account with this number asked for."
    )
    parent_id: str | None = attribute(
        validators=[uuid], description="Only tasks that belong to the one with this UUID."
    )
    sort: list[str] | None = sorting.sort_attribute("type", "status", "created_by", "created_at")
    include_runs: bool | None = attribute(description="Read the runs of each task too: one more request for each.")
    tasks: list[ListedTask] | None = attribute(computed=True, description="The tasks.")


class ConnectionTasksDataSource(DataSource[TaskList]):
    """The data source `immuta_connection_tasks`."""

    type_name = "immuta_connection_tasks"
    model = TaskList
    label_attributes = ("connection_key",)

    def read(self, ctx: Context[TaskList], config: TaskList) -> TaskList:
        """List them. Raises DiagnosticError where there is no such connection."""
        session: Session = ctx.provider
        filters = {
            "type": config.type,
            "status": config.status,
            "trigger": config.trigger,
            "createdBy": config.created_by,
            "parentId": config.parent_id,
        }
        try:
            found = session.connection_tasks.list(
                config.connection_key, sort=sorting.query(config.sort), filters=filters
            )
        except NotFound:
            raise DiagnosticError(
                f'There is no connection "{config.connection_key}"',
                "The data source `immuta_connections` lists those that there are.",
                Path("connection_key"),
            ) from None
        return config.replace(tasks=[_listed(session, config, each) for each in found])


def _listed(session: Session, config: TaskList, task: Task) -> ListedTask:
    runs = session.connection_tasks.runs(config.connection_key, task.task_id) if config.include_runs else None
    return ListedTask(
        task_id=task.task_id,
        type=task.type,
        status=task.status,
        trigger=task.trigger,
        parent_id=task.parent_id,
        input_json=None if task.input is None else json.dumps(task.input, sort_keys=True),
        created_by=task.created_by,
        created_at=task.created_at,
        runs=None if runs is None else [_run(session, each) for each in runs],
    )


def _run(session: Session, run: Run) -> TaskRun:
    said = session.client.masked
    return TaskRun(
        run_id=run.run_id,
        status=run.status,
        message=said(run.result.message) if run.result else None,
        error_code=run.error.code if run.error else None,
        error_message=said(run.error.message) if run.error else None,
        canceled_by=run.canceled_by,
        created_at=run.created_at,
        started_at=run.started_at,
        completed_at=run.completed_at,
    )
