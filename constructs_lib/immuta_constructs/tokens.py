"""Recognises the engine's tokens in Python values, and the ways in which they are lost.

A reference is a string, a number, a one-element list or a one-entry dictionary with a marker in it, which the engine
replaces at synthesis. Python happily concatenates, indexes and merges those, and the marker no longer works.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping

__all__ = ["is_list_token", "is_map_token", "is_reference", "is_resolvable", "lost_text", "merged_list", "merged_map"]

_LIST = "#{TfToken["
_MAP = "&{TfToken["
_OBJECT = re.compile(r"<[\w.]+ object at 0x[0-9a-f]+>")
# What the engine takes for a number inside a string; a neighbouring '-', '|', '.', '+' or digit is swallowed into the
# match, which then is no token any more.
_ENGINE_NUMBER = re.compile(r"[-|\d.+]+e[-|\d.eE+]+")
_NUMBER = re.compile(r"-\d(?:\.\d+)?e\+2[89]\d")


def is_reference(value: object) -> bool:
    """A string that Terraform evaluates, whose value nobody knows yet."""
    return isinstance(value, str) and "${" in value


def is_resolvable(value: object) -> bool:
    """The engine's own lazy value (each.key, a boolean reference, Fn.*), or one implemented in Python."""
    constructs = sys.modules.get("constructs")  # importing it starts node, and without it there are no constructs
    if constructs is not None and isinstance(value, constructs.Construct):
        return False
    return (
        hasattr(value, "__jsii_ref__")
        or hasattr(type(value), "__jsii_ifaces__")
        or type(value).__name__ == "InterfaceDynamicProxy"
    )


def is_list_token(value: object) -> bool:
    """A reference to a list, as `x.tags` gives it."""
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) and _LIST in value[0]


def is_map_token(value: object) -> bool:
    """A reference to a map."""
    return isinstance(value, Mapping) and len(value) == 1 and merged_map(value)


def merged_list(items: Iterable[object]) -> bool:
    """Whether a reference to a list is among the elements."""
    return any(isinstance(item, str) and _LIST in item for item in items)


def merged_map(value: Mapping[object, object]) -> bool:
    """Whether a reference to a map is among the keys."""
    return any(isinstance(key, str) and _MAP in key for key in value)


def lost_text(value: str) -> str | None:
    """Why a string would not arrive as it is meant, with the fix; None when it does."""
    if "<" in value and _OBJECT.search(value):
        return (
            "holds the Python text of an object: a reference that is no string was put into an f-string. "
            "Use Token.as_string(x) inside it."
        )
    if _LIST in value:
        return "is a reference to a list. Take one element with Fn.element(x, 0), or join with Fn.join(', ', x)."
    if "e+2" in value and any(_NUMBER.search(m) and not _NUMBER.fullmatch(m) for m in _ENGINE_NUMBER.findall(value)):
        return (
            "holds a reference to a number that is lost, because a '-', '.', '+', '|' or digit stands beside it. "
            "Use Token.as_string(x) inside the f-string."
        )
    if not _is_utf8(value):
        return "holds half of a surrogate pair, which cannot be written as UTF-8."
    return None


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
