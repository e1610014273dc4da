"""The look-up of one purpose by its name or its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terraform_plugin import Context, DataSource, DiagnosticError, Model, attribute
from terraform_plugin.validators import exactly_one_of, matches

if TYPE_CHECKING:
    from immuta_provider.api import purposes as api
    from immuta_provider.session import Session


class PurposeLookup(Model, validators=[exactly_one_of("name", "id")]):
    """Reads a purpose that exists, by `name` or by `id`."""

    id: str | None = attribute(
        optional=True,
        computed=True,
        validators=[matches(r"\d+", "the number of a purpose")],
        description="The number that Immuta gave the purpose.",
    )
    name: str | None = attribute(
        optional=True, computed=True, description="The name; of a sub-purpose the whole path, joined by dots."
    )
    description: str | None = attribute(computed=True, description="What the purpose is for.")
    acknowledgement: str | None = attribute(
        computed=True, description="The statement that people accept when they join a project with this purpose."
    )
    display_acknowledgement: bool | None = attribute(
        computed=True, description="Whether the statement is shown to people."
    )
    k_anon_noise_reduction: str | None = attribute(
        computed=True, description="How far the noise of policy adjustments may be reduced."
    )
    system_generated: bool | None = attribute(
        computed=True, description="Whether the purpose belongs to Immuta itself."
    )
    subpurposes: set[str] | None = attribute(computed=True, description="Names of all purposes below this one.")


class PurposeDataSource(DataSource[PurposeLookup]):
    """The data source `immuta_purpose`."""

    type_name = "immuta_purpose"
    model = PurposeLookup

    def read(self, ctx: Context[PurposeLookup], config: PurposeLookup) -> PurposeLookup:
        """Find the purpose. Raises DiagnosticError where there is none."""
        session: Session = ctx.provider
        found = session.purposes.find(config.name) if config.name else session.purposes.get(int(config.id or 0))
        if found is None:
            wanted = f'named "{config.name}"' if config.name else f"with the id {config.id}"
            raise DiagnosticError(
                f"There is no purpose {wanted}", "Give the whole name with all parents (`Research.Churn`)."
            )
        below = {each.name for each in session.purposes.list(root=found.name) if each.name != found.name}
        return _state(found, below)


def _state(found: api.Purpose, below: set[str]) -> PurposeLookup:
    return PurposeLookup(
        id=str(found.id),
        name=found.name,
        description=found.description,
        acknowledgement=found.acknowledgement,
        display_acknowledgement=found.display_acknowledgement,
        k_anon_noise_reduction=found.k_anon_noise_reduction,
        system_generated=found.system_generated,
        subpurposes=frozenset(below),
    )
