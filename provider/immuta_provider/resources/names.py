"""Names as Immuta keeps them: it cuts off spaces at the ends, so what has some would come back as another value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.resources.equality import same_or_both_empty
from terraform_plugin import is_unknown
from terraform_plugin.validators import matches

if TYPE_CHECKING:
    from collections.abc import Iterable

trimmed = matches(r"\S(?:.*\S)?", "one line without spaces at its ends")


def all_trimmed(names: Iterable[Any]) -> str | None:
    """The same for each name of a set or a list."""
    wrong = (trimmed(each) for each in names if each is not None and not is_unknown(each))
    return next((each for each in wrong if each), None)


def same_when_trimmed(left: str | None, right: str | None) -> bool:
    """For a text of several lines: spaces and line breaks at its ends mean nothing."""
    return same_or_both_empty((left or "").strip(), (right or "").strip())
