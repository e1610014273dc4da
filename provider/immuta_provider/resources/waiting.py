"""Waiting for what Immuta does on its own: looked at again and again, with progress in the log, within `timeouts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from terraform_plugin import Context

T = TypeVar("T")


def until(
    ctx: Context[Any], look: Callable[[], T], done: Callable[[T], bool], *, awaited: str, seen: Callable[[T], str]
) -> T:
    """Look until it is done, and return what was seen then.

    Parameters: `look`, asks the API; `awaited`, what is waited for; `seen`, how something that is not done looks. Each
    new look of it is logged. Raises NotFinished, with the last one, when the time of the operation is used up, and
    Interrupted when Terraform asks to stop.
    """
    from immuta_provider.api.errors import NotFinished

    last = ""
    for _ in ctx.provider.client.turns():
        found = look()
        if done(found):
            return found
        if (now := seen(found)) != last:
            ctx.progress(f"waiting for {awaited}: {now}")
            last = now
    raise NotFinished(awaited, last)
