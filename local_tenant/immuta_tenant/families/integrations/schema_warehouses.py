"""The `config` of the warehouses: Azure Synapse Analytics, Redshift and Snowflake, for each way to authenticate.

What the server fills in is the default of an attribute; an attribute that stays unset is not shown.
"""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from immuta_tenant.families.integrations.schema import Host, Port, Positive, Text
from immuta_tenant.families.integrations.schema_clouds import Switch
from immuta_tenant.validation import VARIANT, Body, NotNull


class Impersonation(Body):
    """`impersonation`: its role has a default as soon as it is on."""

    DEFAULT_ROLE: ClassVar[str] = "IMMUTA_IMPERSONATION"

    enabled: bool = False
    role: NotNull[Text] = None

    @model_validator(mode="after")
    def _role(self) -> Self:
        if self.enabled and self.role is None:
            self.role = self.DEFAULT_ROLE
        return self


class RedshiftImpersonation(Impersonation):
    """`impersonation` of Redshift."""

    DEFAULT_ROLE: ClassVar[str] = "immuta_impersonation"


class Delimiters(Body):
    """`metadataDelimiters` of Azure Synapse Analytics."""

    hashDelimiter: str = "|"
    hashKeyDelimiter: str = ":"
    arrayDelimiter: str = ","


class Synapse(Body):
    """Azure Synapse Analytics."""

    host: Host
    database: Text
    # `schema` would hide a method of pydantic's models.
    schema_: Text = Field(alias="schema")
    authenticationType: Literal["userPassword"]
    username: Text
    password: Text
    metadataDelimiters: Delimiters = Field(default_factory=Delimiters)
    port: Port = 1433
    impersonation: Impersonation = Field(default_factory=Impersonation)
    connectArgs: NotNull[str] = None


class _Redshift(Body):
    host: Host
    database: Text
    initialDatabase: NotNull[Text] = None
    port: Port = 5439
    impersonation: RedshiftImpersonation = Field(default_factory=RedshiftImpersonation)
    connectArgs: NotNull[str] = None


class RedshiftUserPassword(_Redshift):
    """Redshift with a password."""

    authenticationType: Literal["userPassword"]
    username: Text
    password: Text


class RedshiftAccessKey(_Redshift):
    """Redshift with an access key."""

    authenticationType: Literal["accessKey"]
    databaseUser: Text
    accessKeyId: Text
    secretKey: Text
    sessionToken: NotNull[Text] = None


class Okta(Body):
    """`okta` of Redshift."""

    username: Text
    password: Text
    appId: Text
    idpHost: Text
    role: Text


class RedshiftOkta(_Redshift):
    """Redshift with Okta."""

    authenticationType: Literal["okta"]
    okta: Okta


class RedshiftAutomaticUserPassword(RedshiftUserPassword):
    """Redshift with a password, set up by Immuta."""

    initialDatabase: Text


class RedshiftAutomaticAccessKey(RedshiftAccessKey):
    """Redshift with an access key, set up by Immuta."""

    initialDatabase: Text


class RedshiftAutomaticOkta(RedshiftOkta):
    """Redshift with Okta, set up by Immuta."""

    initialDatabase: Text


class UserRolePattern(Body):
    """`userRolePattern` of Snowflake."""

    exclude: list[str] = Field(default_factory=list)


class Workspaces(Switch):
    """`workspaces` of Snowflake."""

    warehouses: NotNull[list[str]] = None

    @model_validator(mode="after")
    def _warehouses(self) -> Self:
        if self.enabled and self.warehouses is None:
            self.warehouses = []
        return self


class LineageConfig(Body):
    """`lineageConfig` of Snowflake."""

    tableFilter: str = "^.*$"
    tagFilterRegex: str = "^.*$"
    ingestBatchSize: Positive = 1000


class Lineage(Switch):
    """`lineage` of Snowflake while it is off."""

    lineageConfig: NotNull[LineageConfig] = None


class ActiveLineage(Switch):
    """`lineage` of Snowflake while it is on."""

    lineageConfig: LineageConfig


def _is_on(value: Any, name: str) -> bool:
    # A variant is also chosen when a model is written, not only when a request is read.
    found = value.get(name) if isinstance(value, dict) else getattr(value, name, None)
    return found is True


def _lineage(value: Any) -> str:
    return f"{VARIANT}{'on' if _is_on(value, 'enabled') else 'off'}"


AnyLineage = Annotated[
    Annotated[ActiveLineage, Tag(f"{VARIANT}on")] | Annotated[Lineage, Tag(f"{VARIANT}off")], Discriminator(_lineage)
]


class _SnowflakeOAuth(Body):
    provider: Text
    clientId: Text
    authorityUrl: Text
    useCertificate: bool
    resource: NotNull[str] = None
    scope: NotNull[str] = None


class SecretOAuth(_SnowflakeOAuth):
    """`oAuthClientConfig` of Snowflake with a secret."""

    clientSecret: Text


class CertificateOAuth(_SnowflakeOAuth):
    """`oAuthClientConfig` of Snowflake with a certificate."""

    publicCertificateThumbprint: Text
    oauthPrivateKey: Text


def _oauth(value: Any) -> str:
    return f"{VARIANT}{'certificate' if _is_on(value, 'useCertificate') else 'secret'}"


AnyOAuth = Annotated[
    Annotated[CertificateOAuth, Tag(f"{VARIANT}certificate")] | Annotated[SecretOAuth, Tag(f"{VARIANT}secret")],
    Discriminator(_oauth),
]


class _Snowflake(Body):
    host: Host
    warehouse: Text
    database: Text
    role: NotNull[Text] = None
    port: Port = 443
    audit: Switch = Field(default_factory=Switch)
    impersonation: Impersonation = Field(default_factory=Impersonation)
    userRolePattern: NotNull[UserRolePattern] = None
    workspaces: Workspaces = Field(default_factory=Workspaces)
    lineage: AnyLineage = Field(default_factory=Lineage)
    connectArgs: NotNull[str] = None


class SnowflakeUserPassword(_Snowflake):
    """Snowflake with a password."""

    authenticationType: Literal["userPassword"]
    username: Text
    password: Text


class SnowflakeKeyPair(_Snowflake):
    """Snowflake with a key pair."""

    authenticationType: Literal["keyPair"]
    username: Text
    privateKey: Text


class SnowflakeOAuth(_Snowflake):
    """Snowflake with OAuth."""

    authenticationType: Literal["oAuthClientCredentials"]
    username: NotNull[Text] = None
    oAuthClientConfig: AnyOAuth


class SnowflakeAutomaticUserPassword(SnowflakeUserPassword):
    """Snowflake with a password, set up by Immuta."""

    role: Text
    privilegedConnectArgs: NotNull[str] = None


class SnowflakeAutomaticKeyPair(SnowflakeKeyPair):
    """Snowflake with a key pair, set up by Immuta."""

    privilegedConnectArgs: NotNull[str] = None
