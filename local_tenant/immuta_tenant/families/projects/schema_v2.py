"""What the body of POST /api/v2/project must look like: the complete desired state of one project."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator
from pydantic_core import PydanticCustomError

from immuta_tenant.validation import VARIANT, Body, Name, NotNull

Key = Annotated[str, StringConstraints(min_length=1)]


def _variant(value: Any) -> str | None:
    return f"{VARIANT}{value['type']}" if isinstance(value, dict) and "type" in value else None


class Approval(Body):
    """Who has to agree to a subscription."""

    requiredPermission: Name
    specificApproverRequired: bool


class EntitledAttribute(Body):
    """An attribute that entitles to a subscription."""

    name: Name
    value: Name


class Entitlements(Body):
    """Groups and attributes that entitle to a subscription."""

    operator: Literal["any", "all"] = "any"
    groups: list[Name] = Field(default_factory=list)
    attributes: list[EntitledAttribute] = Field(default_factory=list)

    @model_validator(mode="after")
    def _something_entitles(self) -> Self:
        if not self.groups and not self.attributes:
            raise PydanticCustomError("entitlements", "must name at least one group or attribute")
        return self


class Anyone(Body):
    """Anybody may join, or everybody is subscribed at once."""

    type: Literal["anyone"]
    automaticSubscription: bool = False
    description: str = ""


class ByApproval(Body):
    """One joins after an approval."""

    type: Literal["approval"]
    approvals: list[Approval] = Field(min_length=1)
    description: str = ""


class ByEntitlements(Body):
    """Those join who have the groups or attributes; an expression (`advanced`) may stand in their place."""

    type: Literal["entitlements"]
    automaticSubscription: bool = False
    allowDiscovery: bool = False
    entitlements: NotNull[Entitlements] = None
    advanced: NotNull[Name] = None
    description: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.entitlements is None) == (self.advanced is None):
            raise PydanticCustomError("entitlements", "must have exactly one of [entitlements, advanced]")
        return self


class Manual(Body):
    """Members are added by hand."""

    type: Literal["manual"]
    description: str = ""


SubscriptionPolicy = Annotated[
    Annotated[Anyone, Tag(f"{VARIANT}anyone")]
    | Annotated[ByApproval, Tag(f"{VARIANT}approval")]
    | Annotated[ByEntitlements, Tag(f"{VARIANT}entitlements")]
    | Annotated[Manual, Tag(f"{VARIANT}manual")],
    Discriminator(_variant),
]


class DatabricksConfig(Body):
    """Where a Databricks workspace lives."""

    database: Name
    directory: Name
    workspaceConfigurationName: Name


class SnowflakeConfig(Body):
    """Where a Snowflake workspace lives."""

    schema_: Name = Field(alias="schema")
    warehouses: list[Name] = Field(min_length=1)


class DatabricksWorkspace(Body):
    """A Databricks Spark workspace."""

    type: Literal["databricks"]
    config: DatabricksConfig


class SnowflakeWorkspace(Body):
    """A Snowflake workspace."""

    type: Literal["snowflake"]
    config: SnowflakeConfig


Workspace = Annotated[
    Annotated[DatabricksWorkspace, Tag(f"{VARIANT}databricks")]
    | Annotated[SnowflakeWorkspace, Tag(f"{VARIANT}snowflake")],
    Discriminator(_variant),
]


class V2Body(Body):
    """POST /api/v2/project. The table of the documents and its examples spell one attribute differently."""

    projectKey: Key
    name: Name
    description: str = ""
    documentation: str = ""
    allowMaskedJoins: NotNull[bool] = None
    allowedMaskedJoins: NotNull[bool] = None
    purposes: list[Name] = Field(default_factory=list)
    datasources: list[Name] = Field(default_factory=list)
    tags: list[Name] = Field(default_factory=list)
    subscriptionPolicy: NotNull[SubscriptionPolicy] = None
    workspace: NotNull[Workspace] = None
    equalization: bool = False

    @model_validator(mode="after")
    def _one_spelling(self) -> Self:
        spellings = {self.allowMaskedJoins, self.allowedMaskedJoins} - {None}
        if len(spellings) > 1:
            raise PydanticCustomError("spelling", "must not have allowMaskedJoins and allowedMaskedJoins that differ")
        return self

    @property
    def masked_joins(self) -> bool:
        """Whether masked columns may be joined, whichever way it was spelled."""
        return bool(self.allowMaskedJoins or self.allowedMaskedJoins)
