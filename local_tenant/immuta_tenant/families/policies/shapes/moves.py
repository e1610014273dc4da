"""Moving a value from one place of a JSON object to another, and back: most differences between shapes are that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Move = tuple[str, str]
_ABSENT = object()
# These are part of the documented form, also when there is nothing in them.
_KEPT_EMPTY = ("config", "metadata")


def there(document: dict[str, Any], moves: Iterable[Move]) -> None:
    """Move each value from the first path to the second; what is not there is left."""
    for source, target in moves:
        _move(document, source.split("."), target.split("."))


def back(document: dict[str, Any], moves: Iterable[Move]) -> None:
    """Move each value from the second path to the first."""
    there(document, [(target, source) for source, target in moves])


def _move(document: dict[str, Any], source: list[str], target: list[str]) -> None:
    value = _taken(document, source)
    if value is _ABSENT:
        return
    for name in target[:-1]:
        inner = document.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        document = inner
    document[target[-1]] = value


def _taken(document: Any, path: list[str]) -> Any:
    name = path[0]
    if not isinstance(document, dict) or name not in document:
        return _ABSENT
    if len(path) == 1:
        return document.pop(name)
    value = _taken(document[name], path[1:])
    if document[name] == {} and name not in _KEPT_EMPTY:
        del document[name]
    return value
