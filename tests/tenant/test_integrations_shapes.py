"""What requests about integrations must look like; every refusal names the attribute and never its value."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.tenant.client import Client
from tests.tenant.integration_bodies import CREDENTIALS, NAMES, body, create, refused

REQUIRED = {
    "s3 key": (
        "name awsAccountId awsRegion awsLocationRole awsLocationPath authenticationType awsAccessKeyId "
        "awsSecretAccessKey"
    ),
    "synapse auto": "host database schema authenticationType username password",
    "synapse manual": "host database schema authenticationType username password",
    "databricks auto token": "workspaceUrl httpPath authenticationType token",
    "databricks manual oauth": (
        "workspaceUrl httpPath authenticationType oAuthClientConfig oAuthClientConfig.clientId "
        "oAuthClientConfig.clientSecret proxyOptions.host"
    ),
    "bigquery": "role datasetSuffix location credential",
    "redshift auto password": "host database initialDatabase authenticationType username password",
    "redshift auto key": "initialDatabase databaseUser accessKeyId secretKey",
    "redshift auto okta": "initialDatabase okta okta.username okta.password okta.appId okta.idpHost okta.role",
    "redshift manual password": "host database authenticationType username password",
    "snowflake auto password": "host warehouse database authenticationType username password role",
    "snowflake auto key": "username privateKey",
    "snowflake manual key": "username privateKey lineage.lineageConfig",
    "snowflake oauth certificate": (
        "oAuthClientConfig oAuthClientConfig.provider oAuthClientConfig.clientId oAuthClientConfig.authorityUrl "
        "oAuthClientConfig.publicCertificateThumbprint oAuthClientConfig.oauthPrivateKey"
    ),
    "snowflake oauth secret": "oAuthClientConfig.useCertificate oAuthClientConfig.clientSecret",
}
OPTIONAL = {
    "s3 key": "port",
    "s3 auto": "awsRoleToAssume",
    "synapse manual": "port impersonation impersonation.role metadataDelimiters connectArgs",
    "databricks manual oauth": (
        "port proxyOptions proxyOptions.port proxyOptions.username proxyOptions.password audit audit.enabled catalog "
        "groupPattern groupPattern.deny oAuthClientConfig.authorityUrl oAuthClientConfig.scope"
    ),
    "bigquery full": "dataset port",
    "redshift auto key": "sessionToken",
    "redshift manual okta": "initialDatabase port impersonation connectArgs",
    "snowflake auto password": "privilegedConnectArgs",
    "snowflake auto key": "privilegedConnectArgs",
    "snowflake manual key": (
        "port connectArgs audit impersonation workspaces workspaces.warehouses userRolePattern userRolePattern.exclude "
        "lineage lineage.lineageConfig.tableFilter lineage.lineageConfig.ingestBatchSize"
    ),
    "snowflake oauth certificate": "oAuthClientConfig.resource oAuthClientConfig.scope",
}


def _with(name: str, path: str, value: Any = ...) -> dict[str, Any]:
    found = copy.deepcopy(body(name))
    *parents, last = path.split(".")
    holder = found["config"]
    for parent in parents:
        holder = holder[parent]
    if value is ...:
        holder.pop(last, None)
    else:
        holder[last] = value
    return found


def _refusal(client: Client, sent: Any) -> str:
    status, error, message = refused(client, "POST", "/integrations", json=sent)
    assert (status, error) == (400, "Bad Request")
    return message


@pytest.mark.parametrize("name", REQUIRED)
def test_required(client: Client, name: str) -> None:
    paths = REQUIRED[name].split()
    messages = [_refusal(client, _with(name, path)) for path in paths]

    assert messages == [f'"config.{path}" is required' for path in paths]


@pytest.mark.parametrize("name", OPTIONAL)
def test_optional(client: Client, name: str) -> None:
    for path in OPTIONAL[name].split():
        results = client.ok("POST", "/integrations?dryRun=true", json=_with(name, path))["validationResults"]
        assert (path, results["status"]) == (path, "passed")
        assert _refusal(client, _with(name, path, None)).startswith(f'"config.{path}" must ')


def test_unknown_attributes(client: Client) -> None:
    for name in NAMES[:-1]:
        assert _refusal(client, _with(name, "colour", 1)) == '"config.colour" is not allowed'
        assert _refusal(client, body(name) | {"colour": 1}) == '"colour" is not allowed'


def test_attributes_of_something_else(client: Client) -> None:
    cases = [
        ("synapse manual", "impersonation.x"),
        ("synapse manual", "metadataDelimiters.x"),
        ("databricks manual oauth", "proxyOptions.x"),
        ("databricks manual oauth", "oAuthClientConfig.provider"),
        ("databricks manual oauth", "oAuthClientConfig.useCertificate"),
        ("redshift manual okta", "okta.x"),
        ("snowflake manual key", "lineage.lineageConfig.x"),
        ("snowflake manual key", "workspaces.x"),
        ("snowflake oauth certificate", "oAuthClientConfig.x"),
        ("snowflake oauth certificate", "oAuthClientConfig.clientSecret"),
        ("snowflake oauth secret", "oAuthClientConfig.oauthPrivateKey"),
        ("snowflake oauth secret", "oAuthClientConfig.publicCertificateThumbprint"),
        # What belongs to another way to authenticate, another mode or another platform.
        ("s3 auto", "awsAccessKeyId"),
        ("databricks auto token", "oAuthClientConfig"),
        ("databricks manual oauth", "token"),
        ("redshift auto password", "okta"),
        ("redshift auto okta", "username"),
        ("redshift auto key", "password"),
        ("snowflake manual key", "password"),
        ("snowflake manual password", "privateKey"),
        ("snowflake manual key", "privilegedConnectArgs"),
        ("snowflake oauth secret", "password"),
        ("synapse auto", "audit"),
        ("bigquery", "authenticationType"),
        ("databricks auto token", "additionalWorkspaceConnections"),
    ]
    messages = [_refusal(client, _with(name, path, "x")) for name, path in cases]

    assert messages == [f'"config.{path}" is not allowed' for _, path in cases]


def test_values(client: Client) -> None:
    cases: list[tuple[str, str, Any, str]] = [
        ("s3 key", "port", "443", "must be an integer"),
        ("s3 key", "port", -1, "must be a port from 0 to 65535"),
        ("synapse auto", "port", 65536, "must be a port from 0 to 65535"),
        ("s3 key", "name", 5, "must be a string"),
        ("s3 key", "name", "", "is not allowed to be empty"),
        ("s3 key", "awsLocationPath", "lake", "must start with s3://"),
        ("s3 key", "authenticationType", "token", "must be one of [auto, accessKey]"),
        ("s3 key", "authenticationType", ["auto"], "must be one of [auto, accessKey]"),
        ("synapse auto", "host", "https://syn.example.net", "must be a bare host name, without a scheme"),
        ("synapse auto", "authenticationType", "keyPair", "must be one of [userPassword]"),
        ("synapse auto", "impersonation", True, "must be an object"),
        ("synapse manual", "impersonation.enabled", "true", "must be a boolean"),
        ("databricks auto token", "workspaceUrl", "https://ws", "must be a bare host name, without a scheme"),
        ("databricks auto token", "authenticationType", "x", "must be one of [token, oAuthM2M]"),
        ("databricks auto token", "catalog", "1st", "must be letters, digits and _, with no digit in front"),
        ("databricks auto token", "catalog", "a-b", "must be letters, digits and _, with no digit in front"),
        ("bigquery", "datasetSuffix", "secure", "must start with _"),
        ("bigquery", "credential", {"project_id": "p"}, "must be a string"),
        (
            "bigquery",
            "credential",
            "made-up",
            "must be the text of a JSON key file with project_id and client_email",
        ),
        ("bigquery", "credential", "{}", "must be the text of a JSON key file with project_id and client_email"),
        ("redshift auto password", "authenticationType", "x", "must be one of [userPassword, accessKey, okta]"),
        ("redshift auto okta", "okta", "made-up", "must be an object"),
        # OAuth is for what owners set up themselves.
        (
            "snowflake auto password",
            "authenticationType",
            "oAuthClientCredentials",
            "must be one of [userPassword, keyPair]",
        ),
        (
            "snowflake manual key",
            "authenticationType",
            "x",
            "must be one of [userPassword, keyPair, oAuthClientCredentials]",
        ),
        ("snowflake manual key", "workspaces.warehouses", "WH", "must be an array"),
        ("snowflake manual key", "userRolePattern.exclude", "LOADER", "must be an array"),
        ("snowflake manual key", "lineage.lineageConfig.ingestBatchSize", 0, "must be at least 1"),
        ("snowflake manual key", "lineage.enabled", "yes", "must be a boolean"),
        ("snowflake oauth secret", "oAuthClientConfig.useCertificate", "no", "must be a boolean"),
        ("snowflake oauth secret", "oAuthClientConfig", "made-up", "must be an object"),
    ]
    for name, path, value, complaint in cases:
        assert _refusal(client, _with(name, path, value)) == f'"config.{path}" {complaint}'


def _without(name: str, attribute: str) -> dict[str, Any]:
    return {key: value for key, value in body(name).items() if key != attribute}


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, '"type" is required'),
        ([], '"value" must be an object'),
        (
            {"type": "snowflake"},
            f'"type" must be one of {sorted({body(name)["type"] for name in NAMES})}',
        ),
        (body("trino") | {"autoBootstrap": False}, '"autoBootstrap" is not allowed'),
        (body("trino") | {"config": {}}, '"config" is not allowed'),
        (body("s3 key") | {"autoBootstrap": True}, '"autoBootstrap" must be false'),
        (body("bigquery") | {"autoBootstrap": True}, '"autoBootstrap" must be false'),
        (body("snowflake auto key") | {"autoBootstrap": "true"}, '"autoBootstrap" must be a boolean'),
        (body("snowflake auto key") | {"autoBootstrap": None}, '"autoBootstrap" must not be null'),
        (body("snowflake auto key") | {"config": None}, '"config" must not be null'),
        (body("snowflake auto key") | {"config": []}, '"config" must be an object'),
        (_without("snowflake auto key", "autoBootstrap"), '"autoBootstrap" is required'),
        (_without("snowflake auto key", "config"), '"config" is required'),
        (
            body("snowflake oauth secret") | {"autoBootstrap": True},
            '"config.authenticationType" must be one of [userPassword, keyPair]',
        ),
    ],
)
def test_envelopes(client: Client, sent: Any, message: str) -> None:
    assert _refusal(client, sent) == message


@pytest.mark.parametrize(
    ("method", "query", "message"),
    [
        ("POST", "dryRun=maybe", '"dryRun" must be a boolean'),
        ("POST", "forceDisable=true", '"forceDisable" is not allowed'),
        ("GET", "size=1", '"size" is not allowed'),
    ],
)
def test_queries(client: Client, method: str, query: str, message: str) -> None:
    answer = refused(client, method, f"/integrations?{query}", json={"type": "Trino"})

    assert answer == (400, "Bad Request", message)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("synapse auto", {"password": ...}, '"password" is required'),
        ("synapse auto", {"authenticationType": ...}, '"authenticationType" is required'),
        ("synapse auto", {"role": "r"}, '"role" is not allowed'),
        (
            "redshift auto password",
            {"authenticationType": "okta"},
            "\"authenticationType\" must be one of ['userPassword']",
        ),
        ("redshift auto key", {"databaseUser": ...}, '"databaseUser" is required'),
        ("redshift auto okta", {"okta": {}}, '"okta.username" is required'),
        ("snowflake auto password", {"role": ...}, '"role" is required'),
        ("snowflake auto key", {"role": ...}, '"role" is required'),
        ("snowflake auto key", {"privateKey": ...}, '"privateKey" is required'),
        ("snowflake auto key", {"config": {}}, '"config" is not allowed'),
    ],
)
def test_credentials(client: Client, name: str, change: dict[str, Any], message: str) -> None:
    create(client, name)
    sent = {key: value for key, value in (CREDENTIALS[name] | change).items() if value is not ...}

    assert refused(client, "DELETE", "/integrations/1", json=sent) == (400, "Bad Request", message)
    assert client.ok("GET", "/integrations/1/status")["status"] == "enabled"


def test_an_id_is_a_number(client: Client) -> None:
    assert refused(client, "GET", "/integrations/x") == (400, "Bad Request", '"id" must be a positive integer')
