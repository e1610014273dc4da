"""What changes the settings of hosts and data objects.

A change goes down: what is below and has no setting of its own gets the same one as its own. Below the host people
are only added; on the host the list is the whole truth, and whom it leaves out is gone everywhere below as well.
"""

from __future__ import annotations

from typing import Any

from immuta_tenant.authentication import Caller
from immuta_tenant.errors import bad_request
from immuta_tenant.families.connections import clock, lifecycle, state
from immuta_tenant.families.hosts.nodes import Node, again, owners
from immuta_tenant.kinds import CONNECTION, DATA_OBJECT
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant

_PEOPLE = ("dataOwners", "infrastructureAdmins")


def override(tenant: Tenant, caller: Caller, node: Node, overrides: Document) -> None:
    """Change the settings of a host or data object, and of what is below it.

    Raises:
        ApiError: 400 when a host would have nobody; 409 when its state forbids to switch it on or off.
    """
    for name, value in overrides.items():
        current = again(tenant.store, node)
        if current.is_host:
            _change_host(tenant, caller, current, name, value)
        else:
            chosen = _joined(current.value(name), value) if name in _PEOPLE else value
            _write(tenant.store, caller, current, name, chosen)
            _hand_down(tenant.store, caller, current, name, chosen)


def switch(tenant: Tenant, caller: Caller, host: Document, *, active: bool) -> None:
    """Activate or deactivate a host; one that is what it is to be stays so.

    Raises:
        ApiError: 409 when its state forbids it.
    """
    if host["state"] == ("ACTIVE" if active else "INACTIVE"):
        return
    if active:
        state.require_state(host, "activated", "INACTIVE")
        lifecycle.activate(tenant, host, caller, sync=False)
    else:
        state.require_state(host, "deactivated", "ACTIVE")
        lifecycle.deactivate(tenant, host, caller)


def _change_host(tenant: Tenant, caller: Caller, node: Node, name: str, value: Any) -> None:
    store = tenant.store
    if name in _PEOPLE:
        if not value:
            raise bad_request(f'"overrides.{name}" must contain at least 1 items')
        removed = [person for person in node.value(name) if person not in value]
        _take_away(store, caller, node, name, removed)
    if name == "isActive":
        switch(tenant, caller, node.host, active=value)
    else:
        _write(store, caller, node, name, value)
    _hand_down(store, caller, node, name, value)


def _take_away(store: Store, caller: Caller, node: Node, name: str, people: list[Document]) -> None:
    for below in node.descendants(store):
        held = below.own(name)
        if held is not None and any(person in people for person in held):
            kept = [person for person in held if person not in people]
            _write(store, caller, below, name, kept or None)


def _hand_down(store: Store, caller: Caller, node: Node, name: str, value: Any) -> None:
    for below in node.descendants(store):
        if below.own(name) is None:
            _write(store, caller, below, name, value)


def _write(store: Store, caller: Caller, node: Node, name: str, value: Any) -> None:
    document, traces = node.document, {"updatedBy": str(caller.profile), "updatedAt": clock.stamp(store)}
    changes: Document
    if name == "dataOwners" and node.is_host:
        changes = {"dataObjectDefaults": document["dataObjectDefaults"] | {"owners": owners(value)}}
    elif name == "dataOwners":
        changes = {"owners": None if value is None else owners(value)}
    else:
        kept = {key: held for key, held in document.get("host", {}).items() if key != name}
        changes = {"host": kept | ({} if value is None else {name: value})}
        if name == "activateNewChildren":
            changes["host"]["chosen"] = [*kept.get("chosen", []), [traces["updatedAt"], value]]
    store.save(CONNECTION if node.is_host else DATA_OBJECT, document | changes | traces)


def _joined(held: list[Document], added: list[Document]) -> list[Document]:
    return held + [person for person in added if person not in held]
