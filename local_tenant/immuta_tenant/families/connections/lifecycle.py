"""How connections change over time: what starts a task, and what becomes of the connection when the task ends.

Creating, activating, patching, deactivating and deleting put a connection into a state of transition at once and end
it through a task; a validation leaves the state as it is until its task ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from immuta_tenant.authentication import Caller
from immuta_tenant.families.connections import discovery, rules, state, tasks, views
from immuta_tenant.families.connections.errors import UNHEALTHY, WRONG_STATE, error
from immuta_tenant.families.iam.state import SYSTEM_PROFILE
from immuta_tenant.kinds import CONNECTION, CONNECTION_TASK
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant

CHANGES = (*state.COMPONENTS, "dataObjectDefaults")


@dataclass(frozen=True)
class Ending:
    """A task that is about to end: of which connection, and when."""

    tenant: Tenant
    connection: Document
    task: Document
    at: float

    @property
    def store(self) -> Store:
        """The tenant's state."""
        return self.tenant.store


def advance(tenant: Tenant) -> None:
    """Make up for everything that has become due."""
    with tenant.store.transaction():
        now = tasks.moment(tenant.store)
        while (due := tasks.next_due(tenant.store)) is not None and due["at"] <= now:
            task = tenant.store.get(CONNECTION_TASK, due["id"])
            assert task is not None
            if task["status"] == "PENDING" and "canceledBy" not in task:
                tasks.started(tenant.store, task, due["at"])
            else:
                _end(tenant, task, due["at"])


def activate(tenant: Tenant, connection: Document, caller: Caller, *, sync: bool) -> None:
    """Start the activation of a connection; `sync` lets a sync of its data objects follow."""
    begun = _transit(tenant.store, connection, "ACTIVATING", caller)
    _begin(tenant, begun, "ACTIVATE_CONNECTION", caller, input={"syncOnCreate": sync})


def deactivate(tenant: Tenant, connection: Document, caller: Caller) -> None:
    """Start the deactivation of a connection."""
    _begin(tenant, _transit(tenant.store, connection, "DEACTIVATING", caller), "DEACTIVATE_CONNECTION", caller)


def update(tenant: Tenant, connection: Document, caller: Caller, changes: list[str]) -> None:
    """Start what follows a patch of these parts of a connection."""
    touched = tuple(component for component in state.COMPONENTS if component in changes)
    health = connection["health"] | state.in_transition("UPDATING", touched)
    updating = state.changed(tenant.store, connection, state="UPDATING", health=health)
    view = views.connection(tenant, updating)
    _begin(tenant, updating, "UPDATE_CONNECTION", caller, input={"connection": view, "changes": changes})


def validate(tenant: Tenant, connection: Document, caller: Caller) -> Document:
    """Start a validation of a connection; returns its task."""
    given = {"connection": views.connection(tenant, connection), "changes": [], "validateOnly": False}
    return _begin(tenant, connection, "VALIDATE_CONNECTION", caller, input=given)


def delete(tenant: Tenant, connection: Document, caller: Caller) -> Document:
    """Start the deletion of a connection; returns its task."""
    return _begin(tenant, _transit(tenant.store, connection, "DELETING", caller), "DELETE_CONNECTION", caller)


def scheduled_sync(tenant: Tenant, connection: Document) -> None:
    """Start what the schedule of a connection starts."""
    given = {"syncAllDataObjects": connection["dataObjectSync"]["syncAllDataObjects"]}
    at, by = tasks.moment(tenant.store), str(SYSTEM_PROFILE)
    tasks.begin(tenant, connection, "DATA_OBJECT_SYNC", by, at, trigger="SCHEDULED", input=given)


def erase(tenant: Tenant, connection: Document, kept: Document | None = None) -> None:
    """Remove a connection with all that belongs to it, except perhaps for the task that does it."""
    store = tenant.store
    discovery.forget(store, connection)
    for task in tasks.of_connection(store, connection["id"]):
        if kept is None or task["id"] != kept["id"]:
            tasks.forget(store, task)
    store.remove(CONNECTION, connection["id"])


def _begin(tenant: Tenant, connection: Document, type_: str, caller: Caller, **attributes: Any) -> Document:
    at = tasks.moment(tenant.store)
    return tasks.begin(tenant, connection, type_, str(caller.profile), at, **attributes)


def _transit(store: Store, connection: Document, name: str, caller: Caller) -> Document:
    return state.changed(store, connection, caller, state=name, health=state.in_transition(name))


def _end(tenant: Tenant, task: Document, at: float) -> None:
    connection = tenant.store.get(CONNECTION, task["connection"])
    assert connection is not None
    ending = Ending(tenant, connection, task, at)
    if "canceledBy" in task:
        tasks.ended(tenant.store, task, at, "CANCELED", canceledBy=task["canceledBy"])
        return
    failure = rules.failure(tenant.store, task)
    if failure is None:
        _ENDS[task["type"]](ending)
    else:
        _fall_back(ending)
        tasks.ended(tenant.store, task, at, "FAILED", error=failure)


def _succeed(ending: Ending, message: str) -> None:
    tasks.ended(ending.store, ending.task, ending.at, "SUCCEEDED", result={"message": message})


def _settle(ending: Ending) -> list[Document]:
    # A validation sets the health of each enabled component, and the state follows from these.
    store, connection = ending.store, ending.connection
    found = {
        name: rules.health_error(store, connection, name) for name in state.COMPONENTS if _enabled(connection, name)
    }
    wrong = [item for item in found.values() if item is not None]
    health = {
        name: {"state": "ACTIVE"} if item is None else {"state": "UNHEALTHY", "errors": [item]}
        for name, item in found.items()
    }
    state.changed(store, connection, state="UNHEALTHY" if wrong else "ACTIVE", health=health)
    return wrong


def _enabled(connection: Document, component: str) -> bool:
    return component != "auditConfiguration" or bool(connection[component]["enabled"])


def _end_change(ending: Ending) -> None:
    wrong = _settle(ending)
    if wrong:
        failure = error(UNHEALTHY, wrong[0]["message"], details=wrong)
        tasks.ended(ending.store, ending.task, ending.at, "FAILED", error=failure)
        return
    _succeed(ending, "The connection is active.")
    if ending.task["type"] == "ACTIVATE_CONNECTION" and ending.task["input"]["syncOnCreate"]:
        everything = ending.connection["dataObjectSync"]["syncAllDataObjects"]
        given = {"input": {"syncAllDataObjects": everything}, "parentId": ending.task["taskId"]}
        by = ending.task["createdBy"]
        tasks.begin(ending.tenant, ending.connection, "DATA_OBJECT_SYNC", by, ending.at, **given)


def _end_deactivation(ending: Ending) -> None:
    state.changed(ending.store, ending.connection, state="INACTIVE", health=state.in_transition("INACTIVE"))
    _succeed(ending, "The connection is inactive.")


def _end_validation(ending: Ending) -> None:
    if ending.connection["state"] in ("ACTIVE", "UNHEALTHY"):
        _settle(ending)
    _succeed(ending, "The connection was validated.")


def _end_deletion(ending: Ending) -> None:
    survives = ending.tenant.settings.connection_tasks_survive
    _succeed(ending, "The connection was deleted.")
    erase(ending.tenant, ending.connection, ending.task if survives else None)


def _end_sync(ending: Ending) -> None:
    problem = _unreachable(ending.connection) or discovery.sync(ending.store, ending.connection, ending.task, ending.at)
    if problem is None:
        _succeed(ending, "The data objects were synced.")
    else:
        tasks.ended(ending.store, ending.task, ending.at, "FAILED", error=problem)


def _unreachable(connection: Document) -> Document | None:
    if connection["state"] == "UNHEALTHY":
        return error(UNHEALTHY, "The data platform cannot be reached: the connection is unhealthy.")
    if connection["state"] in ("INACTIVE", "DEACTIVATING", "DELETING"):
        return error(WRONG_STATE, f"The data platform cannot be reached: the connection is {connection['state']}.")
    return None


def _end_removal(ending: Ending) -> None:
    discovery.remove(ending.store, ending.task["input"]["dataObjectId"])
    _succeed(ending, "The data object was deleted.")


def _fall_back(ending: Ending) -> None:
    before = {"DEACTIVATE_CONNECTION": "ACTIVE", "DELETE_CONNECTION": "INACTIVE"}.get(ending.task["type"])
    if before is not None:
        state.changed(ending.store, ending.connection, state=before, health=state.in_transition(before))


_ENDS: dict[str, Callable[[Ending], None]] = {
    "ACTIVATE_CONNECTION": _end_change,
    "DEACTIVATE_CONNECTION": _end_deactivation,
    "DELETE_CONNECTION": _end_deletion,
    "UPDATE_CONNECTION": _end_change,
    "VALIDATE_CONNECTION": _end_validation,
    "DATA_OBJECT_SYNC": _end_sync,
    "DATA_OBJECT_DELETE": _end_removal,
}
# The tasks that a rule may let fail; the others end as the health of the components says.
CAN_FAIL = ("DEACTIVATE_CONNECTION", "DELETE_CONNECTION", "DATA_OBJECT_SYNC", "DATA_OBJECT_DELETE")
CAN_BE_CANCELED = ("DATA_OBJECT_SYNC", "DATA_OBJECT_DELETE")
