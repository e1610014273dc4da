"""Strict checks of what a client sends.

Unknown attributes, wrong types and missing attributes are refused with a message that names the attribute and never
repeats its value. The base classes of all request models stand here; the models themselves belong to their family and
are shared with no client, because a shared model would hide the very mistakes that a tenant is there to find.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from immuta_tenant.errors import ApiError, bad_request

Model = TypeVar("Model", bound=BaseModel)

# Unions put the tag of the chosen variant into the location of an error. Tags that start with this mark are no
# attribute and are left out of the message.
VARIANT = "~"

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Body(BaseModel):
    """A JSON object in a request body: no unknown attribute, no conversion between types."""

    model_config = ConfigDict(strict=True, extra="forbid", defer_build=True, hide_input_in_errors=True)


class Query(BaseModel):
    """Query parameters: no unknown one; values arrive as text."""

    model_config = ConfigDict(extra="forbid", defer_build=True, hide_input_in_errors=True)


class NoBody(Body):
    """For endpoints that take no body: whatever is sent is ignored, as HTTP clients send `{}` or nothing at will."""

    model_config = ConfigDict(extra="ignore")


class NoQuery(Query):
    """For endpoints that take no query parameter."""


def _boolean(value: object) -> object:
    if isinstance(value, bool):
        return value
    texts = {"true": True, "false": False}
    if not isinstance(value, str) or value.lower() not in texts:
        raise PydanticCustomError("bool_type", "must be a boolean")
    return texts[value.lower()]


def _integer(value: object) -> object:
    if isinstance(value, int):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise PydanticCustomError("int_type", "must be an integer")
    return int(value)


def _list(value: object) -> object:
    # The documents do not say how a list is encoded: repeated keys and commas are both taken.
    values = value if isinstance(value, list) else [value]
    return [part for item in values for part in (item.split(",") if isinstance(item, str) else [item]) if part != ""]


def _not_null(value: object) -> object:
    if value is None:
        raise PydanticCustomError("null", "must not be null")
    return value


Attribute = TypeVar("Attribute")
# An attribute that may be left out, for which null is no value.
NotNull = Annotated[Attribute | None, BeforeValidator(_not_null)]
QueryBool = Annotated[bool, BeforeValidator(_boolean)]
QueryInt = Annotated[int, BeforeValidator(_integer)]
QueryList = Annotated[list[str], BeforeValidator(_list)]
QueryIntList = Annotated[list[QueryInt], BeforeValidator(_list)]


def validated(model: type[Model], value: object, *, strict: bool | None = None, within: str = "") -> Model:
    """Return the value as a model.

    Parameters:
        model: what it must look like.
        value: what was sent.
        strict: False takes numbers and booleans as text as well.
        within: the attribute that the value was sent in, for messages.

    Raises:
        ApiError: 400, naming the first attribute that is wrong.
    """
    try:
        return model.model_validate(value, strict=strict)
    except ValidationError as error:
        raise _as_bad_request(error, within) from None


def path_integer(path: Mapping[str, str], name: str) -> int:
    """Return an integer segment of the path, or raise a 400 that names it."""
    if not re.fullmatch(r"\d{1,18}", path[name]):
        raise bad_request(f'"{name}" must be a positive integer')
    return int(path[name])


def _as_bad_request(error: ValidationError, within: str) -> ApiError:
    first = error.errors(include_url=False, include_input=False)[0]
    return bad_request(f'"{_location(first, within)}" {_complaint(first)}')


def _location(details: ErrorDetails, within: str) -> str:
    path = within
    for part in details["loc"]:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not part.startswith(VARIANT):
            path += f".{part}" if path else part
    if details["type"] in ("union_tag_invalid", "union_tag_not_found"):
        path += ".type" if path else "type"
    return path or "value"


_COMPLAINTS = {
    "missing": "is required",
    "union_tag_not_found": "is required",
    "extra_forbidden": "is not allowed",
    "string_type": "must be a string",
    "string_too_short": "is not allowed to be empty",
    "bool_type": "must be a boolean",
    "int_type": "must be an integer",
    "float_type": "must be a number",
    "list_type": "must be an array",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}


def _complaint(details: ErrorDetails) -> str:
    context = details.get("ctx", {})
    match details["type"]:
        case "literal_error":
            return f"must be one of [{context['expected'].replace(' or ', ', ')}]"
        case "union_tag_invalid":
            return f"must be one of [{context['expected_tags'].replace(VARIANT, '')}]"
        case "too_short":
            return f"must contain at least {context['min_length']} items"
        case "string_too_long":
            return f"must be at most {context['max_length']} characters long"
        case other:
            return _COMPLAINTS.get(other) or details["msg"].removeprefix("Value error, ")
