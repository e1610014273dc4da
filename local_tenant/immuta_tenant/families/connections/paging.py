"""Lists of the Connections API: sorted by up to three fields, cut into pages that go on after a cursor.

A cursor says after which item the next page begins, so that nothing is left out or repeated when items come and go.
It belongs to its query: another list, filter or order refuses it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from immuta_tenant.errors import bad_request
from immuta_tenant.store import Document

# What an item is sorted by, all of it texts, and its id.
Position = tuple[list[str], int]


@dataclass(frozen=True)
class Wanted:
    """Which part of which list is wanted.

    Parameters:
        sort: fields with `asc` or `desc`.
        limit: how many items at the most.
        cursor: what the page before this one has given, or None for the first page.
        scope: what makes up the query: the list and its filters.
        parameter: how the cursor is called in the request, for messages.
    """

    sort: list[tuple[str, str]]
    limit: int
    cursor: str | None
    scope: Any
    parameter: str = "page[cursor]"

    @property
    def digest(self) -> str:
        """What a cursor of this query carries."""
        query = json.dumps([self.scope, self.sort], sort_keys=True)
        return hashlib.sha256(query.encode()).hexdigest()[:16]


def wanted(query: Any, *scope: Any) -> Wanted:
    """Return what a query asks for that has `sort` (`field:order` texts), `limit` and `cursor`."""
    sort = [(field, order) for field, _, order in (text.partition(":") for text in query.sort)]
    return Wanted(sort, query.limit, query.cursor, scope)


def page(
    items: Iterable[Document], part: Wanted, value: Callable[[Document, str], Any] = Document.get
) -> tuple[list[Document], Document]:
    """Return the wanted part of a list, and its `meta`.

    Parameters:
        items: the whole list.
        part: which part.
        value: returns the value of a field by which can be sorted.

    Raises:
        ApiError: 400 for a cursor that does not belong to the query.
    """
    order: Callable[[Position], Any] = cmp_to_key(lambda one, other: _compared(part.sort, one, other))
    positions = [(_position(part, item, value), item) for item in items]
    if part.cursor is not None:
        after = _decoded(part)
        positions = [entry for entry in positions if _compared(part.sort, entry[0], after) > 0]
    positions.sort(key=lambda entry: order(entry[0]))
    meta: Document = {
        "sort": [{"field": field, "order": direction} for field, direction in part.sort],
        "page": {"limit": part.limit},
    }
    if len(positions) > part.limit:
        meta["page"]["cursor"] = _encoded(part, positions[part.limit - 1][0])
    return [item for _, item in positions[: part.limit]], meta


def _position(part: Wanted, item: Document, value: Callable[[Document, str], Any]) -> Position:
    values = [value(item, field) for field, _ in part.sort]
    return [str(found or "").lower() for found in values], item["id"]


def _compared(sort: list[tuple[str, str]], one: Position, other: Position) -> int:
    for (_, order), left, right in zip(sort, one[0], other[0], strict=True):
        if left != right:
            return _sign(left < right, order)
    # Items that are equal in every field go by age, in the direction of the first field.
    return 0 if one[1] == other[1] else _sign(one[1] < other[1], sort[0][1])


def _sign(less: bool, order: str) -> int:
    return -1 if less == (order == "asc") else 1


def _encoded(part: Wanted, position: Position) -> str:
    return base64.urlsafe_b64encode(json.dumps([part.digest, *position]).encode()).decode().rstrip("=")


def _decoded(part: Wanted) -> Position:
    assert part.cursor is not None
    try:
        padded = part.cursor + "=" * (-len(part.cursor) % 4)
        digest, values, identifier = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if digest == part.digest:
            return [str(value) for _, value in zip(part.sort, values, strict=True)], int(identifier)
    except (ValueError, TypeError, RecursionError):
        pass
    raise bad_request(f'"{part.parameter}" is no cursor of this query')
