"""What a policy in the V1 API must look like, in the house spelling of what no document spells.

Other spellings are translated before (`shapes`). A policy is accepted the way it was read, so server attributes may
stand in a body; they are not honoured.
"""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from immuta_tenant.families.policies.schema_rules import Number, Text, variant
from immuta_tenant.families.policies.schema_v1_parts import (
    Column,
    ConditionSet,
    FieldSet,
    Masking,
    Operator,
    PurposeSet,
    RegexOf,
    V1Tag,
)
from immuta_tenant.families.policies.schema_v2 import Certification, Moment
from immuta_tenant.validation import VARIANT, Body, NotNull

# Rules.


class _Rule(Body):
    exceptions: ConditionSet | None = None
    inclusions: ConditionSet | None = None
    # Visibility reports put it on rules.
    ruleAppliedForUser: bool | None = None


class MaskingConfig(Body):
    """Config of a `masking` rule."""

    fields: list[Column] = Field(min_length=1)
    maskingConfig: Masking
    conditionalPredicate: NotNull[Text] = None


class MaskingRule(_Rule):
    """Mask columns."""

    type: Literal["masking"]
    config: MaskingConfig


class PrerequisiteConfig(Body):
    """Config of a `prerequisite` rule."""

    qualifications: PurposeSet


class PrerequisiteRule(_Rule):
    """Ask for a purpose."""

    type: Literal["prerequisite"]
    config: PrerequisiteConfig


class RowColumn(Body):
    """The column of a row restriction by values."""

    type: Literal["tag"]
    name: Text


class VisibilityConfig(Body):
    """Config of a `visibility` rule: qualifications, or a column and values."""

    predicate: str | None = None
    qualifications: NotNull[FieldSet] = None
    column: NotNull[RowColumn] = None
    values: Any = None
    invert: bool = False

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.qualifications is None) == (self.column is None):
            raise PydanticCustomError("form", "must have qualifications")
        return self


class VisibilityRule(_Rule):
    """Show rows that match the user's groups or attributes."""

    type: Literal["visibility"]
    config: VisibilityConfig


class WhereConfig(Body):
    """Config of a `customWhere` rule."""

    predicate: Text


class WhereRule(_Rule):
    """Show rows for which an expression holds."""

    type: Literal["customWhere"]
    config: WhereConfig


class TimeConfig(Body):
    """Config of a `time` rule, in seconds."""

    isOlderOrNewer: Literal["newer", "older"] = "newer"
    time: int


class TimeRule(_Rule):
    """Show rows of a certain age."""

    type: Literal["time"]
    config: TimeConfig


class MinimizationConfig(Body):
    """Config of a `minimization` rule."""

    percent: Number
    hashPhrase: str | None = None


class MinimizationRule(_Rule):
    """Show a share of the rows."""

    type: Literal["minimization"]
    config: MinimizationConfig


class OtherRule(_Rule):
    """Rules of which the documents know the name alone: their config is kept as it is."""

    type: Literal["exemption", "external", "showRowsNever", "differentialPrivacy"]
    config: dict[str, Any] = Field(default_factory=dict)


Rule = Annotated[
    Annotated[MaskingRule, Tag(f"{VARIANT}masking")]
    | Annotated[PrerequisiteRule, Tag(f"{VARIANT}prerequisite")]
    | Annotated[VisibilityRule, Tag(f"{VARIANT}visibility")]
    | Annotated[WhereRule, Tag(f"{VARIANT}customWhere")]
    | Annotated[TimeRule, Tag(f"{VARIANT}time")]
    | Annotated[MinimizationRule, Tag(f"{VARIANT}minimization")]
    | Annotated[OtherRule, Tag(f"{VARIANT}exemption")]
    | Annotated[OtherRule, Tag(f"{VARIANT}external")]
    | Annotated[OtherRule, Tag(f"{VARIANT}showRowsNever")]
    | Annotated[OtherRule, Tag(f"{VARIANT}differentialPrivacy")],
    Discriminator(variant),
]
ActionType = Literal[
    "masking", "prerequisite", "rowOrObjectRestriction", "time", "minimization", "visibility", "customWhere",
    "exemption", "external", "showRowsNever", "differentialPrivacy",
]  # fmt: skip


class DataAction(Body):
    """An action of a global data policy."""

    type: ActionType
    rules: list[Rule] = Field(min_length=1)
    description: str | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        rows = ("rowOrObjectRestriction", "visibility", "customWhere")
        if self.type not in rows and any(rule.type != self.type for rule in self.rules):
            raise PydanticCustomError("kinds", "must have rules of the kind of the action")
        if self.type in rows and any(rule.type in ("masking", "prerequisite") for rule in self.rules):
            raise PydanticCustomError("kinds", "must have rules of the kind of the action")
        return self


class Approval(Body):
    """Who has to agree to a subscription."""

    requiredPermission: Text
    specificApproverRequired: bool
    ownerModelId: int | None = None
    ownerModelName: str | None = None


class SubscriptionAction(Body):
    """The action of a global subscription policy."""

    type: Literal["subscription"]
    subscriptionType: Literal["automatic", "approval", "policy", "manual"]
    accessGrant: Literal["READ", "WRITE"] = "READ"
    description: str | None = None
    exceptions: NotNull[ConditionSet] = None
    advanced: NotNull[Text] = None
    approvals: NotNull[Annotated[list[Approval], Field(min_length=1)]] = None
    allowDiscovery: bool = False
    shareResponsibility: bool = False
    automaticSubscription: bool = False

    @model_validator(mode="after")
    def _parts(self) -> Self:
        kind = self.subscriptionType
        if (kind == "policy") != (self.exceptions is not None or self.advanced is not None):
            raise PydanticCustomError("parts", "must have exceptions exactly when its subscriptionType is policy")
        if self.exceptions is not None and self.advanced is not None:
            raise PydanticCustomError("parts", "must not have both exceptions and an expression")
        if (kind == "approval") != (self.approvals is not None):
            raise PydanticCustomError("parts", "must have approvals exactly when its subscriptionType is approval")
        if kind == "manual" and (self.shareResponsibility or self.automaticSubscription):
            raise PydanticCustomError("parts", "must not subscribe by itself when its subscriptionType is manual")
        return self


# Circumstances.


class _Circumstance(Body):
    operator: Operator = "or"


class TagsCircumstance(_Circumstance):
    """Data sources that are tagged so."""

    type: Literal["tags"]
    tag: V1Tag


class ColumnTagsCircumstance(_Circumstance):
    """Data sources with a column that is tagged so."""

    type: Literal["columnTags"]
    columnTag: V1Tag


class ColumnRegexCircumstance(_Circumstance):
    """Data sources with a column whose name matches."""

    type: Literal["columnRegex"]
    columnRegex: RegexOf


class TaggedCircumstance(_Circumstance):
    """Data sources with any tag, or with none."""

    type: Literal["anyTag", "noTags"]


class TimeCircumstance(_Circumstance):
    """Data sources that were created in a span of time."""

    type: Literal["time"]
    startDate: Moment
    endDate: Moment | None = None


class ServerCircumstance(_Circumstance):
    """Data sources on one server."""

    type: Literal["server"]
    server: Text


class V1Domain(Body):
    """A domain."""

    id: NotNull[Text] = None
    name: NotNull[Text] = None


class DomainsCircumstance(_Circumstance):
    """Data sources in one of the domains."""

    type: Literal["domains"]
    domains: list[V1Domain] = Field(min_length=1)


Circumstance = Annotated[
    Annotated[TagsCircumstance, Tag(f"{VARIANT}tags")]
    | Annotated[ColumnTagsCircumstance, Tag(f"{VARIANT}columnTags")]
    | Annotated[ColumnRegexCircumstance, Tag(f"{VARIANT}columnRegex")]
    | Annotated[TaggedCircumstance, Tag(f"{VARIANT}anyTag")]
    | Annotated[TaggedCircumstance, Tag(f"{VARIANT}noTags")]
    | Annotated[TimeCircumstance, Tag(f"{VARIANT}time")]
    | Annotated[ServerCircumstance, Tag(f"{VARIANT}server")]
    | Annotated[DomainsCircumstance, Tag(f"{VARIANT}domains")],
    Discriminator(variant),
]


# Policies.


class _OwnerUser(Body):
    iamid: Text
    username: Text


class OwnerRestrictions(Body):
    """Whose data sources a policy is for."""

    users: list[_OwnerUser] = Field(default_factory=list)
    groups: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.users and not self.groups:
            raise PydanticCustomError("owners", "must name at least one user or group")
        return self


class _Policy(Body):
    name: Text
    policyKey: NotNull[Text] = None
    template: bool = False
    staged: bool
    circumstances: Annotated[list[Circumstance], Field(min_length=1)] | None = None
    certification: Certification | None = None
    ownerRestrictions: OwnerRestrictions | None = None
    # What the server sets; a policy is taken back as it was read.
    id: int | None = None
    metadata: dict[str, Any] | None = None
    clonedFrom: int | None = None
    systemGenerated: bool | None = None
    deleted: bool | None = None
    createdBy: int | None = None
    createdByName: str | None = None
    createdAt: str | None = None
    updatedAt: str | None = None


class V1DataPolicy(_Policy):
    """A global data policy."""

    type: Literal["data"]
    actions: list[DataAction] = Field(min_length=1)


class V1SubscriptionPolicy(_Policy):
    """A global subscription policy."""

    type: Literal["subscription"]
    actions: list[SubscriptionAction] = Field(min_length=1, max_length=1)
    certification: None = None


class LocalPolicy(DataAction):
    """A local policy of a data source; those that a global policy drives may be sent back."""

    createdAt: str | None = None
    createdBy: int | None = None
    policyHash: str | None = None
    immutable: bool | None = None
    global_: dict[str, Any] | None = Field(default=None, alias="global")
