"""`add_override` on plain Python data.

The engine appends a list to the one that is there; here an override replaces what it names, as the word says.
"""

from __future__ import annotations

from typing import Any

__all__ = ["apply_override"]


def apply_override(attributes: dict[str, Any], path: str, value: Any) -> None:
    """Set (or, with None, remove) what a dotted path names; steps that are missing are made.

    Args:
        attributes: changed in place.
        path: names and list indices, separated by dots.
        value: the new value.
    """
    *steps, last = path.split(".")
    current: Any = attributes
    for step in steps:
        current = _entered(current, step)
    _put(current, last, value)


def _entered(current: Any, step: str) -> Any:
    if isinstance(current, list):
        return current[int(step)]
    if not isinstance(current.get(step), (dict, list)):
        current[step] = {}
    return current[step]


def _put(current: Any, step: str, value: Any) -> None:
    if isinstance(current, list):
        _put_into_list(current, int(step), value)
    elif value is None:
        current.pop(step, None)
    else:
        current[step] = value


def _put_into_list(current: list[Any], index: int, value: Any) -> None:
    if index == len(current):
        current.append(value)
    elif value is None:
        del current[index]
    else:
        current[index] = value
