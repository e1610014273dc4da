"""When two spellings of a value mean the same to Immuta, so that the user's form is kept."""

from __future__ import annotations

from typing import Any


def same_or_both_empty(left: Any, right: Any) -> bool:
    """Null, an empty text and an empty collection mean the same."""
    return left == right or (not left and not right)


def false_is_null(left: bool | None, right: bool | None) -> bool:
    """Null means false."""
    return bool(left) == bool(right)
