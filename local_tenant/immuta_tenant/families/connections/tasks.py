"""Tasks and their runs as they are stored.

A task goes from PENDING over RUNNING to its end. When each step is due stands beside it; `lifecycle` makes it happen.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from immuta_tenant.families.connections import clock
from immuta_tenant.kinds import CONNECTION_TASK, CONNECTION_TASK_DUE, CONNECTION_TASK_RUN
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant
from immuta_tenant.timestamps import timestamp

ACTIVE = ("PENDING", "RUNNING")
# Of the time that a task takes it waits this share.
_WAITING = 0.25


def begin(tenant: Tenant, connection: Document, type_: str, by: str, at: float, **attributes: Any) -> Document:
    """Store a new task with its run.

    Parameters:
        connection: what it is about.
        type_: one of the seven types.
        by: the account that asked for it.
        at: when, in seconds since 1970.
        attributes: `input`, `parentId`, `trigger` (by default MANUAL).
    """
    created, delay = text(at), clock.delay(tenant, type_)
    task = {
        "taskId": str(uuid4()),
        "connection": connection["id"],
        "connectionKey": connection["connectionKey"],
        "type": type_,
        "status": "PENDING",
        "trigger": "MANUAL",
        "createdBy": by,
        "createdAt": created,
        "ends": at + delay,
        **attributes,
    }
    stored = tenant.store.insert(CONNECTION_TASK, task)
    run = {"runId": str(uuid4()), "taskId": task["taskId"], "status": "PENDING"}
    tenant.store.insert(CONNECTION_TASK_RUN, run | {"createdAt": created, "updatedAt": created})
    _due(tenant.store, stored, at + delay * _WAITING)
    return stored


def next_due(store: Store) -> Document | None:
    """Return what is to happen next to a task: `{"id": the task's, "at": when}`."""
    return min(store.all(CONNECTION_TASK_DUE), key=lambda due: (due["at"], due["id"]), default=None)


def last_due(store: Store) -> float | None:
    """Return when the last task that is under way will have ended, as far as that is known."""
    waiting = [store.get(CONNECTION_TASK, due["id"]) for due in store.all(CONNECTION_TASK_DUE)]
    return max((task["ends"] for task in waiting if task is not None), default=None)


def started(store: Store, task: Document, at: float) -> None:
    """Let a task run."""
    store.save(CONNECTION_TASK, task | {"status": "RUNNING"})
    _change_run(store, task, at, status="RUNNING", startedAt=text(at))
    _due(store, task, task["ends"])


def ended(store: Store, task: Document, at: float, status: str, **outcome: Any) -> None:
    """Let a task have ended.

    Parameters:
        status: SUCCEEDED, FAILED or CANCELED.
        outcome: attributes of its run: `result`, `error`, `canceledBy`.
    """
    store.remove(CONNECTION_TASK_DUE, task["id"])
    store.save(CONNECTION_TASK, task | {"status": status})
    _change_run(store, task, at, status=status, completedAt=text(at), **outcome)


def forget(store: Store, task: Document) -> None:
    """Remove a task and its run for good."""
    store.remove(CONNECTION_TASK_DUE, task["id"])
    store.remove(CONNECTION_TASK_RUN, run_of(store, task)["id"])
    store.remove(CONNECTION_TASK, task["id"])


def of_connection(store: Store, connection: int) -> list[Document]:
    """Return the tasks of a connection, by id."""
    return store.children(CONNECTION_TASK, connection)


def active(store: Store, connection: int) -> list[Document]:
    """Return the tasks of a connection that have not ended, by id."""
    waiting = [store.get(CONNECTION_TASK, due["id"]) for due in store.all(CONNECTION_TASK_DUE)]
    return [task for task in waiting if task is not None and task["connection"] == connection]


def run_of(store: Store, task: Document) -> Document:
    """Return the run of a task."""
    return store.children(CONNECTION_TASK_RUN, task["taskId"])[0]


def request_cancel(tenant: Tenant, task: Document, by: str) -> None:
    """Let a task that has not ended end as canceled, after a while."""
    at = clock.now(tenant.store).timestamp()
    ends = min(task["ends"], at + clock.delay(tenant, task["type"]) * _WAITING)
    stored = tenant.store.save(CONNECTION_TASK, task | {"canceledBy": by, "ends": ends})
    _due(tenant.store, stored, ends)


def moment(store: Store) -> float:
    """Return the present moment in seconds since 1970."""
    return clock.now(store).timestamp()


def text(at: float) -> str:
    """Return a moment in seconds since 1970 as the API writes it."""
    return timestamp(datetime.fromtimestamp(at, UTC))


def _change_run(store: Store, task: Document, at: float, **changes: Any) -> None:
    store.save(CONNECTION_TASK_RUN, run_of(store, task) | {"updatedAt": text(at), **changes})


def _due(store: Store, task: Document, at: float) -> None:
    store.save(CONNECTION_TASK_DUE, {"id": task["id"], "at": at})
