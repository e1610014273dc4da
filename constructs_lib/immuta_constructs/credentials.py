"""How Immuta signs in to a data platform, for `SnowflakeConnection` and `DatabricksConnection`.

Each function gives what the attribute `credential` takes. The secrets in it are write-only: they stand in neither the
plan nor the state, and a new one is sent when `version` changes. Take them from `secret_from_env` or a reference.

```python
SnowflakeConnection(..., credential=credentials.username_password("svc", secret_from_env("SNOWFLAKE_PASSWORD")))
```

Terraform before 1.11 has no write-only attributes; `in_state=True` keeps the secret in the state instead, where
`version` is not needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_constructs.secrets import given

if TYPE_CHECKING:
    from immuta_constructs.secrets import Sensitive

__all__ = ["encrypted_key_pair", "key_pair", "oauth_certificate", "oauth_secret", "token", "username_password"]


def username_password(
    username: str, password: Sensitive, *, version: int = 1, in_state: bool = False
) -> dict[str, dict[str, Any]]:
    """A user and a password (Snowflake).

    Args:
        username: the user.
        password: the password.
        version: raise it to send a new password. Default: 1.
        in_state: keep the password in the state. Default: False.
    """
    return {
        "username_password": {"username": username, **given("password", password, version=version, in_state=in_state)}
    }


def token(value: Sensitive, *, version: int = 1, in_state: bool = False) -> dict[str, dict[str, Any]]:
    """A personal access token (Databricks).

    Args:
        value: the token.
        version: raise it to send a new token. Default: 1.
        in_state: keep the token in the state. Default: False.
    """
    return {"token": given("token", value, version=version, in_state=in_state)}


def key_pair(
    username: str, private_key: Sensitive, *, filename: str, version: int = 1, in_state: bool = False
) -> dict[str, dict[str, Any]]:
    """A user and a private key without passphrase (Snowflake).

    Args:
        username: the user.
        private_key: the key in PEM form, with real line breaks.
        filename: the name under which Immuta shows the key.
        version: raise it to send a new key. Default: 1.
        in_state: keep the key in the state. Default: False.
    """
    key = _private_key(private_key, filename, version, in_state)
    return {"unencrypted_key_pair": {"username": username, "private_key": key}}


def encrypted_key_pair(
    username: str,
    private_key: Sensitive,
    passphrase: Sensitive,
    *,
    filename: str,
    version: int = 1,
    in_state: bool = False,
) -> dict[str, dict[str, Any]]:
    """A user and a private key with its passphrase (Snowflake).

    Args:
        username: the user.
        private_key: the key in PEM form, with real line breaks.
        passphrase: opens the key.
        filename: the name under which Immuta shows the key.
        version: raise it to send a new key and passphrase. Default: 1.
        in_state: keep both in the state. Default: False.
    """
    key = _private_key(private_key, filename, version, in_state)
    return {
        "encrypted_key_pair": {
            "username": username,
            "private_key": key,
            **given("password", passphrase, version=version, in_state=in_state),
        }
    }


def oauth_secret(
    client_id: str,
    client_secret: Sensitive,
    *,
    authority_url: str,
    scope: str,
    version: int = 1,
    in_state: bool = False,
) -> dict[str, dict[str, Any]]:
    """An OAuth client and its secret (Snowflake and Databricks).

    Args:
        client_id: the client's id.
        client_secret: the client's secret.
        authority_url: where tokens are issued.
        scope: the scope that is asked for.
        version: raise it to send a new secret. Default: 1.
        in_state: keep the secret in the state. Default: False.
    """
    return {
        "oauth_with_secret": {
            "client_id": client_id,
            "authority_url": authority_url,
            "scope": scope,
            **given("client_secret", client_secret, version=version, in_state=in_state),
        }
    }


def oauth_certificate(
    client_id: str,
    private_key: Sensitive,
    thumbprint: Sensitive,
    *,
    filename: str,
    authority_url: str,
    scope: str,
    resource: str | None = None,
    version: int = 1,
    in_state: bool = False,
) -> dict[str, dict[str, Any]]:
    """An OAuth client and its certificate (Snowflake and Databricks).

    Args:
        client_id: the client's id.
        private_key: the certificate's private key in PEM form, with real line breaks.
        thumbprint: the certificate's public thumbprint.
        filename: the name under which Immuta shows the key.
        authority_url: where tokens are issued.
        scope: the scope that is asked for.
        resource: the resource that is asked for.
        version: raise it to send a new key and thumbprint. Default: 1.
        in_state: keep both in the state. Default: False.
    """
    return {
        "oauth_with_certificate": {
            "client_id": client_id,
            "authority_url": authority_url,
            "scope": scope,
            "resource": resource,
            "private_key": _private_key(private_key, filename, version, in_state),
            **given("public_certificate_thumbprint", thumbprint, version=version, in_state=in_state),
        }
    }


def _private_key(content: Sensitive, filename: str, version: int, in_state: bool) -> dict[str, Any]:
    return {"filename": filename, **given("content", content, version=version, in_state=in_state)}
