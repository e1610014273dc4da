"""Connections whose work is done on return: what is created, read, changed, listed and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import Client
from tests.tenant.connection_bodies import (
    OAUTH_CERTIFICATE,
    OAUTH_SECRET,
    OF_DATABRICKS,
    OF_SNOWFLAKE,
    OWNER,
    PASSWORD,
    PROXY,
    ROOT,
    answer,
    created,
    databricks,
    patched,
    refused,
    snowflake,
    state,
    tasks,
)

REDACTED = "[REDACTED]"
ACTIVE = {"state": "ACTIVE"}


def test_a_minimal_snowflake_connection_is_read_with_its_defaults(client: Client) -> None:
    body = created(client, snowflake())
    setup = body.pop("setup")

    assert [sorted(item) for item in setup] == [["configuration", "description"]]
    assert client.ok("GET", f"{ROOT}/sf") == body
    for name in ("createdAt", "updatedAt"):
        body.pop(name)
    assert body == {
        "connectionKey": "sf",
        "technology": "Snowflake",
        "clientConfiguration": {
            "host": "org-acc.snowflakecomputing.com",
            "port": 443,
            "warehouse": "WH",
            "role": "IMMUTA",
            "accountId": "ORG-ACC",
            "immutaSystemDatabase": "IMMUTA_SYS",
            "credential": {"authenticationType": "UsernamePassword", "username": "svc", "password": REDACTED},
            "health": ACTIVE,
        },
        "policyConfiguration": {
            "enabled": True,
            "impersonation": {"enabled": False},
            "workspaces": {"enabled": False},
            "excludeUserGroupPattern": [],
            "health": ACTIVE,
        },
        "auditConfiguration": {"enabled": True, "health": ACTIVE},
        "dataObjectDefaults": {"syncPolicy": False, "owners": [OWNER]},
        "dataObjectSync": {
            "enabled": True,
            "schedule": "EVERY_24_HOURS",
            "startTime": 0,
            "syncAllDataObjects": True,
        },
        "state": "ACTIVE",
        "createdBy": "2",
        "updatedBy": "2",
    }


def test_a_minimal_databricks_connection_has_a_metastore(client: Client) -> None:
    body = created(client, databricks())

    assert body["policyConfiguration"] == {
        "enabled": True,
        "excludeGroupPattern": "immuta_exemption_group",
        "health": ACTIVE,
    }
    assert body["clientConfiguration"].pop("metastoreId")
    assert body["clientConfiguration"] == {
        "host": "example.cloud.databricks.com",
        "port": 443,
        "path": "sql/protocolv1/o/0/abc",
        "immutaSystemCatalog": "immuta",
        "credential": {"authenticationType": "Token", "token": REDACTED},
        "health": ACTIVE,
    }


FULL_SNOWFLAKE: dict[str, Any] = {
    "client": {"port": 8443},
    "policyConfiguration": {
        "impersonation": {"enabled": True, "impersonationRole": "IMP"},
        "workspaces": {"enabled": True, "warehouses": ["W1", "W2"]},
        "excludeUserGroupPattern": ["ADMIN"],
    },
    "auditConfiguration": {"enabled": False},
    "dataObjectDefaults": {"syncPolicy": True, "owners": [OWNER, {"id": 7, "type": "GROUP"}]},
    "dataObjectSync": {
        "enabled": False,
        "schedule": "EVERY_2_HOURS",
        "startTime": 23,
        "syncAllDataObjects": False,
    },
}


def test_everything_that_is_stated_is_read(client: Client) -> None:
    created(client, snowflake(**FULL_SNOWFLAKE, syncOnCreate=False))
    read = client.ok("GET", f"{ROOT}/sf")

    assert read["clientConfiguration"]["port"] == 8443
    assert read["policyConfiguration"] == {
        **FULL_SNOWFLAKE["policyConfiguration"],
        "enabled": True,
        "health": ACTIVE,
    }
    # What is not enabled is not validated.
    assert read["auditConfiguration"] == {"enabled": False}
    assert read["dataObjectDefaults"] == FULL_SNOWFLAKE["dataObjectDefaults"]
    assert read["dataObjectSync"] == FULL_SNOWFLAKE["dataObjectSync"]
    assert "syncOnCreate" not in read


def test_a_full_databricks_connection(client: Client) -> None:
    audit = {"enabled": True, "workspaceIds": ["1", "2"]}
    policies = {"excludeGroupPattern": "exempt"}
    created(client, databricks(client={"proxy": PROXY}, auditConfiguration=audit, policyConfiguration=policies))
    read = client.ok("GET", f"{ROOT}/dbx")

    credential = PASSWORD | {"password": REDACTED}
    assert read["clientConfiguration"]["proxy"] == PROXY | {"credential": credential}
    assert read["auditConfiguration"] == audit | {"health": ACTIVE}
    assert read["policyConfiguration"] == policies | {"enabled": True, "health": ACTIVE}


SECRETS = {
    "Token": ["token"],
    "UsernamePassword": ["password"],
    "OAuthWithSecret": ["clientSecret"],
    "OAuthWithCertificate": ["publicCertificateThumbprint", "privateKey.content"],
    "UnencryptedKeyPair": ["privateKey.content"],
    "EncryptedKeyPair": ["privateKey.content", "password"],
}


def _at(credential: Any, path: str) -> Any:
    for name in path.split("."):
        credential = credential[name]
    return credential


@pytest.mark.parametrize(
    ("make", "credential"),
    [(snowflake, each) for each in OF_SNOWFLAKE] + [(databricks, each) for each in OF_DATABRICKS],
    ids=lambda value: value["authenticationType"] if isinstance(value, dict) else value.__name__,
)
def test_each_credential_is_kept_and_its_secrets_are_not_shown(
    client: Client, tenant: RunningTenant, make: Any, credential: dict[str, Any]
) -> None:
    key = make()["connectionKey"]
    shown = created(client, make(credential=credential))["clientConfiguration"]["credential"]
    secret = SECRETS[credential["authenticationType"]]

    assert [_at(shown, path) for path in secret] == [REDACTED] * len(secret)
    assert all(tenant.connections.holds_secret(key, f"credential.{p}", _at(credential, p)) for p in secret)
    readable = {name for name in credential if name != "privateKey" and name not in secret}
    assert {name: shown[name] for name in readable} == {name: credential[name] for name in readable}
    assert shown.get("privateKey", {}).get("filename") == credential.get("privateKey", {}).get("filename")


def test_the_principal_of_databricks_is_shown_where_it_is_known(client: Client) -> None:
    assert created(client, databricks(credential=OAUTH_SECRET))["clientConfiguration"]["username"] == "app"
    assert "username" not in created(client, databricks("other"))["clientConfiguration"]


def test_no_secret_is_stored_or_logged(client: Client, tenant: RunningTenant) -> None:
    created(client, snowflake(credential=OAUTH_CERTIFICATE))
    patched(client, "sf", {"clientConfiguration": {"credential": OAUTH_SECRET}})

    assert not [secret for secret in ("BEGIN KEY", "hush", "ab:cd") if secret.encode() in tenant.store.dump()]
    (first, second) = (entry.body["clientConfiguration"]["credential"] for entry in tenant.request_log())
    mask = "********"
    assert first == OAUTH_CERTIFICATE | {"publicCertificateThumbprint": mask, "privateKey": mask}
    assert second == OAUTH_SECRET | {"clientSecret": mask}


def test_an_existing_key_is_a_conflict(client: Client) -> None:
    created(client, snowflake())

    expected = (409, "CONN001", "A connection with the key sf exists already.")
    assert refused(client, "POST", ROOT, json=databricks("sf")) == expected


def test_unknown_and_impossible_keys(client: Client) -> None:
    assert refused(client, "GET", f"{ROOT}/none") == (404, "CONN001", "The connection none was not found.")
    impossible = '"connectionKey" may only contain letters, numbers, hyphens and underscores'
    for method, path in (("GET", ""), ("PATCH", ""), ("GET", "/tasks"), ("POST", "/tasks")):
        body = {"type": "DATA_OBJECT_SYNC", "input": {}} if path and method == "POST" else {}
        options = {} if method == "GET" else {"json": body}
        assert refused(client, method, f"{ROOT}/a.b{path}", **options) == (400, "CONN001", impossible)
    for method, path in (("DELETE", ""), ("POST", "/_activate"), ("POST", "/_deactivate"), ("POST", "/_validate")):
        assert refused(client, method, f"{ROOT}/a.b{path}") == (404, "CONN001", "The connection a.b was not found.")


def test_the_common_errors_have_the_common_envelope(client: Client, connecting: Any, tenant: RunningTenant) -> None:
    with connecting(tenant, None) as stranger:
        assert stranger.refusal("GET", ROOT)[0] == 401
    text = {"content": "a: b", "headers": {"Content-Type": "application/yaml"}}
    assert client.refusal("POST", ROOT, **text)[0] == 415


# Changing


def test_a_patch_changes_what_it_names(client: Client) -> None:
    before = created(client, snowflake(**FULL_SNOWFLAKE))
    after = patched(client, "sf", {"clientConfiguration": {"warehouse": "W9"}, "dataObjectSync": {"startTime": 5}})

    assert after["clientConfiguration"] == before["clientConfiguration"] | {"warehouse": "W9"}
    assert after["dataObjectSync"] == before["dataObjectSync"] | {"startTime": 5}
    for name in ("policyConfiguration", "auditConfiguration", "dataObjectDefaults", "createdAt"):
        assert after[name] == before[name]
    assert client.ok("GET", f"{ROOT}/sf") == after


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("clientConfiguration", {"host": "h", "port": 1, "warehouse": "w", "role": "r", "accountId": "a"}),
        ("dataObjectDefaults", {"syncPolicy": True, "owners": [{"id": 9, "type": "GROUP"}]}),
        (
            "dataObjectSync",
            {"enabled": False, "schedule": "EVERY_HOUR", "startTime": 3, "syncAllDataObjects": False},
        ),
        (
            "policyConfiguration",
            {
                "impersonation": {"enabled": True, "impersonationRole": "IMP"},
                "workspaces": {"enabled": True},
                "excludeUserGroupPattern": ["A"],
            },
        ),
        ("auditConfiguration", {"enabled": False}),
    ],
)
def test_each_attribute_of_snowflake_alone(client: Client, part: str, changes: dict[str, Any]) -> None:
    before = created(client, snowflake())[part]
    for name, value in changes.items():
        after = patched(client, "sf", {part: {name: value}})[part]
        before[name] = value

        assert {key: after[key] for key in after if key != "health"} == {
            key: before[key] for key in before if key != "health"
        }


def test_lists_and_members_of_policies_go_whole(client: Client) -> None:
    created(client, snowflake(**FULL_SNOWFLAKE))
    policies = {"workspaces": {"enabled": True}, "excludeUserGroupPattern": []}

    after = patched(client, "sf", {"policyConfiguration": policies})["policyConfiguration"]
    assert (after["workspaces"], after["excludeUserGroupPattern"]) == ({"enabled": True}, [])
    assert after["impersonation"] == {"enabled": True, "impersonationRole": "IMP"}


def test_a_partial_credential_completes_the_stored_one(client: Client, tenant: RunningTenant) -> None:
    created(client, snowflake(credential=OAUTH_CERTIFICATE))
    part = {"authenticationType": "OAuthWithCertificate", "scope": "some"}
    after = patched(client, "sf", {"clientConfiguration": {"credential": part}})["clientConfiguration"]["credential"]

    assert (after["scope"], after["clientId"], after["resource"]) == ("some", "app", "api")
    assert tenant.connections.holds_secret("sf", "credential.privateKey.content", "-----BEGIN KEY-----")
    part = {"authenticationType": "OAuthWithCertificate", "publicCertificateThumbprint": "new"}
    patched(client, "sf", {"clientConfiguration": {"credential": part}})
    assert tenant.connections.holds_secret("sf", "credential.publicCertificateThumbprint", "new")
    assert not tenant.connections.holds_secret("sf", "credential.publicCertificateThumbprint", "ab:cd")


def test_another_type_of_credential_replaces_the_stored_one_and_is_complete(client: Client) -> None:
    created(client, snowflake(credential=OAUTH_CERTIFICATE))
    incomplete = {"authenticationType": "UsernamePassword", "password": "p"}
    body = {"clientConfiguration": {"credential": incomplete}}
    expected = (400, "CONN001", '"clientConfiguration.credential.username" is required')
    assert refused(client, "PATCH", f"{ROOT}/sf", json=body) == expected

    after = patched(client, "sf", {"clientConfiguration": {"credential": PASSWORD}})
    assert after["clientConfiguration"]["credential"] == PASSWORD | {"password": REDACTED}


def test_a_proxy_comes_changes_and_goes(client: Client, tenant: RunningTenant) -> None:
    created(client, databricks())
    body = {"clientConfiguration": {"proxy": {"port": 1}}}
    expected = (400, "CONN001", '"clientConfiguration.proxy.host" is required')
    assert refused(client, "PATCH", f"{ROOT}/dbx", json=body) == expected

    patched(client, "dbx", {"clientConfiguration": {"proxy": PROXY}})
    part = {"port": 1, "credential": {"authenticationType": "UsernamePassword", "password": "new"}}
    after = patched(client, "dbx", {"clientConfiguration": {"proxy": part}})["clientConfiguration"]["proxy"]
    assert (after["host"], after["port"], after["credential"]["username"]) == (PROXY["host"], 1, "svc")
    assert tenant.connections.holds_secret("dbx", "proxy.credential.password", "new")
    assert "proxy" not in patched(client, "dbx", {"clientConfiguration": {"proxy": None}})["clientConfiguration"]


def test_what_is_on_cannot_be_turned_off(client: Client) -> None:
    created(client, snowflake(**FULL_SNOWFLAKE))
    for name in ("impersonation", "workspaces"):
        body = {"policyConfiguration": {name: {"enabled": False}}}
        message = f'"policyConfiguration.{name}.enabled" cannot be turned off once it is on'
        assert refused(client, "PATCH", f"{ROOT}/sf", json=body) == (400, "CONN001", message)


def test_a_dry_run_shows_and_keeps_nothing(client: Client) -> None:
    before = created(client, snowflake())
    before.pop("setup")
    body = {"clientConfiguration": {"warehouse": "W9"}}

    assert patched(client, "sf", body, "?dryRun=true") == before | {
        "clientConfiguration": before["clientConfiguration"] | {"warehouse": "W9"}
    }
    assert client.ok("GET", f"{ROOT}/sf") == before
    assert "UPDATE_CONNECTION" not in dict(tasks(client, "sf"))
    assert patched(client, "sf", body, "?dryRun=false")["clientConfiguration"]["warehouse"] == "W9"
    assert refused(client, "PATCH", f"{ROOT}/sf?dryRun=1", json=body) == (
        400,
        "CONN001",
        '"dryRun" must be a boolean',
    )


def test_a_patch_without_content_changes_nothing(client: Client) -> None:
    before = created(client, snowflake())
    before.pop("setup")

    assert patched(client, "sf", {}) == before
    assert "UPDATE_CONNECTION" not in dict(tasks(client, "sf"))


@pytest.mark.parametrize(("applied", "port", "enabled"), [(False, 8443, False), (True, 443, True)])
def test_defaults_of_a_patch(switched: Any, applied: bool, port: int, enabled: bool) -> None:
    client = switched(connection_patch_defaults=applied)
    body = databricks(client={"port": 8443}, auditConfiguration={"enabled": False})
    created(client, body)
    after = patched(client, "dbx", {"clientConfiguration": {"host": "h"}, "auditConfiguration": {"workspaceIds": []}})

    assert (after["clientConfiguration"]["port"], after["auditConfiguration"]["enabled"]) == (port, enabled)
    assert after["auditConfiguration"]["workspaceIds"] == []


def test_optional_parts_of_answers_can_be_left_out(switched: Any) -> None:
    client = switched(connection_port_shown=False, connection_health_shown=False)
    body = created(client, snowflake())

    assert "port" not in body["clientConfiguration"]
    assert not [name for name in body if isinstance(body[name], dict) and "health" in body[name]]
    assert created(client, databricks())["clientConfiguration"]["port"] == 443


@pytest.mark.parametrize(
    ("form", "host"), [("kept", "HTTPS://Acc.Example.com/"), ("normalized", "acc.example.com"), ("redacted", REDACTED)]
)
def test_forms_of_a_host(switched: Any, form: str, host: str) -> None:
    client = switched(connection_host=form)
    body = created(client, databricks(client={"host": "HTTPS://Acc.Example.com/"}))

    assert body["clientConfiguration"]["host"] == host
    assert client.ok("GET", ROOT)["data"][0]["clientConfiguration"]["host"] == host


# State gates


def _gate(client: Client, method: str, path: str, **options: Any) -> tuple[int, list[dict[str, Any]]]:
    response = client.request(method, f"{ROOT}/sf{path}", **options)
    return response.status_code, response.json()["errors"]


GATES = [
    ("PATCH", "", {"json": {}}, ("ACTIVE", "UNHEALTHY"), "changed"),
    ("POST", "/_activate", {}, ("INACTIVE",), "activated"),
    ("POST", "/_deactivate", {}, ("ACTIVE",), "deactivated"),
    ("POST", "/_validate", {}, ("ACTIVE", "UNHEALTHY"), "validated"),
    ("DELETE", "", {}, ("INACTIVE",), "deleted"),
]
STATES = ["ACTIVE", "INACTIVE", "ACTIVATING", "DEACTIVATING", "UPDATING", "UNHEALTHY", "DELETING"]


@pytest.mark.parametrize("current", STATES)
def test_what_each_state_allows(client: Client, tenant: RunningTenant, current: str) -> None:
    created(client, snowflake(syncOnCreate=False))
    for method, path, options, allowed, attempt in GATES:
        if tenant.connections.all():
            tenant.connections.delete("sf")
        created(client, snowflake(syncOnCreate=False))
        tenant.connections.set_state("sf", current)
        if current in allowed:
            assert client.request(method, f"{ROOT}/sf{path}", **options).is_success
        else:
            message = f"The connection sf cannot be {attempt} in its state {current}."
            error = {"code": "CONN003", "message": message, "invalidState": current}
            details = f"It must be {' or '.join(allowed)}."
            assert _gate(client, method, path, **options) == (409, [error | {"details": details}])


def test_the_way_to_the_end(client: Client) -> None:
    created(client, snowflake())
    off = client.ok("POST", f"{ROOT}/sf/_deactivate")
    assert (off["state"], off["clientConfiguration"]["health"]) == ("INACTIVE", {"state": "INACTIVE"})
    assert client.ok("POST", f"{ROOT}/sf/_activate")["state"] == "ACTIVE"
    client.ok("POST", f"{ROOT}/sf/_deactivate")
    assert [*answer(client, 202, "DELETE", f"{ROOT}/sf")] == ["taskId"]

    assert refused(client, "GET", f"{ROOT}/sf")[0] == 404
    assert created(client, snowflake())["state"] == "ACTIVE"
    assert state(client, "sf") == "ACTIVE"


# Lists


def _keys(client: Client, query: str) -> list[str]:
    return [item["connectionKey"] for item in client.ok("GET", f"{ROOT}?{query}")["data"]]


@pytest.fixture
def three(client: Client) -> None:
    created(client, snowflake("b"))
    created(client, databricks("C"))
    created(client, snowflake("a"))
    client.ok("POST", f"{ROOT}/b/_deactivate")


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["a", "C", "b"]),
        ("sort=connectionKey:asc", ["a", "b", "C"]),
        ("sort=connectionKey:desc", ["C", "b", "a"]),
        ("sort=technology:asc&sort=connectionKey:desc", ["C", "b", "a"]),
        ("sort=state:desc&sort=createdAt:asc", ["b", "C", "a"]),
        ("sort=updatedAt:asc", ["C", "a", "b"]),
        ("page[limit]=2", ["a", "C"]),
    ],
)
@pytest.mark.usefixtures("three")
def test_lists_are_sorted(client: Client, query: str, keys: list[str]) -> None:
    assert _keys(client, query) == keys


@pytest.mark.usefixtures("three")
def test_pages_follow_each_other_whatever_comes_and_goes(client: Client, tenant: RunningTenant) -> None:
    first = client.ok("GET", f"{ROOT}?sort=connectionKey:asc&page[limit]=1")
    assert [item["connectionKey"] for item in first["data"]] == ["a"]
    assert first["meta"]["sort"] == [{"field": "connectionKey", "order": "asc"}]
    cursor = first["meta"]["page"].pop("cursor")
    assert first["meta"]["page"] == {"limit": 1}

    tenant.connections.delete("a")
    created(client, snowflake("aa"))
    rest = client.ok("GET", f"{ROOT}?sort=connectionKey:asc&page[limit]=3&page[cursor]={cursor}")
    assert [item["connectionKey"] for item in rest["data"]] == ["aa", "b", "C"]
    assert rest["meta"]["page"] == {"limit": 3}


@pytest.mark.usefixtures("three")
def test_a_cursor_belongs_to_its_query(client: Client) -> None:
    cursor = client.ok("GET", f"{ROOT}?page[limit]=1")["meta"]["page"]["cursor"]
    expected = (400, "CONN001", '"page[cursor]" is no cursor of this query')

    assert _keys(client, f"page[cursor]={cursor}") == ["C", "b"]
    for path in (f"{ROOT}?sort=state:asc&", f"{ROOT}/a/tasks?"):
        assert refused(client, "GET", f"{path}page[cursor]={cursor}") == expected
    for other in ("", "x", "WzFd", f"{cursor}x", "bnVsbA"):
        assert refused(client, "GET", f"{ROOT}?page[cursor]={other}") == expected


@pytest.mark.parametrize(
    "query",
    [
        "page[limit]=0",
        "page[limit]=101",
        "page[limit]=x",
        "page[limit]=1&page[limit]=2",
        "sort=host:asc",
        "sort=state",
        "sort=state:up",
        "sort=state:asc,createdAt:asc",
        "&".join(["sort=state:asc"] * 4),
        "limit=1",
        "filter[type]=x",
    ],
)
def test_lists_refuse_what_is_not_documented(client: Client, query: str) -> None:
    assert refused(client, "GET", f"{ROOT}?{query}")[:2] == (400, "CONN001")
