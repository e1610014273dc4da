"""What requests about data sources must look like."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from pydantic import Field

from immuta_tenant.validation import Query, QueryIntList, QueryList


class ByPurposesQuery(Query):
    """GET /dataSource/byPurposes."""

    purposes: QueryList = Field(min_length=1)
    excludedProjects: QueryIntList = Field(default_factory=list)
