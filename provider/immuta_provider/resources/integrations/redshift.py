"""Redshift: what is configured."""

from __future__ import annotations

from immuta_provider.resources import secrets
from immuta_provider.resources.integrations import forms, parts
from immuta_provider.resources.integrations.parts import UserPassword
from terraform_plugin import Model, attribute

IMPERSONATION_ROLE = "immuta_impersonation"


class RedshiftImpersonation(Model):
    """Whether people may act as others."""

    enabled: bool = attribute(default=False, description="Whether people may impersonate others.")
    role: str = attribute(
        default=IMPERSONATION_ROLE,
        validators=[forms.some_text],
        description="The role that allows it. Where Immuta sets the platform up, the role must not exist yet.",
    )


class AccessKey(Model, validators=[secrets.given("secret_key"), forms.given_or_not("session_token")]):
    """An access key of AWS."""

    database_user: str = forms.text("The user in the database.")
    access_key_id: str = forms.text("The id of the key.", sensitive=True, unseen=forms.USERNAME)
    secret_key: str | None = secrets.kept("The key.")
    secret_key_wo: str | None = secrets.write_only("secret_key")
    secret_key_wo_version: int = secrets.version("secret_key")
    session_token: str | None = secrets.kept("The token of a session, where there is one.")
    session_token_wo: str | None = secrets.write_only("session_token")
    session_token_wo_version: int = secrets.version("session_token")


class Okta(Model, validators=[secrets.given("password")]):
    """A user of Okta."""

    username: str = forms.username("The user.")
    password: str | None = secrets.kept("The password.")
    password_wo: str | None = secrets.write_only("password")
    password_wo_version: int = secrets.version("password")
    app_id: str = forms.text("The id of the application in Okta.")
    idp_host: str = forms.text("The host of the identity provider.")
    role: str = forms.text("The role that is taken on.")


class Redshift(
    Model,
    validators=[forms.one_method("user_password", "access_key", "okta"), forms.given_or_not("connect_args")],
):
    """An integration with Redshift. Exactly one of the three ways to sign in is set."""

    host: str = forms.host("The cluster's host.")
    port: int = forms.port(5439)
    database: str = forms.text(
        f"The database that Immuta keeps; with `auto_bootstrap` it must not exist yet. {forms.FIXED}",
        requires_replace=forms.fixed,
    )
    initial_database: str | None = forms.optional_text(
        "The database that exists and is connected to first. Needed with `auto_bootstrap`.", requires_replace=True
    )
    user_password: UserPassword | None = attribute(description="A user and a password.")
    access_key: AccessKey | None = attribute(description="An access key of AWS.")
    okta: Okta | None = attribute(description="A user of Okta.")
    impersonation: RedshiftImpersonation = attribute(
        default=RedshiftImpersonation(enabled=False, role=IMPERSONATION_ROLE),
        description="Whether people may act as others.",
    )
    connect_args: str | None = parts.connect_args("Immuta's user")
    connect_args_wo: str | None = secrets.write_only("connect_args")
    connect_args_wo_version: int = secrets.version("connect_args")
