"""Reading what arrives.

JSON everywhere, YAML as well under `/api/v2/` (also as `text/plain`, the way the documents send it), and query
parameters whose repetition means a list.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from starlette.datastructures import QueryParams

from immuta_tenant.errors import ApiError, bad_request, unsupported_media_type

_JSON = "application/json"
_SPACE = b" \t\r\n"  # what JSON and YAML skip
_YAML = frozenset({"text/plain", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", ""})


def query_values(query: QueryParams) -> dict[str, Any]:
    """Return the query parameters: a string each, a list of strings for a repeated one."""
    values: dict[str, Any] = {}
    for name, value in query.multi_items():
        values[name] = [*_as_list(values[name]), value] if name in values else value
    return values


def parse_body(raw: bytes, content_type: str, *, accepts_yaml: bool) -> Any:
    """Return a request body as plain data; an empty one is an empty object.

    Parameters:
        raw: the bytes that arrived.
        content_type: the header's value, possibly empty.
        accepts_yaml: whether YAML and its content types are taken (V2 API).

    Raises:
        ApiError: 400 for text that cannot be parsed, 415 for a content type that is not taken here.
    """
    if not raw.strip(_SPACE):
        return {}
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == _JSON or (media_type == "" and not accepts_yaml):
        return _parse_json(raw)
    if accepts_yaml and media_type in _YAML:
        return _parse_yaml(raw)
    expected = "application/json, application/yaml or text/plain" if accepts_yaml else _JSON
    raise unsupported_media_type(f"The content type {media_type} is not supported here; send {expected}.")


def parse_untyped_body(raw: bytes) -> Any:
    """Return a request body that is JSON or else YAML, whatever its content type says; an empty one is an empty object.

    Raises:
        ApiError: 400 for text that is neither.
    """
    if not raw.strip(_SPACE):
        return {}
    try:
        return _parse_json(raw)
    except ApiError:
        return _parse_yaml(raw)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _parse_json(raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise bad_request("Invalid request payload JSON format") from None


def _parse_yaml(raw: bytes) -> Any:
    # Imported by the first YAML body: most clients send JSON, and the start of the tenant is waited for.
    import yaml

    try:
        # The C loader is ten times faster; it is there wherever PyYAML has a wheel.
        value = yaml.load(raw, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
        # Dates, binaries and circular aliases are YAML that no JSON document could carry.
        json.dumps(value, allow_nan=False)
    except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        raise bad_request(f"Invalid request payload YAML format{_position(error)}") from None
    return value


def _position(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return "" if mark is None else f" (line {mark.line + 1}, column {mark.column + 1})"
