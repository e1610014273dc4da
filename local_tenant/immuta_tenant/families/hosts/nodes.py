"""Hosts and data objects by their path, with the settings that this API has for them.

A host is a connection. Owners are those of the Connections API; the other settings are kept beside what that API has
of the same connection or data object, under `host`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from immuta_tenant.errors import not_found
from immuta_tenant.families.connections import discovery, state
from immuta_tenant.kinds import DATA_OBJECT
from immuta_tenant.store import Document, Store

SETTINGS = ("activateNewChildren", "dataOwners", "infrastructureAdmins", "isActive")
_CONTAINERS = ("CATALOG", "DATABASE", "SCHEMA")


@dataclass(frozen=True)
class Node:
    """A host or a data object.

    Parameters:
        host: the connection.
        lineage: the data objects along the path, outermost first; none for the host itself.
    """

    host: Document
    lineage: tuple[Document, ...] = ()

    @property
    def document(self) -> Document:
        """What is stored of it."""
        return self.lineage[-1] if self.lineage else self.host

    @property
    def path(self) -> list[str]:
        """Its path: the key of the host, then the names."""
        return [self.host["connectionKey"], *(item["name"] for item in self.lineage)]

    @property
    def is_host(self) -> bool:
        """Whether it is a host."""
        return not self.lineage

    @property
    def is_container(self) -> bool:
        """Whether other objects can be in it."""
        return self.is_host or self.document["pathType"] in _CONTAINERS

    @property
    def created(self) -> str:
        """When it came to be in Immuta."""
        return str(self.document["createdAt"])

    def children(self, store: Store) -> list[Node]:
        """Return what is directly below it, oldest first."""
        parent = discovery.top(self.host) if self.is_host else self.document["id"]
        return [Node(self.host, (*self.lineage, item)) for item in discovery.below(store, parent)]

    def descendants(self, store: Store) -> Iterator[Node]:
        """Yield everything below it."""
        for child in self.children(store):
            yield child
            yield from child.descendants(store)

    def own(self, name: str) -> Any:
        """Return what an object has of its own for a setting, or None; a host has no parent to differ from."""
        if self.is_host:
            return None
        if name == "dataOwners":
            owners = self.document["owners"]
            return None if owners is None else principals(owners)
        return self.document.get("host", {}).get(name)

    def value(self, name: str) -> Any:
        """Return the value that counts for a setting: the nearest on the way up to the host."""
        if name == "isActive":
            return self._is_active()
        for level in self._upwards():
            if (found := level.own(name)) is not None:
                return found
        return _of_host(self.host, name)

    def _is_active(self) -> bool:
        # What was found while new objects were not to be active is not, until somebody says otherwise.
        own = self.own("isActive")
        if own is not None or self.is_host:
            return bool(_of_host(self.host, "isActive") if own is None else own)
        above = Node(self.host, self.lineage[:-1])
        return bool(above.value("isActive")) and above.activated_new(self.created)

    def activated_new(self, moment: str) -> bool:
        """Tell whether what was found below it at a moment became active."""
        for level in (*self._upwards(), Node(self.host)):
            history = level.document.get("host", {}).get("chosen", [])
            chosen = [value for since, value in history if since <= moment]
            if chosen:
                return bool(chosen[-1])
        return True

    def _upwards(self) -> Iterator[Node]:
        # The object and those above it, without the host.
        for depth in range(len(self.lineage), 0, -1):
            yield Node(self.host, self.lineage[:depth])


def find(store: Store, path: list[str]) -> Node:
    """Return the host or data object of a path; raise a 404 when there is none."""
    host = state.named(store, path[0])
    if host is None:
        raise not_found(f"The host {path[0]} was not found.")
    node = Node(host)
    for name in path[1:]:
        found = next((child for child in node.children(store) if child.document["name"] == name), None)
        if found is None:
            raise not_found(f"The data object {'/'.join(path)} was not found.")
        node = found
    return node


def again(store: Store, node: Node) -> Node:
    """Return a host or data object as it is stored now."""
    host = state.named(store, node.host["connectionKey"])
    items = [store.get(DATA_OBJECT, item["id"]) for item in node.lineage]
    assert host is not None
    return Node(host, tuple(item for item in items if item is not None))


def principals(owners: list[Document]) -> list[Document]:
    """Return owners the way this API spells them."""
    return [{"id": owner["id"], "type": owner["type"].lower()} for owner in owners]


def owners(people: list[Document]) -> list[Document]:
    """Return owners the way the Connections API spells them."""
    return [{"id": person["id"], "type": person["type"].upper()} for person in people]


def _of_host(host: Document, name: str) -> Any:
    if name == "isActive":
        return host["state"] not in ("INACTIVE", "DEACTIVATING", "DELETING")
    if name == "dataOwners":
        return principals(host["dataObjectDefaults"]["owners"])
    default: Any = [{"id": int(host["createdBy"]), "type": "user"}] if name == "infrastructureAdmins" else True
    return host.get("host", {}).get(name, default)
