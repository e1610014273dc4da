"""Data objects: the databases, schemas and tables that a sync of a connection has found, and their settings."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, field_validator

from immuta_provider.api.calls import path_of
from immuta_provider.api.cursors import items
from immuta_provider.api.errors import NotFound
from immuta_provider.api.model import ApiModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from immuta_provider.api.transport import Client

CONNECTIONS: Final = "/api/connections"
SEARCH: Final = f"{CONNECTIONS}/dataObjects/_search"
OLDEST_FIRST: Final = [{"field": "createdAt", "order": "asc"}]


class Source(ApiModel):
    """Where a setting is inherited from: `type` is CONNECTION (`id` is its key) or DATA_OBJECT."""

    id: str
    type: str


class SyncPolicy(ApiModel):
    """Whether policies are applied to a data object. Set on the object itself where it is inherited from nowhere."""

    value: bool = False
    inherited_from: Source | None = None


class Owner(ApiModel):
    """A user or a group that owns a data object."""

    id: str
    type: str
    inherited_from: Source | None = None

    @field_validator("id", mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        """The API types ids as numbers; 2.0 is 2."""
        return int(value) if isinstance(value, float) and value.is_integer() else value


class Tag(ApiModel):
    """A tag on a data object; `name` is the whole name."""

    id: int
    name: str
    display_name: str | None = None
    inherited_from: Source | None = None


class Settings(ApiModel):
    """The settings in effect, the inherited ones among them."""

    sync_policy: SyncPolicy | None = None
    owners: list[Owner] = Field(default_factory=list)


class ObjectPath(ApiModel):
    """A step of the way to a data object, outermost first; `child` is the rest of it."""

    name: str
    type: str
    id: str | None = None
    child: ObjectPath | None = None

    @property
    def steps(self) -> list[ObjectPath]:
        """This step and all below it."""
        return [self, *(self.child.steps if self.child else [])]

    @property
    def names(self) -> tuple[str, ...]:
        """The names on the way."""
        return tuple(step.name for step in self.steps)

    @property
    def wanted(self) -> dict[str, Any]:
        """The path as requests have it: names and types, without ids."""
        child = {"child": self.child.wanted} if self.child else {}
        return {"name": self.name, "type": self.type, **child}


class DataObject(ApiModel):
    """A data object as it was found, with its settings."""

    id: str
    name: str
    type: str
    object_path: ObjectPath
    connection_key: str
    normalized_type: str | None = None
    technology: str | None = None
    remote_id: str | None = None
    remote_type: str | None = None
    remote_format: str | None = None
    remote_kind: str | None = None
    remote_created_at: str | None = None
    remote_updated_at: str | None = None
    last_synced_at: str | None = None
    settings: Settings = Field(default_factory=Settings)
    tags: list[Tag] = Field(default_factory=list)
    created_at: str | None = None
    created_by: str | None = None
    updated_at: str | None = None
    updated_by: str | None = None

    @property
    def direct_sync_policy(self) -> bool | None:
        """The value set on this object itself; None where it is inherited."""
        setting = self.settings.sync_policy
        return None if setting is None or setting.inherited_from else setting.value

    @property
    def direct_owners(self) -> list[Owner]:
        """The owners set on this object itself."""
        return [owner for owner in self.settings.owners if owner.inherited_from is None]

    @property
    def direct_tags(self) -> list[Tag]:
        """The tags set on this object itself."""
        return [tag for tag in self.tags if tag.inherited_from is None]

    def at(self, path: Sequence[str]) -> bool:
        """Whether this is where the object is; how accents are composed does not matter."""
        return [_composed(name) for name in self.object_path.names] == [_composed(name) for name in path]


class DataObjectsApi:
    """The calls of data objects: Connections API, /api/connections/{connectionKey}/dataObjects."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, connection_key: str, object_id: str) -> DataObject | None:
        """A data object; None where it, or its connection, is gone (Connections API, GET .../dataObjects/{id})."""
        path = _objects(connection_key, object_id)
        try:
            return DataObject.read(f"GET {path}", self._client.request("GET", path))
        except NotFound:
            return None

    def update(self, connection_key: str, object_id: str, changes: Mapping[str, Any]) -> DataObject:
        """Change settings and tags of a data object (Connections API, PATCH .../dataObjects/{id}).

        Parameters
            connection_key, object_id: the object.
            changes: `settings` with `syncPolicy` and `owners` (left out: unchanged; None: inherited again), and `tags`
                with `add` and `remove`.

        Tags are given as a difference, so an attempt in doubt is looked for before it is repeated. Raises NotFound.
        """
        path = _objects(connection_key, object_id)

        def look() -> Any:
            raw = self._client.request("GET", path)
            return raw if _shows(DataObject.read(f"GET {path}", raw), changes) else None

        return DataObject.read(f"PATCH {path}", self._client.request("PATCH", path, json=dict(changes), look=look))

    def delete(self, connection_key: str, object_id: str) -> str | None:
        """Delete a data object and everything below it (Connections API, DELETE .../dataObjects/{id}).

        Returns the id of the task that does it; None where the object is gone already.
        """
        path = _objects(connection_key, object_id)
        try:
            answer = self._client.request("DELETE", path)
        except NotFound:
            return None
        task = answer.get("taskId") if isinstance(answer, dict) else None
        return task if isinstance(task, str) else None

    def children(self, connection_key: str, object_id: str) -> Iterator[DataObject]:
        """What lies directly below a data object, oldest first (Connections API, GET .../dataObjects/{id}/children).

        Raises NotFound where there is no such object.
        """
        path = _objects(connection_key, object_id, "children")
        for each in items(self._client, path, envelope="data", key="id", params={"sort": "createdAt:asc"}):
            yield DataObject.read(f"GET {path}", each)

    def search(
        self,
        data_object: Mapping[str, Any],
        *,
        connection: Mapping[str, Any] | None = None,
        tags: Mapping[str, Sequence[int]] | None = None,
    ) -> Iterator[DataObject]:
        """The data objects that match a filter, oldest first (Connections API, POST .../dataObjects/_search).

        Parameters
            data_object: one of the documented sets of `name`, `objectType`, `remoteId`, `objectPath`,
                `parentObjectPath` ({} for what lies at the top).
            connection: `connectionKey`, or `host`, `port` and `technology`; None searches all connections.
            tags: ids that an object must carry (`include`) and must not (`exclude`).
        """
        wanted = {"dataObject": dict(data_object), **({"connection": dict(connection)} if connection else {})}
        body = {"filter": wanted, **({"tags": dict(tags)} if tags else {}), "meta": {"sort": OLDEST_FIRST}}
        for each in items(self._client, SEARCH, envelope="data", key="id", search=body):
            yield DataObject.read(f"POST {SEARCH}", each)

    def below(self, connection_key: str, parent: DataObject | None, name: str | None = None) -> Iterator[DataObject]:
        """What lies directly below `parent`, None for the connection itself; with `name` only what is called so."""
        path = {"parentObjectPath": parent.object_path.wanted if parent else {}}
        for named in [{}] if name is None else [{"name": each} for each in spellings(name)]:
            yield from self.search({**named, **path}, connection={"connectionKey": connection_key})


def spellings(name: str) -> list[str]:
    """How a name may be stored. Terraform composes every text, a data platform keeps it as it was written."""
    return sorted({name, unicodedata.normalize("NFD", name)})


def _objects(connection_key: str, *segments: str) -> str:
    return CONNECTIONS + path_of(connection_key, "dataObjects", *segments)


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _shows(found: DataObject, changes: Mapping[str, Any]) -> bool:
    """Whether the object looks as if the changes had been made; of changes of another kind nobody can tell."""
    settings, tags = changes.get("settings", {}), changes.get("tags", {})
    if not (changes.keys() <= {"settings", "tags"} and settings.keys() <= {"syncPolicy", "owners"}):
        return False
    carried = {tag.id for tag in found.direct_tags}
    owners = {(owner.id, owner.type) for owner in found.direct_owners}
    wanted = {(str(owner["id"]), str(owner["type"])) for owner in settings.get("owners") or ()}
    return (
        ("syncPolicy" not in settings or found.direct_sync_policy == settings["syncPolicy"])
        and ("owners" not in settings or owners == wanted)
        and carried >= {each["id"] for each in tags.get("add", ())}
        and carried.isdisjoint(each["id"] for each in tags.get("remove", ()))
    )
