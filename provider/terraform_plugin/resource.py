"""What a provider's author writes: a Provider with its Resources and DataSources.

Handlers are plain synchronous methods over typed models. They may run at the same time for different objects (a
thread each), so they keep nothing in `self`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from terraform_plugin.context import Context, Stop
from terraform_plugin.diagnostics import DiagnosticError
from terraform_plugin.model import Model
from terraform_plugin.schema import check, check_identity
from terraform_plugin.values import is_unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

M = TypeVar("M", bound=Model)


def _label(type_name: str, values: dict[str, Any] | None, names: Sequence[str]) -> str:
    for name in names:
        value = (values or {}).get(name)
        if value is not None and not is_unknown(value):
            return f'{type_name} "{value}"'
    return type_name


class _Named(Generic[M]):
    """What resources and data sources share: a type name, a model, and a way to name one object in a message."""

    type_name: ClassVar[str]
    model: type[M]
    label_attributes: ClassVar[Sequence[str]] = ("name", "id")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "model" in vars(cls):
            check(cls.model.block)

    def label(self, values: dict[str, Any] | None) -> str:
        """How messages name the object: its type and the first of `label_attributes` that is known."""
        return _label(self.type_name, values, self.label_attributes)

    def validate(self, ctx: Context[M], config: M) -> None:
        """Check a configuration beyond what the model declares; values may be unknown."""


class Resource(_Named[M]):
    """One kind of object that Terraform creates, reads, changes and deletes.

    Class attributes: `type_name`, `model`, `version` of the schema; `identity`, the attributes by which Terraform 1.12
    and later know the object (they never change in place; none: no identity); `label_attributes`, by which messages
    name an object; `import_help`, one line that says what `terraform import` takes.
    """

    version: ClassVar[int] = 0
    identity: ClassVar[Sequence[str]] = ()
    import_help: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "model"):
            check_identity(cls.model.block, cls.identity)

    def plan(self, ctx: Context[M], prior: M | None, planned: M) -> M:  # noqa: ARG002 - for those who override it
        """Amend what is planned (None as `prior`: create). Return `planned` unless there is something to amend."""
        return planned

    def plan_destroy(self, ctx: Context[M], prior: M) -> None:
        """Object to a destroy at plan time."""

    def create(self, ctx: Context[M], plan: M) -> M:
        """Create the object and return its state, with nothing unknown. Call `ctx.save` once the object exists."""
        raise NotImplementedError(f"{type(self).__name__} has no such handler")

    def read(self, ctx: Context[M], state: M) -> M | None:
        """Return the object as it is now, or None where it is gone."""
        raise NotImplementedError(f"{type(self).__name__} has no such handler")

    def update(self, ctx: Context[M], prior: M, plan: M) -> M:
        """Change the object in place and return its state."""
        raise NotImplementedError(f"{type(self).__name__} has no such handler")

    def delete(self, ctx: Context[M], state: M) -> None:
        """Delete the object; one that is gone already is a success."""
        raise NotImplementedError(f"{type(self).__name__} has no such handler")

    def import_state(self, ctx: Context[M], import_id: str) -> M:  # noqa: ARG002 - for those who override it
        """Find an object by what the user typed. Raises DiagnosticError where it is not there."""
        raise DiagnosticError(
            f"{self.type_name} cannot be imported", "It has no import. Leave it out, or let Terraform create it."
        )

    def import_identity(self, ctx: Context[M], identity: dict[str, Any]) -> M:
        """Find an object by its identity; the first of its attributes is taken as import id unless overridden."""
        return self.import_state(ctx, str(identity[self.identity[0]]))

    def upgrade(self, version: int, state: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - for those who override it
        """Bring a state of an older schema version to the present one."""
        return state


class DataSource(_Named[M]):
    """One kind of look-up."""

    def read(self, ctx: Context[M], config: M) -> M:
        """Look up and return the whole model. Raises DiagnosticError where there is nothing."""
        raise NotImplementedError(f"{type(self).__name__} has no such handler")


class Provider(Generic[M]):
    """A provider: its configuration, its resources and its data sources.

    Class attributes: `name` (the prefix of its type names), `version`, `address` (as in a configuration's
    `required_providers`), `model` of the provider block, `user_errors`,
    the exceptions whose text is made for users; any other exception is reported as a defect.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    address: ClassVar[str] = ""
    model: type[M]
    user_errors: ClassVar[tuple[type[Exception], ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "model" in vars(cls):
            check(cls.model.block)

    def resources(self) -> Sequence[Resource[Any]]:
        """One instance of each resource."""
        return ()

    def data_sources(self) -> Sequence[DataSource[Any]]:
        """One instance of each data source."""
        return ()

    def validate(self, ctx: Context[M], config: M) -> None:
        """Check the provider block; values may be unknown."""

    def configure(self, config: M, stop: Stop) -> Any:  # noqa: ARG002 - for those who override it
        """Return what handlers find as `ctx.provider`. `stop` ends waits when Terraform asks to stop."""
        return config
