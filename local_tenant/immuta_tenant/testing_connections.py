"""Connections for tests: what a tenant holds, changes behind the client's back, time, and what is to go wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from immuta_tenant.families.connections import clock, control, declarations, discovery, lifecycle, rules, state, views
from immuta_tenant.families.connections import tasks as stored_tasks
from immuta_tenant.families.connections.objects import Hierarchy
from immuta_tenant.families.connections.redaction import holds, sealed
from immuta_tenant.families.tags import state as tags
from immuta_tenant.kinds import CONNECTION, DATA_OBJECT
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant


class UnknownConnectionError(LookupError):
    """A test names a connection or a data object that the tenant does not have."""


class TenantConnections:
    """The connections of a running tenant. Whatever is read or changed, what has become due happens before."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    @property
    def _store(self) -> Store:
        return self._tenant.store

    def all(self) -> list[Document]:
        """Return the connections as they are read, oldest first."""
        with self._store.transaction():
            lifecycle.advance(self._tenant)
            return [views.connection(self._tenant, item) for item in self._store.all(CONNECTION)]

    def get(self, key: str) -> Document:
        """Return a connection as it is read."""
        with self._store.transaction():
            return views.connection(self._tenant, self._stored(key))

    def holds_secret(self, key: str, path: str, secret: str) -> bool:
        """Tell whether a connection has this secret, at a path like `credential.privateKey.content`."""
        with self._store.transaction():
            return holds(self._stored(key)["clientConfiguration"], tuple(path.split(".")), secret)

    def change(self, key: str, **changes: Any) -> None:
        """Change attributes of a connection; objects are merged at every depth, lists are replaced, None removes."""
        with self._store.transaction():
            stored = self._stored(key)
            unknown = sorted(changes.keys() - stored.keys())
            if unknown:
                raise ValueError(f"a connection has no attribute {', '.join(unknown)}; it has {', '.join(stored)}")
            if "clientConfiguration" in changes:
                changes["clientConfiguration"] = sealed(changes["clientConfiguration"])
            self._store.save(CONNECTION, _merged(stored, changes) | {"updatedAt": clock.stamp(self._store)})

    def set_state(self, key: str, name: str, message: str = control.UNREACHABLE) -> None:
        """Put a connection and its components into a state; what is UNHEALTHY has an error with the message."""
        health: Document = {"state": name}
        if name == "UNHEALTHY":
            health["errors"] = [{"code": "CONN005", "message": message}]
        with self._store.transaction():
            healths = state.in_transition(name) | ({"clientConfiguration": health} if "errors" in health else {})
            if "errors" in health:
                healths |= state.in_transition("ACTIVE", state.COMPONENTS[1:])
            self._store.save(CONNECTION, self._stored(key) | {"state": name, "health": healths})

    def delete(self, key: str) -> None:
        """Remove a connection with all that belongs to it, whatever its state."""
        with self._store.transaction():
            lifecycle.erase(self._tenant, self._stored(key))

    def tasks(self, key: str) -> list[Document]:
        """Return the tasks of a connection, oldest first."""
        with self._store.transaction():
            found = stored_tasks.of_connection(self._store, self._stored(key)["id"])
            return [views.task(task) for task in found]

    def delay(self, seconds: float, type_: str = clock.EVERY) -> None:
        """Let tasks that are asked for from now on take this long: all of them, or those of one type."""
        if type_ != clock.EVERY and type_ not in control.TASK_TYPES:
            raise ValueError(f"there is no task {type_}; there are {', '.join(control.TASK_TYPES)}")
        with self._store.transaction():
            lifecycle.advance(self._tenant)
            clock.set_delay(self._store, seconds, type_)

    def advance(self, seconds: float | None = None) -> None:
        """Let time pass, by default until everything that is under way has ended."""
        control.advance(self._tenant, seconds)

    def unhealthy(
        self,
        key: str = "*",
        component: str = "clientConfiguration",
        *,
        message: str = control.UNREACHABLE,
        details: Any = None,
        count: int | None = None,
    ) -> None:
        """Let validations find a component unhealthy.

        Parameters:
            key: a shell pattern of connection keys.
            component: `clientConfiguration`, `policyConfiguration` or `auditConfiguration`.
            message, details: of the error CONN005.
            count: how many validations; by default until `healthy`.
        """
        if component not in control.COMPONENTS:
            raise ValueError(f"a connection has no component {component}; it has {', '.join(control.COMPONENTS)}")
        rules.add(self._store, rules.HEALTH, key, count, component=component, message=message, details=details)

    def healthy(self) -> None:
        """Let validations find every component healthy from now on."""
        rules.clear(self._store, rules.HEALTH)

    def fail(
        self,
        type_: str = "DATA_OBJECT_SYNC",
        key: str = "*",
        *,
        code: str = "CONN001",
        message: str = control.FAILED,
        details: Any = None,
        count: int | None = None,
    ) -> None:
        """Let tasks fail when they end.

        Parameters:
            type_: which ones: `lifecycle.CAN_FAIL`. The others end as the health of the components says.
            key: a shell pattern of connection keys.
            code, message, details: of the error of the run.
            count: how many tasks; by default until `clear`.
        """
        if type_ not in lifecycle.CAN_FAIL:
            raise ValueError(f"a task {type_} cannot be let fail; only {', '.join(lifecycle.CAN_FAIL)} can")
        failure = {"type": type_, "code": code, "message": message, "details": details}
        rules.add(self._store, rules.FAILURE, key, count, **failure)

    def unavailable(self, key: str = "*", count: int | None = None) -> None:
        """Let POST .../tasks answer 503."""
        rules.add(self._store, rules.UNAVAILABLE, key, count)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        rules.clear(self._store)

    def declare(self, objects: Mapping[str, Sequence[Document]]) -> None:
        """Let a sync find these objects: trees of `{name, type, remoteId?, children?}` by connection or technology."""
        with self._store.transaction():
            declarations.declare(self._store, declarations.read(objects))

    def sync(self, key: str) -> None:
        """Sync all data objects of a connection at once, without a task."""
        with self._store.transaction():
            task = {"createdBy": "1", "input": {"syncAllDataObjects": True}}
            discovery.sync(self._store, self._stored(key), task, stored_tasks.moment(self._store))

    def scheduled_sync(self, key: str = "*") -> int:
        """Let the hour of the scheduled sync have come; returns how many active connections have one that is enabled.

        Parameters:
            key: a shell pattern of connection keys.
        """
        return control.start_scheduled_syncs(self._tenant, key)

    def data_objects(self, key: str) -> list[Document]:
        """Return the data objects of a connection as they are read, by path."""
        with self._store.transaction():
            connection, hierarchy = self._stored(key), Hierarchy(self._store)
            found = [item for item in self._store.all(DATA_OBJECT) if item["connection"] == connection["id"]]
            return [hierarchy.view(item) for item in sorted(found, key=hierarchy.names)]

    def data_object(self, key: str, *names: str) -> Document:
        """Return the data object at a path of names as it is read."""
        with self._store.transaction():
            return Hierarchy(self._store).view(self._object(key, names))

    def change_data_object(self, key: str, *names: str, **changes: Any) -> None:
        """Change a data object: stored attributes, None lets `syncPolicy` and `owners` inherit, `tags` are names."""
        with self._store.transaction():
            item = self._object(key, names)
            if "tags" in changes:
                changes["tags"] = [tag["id"] for tag in tags.resolve(self._store, changes["tags"])]
            unknown = sorted(changes.keys() - item.keys())
            if unknown:
                raise ValueError(f"a data object has no attribute {', '.join(unknown)}; it has {', '.join(item)}")
            self._store.save(DATA_OBJECT, item | changes | {"updatedAt": clock.stamp(self._store)})

    def delete_data_object(self, key: str, *names: str) -> None:
        """Remove the data object at a path of names, and everything below it."""
        with self._store.transaction():
            discovery.remove(self._store, self._object(key, names)["objectId"])

    def _stored(self, key: str) -> Document:
        lifecycle.advance(self._tenant)
        connection = state.named(self._store, key)
        if connection is None:
            raise UnknownConnectionError(f"the local tenant has no connection {key!r}")
        return connection

    def _object(self, key: str, names: Sequence[str]) -> Document:
        connection = self._stored(key)
        found = discovery.named(self._store, discovery.top(connection), names)
        if len(found) != 1:
            raise UnknownConnectionError(f"the connection {key!r} has {len(found)} data objects {'/'.join(names)!r}")
        return found[0]


def _merged(stored: Any, change: Any) -> Any:
    if not isinstance(stored, dict) or not isinstance(change, dict):
        return change
    result = stored | {name: _merged(stored.get(name), value) for name, value in change.items()}
    return {name: value for name, value in result.items() if value is not None}
