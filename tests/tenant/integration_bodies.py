"""Integrations of every platform and each way to authenticate, the credentials that end them, and helpers."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.tenant.client import Client

Body = dict[str, Any]
KEY_FILE = {
    "type": "service_account",
    "project_id": "p-1",
    "private_key": "made-up-key",
    "client_email": "i@p-1.iam.gserviceaccount.com",
}
PEM = "-----BEGIN PRIVATE KEY-----\nmade-up\n-----END PRIVATE KEY-----"
_S3 = {
    "name": "lake-eu",
    "awsAccountId": "210987654321",
    "awsRegion": "eu-west-1",
    "awsLocationRole": "arn:aws:iam::210987654321:role/ag-location",
    "awsLocationPath": "s3://lake-eu/",
}
_S3_KEY = {
    "authenticationType": "accessKey",
    "awsAccessKeyId": "AKIAMADEUP0001",
    "awsSecretAccessKey": "made-up-secret",
}
_SYNAPSE = {
    "host": "syn01.example.net",
    "database": "dw",
    "schema": "immuta_views",
    "authenticationType": "userPassword",
    "username": "setup@example.net",
    "password": "made-up",
}
_DATABRICKS = {"workspaceUrl": "ws7.cloud.databricks.com", "httpPath": "sql/1.0/warehouses/abc1"}
_DATABRICKS_OAUTH = {
    "clientId": "c1",
    "clientSecret": "made-up",
    "authorityUrl": "https://ws7.cloud.databricks.com/oidc/v1/token",
    "scope": "all-apis",
}
_BIGQUERY = {
    "role": "immuta_role",
    "datasetSuffix": "_secure",
    "location": "europe-west4",
    "credential": json.dumps(KEY_FILE),
}
_REDSHIFT = {"host": "rs.example.net", "database": "immuta", "initialDatabase": "dev"}
_PASSWORD = {"authenticationType": "userPassword", "username": "ADMIN", "password": "made-up"}
_ACCESS_KEY = {
    "authenticationType": "accessKey",
    "databaseUser": "u",
    "accessKeyId": "AKIAMADEUP",
    "secretKey": "made-up",
    "sessionToken": "made-up-token",
}
_OKTA_USER = {
    "username": "svc",
    "password": "made-up",
    "appId": "app1",
    "idpHost": "idp.example.net",
    "role": "r1",
}
_OKTA = {"authenticationType": "okta", "okta": _OKTA_USER}
_SNOWFLAKE = {"host": "ac1.snowflakecomputing.com", "warehouse": "WH", "database": "IMMUTA_DB"}
_KEY_PAIR = {"authenticationType": "keyPair", "username": "IMMUTA_SYS", "privateKey": PEM}
_SNOWFLAKE_OAUTH = {"provider": "Okta", "clientId": "c1", "authorityUrl": "https://idp.example.net/token"}
_CERTIFICATE = {
    "useCertificate": True,
    "publicCertificateThumbprint": "AB12",
    "oauthPrivateKey": "made-up",
    "resource": "res",
    "scope": "session:role-any",
}
_SECRET = {"useCertificate": False, "clientSecret": "made-up"}
_SNOWFLAKE_ALL = {
    "port": 443,
    "connectArgs": "PRIV_KEY_FILE_PWD=made-up",
    "audit": {"enabled": True},
    "impersonation": {"enabled": True, "role": "IMP_SF"},
    "workspaces": {"enabled": True, "warehouses": ["WH", "WH2"]},
    "userRolePattern": {"exclude": ["LOADER"]},
    "lineage": {
        "enabled": True,
        "lineageConfig": {"tableFilter": "^PROD.*$", "tagFilterRegex": "^.*$", "ingestBatchSize": 500},
    },
}


def _body(platform: str, automatic: bool, *parts: Body) -> Body:
    config: Body = {}
    for part in parts:
        config |= part
    return {"type": platform, "autoBootstrap": automatic, "config": config}


def _oauth(more: Body) -> Body:
    return {"authenticationType": "oAuthClientCredentials", "oAuthClientConfig": _SNOWFLAKE_OAUTH | more}


_ROLE = {"role": "ACCOUNTADMIN"}
_BODIES = {
    "s3 auto": _body(
        "Native S3", False, _S3, {"authenticationType": "auto", "awsRoleToAssume": "arn:aws:iam::210987654321:role/i"}
    ),
    "s3 key": _body("Native S3", False, _S3, _S3_KEY, {"port": 443}),
    "synapse auto": _body("Azure Synapse Analytics", True, _SYNAPSE),
    "synapse manual": _body(
        "Azure Synapse Analytics",
        False,
        _SYNAPSE,
        {
            "port": 1433,
            "impersonation": {"enabled": True, "role": "IMP"},
            "metadataDelimiters": {"hashDelimiter": "|", "hashKeyDelimiter": ":", "arrayDelimiter": ","},
            "connectArgs": "Encrypt=yes",
        },
    ),
    "databricks auto token": _body(
        "Databricks", True, _DATABRICKS, {"authenticationType": "token", "token": "dapi-made-up"}
    ),
    "databricks manual oauth": _body(
        "Databricks",
        False,
        _DATABRICKS,
        {
            "port": 443,
            "authenticationType": "oAuthM2M",
            "oAuthClientConfig": _DATABRICKS_OAUTH,
            "proxyOptions": {"host": "proxy.example.net", "port": 8443, "username": "p", "password": "made-up"},
            "audit": {"enabled": True},
            "catalog": "immuta_prod",
            "groupPattern": {"deny": "dbx_exempt"},
        },
    ),
    "bigquery": _body("Google BigQuery", False, _BIGQUERY),
    "bigquery full": _body("Google BigQuery", False, _BIGQUERY, {"dataset": "immuta_meta", "port": 443}),
    "redshift auto password": _body("Redshift", True, _REDSHIFT, _PASSWORD),
    "redshift auto key": _body("Redshift", True, _REDSHIFT, _ACCESS_KEY),
    "redshift auto okta": _body("Redshift", True, _REDSHIFT, _OKTA),
    "redshift manual okta": _body(
        "Redshift",
        False,
        _REDSHIFT,
        _OKTA,
        {"port": 5439, "impersonation": {"enabled": True, "role": "imp_rs"}, "connectArgs": "SSLMode=require"},
    ),
    "redshift manual password": _body("Redshift", False, _REDSHIFT, _PASSWORD),
    "snowflake auto password": _body(
        "Snowflake", True, _SNOWFLAKE, _PASSWORD, _ROLE, {"privilegedConnectArgs": "PRIV_KEY_FILE_PWD=made-up"}
    ),
    "snowflake auto key": _body(
        "Snowflake", True, _SNOWFLAKE, _KEY_PAIR, {"privilegedConnectArgs": "PRIV_KEY_FILE_PWD=made-up"}
    ),
    "snowflake manual password": _body("Snowflake", False, _SNOWFLAKE, _PASSWORD),
    "snowflake manual key": _body("Snowflake", False, _SNOWFLAKE, _KEY_PAIR, _SNOWFLAKE_ALL),
    "snowflake oauth certificate": _body("Snowflake", False, _SNOWFLAKE, _oauth(_CERTIFICATE)),
    "snowflake oauth secret": _body("Snowflake", False, _SNOWFLAKE, _oauth(_SECRET)),
    "trino": {"type": "Trino"},
}
NAMES = tuple(_BODIES)
CREDENTIALS: dict[str, Body] = {
    "synapse auto": _PASSWORD,
    "redshift auto password": _PASSWORD,
    "redshift auto key": _ACCESS_KEY,
    "redshift auto okta": _OKTA,
    "snowflake auto password": _PASSWORD | _ROLE,
    "snowflake auto key": {"authenticationType": "keyPair", "privateKey": PEM, **_ROLE},
}
ONE_OF_EACH = (
    "s3 key",
    "synapse auto",
    "databricks auto token",
    "bigquery",
    "redshift auto password",
    "snowflake auto password",
)


def body(name: str, /, **config: Any) -> Body:
    """Return a body; attributes of `config` replace those that it has, `...` takes one away."""
    found = copy.deepcopy(_BODIES[name])
    if config:
        found["config"] = {key: value for key, value in (found["config"] | config).items() if value is not ...}
    return found


def create(client: Client, name: str, /, **config: Any) -> int:
    """Create an integration; return its id."""
    return int(client.ok("POST", "/integrations", json=body(name, **config))["id"])


def delete(client: Client, identifier: int, name: str) -> Any:
    """Delete an integration with the credentials that it needs."""
    return client.ok("DELETE", f"/integrations/{identifier}", json=CREDENTIALS.get(name))


def refused(client: Client, method: str, path: str, **options: Any) -> tuple[int, str, str]:
    """Return status, name and message of an answer that must be exactly the error envelope."""
    response = client.request(method, path, **options)
    found = response.json()
    assert sorted(found) == ["error", "message", "statusCode"]
    assert found["statusCode"] == response.status_code
    return response.status_code, found["error"], found["message"]
