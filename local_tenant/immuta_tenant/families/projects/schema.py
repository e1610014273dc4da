"""What requests about projects must look like, apart from the bodies of the V2 API."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from immuta_tenant.families.tags.schema import AttachedTag
from immuta_tenant.paging import SortOrder
from immuta_tenant.validation import Body, Name, NotNull, Query, QueryBool, QueryInt, QueryIntList, QueryList

MemberState = Literal["owner", "not_subscribed", "pending", "subscribed", "expert"]
SubscriptionType = Literal["automatic", "approval", "policy", "manual"]
Status = Literal["open", "closed"]


class ApproverRequirement(Body):
    """A member of `approvals`: who has to agree."""

    requiredPermission: Name
    specificApproverRequired: bool
    specificApprover: int | None = None
    ownerModelId: int | None = None
    ownerModelName: str | None = None


class ConditionGroup(Body):
    """The group of a condition."""

    name: Name
    id: int | None = None
    iam: str | None = None


class ConditionAuthorization(Body):
    """The attribute of a condition."""

    auth: Name
    value: str
    iam: str | None = None


class Condition(Body):
    """A condition on a group or on an attribute."""

    type: Literal["groups", "authorizations"]
    group: NotNull[ConditionGroup] = None
    authorization: NotNull[ConditionAuthorization] = None
    field: NotNull[str] = None


class Conditions(Body):
    """Conditions of a V1 subscription policy."""

    operator: Literal["and", "or"]
    conditions: list[Condition] = Field(min_length=1)


class V1SubscriptionPolicy(Body):
    """`subscriptionPolicy` of the V1 API."""

    type: Literal["subscription"] = "subscription"
    subscriptionType: NotNull[SubscriptionType] = None
    automaticSubscription: NotNull[bool] = None
    allowDiscovery: NotNull[bool] = None
    shareResponsibility: NotNull[bool] = None
    description: NotNull[str] = None
    advanced: NotNull[Name] = None
    exceptions: NotNull[Conditions] = None
    approvals: NotNull[list[ApproverRequirement]] = None


class V1Snowflake(Body):
    """`snowflake` of the V1 API: a Snowflake workspace."""

    enabled: bool
    schema_: NotNull[str] = Field(default=None, alias="schema")
    hostname: NotNull[str] = None
    warehouses: NotNull[list[str]] = None


class V1Workspace(Body):
    """`workspace` of the V1 API, as far as a client writes it."""

    db: Name
    enabled: bool
    type: NotNull[str] = None
    scheme: NotNull[str] = None
    name: NotNull[str] = None
    directory: NotNull[str] = None
    directoryAlias: NotNull[str] = None
    configuration: NotNull[dict[str, Any]] = None


class V1Equalization(Body):
    """`equalization` of the V1 API."""

    recommended: NotNull[Conditions | Literal["project_equalization_no_min_auths"]] = None
    authsForPolicyHandler: NotNull[dict[str, Any]] = None
    validationFrequency: NotNull[int] = None
    setNone: NotNull[bool] = None
    createdAt: NotNull[str] = None


class V1Attributes(Body):
    """What create and update of the V1 API have in common; an attribute that is not sent stays as it is."""

    description: str | None = None
    documentation: str | None = None
    allowMaskedJoins: bool = False
    subscriptionType: SubscriptionType = "manual"
    subscriptionPolicy: V1SubscriptionPolicy | None = None
    equalization: V1Equalization | None = None
    workspace: V1Workspace | None = None
    snowflake: V1Snowflake | None = None
    type: str | None = None
    tags: list[AttachedTag] = Field(default_factory=list)
    purposes: list[int] = Field(default_factory=list)
    stagedPurposes: list[int] = Field(default_factory=list)
    dataSources: list[int] = Field(default_factory=list)


class V1CreateBody(V1Attributes):
    """POST /project. `id` and the times are documented, taken and not used: the server assigns them."""

    name: Name
    status: Status
    projectKey: NotNull[Name] = None
    id: int | None = None
    createdAt: str | None = None
    updatedAt: str | None = None
    deleted: Literal[False] = False


class V1UpdateBody(V1Attributes):
    """PUT /project/{projectId}. A project cannot be disabled this way, only enabled again."""

    name: NotNull[Name] = None
    status: NotNull[Status] = None
    deleted: NotNull[Literal[False]] = None


class UpdateQuery(Query):
    """PUT /project/{projectId}."""

    deleteDataSources: QueryBool = False


class ReadQuery(Query):
    """GET /project/{projectId}."""

    checkForSqlAccount: QueryBool = True


class SearchQuery(Query):
    """GET /project. Of the modes, only the full answer has a documented shape."""

    offset: QueryInt = Field(default=0, ge=0)
    size: QueryInt = Field(default=10, ge=1)
    sortField: str = "name"
    sortOrder: SortOrder = "asc"
    subscription: QueryList = Field(default_factory=list)
    status: QueryList = Field(default_factory=list)
    searchText: str | None = None
    nameOnly: QueryBool = False
    tag: QueryList = Field(default_factory=list)
    isEqualized: QueryBool | None = None
    snowflake: QueryBool | None = None
    dataSourceId: QueryInt | None = None
    mode: Literal["0"] = "0"


class ActivityQuery(Query):
    """GET /project/{projectId}/activity."""

    offset: QueryInt = Field(default=0, ge=0)
    size: QueryInt = Field(default=15, ge=1)


class MembersQuery(Query):
    """GET /project/{projectId}/members."""

    offset: QueryInt = Field(default=0, ge=0)
    size: QueryInt = Field(default=15, ge=1)
    sortField: Literal["name", "email", "state", "expiration", "type"] = "name"
    sortOrder: SortOrder = "asc"
    searchText: str | None = None
    approved: QueryBool | None = None
    checkDataSources: QueryBool = False
    expandGroups: QueryBool = False


class AddMemberBody(Body):
    """POST /project/{projectId}/members."""

    profileId: NotNull[int] = None
    groupId: NotNull[int] = None
    state: MemberState = "subscribed"
    expiration: str | None = None
    approvals: list[ApproverRequirement] = Field(default_factory=list)


class UpdateMemberBody(Body):
    """PUT /project/{projectId}/members/{subscriptionId}."""

    state: MemberState
    expiration: str | None = None


class AcknowledgeBody(Body):
    """POST /project/{projectId}/members/{subscriptionId}/acknowledge."""

    text: str | None = None


class DataSourcesQuery(Query):
    """GET /project/{projectId}/dataSources."""

    offset: QueryInt = Field(default=0, ge=0)
    size: QueryInt = Field(default=15, ge=1)
    searchText: str | None = None
    sortField: Literal["addedBy", "addedOn", "dataSourceName"] = "dataSourceName"
    sortOrder: SortOrder = "asc"
    unsubscribed: QueryBool | None = None
    subscription: QueryList = Field(default_factory=list)


class AddDataSourcesBody(Body):
    """POST /project/{projectId}/dataSources."""

    dataSourceIds: list[int] = Field(min_length=1)
    comment: str | None = None


class RemoveDataSourcesQuery(Query):
    """DELETE /project/{projectId}/dataSources."""

    ids: QueryIntList = Field(min_length=1)


class CommentBody(Body):
    """PUT /project/{projectId}/dataSources/{dataSourceId}."""

    comment: str


class DeleteByKeyQuery(Query):
    """DELETE /api/v2/project/{projectKey}."""

    dryRun: QueryBool = False
    hardDelete: QueryBool = False


class SaveQuery(Query):
    """POST /api/v2/project."""

    dryRun: QueryBool = False
    deleteDataSourcesOnWorkspaceDelete: QueryBool = False
