"""Drift of what the API returns in a form that nobody documents: compared by a digest of what was read.

A computed `stored_form` holds the digest of the last read, the private state the one after the last write. Where they
differ somebody else has written: the plan shows `stored_form` as known after apply, which makes it an update.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from terraform_plugin import Context

WRITTEN: Final = "stored_form"


def digest(parts: dict[str, Any]) -> str | None:
    """A digest of the parts, None where all of them are absent."""
    present = {name: value for name, value in parts.items() if value is not None}
    if not present:
        return None
    text = json.dumps(present, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def remember(ctx: Context[Any], form: str | None) -> None:
    """Note the form after a write, or at an import."""
    ctx.private[WRITTEN] = form


def changed_outside(ctx: Context[Any], form: str | None) -> bool:
    """Whether the form that was read last is another than the one after the last write."""
    return WRITTEN in ctx.private and ctx.private[WRITTEN] != form
