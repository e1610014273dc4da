"""The parts that several requests about connections are made of: texts, numbers, unions, lists and their pages."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, PlainValidator, RootModel, StringConstraints
from pydantic_core import PydanticCustomError

from immuta_tenant.families.connections.redaction import MARKERS
from immuta_tenant.validation import VARIANT, Query, QueryInt

_RESERVED = (
    "data",
    "connection",
    "object",
    "crawl",
    "search",
    "settings",
    "metadata",
    "permission",
    "sync",
    "bulk",
    "upgrade",
)
_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
UUID_PATTERN = rf"^({_UUID}|00000000-0000-0000-0000-000000000000)$"
KEY_PATTERN = r"[a-zA-Z0-9_-]+"
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:([A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")


def told_apart_by(attribute: str, *values: str) -> Discriminator:
    """Return what chooses between variants that are tagged with `VARIANT` and the value of an attribute."""

    def tag(value: Any) -> str | None:
        found = value.get(attribute) if isinstance(value, dict) else getattr(value, attribute, None)
        if isinstance(found, bool):
            return VARIANT + str(found).lower()
        return VARIANT + found if isinstance(found, str) else None

    message = f'must be an object whose "{attribute}" is one of [{", ".join(values)}]'
    return Discriminator(tag, custom_error_type="variant", custom_error_message=message)


def _no_marker(value: str) -> str:
    if value in MARKERS:
        raise PydanticCustomError("marker", "is what a redacted value reads as, and cannot be written")
    return value


def _uri(value: str) -> str:
    if not _URI.fullmatch(value):
        raise PydanticCustomError("uri", "must be a URI")
    return value


def _system_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise PydanticCustomError(
            "system_name", "may only contain letters, numbers and underscores and cannot start with a number"
        )
    return value


def _free_key(value: str) -> str:
    if not re.fullmatch(KEY_PATTERN, value):
        raise PydanticCustomError("key", "may only contain letters, numbers, hyphens and underscores")
    if value.lower() in _RESERVED:
        raise PydanticCustomError("reserved", "is a reserved name")
    return value


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise PydanticCustomError("number", "must be a number")
    return int(value) if value == int(value) else value


def _integer(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(_no_marker)]
PlainText = Annotated[str, StringConstraints(min_length=1)]
Uri = Annotated[str, AfterValidator(_uri), AfterValidator(_no_marker)]
SystemName = Annotated[Text, AfterValidator(_system_name)]
NewKey = Annotated[str, StringConstraints(min_length=1), AfterValidator(_free_key)]
Number = Annotated[int | float, PlainValidator(_number)]
# In JSON 7.0 is an integer.
Integer = Annotated[int, BeforeValidator(_integer)]
Uuid = Annotated[str, StringConstraints(pattern=UUID_PATTERN)]
# `sort` is a parameter that is repeated.
REPEATED = BeforeValidator(_as_list)


def newest_first() -> list[str]:
    """Return the documented default of `sort`."""
    return ["createdAt:desc"]


class PageQuery(Query):
    """Which part of a list is wanted."""

    limit: QueryInt = Field(default=20, ge=1, le=100, alias="page[limit]")
    cursor: str | None = Field(default=None, alias="page[cursor]")


class AnyObject(RootModel[dict[str, Any]]):
    """A body whose schema depends on what is stored."""
