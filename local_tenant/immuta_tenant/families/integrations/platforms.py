"""The seven platforms: what each accepts, keeps fixed, is told apart by, and shows of its secrets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from immuta_tenant.families.integrations import schema_clouds as clouds
from immuta_tenant.families.integrations import schema_delete as delete
from immuta_tenant.families.integrations import schema_warehouses as warehouses
from immuta_tenant.store import Document

REDACTED = "<REDACTED>"
PLACEHOLDERS = (REDACTED, "REDACTED", "[REDACTED]")
# How an attribute is shown, beside REDACTED and "REDACTED", which stand for themselves.
CLEAR, ABSENT = "clear", "absent"

Path = tuple[str, ...]
Methods = Mapping[str | None, type[BaseModel]]


@dataclass(frozen=True)
class Platform:
    """One platform.

    Parameters:
        name: the `type` of the API.
        label: its name in messages.
        methods: by `autoBootstrap`, the model of `config` by `authenticationType` (None: it has no such attribute).
        site: of a `config`, what there can be one integration for.
        fixed: attributes of `config` that no PUT changes.
        settled: attributes of `config` that no PUT changes once the integration was set up.
        secrets: attributes of `config` that may hold a secret, and how they are shown.
        dropped: attributes of `config` that are stored and never shown.
        disabling: by `authenticationType`, the credentials that DELETE needs when Immuta has set it up.
        scripts: the kinds of scripts that there are.
    """

    name: str
    label: str
    methods: Mapping[bool, Methods] = field(default_factory=dict)
    site: Callable[[Document], str] = lambda _config: ""
    fixed: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    secrets: Mapping[Path, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    disabling: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    scripts: tuple[str, ...] = ()

    @property
    def has_config(self) -> bool:
        """Whether there is anything to configure."""
        return bool(self.methods)


def _host(config: Document) -> str:
    return str(config["host"]).lower()


def _workspace(config: Document) -> str:
    return str(config["workspaceUrl"]).lower()


def key_file(config: Document) -> Document:
    """Return the key file in the `credential` of Google BigQuery, from a request or as it is stored."""
    credential = config["credential"]
    found: Document = json.loads(credential) if isinstance(credential, str) else credential
    return found


def _dataset(config: Document) -> str:
    return f"{key_file(config)['project_id']}.{config['dataset']}"


def _path(config: Document) -> str:
    return str(config["awsLocationPath"])


_S3 = Platform(
    "Native S3",
    "Native S3",
    {False: {"auto": clouds.S3Automatic, "accessKey": clouds.S3AccessKey}},
    site=_path,
    fixed=("awsAccountId", "awsRegion", "awsLocationRole", "awsLocationPath", "awsRoleToAssume", "port"),
    secrets={("awsAccessKeyId",): CLEAR, ("awsSecretAccessKey",): CLEAR},
)
_SYNAPSE = Platform(
    "Azure Synapse Analytics",
    "Azure Synapse Analytics",
    {mode: {"userPassword": warehouses.Synapse} for mode in (True, False)},
    site=_host,
    settled=("host", "database", "schema", "metadataDelimiters"),
    secrets={("username",): REDACTED, ("password",): ABSENT, ("connectArgs",): REDACTED},
    dropped=("authenticationType",),
    disabling={"userPassword": delete.UserPassword},
    scripts=("initial-create", "create", "edit", "delete", "cleanup", "post-cleanup"),
)
_DATABRICKS = Platform(
    "Databricks",
    "Databricks Unity Catalog",
    {mode: {"token": clouds.DatabricksToken, "oAuthM2M": clouds.DatabricksOAuthM2M} for mode in (True, False)},
    site=_workspace,
    settled=("workspaceUrl", "catalog"),
    secrets={
        ("token",): "REDACTED",
        ("oAuthClientConfig", "clientSecret"): REDACTED,
        ("proxyOptions", "username"): REDACTED,
        ("proxyOptions", "password"): REDACTED,
    },
    scripts=("create", "edit", "delete"),
)
_BIGQUERY = Platform(
    "Google BigQuery",
    "Google BigQuery",
    {False: {None: clouds.BigQuery}},
    site=_dataset,
    fixed=("location",),
    settled=("datasetSuffix", "dataset"),
    secrets={("credential",): CLEAR},
)
_REDSHIFT = Platform(
    "Redshift",
    "Redshift",
    {
        True: {
            "userPassword": warehouses.RedshiftAutomaticUserPassword,
            "accessKey": warehouses.RedshiftAutomaticAccessKey,
            "okta": warehouses.RedshiftAutomaticOkta,
        },
        False: {
            "userPassword": warehouses.RedshiftUserPassword,
            "accessKey": warehouses.RedshiftAccessKey,
            "okta": warehouses.RedshiftOkta,
        },
    },
    site=_host,
    settled=("host", "database", "initialDatabase"),
    secrets={
        ("username",): REDACTED,
        ("password",): REDACTED,
        ("accessKeyId",): REDACTED,
        ("secretKey",): REDACTED,
        ("sessionToken",): REDACTED,
        ("okta", "username"): REDACTED,
        ("okta", "password"): ABSENT,
        ("connectArgs",): REDACTED,
    },
    disabling={"userPassword": delete.UserPassword, "accessKey": delete.AccessKey, "okta": delete.OktaUser},
    scripts=("initial-create", "create", "edit", "delete", "cleanup"),
)
_SNOWFLAKE = Platform(
    "Snowflake",
    "Snowflake",
    {
        True: {
            "userPassword": warehouses.SnowflakeAutomaticUserPassword,
            "keyPair": warehouses.SnowflakeAutomaticKeyPair,
        },
        False: {
            "userPassword": warehouses.SnowflakeUserPassword,
            "keyPair": warehouses.SnowflakeKeyPair,
            "oAuthClientCredentials": warehouses.SnowflakeOAuth,
        },
    },
    site=_host,
    settled=("host", "database"),
    secrets={
        ("username",): REDACTED,
        ("password",): REDACTED,
        ("privateKey",): REDACTED,
        ("oAuthClientConfig", "oauthPrivateKey"): REDACTED,
        ("oAuthClientConfig", "clientSecret"): CLEAR,
        ("connectArgs",): REDACTED,
        ("privilegedConnectArgs",): REDACTED,
    },
    disabling={"userPassword": delete.SnowflakeUserPassword, "keyPair": delete.SnowflakeKeyPair},
    scripts=("create", "edit", "delete", "cleanup"),
)
_TRINO = Platform("Trino", "Trino", secrets={("apiKey",): CLEAR})

PLATFORMS = {
    platform.name: platform for platform in (_SYNAPSE, _DATABRICKS, _BIGQUERY, _S3, _REDSHIFT, _SNOWFLAKE, _TRINO)
}
# What no sample of a response shows, though requests have it.
UNSAMPLED = ("groupPattern", "proxyOptions", "userRolePattern")
# Responses may hold more than the documents name.
INTERNAL = {"internalState": {"revision": 1}}
# What the samples of the list leave out.
UNLISTED = {"Databricks": ("port", "authenticationType")}


def value_at(config: Document, path: Path) -> Any:
    """Return a value of a `config`, or None."""
    value: Any = config
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
