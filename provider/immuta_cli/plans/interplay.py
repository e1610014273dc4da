"""Which policies of a plan mask the same columns: whose change a reader should not look at alone.

What such policies do together is not judged, as which mask wins is up to Immuta; that they meet is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from immuta_cli.plans.plan_file import Change

_MOST: Final = 5


class Neighbours:
    """The global data policies that are in force when a plan is applied, by the columns that they mask."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._by_column: dict[str, dict[str, str]] = {}
        for change in changes:
            if change.type == "immuta_data_policy" and change.after and change.after.get("staged") is not True:
                for column in _columns(change.after):
                    self._by_column.setdefault(column, {})[change.address] = _name(change)

    def of(self, change: Change) -> tuple[tuple[str, str], ...]:
        """Addresses and names of a few policies that mask columns as `change` does or did."""
        if change.identical or change.type != "immuta_data_policy":
            return ()
        found: dict[str, str] = {}
        for values in (change.before, change.after):
            for column in _columns(values or {}):
                for address, name in self._by_column.get(column, {}).items():
                    if len(found) > _MOST:
                        break
                    found[address] = name
        found.pop(change.address, None)
        return tuple(sorted(found.items()))[:_MOST]


def _name(change: Change) -> str:
    """The name, or the address where the name is not to be seen."""
    marks, name = change.after_sensitive, (change.after or {}).get("name")
    hidden = marks is True or (isinstance(marks, Mapping) and marks.get("name"))
    return name if isinstance(name, str) and not hidden else change.address


def _columns(values: Mapping[str, Any]) -> Iterator[str]:
    """The column selectors of a policy, as texts that can be compared."""
    for action in _list(values.get("actions")):
        for rule in _list(action.get("rules")):
            for field in _list((rule.get("masking") or {}).get("fields")):
                yield json.dumps({key: each for key, each in field.items() if each is not None}, sort_keys=True)


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
