"""Snowflake: what is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.resources import secrets
from immuta_provider.resources.equality import same_or_both_empty
from immuta_provider.resources.integrations import forms, parts
from immuta_provider.resources.integrations.parts import Audit, Impersonation, UserPassword
from terraform_plugin import Model, attribute, is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from terraform_plugin.schema import Block

ANYTHING = "^.*$"


class KeyPair(Model, validators=[secrets.given("private_key")]):
    """A user and a private key."""

    username: str = forms.username("The user.")
    private_key: str | None = secrets.kept("The key in PEM form, with real line breaks.")
    private_key_wo: str | None = secrets.write_only("private_key")
    private_key_wo_version: int = secrets.version("private_key")


def certificate_or_secret(_: Block, values: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
    """A rule: a client has either a certificate with its key or a secret, as `use_certificate` says."""
    if is_unknown(values.get("use_certificate")) or values.get("use_certificate") is None:
        return
    certificate = ("public_certificate_thumbprint", "oauth_private_key")
    wanted, excluded = (
        (certificate, ("client_secret",)) if values["use_certificate"] else (("client_secret",), certificate)
    )
    word = str(values["use_certificate"]).lower()
    for name in wanted:
        if values.get(name) is None and values.get(f"{name}_wo") is None:
            yield name, f"it is needed where `use_certificate` is {word}"
    for name in excluded:
        for each in (name, f"{name}_wo"):
            if values.get(each) is not None:
                yield each, f"it cannot be set where `use_certificate` is {word}"


class OAuthClientCredentials(
    Model,
    validators=[
        certificate_or_secret,
        forms.given_or_not("client_secret"),
        forms.given_or_not("oauth_private_key"),
    ],
):
    """An OAuth client; only where `auto_bootstrap` is false."""

    username: str | None = forms.optional_text("The user, where the provider needs one.", unseen=forms.USERNAME)
    provider: str = forms.text("The identity provider, such as `Okta`.")
    client_id: str = forms.text("The client's id.")
    authority_url: str = forms.text("Where tokens are issued.")
    use_certificate: bool = attribute(
        required=True, description="Whether the client has a certificate (true) or a secret (false)."
    )
    public_certificate_thumbprint: str | None = forms.optional_text("The thumbprint of the certificate.")
    oauth_private_key: str | None = secrets.kept("The private key of the certificate.")
    oauth_private_key_wo: str | None = secrets.write_only("oauth_private_key")
    oauth_private_key_wo_version: int = secrets.version("oauth_private_key")
    client_secret: str | None = secrets.kept("The client's secret.")
    client_secret_wo: str | None = secrets.write_only("client_secret")
    client_secret_wo_version: int = secrets.version("client_secret")
    resource: str | None = forms.optional_text("The resource that is asked for.")
    scope: str | None = forms.optional_text("The scope that is asked for.")


class UserRolePattern(Model):
    """Whom no policy applies to."""

    exclude: set[str] = attribute(
        default=frozenset(),
        validators=[forms.no_marker_in],
        description="Roles and users that are left out of authorization checks: exact names, upper and lower case "
        "matter.",
    )


class Workspaces(Model):
    """Workspaces for projects."""

    enabled: bool = attribute(
        default=False, description="Whether there are workspaces; excludes table grants, a setting of the tenant."
    )
    warehouses: set[str] | None = attribute(
        validators=[forms.no_marker_in],
        same=same_or_both_empty,
        description="The warehouses that may be used in them.",
    )


class LineageConfig(Model):
    """Which lineage is read."""

    table_filter: str = attribute(default=ANYTHING, description="A regular expression for tables.")
    tag_filter_regex: str = attribute(default=ANYTHING, description="A regular expression for tags.")
    ingest_batch_size: int = attribute(
        default=1000,
        validators=[lambda size: None if size >= 1 else "it is less than 1"],
        description="How much is read at a time.",
    )


def config_where_enabled(_: Block, values: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
    """A rule: lineage that is on says which."""
    if values.get("enabled") is True and values.get("lineage_config") is None:
        yield "lineage_config", "it is needed where `enabled` is true; `{}` stands for its defaults"


class Lineage(Model, validators=[config_where_enabled]):
    """Whether tags follow Snowflake's lineage."""

    enabled: bool = attribute(default=False, description="Whether lineage is read.")
    lineage_config: LineageConfig | None = attribute(description="Which. Needed where `enabled` is true.")


class Snowflake(
    Model,
    validators=[
        forms.one_method("user_password", "key_pair", "oauth_client_credentials"),
        forms.given_or_not("connect_args"),
        forms.given_or_not("privileged_connect_args"),
    ],
):
    """An integration with Snowflake. Exactly one of the three ways to sign in is set."""

    host: str = forms.host("The account's host, such as `ac1.snowflakecomputing.com`.")
    port: int = forms.port(443)
    warehouse: str = forms.text("The default warehouse of Immuta's user.")
    database: str = forms.text(
        f"The database that Immuta keeps; with `auto_bootstrap` it must not exist yet. {forms.FIXED}",
        requires_replace=forms.fixed,
    )
    role: str | None = forms.optional_text("The privileged role for the set-up, such as `ACCOUNTADMIN`.")
    user_password: UserPassword | None = attribute(
        description="A user and a password: with `auto_bootstrap` of the privileged user that sets the platform up, "
        "otherwise of Immuta's own."
    )
    key_pair: KeyPair | None = attribute(description="A user and a private key.")
    oauth_client_credentials: OAuthClientCredentials | None = attribute(description="An OAuth client.")
    audit: Audit = attribute(default=Audit(enabled=False), description="Whether queries are audited.")
    impersonation: Impersonation = attribute(
        default=parts.usual_impersonation(), description="Whether people may act as others."
    )
    user_role_pattern: UserRolePattern = attribute(
        default=UserRolePattern(exclude=frozenset()), description="Whom no policy applies to."
    )
    workspaces: Workspaces = attribute(default=Workspaces(enabled=False), description="Workspaces for projects.")
    lineage: Lineage = attribute(default=Lineage(enabled=False), description="Whether tags follow Snowflake's lineage.")
    connect_args: str | None = parts.connect_args("Immuta's user")
    connect_args_wo: str | None = secrets.write_only("connect_args")
    connect_args_wo_version: int = secrets.version("connect_args")
    privileged_connect_args: str | None = parts.connect_args("the privileged user")
    privileged_connect_args_wo: str | None = secrets.write_only("privileged_connect_args")
    privileged_connect_args_wo_version: int = secrets.version("privileged_connect_args")
