"""Control endpoints of connections below `/_local/`: their time, what is to go wrong, what there is to be found."""

# ruff: noqa: N815 - the fields of request models are attributes in JSON
from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

from pydantic import Field

from immuta_tenant.endpoint import Call, Endpoint, Json
from immuta_tenant.families.connections import clock, declarations, lifecycle, rules, tasks
from immuta_tenant.families.connections.schema_objects import TaskType
from immuta_tenant.families.connections.schema_parts import AnyObject
from immuta_tenant.kinds import CONNECTION, CONNECTION_RULE, CONNECTION_TASK_DUE
from immuta_tenant.store import Document
from immuta_tenant.tenant import Tenant
from immuta_tenant.validation import Body, NoBody, NoQuery

Component = Literal["clientConfiguration", "policyConfiguration", "auditConfiguration"]
FailingTask = Literal["DEACTIVATE_CONNECTION", "DELETE_CONNECTION", "DATA_OBJECT_SYNC", "DATA_OBJECT_DELETE"]
Code = Literal["CONN001", "CONN002", "CONN003", "CONN004", "CONN005"]
UNREACHABLE = "The data platform cannot be reached."
FAILED = "The task failed."


class DelayBody(Body):
    """POST /_local/connections/delay; of one type of task, or of all."""

    seconds: float = Field(ge=0)
    type: TaskType | None = None


class AdvanceBody(Body):
    """POST /_local/connections/advance; without seconds until everything that is under way has ended."""

    seconds: float | None = Field(default=None, ge=0)


class _Rule(Body):
    connectionKey: str = "*"
    count: int | None = Field(default=None, ge=1)


class HealthBody(_Rule):
    """POST /_local/connections/health."""

    component: Component = "clientConfiguration"
    message: str = Field(default=UNREACHABLE, min_length=1)
    details: Any = None


class FailureBody(_Rule):
    """POST /_local/connections/failures."""

    type: FailingTask = "DATA_OBJECT_SYNC"
    code: Code = "CONN001"
    message: str = Field(default=FAILED, min_length=1)
    details: Any = None


class UnavailableBody(_Rule):
    """POST /_local/connections/unavailable."""


class ScheduleBody(Body):
    """POST /_local/connections/scheduled-sync."""

    connectionKey: str = "*"


COMPONENTS = get_args(Component)
TASK_TYPES = get_args(TaskType)


def advance(tenant: Tenant, seconds: float | None) -> None:
    """Let time pass for connections, by default until everything that is under way has ended."""
    with tenant.store.transaction():
        if seconds is not None:
            clock.put_forward(tenant.store, seconds)
            lifecycle.advance(tenant)
            return
        while (last := tasks.last_due(tenant.store)) is not None:
            clock.put_forward(tenant.store, max(0.0, last - tasks.moment(tenant.store)))
            lifecycle.advance(tenant)


def start_scheduled_syncs(tenant: Tenant, key: str) -> int:
    """Let the hour of the scheduled sync have come for active connections that have it enabled; returns how many."""
    with tenant.store.transaction():
        lifecycle.advance(tenant)
        due = [item for item in tenant.store.all(CONNECTION) if _is_scheduled(item, key)]
        for connection in due:
            lifecycle.scheduled_sync(tenant, connection)
        lifecycle.advance(tenant)
    return len(due)


def _is_scheduled(connection: Document, key: str) -> bool:
    enabled = connection["state"] == "ACTIVE" and connection["dataObjectSync"]["enabled"]
    return enabled and fnmatchcase(connection["connectionKey"], key)


def overview(call: Call[NoQuery, NoBody]) -> Json:
    """Return the delay, what is to go wrong, and how many tasks are under way."""
    lifecycle.advance(call.tenant)
    under_way = call.store.all(CONNECTION_TASK_DUE)
    return {"delay": clock.delay(call.tenant), "rules": call.store.all(CONNECTION_RULE), "tasks": len(under_way)}


def set_delay(call: Call[NoQuery, DelayBody]) -> Json:
    """Let tasks that are asked for from now on take this long."""
    lifecycle.advance(call.tenant)
    clock.set_delay(call.store, call.body.seconds, call.body.type or clock.EVERY)
    return {}


def let_time_pass(call: Call[NoQuery, AdvanceBody]) -> Json:
    """Let time pass."""
    advance(call.tenant, call.body.seconds)
    return {}


def add_health(call: Call[NoQuery, HealthBody]) -> Json:
    """Let validations find a component unhealthy."""
    return _add(call, rules.HEALTH)


def add_failure(call: Call[NoQuery, FailureBody]) -> Json:
    """Let tasks fail."""
    return _add(call, rules.FAILURE)


def add_unavailable(call: Call[NoQuery, UnavailableBody]) -> Json:
    """Let no task be started."""
    return _add(call, rules.UNAVAILABLE)


def clear_health(call: Call[NoQuery, NoBody]) -> Json:
    """Let validations find every component healthy."""
    rules.clear(call.store, rules.HEALTH)
    return {}


def clear_failures(call: Call[NoQuery, NoBody]) -> Json:
    """Let tasks succeed."""
    rules.clear(call.store, rules.FAILURE)
    return {}


def clear_unavailable(call: Call[NoQuery, NoBody]) -> Json:
    """Let tasks be started."""
    rules.clear(call.store, rules.UNAVAILABLE)
    return {}


def sync_as_scheduled(call: Call[NoQuery, ScheduleBody]) -> Json:
    """Let the hour of the scheduled sync have come."""
    return {"started": start_scheduled_syncs(call.tenant, call.body.connectionKey)}


def declare(call: Call[NoQuery, AnyObject]) -> Json:
    """Let a sync find these objects from now on."""
    declarations.declare(call.store, declarations.checked(call.body.root))
    return {}


def _add(call: Call[NoQuery, Any], effect: str) -> Json:
    attributes = call.body.model_dump()
    key, count = attributes.pop("connectionKey"), attributes.pop("count")
    return {"id": rules.add(call.store, effect, key, count, **attributes)}


ENDPOINTS = (
    Endpoint("GET", "/_local/connections", overview),
    Endpoint("POST", "/_local/connections/delay", set_delay),
    Endpoint("POST", "/_local/connections/advance", let_time_pass),
    Endpoint("POST", "/_local/connections/health", add_health),
    Endpoint("DELETE", "/_local/connections/health", clear_health),
    Endpoint("POST", "/_local/connections/failures", add_failure),
    Endpoint("DELETE", "/_local/connections/failures", clear_failures),
    Endpoint("POST", "/_local/connections/unavailable", add_unavailable),
    Endpoint("DELETE", "/_local/connections/unavailable", clear_unavailable),
    Endpoint("POST", "/_local/connections/objects", declare),
    Endpoint("POST", "/_local/connections/scheduled-sync", sync_as_scheduled),
)
