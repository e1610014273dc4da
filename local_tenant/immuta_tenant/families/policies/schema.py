"""What requests about policies must look like, except the policies themselves (`schema_v2`, `schema_v1`)."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, RootModel

from immuta_tenant.paging import SortOrder
from immuta_tenant.validation import Body, Query, QueryBool, QueryInt, QueryIntList

PolicyType = Literal["data", "subscription"]
Scope = Literal["global", "local"]


class PolicyBody(RootModel[dict[str, Any]]):
    """A policy. What it must look like depends on the API and on the tenant's settings, so its handler looks closer."""


class SaveQuery(Query):
    """POST /api/v2/policy."""

    dryRun: QueryBool = False
    reCertify: QueryBool = False


class ListQuery(Query):
    """GET /policy/global."""

    offset: QueryInt = Field(default=0, ge=0)
    size: QueryInt = Field(default=10, ge=0)
    sortField: Literal["name", "createdAt"] = "createdAt"
    sortOrder: SortOrder = "desc"
    searchText: str | None = None
    type: PolicyType | None = None
    scope: Scope | None = None
    nameOnly: QueryBool = False
    templates: QueryBool | None = None
    ignoreStaged: QueryBool = False


class SearchQuery(Query):
    """POST /policy/search."""

    offset: QueryInt = Field(default=0, ge=0)
    size: QueryInt = Field(default=10, ge=0)
    sortField: Literal["name", "createdBy", "createdAt", "state", "isNotApplied", "scope"] = "createdAt"
    sortOrder: SortOrder = "desc"
    searchText: str | None = None
    type: PolicyType | None = None
    scope: Scope | None = None
    countOnly: QueryBool = False
    mode: Literal["similarPolicies", "impactedUsers", "impactedDataSources"] | None = None
    excludedPolicies: QueryIntList = Field(default_factory=list)
    globalPolicyIds: QueryIntList = Field(default_factory=list)


class SearchBody(Body):
    """POST /policy/search: facets, whose form is not documented."""

    model_config = ConfigDict(extra="allow")


class ApplyBody(Body):
    """POST /policy/global/applyPolicy."""

    policyId: int
    dataSourceId: int
    merged: bool = False


class HandlerReference(Body):
    """The handler version that a write starts from."""

    handlerId: int | None = None
    previousHandlerId: int | None = None
    dataSourceId: int | None = None
    visibilitySchema: dict[str, Any] | None = None


class HandlerBody(Body):
    """POST and PUT /policy/handler/{dataSourceId}."""

    jsonPolicies: list[dict[str, Any]]
    dataSourcePolicyHandler: HandlerReference


class PoliciesQuery(Query):
    """GET /policy/dataSourcePolicies/{dataSourceId}."""

    retrieveAll: QueryBool = False
    excludeGlobal: QueryBool = False


class DifferenceQuery(Query):
    """GET /policy/diff/{dataSourceId}."""

    previousHandlerId: QueryInt | None = None
    currentHandlerId: QueryInt | None = None
