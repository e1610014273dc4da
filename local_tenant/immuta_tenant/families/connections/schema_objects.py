"""What requests about data objects, tasks and runs must look like."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from immuta_tenant.families.connections.schema import Owner
from immuta_tenant.families.connections.schema_parts import (
    REPEATED,
    Integer,
    PageQuery,
    PlainText,
    Uuid,
    newest_first,
)
from immuta_tenant.validation import Body, NotNull

TaskType = Literal[
    "DATA_OBJECT_SYNC",
    "DATA_OBJECT_DELETE",
    "DELETE_CONNECTION",
    "ACTIVATE_CONNECTION",
    "DEACTIVATE_CONNECTION",
    "UPDATE_CONNECTION",
    "VALIDATE_CONNECTION",
]
Status = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED"]
SearchedTechnology = Literal[
    "PostgreSQL",
    "Oracle",
    "MySQL",
    "MariaDB",
    "Glue",
    "Databricks",
    "Snowflake",
    "SQLServer",
    "Teradata",
    "Trino",
    "Redshift",
]
TagId = Annotated[Integer, Field(ge=0, le=9007199254740991)]
_OBJECT_SORT = r"^(name|type|objectPath|lastSyncedAt|createdAt|updatedAt):(asc|desc)$"
_TASK_SORT = r"^(type|status|createdBy|createdAt):(asc|desc)$"
_RUN_SORT = r"^(status|createdAt|startedAt|completedAt):(asc|desc)$"
_FILTERS = (
    {"name"},
    {"objectType"},
    {"remoteId"},
    {"objectPath"},
    {"parentObjectPath"},
    {"name", "objectType"},
    {"objectType", "parentObjectPath"},
    {"name", "parentObjectPath"},
    {"objectType", "name", "parentObjectPath"},
    {"simpleObjectPath"},
    {"simpleObjectPath", "objectType"},
)


class ObjectPath(Body):
    """A path from the outermost container inwards."""

    name: str
    type: str
    child: NotNull[ObjectPath] = None


class NoPath(Body):
    """The parent of the outermost objects."""


class SyncInput(Body):
    """What a sync is to cover."""

    objectPath: NotNull[ObjectPath] = None
    syncAllDataObjects: bool = False


class CreateTaskBody(Body):
    """POST /api/connections/{connectionKey}/tasks."""

    type: Literal["DATA_OBJECT_SYNC"]
    input: SyncInput


class SettingsPatch(Body):
    """The own settings of a data object; null lets it inherit."""

    syncPolicy: bool | None = None
    owners: list[Owner] | None = None


class TagEntry(Body):
    """A tag by its id."""

    id: TagId


class TagsPatch(Body):
    """Tags that are to come and go."""

    add: list[TagEntry] = Field(default_factory=list)
    remove: list[TagEntry] = Field(default_factory=list)


class DataObjectPatch(Body):
    """PATCH /api/connections/{connectionKey}/dataObjects/{id}."""

    settings: NotNull[SettingsPatch] = None
    tags: NotNull[TagsPatch] = None


class KeyFilter(Body):
    """One connection, by its key."""

    connectionKey: PlainText


class HostFilter(Body):
    """The connections to one host."""

    host: PlainText
    port: Annotated[Integer, Field(ge=1, le=65535)]
    technology: SearchedTechnology


def _way_to_name_a_connection(value: Any) -> str:
    return "~key" if isinstance(value, KeyFilter) or (isinstance(value, dict) and "connectionKey" in value) else "~host"


def _way_to_name_a_parent(value: Any) -> str:
    return "~none" if value == {} or isinstance(value, NoPath) else "~path"


ConnectionFilter = Annotated[
    Annotated[KeyFilter, Tag("~key")] | Annotated[HostFilter, Tag("~host")], Discriminator(_way_to_name_a_connection)
]
ParentPath = Annotated[
    Annotated[ObjectPath, Tag("~path")] | Annotated[NoPath, Tag("~none")], Discriminator(_way_to_name_a_parent)
]


class DataObjectFilter(Body):
    """One of the documented sets of attributes."""

    name: NotNull[PlainText] = None
    objectType: NotNull[PlainText] = None
    remoteId: NotNull[PlainText] = None
    objectPath: NotNull[ObjectPath] = None
    parentObjectPath: NotNull[ParentPath] = None
    simpleObjectPath: NotNull[list[PlainText]] = None

    @model_validator(mode="after")
    def _documented(self) -> DataObjectFilter:
        if self.model_fields_set not in _FILTERS:
            sets = "; ".join(", ".join(sorted(allowed)) for allowed in _FILTERS)
            raise ValueError(f"must have exactly one of these sets of attributes: {sets}")
        return self


class Filter(Body):
    """Which data objects are searched."""

    dataObject: DataObjectFilter
    connection: NotNull[ConnectionFilter] = None


class TagFilter(Body):
    """Which tags they have."""

    include: list[TagId] = Field(default_factory=list)
    exclude: list[TagId] = Field(default_factory=list)


class SortItem(Body):
    """A field to sort by."""

    field: Literal["name", "type", "objectPath", "lastSyncedAt", "createdAt", "updatedAt"]
    order: Literal["asc", "desc"]


class Page(Body):
    """Which part of the hits."""

    limit: Integer = Field(default=20, ge=1, le=100)
    cursor: NotNull[str] = None


def _newest() -> list[SortItem]:
    return [SortItem(field="createdAt", order="desc")]


class Meta(Body):
    """How hits are sorted and cut."""

    sort: list[SortItem] = Field(default_factory=_newest, min_length=1, max_length=3)
    page: Page


def _first_page() -> Meta:
    return Meta(page=Page())


class SearchBody(Body):
    """POST /api/connections/dataObjects/_search."""

    filter: Filter
    tags: TagFilter = Field(default_factory=TagFilter)
    meta: Meta = Field(default_factory=_first_page)


class ChildrenQuery(PageQuery):
    """GET /api/connections/{connectionKey}/dataObjects/{id}/children."""

    sort: Annotated[list[Annotated[str, StringConstraints(pattern=_OBJECT_SORT)]], REPEATED] = Field(
        default_factory=newest_first, min_length=1, max_length=3
    )


class TasksQuery(PageQuery):
    """GET /api/connections/{connectionKey}/tasks."""

    sort: Annotated[list[Annotated[str, StringConstraints(pattern=_TASK_SORT)]], REPEATED] = Field(
        default_factory=newest_first, min_length=1, max_length=3
    )
    type: TaskType | None = Field(default=None, alias="filter[type]")
    status: Status | None = Field(default=None, alias="filter[status]")
    trigger: Literal["MANUAL", "SCHEDULED"] | None = Field(default=None, alias="filter[trigger]")
    createdBy: str | None = Field(default=None, alias="filter[createdBy]")
    parentId: Uuid | None = Field(default=None, alias="filter[parentId]")


class RunsQuery(PageQuery):
    """GET /api/connections/{connectionKey}/tasks/{taskId}/runs."""

    sort: Annotated[list[Annotated[str, StringConstraints(pattern=_RUN_SORT)]], REPEATED] = Field(
        default_factory=newest_first, min_length=1, max_length=3
    )
    status: Status | None = Field(default=None, alias="filter[status]")
