"""Integrations one by one: what is accepted, what is filled in, and what responses show of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import Client, keys
from tests.tenant.integration_bodies import KEY_FILE, NAMES, ONE_OF_EACH, body, create, delete, refused

RED = "<REDACTED>"
OFF = {"enabled": False}
SNOWFLAKE_DEFAULTS = {
    "port": 443,
    "audit": OFF,
    "workspaces": OFF,
    "impersonation": OFF,
    "lineage": OFF,
}


def _shown(client: Client, name: str, /, **config: Any) -> Any:
    return client.ok("GET", f"/integrations/{create(client, name, **config)}")["config"]


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_life(client: Client, name: str) -> None:
    created = client.ok("POST", "/integrations", json=body(name))
    path = f"/integrations/{created['id']}"
    read = client.ok("GET", path)

    assert (created["id"], created["status"], created["validationResults"]["status"]) == ("1", "creating", "passed")
    assert (read["id"], read["status"], read["type"]) == ("1", "enabled", body(name)["type"])
    assert client.ok("GET", f"{path}/status") == {"id": 1, "status": "enabled"}
    assert [item["id"] for item in client.ok("GET", "/integrations")] == ["1"]
    assert delete(client, 1, name)["status"] == "deleting"
    assert client.ok("GET", "/integrations") == []
    assert refused(client, "GET", path) == (404, "Not found", "No Integration found with ID 1.")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "trino"])
def test_the_same_again_is_no_change(client: Client, name: str) -> None:
    created = client.ok("POST", "/integrations", json=body(name))
    path = f"/integrations/{created['id']}"
    before = client.ok("GET", path)
    answer = client.ok("PUT", path, json=body(name))

    assert sorted(created) == sorted(answer)
    assert sorted(before) == keys("id status type autoBootstrap validationResults config")
    assert before["autoBootstrap"] == body(name)["autoBootstrap"]
    assert before["validationResults"] == created["validationResults"]
    assert sorted(answer) == keys("id status validationResults")
    assert (answer["id"], answer["status"]) == ("1", "editing")
    assert before["config"] == client.ok("GET", path)["config"]


def test_trino_lacks_two_attributes(client: Client) -> None:
    created = client.ok("POST", "/integrations", json={"type": "Trino"})
    read = client.ok("GET", "/integrations/1")

    assert created["validationResults"] == {"status": "passed", "validationTests": []}
    assert sorted(read) == keys("id status type config")
    assert sorted(read["config"]) == ["apiKey"]
    assert [client.ok("POST", "/integrations", json={"type": "Trino"})["id"] for _ in range(2)] == ["2", "3"]


def test_a_key_of_trino_is_replaced(client: Client) -> None:
    identifier = create(client, "trino")
    before = client.ok("GET", f"/integrations/{identifier}")["config"]["apiKey"]
    answer = client.ok("POST", f"/integrations/{identifier}/regenerate")

    assert sorted(answer) == ["newKey"]
    assert answer["newKey"] != before
    assert client.ok("GET", f"/integrations/{identifier}")["config"] == {"apiKey": answer["newKey"]}


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_only_trino_has_a_key(client: Client, name: str) -> None:
    create(client, name)
    message = "The integration with ID 1 has no API key: only those of Trino have one."

    assert refused(client, "POST", "/integrations/1/regenerate") == (400, "Bad Request", message)


def test_yaml_is_taken(client: Client) -> None:
    client.ok("POST", "/integrations", content="type: Trino\n", headers={"Content-Type": "application/yaml"})

    assert client.ok("GET", "/integrations/1")["type"] == "Trino"


def test_s3_shows_its_keys_in_clear(client: Client) -> None:
    assert _shown(client, "s3 key") == body("s3 key")["config"]
    client.ok("DELETE", "/integrations/1")
    assert _shown(client, "s3 auto") == body("s3 auto")["config"] | {"port": 443}


def test_synapse_hides_how_it_authenticates(client: Client) -> None:
    shown = _shown(client, "synapse auto")

    assert shown == {
        "host": "syn01.example.net",
        "database": "dw",
        "schema": "immuta_views",
        "username": RED,
        "port": 1433,
        "impersonation": OFF,
        "metadataDelimiters": {"hashDelimiter": "|", "hashKeyDelimiter": ":", "arrayDelimiter": ","},
    }


@pytest.mark.parametrize("name", ["synapse auto", "redshift auto password"])
def test_arguments_of_the_driver_may_hold_a_secret(client: Client, name: str) -> None:
    assert _shown(client, name, connectArgs="SSLMode=made-up")["connectArgs"] == RED


def test_synapse_fills_in_single_delimiters(client: Client) -> None:
    shown = _shown(
        client, "synapse auto", metadataDelimiters={"hashKeyDelimiter": "-"}, impersonation={"enabled": True}
    )

    assert shown["metadataDelimiters"] == {"hashDelimiter": "|", "hashKeyDelimiter": "-", "arrayDelimiter": ","}
    assert shown["impersonation"] == {"enabled": True, "role": "IMMUTA_IMPERSONATION"}


def test_databricks_with_a_token(client: Client) -> None:
    expected = {"port": 443, "audit": OFF, "catalog": "immuta", "token": "REDACTED"}

    assert _shown(client, "databricks auto token") == body("databricks auto token")["config"] | expected


def test_databricks_with_a_service_principal(client: Client) -> None:
    expected = body("databricks manual oauth")["config"]
    expected["oAuthClientConfig"]["clientSecret"] = RED
    expected["proxyOptions"] |= {"username": RED, "password": RED}

    assert _shown(client, "databricks manual oauth") == expected


def test_databricks_fills_in(client: Client) -> None:
    shown = _shown(
        client,
        "databricks manual oauth",
        oAuthClientConfig={"clientId": "c", "clientSecret": "s"},
        proxyOptions={"host": "proxy.example.net"},
        groupPattern={},
        audit={},
    )

    assert shown["oAuthClientConfig"]["authorityUrl"] == "https://ws7.cloud.databricks.com/oidc/v1/token"
    assert shown["proxyOptions"] == {"host": "proxy.example.net", "port": 443}
    assert (shown["groupPattern"], shown["audit"]) == ({"deny": "immuta_exemption_group"}, OFF)


def test_the_list_shows_less_of_databricks(client: Client) -> None:
    whole = _shown(client, "databricks auto token")
    (listed,) = client.ok("GET", "/integrations")
    left_out = {name: whole[name] for name in whole.keys() - listed["config"].keys()}

    assert left_out == {"port": 443, "authenticationType": "token"}
    assert sorted(listed) == keys("id status type autoBootstrap validationResults config")


def test_bigquery_shows_its_key_file_as_an_object(client: Client) -> None:
    expected = {"credential": KEY_FILE, "port": 443}

    assert _shown(client, "bigquery") == body("bigquery")["config"] | expected | {"dataset": "immuta"}
    client.ok("DELETE", "/integrations/1")
    assert _shown(client, "bigquery full") == body("bigquery full")["config"] | expected


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("redshift auto password", {"username": RED, "password": RED}),
        ("redshift auto key", {"accessKeyId": RED, "secretKey": RED, "sessionToken": RED}),
        (
            "redshift auto okta",
            {"okta": {"username": RED, "appId": "app1", "idpHost": "idp.example.net", "role": "r1"}},
        ),
    ],
)
def test_redshift(client: Client, name: str, hidden: dict[str, Any]) -> None:
    expected = {"port": 5439, "impersonation": OFF}

    assert _shown(client, name) == body(name)["config"] | expected | hidden


def test_the_role_of_redshift_is_in_lower_case(client: Client) -> None:
    shown = _shown(client, "redshift auto password", impersonation={"enabled": True})

    assert shown["impersonation"] == {"enabled": True, "role": "immuta_impersonation"}


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        (
            "snowflake auto password",
            SNOWFLAKE_DEFAULTS | {"username": RED, "password": RED, "privilegedConnectArgs": RED},
        ),
        (
            "snowflake auto key",
            SNOWFLAKE_DEFAULTS | {"username": RED, "privateKey": RED, "privilegedConnectArgs": RED},
        ),
        ("snowflake manual key", {"username": RED, "privateKey": RED, "connectArgs": RED}),
    ],
)
def test_snowflake(client: Client, name: str, hidden: dict[str, Any]) -> None:
    assert _shown(client, name) == body(name)["config"] | hidden


def test_snowflake_shows_a_client_secret_and_hides_a_key(client: Client) -> None:
    expected = body("snowflake oauth secret")["config"]

    assert _shown(client, "snowflake oauth secret") == expected | SNOWFLAKE_DEFAULTS
    client.ok("DELETE", "/integrations/1")
    expected = body("snowflake oauth certificate")["config"]
    expected["oAuthClientConfig"]["oauthPrivateKey"] = RED
    assert _shown(client, "snowflake oauth certificate") == expected | SNOWFLAKE_DEFAULTS


def test_snowflake_fills_in(client: Client) -> None:
    shown = _shown(
        client,
        "snowflake manual password",
        lineage={"enabled": True, "lineageConfig": {}},
        impersonation={"enabled": True},
        workspaces={"enabled": True},
        userRolePattern={},
        audit={},
    )

    assert shown["lineage"] == {
        "enabled": True,
        "lineageConfig": {"tableFilter": "^.*$", "tagFilterRegex": "^.*$", "ingestBatchSize": 1000},
    }
    assert shown["impersonation"] == {"enabled": True, "role": "IMMUTA_IMPERSONATION"}
    assert (shown["workspaces"], shown["audit"]) == ({"enabled": True, "warehouses": []}, OFF)
    assert shown["userRolePattern"] == {"exclude": []}


def test_put_resets_what_is_left_out(client: Client) -> None:
    path = f"/integrations/{create(client, 'snowflake manual key')}"
    less = body("snowflake manual key", audit=..., impersonation=..., userRolePattern=..., connectArgs=..., port=...)
    client.ok("PUT", path, json=less)
    shown = client.ok("GET", path)["config"]

    assert (shown["audit"], shown["impersonation"], shown["port"]) == (OFF, OFF, 443)
    assert shown.keys() & {"userRolePattern", "connectArgs"} == set()


def test_put_changes_how_it_authenticates(client: Client) -> None:
    path = f"/integrations/{create(client, 'redshift manual password')}"
    client.ok("PUT", path, json=body("redshift manual okta"))
    shown = client.ok("GET", path)["config"]

    assert (shown["authenticationType"], shown["okta"]["appId"]) == ("okta", "app1")
    assert shown.keys() & {"username", "password"} == set()


def test_ids_as_numbers(switched) -> None:
    client = switched(integration_ids="number")
    created = client.ok("POST", "/integrations", json={"type": "Trino"})

    assert created["id"] == 1
    assert [item["id"] for item in client.ok("GET", "/integrations")] == [1]
    assert client.ok("GET", "/integrations/1")["id"] == 1


def test_the_strict_view_shows_no_secret(switched) -> None:
    client = switched(integration_view="strict")
    for number, name in enumerate(NAMES, start=1):
        shown = json.dumps(_shown(client, name))
        delete(client, number, name)

        assert [secret for secret in ("made-up", "AKIAMADEUP") if secret in shown] == []
        assert RED in shown or name == "s3 auto"


def test_the_strict_view_has_every_attribute(switched) -> None:
    client = switched(integration_view="strict")

    assert (
        _shown(client, "synapse auto").items()
        >= {
            "authenticationType": "userPassword",
            "username": RED,
            "password": RED,
        }.items()
    )
    assert _shown(client, "redshift auto okta")["okta"]["password"] == RED
    assert _shown(client, "databricks auto token")["token"] == RED
    assert _shown(client, "bigquery")["credential"] == RED
    assert _shown(client, "trino") == {"apiKey": RED}


def test_the_sparse_view_shows_what_examples_show(switched) -> None:
    client = switched(integration_view="sparse")
    databricks = _shown(client, "databricks manual oauth")
    snowflake = _shown(client, "snowflake manual key")

    assert databricks.keys() & {"groupPattern", "proxyOptions"} == set()
    assert ("userRolePattern" in snowflake, databricks["catalog"]) == (False, "immuta_prod")


def test_the_verbose_view_has_more(switched) -> None:
    client = switched(integration_view="verbose")
    config = _shown(client, "snowflake manual key")
    (listed,) = client.ok("GET", "/integrations")

    assert config.keys() - body("snowflake manual key")["config"].keys() == {"internalState"}
    assert "internalState" in listed


def test_everything_needs_the_permission(analyst: Client) -> None:
    message = "You need the permission APPLICATION_ADMIN for this request."
    for method, path in (
        ("GET", "/integrations"),
        ("POST", "/integrations"),
        ("GET", "/integrations/1"),
        ("PUT", "/integrations/1"),
        ("DELETE", "/integrations/1"),
        ("GET", "/integrations/1/status"),
        ("POST", "/integrations/1/regenerate"),
        ("POST", "/integrations/1/scripts/edit"),
        ("POST", "/integrations/1/scripts/delete"),
        ("POST", "/integrations/scripts/create"),
        ("POST", "/integrations/scripts/initial-create"),
        ("POST", "/integrations/scripts/cleanup"),
        ("POST", "/integrations/scripts/post-cleanup"),
    ):
        assert analyst.refusal(method, path, json={"type": "Trino"}) == (403, message)


def test_the_database_holds_no_secret_that_is_not_shown(client: Client, tenant: RunningTenant) -> None:
    for name in ("synapse manual", "databricks manual oauth", "redshift auto okta", "snowflake manual key"):
        create(client, name)

    assert b"made-up" not in tenant.store.dump()
