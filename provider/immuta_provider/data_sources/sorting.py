"""`sort` of look-ups whose API sorts: fields in snake case, as everywhere else, with a direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from terraform_plugin import attribute, is_unknown

if TYPE_CHECKING:
    from collections.abc import Sequence


def sort_attribute(*fields: str) -> Any:
    """The attribute `sort` of a look-up that can be sorted by `fields`."""
    allowed = [f"{field}:{direction}" for field in fields for direction in ("asc", "desc")]

    def check(wanted: list[Any]) -> str | None:
        wrong = next((each for each in wanted if not is_unknown(each) and each not in allowed), None)
        if wrong is not None:
            return f"{wrong!r} is none of {', '.join(allowed)}"
        return None if 1 <= len(wanted) <= 3 else "it needs one to three fields"

    return attribute(
        validators=[check],
        description=f"One to three of {', '.join(f'`{field}`' for field in fields)}, each with `:asc` or `:desc`.",
    )


def query(sort: Sequence[str] | None) -> tuple[str, ...]:
    """The value of `sort` as the API has it."""
    return tuple(_camel(each) for each in sort or ())


def _camel(text: str) -> str:
    first, *rest = text.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
