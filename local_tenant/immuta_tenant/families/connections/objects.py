"""Data objects: where one stands, and what it has of its own and what from above.

Of `syncPolicy` and of the owners the nearest setting counts, that of the connection in the end; tags add up.
"""

from __future__ import annotations

from immuta_tenant.authentication import Caller
from immuta_tenant.errors import bad_request, not_found
from immuta_tenant.families.connections import clock
from immuta_tenant.families.connections.schema_objects import DataObjectPatch, TagsPatch
from immuta_tenant.kinds import CONNECTION, DATA_OBJECT, TAG
from immuta_tenant.store import Document, Store

_PLAIN = (
    "name",
    "type",
    "normalizedType",
    "remoteId",
    "lastSyncedAt",
    "createdBy",
    "createdAt",
    "updatedBy",
    "updatedAt",
)
_REMOTE = ("remoteType", "remoteFormat", "remoteKind", "remoteCreatedAt", "remoteUpdatedAt")


def by_id(store: Store, connection: Document, object_id: str) -> Document:
    """Return a data object of a connection; raise a 404 when there is none."""
    found = [item for item in store.find(DATA_OBJECT, object_id) if item["connection"] == connection["id"]]
    if not found:
        raise not_found(f"The data object {object_id} was not found in the connection {connection['connectionKey']}.")
    return found[0]


def patch(store: Store, item: Document, body: DataObjectPatch, caller: Caller) -> Document:
    """Change the own settings and tags of a data object.

    Raises:
        ApiError: 400 for a tag that does not exist, that is to come and go, or that only its ancestors have.
    """
    changes: Document = {}
    if body.settings is not None:
        changes |= body.settings.model_dump(exclude_unset=True)
    if body.tags is not None:
        changes["tags"] = _tags(store, item, body.tags)
    if not changes:
        return item
    traces = {"updatedBy": str(caller.profile), "updatedAt": clock.stamp(store)}
    return store.save(DATA_OBJECT, item | changes | traces)


def _tags(store: Store, item: Document, body: TagsPatch) -> list[int]:
    added, removed = ([entry.id for entry in entries] for entries in (body.add, body.remove))
    if set(added) & set(removed):
        raise bad_request('"tags" must not add and remove the same tag')
    hierarchy = Hierarchy(store)
    inherited = {tag["id"] for tag in hierarchy.tags(item) if "inheritedFrom" in tag}
    for tag in added + removed:
        if hierarchy.tag(tag) is None:
            raise bad_request(f"The tag {tag} does not exist.")
    for tag in removed:
        if tag in inherited:
            raise bad_request(f"The tag {tag} is inherited and can only be removed where it comes from.")
    kept = [tag for tag in item["tags"] if tag not in removed]
    return list(dict.fromkeys(kept + added))


class Hierarchy:
    """Data objects seen with what is above them. Keeps what it has read, so use one for one request."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._objects: dict[int, Document] = {}
        self._connections: dict[int, Document] = {}
        self._tags: dict[int, Document | None] = {}

    def view(self, item: Document) -> Document:
        """Return a data object as it is read."""
        connection = self.connection(item)
        tags = self.tags(item)
        return {
            "id": item["objectId"],
            **{name: item[name] for name in _PLAIN},
            **{name: item[name] for name in _REMOTE if name in item},
            "technology": connection["technology"],
            "connectionKey": connection["connectionKey"],
            "objectPath": self._path(item),
            "settings": {"syncPolicy": self._policy(item), "owners": self._owners(item)},
            **({"tags": tags} if tags else {}),
        }

    def names(self, item: Document) -> list[str]:
        """Return the names along the path of a data object, its own last."""
        return [above["name"] for above in reversed(self._lineage(item))]

    def sortable(self, item: Document, field: str) -> object:
        """Return the value of a field by which data objects are sorted."""
        return "\0".join(self.names(item)) if field == "objectPath" else item[field]

    def connection(self, item: Document) -> Document:
        """Return the connection of a data object."""
        identifier = item["connection"]
        if identifier not in self._connections:
            found = self._store.get(CONNECTION, identifier)
            assert found is not None
            self._connections[identifier] = found
        return self._connections[identifier]

    def tag(self, identifier: int) -> Document | None:
        """Return a live tag."""
        if identifier not in self._tags:
            tag = self._store.get(TAG, identifier)
            self._tags[identifier] = None if tag is None or tag["deleted"] else tag
        return self._tags[identifier]

    def tags(self, item: Document) -> list[Document]:
        """Return the live tags of a data object, each once: its own, then those of its ancestors."""
        found: dict[int, Document] = {}
        for level in self._lineage(item):
            for identifier in level["tags"]:
                tag = self.tag(identifier)
                if tag is not None and identifier not in found:
                    shown = {"id": identifier, "name": tag["name"], "displayName": tag["name"].rpartition(".")[2]}
                    found[identifier] = shown | _source(item, level)
        return list(found.values())

    def _policy(self, item: Document) -> Document:
        for level in self._lineage(item):
            if level["syncPolicy"] is not None:
                return {"value": level["syncPolicy"], **_source(item, level)}
        connection = self.connection(item)
        return {"value": connection["dataObjectDefaults"]["syncPolicy"], **_of_connection(connection)}

    def _owners(self, item: Document) -> list[Document]:
        for level in self._lineage(item):
            if level["owners"] is not None:
                return [owner | _source(item, level) for owner in level["owners"]]
        connection = self.connection(item)
        return [owner | _of_connection(connection) for owner in connection["dataObjectDefaults"]["owners"]]

    def _path(self, item: Document) -> Document:
        path: Document = {}
        for level in self._lineage(item):
            segment = {"name": level["name"], "type": level["pathType"], "id": level["objectId"]}
            path = segment | ({"child": path} if path else {})
        return path

    def _lineage(self, item: Document) -> list[Document]:
        # The object itself and its ancestors, nearest first. What is on the first level has a text as its parent.
        lineage = [item]
        while isinstance(parent := lineage[-1]["parent"], int):
            if parent not in self._objects:
                found = self._store.get(DATA_OBJECT, parent)
                assert found is not None
                self._objects[parent] = found
            lineage.append(self._objects[parent])
        return lineage


def _source(item: Document, level: Document) -> Document:
    return {} if level is item else {"inheritedFrom": {"id": level["objectId"], "type": "DATA_OBJECT"}}


def _of_connection(connection: Document) -> Document:
    return {"inheritedFrom": {"id": connection["connectionKey"], "type": "CONNECTION"}}
