"""What Immuta computes, as a plan shows it: known as long as a write cannot change it.

What the configuration leaves to Immuta is remembered in private data, so that what somebody set elsewhere is told from
what Immuta chose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources.integrations.databricks import OAuthM2M, usual_authority
from terraform_plugin import UNKNOWN, Context, is_unknown

if TYPE_CHECKING:
    from immuta_provider.resources.integration import Integration

LEFT: Final = "left"  # in private data: where tokens are issued, as Immuta chose it


def amended(ctx: Context[Any], prior: Integration, planned: Integration) -> Integration:
    """What is planned for an integration that exists, with unknown what this change makes anew."""
    return _with_authority(ctx, prior, _with_project(prior, planned))


def keep(ctx: Context[Any], state: Integration) -> None:
    """Remember what Immuta chose."""
    client, given = _client(state), _client(ctx.config)
    if client and given and given.authority_url is None and client.authority_url:
        ctx.private[LEFT] = client.authority_url
    else:
        ctx.private.pop(LEFT, None)


def _with_project(prior: Integration, planned: Integration) -> Integration:
    """The project stands in the key file."""
    before, after = prior.google_bigquery, planned.google_bigquery
    if before is None or after is None or is_unknown(after):
        return planned
    keys = ((each.credential, each.credential_wo_version) for each in (before, after))
    return planned if len({*keys}) == 1 else planned.replace(google_bigquery=after.replace(project_id=UNKNOWN))


def _with_authority(ctx: Context[Any], prior: Integration, planned: Integration) -> Integration:
    """An `authority_url` that is not configured any more, or was changed elsewhere, goes back to Immuta's default."""
    part, before, after, given = planned.databricks, _client(prior), _client(planned), _client(ctx.config)
    if part is None or before is None or after is None or given is None or given.authority_url is not None:
        return planned
    usual = usual_authority(part.workspace_url)
    if before.authority_url in (None, usual, ctx.private.get(LEFT)):
        return planned
    return planned.replace(databricks=part.replace(oauth_m2m=after.replace(authority_url=usual or UNKNOWN)))


def _client(model: Integration) -> OAuthM2M | None:
    part = model.databricks
    client = None if part is None or is_unknown(part) else part.oauth_m2m
    return None if client is None or is_unknown(client) else client
