"""What the credentials of connections must look like, whole (in a create) and in part (in a patch)."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Tag, model_validator

from immuta_tenant.families.connections.schema_parts import Text, Uri, told_apart_by
from immuta_tenant.validation import Body, NotNull


class PrivateKey(Body):
    """A key file; goes whole, also in a patch."""

    filename: Text
    content: Text


class UsernamePassword(Body):
    """Snowflake, and every proxy."""

    authenticationType: Literal["UsernamePassword"]
    username: Text
    password: Text


class Token(Body):
    """Databricks."""

    authenticationType: Literal["Token"]
    token: Text


class OAuthWithSecret(Body):
    """Both technologies."""

    authenticationType: Literal["OAuthWithSecret"]
    clientId: Text
    authorityUrl: Uri
    scope: Text
    clientSecret: Text


class OAuthWithCertificate(Body):
    """Both technologies."""

    authenticationType: Literal["OAuthWithCertificate"]
    clientId: Text
    authorityUrl: Uri
    scope: Text
    publicCertificateThumbprint: Text
    resource: NotNull[Text] = None
    privateKey: PrivateKey


class UnencryptedKeyPair(Body):
    """Snowflake."""

    authenticationType: Literal["UnencryptedKeyPair"]
    username: Text
    privateKey: PrivateKey


class EncryptedKeyPair(Body):
    """Snowflake; the password is that of the key."""

    authenticationType: Literal["EncryptedKeyPair"]
    username: Text
    privateKey: PrivateKey
    password: Text


class _Part(Body):
    """Of a credential only the type has to be there, and something beside it."""

    @model_validator(mode="after")
    def _says_something(self) -> _Part:
        if self.model_fields_set == {"authenticationType"}:
            raise ValueError("must have at least one attribute beside authenticationType")
        return self


class UsernamePasswordPatch(_Part):
    """See `UsernamePassword`."""

    authenticationType: Literal["UsernamePassword"]
    username: NotNull[Text] = None
    password: NotNull[Text] = None


class TokenPatch(_Part):
    """See `Token`."""

    authenticationType: Literal["Token"]
    token: NotNull[Text] = None


class OAuthWithSecretPatch(_Part):
    """See `OAuthWithSecret`."""

    authenticationType: Literal["OAuthWithSecret"]
    clientId: NotNull[Text] = None
    authorityUrl: NotNull[Uri] = None
    scope: NotNull[Text] = None
    clientSecret: NotNull[Text] = None


class OAuthWithCertificatePatch(_Part):
    """See `OAuthWithCertificate`."""

    authenticationType: Literal["OAuthWithCertificate"]
    clientId: NotNull[Text] = None
    authorityUrl: NotNull[Uri] = None
    scope: NotNull[Text] = None
    publicCertificateThumbprint: NotNull[Text] = None
    resource: NotNull[Text] = None
    privateKey: NotNull[PrivateKey] = None


class UnencryptedKeyPairPatch(_Part):
    """See `UnencryptedKeyPair`."""

    authenticationType: Literal["UnencryptedKeyPair"]
    username: NotNull[Text] = None
    privateKey: NotNull[PrivateKey] = None


class EncryptedKeyPairPatch(_Part):
    """See `EncryptedKeyPair`."""

    authenticationType: Literal["EncryptedKeyPair"]
    username: NotNull[Text] = None
    privateKey: NotNull[PrivateKey] = None
    password: NotNull[Text] = None


_OF_DATABRICKS = told_apart_by("authenticationType", "Token", "OAuthWithSecret", "OAuthWithCertificate")
_OF_SNOWFLAKE = told_apart_by(
    "authenticationType",
    "UsernamePassword",
    "OAuthWithSecret",
    "OAuthWithCertificate",
    "UnencryptedKeyPair",
    "EncryptedKeyPair",
)
DatabricksCredential = Annotated[
    Annotated[Token, Tag("~Token")]
    | Annotated[OAuthWithSecret, Tag("~OAuthWithSecret")]
    | Annotated[OAuthWithCertificate, Tag("~OAuthWithCertificate")],
    _OF_DATABRICKS,
]
DatabricksCredentialPatch = Annotated[
    Annotated[TokenPatch, Tag("~Token")]
    | Annotated[OAuthWithSecretPatch, Tag("~OAuthWithSecret")]
    | Annotated[OAuthWithCertificatePatch, Tag("~OAuthWithCertificate")],
    _OF_DATABRICKS,
]
SnowflakeCredential = Annotated[
    Annotated[UsernamePassword, Tag("~UsernamePassword")]
    | Annotated[OAuthWithSecret, Tag("~OAuthWithSecret")]
    | Annotated[OAuthWithCertificate, Tag("~OAuthWithCertificate")]
    | Annotated[UnencryptedKeyPair, Tag("~UnencryptedKeyPair")]
    | Annotated[EncryptedKeyPair, Tag("~EncryptedKeyPair")],
    _OF_SNOWFLAKE,
]
SnowflakeCredentialPatch = Annotated[
    Annotated[UsernamePasswordPatch, Tag("~UsernamePassword")]
    | Annotated[OAuthWithSecretPatch, Tag("~OAuthWithSecret")]
    | Annotated[OAuthWithCertificatePatch, Tag("~OAuthWithCertificate")]
    | Annotated[UnencryptedKeyPairPatch, Tag("~UnencryptedKeyPair")]
    | Annotated[EncryptedKeyPairPatch, Tag("~EncryptedKeyPair")],
    _OF_SNOWFLAKE,
]
