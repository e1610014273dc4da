"""Sorting and paging of lists, the same for every family.

Names compare without case, and the id breaks ties so that pages never overlap.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from immuta_tenant.store import Document

SortOrder = Literal["asc", "desc"]


def arranged(documents: Iterable[Document], field: str, order: str) -> list[Document]:
    """Return the documents sorted by one attribute; missing values come first."""
    return sorted(
        documents, key=lambda item: (_comparable(item.get(field)), item.get("id", 0)), reverse=order == "desc"
    )


def page(items: list[Document], offset: int, size: int) -> list[Document]:
    """Return `size` items from `offset` on."""
    return items[offset : offset + size]


def contains(text: str | None, *values: str | None) -> bool:
    """Tell whether a search text is in one of the values, case ignored; no text is in everything."""
    return text is None or any(text.lower() in value.lower() for value in values if value)


def _comparable(value: Any) -> str:
    return "" if value is None else str(value).lower()
