"""The engine's algorithm for names in the output, so that they need not be asked for one by one.

A question costs a round trip to node per resource, a fifth of a whole synthesis. `StackAttributes` compares the first
and the last name of every stack with the engine's own and asks for all of them should they differ, and a test compares
many with both engines.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

__all__ = ["unique_id"]

_HIDDEN = "Default"
_HIDDEN_FROM_PEOPLE = "Resource"
_LONGEST = 255
_LONGEST_FOR_PEOPLE = 240
_DROPPED = re.compile(r"[^A-Za-z0-9_-]")


def unique_id(path: Sequence[str]) -> str:
    """The name of an element.

    Args:
        path: the construct ids from below the stack down to the element; at least one of them is not "Default".
    """
    components = [component for component in path if component != _HIDDEN]
    if len(components) == 1:
        name = _DROPPED.sub("", components[0])
        if len(name) <= _LONGEST:
            return name
    digest = hashlib.md5("/".join(components).encode(), usedforsecurity=False).hexdigest()[:8].upper()
    shown = (_DROPPED.sub("", part) for part in _without_repetition(components) if part != _HIDDEN_FROM_PEOPLE)
    return f"{'_'.join(shown)[:_LONGEST_FOR_PEOPLE]}_{digest}"


def _without_repetition(components: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for component in components:
        if not kept or not kept[-1].endswith(component):
            kept.append(component)
    return kept
