"""Dry runs at plan time: a planned write is tried without effect, and what the server refuses is a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.api import ApiError
from terraform_plugin.model import to_values
from terraform_plugin.values import wholly_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from terraform_plugin import Context, Model


def attempt(ctx: Context[Any], planned: Model, write: Callable[[], object], *, ready: Callable[[], bool]) -> None:
    """Call `write`, a dry run of what is planned, if everything configured is known and what it refers to exists.

    Parameters: `planned`, the model that is to be written; `ready`, asks whether all that it refers to exists already.
    """
    config, values = to_values(ctx.config), to_values(planned)
    if not all(wholly_known(value) for name, value in values.items() if config[name] is not None):
        return
    try:
        if ready():
            write()
    except ApiError as error:
        ctx.warning(f"A dry run of the planned change of {ctx.label} was refused", str(error))
