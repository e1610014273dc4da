"""The parts of V2 data rules: whom they are for, which columns they choose, how they mask and which rows they show."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Discriminator, Field, StringConstraints, Tag, model_validator
from pydantic_core import PydanticCustomError

from immuta_tenant.validation import VARIANT, Body, NotNull

ANY_PURPOSE = "<ANY PURPOSE>"
# Names are compared exactly, so they are not trimmed.
Text = Annotated[str, StringConstraints(min_length=1)]
Number = int | float
TimePrecision = Literal["MIN", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"]


def variant(value: Any) -> str | None:
    """Return the mark of the variant that the `type` of an object, or of a model of it, names."""
    if isinstance(value, BaseModel):
        return f"{VARIANT}{getattr(value, 'type', '')}"
    return f"{VARIANT}{value['type']}" if isinstance(value, dict) and "type" in value else None


def _require_operator(members: int, operator: object) -> None:
    if members > 1 and operator is None:
        raise PydanticCustomError("operator", "must have an operator when there are two or more")


class UserAttribute(Body):
    """An attribute of users."""

    name: Text
    value: Text


class RuleUsers(Body):
    """Whom a rule spares or is for."""

    operator: NotNull[Literal["any", "all"]] = None
    groups: list[Text] = Field(default_factory=list)
    attributes: list[UserAttribute] = Field(default_factory=list)
    purposes: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        members = len(self.groups) + len(self.attributes) + len(self.purposes)
        if not members:
            raise PydanticCustomError("users", "must name at least one group, attribute or purpose")
        _require_operator(members, self.operator)
        return self


class TagSelector(Body):
    """Columns that are tagged so."""

    type: Literal["columnTags"]
    columnTag: Text


class RegexSelector(Body):
    """Columns whose name matches."""

    type: Literal["columnRegex"]
    regex: Text
    caseInsensitive: bool = False


class BroadSelector(Body):
    """Columns with any tag, with none, or all of them."""

    type: Literal["anyTag", "noTags", "allColumns"]


ColumnSelector = Annotated[
    Annotated[TagSelector, Tag(f"{VARIANT}columnTags")]
    | Annotated[RegexSelector, Tag(f"{VARIANT}columnRegex")]
    | Annotated[BroadSelector, Tag(f"{VARIANT}anyTag")]
    | Annotated[BroadSelector, Tag(f"{VARIANT}noTags")]
    | Annotated[BroadSelector, Tag(f"{VARIANT}allColumns")],
    Discriminator(variant),
]


class _Masking(Body):
    @property
    def settings(self) -> dict[str, Any]:
        """What is said beside the type."""
        return self.model_dump(exclude={"type"}, exclude_none=True)


class PlainMasking(_Masking):
    """Masking without settings."""

    type: Literal["Hash", "Null", "Format Preserving Masking", "Reversible"]


class ConstantMasking(_Masking):
    """Every value becomes the same."""

    type: Literal["Constant"]
    constant: str


class KAnonymization(_Masking):
    """Values become so coarse that k people share them."""

    type: Literal["K-Anonymization"]
    kLevel: NotNull[int] = None
    reIdProbability: NotNull[Number] = None

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if self.kLevel is not None and self.reIdProbability is not None:
            raise PydanticCustomError("measure", "must not have both kLevel and reIdProbability")
        return self


class RandomizedResponse(_Masking):
    """Some values become random ones."""

    type: Literal["Randomized Response"]
    replacementRatePercent: NotNull[Number] = None
    stddev: NotNull[Number] = None
    clip: NotNull[bool] = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.replacementRatePercent is None) == (self.stddev is None):
            raise PydanticCustomError("kind", "must have exactly one of replacementRatePercent, stddev")
        if self.clip is not None and self.stddev is None:
            raise PydanticCustomError("kind", "must not have clip without stddev")
        return self


class RegularExpression(_Masking):
    """What matches is replaced."""

    type: Literal["Regular Expression"]
    regex: Text
    replacement: str
    caseInsensitive: bool = False
    # pydantic's own `global` would be a keyword: the attribute is called so in the API.
    global_: bool = Field(default=False, alias="global")

    @property
    def settings(self) -> dict[str, Any]:
        """What is said beside the type."""
        return self.model_dump(exclude={"type"}, by_alias=True)


class Grouping(_Masking):
    """Values become those of their group."""

    type: Literal["Grouping"]
    timePrecision: NotNull[TimePrecision] = None
    bucketSize: NotNull[Number] = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.timePrecision is not None and self.bucketSize is not None:
            raise PydanticCustomError("kind", "must not have both timePrecision and bucketSize")
        return self


class CustomFunction(_Masking):
    """An SQL expression of the column."""

    type: Literal["Custom Function"]
    sqlFunction: Text


V2Masking = Annotated[
    Annotated[PlainMasking, Tag(f"{VARIANT}Hash")]
    | Annotated[PlainMasking, Tag(f"{VARIANT}Null")]
    | Annotated[PlainMasking, Tag(f"{VARIANT}Format Preserving Masking")]
    | Annotated[PlainMasking, Tag(f"{VARIANT}Reversible")]
    | Annotated[ConstantMasking, Tag(f"{VARIANT}Constant")]
    | Annotated[KAnonymization, Tag(f"{VARIANT}K-Anonymization")]
    | Annotated[RandomizedResponse, Tag(f"{VARIANT}Randomized Response")]
    | Annotated[RegularExpression, Tag(f"{VARIANT}Regular Expression")]
    | Annotated[Grouping, Tag(f"{VARIANT}Grouping")]
    | Annotated[CustomFunction, Tag(f"{VARIANT}Custom Function")],
    Discriminator(variant),
]


class PurposeRestriction(Body):
    """The purposes that users must act under."""

    operator: NotNull[Literal["any", "all"]] = None
    purposes: list[Text] = Field(min_length=1)

    @model_validator(mode="after")
    def _operator(self) -> Self:
        _require_operator(len(self.purposes), self.operator)
        return self


class GroupMatch(Body):
    """The column holds one of the user's groups."""

    type: Literal["group"]
    tag: Text


class AttributeMatch(Body):
    """The column holds one of the user's values of an attribute."""

    type: Literal["attribute"]
    attribute: Text
    tag: Text


Match = Annotated[
    Annotated[GroupMatch, Tag(f"{VARIANT}group")] | Annotated[AttributeMatch, Tag(f"{VARIANT}attribute")],
    Discriminator(variant),
]


def _matches_form(value: Any) -> str:
    return f"{VARIANT}many" if isinstance(value, list) else f"{VARIANT}one"


Matches = Annotated[
    Annotated[Annotated[list[Match], Field(min_length=1)], Tag(f"{VARIANT}many")]
    | Annotated[Match, Tag(f"{VARIANT}one")],
    Discriminator(_matches_form),
]


class TaggedColumn(Body):
    """The column of a row restriction by values."""

    type: Literal["tag"]
    name: Text


class RowRestriction(Body):
    """Which rows a user's groups and attributes open: by matches, or by a column and values."""

    operator: NotNull[Literal["any", "all"]] = None
    matches: NotNull[Matches] = None
    column: NotNull[TaggedColumn] = None
    # What the values may be is known from exports alone: anything is kept as it is.
    values: Any = None
    invert: bool = False

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.matches is None) == (self.column is None):
            raise PydanticCustomError("form", "must have exactly one of matches, column")
        if (self.column is None) != (self.values is None):
            raise PydanticCustomError("form", "must have values exactly when it has a column")
        if self.column is None and "invert" in self.model_fields_set:
            raise PydanticCustomError("form", "must not have invert without a column")
        _require_operator(len(self.matches) if isinstance(self.matches, list) else 1, self.operator)
        return self


class RowWhere(Body):
    """The expression that must hold for a row."""

    predicate: Text
