"""What requests about data sources must look like."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Literal

from pydantic import Field

from immuta_tenant.paging import SortOrder
from immuta_tenant.validation import Query, QueryBool, QueryInt, QueryIntList, QueryList


class ByPurposesQuery(Query):
    """GET /dataSource/byPurposes."""

    purposes: QueryList = Field(min_length=1)
    excludedProjects: QueryIntList = Field(default_factory=list)


class SearchQuery(Query):
    """GET /dataSource: the documented parameters that the tenant can answer."""

    searchText: str | None = None
    nameOnly: QueryBool = False
    dataSourceIds: QueryIntList = Field(default_factory=list)
    connectionString: QueryList = Field(default_factory=list)
    column: QueryList = Field(default_factory=list)
    tag: QueryList = Field(default_factory=list)
    globalPolicy: str | None = None
    collectionId: str | None = None
    offset: QueryInt = Field(default=0, ge=0)
    size: QueryInt = Field(default=10, ge=0)
    sortField: Literal["createdAt", "name", "blobHandlerType", "policy"] = "name"
    sortOrder: SortOrder = "asc"
