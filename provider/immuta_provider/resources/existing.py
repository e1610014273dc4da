"""What a create does when its key is taken: adopt an equal object, refuse another one and name the import command."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from immuta_provider.resources import import_ids
from immuta_provider.resources.claims import taken_away
from terraform_plugin import DiagnosticError, Model
from terraform_plugin.model import to_values
from terraform_plugin.plan import equivalent
from terraform_plugin.values import is_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from terraform_plugin import Context

M = TypeVar("M", bound=Model)


@contextmanager
def kept_in_doubt(ctx: Context[Any], plan: Model) -> Iterator[None]:
    """Around the request that creates: where it fails and may have arrived, the object is kept without its id.

    The next refresh finds it by its key, or finds that there is none; `read_object` must be able to.
    """
    from immuta_provider.api import RequestFailed

    try:
        yield
    except RequestFailed as error:
        if error.may_have_arrived:
            ctx.save(plan)
        raise


def adopt(
    ctx: Context[Any],
    plan: M,
    found: M,
    *,
    key: str,
    ignore: frozenset[str],
    update: Callable[[M, M], M],
    claims: bool = True,
) -> M:
    """Take over the object `found` that has the key of `plan`.

    Parameters: `ignore`, the attributes that the API does not return; `update`, called with `found` and `plan` where
    they differ and the provider block says `adopt_existing`; `claims`, whether a deletion of the same run is waited
    for, which a caller must not do that holds a lock the deletion needs. Raises DiagnosticError where they differ
    otherwise.
    """
    differing = _differing(plan, found, ignore)
    if claims and (not differing or ctx.provider.adopt_existing):
        values: Any = found
        ctx.provider.claims.adopt(ctx, (type(found), values.id))
    if not differing:
        ctx.progress("exists already and equals the configuration: adopted")
        return found
    if ctx.provider.adopt_existing:
        ctx.progress("exists already: adopted and changed", attributes=sorted(differing))
        return update(found, plan)
    raise DiagnosticError(
        f"Cannot create {ctx.label}: it exists already",
        f"It differs from the configuration in: {', '.join(sorted(differing))}. To bring it under Terraform run\n\n"
        f"    terraform import <address> {import_ids.typed(key)}\n\n"
        "or set `adopt_existing = true` in the provider block to take it over and change it to the configuration.",
    )


def not_returned(ctx: Context[Any], plan: Model, what: str) -> DiagnosticError:
    """The error where a dry run says that there is `what`, and no look finds it."""
    if ctx.provider.claims.deletes(type(plan)):
        return taken_away(ctx)
    return DiagnosticError(
        f"Immuta knows {what} but does not return it",
        "The API key may lack the permission to see it. When it has appeared, `terraform apply` adopts it.",
    )


def _differing(plan: M, found: M, ignore: frozenset[str]) -> set[str]:
    wanted, present = to_values(plan), to_values(found)
    return {
        member.name
        for member in plan.block
        if member.name not in ignore
        and not is_unknown(wanted[member.name])
        and not equivalent(member, wanted[member.name], present[member.name])
    }
