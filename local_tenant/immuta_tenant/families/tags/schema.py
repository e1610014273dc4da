"""What requests about tags must look like."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel, StringConstraints

from immuta_tenant.validation import Body, Query, QueryBool, QueryInt, QueryList

TagName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class SavedTag(Body):
    """A tag of POST /tag; with an id it is renamed."""

    name: TagName
    id: int | None = None


class RootTag(Body):
    """The existing parent below which POST /tag works."""

    name: TagName
    source: Literal["curated"] = "curated"
    deleteHierarchy: bool = False


class SaveBody(Body):
    """POST /tag."""

    tags: list[SavedTag] = Field(min_length=1)
    rootTag: RootTag | None = None


class AttachedTag(Body):
    """A tag of POST /tag/{modelType}/{modelId}, and of V1 project bodies; a tag as it was read is taken back."""

    name: TagName
    source: str | None = None
    id: int | None = None
    displayName: str | None = None
    deleted: bool | None = None
    systemCreated: bool | None = None
    createdBy: int | None = None
    createdAt: str | None = None
    updatedAt: str | None = None
    addedBy: int | None = None
    hasLeafNodes: bool | None = None
    context: Literal["sdd", "catalog", "schemaEvolution", "lineage", "manual", "framework"] | None = None


class AttachBody(RootModel[list[AttachedTag]]):
    """POST /tag/{modelType}/{modelId}: an array."""


class SearchQuery(Query):
    """GET /tag."""

    searchText: str | None = None
    source: str | None = None
    excludedSource: str | None = None
    includeAllSystemTags: QueryBool = False
    excludedHierarchies: QueryList = Field(default_factory=list)
    limit: QueryInt | None = Field(default=None, ge=1)


class DeleteQuery(Query):
    """DELETE /tag/{tag}."""

    deleteHierarchy: QueryBool = False
