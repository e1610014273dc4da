"""What all Immuta resources share: time limits, protection against deletion, and attributes that make no request.

A resource implements `create_object`, `read_object`, `update_object` and `delete_object`; its model has the attributes
`timeouts`, `deletion_protection` and `extra_json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from immuta_provider.resources import protection
from immuta_provider.resources.timeouts import limited
from terraform_plugin import Context, Model, Resource
from terraform_plugin.model import to_values

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

M = TypeVar("M", bound=Model)


class ImmutaResource(Resource[M]):
    """A resource of the Immuta API.

    Class attributes: `local`, the attributes that live in the configuration and the state only, a change of which
    makes no request; `permissions`, those that the owner of the API key needs for writing, `permissions_documented`,
    whether Immuta's documents say so (inferred otherwise).
    """

    permissions: ClassVar[tuple[str, ...]] = ()
    permissions_documented: ClassVar[bool] = False
    local: ClassVar[frozenset[str]] = frozenset({"deletion_protection", "timeouts"})

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

    def plan_destroy(self, ctx: Context[M], prior: M) -> None:  # noqa: ARG002 - part of the protocol
        """Refuse where the object is protected."""
        self._refuse_where_protected(prior)

    def create(self, ctx: Context[M], plan: M) -> M:
        """Create the object within its time."""
        with _limited(ctx, plan, "create"):
            return self.create_object(ctx, plan)

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
        self._refuse_where_protected(state)
        with _limited(ctx, state, "delete"):
            self.delete_object(ctx, state)

    def _refuse_where_protected(self, state: M) -> None:
        values: Any = state
        protection.refuse(self.label(to_values(state)), values.deletion_protection)

    def import_identity(self, ctx: Context[M], identity: dict[str, Any]) -> M:
        """Find the object by its key, which is the first attribute of its identity."""
        return self.import_state(ctx, f"key:{identity[self.identity[0]]}")


def _limited(ctx: Context[Any], model: Any, operation: str) -> AbstractContextManager[None]:
    return limited(ctx.provider, model.timeouts, operation)
