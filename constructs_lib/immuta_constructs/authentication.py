"""How Immuta signs in to a data platform, for the integrations (`SnowflakeIntegration`, `RedshiftIntegration`, ...).

Each function gives what the argument `authentication` takes. The secrets in it are write-only: they stand in neither
the plan nor the state, and a new one is sent when `version` changes. With `in_state=True` they are kept in the state,
which is also what `destroy_credentials` takes:

```python
admin = authentication.user_password("INSTALLER", secret_from_env("SNOWFLAKE_PASSWORD"), in_state=True)
SnowflakeIntegration(..., auto_bootstrap=True, authentication=admin)
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_constructs.secrets import given

if TYPE_CHECKING:
    from immuta_constructs.secrets import Sensitive

    Authentication = dict[str, dict[str, Any]]

__all__ = [
    "access_key",
    "auto",
    "aws_access_key",
    "key_pair",
    "oauth_certificate",
    "oauth_m2m",
    "oauth_secret",
    "okta",
    "token",
    "user_password",
]


def user_password(username: str, password: Sensitive, *, version: int = 1, in_state: bool = False) -> Authentication:
    """A user and a password (Azure Synapse Analytics, Redshift, Snowflake).

    Args:
        username: the user.
        password: the password.
        version: raise it to send a new password. Default: 1.
        in_state: keep the password in the state. Default: False.
    """
    secret = given("password", password, version=version, in_state=in_state)
    return {"user_password": {"username": username, **secret}}


def key_pair(username: str, private_key: Sensitive, *, version: int = 1, in_state: bool = False) -> Authentication:
    """A user and a private key (Snowflake).

    Args:
        username: the user.
        private_key: the key in PEM form, with real line breaks.
        version: raise it to send a new key. Default: 1.
        in_state: keep the key in the state. Default: False.
    """
    secret = given("private_key", private_key, version=version, in_state=in_state)
    return {"key_pair": {"username": username, **secret}}


def oauth_secret(
    client_id: str,
    client_secret: Sensitive,
    *,
    provider: str,
    authority_url: str,
    username: str | None = None,
    resource: str | None = None,
    scope: str | None = None,
    version: int = 1,
    in_state: bool = False,
) -> Authentication:
    """An OAuth client and its secret (Snowflake that you have set up yourself).

    Args:
        client_id: the client's id.
        client_secret: the client's secret.
        provider: who issues the tokens, such as "Okta".
        authority_url: where tokens are issued.
        username: the user.
        resource: the resource that is asked for.
        scope: the scope that is asked for.
        version: raise it to send a new secret. Default: 1.
        in_state: keep the secret in the state. Default: False.
    """
    client = {"provider": provider, "client_id": client_id, "authority_url": authority_url, "username": username}
    asked = {"resource": resource, "scope": scope}
    secret = given("client_secret", client_secret, version=version, in_state=in_state)
    return {"oauth_client_credentials": {**client, **asked, "use_certificate": False, **secret}}


def oauth_certificate(
    client_id: str,
    private_key: Sensitive,
    thumbprint: str,
    *,
    provider: str,
    authority_url: str,
    username: str | None = None,
    resource: str | None = None,
    scope: str | None = None,
    version: int = 1,
    in_state: bool = False,
) -> Authentication:
    """An OAuth client and its certificate (Snowflake that you have set up yourself).

    Args:
        client_id: the client's id.
        private_key: the certificate's private key in PEM form, with real line breaks.
        thumbprint: the certificate's public thumbprint.
        provider: who issues the tokens, such as "Okta".
        authority_url: where tokens are issued.
        username: the user.
        resource: the resource that is asked for.
        scope: the scope that is asked for.
        version: raise it to send a new key. Default: 1.
        in_state: keep the key in the state. Default: False.
    """
    client = {"provider": provider, "client_id": client_id, "authority_url": authority_url, "username": username}
    asked = {"resource": resource, "scope": scope}
    secret = given("oauth_private_key", private_key, version=version, in_state=in_state)
    certificate = {"use_certificate": True, "public_certificate_thumbprint": thumbprint}
    return {"oauth_client_credentials": {**client, **asked, **certificate, **secret}}


def token(value: Sensitive, *, version: int = 1, in_state: bool = False) -> Authentication:
    """A personal access token (Databricks).

    Args:
        value: the token.
        version: raise it to send a new token. Default: 1.
        in_state: keep the token in the state. Default: False.
    """
    return {"token": given("token", value, version=version, in_state=in_state)}


def oauth_m2m(
    client_id: str,
    client_secret: Sensitive,
    *,
    authority_url: str | None = None,
    scope: str | None = None,
    version: int = 1,
    in_state: bool = False,
) -> Authentication:
    """A service principal and its secret (Databricks).

    Args:
        client_id: the principal's client id.
        client_secret: its secret.
        authority_url: where tokens are issued; Immuta makes it of the workspace when None, which fits AWS only.
        scope: the scope that is asked for.
        version: raise it to send a new secret. Default: 1.
        in_state: keep the secret in the state. Default: False.
    """
    secret = given("client_secret", client_secret, version=version, in_state=in_state)
    return {"oauth_m2m": {"client_id": client_id, "authority_url": authority_url, "scope": scope, **secret}}


def access_key(
    database_user: str,
    access_key_id: Sensitive,
    secret_key: Sensitive,
    *,
    session_token: Sensitive | None = None,
    version: int = 1,
    in_state: bool = False,
) -> Authentication:
    """An access key of AWS (Redshift).

    Args:
        database_user: the user of the database.
        access_key_id: the key's id, a secret as well: it is kept in the state.
        secret_key: the key.
        session_token: the session's token.
        version: raise it to send new ones. Default: 1.
        in_state: keep the secrets in the state. Default: False.
    """
    session = {} if session_token is None else given("session_token", session_token, version=version, in_state=in_state)
    secret = given("secret_key", secret_key, version=version, in_state=in_state)
    return {"access_key": {"database_user": database_user, "access_key_id": access_key_id, **secret, **session}}


def okta(
    username: str,
    password: Sensitive,
    *,
    app_id: str,
    idp_host: str,
    role: str,
    version: int = 1,
    in_state: bool = False,
) -> Authentication:
    """A user of Okta (Redshift).

    Args:
        username: the user.
        password: the password.
        app_id: the application at Okta.
        idp_host: the host of the identity provider.
        role: the role to take.
        version: raise it to send a new password. Default: 1.
        in_state: keep the password in the state. Default: False.
    """
    place = {"username": username, "app_id": app_id, "idp_host": idp_host, "role": role}
    return {"okta": {**place, **given("password", password, version=version, in_state=in_state)}}


def aws_access_key(
    access_key_id: Sensitive, secret_access_key: Sensitive, *, version: int = 1, in_state: bool = False
) -> Authentication:
    """An access key of AWS (S3).

    Args:
        access_key_id: the key's id, a secret as well: it is kept in the state.
        secret_access_key: the key.
        version: raise it to send a new key. Default: 1.
        in_state: keep the key in the state. Default: False.
    """
    secret = given("aws_secret_access_key", secret_access_key, version=version, in_state=in_state)
    return {"access_key": {"aws_access_key_id": access_key_id, **secret}}


def auto() -> Authentication:
    """What the AWS SDK finds by itself (S3, self-managed Immuta only)."""
    return {"auto": {}}
