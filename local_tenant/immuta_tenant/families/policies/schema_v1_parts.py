"""The parts of policies in the V1 API: tags, conditions, choices of columns, ways of masking."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from immuta_tenant.families.policies.schema_rules import Number, Text, TimePrecision, variant
from immuta_tenant.validation import VARIANT, Body, NotNull

Operator = Literal["and", "or"]


class V1Tag(Body):
    """A tag, the way the API shows it; the name alone counts, on columns also the source."""

    name: Text
    displayName: str | None = None
    hasLeafNodes: bool | None = None
    source: str | None = None
    id: int | None = None


# Conditions.


class Group(Body):
    """A group by name, possibly of one identity manager."""

    name: NotNull[Text] = None
    iam: str | None = None
    id: int | None = None


class Authorization(Body):
    """An attribute, with its value where the rule is about the user."""

    auth: Text
    value: NotNull[str] = None
    iam: str | None = None


def _field_form(value: Any) -> str:
    return f"{VARIANT}name" if isinstance(value, str) else f"{VARIANT}tag"


class _Condition(Body):
    field: NotNull[
        Annotated[
            Annotated[Text, Tag(f"{VARIANT}name")] | Annotated[V1Tag, Tag(f"{VARIANT}tag")], Discriminator(_field_form)
        ]
    ] = None


class GroupCondition(_Condition):
    """Members of a group; with a field: the column holds one of the user's groups."""

    type: Literal["groups"]
    group: NotNull[Group] = None


class AuthorizationCondition(_Condition):
    """Holders of an attribute; with a field: the column holds one of the user's values of it."""

    type: Literal["authorizations"]
    authorization: Authorization


class PurposeCondition(_Condition):
    """Those who act under a purpose; with a field: the column holds one of the user's purposes."""

    type: Literal["purposes"]
    value: NotNull[Text] = None


Condition = Annotated[
    Annotated[GroupCondition, Tag(f"{VARIANT}groups")]
    | Annotated[AuthorizationCondition, Tag(f"{VARIANT}authorizations")]
    | Annotated[PurposeCondition, Tag(f"{VARIANT}purposes")],
    Discriminator(variant),
]


class ConditionSet(Body):
    """Conditions about users: each has its value and no field."""

    operator: Operator
    conditions: list[Condition] = Field(min_length=1)

    @model_validator(mode="after")
    def _values(self) -> Self:
        for condition in self.conditions:
            missing = isinstance(condition, GroupCondition) and (condition.group is None or not condition.group.name)
            missing = missing or (isinstance(condition, PurposeCondition) and condition.value is None)
            if missing or condition.field is not None:
                raise PydanticCustomError("conditions", "must have conditions with a value and without a field")
        return self


class PurposeSet(ConditionSet):
    """Conditions about purposes alone."""

    @model_validator(mode="after")
    def _purposes(self) -> Self:
        if not all(isinstance(condition, PurposeCondition) for condition in self.conditions):
            raise PydanticCustomError("conditions", "must have conditions of the type purposes alone")
        return self


class FieldSet(Body):
    """Conditions about columns: each has a field and no value."""

    operator: Operator
    conditions: list[Condition] = Field(min_length=1)

    @model_validator(mode="after")
    def _fields(self) -> Self:
        if any(condition.field is None for condition in self.conditions):
            raise PydanticCustomError("conditions", "must have conditions with a field")
        return self


# Masking.


class RegexOf(Body):
    """A pattern of column names."""

    regex: Text
    caseInsensitive: bool = False


class RegexField(Body):
    """Columns whose name matches."""

    type: Literal["columnRegex"]
    columnRegex: RegexOf


class BroadField(Body):
    """Columns with any tag, with none, or all of them."""

    type: Literal["anyTag", "noTags", "allColumns"]


def _column_form(value: Any) -> str:
    if isinstance(value, str):
        return f"{VARIANT}column"
    if isinstance(value, V1Tag):
        return f"{VARIANT}tag"
    return variant(value) or f"{VARIANT}tag"


Column = Annotated[
    Annotated[V1Tag, Tag(f"{VARIANT}tag")]
    | Annotated[Text, Tag(f"{VARIANT}column")]
    | Annotated[RegexField, Tag(f"{VARIANT}columnRegex")]
    | Annotated[BroadField, Tag(f"{VARIANT}anyTag")]
    | Annotated[BroadField, Tag(f"{VARIANT}noTags")]
    | Annotated[BroadField, Tag(f"{VARIANT}allColumns")],
    Discriminator(_column_form),
]


class NoMetadata(Body):
    """For masking types without settings."""


class ConstantMetadata(Body):
    """Absent: hashed; null: nulled; else the constant."""

    constant: str | None = None


class RegexMetadata(Body):
    """Settings of `Regular Expression`."""

    regex: Text
    replacement: str
    caseInsensitive: bool = False
    global_: bool = Field(default=False, alias="global")


class GroupingMetadata(Body):
    """Settings of `Grouping`."""

    bucketSize: NotNull[Number] = None
    timePrecision: NotNull[TimePrecision] = None


class AnonymityMetadata(Body):
    """Settings of `K-Anonymization`."""

    kLevel: NotNull[int] = None
    reIdProbability: NotNull[Number] = None


class RandomMetadata(Body):
    """Settings of `Randomized Response`."""

    replacementRatePercent: NotNull[Number] = None
    stddev: NotNull[Number] = None
    clip: NotNull[bool] = None


class FunctionMetadata(Body):
    """Settings of `Custom Function`."""

    sqlFunction: Text


class _Masking(Body):
    pass


class ConstantMasking(_Masking):
    """Hash, null or constant."""

    type: Literal["Consistent Value"]
    metadata: ConstantMetadata


class PlainMasking(_Masking):
    """Masking without settings."""

    type: Literal["Reversible", "Format Preserving Masking"]
    metadata: NoMetadata


class RegexMasking(_Masking):
    """What matches is replaced."""

    type: Literal["Regular Expression"]
    metadata: RegexMetadata


class GroupingMasking(_Masking):
    """Values become those of their group."""

    type: Literal["Grouping"]
    metadata: GroupingMetadata


class AnonymityMasking(_Masking):
    """Values become coarse."""

    type: Literal["K-Anonymization"]
    metadata: AnonymityMetadata


class RandomMasking(_Masking):
    """Some values become random ones."""

    type: Literal["Randomized Response"]
    metadata: RandomMetadata


class FunctionMasking(_Masking):
    """An SQL expression of the column."""

    type: Literal["Custom Function"]
    metadata: FunctionMetadata


Masking = Annotated[
    Annotated[ConstantMasking, Tag(f"{VARIANT}Consistent Value")]
    | Annotated[PlainMasking, Tag(f"{VARIANT}Reversible")]
    | Annotated[PlainMasking, Tag(f"{VARIANT}Format Preserving Masking")]
    | Annotated[RegexMasking, Tag(f"{VARIANT}Regular Expression")]
    | Annotated[GroupingMasking, Tag(f"{VARIANT}Grouping")]
    | Annotated[AnonymityMasking, Tag(f"{VARIANT}K-Anonymization")]
    | Annotated[RandomMasking, Tag(f"{VARIANT}Randomized Response")]
    | Annotated[FunctionMasking, Tag(f"{VARIANT}Custom Function")],
    Discriminator(variant),
]
