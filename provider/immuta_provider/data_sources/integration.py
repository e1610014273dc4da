"""The look-up of one integration by its number, or by its type and what it is known by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from immuta_provider.resources.integrations import found_by, parts
from immuta_provider.resources.integrations.parts import ValidationResults
from immuta_provider.resources.integrations.platforms import BY_TYPE, public
from terraform_plugin import Context, DataSource, DiagnosticError, Model, attribute
from terraform_plugin.validators import exactly_one_of, matches

if TYPE_CHECKING:
    from immuta_provider.api import integrations as api
    from immuta_provider.session import Session

TYPES = tuple(BY_TYPE)


class IntegrationLookup(Model, validators=[exactly_one_of("id", "known_by")]):
    """Reads an integration that exists, by `id`, or by `type` and `known_by`."""

    id: str | None = attribute(
        optional=True,
        computed=True,
        validators=[matches(r"\d+", "the number of an integration")],
        description="The number that Immuta gave the integration.",
    )
    type: str | None = attribute(
        optional=True, computed=True, description="The platform, in Immuta's words, such as `Snowflake`."
    )
    known_by: str | None = attribute(
        description="With `type`: the host, of Databricks the workspace's, of Google BigQuery `project/dataset`, of "
        "Native S3 the name.",
    )
    status: str | None = attribute(computed=True, description="`enabled`, an error, or a status in between.")
    auto_bootstrap: bool | None = attribute(computed=True, description="Whether Immuta has set the platform up.")
    validation_results: ValidationResults | None = attribute(
        computed=True, description="What Immuta found when it last looked at the platform."
    )
    config: str | None = attribute(
        computed=True, description="Its configuration as JSON, in Immuta's words, without user names and secrets."
    )


class IntegrationDataSource(DataSource[IntegrationLookup]):
    """The data source `immuta_integration`."""

    type_name = "immuta_integration"
    model = IntegrationLookup
    label_attributes = ("id", "known_by")

    def validate(self, ctx: Context[IntegrationLookup], config: IntegrationLookup) -> None:
        """A type and what it is known by belong together."""
        if (config.type is None) != (config.known_by is None):
            ctx.error(f"Invalid value in {ctx.label}", "`type` and `known_by` are given together, or neither.")

    def read(self, ctx: Context[IntegrationLookup], config: IntegrationLookup) -> IntegrationLookup:
        """Find the integration. Raises DiagnosticError where there is none."""
        session: Session = ctx.provider
        if config.id is not None:
            found, wanted = session.integrations.get(int(config.id)), f"with the id {config.id}"
        else:
            found = found_by.typed(ctx, str(config.type), str(config.known_by))
            wanted = f'with {config.type} known by "{config.known_by}"'
        if found is None:
            raise DiagnosticError(f"There is no integration {wanted}", found_by.HELP)
        return config.replace(**shown(found))


def shown(found: api.Integration) -> dict[str, Any]:
    """An integration as attributes, without secrets."""
    return {
        "id": found.id,
        "type": found.type,
        "status": found.status,
        "auto_bootstrap": found.auto_bootstrap,
        "validation_results": parts.results(found.validation_results),
        "config": json.dumps(public(found.config), sort_keys=True),
    }
