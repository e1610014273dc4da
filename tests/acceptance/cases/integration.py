"""How `immuta_integration` is put to the test; `VARIANTS` has every platform with every way to sign in.

The suite shows Snowflake with Terraform; `test_integration_attributes.py` goes through all the others, and through
every attribute of each.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Any, Final

from immuta_provider.resources.integration import IntegrationResource
from immuta_provider.resources.integration_api_key import IntegrationApiKeyResource
from tests.acceptance import outside, suite

PEM: Final = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqplanted\n-----END PRIVATE KEY-----\n"
KEY_FILE: Final = {
    "type": "service_account",
    "project_id": "p-1",
    "private_key_id": "planted-key-id",
    "private_key": PEM,
    "client_email": "immuta@p-1.iam.gserviceaccount.com",
}
OTHER_KEY_FILE: Final = {**KEY_FILE, "private_key_id": "rotated-key-id"}
HOST: Final = "ac1.snowflakecomputing.com"


@dataclass(frozen=True)
class Variant:
    """One platform with one way to sign in and everything else there is.

    `config` is the same as the documents want it in a request. `new` has, by dotted name, another value for each of its
    attributes; `replaces` those that need a new object; `hidden` those of which the API shows nothing.
    """

    platform: str
    type: str
    automatic: bool | None
    attributes: dict[str, Any]
    config: dict[str, Any]
    new: dict[str, Any]
    replaces: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    site: str = ""

    @property
    def configuration(self) -> dict[str, Any]:
        """The configuration of the resource."""
        automatic = {} if self.automatic is None else {"auto_bootstrap": self.automatic}
        return {**automatic, self.platform: self.attributes}

    @property
    def body(self) -> dict[str, Any]:
        """The body of a POST."""
        if self.automatic is None:
            return {"type": self.type}
        return {"type": self.type, "autoBootstrap": self.automatic, "config": self.config}


_SNOWFLAKE: Final = {
    "host": HOST,
    "port": 8443,
    "warehouse": "WH",
    "database": "IMMUTA_DB",
    "role": "ACCOUNTADMIN",
    "audit": {"enabled": True},
    "impersonation": {"enabled": True, "role": "IMP_SF"},
    "user_role_pattern": {"exclude": ["LOADER", "Loader"]},
    "workspaces": {"enabled": True, "warehouses": ["WH", "WH2"]},
    "lineage": {
        "enabled": True,
        "lineage_config": {"table_filter": "^PROD.*$", "tag_filter_regex": "^A", "ingest_batch_size": 500},
    },
    "connect_args": "PRIV_KEY_FILE_PWD=planted",
}
_SNOWFLAKE_CONFIG: Final = {
    "host": HOST,
    "port": 8443,
    "warehouse": "WH",
    "database": "IMMUTA_DB",
    "role": "ACCOUNTADMIN",
    "audit": {"enabled": True},
    "impersonation": {"enabled": True, "role": "IMP_SF"},
    "userRolePattern": {"exclude": ["LOADER", "Loader"]},
    "workspaces": {"enabled": True, "warehouses": ["WH", "WH2"]},
    "lineage": {
        "enabled": True,
        "lineageConfig": {"tableFilter": "^PROD.*$", "tagFilterRegex": "^A", "ingestBatchSize": 500},
    },
    "connectArgs": "PRIV_KEY_FILE_PWD=planted",
}
_SNOWFLAKE_NEW: Final = {
    "host": "ac2.snowflakecomputing.com",
    "port": 444,
    "warehouse": "OTHER_WH",
    "database": "OTHER_DB",
    "role": "SYSADMIN",
    "audit.enabled": False,
    "impersonation.enabled": False,
    "impersonation.role": "OTHER_IMP",
    "user_role_pattern.exclude": ["DUMPER"],
    "workspaces.enabled": False,
    "workspaces.warehouses": ["WH3"],
    "lineage.enabled": False,
    "lineage.lineage_config.table_filter": "^TEST",
    "lineage.lineage_config.tag_filter_regex": "^B",
    "lineage.lineage_config.ingest_batch_size": 2,
    "connect_args": "PRIV_KEY_FILE_PWD=rotated",
}
_FIXED: Final = frozenset({"host", "database"})
_OAUTH: Final = {"provider": "Okta", "client_id": "c1", "authority_url": "https://idp.example.net/token"}
_OAUTH_CONFIG: Final = {"provider": "Okta", "clientId": "c1", "authorityUrl": "https://idp.example.net/token"}


def _login(method: str, members: dict[str, Any]) -> dict[str, Any]:
    """By dotted name, another value for each member of a way to sign in."""
    return {f"{method}.{name}": f"{value}-rotated" for name, value in members.items()}


def _snowflake(automatic: bool, method: str, login: dict[str, Any], config: dict[str, Any], **rest: Any) -> Variant:
    more, more_config = rest.pop("more", {}), rest.pop("more_config", {})
    return Variant(
        "snowflake",
        "Snowflake",
        automatic,
        _SNOWFLAKE | {method: login} | more,
        _SNOWFLAKE_CONFIG | config | more_config,
        _SNOWFLAKE_NEW | rest.pop("new", _login(method, login)) | dict.fromkeys(more, "rotated=1"),
        _FIXED,
        frozenset({"connect_args", *more, *rest.pop("hidden", {f"{method}.{name}" for name in login})}),
        HOST,
    )


_USER: Final = {"username": "INSTALLER", "password": "planted-password"}
_USER_CONFIG: Final = {"authenticationType": "userPassword", **_USER}
_PAIR: Final = {"username": "IMMUTA_SYS", "private_key": PEM}
_PAIR_CONFIG: Final = {"authenticationType": "keyPair", "username": "IMMUTA_SYS", "privateKey": PEM}
_PRIVILEGED: Final = {
    "more": {"privileged_connect_args": "planted-privileged"},
    "more_config": {"privilegedConnectArgs": "planted-privileged"},
}
_REDSHIFT: Final = {
    "host": "rs.example.net",
    "port": 5440,
    "database": "immuta",
    "initial_database": "dev",
    "impersonation": {"enabled": True, "role": "imp_rs"},
    "connect_args": "SSLMode=planted",
}
_REDSHIFT_CONFIG: Final = {
    "host": "rs.example.net",
    "port": 5440,
    "database": "immuta",
    "initialDatabase": "dev",
    "impersonation": {"enabled": True, "role": "imp_rs"},
    "connectArgs": "SSLMode=planted",
}


def _redshift(automatic: bool, method: str, login: dict[str, Any], config: dict[str, Any]) -> Variant:
    secret = {"username", "password", "access_key_id", "secret_key", "session_token"}
    return Variant(
        "redshift",
        "Redshift",
        automatic,
        _REDSHIFT | {method: login},
        _REDSHIFT_CONFIG | config,
        {
            "host": "rs2.example.net",
            "port": 5441,
            "database": "other",
            "initial_database": "other",
            "impersonation.enabled": False,
            "impersonation.role": "other",
            "connect_args": "SSLMode=rotated",
        }
        | _login(method, login),
        _FIXED | {"initial_database"},
        frozenset({"connect_args", *(f"{method}.{name}" for name in login if name in secret)}),
        "rs.example.net",
    )


_OKTA: Final = {**_USER, "app_id": "app1", "idp_host": "idp.example.net", "role": "r1"}
_OKTA_CONFIG: Final = {
    "authenticationType": "okta",
    "okta": {**_USER, "appId": "app1", "idpHost": "idp.example.net", "role": "r1"},
}
_AWS: Final = {
    "database_user": "u",
    "access_key_id": "AKIAPLANTED",
    "secret_key": "planted-key",
    "session_token": "planted-session",
}
_AWS_CONFIG: Final = {
    "authenticationType": "accessKey",
    "databaseUser": "u",
    "accessKeyId": "AKIAPLANTED",
    "secretKey": "planted-key",
    "sessionToken": "planted-session",
}


def _synapse(automatic: bool) -> Variant:
    return Variant(
        "azure_synapse_analytics",
        "Azure Synapse Analytics",
        automatic,
        {
            "host": "syn01.example.net",
            "port": 1434,
            "database": "dw",
            "schema": "immuta_views",
            "user_password": _USER,
            "metadata_delimiters": {"hash_delimiter": "#", "hash_key_delimiter": "=", "array_delimiter": ";"},
            "impersonation": {"enabled": True, "role": "IMP"},
            "connect_args": "Encrypt=planted",
        },
        {
            "host": "syn01.example.net",
            "port": 1434,
            "database": "dw",
            "schema": "immuta_views",
            **_USER_CONFIG,
            "metadataDelimiters": {"hashDelimiter": "#", "hashKeyDelimiter": "=", "arrayDelimiter": ";"},
            "impersonation": {"enabled": True, "role": "IMP"},
            "connectArgs": "Encrypt=planted",
        },
        {
            "host": "syn02.example.net",
            "port": 1435,
            "database": "other",
            "schema": "other",
            **_login("user_password", _USER),
            "metadata_delimiters.hash_delimiter": "!",
            "metadata_delimiters.hash_key_delimiter": "!",
            "metadata_delimiters.array_delimiter": "!",
            "impersonation.enabled": False,
            "impersonation.role": "OTHER",
            "connect_args": "Encrypt=rotated",
        },
        _FIXED | {"schema"} | {f"metadata_delimiters.{each}_delimiter" for each in ("hash", "hash_key", "array")},
        frozenset({"connect_args", "user_password.username", "user_password.password"}),
        "syn01.example.net",
    )


def _databricks(
    automatic: bool, method: str, login: dict[str, Any], config: dict[str, Any], hidden: set[str]
) -> Variant:
    proxy = {"host": "proxy.example.net", "port": 8443, "username": "p", "password": "planted-proxy"}
    return Variant(
        "databricks",
        "Databricks",
        automatic,
        {
            "workspace_url": "ws7.cloud.databricks.com",
            "http_path": "sql/1.0/warehouses/abc1",
            "port": 8443,
            method: login,
            "proxy_options": proxy,
            "audit": {"enabled": True},
            "catalog": "immuta_prod",
            "group_pattern": {"deny": "dbx_exempt"},
        },
        {
            "workspaceUrl": "ws7.cloud.databricks.com",
            "httpPath": "sql/1.0/warehouses/abc1",
            "port": 8443,
            **config,
            "proxyOptions": proxy,
            "audit": {"enabled": True},
            "catalog": "immuta_prod",
            "groupPattern": {"deny": "dbx_exempt"},
        },
        {
            "workspace_url": "ws8.cloud.databricks.com",
            "http_path": "sql/1.0/warehouses/abc2",
            "port": 444,
            **_login(method, login),
            "proxy_options.host": "proxy2.example.net",
            "proxy_options.port": 444,
            "proxy_options.username": "q",
            "proxy_options.password": "rotated",
            "audit.enabled": False,
            "catalog": "other",
            "group_pattern.deny": "other",
        },
        frozenset({"workspace_url", "catalog"}),
        frozenset({"proxy_options.username", "proxy_options.password", *hidden}),
        "ws7.cloud.databricks.com",
    )


def _s3(method: str, login: dict[str, Any], config: dict[str, Any]) -> Variant:
    attributes = {
        "name": "lake-eu",
        "aws_account_id": "210987654321",
        "aws_region": "eu-west-1",
        "aws_location_role": "arn:aws:iam::210987654321:role/ag-location",
        "aws_location_path": "s3://lake-eu/",
        "aws_role_to_assume": "arn:aws:iam::210987654321:role/immuta",
        "port": 8443,
    }
    return Variant(
        "native_s3",
        "Native S3",
        False,
        {**attributes, method: login},
        {
            "name": "lake-eu",
            "awsAccountId": "210987654321",
            "awsRegion": "eu-west-1",
            "awsLocationRole": "arn:aws:iam::210987654321:role/ag-location",
            "awsLocationPath": "s3://lake-eu/",
            "awsRoleToAssume": "arn:aws:iam::210987654321:role/immuta",
            "port": 8443,
            **config,
        },
        {name: 444 if name == "port" else f"{value}2" for name, value in attributes.items()} | _login(method, login),
        frozenset(attributes) - {"name"},
        frozenset({f"{method}.aws_secret_access_key"} if login else ()),
        "lake-eu",
    )


_BIGQUERY: Final = Variant(
    "google_bigquery",
    "Google BigQuery",
    False,
    {
        "role": "immuta_role",
        "dataset": "immuta_meta",
        "dataset_suffix": "_secure",
        "location": "europe-west4",
        "port": 8443,
        "credential": json.dumps(KEY_FILE, indent=2),
    },
    {
        "role": "immuta_role",
        "dataset": "immuta_meta",
        "datasetSuffix": "_secure",
        "location": "europe-west4",
        "port": 8443,
        "credential": json.dumps(KEY_FILE, indent=2),
    },
    {
        "role": "other",
        "dataset": "other",
        "dataset_suffix": "_other",
        "location": "us-east1",
        "port": 444,
        "credential": json.dumps(OTHER_KEY_FILE),
    },
    frozenset({"dataset", "dataset_suffix", "location"}),
    frozenset(),
    "p-1/immuta_meta",
)
_CERTIFICATE: Final = {"public_certificate_thumbprint": "AB12", "oauth_private_key": "planted-oauth-key"}
VARIANTS: Final[dict[str, Variant]] = {
    "snowflake auto, password": _snowflake(True, "user_password", _USER, _USER_CONFIG, **_PRIVILEGED),
    "snowflake auto, key": _snowflake(True, "key_pair", _PAIR, _PAIR_CONFIG, **_PRIVILEGED),
    "snowflake, password": _snowflake(False, "user_password", _USER, _USER_CONFIG),
    "snowflake, key": _snowflake(False, "key_pair", _PAIR, _PAIR_CONFIG),
    "snowflake, certificate": _snowflake(
        False,
        "oauth_client_credentials",
        {**_OAUTH, "username": "U", "use_certificate": True, **_CERTIFICATE, "resource": "res", "scope": "sc"},
        {
            "authenticationType": "oAuthClientCredentials",
            "username": "U",
            "oAuthClientConfig": {
                **_OAUTH_CONFIG,
                "useCertificate": True,
                "publicCertificateThumbprint": "AB12",
                "oauthPrivateKey": "planted-oauth-key",
                "resource": "res",
                "scope": "sc",
            },
        },
        new=_login(
            "oauth_client_credentials", {**_OAUTH, "username": "U", **_CERTIFICATE, "resource": "r", "scope": "s"}
        ),
        hidden={f"oauth_client_credentials.{name}" for name in ("username", "oauth_private_key")},
    ),
    "snowflake, client secret": _snowflake(
        False,
        "oauth_client_credentials",
        {**_OAUTH, "use_certificate": False, "client_secret": "planted-client-secret"},
        {
            "authenticationType": "oAuthClientCredentials",
            "oAuthClientConfig": {**_OAUTH_CONFIG, "useCertificate": False, "clientSecret": "planted-client-secret"},
        },
        new=_login("oauth_client_credentials", {**_OAUTH, "client_secret": "planted-client-secret"}),
        hidden={"oauth_client_credentials.client_secret"},
    ),
    **{
        f"redshift{' auto' if automatic else ''}, {method}": _redshift(automatic, method, login, config)
        for automatic in (True, False)
        for method, login, config in (
            ("user_password", _USER, _USER_CONFIG),
            ("access_key", _AWS, _AWS_CONFIG),
            ("okta", _OKTA, _OKTA_CONFIG),
        )
    },
    "synapse auto": _synapse(True),
    "synapse": _synapse(False),
    **{
        f"databricks{' auto' if automatic else ''}, {method}": _databricks(automatic, method, login, config, hidden)
        for automatic in (True, False)
        for method, login, config, hidden in (
            (
                "token",
                {"token": "dapi-planted"},
                {"authenticationType": "token", "token": "dapi-planted"},
                {"token.token"},
            ),
            (
                "oauth_m2m",
                {
                    "client_id": "c1",
                    "client_secret": "planted-client-secret",
                    "authority_url": "https://ws7.cloud.databricks.com/oidc/v1/token",
                    "scope": "all-apis",
                },
                {
                    "authenticationType": "oAuthM2M",
                    "oAuthClientConfig": {
                        "clientId": "c1",
                        "clientSecret": "planted-client-secret",
                        "authorityUrl": "https://ws7.cloud.databricks.com/oidc/v1/token",
                        "scope": "all-apis",
                    },
                },
                {"oauth_m2m.client_secret"},
            ),
        )
    },
    "s3, auto": _s3("auto", {}, {"authenticationType": "auto"}),
    "s3, access key": _s3(
        "access_key",
        {"aws_access_key_id": "AKIAPLANTED", "aws_secret_access_key": "planted-secret"},
        {"authenticationType": "accessKey", "awsAccessKeyId": "AKIAPLANTED", "awsSecretAccessKey": "planted-secret"},
    ),
    "bigquery": _BIGQUERY,
    "trino": Variant("trino", "Trino", None, {}, {}, {}),
}
# One of each platform, set up by Immuta where it does that.
ONE_EACH: Final = {each.platform: name for name, each in reversed(VARIANTS.items())}.values()
SECRET_NAMES: Final = (
    *("password", "private_key", "oauth_private_key", "client_secret", "token", "secret_key", "session_token"),
    *("aws_secret_access_key", "connect_args", "privileged_connect_args", "credential"),
)


def changed(attributes: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy in which the end of a dotted path has another value; None takes it away."""
    made = copy.deepcopy(attributes)
    *steps, last = path.split(".")
    place = made
    for step in steps:
        place = place[step]
    place[last] = value
    return made


FULL: Final = {
    "auto_bootstrap": True,
    "snowflake": VARIANTS["snowflake auto, password"].attributes,
    "deletion_protection": False,
    "force_disable": False,
    "extra_json": json.dumps({"config": {"warehouse": "WH"}}),
}
CREDENTIALS: Final = {"user_password": _USER}
EVERY: Final = [name for name, _ in IntegrationResource.model.block.walk()]
SHOWN: Final = {"snowflake.audit.enabled": False, "snowflake.workspaces.warehouses": ["WH"]}


def _updated(path: str, value: Any) -> dict[str, Any]:
    return {"snowflake": changed(FULL["snowflake"], path.removeprefix("snowflake."), value)}


CASE: Final = suite.Case(
    resource=IntegrationResource,
    identity="id",
    minimal={
        "auto_bootstrap": False,
        "snowflake": {
            "host": "minimal.snowflakecomputing.com",
            "warehouse": "WH",
            "database": "DB",
            "key_pair": {"username": "U", "private_key_wo": PEM},
        },
    },
    full=FULL,
    updates={
        **{path: _updated(path, value) for path, value in SHOWN.items()},
        "destroy_credentials": {"destroy_credentials": CREDENTIALS},
        "force_disable": {"force_disable": True},
        "snowflake.host": _updated("host", "ac3.snowflakecomputing.com"),
    },
    replaces=frozenset({"snowflake.host"}),
    renewed=frozenset({"validation_results"}),
    drifts={
        "snowflake.audit.enabled": outside.change_integration(HOST, audit={"enabled": False}),
        "snowflake.workspaces.warehouses": outside.change_integration(
            HOST, workspaces={"enabled": True, "warehouses": ["WH"]}
        ),
    },
    gone=outside.delete_integration(HOST),
    import_ids=(f"Snowflake/{HOST}", f"key:snowflake/{HOST.upper()}", None),
    after_import=frozenset({"snowflake", "extra_json"}),
    covered_by={
        **{
            name: "test_every_attribute"
            for name in EVERY
            if "." in name
            and name not in SHOWN
            and not name.startswith(("validation_results.", "destroy_credentials."))
        },
        **{name: "test_a_destroy_takes_the_credentials" for name in EVERY if name.startswith("destroy_credentials.")},
        **{name: "test_statuses" for name in EVERY if name.startswith("validation_results.") or name == "status"},
        "auto_bootstrap": "test_another_way_of_set_up_is_another_integration",
        "extra_json": "test_extra_json_is_compared_at_its_paths",
    },
    tests="test_integration_attributes.py",
    keys=(),
)
API_KEY_CASE: Final = suite.Case(
    resource=IntegrationApiKeyResource,
    identity="integration_id",
    requires={"immuta_integration": {"trino": {"trino": {}}}},
    minimal={"integration_id": "${immuta_integration.trino.id}"},
    full={"integration_id": "${immuta_integration.trino.id}", "triggers": {"rotated": "1"}},
    updates={"triggers": {"triggers": {"rotated": "2"}}},
    replaces=frozenset({"triggers"}),
    drifts={},
    gone=None,
    import_ids=(None,),
    after_import=frozenset({"triggers"}),
    covered_by={"new_key": "test_a_new_key", "integration_id": "test_a_new_key"},
    tests="test_integration_life.py",
    keys=(),
)
