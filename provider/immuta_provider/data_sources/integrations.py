"""The list of integrations, all of them or those with one platform."""

from __future__ import annotations

from immuta_provider.data_sources.integration import shown
from immuta_provider.resources.integrations.parts import ValidationResults
from terraform_plugin import Context, DataSource, Model, attribute


class ListedIntegration(Model):
    """An integration in a list."""

    id: str | None = attribute(computed=True, description="The number that Immuta gave the integration.")
    type: str | None = attribute(computed=True, description="The platform, in Immuta's words, such as `Snowflake`.")
    status: str | None = attribute(computed=True, description="`enabled`, an error, or a status in between.")
    auto_bootstrap: bool | None = attribute(computed=True, description="Whether Immuta has set the platform up.")
    validation_results: ValidationResults | None = attribute(
        computed=True, description="What Immuta found when it last looked at the platform."
    )
    config: str | None = attribute(
        computed=True, description="Its configuration as JSON, in Immuta's words, without user names and secrets."
    )


class IntegrationList(Model):
    """Lists integrations, by number."""

    type: str | None = attribute(description="Only those with this platform, such as `Snowflake`. Default: all.")
    integrations: list[ListedIntegration] | None = attribute(computed=True, description="The integrations, by number.")


class IntegrationsDataSource(DataSource[IntegrationList]):
    """The data source `immuta_integrations`."""

    type_name = "immuta_integrations"
    model = IntegrationList
    label_attributes = ("type",)

    def read(self, ctx: Context[IntegrationList], config: IntegrationList) -> IntegrationList:
        """List them."""
        found = sorted(ctx.provider.integrations.list(), key=lambda each: int(each.id))
        wanted = (each for each in found if config.type in (None, each.type))
        return config.replace(integrations=[ListedIntegration(**shown(each)) for each in wanted])
