"""The search for data objects: from a filter to the objects that it means."""

from __future__ import annotations

from collections.abc import Iterable

from immuta_tenant.families.connections import discovery, state
from immuta_tenant.families.connections.objects import Hierarchy
from immuta_tenant.families.connections.schema_objects import (
    ConnectionFilter,
    DataObjectFilter,
    Filter,
    KeyFilter,
    ObjectPath,
    TagFilter,
)
from immuta_tenant.kinds import CONNECTION, DATA_OBJECT
from immuta_tenant.store import Document, Id, Store


def found(store: Store, wanted: Filter, tags: TagFilter, hierarchy: Hierarchy) -> list[Document]:
    """Return the data objects that a filter means, in no order."""
    connections = _connections(store, wanted.connection)
    return [
        item
        for item in _candidates(store, connections, wanted.dataObject)
        if _matches(item, wanted.dataObject) and _tagged(hierarchy, item, tags)
    ]


def _connections(store: Store, wanted: ConnectionFilter | None) -> list[Document]:
    if wanted is None:
        return store.all(CONNECTION)
    if isinstance(wanted, KeyFilter):
        connection = state.named(store, wanted.connectionKey)
        return [] if connection is None else [connection]
    place = (wanted.host, wanted.port, wanted.technology)
    return [item for item in store.all(CONNECTION) if _place(item) == place]


def _place(connection: Document) -> tuple[str, int, str]:
    client = connection["clientConfiguration"]
    return client["host"], client["port"], connection["technology"]


def _candidates(store: Store, connections: list[Document], wanted: DataObjectFilter) -> Iterable[Document]:
    if wanted.objectPath is not None:
        return [item for connection in connections for item in _at(store, discovery.top(connection), wanted.objectPath)]
    if wanted.simpleObjectPath is not None:
        names = wanted.simpleObjectPath
        return [item for connection in connections for item in discovery.named(store, discovery.top(connection), names)]
    if wanted.parentObjectPath is not None:
        return [item for connection in connections for item in _children(store, connection, wanted.parentObjectPath)]
    meant = {connection["id"] for connection in connections}
    return (item for item in store.all(DATA_OBJECT) if item["connection"] in meant)


def _children(store: Store, connection: Document, path: object) -> list[Document]:
    top = discovery.top(connection)
    if not isinstance(path, ObjectPath):
        return discovery.below(store, top)
    return [child for parent in _at(store, top, path) for child in discovery.below(store, parent["id"])]


def _at(store: Store, parent: Id, path: ObjectPath) -> list[Document]:
    here = [
        item for item in discovery.below(store, parent) if (item["name"], item["pathType"]) == (path.name, path.type)
    ]
    return here if path.child is None else [item for level in here for item in _at(store, level["id"], path.child)]


def _matches(item: Document, wanted: DataObjectFilter) -> bool:
    return (
        wanted.name in (None, item["name"])
        and wanted.objectType in (None, item["type"])
        and wanted.remoteId in (None, item["remoteId"])
    )


def _tagged(hierarchy: Hierarchy, item: Document, tags: TagFilter) -> bool:
    if not tags.include and not tags.exclude:
        return True
    held = {tag["id"] for tag in hierarchy.tags(item)}
    return held.issuperset(tags.include) and held.isdisjoint(tags.exclude)
