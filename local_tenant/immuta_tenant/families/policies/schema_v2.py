"""What the body of POST /api/v2/policy must look like: the complete desired state of one global policy."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, RootModel, StringConstraints, Tag, model_validator
from pydantic_core import PydanticCustomError

from immuta_tenant.families.policies.schema_rules import (
    ColumnSelector,
    Number,
    PurposeRestriction,
    RowRestriction,
    RowWhere,
    RuleUsers,
    Text,
    V2Masking,
    variant,
)
from immuta_tenant.validation import VARIANT, Body, NotNull

Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def require_operator(members: int, operator: object, what: str) -> None:
    """Refuse two or more members without an operator: what it would be by default is written nowhere."""
    if members > 1 and operator is None:
        raise PydanticCustomError("operator", "must say {what} when there are two or more", {"what": what})


# Circumstances.


class TagsCircumstance(Body):
    """Data sources that are tagged so."""

    type: Literal["tags"]
    tag: Text


class ColumnTagsCircumstance(Body):
    """Data sources with a column that is tagged so."""

    type: Literal["columnTags"]
    columnTag: Text


class ColumnRegexCircumstance(Body):
    """Data sources with a column whose name matches."""

    type: Literal["columnRegex"]
    regex: Text
    caseInsensitive: bool


class TaggedCircumstance(Body):
    """Data sources with any tag, or with none."""

    type: Literal["anyTag", "noTags"]


class TimeCircumstance(Body):
    """Data sources that were created in a span of time."""

    type: Literal["time"]
    startDate: Moment
    endDate: Moment | None = None


class ServerCircumstance(Body):
    """Data sources on one server."""

    type: Literal["server"]
    server: Text


class DomainReference(Body):
    """A domain by name or by id."""

    id: NotNull[Text] = None
    name: NotNull[Text] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.id is None) == (self.name is None):
            raise PydanticCustomError("domain", "must have exactly one of id, name")
        return self


class DomainsCircumstance(Body):
    """Data sources in one of the domains."""

    type: Literal["domains"]
    domains: list[DomainReference] = Field(min_length=1)


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


# Subscription actions.


class Approval(Body):
    """Who has to agree to a subscription."""

    requiredPermission: Text
    specificApproverRequired: bool


class EntitledAttribute(Body):
    """An attribute that entitles to a subscription."""

    name: Text
    value: Text


class Entitlements(Body):
    """Groups and attributes that entitle to a subscription."""

    operator: NotNull[Literal["any", "all"]] = None
    groups: list[Text] = Field(default_factory=list)
    attributes: list[EntitledAttribute] = Field(default_factory=list)

    @model_validator(mode="after")
    def _something_entitles(self) -> Self:
        members = len(self.groups) + len(self.attributes)
        if not members:
            raise PydanticCustomError("entitlements", "must name at least one group or attribute")
        require_operator(members, self.operator, "its operator")
        return self


class _SubscriptionAction(Body):
    description: str | None = None
    accessGrant: Literal["READ", "WRITE"] = "READ"


class Anyone(_SubscriptionAction):
    """Everybody may subscribe."""

    type: Literal["anyone"]
    automaticSubscription: bool = False
    shareResponsibility: bool = False


class ByApproval(_SubscriptionAction):
    """Somebody has to agree."""

    type: Literal["approval"]
    approvals: list[Approval] = Field(min_length=1)
    shareResponsibility: bool = False


class ByEntitlements(_SubscriptionAction):
    """Groups and attributes, or an expression about them, decide."""

    type: Literal["entitlements"]
    entitlements: NotNull[Entitlements] = None
    advanced: NotNull[Text] = None
    automaticSubscription: bool = False
    allowDiscovery: bool = False
    shareResponsibility: bool = False

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.entitlements is None) == (self.advanced is None):
            raise PydanticCustomError("entitlements", "must have exactly one of entitlements, advanced")
        return self


class Manual(_SubscriptionAction):
    """Owners add people by hand."""

    type: Literal["manual"]


SubscriptionAction = Annotated[
    Annotated[Anyone, Tag(f"{VARIANT}anyone")]
    | Annotated[ByApproval, Tag(f"{VARIANT}approval")]
    | Annotated[ByEntitlements, Tag(f"{VARIANT}entitlements")]
    | Annotated[Manual, Tag(f"{VARIANT}manual")],
    Discriminator(variant),
]


# Data actions.


class _Rule(Body):
    exceptions: RuleUsers | None = None
    inclusions: RuleUsers | None = None


class MaskingConfig(Body):
    """Which columns are masked, how, and in which rows."""

    fields: list[ColumnSelector] = Field(min_length=1)
    maskingConfig: V2Masking
    conditionalPredicate: NotNull[Text] = None


class MaskingRule(_Rule):
    """Mask columns."""

    type: str
    config: MaskingConfig


class MinimizationConfig(Body):
    """The share of rows that is shown, in percent."""

    percent: Number


class MinimizationRule(_Rule):
    """Show a share of the rows."""

    type: str
    config: MinimizationConfig


class PurposeRule(_Rule):
    """Ask for a purpose."""

    type: str
    config: PurposeRestriction


class TimeConfig(Body):
    """How old or new, in seconds."""

    isOlderOrNewer: Literal["newer", "older"]
    time: int


class TimeRule(_Rule):
    """Show rows of a certain age."""

    type: str
    config: TimeConfig


class RowRule(_Rule):
    """Show rows that match the user's groups or attributes."""

    type: str
    config: RowRestriction


class WhereRule(_Rule):
    """Show rows for which an expression holds."""

    type: str
    config: RowWhere


def _rule_type(value: Any) -> str | None:
    kind = value.get("type") if isinstance(value, dict) else None
    return f"{VARIANT}{kind.lower()}" if isinstance(kind, str) else variant(value)


Rule = Annotated[
    Annotated[MaskingRule, Tag(f"{VARIANT}masking")]
    | Annotated[MinimizationRule, Tag(f"{VARIANT}minimization")]
    | Annotated[PurposeRule, Tag(f"{VARIANT}purpose restriction")]
    | Annotated[TimeRule, Tag(f"{VARIANT}time restriction")]
    | Annotated[RowRule, Tag(f"{VARIANT}row restriction by user entitlements")]
    | Annotated[WhereRule, Tag(f"{VARIANT}row restriction by custom where clause")],
    Discriminator(_rule_type),
]


class DataAction(Body):
    """Rules that form a chain."""

    rules: list[Rule] = Field(min_length=1)
    description: str | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        # Both kinds of row rules make the same kind of action; others are never seen side by side.
        kinds = {RowRule if isinstance(rule, WhereRule) else type(rule) for rule in self.rules}
        if len(kinds) > 1:
            raise PydanticCustomError("kinds", "must have rules of one kind; use an action for each")
        return self


# The policy.


class OwnerUser(Body):
    """An owner of data sources."""

    iamid: Text
    username: Text


class OwnerRestrictions(Body):
    """Whose data sources a policy is for."""

    users: list[OwnerUser] = Field(default_factory=list)
    groups: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.users and not self.groups:
            raise PydanticCustomError("owners", "must name at least one user or group")
        return self


class Certification(Body):
    """What data owners certify."""

    label: str
    text: str
    tags: list[Text]
    recertify: bool = False


class _Policy(Body):
    policyKey: Text
    name: Text
    template: bool = False
    staged: bool = False
    circumstances: NotNull[Annotated[list[Circumstance], Field(min_length=1)]] = None
    circumstanceOperator: NotNull[Annotated[Literal["all", "any"], BeforeValidator(_folded)]] = None
    ownerRestrictions: OwnerRestrictions | None = None

    @model_validator(mode="after")
    def _operator(self) -> Self:
        require_operator(len(self.circumstances or ()), self.circumstanceOperator, "its circumstanceOperator")
        return self


class SubscriptionPolicy(_Policy):
    """Who may subscribe."""

    type: Literal["subscription"]
    actions: SubscriptionAction


class DataPolicy(_Policy):
    """What a subscriber sees."""

    type: Literal["data"]
    actions: list[DataAction] = Field(min_length=1)
    certification: Certification | None = None


class V2Policy(
    RootModel[
        Annotated[
            Annotated[SubscriptionPolicy, Tag(f"{VARIANT}subscription")] | Annotated[DataPolicy, Tag(f"{VARIANT}data")],
            Discriminator(variant),
        ]
    ]
):
    """POST /api/v2/policy."""
