"""A sync: data objects become what is declared to be on the data platform, and what is gone there goes here.

A sync of everything covers all objects; any other only those whose policies are synced, be it by their own setting or
by an inherited one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from immuta_tenant.families.connections import declarations, tasks
from immuta_tenant.families.connections.errors import GENERAL, error
from immuta_tenant.kinds import DATA_OBJECT
from immuta_tenant.store import Document, Id, Store

_REMOTE = ("remoteType", "remoteFormat", "remoteKind", "remoteCreatedAt", "remoteUpdatedAt")
_NORMALIZED = {"CATALOG": "database", "MATERIALIZED VIEW": "view", "EXTERNAL TABLE": "table"}


def sync(store: Store, connection: Document, task: Document, at: float) -> Document | None:
    """Sync a connection, or what is at one path of it; returns the error of a sync that failed."""
    given = task["input"]
    run = _Sync(store, connection, task["createdBy"], tasks.text(at), everything=given["syncAllDataObjects"])
    declared = declarations.present(store, connection)
    policy = connection["dataObjectDefaults"]["syncPolicy"]
    if "objectPath" not in given:
        run.level(None, declared, policy)
    elif not run.along(None, declared, policy, given["objectPath"]):
        return error(GENERAL, "The object path was not found on the data platform.", details=given["objectPath"])
    return None


def top(connection: Document) -> str:
    """Return what the objects on the first level have as their parent."""
    return f"connection {connection['id']}"


def below(store: Store, parent: Id) -> list[Document]:
    """Return the data objects directly below another one (its `id`) or a connection (`top`)."""
    return store.children(DATA_OBJECT, parent)


def named(store: Store, parent: Id, names: Sequence[str]) -> list[Document]:
    """Return the data objects at a path of names below a parent; there may be several of different types."""
    if not names:
        return []
    here = [item for item in below(store, parent) if item["name"] == names[0]]
    return here if len(names) == 1 else [item for level in here for item in named(store, level["id"], names[1:])]


def remove(store: Store, object_id: str) -> None:
    """Remove a data object and everything below it; what is gone already is."""
    for item in store.find(DATA_OBJECT, object_id):
        _remove(store, item)


def forget(store: Store, connection: Document) -> None:
    """Remove all data objects of a connection."""
    for item in below(store, top(connection)):
        _remove(store, item)


def _remove(store: Store, item: Document) -> None:
    for child in below(store, item["id"]):
        _remove(store, child)
    store.remove(DATA_OBJECT, item["id"])


@dataclass(frozen=True)
class _Sync:
    store: Store
    connection: Document
    by: str
    at: str
    everything: bool

    def level(self, parent: Document | None, declared: list[Document], policy: bool) -> None:
        known = {(item["name"], item["pathType"]): item for item in self._below(parent)}
        for item in declared:
            self.one(parent, item, known.pop((item["name"], item["type"].upper()), None), policy)
        for gone in known.values():
            if self._covers(gone, policy):
                _remove(self.store, gone)

    def one(self, parent: Document | None, declared: Document, known: Document | None, policy: bool) -> None:
        found = self._saved(parent, declared, known) if self._covers(known, policy) else known
        if found is not None:
            self.level(found, declared["children"], _policy(found, policy))

    def along(self, parent: Document | None, declared: list[Document], policy: bool, path: Document) -> bool:
        wanted = (path["name"], path["type"])
        there = next((item for item in declared if (item["name"], item["type"].upper()) == wanted), None)
        known = next((item for item in self._below(parent) if (item["name"], item["pathType"]) == wanted), None)
        if there is None:
            if known is not None:
                _remove(self.store, known)
            return known is not None
        if "child" not in path:
            self.one(parent, there, known, policy)
            return True
        if known is None and self._covers(None, policy):
            known = self._saved(parent, there, None)
        return known is None or self.along(known, there["children"], _policy(known, policy), path["child"])

    def _below(self, parent: Document | None) -> list[Document]:
        return below(self.store, top(self.connection) if parent is None else parent["id"])

    def _covers(self, known: Document | None, policy: bool) -> bool:
        return self.everything or _policy(known, policy)

    def _saved(self, parent: Document | None, declared: Document, known: Document | None) -> Document:
        remote = {name: declared[name] for name in ("remoteId", *_REMOTE) if name in declared}
        if known is not None:
            kept = {name: value for name, value in known.items() if name not in _REMOTE}
            return self.store.save(DATA_OBJECT, kept | remote | {"lastSyncedAt": self.at})
        return self.store.insert(DATA_OBJECT, self._new(parent, declared) | remote)

    def _new(self, parent: Document | None, declared: Document) -> Document:
        kind, object_id = declared["type"].upper(), str(uuid4())
        return {
            "objectId": object_id,
            "connection": self.connection["id"],
            "parent": top(self.connection) if parent is None else parent["id"],
            "name": declared["name"],
            "pathType": kind,
            "type": kind.lower(),
            "normalizedType": _NORMALIZED.get(kind, kind.lower()),
            "remoteId": f"{self.connection['connectionKey']}:{object_id}",
            "syncPolicy": None,
            "owners": None,
            "tags": [],
            "lastSyncedAt": self.at,
            "createdBy": self.by,
            "createdAt": self.at,
            "updatedBy": self.by,
            "updatedAt": self.at,
        }


def _policy(item: Document | None, inherited: bool) -> bool:
    return inherited if item is None or item["syncPolicy"] is None else bool(item["syncPolicy"])
