"""What requests about connections may not look like."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.tenant.client import Client
from tests.tenant.connection_bodies import (
    OAUTH_CERTIFICATE,
    OAUTH_SECRET,
    OF_DATABRICKS,
    OF_SNOWFLAKE,
    PASSWORD,
    PROXY,
    ROOT,
    TOKEN,
    created,
    databricks,
    refused,
    snowflake,
)

MARKERS = ("[REDACTED]", "<REDACTED>", "REDACTED")
NOT_ALLOWED = "is not allowed"
OF_BOTH = [(snowflake, each) for each in OF_SNOWFLAKE] + [(databricks, each) for each in OF_DATABRICKS]


def _changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    # The body with another value at a path; ... removes what is there.
    result = copy.deepcopy(body)
    *containers, last = path.split(".")
    place = result
    for name in containers:
        place = place[name]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return result


def _refused(client: Client, body: Any) -> str:
    status, code, message = refused(client, "POST", ROOT, json=body)
    assert (status, code) == (400, "CONN001")
    assert client.ok("GET", ROOT)["data"] == []
    return message


@pytest.mark.parametrize("make", [snowflake, databricks])
@pytest.mark.parametrize(
    "path",
    [
        "connectionKey",
        "dataObjectDefaults",
        "dataObjectDefaults.owners",
        "dataObjectSync",
        "clientConfiguration",
        "clientConfiguration.host",
        "clientConfiguration.credential",
    ],
)
def test_what_is_required(client: Client, make: Any, path: str) -> None:
    message = _refused(client, _changed(make(), path, ...))

    assert message == f'"{path}" is required'


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (snowflake, "warehouse role accountId immutaSystemDatabase"),
        (databricks, "path immutaSystemCatalog"),
    ],
)
def test_what_each_technology_requires(client: Client, make: Any, names: str) -> None:
    for name in names.split():
        path = f"clientConfiguration.{name}"
        assert _refused(client, _changed(make(), path, ...)) == f'"{path}" is required'


@pytest.mark.parametrize(("make", "credential"), OF_BOTH)
def test_each_part_of_a_credential_is_required_and_no_other_is_allowed(
    client: Client, make: Any, credential: dict[str, Any]
) -> None:
    path = "clientConfiguration.credential"
    for name in credential.keys() - {"authenticationType", "resource"}:
        assert _refused(client, _changed(make(credential=credential), f"{path}.{name}", ...)) == (
            f'"{path}.{name}" is required'
        )
    assert _refused(client, _changed(make(credential=credential), f"{path}.extra", 1)) == (
        f'"{path}.extra" {NOT_ALLOWED}'
    )


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (snowflake, ""),
        (snowflake, "clientConfiguration."),
        (snowflake, "dataObjectDefaults."),
        (snowflake, "dataObjectSync."),
        (databricks, ""),
        (databricks, "clientConfiguration."),
    ],
)
def test_objects_are_closed(client: Client, make: Any, place: str) -> None:
    assert _refused(client, _changed(make(), f"{place}extra", 1)) == f'"{place}extra" {NOT_ALLOWED}'


FOREIGN = [
    (snowflake, "state", "ACTIVE"),
    (snowflake, "policyConfiguration", {"enabled": True}),
    (snowflake, "policyConfiguration", {"excludeGroupPattern": "x"}),
    (snowflake, "auditConfiguration", {"workspaceIds": []}),
    (snowflake, "clientConfiguration.proxy", PROXY),
    (snowflake, "clientConfiguration.path", "x"),
    (databricks, "policyConfiguration", {"impersonation": {"enabled": False}}),
    (databricks, "clientConfiguration.warehouse", "x"),
    (databricks, "clientConfiguration.metastoreId", "x"),
]


@pytest.mark.parametrize(("make", "path", "value"), FOREIGN)
def test_what_belongs_elsewhere(client: Client, make: Any, path: str, value: Any) -> None:
    whole = path if not isinstance(value, dict) or "." in path else f"{path}.{next(iter(value))}"

    assert _refused(client, _changed(make(), path, value)) == f'"{whole}" {NOT_ALLOWED}'


WRONG = [
    ("clientConfiguration.port", "443", '"clientConfiguration.port" must be a number'),
    ("clientConfiguration.port", True, '"clientConfiguration.port" must be a number'),
    ("clientConfiguration.host", "", '"clientConfiguration.host" is not allowed to be empty'),
    ("clientConfiguration.host", None, '"clientConfiguration.host" must be a string'),
    (
        "clientConfiguration.immutaSystemDatabase",
        "1A",
        '"clientConfiguration.immutaSystemDatabase" may only contain letters, numbers and underscores',
    ),
    ("clientConfiguration.immutaSystemDatabase", "A-B", '"clientConfiguration.immutaSystemDatabase" may only'),
    ("clientConfiguration.credential", TOKEN, '"clientConfiguration.credential" must be an object whose "authent'),
    ("clientConfiguration.credential", "x", '"clientConfiguration.credential" must be an object whose "authent'),
    (
        "clientConfiguration.credential",
        OAUTH_SECRET | {"authorityUrl": "login.example.com"},
        '"clientConfiguration.credential.authorityUrl" must be a URI',
    ),
    (
        "clientConfiguration.credential",
        OAUTH_CERTIFICATE | {"resource": None},
        '"clientConfiguration.credential.resource" must not be null',
    ),
    (
        "clientConfiguration.credential",
        OAUTH_CERTIFICATE | {"privateKey": {"content": "x"}},
        '"clientConfiguration.credential.privateKey.filename" is required',
    ),
    ("connectionKey", "a b", '"connectionKey" may only contain letters, numbers, hyphens and underscores'),
    ("connectionKey", "a\n", '"connectionKey" may only contain letters, numbers, hyphens and underscores'),
    ("connectionKey", "", '"connectionKey" is not allowed to be empty'),
    ("connectionKey", "Settings", '"connectionKey" is a reserved name'),
    ("dataObjectDefaults.owners", [], '"dataObjectDefaults.owners" must contain at least 1 items'),
    ("dataObjectDefaults.owners", [{"id": 1, "type": "USER"}] * 101, '"dataObjectDefaults.owners" List should have'),
    ("dataObjectDefaults.owners", [{"id": "1", "type": "USER"}], '"dataObjectDefaults.owners[0].id" must be a number'),
    ("dataObjectDefaults.owners", [{"id": 1, "type": "user"}], '"dataObjectDefaults.owners[0].type" must be one of'),
    ("dataObjectDefaults.syncPolicy", "true", '"dataObjectDefaults.syncPolicy" must be a boolean'),
    ("dataObjectSync.schedule", "EVERY_3_HOURS", '"dataObjectSync.schedule" must be one of'),
    ("dataObjectSync.startTime", 24, '"dataObjectSync.startTime" Input should be'),
    ("dataObjectSync.startTime", -1, '"dataObjectSync.startTime" Input should be'),
    ("syncOnCreate", 1, '"syncOnCreate" must be a boolean'),
    (
        "policyConfiguration",
        {"impersonation": {"enabled": True}},
        '"policyConfiguration.impersonation.impersonationRole" is required',
    ),
    (
        "policyConfiguration",
        {"impersonation": {"enabled": False, "impersonationRole": "R"}},
        '"policyConfiguration.impersonation.impersonationRole" is not allowed',
    ),
    (
        "policyConfiguration",
        {"workspaces": {"enabled": False, "warehouses": []}},
        '"policyConfiguration.workspaces.warehouses" is not allowed',
    ),
    (
        "policyConfiguration",
        {"workspaces": {"warehouses": []}},
        '"policyConfiguration.workspaces" must be an object whose "enabled" is one of [true, false]',
    ),
    (
        "policyConfiguration",
        {"excludeUserGroupPattern": [""]},
        '"policyConfiguration.excludeUserGroupPattern[0]" is not allowed to be empty',
    ),
]


@pytest.mark.parametrize(("path", "value", "message"), WRONG)
def test_wrong_values(client: Client, path: str, value: Any, message: str) -> None:
    assert _refused(client, _changed(snowflake(), path, value)).startswith(message)


def test_a_proxy_is_whole_and_its_host_is_a_uri(client: Client) -> None:
    path = "clientConfiguration.proxy"
    for name in PROXY:
        body = databricks(client={"proxy": {key: PROXY[key] for key in PROXY if key != name}})
        assert _refused(client, body) == f'"{path}.{name}" is required'
    assert _refused(client, databricks(client={"proxy": PROXY | {"host": "proxy:8080x y"}})) == (
        f'"{path}.host" must be a URI'
    )
    assert _refused(client, databricks(client={"proxy": None})) == f'"{path}" must not be null'
    wrong = PROXY | {"credential": OAUTH_SECRET}
    assert _refused(client, databricks(client={"proxy": wrong})).startswith(f'"{path}.credential.')


@pytest.mark.parametrize("body", [{}, [], {"technology": "Redshift"}, {"technology": None}, {"technology": ["x"]}])
def test_the_technology_is_one_of_two(client: Client, body: Any) -> None:
    expected = '"value" must be an object whose "technology" is one of [Databricks, Snowflake]'

    assert _refused(client, body) == expected


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize(("make", "credential"), OF_BOTH)
def test_what_is_read_in_place_of_a_secret_cannot_be_written(
    client: Client, make: Any, credential: dict[str, Any], marker: str
) -> None:
    names = ("password", "token", "clientSecret", "publicCertificateThumbprint")
    secrets = [name for name in names if name in credential]
    bodies = [(f".{name}", credential | {name: marker}) for name in secrets]
    if "privateKey" in credential:
        bodies.append((".privateKey.content", credential | {"privateKey": {"filename": "f", "content": marker}}))
    complaint = "is what a redacted value reads as, and cannot be written"
    for name, changed in bodies:
        expected = f'"clientConfiguration.credential{name}" {complaint}'
        assert _refused(client, make(credential=changed)) == expected
    created(client, make(credential=credential))
    for name, changed in bodies:
        options = {"json": {"clientConfiguration": {"credential": changed}}}
        path = f"{ROOT}/{make()['connectionKey']}"
        assert refused(client, "PATCH", path, **options) == (
            400,
            "CONN001",
            f'"clientConfiguration.credential{name}" {complaint}',
        )


def test_a_host_cannot_be_redacted_either(client: Client) -> None:
    created(client, snowflake())

    for marker in MARKERS:
        body = {"clientConfiguration": {"host": marker}}
        assert refused(client, "PATCH", f"{ROOT}/sf", json=body)[:2] == (400, "CONN001")


OF_NO_PATCH = [
    (snowflake, "connectionKey", "x"),
    (snowflake, "technology", "Snowflake"),
    (snowflake, "syncOnCreate", True),
    (snowflake, "state", "INACTIVE"),
    (snowflake, "clientConfiguration.immutaSystemDatabase", "X"),
    (databricks, "technology", "Databricks"),
    (databricks, "policyConfiguration", {}),
    (databricks, "clientConfiguration.warehouse", "X"),
    (snowflake, "auditConfiguration.workspaceIds", []),
    (snowflake, "clientConfiguration.proxy", None),
]


@pytest.mark.parametrize(("make", "path", "value"), OF_NO_PATCH)
def test_what_a_patch_cannot_say(client: Client, make: Any, path: str, value: Any) -> None:
    created(client, make())
    body: Any = value
    for name in reversed(path.split(".")):
        body = {name: body}

    target = f"{ROOT}/{make()['connectionKey']}"
    assert refused(client, "PATCH", target, json=body) == (400, "CONN001", f'"{path}" {NOT_ALLOWED}')


NULLS = [
    "clientConfiguration",
    "clientConfiguration.host",
    "clientConfiguration.port",
    "clientConfiguration.credential",
    "policyConfiguration.workspaces",
    "policyConfiguration.excludeUserGroupPattern",
    "auditConfiguration.enabled",
    "dataObjectDefaults.owners",
    "dataObjectDefaults.syncPolicy",
    "dataObjectSync.schedule",
]


@pytest.mark.parametrize("path", NULLS)
def test_null_is_no_value(client: Client, path: str) -> None:
    created(client, snowflake())
    body: Any = None
    for name in reversed(path.split(".")):
        body = {name: body}

    assert refused(client, "PATCH", f"{ROOT}/sf", json=body) == (400, "CONN001", f'"{path}" must not be null')


def test_a_credential_in_a_patch_says_something(client: Client) -> None:
    created(client, snowflake())
    body = {"clientConfiguration": {"credential": {"authenticationType": "UsernamePassword"}}}
    message = '"clientConfiguration.credential" must have at least one attribute beside authenticationType'

    assert refused(client, "PATCH", f"{ROOT}/sf", json=body) == (400, "CONN001", message)
    body = {"clientConfiguration": {"credential": {"password": PASSWORD["password"]}}}
    assert refused(client, "PATCH", f"{ROOT}/sf", json=body)[0] == 400


def test_a_refused_request_repeats_no_value(client: Client) -> None:
    body = snowflake(credential={"authenticationType": "UsernamePassword", "username": 7, "password": ["top-secret"]})

    assert "top-secret" not in client.post(ROOT, json=body).text


def test_text_that_is_no_json(client: Client) -> None:
    options = {"content": "{", "headers": {"Content-Type": "application/json"}}

    assert refused(client, "POST", ROOT, **options) == (400, "CONN001", "Invalid request payload JSON format")
