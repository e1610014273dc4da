"""Attributes in the form from which the engine renders HCL (`App(hcl_output=True)`).

The engine's renderer quotes strings carelessly: a newline becomes a here-document (which adds a newline), a backslash
stays single, and inside objects a string that begins with a bracket is printed as an expression. Such strings are
handed over as an interpolated string literal, which it prints as it is.
"""

from __future__ import annotations

import json
import re
from typing import Any

from immuta_constructs.tokens import is_list_token

__all__ = ["hcl"]

_CARELESS = re.compile(r'[\n\r\\"]|^[\[{]')


def hcl(value: Any) -> dict[str, Any]:
    """One attribute's value with the type information that the renderer wants."""
    kind, storage = _kind(value)
    return {"value": _quoted(value), "isBlock": False, "type": kind, "storageClassType": storage}


def _kind(value: Any) -> tuple[str, str]:
    if isinstance(value, str):
        return "simple", "string"
    if isinstance(value, bool):
        return "simple", "boolean"
    if isinstance(value, (int, float)):
        return "simple", "number"
    if isinstance(value, list) and (is_list_token(value) or all(isinstance(item, str) for item in value)):
        return "list", "stringList"
    return "any", "any"


def _quoted(value: Any) -> Any:
    if isinstance(value, str) and "${" not in value and _CARELESS.search(value):
        return f"${{{json.dumps(value, ensure_ascii=False)}}}"
    if isinstance(value, list):
        return [_quoted(item) for item in value]
    if isinstance(value, dict):
        return {key: _quoted(item) for key, item in value.items()}
    return value
