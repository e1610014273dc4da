"""What requests about purposes must look like."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Literal

from pydantic import Field

from immuta_tenant.paging import SortOrder
from immuta_tenant.validation import Body, Name, NotNull, Query, QueryBool, QueryInt

NoiseReduction = Literal["None", "Very Small", "Small", "Medium", "Large"]


class V2Subpurpose(Body):
    """A member of `subpurposes` in POST /api/v2/purpose; its name is the full dotted one."""

    name: Name
    description: str = ""
    acknowledgement: str = ""


class V2Body(Body):
    """POST /api/v2/purpose."""

    name: Name
    description: str = ""
    acknowledgement: str = ""
    kAnonNoiseReduction: NotNull[NoiseReduction] = None
    subpurposes: list[V2Subpurpose] = Field(default_factory=list)


class V2Query(Query):
    """POST /api/v2/purpose."""

    dryRun: QueryBool = False
    reAcknowledgeRequired: QueryBool = False


class PolicyMetadata(Body):
    """`policyMetadata` of the V1 API: settings of policy adjustments."""

    kAnonNoiseReduction: NoiseReduction | None = None
    allowUnmaskedKAnon: bool | None = None
    adjustmentCertificationText: str | None = None
    isHED: bool | None = None
    adjustmentRequiresDataSourceTag: str | None = None


class V1Attributes(Body):
    """What create and update of the V1 API have in common."""

    acknowledgement: str | None = None
    description: str | None = None
    displayAcknowledgement: bool = True
    policyMetadata: PolicyMetadata | None = None


class V1Subpurpose(V1Attributes):
    """A member of `subpurposes` in POST /governance/purpose; its name is the full dotted one."""

    name: Name


class V1CreateBody(V1Attributes):
    """POST /governance/purpose. `id`, `deleted` and `staged` are documented without a meaning: taken, not used."""

    name: Name
    id: int | None = None
    deleted: bool = False
    staged: bool = False
    subpurposes: list[V1Subpurpose] = Field(default_factory=list)


class V1UpdateBody(V1Attributes):
    """PUT /governance/purpose/{purposeId}."""

    name: Name | None = None
    reAcknowledge: bool = False
    applyToSubpurposes: bool = False


class SearchQuery(Query):
    """GET /governance/purpose."""

    offset: QueryInt = Field(default=0, ge=0)
    size: QueryInt = Field(default=50, ge=1)
    noLimit: QueryBool = False
    sortField: Literal["name", "updatedAt", "createdAt"] = "name"
    sortOrder: SortOrder = "asc"
    searchText: str | None = None
    strictSearch: QueryBool = False
    root: str | None = None
    getAffectedCount: QueryBool = False
    includeDeleted: QueryBool = False


class ReadQuery(Query):
    """GET /governance/purpose/{purposeId}."""

    includeSubpurposes: QueryBool = False
