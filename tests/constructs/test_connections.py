"""Flat connections: what `SnowflakeConnection`, `DatabricksConnection` and their credentials write."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from immuta_constructs import (
    Connection,
    DatabricksConnection,
    DataObject,
    DataObjectSync,
    SnowflakeConnection,
    ValueProblem,
    credentials,
    insecure_literal,
    secret_from_env,
)
from immuta_constructs.engine import cdk
from immuta_constructs.testing import synth

Stack = cdk.TerraformStack
SNOWFLAKE: dict[str, Any] = {
    "connection_key": "sf",
    "host": "h.example.com",
    "account_id": "O-A",
    "warehouse": "WH",
    "role": "R",
    "immuta_system_database": "IMMUTA",
}
DATABRICKS: dict[str, Any] = {
    "connection_key": "dbx",
    "host": "h.example.com",
    "path": "sql/1",
    "immuta_system_catalog": "immuta",
}
SECRET = "${var.S}"


def written(build: Callable[[Stack], object]) -> dict[str, Any]:
    """The connection that a stack of one has."""
    (connection,) = synth(build)["resource"]["immuta_connection"].values()
    return dict(connection)


def snowflake(**more: Any) -> dict[str, Any]:
    """A connection to Snowflake as it is written."""
    login = credentials.username_password("svc", secret_from_env("S"))
    return written(lambda stack: SnowflakeConnection(stack, "c", **{"credential": login, **SNOWFLAKE, **more}))


def databricks(**more: Any) -> dict[str, Any]:
    """A connection to Databricks as it is written."""
    login = credentials.token(secret_from_env("S"))
    return written(lambda stack: DatabricksConnection(stack, "c", **{"credential": login, **DATABRICKS, **more}))


def test_the_least_of_snowflake() -> None:
    assert snowflake(owner_users=[1]) == {
        "connection_key": "sf",
        "snowflake": {
            "client_configuration": {
                "host": "h.example.com",
                "warehouse": "WH",
                "role": "R",
                "account_id": "O-A",
                "immuta_system_database": "IMMUTA",
                "credential": {
                    "username_password": {"username": "svc", "password_wo": SECRET, "password_wo_version": 1}
                },
            }
        },
        "data_object_defaults": {"owners": [{"id": "1", "type": "USER"}]},
    }


def test_all_of_snowflake() -> None:
    found = snowflake(
        owner_users=["1"],
        owner_groups=[7],
        port=8443,
        impersonation_role="IMP",
        workspaces=["WH", "WH2"],
        exclude_user_group_pattern=["LOADER"],
        audit=False,
        sync_policy=True,
        sync_enabled=False,
        sync_schedule="EVERY_HOUR",
        sync_start_time=3,
        sync_all_data_objects=False,
        active=False,
        sync_on_create=False,
        activate_to_update=True,
        deletion_protection=True,
        timeouts={"create": "1h"},
        extra_json="{}",
        lifecycle={"prevent_destroy": True},
    )
    assert found["snowflake"]["client_configuration"]["port"] == 8443
    assert found["snowflake"]["policy_configuration"] == {
        "impersonation": {"impersonation_role": "IMP"},
        "workspaces": {"warehouses": ["WH", "WH2"]},
        "exclude_user_group_pattern": ["LOADER"],
    }
    assert found["snowflake"]["audit_configuration"] == {"enabled": False}
    assert found["data_object_defaults"] == {
        "owners": [{"id": "1", "type": "USER"}, {"id": "7", "type": "GROUP"}],
        "sync_policy": True,
    }
    assert found["data_object_sync"] == {
        "enabled": False,
        "schedule": "EVERY_HOUR",
        "start_time": 3,
        "sync_all_data_objects": False,
    }
    flags = ("active", "sync_on_create", "activate_to_update", "deletion_protection")
    assert [found[name] for name in flags] == [False, False, True, True]
    assert (found["timeouts"], found["extra_json"]) == ({"create": "1h"}, "{}")
    assert found["lifecycle"] == {"prevent_destroy": True}


@pytest.mark.parametrize(("given", "expected"), [(False, None), (True, {}), (["A"], {"warehouses": ["A"]})])
def test_workspaces(given: Any, expected: Any) -> None:
    platform = snowflake(owner_users=[1], workspaces=given)["snowflake"]
    assert platform.get("policy_configuration", {}).get("workspaces") == expected


def test_all_of_databricks() -> None:
    found = databricks(
        owner_groups=[7],
        port=8443,
        proxy_host="https://proxy.example.com",
        proxy_port=3128,
        proxy_username="p",
        proxy_password=secret_from_env("P"),
        proxy_password_version=2,
        exclude_group_pattern="exempt",
        audit=True,
        audit_workspace_ids=["1"],
    )
    assert found == {
        "connection_key": "dbx",
        "databricks": {
            "client_configuration": {
                "host": "h.example.com",
                "port": 8443,
                "path": "sql/1",
                "immuta_system_catalog": "immuta",
                "credential": {"token": {"token_wo": SECRET, "token_wo_version": 1}},
                "proxy": {
                    "host": "https://proxy.example.com",
                    "port": 3128,
                    "credential": {"username": "p", "password_wo": "${var.P}", "password_wo_version": 2},
                },
            },
            "policy_configuration": {"exclude_group_pattern": "exempt"},
            "audit_configuration": {"enabled": True, "workspace_ids": ["1"]},
        },
        "data_object_defaults": {"owners": [{"id": "7", "type": "GROUP"}]},
    }


KEY = {"filename": "k.p8", "content_wo": SECRET, "content_wo_version": 2}
CREDENTIALS: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], dict[str, Any]]] = {
    "unencrypted_key_pair": (
        credentials.key_pair,
        ("svc",),
        {"filename": "k.p8"},
        {"username": "svc", "private_key": KEY},
    ),
    "encrypted_key_pair": (
        credentials.encrypted_key_pair,
        ("svc",),
        {"filename": "k.p8"},
        {"username": "svc", "private_key": KEY, "password_wo": SECRET, "password_wo_version": 2},
    ),
    "oauth_with_secret": (
        credentials.oauth_secret,
        ("id",),
        {"authority_url": "https://a", "scope": "s"},
        {
            "client_id": "id",
            "authority_url": "https://a",
            "scope": "s",
            "client_secret_wo": SECRET,
            "client_secret_wo_version": 2,
        },
    ),
    "oauth_with_certificate": (
        credentials.oauth_certificate,
        ("id",),
        {"filename": "k.p8", "authority_url": "https://a", "scope": "s", "resource": "r"},
        {
            "client_id": "id",
            "authority_url": "https://a",
            "scope": "s",
            "resource": "r",
            "private_key": KEY,
            "public_certificate_thumbprint_wo": SECRET,
            "public_certificate_thumbprint_wo_version": 2,
        },
    ),
}


def _secrets(make: Callable[..., Any], names: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """One value for each positional argument after the names: those are the secrets."""
    positional = [
        each for each in inspect.signature(make).parameters.values() if each.kind is each.POSITIONAL_OR_KEYWORD
    ]
    return (value,) * (len(positional) - len(names))


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_credentials(kind: str) -> None:
    make, names, more, expected = CREDENTIALS[kind]
    credential = make(*names, *_secrets(make, names, secret_from_env("S")), **more, version=2)
    client = snowflake(owner_users=[1], credential=credential)["snowflake"]["client_configuration"]
    assert client["credential"] == {kind: expected}


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_secrets_in_the_state(kind: str) -> None:
    """The same without the write-only forms and their versions."""
    make, names, more, expected = CREDENTIALS[kind]
    credential = make(*names, *_secrets(make, names, insecure_literal("x")), **more, in_state=True)

    def kept(value: Any) -> Any:
        if not isinstance(value, dict):
            return "x" if value == SECRET else value
        return {name.removesuffix("_wo"): kept(each) for name, each in value.items() if not name.endswith("_version")}

    assert credential == {kind: kept(expected)}


def _c(stack: Stack, **more: Any) -> Connection:
    login = credentials.username_password("svc", secret_from_env("S"))
    return SnowflakeConnection(stack, "c", **{"credential": login, "owner_users": [1], **SNOWFLAKE, **more})


WRONG: dict[str, tuple[Callable[[Stack], object], str]] = {
    "no owner": (lambda s: _c(s, owner_users=[]), "owner_users, owner_groups: a connection needs an owner"),
    "another platform's credential": (
        lambda s: _c(s, credential=credentials.token(secret_from_env("S"))),
        "snowflake.client_configuration.credential: has no member 'token'",
    ),
    "a literal secret": (
        lambda s: _c(s, credential=credentials.username_password("svc", "in-clear")),
        "password_wo: is a secret",
    ),
    "half a proxy": (
        lambda s: DatabricksConnection(
            s, "c", credential=credentials.token(secret_from_env("S")), owner_users=[1], proxy_port=1, **DATABRICKS
        ),
        "proxy_host: is missing, and the other arguments of a proxy are there.",
    ),
    "no list of owners": (lambda s: _c(s, owner_users="12"), "owner_users: needs a list, got '12'. Write ['12']."),
    "no id": (lambda s: _c(s, owner_groups=[True]), "owner_groups: needs ids, which are whole numbers; got True."),
    "no path": (
        lambda s: _c(s).data_object(),
        "path: names the data object, one text for each step from the outermost",
    ),
    "a list in a path": (lambda s: _c(s).data_object(["A", "B"]), "inwards; got ['A', 'B']."),  # type: ignore[arg-type]
    "the same id twice": (
        lambda s: [c.data_object(*path) for c in [_c(s)] for path in (("A-B",), ("A", "B"))],
        "id: give one; 'c-A-B', made of the path, is taken.",
    ),
    "a path of references": (
        lambda s: _c(s).data_object("${local.x}"),
        "id: give one; none can be made of a path with references.",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_said_at_the_users_line(wrong: str) -> None:
    build, expected = WRONG[wrong]
    with pytest.raises(ValueProblem, match=re.escape(expected)) as caught:
        synth(build)
    assert re.match(r"tests/constructs/test_connections\.py:\d+: ", str(caught.value))
    assert "in-clear" not in str(caught.value)


def test_data_objects_and_syncs_of_a_connection() -> None:
    def build(stack: Stack) -> None:
        connection = _c(stack)
        connection.data_object("SALES", "PUBLIC", sync_policy=True)
        connection.data_object("SALES", "PUBLIC", "A B", id="spaced", tags=["PII"], on_destroy="delete")
        connection.sync("again", "SALES", triggers={"release": "2"})
        connection.sync("all", sync_all_data_objects=True, wait=False)

    resources = synth(build)["resource"]
    key = "${immuta_connection.c.id}"
    assert resources["immuta_data_object"] == {
        "c-SALES-PUBLIC": {"connection_key": key, "path": ["SALES", "PUBLIC"], "sync_policy": True},
        "spaced": {
            "connection_key": key,
            "path": ["SALES", "PUBLIC", "A B"],
            "tags": ["PII"],
            "on_destroy": "delete",
        },
    }
    assert resources["immuta_data_object_sync"] == {
        "again": {"connection_key": key, "path": ["SALES"], "triggers": {"release": "2"}},
        "all": {"connection_key": key, "sync_all_data_objects": True, "wait": False},
    }


def test_a_connection_that_exists_already() -> None:
    output = synth(lambda stack: Connection.from_key(stack, "old", "warehouse"))
    assert output["data"] == {"immuta_connection": {"old": {"connection_key": "warehouse"}}}


@pytest.mark.parametrize(
    ("method", "construct", "own"),
    [
        (Connection.data_object, DataObject, {"connection_key"}),
        (Connection.sync, DataObjectSync, {"connection_key", "deletion_protection"}),
    ],
)
def test_the_methods_take_every_argument_of_the_construct(method: Any, construct: Any, own: set[str]) -> None:
    generated = set(inspect.signature(construct.__init__).parameters) - own - {"scope"}
    assert set(inspect.signature(method).parameters) == generated


@pytest.mark.parametrize("construct", [SnowflakeConnection, DatabricksConnection])
def test_every_argument_of_the_resource_has_its_place(construct: Any) -> None:
    """Those that are not flattened are taken as they are."""
    flattened = {"snowflake", "databricks", "data_object_defaults", "data_object_sync"}
    taken = set(inspect.signature(construct.__init__).parameters)
    assert set(inspect.signature(Connection.__init__).parameters) - flattened <= taken


def test_a_wrong_argument_is_answered_with_the_arguments_of_the_class() -> None:
    with pytest.raises(TypeError, match=r"SnowflakeConnection\(\) got an unexpected .* Did you mean 'warehouse'\?"):
        synth(lambda stack: _c(stack, warehous="WH"))
