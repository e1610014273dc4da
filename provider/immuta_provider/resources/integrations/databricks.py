"""Databricks Unity Catalog: what is configured."""

from __future__ import annotations

from typing import Any

from immuta_provider.resources import secrets
from immuta_provider.resources.integrations import forms
from immuta_provider.resources.integrations.parts import Audit
from terraform_plugin import Model, attribute
from terraform_plugin.validators import matches

EXEMPT = "immuta_exemption_group"
catalog_name = matches(r"[A-Za-z_][A-Za-z0-9_]*", "a name of letters, digits and underscores, no digit first")


def usual_authority(workspace_url: Any) -> str | None:
    """Where tokens are issued unless something else is said; known for workspaces on AWS only."""
    host = workspace_url.lower() if isinstance(workspace_url, str) else ""
    return f"https://{host}/oidc/v1/token" if host.endswith(".cloud.databricks.com") else None


class Token(Model, validators=[secrets.given("token")]):
    """A personal access token."""

    token: str | None = secrets.kept("The token of Immuta's service principal.")
    token_wo: str | None = secrets.write_only("token")
    token_wo_version: int = secrets.version("token")


class OAuthM2M(Model, validators=[secrets.given("client_secret")]):
    """An OAuth client."""

    client_id: str = forms.text("The client's id.")
    client_secret: str | None = secrets.kept("The client's secret.")
    client_secret_wo: str | None = secrets.write_only("client_secret")
    client_secret_wo_version: int = secrets.version("client_secret")
    authority_url: str | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        validators=[forms.some_text],
        description="Where tokens are issued. Left out, it is Immuta's default, which fits workspaces on AWS only; "
        "one that was set before, or elsewhere, goes back to it.",
    )
    scope: str | None = forms.optional_text("The scope that is asked for.")


class ProxyOptions(Model, validators=[forms.given_or_not("password")]):
    """The proxy between Immuta and Databricks."""

    host: str = attribute(
        required=True, validators=[forms.bare_host], same=forms.same_host, description="Its host, a bare host name."
    )
    port: int = forms.port(443)
    username: str | None = forms.optional_text("The user, where it asks for one.", unseen=forms.USERNAME)
    password: str | None = secrets.kept("The password, where it asks for one.")
    password_wo: str | None = secrets.write_only("password")
    password_wo_version: int = secrets.version("password")


class GroupPattern(Model):
    """Whom no data policy applies to."""

    deny: str = attribute(
        default=EXEMPT,
        validators=[forms.some_text],
        description="The account-level group that data policies leave out. A change applies all policies anew.",
    )


class Databricks(Model, validators=[forms.one_method("token", "oauth_m2m")]):
    """An integration with Databricks Unity Catalog. Exactly one of the two ways to sign in is set."""

    workspace_url: str = forms.host("The workspace's host, such as `ws7.cloud.databricks.com`.")
    http_path: str = forms.text("The HTTP path of the cluster or the SQL warehouse.")
    port: int = forms.port(443)
    token: Token | None = attribute(description="A personal access token.")
    oauth_m2m: OAuthM2M | None = attribute(description="An OAuth client.")
    proxy_options: ProxyOptions | None = attribute(description="A proxy to go through.")
    audit: Audit = attribute(
        default=Audit(enabled=False),
        description="Whether queries are audited, which needs grants on system tables.",
    )
    catalog: str = attribute(
        default="immuta",
        requires_replace=forms.fixed,
        validators=[catalog_name],
        description=f"The catalog that Immuta keeps, one for each tenant. {forms.FIXED}",
    )
    group_pattern: GroupPattern = attribute(
        default=GroupPattern(deny=EXEMPT), description="Whom no data policy applies to."
    )
