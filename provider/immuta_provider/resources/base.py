"""What all Immuta resources share: time limits, protection against deletion, and attributes that make no request.

A resource implements `create_object`, `read_object`, `update_object` and `delete_object`, and `plan_object` where there
is something to amend; its model has the attributes
`timeouts`, `deletion_protection` and `extra_json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from immuta_provider.resources import protection
from immuta_provider.resources.claims import TakenAwayError
from immuta_provider.resources.timeouts import limited
from terraform_plugin import Context, Model, Resource
from terraform_plugin.model import to_values
from terraform_plugin.plan import replacements

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from immuta_provider.resources.claims import Key

M = TypeVar("M", bound=Model)


class ImmutaResource(Resource[M]):
    """A resource of the Immuta API.

    Class attributes: `local`, the attributes that live in the configuration and the state only, a change of which
    makes no request; `permissions`, those that the owner of the API key needs for writing, `permissions_documented`,
    whether Immuta's documents say so (inferred otherwise); `shared`, whether several objects of the state may stand for
    one of Immuta.
    """

    permissions: ClassVar[tuple[str, ...]] = ()
    permissions_documented: ClassVar[bool] = False
    shared: ClassVar[bool] = False
    local: ClassVar[frozenset[str]] = frozenset({"deletion_protection", "timeouts"})

    def plan_object(self, ctx: Context[M], prior: M | None, planned: M) -> M:  # noqa: ARG002 - for those who override it
        """Amend what is planned; see `Resource.plan`."""
        return planned

    def create_object(self, ctx: Context[M], plan: M) -> M:
        """Create the object; see `Resource.create`."""
        raise NotImplementedError(f"{type(self).__name__} cannot create")

    def read_object(self, ctx: Context[M], state: M) -> M | None:
        """Read the object; see `Resource.read`."""
        raise NotImplementedError(f"{type(self).__name__} cannot read")

    def update_object(self, ctx: Context[M], prior: M, plan: M) -> M:
        """Change the object; see `Resource.update`."""
        raise NotImplementedError(f"{type(self).__name__} cannot update")

    def delete_object(self, ctx: Context[M], state: M) -> None:
        """Delete the object; see `Resource.delete`."""
        raise NotImplementedError(f"{type(self).__name__} cannot delete")

    def plan(self, ctx: Context[M], prior: M | None, planned: M) -> M:
        """Say what is planned; what is kept may not be deleted for another address."""
        if prior is not None and not replacements(self.model.block, to_values(prior), to_values(planned)):
            ctx.provider.claims.plan(ctx, self._claimed(prior), deletes=False)
        return self.plan_object(ctx, prior, planned)

    def plan_destroy(self, ctx: Context[M], prior: M) -> None:
        """Refuse where the object is protected, or is kept for another address."""
        self._refuse_where_protected(prior)
        ctx.provider.claims.plan(ctx, self._claimed(prior), deletes=True)

    def create(self, ctx: Context[M], plan: M) -> M:
        """Create the object within its time; again where what it found was deleted by the same run."""
        try:
            with _limited(ctx, plan, "create"):
                try:
                    return self.create_object(ctx, plan)
                except TakenAwayError:
                    return self.create_object(ctx, plan)
        except BaseException:
            ctx.provider.claims.give_up(ctx)
            raise

    def read(self, ctx: Context[M], state: M) -> M | None:
        """Read the object within its time, unless the provider block switches refreshing off."""
        if not ctx.provider.refresh:
            return state
        with _limited(ctx, state, "read"):
            return self.read_object(ctx, state)

    def update(self, ctx: Context[M], prior: M, plan: M) -> M:
        """Change the object within its time, if there is anything that the API knows of."""
        if plan.changed(prior) <= self.local:
            return plan
        with _limited(ctx, plan, "update"):
            return self.update_object(ctx, prior, plan)

    def delete(self, ctx: Context[M], state: M) -> None:
        """Delete the object within its time, unless it is protected: not every deletion was planned."""
        with ctx.provider.claims.deletion(self._claimed(state)) as goes_on:
            if goes_on:
                self._refuse_where_protected(state)
                with _limited(ctx, state, "delete"):
                    return self.delete_object(ctx, state)
        return ctx.warning(
            f"{ctx.label} was not deleted",
            "It is the object that the creation of this run has taken over: its key is the same. For an address that "
            "has changed a `moved` block does without the creation.",
        )

    def _claimed(self, state: M) -> Key | None:
        """What claims are about; nothing where the id is not known yet."""
        values: Any = state
        return None if self.shared or not values.id else (self.model, values.id)

    def _refuse_where_protected(self, state: M) -> None:
        values: Any = state
        protection.refuse(self.label(to_values(state)), values.deletion_protection)

    def import_identity(self, ctx: Context[M], identity: dict[str, Any]) -> M:
        """Find the object by its key, which is the first attribute of its identity."""
        return self.import_state(ctx, f"key:{identity[self.identity[0]]}")


def _limited(ctx: Context[Any], model: Any, operation: str) -> AbstractContextManager[None]:
    return limited(ctx.provider, model.timeouts, operation)
