"""Waiting for what Immuta does on its own: looked at again and again, with progress in the log, within `timeouts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from terraform_plugin import Context

T = TypeVar("T")

UNTAINT: Final = (
    "run `terraform untaint <address>` first. Terraform marks what a failed creation leaves behind as tainted, and "
    "would otherwise delete it with the next apply and create it anew"
)


def is_tainted(ctx: Context[Any]) -> bool:
    """Whether an error now leaves an object behind that Terraform marks as tainted."""
    return ctx.attempted == "Cannot create" and ctx.saved is not None


def until(
    ctx: Context[Any],
    look: Callable[[], T],
    done: Callable[[T], bool],
    *,
    awaited: str,
    seen: Callable[[T], str],
    resumes: bool = False,
) -> T:
    """Look until it is done, and return what was seen then.

    Parameters: `look`, asks the API; `awaited`, what is waited for; `seen`, how something that is not done looks, of
    which each new look is logged; `resumes`, a creation that was given up is gone on with although it is tainted.
    Raises NotFinished, with the last look, when the time of the operation is used up, and Interrupted when Terraform
    asks to stop.
    """
    from immuta_provider.api.errors import Interrupted, NotFinished

    try:
        return _until(ctx, look, done, awaited, seen)
    except (Interrupted, NotFinished) as error:
        if is_tainted(ctx) and not resumes:
            error.advice = f"{UNTAINT}. Then {error.advice}"
        raise


def _until(
    ctx: Context[Any], look: Callable[[], T], done: Callable[[T], bool], awaited: str, seen: Callable[[T], str]
) -> T:
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
