"""Flat integrations: what one class per platform and its ways to sign in write."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from immuta_constructs import (
    BigQueryIntegration,
    DatabricksIntegration,
    RedshiftIntegration,
    S3Integration,
    SnowflakeIntegration,
    SynapseIntegration,
    TrinoIntegration,
    ValueProblem,
    authentication,
    secret_from_env,
)
from immuta_constructs.engine import cdk
from immuta_constructs.testing import synth

Stack = cdk.TerraformStack
S = secret_from_env("S")
SENT = "${var.S}"
USER = authentication.user_password("u", S)
USER_WRITTEN = {"user_password": {"username": "u", "password_wo": SENT, "password_wo_version": 1}}


def written(build: Callable[[Stack], object]) -> dict[str, Any]:
    """The integration that a stack of one has."""
    (found,) = synth(build)["resource"]["immuta_integration"].values()
    return dict(found)


PLATFORMS: dict[str, tuple[Callable[[Stack], object], dict[str, Any]]] = {
    "snowflake": (
        lambda s: SnowflakeIntegration(
            s,
            "i",
            auto_bootstrap=True,
            host="h",
            warehouse="w",
            database="d",
            authentication=USER,
            role="r",
            port=1,
            audit=True,
            impersonation="IMP",
            workspaces=["W"],
            excluded_roles=["LOADER"],
            lineage={"table_filter": "^P"},
            connect_args=S,
            privileged_connect_args=S,
            privileged_connect_args_version=3,
            force_disable=True,
        ),
        {
            "auto_bootstrap": True,
            "force_disable": True,
            "snowflake": {
                "host": "h",
                "port": 1,
                "warehouse": "w",
                "database": "d",
                "role": "r",
                "audit": {"enabled": True},
                "impersonation": {"enabled": True, "role": "IMP"},
                "workspaces": {"enabled": True, "warehouses": ["W"]},
                "user_role_pattern": {"exclude": ["LOADER"]},
                "lineage": {"enabled": True, "lineage_config": {"table_filter": "^P"}},
                "connect_args_wo": SENT,
                "connect_args_wo_version": 1,
                "privileged_connect_args_wo": SENT,
                "privileged_connect_args_wo_version": 3,
                **USER_WRITTEN,
            },
        },
    ),
    "databricks": (
        lambda s: DatabricksIntegration(
            s,
            "i",
            auto_bootstrap=False,
            workspace_url="w",
            http_path="p",
            authentication=authentication.oauth_m2m("c", S, authority_url="a", scope="s", version=2),
            port=1,
            catalog="k",
            audit=False,
            excluded_group="g",
            proxy_host="x",
            proxy_port=2,
            proxy_username="p",
            proxy_password=S,
        ),
        {
            "auto_bootstrap": False,
            "databricks": {
                "workspace_url": "w",
                "http_path": "p",
                "port": 1,
                "catalog": "k",
                "audit": {"enabled": False},
                "group_pattern": {"deny": "g"},
                "proxy_options": {
                    "host": "x",
                    "port": 2,
                    "username": "p",
                    "password_wo": SENT,
                    "password_wo_version": 1,
                },
                "oauth_m2m": {
                    "client_id": "c",
                    "authority_url": "a",
                    "scope": "s",
                    "client_secret_wo": SENT,
                    "client_secret_wo_version": 2,
                },
            },
        },
    ),
    "redshift": (
        lambda s: RedshiftIntegration(
            s,
            "i",
            auto_bootstrap=True,
            host="h",
            database="d",
            authentication=authentication.okta("u", S, app_id="a", idp_host="i", role="r"),
            initial_database="dev",
            impersonation=True,
            connect_args=S,
            destroy_credentials=authentication.okta("u", S, app_id="a", idp_host="i", role="r", in_state=True),
        ),
        {
            "auto_bootstrap": True,
            "destroy_credentials": {
                "okta": {"username": "u", "app_id": "a", "idp_host": "i", "role": "r", "password": SENT}
            },
            "redshift": {
                "host": "h",
                "database": "d",
                "initial_database": "dev",
                "impersonation": {"enabled": True},
                "connect_args_wo": SENT,
                "connect_args_wo_version": 1,
                "okta": {
                    "username": "u",
                    "app_id": "a",
                    "idp_host": "i",
                    "role": "r",
                    "password_wo": SENT,
                    "password_wo_version": 1,
                },
            },
        },
    ),
    "synapse": (
        lambda s: SynapseIntegration(
            s,
            "i",
            auto_bootstrap=True,
            host="h",
            database="d",
            schema="s",
            authentication=USER,
            metadata_delimiters={"hash_delimiter": "#"},
            connect_args=S,
        ),
        {
            "auto_bootstrap": True,
            "azure_synapse_analytics": {
                "host": "h",
                "database": "d",
                "schema": "s",
                "metadata_delimiters": {"hash_delimiter": "#"},
                "connect_args_wo": SENT,
                "connect_args_wo_version": 1,
                **USER_WRITTEN,
            },
        },
    ),
    "bigquery": (
        lambda s: BigQueryIntegration(
            s, "i", role="r", location="l", dataset_suffix="_s", credential=S, credential_version=4, dataset="d"
        ),
        {
            "auto_bootstrap": False,
            "google_bigquery": {
                "role": "r",
                "location": "l",
                "dataset_suffix": "_s",
                "dataset": "d",
                "credential_wo": SENT,
                "credential_wo_version": 4,
            },
        },
    ),
    "s3": (
        lambda s: S3Integration(
            s,
            "i",
            name="n",
            aws_account_id="1",
            aws_region="r",
            aws_location_role="l",
            aws_location_path="s3://p/",
            authentication=authentication.aws_access_key(S, S),
            aws_role_to_assume="a",
        ),
        {
            "auto_bootstrap": False,
            "native_s3": {
                "name": "n",
                "aws_account_id": "1",
                "aws_region": "r",
                "aws_location_role": "l",
                "aws_location_path": "s3://p/",
                "aws_role_to_assume": "a",
                "access_key": {
                    "aws_access_key_id": SENT,
                    "aws_secret_access_key_wo": SENT,
                    "aws_secret_access_key_wo_version": 1,
                },
            },
        },
    ),
    "trino": (lambda s: TrinoIntegration(s, "i", deletion_protection=True), {"trino": {}, "deletion_protection": True}),
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_platforms(platform: str) -> None:
    build, expected = PLATFORMS[platform]
    assert written(build) == expected


def test_lineage_is_a_switch() -> None:
    found = written(
        lambda s: SnowflakeIntegration(
            s,
            "i",
            auto_bootstrap=False,
            host="h",
            warehouse="w",
            database="d",
            authentication=USER,
            lineage=True,
        )
    )
    assert found["snowflake"]["lineage"] == {"enabled": True, "lineage_config": {}}


WAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "token": (authentication.token(S), {"token": {"token_wo": SENT, "token_wo_version": 1}}),
    "key pair": (
        authentication.key_pair("u", S, in_state=True),
        {"key_pair": {"username": "u", "private_key": SENT}},
    ),
    "oauth with a secret": (
        authentication.oauth_secret("c", S, provider="Okta", authority_url="a", resource="r"),
        {
            "oauth_client_credentials": {
                "provider": "Okta",
                "client_id": "c",
                "authority_url": "a",
                "resource": "r",
                "use_certificate": False,
                "client_secret_wo": SENT,
                "client_secret_wo_version": 1,
            }
        },
    ),
    "oauth with a certificate": (
        authentication.oauth_certificate("c", S, "AB", provider="Okta", authority_url="a", scope="s"),
        {
            "oauth_client_credentials": {
                "provider": "Okta",
                "client_id": "c",
                "authority_url": "a",
                "scope": "s",
                "use_certificate": True,
                "public_certificate_thumbprint": "AB",
                "oauth_private_key_wo": SENT,
                "oauth_private_key_wo_version": 1,
            }
        },
    ),
    "access key": (
        authentication.access_key("u", S, S, session_token=S),
        {
            "access_key": {
                "database_user": "u",
                "access_key_id": SENT,
                "secret_key_wo": SENT,
                "secret_key_wo_version": 1,
                "session_token_wo": SENT,
                "session_token_wo_version": 1,
            }
        },
    ),
    "what AWS finds": (authentication.auto(), {"auto": {}}),
}


def _with(way: dict[str, Any]) -> Callable[[Stack], object]:
    """The integration with the platform that knows this way."""
    (name,) = way
    if name == "token":
        return lambda s: DatabricksIntegration(
            s, "i", auto_bootstrap=True, workspace_url="w", http_path="p", authentication=way
        )
    if name == "access_key":
        return lambda s: RedshiftIntegration(s, "i", auto_bootstrap=False, host="h", database="d", authentication=way)
    if name == "auto":
        return lambda s: S3Integration(
            s,
            "i",
            name="n",
            aws_account_id="1",
            aws_region="r",
            aws_location_role="l",
            aws_location_path="s3://p",
            authentication=way,
        )
    return lambda s: SnowflakeIntegration(
        s, "i", auto_bootstrap=False, host="h", warehouse="w", database="d", authentication=way
    )


@pytest.mark.parametrize("way", WAYS)
def test_ways_to_sign_in(way: str) -> None:
    given, expected = WAYS[way]
    platform = next(value for value in written(_with(given)).values() if isinstance(value, dict))
    assert {name: platform[name] for name in expected} == expected


WRONG: dict[str, tuple[Callable[[Stack], object], str]] = {
    "another platform's way": (
        lambda s: RedshiftIntegration(
            s, "i", auto_bootstrap=False, host="h", database="d", authentication=authentication.token(S)
        ),
        "authentication.access_key(...), authentication.okta(...); got token.",
    ),
    "a literal secret": (
        lambda s: SynapseIntegration(
            s,
            "i",
            auto_bootstrap=True,
            host="h",
            database="d",
            schema="s",
            authentication=authentication.user_password("u", "in-clear"),
        ),
        "password_wo: is a secret",
    ),
    "half a proxy": (
        lambda s: DatabricksIntegration(
            s,
            "i",
            auto_bootstrap=True,
            workspace_url="w",
            http_path="p",
            authentication=authentication.token(S),
            proxy_port=1,
        ),
        "proxy_host: is missing, and the other arguments of a proxy are there.",
    ),
}


SNOWFLAKE: dict[str, Any] = {
    "auto_bootstrap": True,
    "host": "h",
    "warehouse": "w",
    "database": "d",
    "authentication": USER,
    "role": "r",
}
REDSHIFT = {"auto_bootstrap": True, "host": "h", "database": "d", "authentication": USER, "initial_database": "i"}
SYNAPSE = {"auto_bootstrap": True, "host": "h", "database": "d", "schema": "s", "authentication": USER}
DATABRICKS = {"auto_bootstrap": True, "workspace_url": "w", "http_path": "p", "authentication": authentication.token(S)}
BIGQUERY = {"role": "r", "location": "l", "dataset_suffix": "_s", "credential": S}
S3 = {
    **dict.fromkeys(("name", "aws_account_id", "aws_region", "aws_location_role"), "n"),
    "aws_location_path": "s3://p/",
    "authentication": authentication.auto(),
}
OAUTH = authentication.oauth_secret("c", S, provider="Okta", authority_url="a")
KEPT = authentication.user_password("u", S, in_state=True)
ALL: tuple[tuple[Any, dict[str, Any]], ...] = (
    (SnowflakeIntegration, SNOWFLAKE),
    (RedshiftIntegration, REDSHIFT),
    (SynapseIntegration, SYNAPSE),
    (DatabricksIntegration, DATABRICKS),
    (BigQueryIntegration, BIGQUERY),
    (S3Integration, S3),
)
REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    (SnowflakeIntegration, SNOWFLAKE | {"authentication": "user_password"}, "authentication: takes one of "),
    (SnowflakeIntegration, SNOWFLAKE | {"authentication": {}}, "got nothing."),
    (SnowflakeIntegration, SNOWFLAKE | {"role": None}, "role: is needed where auto_bootstrap is True."),
    (SnowflakeIntegration, SNOWFLAKE | {"authentication": OAUTH}, "authentication: an OAuth client works only where"),
    (
        SnowflakeIntegration,
        SNOWFLAKE | {"auto_bootstrap": False, "privileged_connect_args": S},
        "privileged_connect_args: works only where auto_bootstrap is True.",
    ),
    (SnowflakeIntegration, SNOWFLAKE | {"host": "https://h"}, "host: needs a bare host name"),
    (SnowflakeIntegration, SNOWFLAKE | {"port": 65536}, "port: is a number from 0 to 65535; got 65536."),
    (
        SnowflakeIntegration,
        SNOWFLAKE | {"destroy_credentials": authentication.key_pair("u", S, in_state=True)},
        "destroy_credentials: must be user_password, as authentication is; got key_pair.",
    ),
    (
        SnowflakeIntegration,
        SNOWFLAKE | {"auto_bootstrap": False, "destroy_credentials": KEPT},
        "destroy_credentials: this integration is deleted without credentials; leave them out.",
    ),
    (RedshiftIntegration, REDSHIFT | {"initial_database": None}, "initial_database: is needed where auto_bootstrap"),
    (RedshiftIntegration, REDSHIFT | {"host": "h:5439"}, "host: needs a bare host name"),
    (SynapseIntegration, SYNAPSE | {"authentication": authentication.token(S)}, "authentication.user_password(...); "),
    (DatabricksIntegration, DATABRICKS | {"catalog": "1st"}, "catalog: needs a name of letters"),
    (DatabricksIntegration, DATABRICKS | {"workspace_url": "https://w"}, "workspace_url: needs a bare host name"),
    (DatabricksIntegration, DATABRICKS | {"proxy_host": "x/y"}, "proxy_host: needs a bare host name"),
    (DatabricksIntegration, DATABRICKS | {"destroy_credentials": KEPT}, "destroy_credentials: this integration is"),
    (BigQueryIntegration, BIGQUERY | {"dataset_suffix": "s"}, "dataset_suffix: needs a suffix that begins"),
    (S3Integration, S3 | {"aws_location_path": "lake/"}, "aws_location_path: needs a path that begins with s3://"),
    (TrinoIntegration, {"destroy_credentials": KEPT}, "destroy_credentials: this integration is deleted without"),
]


@pytest.mark.parametrize(("construct", "arguments", "expected"), REFUSED, ids=[words for _, _, words in REFUSED])
def test_what_the_provider_would_refuse(construct: Any, arguments: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValueProblem, match=re.escape(expected)) as caught:
        synth(lambda s: construct(s, "i", **arguments))
    assert re.match(r"tests/constructs/test_integrations\.py:\d+: ", str(caught.value))


@pytest.mark.parametrize(("construct", "arguments"), ALL, ids=[each.__name__ for each, _ in ALL])
def test_references_are_left_alone(construct: Any, arguments: dict[str, Any]) -> None:
    """Nobody knows yet what they are; and what is in order passes."""
    texts = {name: f"${{var.{name}}}" for name, value in arguments.items() if isinstance(value, str)}
    for given in (arguments, arguments | texts):
        assert synth(lambda s, given=given: construct(s, "i", **given))["resource"]["immuta_integration"]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_said_at_the_users_line(wrong: str) -> None:
    build, expected = WRONG[wrong]
    with pytest.raises(ValueProblem, match=re.escape(expected)) as caught:
        synth(build)
    assert re.match(r"tests/constructs/test_integrations\.py:\d+: ", str(caught.value))
    assert "in-clear" not in str(caught.value)
