"""Handlers of tasks and their runs."""

from __future__ import annotations

import re
from typing import Any

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import bad_request, not_found
from immuta_tenant.families.connections import lifecycle, paging, rules, state, tasks, views
from immuta_tenant.families.connections.errors import task_conflict, unavailable
from immuta_tenant.families.connections.schema_objects import CreateTaskBody, RunsQuery, TasksQuery
from immuta_tenant.families.connections.schema_parts import UUID_PATTERN
from immuta_tenant.families.connections.v1 import named
from immuta_tenant.kinds import CONNECTION_TASK, CONNECTION_TASK_RUN
from immuta_tenant.store import Document
from immuta_tenant.validation import NoBody, NoQuery

_FILTERS = ("type", "status", "trigger", "createdBy", "parentId")


def search(call: Call[TasksQuery, NoBody]) -> Json:
    """Return the tasks of a connection."""
    connection = named(call, malformed=400)
    wanted = {name: getattr(call.query, name) for name in _FILTERS}
    filters = {name: value for name, value in wanted.items() if value is not None}
    matching = [
        task
        for task in tasks.of_connection(call.store, connection["id"])
        if all(task.get(name) == value for name, value in filters.items())
    ]
    found, meta = paging.page(matching, paging.wanted(call.query, "tasks", connection["id"], filters))
    return {"tasks": [views.task(task) for task in found], "meta": meta}


def create(call: Call[NoQuery, CreateTaskBody]) -> Json:
    """Start a sync, unless the same one is under way."""
    connection = named(call, malformed=400)
    given = call.body.input.model_dump(exclude_none=True)
    for task in tasks.active(call.store, connection["id"]):
        if task["type"] == call.body.type and task["input"] == given:
            raise task_conflict(task)
    if rules.is_unavailable(call.store, connection["connectionKey"]):
        raise unavailable(connection["connectionKey"])
    at, by = tasks.moment(call.store), str(call.caller.profile)
    task = tasks.begin(call.tenant, connection, call.body.type, by, at, input=given)
    lifecycle.advance(call.tenant)
    return views.task(_stored(call, task["taskId"]))


def read(call: Call[NoQuery, NoBody]) -> Json:
    """Return a task."""
    return views.task(_task(call))


def runs(call: Call[RunsQuery, NoBody]) -> Json:
    """Return the runs of a task."""
    task, status = _task(call), call.query.status
    matching = [
        run for run in call.store.children(CONNECTION_TASK_RUN, task["taskId"]) if status in (None, run["status"])
    ]
    found, meta = paging.page(matching, paging.wanted(call.query, "runs", task["taskId"], status))
    return {"runs": [views.run(run) for run in found], "meta": meta}


def read_run(call: Call[NoQuery, NoBody]) -> Json:
    """Return a run."""
    return views.run(_run(call, _task(call)))


def cancel(call: Call[NoQuery, NoBody]) -> Json:
    """Ask for the end of a run; one that has ended, or that cannot be stopped, stays as it is."""
    task = _task(call, malformed=404)
    run = _run(call, task, malformed=404)
    if run["status"] not in tasks.ACTIVE:
        message = f"The run has ended already: {run['status']}."
    elif task["type"] not in lifecycle.CAN_BE_CANCELED:
        message = f"A task {task['type']} is not stopped."
    else:
        tasks.request_cancel(call.tenant, task, str(call.caller.profile))
        message = "The run will be canceled."
    return {"runId": run["runId"], "message": message}


def _task(call: Call[Any, Any], *, malformed: int = 400) -> Document:
    # A task may outlive its connection; then it is still found by its own id.
    lifecycle.advance(call.tenant)
    key, identifier = call.path["connectionKey"], _uuid(call, "taskId", malformed)
    task = next(iter(call.store.find(CONNECTION_TASK, identifier)), None)
    if task is not None and task["connectionKey"] == key:
        return task
    state.by_key(call.store, key, malformed=malformed)
    raise not_found(f"The task {identifier} was not found in the connection {key}.")


def _run(call: Call[Any, Any], task: Document, *, malformed: int = 400) -> Document:
    identifier = _uuid(call, "runId", malformed)
    for run in call.store.find(CONNECTION_TASK_RUN, identifier):
        if run["taskId"] == task["taskId"]:
            return run
    raise not_found(f"The run {identifier} was not found in the task {task['taskId']}.")


def _uuid(call: Call[Any, Any], name: str, malformed: int) -> str:
    value = call.path[name]
    if malformed == 400 and not re.fullmatch(UUID_PATTERN, value):
        raise bad_request(f'"{name}" must be a UUID')
    return value.lower()


def _stored(call: Call[Any, Any], identifier: str) -> Document:
    return call.store.find(CONNECTION_TASK, identifier)[0]
