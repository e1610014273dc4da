"""The scripts by which people set up, change and clean up a platform themselves, where Immuta is not to do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources import secrets
from immuta_provider.resources.integrations import azure_synapse_analytics, databricks, redshift, snowflake
from immuta_provider.resources.integrations.platforms import PLATFORMS
from immuta_provider.resources.integrations.readable import readable
from terraform_plugin import Context, DataSource, DiagnosticError, Model, Path, attribute, is_unknown
from terraform_plugin.validators import at_most_one_of, matches

if TYPE_CHECKING:
    from immuta_provider.resources.integrations.azure_synapse_analytics import AzureSynapseAnalytics
    from immuta_provider.resources.integrations.databricks import Databricks
    from immuta_provider.resources.integrations.redshift import Redshift
    from immuta_provider.resources.integrations.snowflake import Snowflake
    from immuta_provider.session import Session
else:
    AzureSynapseAnalytics = readable(azure_synapse_analytics.AzureSynapseAnalytics)
    Databricks = readable(databricks.Databricks)
    Redshift = readable(redshift.Redshift)
    Snowflake = readable(snowflake.Snowflake)

CREATE, EDIT, DELETE = "create", "edit", "delete"
KINDS: Final = (CREATE, "initial_create", EDIT, DELETE, "cleanup", "post_cleanup")
OF_AN_INTEGRATION: Final = (EDIT, DELETE)
OFFERED: Final = ("azure_synapse_analytics", "databricks", "redshift", "snowflake")
# Where the documents contradict each other (`edit` of Databricks), Immuta is asked.
PLATFORMS_OF: Final = {
    CREATE: OFFERED,
    "initial_create": ("azure_synapse_analytics", "redshift"),
    EDIT: OFFERED,
    "cleanup": ("azure_synapse_analytics", "redshift", "snowflake"),
    "post_cleanup": ("azure_synapse_analytics",),
}


class IntegrationScript(Model, validators=[at_most_one_of(*OFFERED)]):
    """Renders a script for a platform that you set up yourself (`auto_bootstrap = false`). It changes nothing.

    The script may hold the secrets that it was made from, and like them it stands in the state.
    """

    kind: str = attribute(
        required=True,
        one_of=KINDS,
        description="`create` sets the platform up (on Azure Synapse Analytics and Redshift after `initial_create`), "
        "`edit` prepares a change of an integration, `delete` removes what it has on the platform, `cleanup` does so "
        "for one that was never created (on Azure Synapse Analytics followed by `post_cleanup`).",
    )
    integration_id: str | None = attribute(
        validators=[matches(r"\d+", "the number of an integration")],
        references=("immuta_integration", "id"),
        description="The integration, for `edit` and `delete`.",
    )
    azure_synapse_analytics: AzureSynapseAnalytics | None = attribute(description="As in `immuta_integration`.")
    databricks: Databricks | None = attribute(description="As in `immuta_integration`.")
    redshift: Redshift | None = attribute(description="As in `immuta_integration`.")
    snowflake: Snowflake | None = attribute(description="As in `immuta_integration`.")
    script: str | None = attribute(computed=True, sensitive=True, description="The script.")


class IntegrationScriptDataSource(DataSource[IntegrationScript]):
    """The data source `immuta_integration_script`."""

    type_name = "immuta_integration_script"
    model = IntegrationScript
    label_attributes = ("kind",)

    def validate(self, ctx: Context[IntegrationScript], config: IntegrationScript) -> None:
        """Say what a kind needs and what it has no use for."""
        if is_unknown(config.kind):
            return
        wanted = config.kind in OF_AN_INTEGRATION
        if wanted != (config.integration_id is not None):
            word = "is needed" if wanted else "has no meaning"
            _wrong(ctx, Path("integration_id"), f"it {word} for the script `{config.kind}`")
        given = [name for name in OFFERED if getattr(config, name) is not None]
        if config.kind == DELETE and given:
            _wrong(ctx, Path(given[0]), "it has no meaning for the script `delete`: the integration says it all")
        if config.kind == DELETE:
            return
        known = PLATFORMS_OF.get(config.kind, OFFERED)
        if not given:
            _wrong(ctx, Path("kind"), f"the script `{config.kind}` needs one of {', '.join(known)}")
        elif given[0] not in known:
            _wrong(ctx, Path("kind"), f"there is no script `{config.kind}` for {given[0]}, only for {', '.join(known)}")

    def read(self, ctx: Context[IntegrationScript], config: IntegrationScript) -> IntegrationScript:
        """Have Immuta render it."""
        session: Session = ctx.provider
        secrets.protect(session, config)
        identifier = None if config.integration_id is None else int(config.integration_id)
        kind = config.kind.replace("_", "-")
        made = session.integrations.script(kind, identifier=identifier, body=_body(config))
        if not made.strip():
            raise DiagnosticError(f"Immuta rendered an empty script for {ctx.label}", "Render it in the UI of Immuta.")
        return config.replace(script=made)


def _body(config: IntegrationScript) -> dict[str, Any] | None:
    name = next((name for name in OFFERED if getattr(config, name) is not None), None)
    if name is None:
        return None
    part, platform = getattr(config, name), PLATFORMS[name]
    return {"type": platform.api_name, "autoBootstrap": False, "config": platform.config(part, part)}


def _wrong(ctx: Context[Any], path: Path, text: str) -> None:
    ctx.error(f"Invalid value in {ctx.label}", f"{path}: {text}", path)
