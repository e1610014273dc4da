"""The API key of an integration with Trino, made anew: an action, which other `triggers` repeat.

The old key ends at once, so a running cluster that has it loses access until it has the new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.resources import import_ids, protection
from immuta_provider.resources.base import ImmutaResource
from immuta_provider.resources.integrations import forms
from immuta_provider.resources.integrations.lifecycle import Lifecycle
from immuta_provider.resources.timeouts import LOCAL, Timeouts, timeouts_attribute
from terraform_plugin import Context, DiagnosticError, Model, attribute
from terraform_plugin.validators import matches

if TYPE_CHECKING:
    from immuta_provider.api import integrations as api

TRINO = "Trino"


def changed(before: Any, after: Any) -> bool:
    """Other triggers are another key."""
    return before is not None and after is not None and before != after


class IntegrationApiKey(Model):
    """A new API key for the plugin of a Trino or Starburst cluster. The old key ends at once.

    Shut the cluster down first, put the new key into its access-control properties as `immuta.apikey`, and start it
    again. Another value in `triggers` makes another key; a destroy leaves the last one as it is.
    """

    id: str = attribute(computed=True, keep_state=True, description="The same as `integration_id`.")
    integration_id: str = attribute(
        required=True,
        requires_replace=True,
        references=("immuta_integration", "id"),
        validators=[matches(r"\d+", "the number of an integration")],
        description="The integration with Trino.",
    )
    triggers: dict[str, str | None] | None = attribute(
        unseen=LOCAL,
        requires_replace=changed,
        description="Any texts; when one of them changes, another key is made. To begin with triggers, or to leave "
        "them out, makes none.",
    )
    new_key: str | None = attribute(
        computed=True,
        keep_state=True,
        sensitive=True,
        description="The key. It is kept in the state: protect that. One that was made outside is taken over.",
    )
    deletion_protection: bool = protection.deletion_protection_attribute()
    timeouts: Timeouts | None = timeouts_attribute()


class IntegrationApiKeyResource(ImmutaResource[IntegrationApiKey]):
    """The resource `immuta_integration_api_key`."""

    type_name = "immuta_integration_api_key"
    shared = True
    model = IntegrationApiKey
    permissions = ("APPLICATION_ADMIN",)
    permissions_documented = True
    local = ImmutaResource.local | {"triggers"}
    identity = ("integration_id",)
    label_attributes = ("integration_id", "id")
    import_help = "the number of the integration (`12` or `id:12`); no key is made"

    def create_object(self, ctx: Context[IntegrationApiKey], plan: IntegrationApiKey) -> IntegrationApiKey:
        """Make a key."""
        life = Lifecycle(ctx, int(plan.integration_id))
        found = life.rested()
        if found.type != TRINO:
            raise DiagnosticError(
                f"{ctx.attempted} {ctx.label}: it is an integration with {found.type}",
                "Only integrations with Trino have an API key.",
            )
        key = ctx.provider.integrations.regenerate(life.id)
        ctx.provider.client.protect(key)
        return plan.replace(id=found.id, integration_id=found.id, new_key=key)

    def read_object(self, ctx: Context[IntegrationApiKey], state: IntegrationApiKey) -> IntegrationApiKey | None:
        """Take the present key, where Immuta shows it; the state keeps the known one where it does not."""
        found = ctx.provider.integrations.get(int(state.integration_id))
        return None if found is None else _state(ctx, state, found)

    def delete_object(self, ctx: Context[IntegrationApiKey], state: IntegrationApiKey) -> None:
        """Nothing: an integration is never without a key."""

    def import_state(self, ctx: Context[IntegrationApiKey], import_id: str) -> IntegrationApiKey:
        """Take the present key."""
        wanted = import_ids.parse(f"id:{import_id.removeprefix('key:')}" if "id:" not in import_id else import_id)
        found = ctx.provider.integrations.get(int(wanted.id or 0))
        if found is None or found.type != TRINO:
            raise DiagnosticError(
                f'There is no integration with Trino "{import_id}"', "Give the number of the integration, such as `12`."
            )
        return _state(ctx, IntegrationApiKey(integration_id=found.id), found)


def _state(ctx: Context[Any], known: IntegrationApiKey, found: api.Integration) -> IntegrationApiKey:
    shown = found.config.get("apiKey")
    key = known.new_key if not isinstance(shown, str) or forms.is_marker(shown) else shown
    if key:
        ctx.provider.client.protect(key)
    return known.replace(id=found.id, new_key=key)
