"""The judge itself: what the published document allows and what it does not, from examples written by hand."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from tests.contract.exchanges import Watch
from tests.contract.openapi import DOCUMENT, GAPS, Exchange, contract

CONTRACT = contract()
UUID = "4c9b7f0e-3d8a-4b52-9c1f-0a6e5d7b8c9d"
TIME = "2026-01-02T03:04:05.678Z"

DATABRICKS: dict[str, Any] = {
    "connectionKey": "dbx-1",
    "technology": "Databricks",
    "clientConfiguration": {
        "host": "example.cloud.databricks.com",
        "path": "sql/protocolv1/o/0/abc",
        "immutaSystemCatalog": "immuta",
        "credential": {"authenticationType": "Token", "token": "secret"},
    },
    "dataObjectDefaults": {"owners": [{"id": 2, "type": "USER"}]},
    "dataObjectSync": {},
}
SNOWFLAKE: dict[str, Any] = {
    "connectionKey": "sf_1",
    "technology": "Snowflake",
    "clientConfiguration": {
        "host": "example.snowflakecomputing.com",
        "warehouse": "WH",
        "role": "IMMUTA",
        "accountId": "ORG-ACC",
        "immutaSystemDatabase": "IMMUTA_SYS",
        "credential": {"authenticationType": "UsernamePassword", "username": "svc", "password": "secret"},
    },
    "dataObjectDefaults": {"owners": [{"id": 2, "type": "GROUP"}]},
    "dataObjectSync": {},
}
PATH = {"name": "DB", "type": "DATABASE", "child": {"name": "PUBLIC", "type": "SCHEMA"}}
STORED: dict[str, Any] = {
    "connectionKey": "sf_1",
    "technology": "Snowflake",
    "clientConfiguration": {
        "host": "example.snowflakecomputing.com",
        "warehouse": "WH",
        "role": "IMMUTA",
        "accountId": "ORG-ACC",
        "immutaSystemDatabase": "IMMUTA_SYS",
        "credential": {"authenticationType": "UsernamePassword", "username": "svc", "password": "[REDACTED]"},
        "health": {"state": "UNHEALTHY", "errors": [{"code": "CONN005", "message": "no such role"}]},
    },
    "policyConfiguration": {
        "enabled": True,
        "impersonation": {"enabled": False},
        "workspaces": {"enabled": True, "warehouses": ["WH"]},
        "excludeUserGroupPattern": [],
    },
    "auditConfiguration": {"enabled": True},
    "dataObjectDefaults": {"syncPolicy": False, "owners": [{"id": 2, "type": "GROUP"}]},
    "dataObjectSync": {"enabled": True, "schedule": "EVERY_24_HOURS", "startTime": 0, "syncAllDataObjects": True},
    "state": "UNHEALTHY",
    "createdBy": "1",
    "createdAt": TIME,
    "updatedBy": "1",
    "updatedAt": TIME,
}
OBJECT: dict[str, Any] = {
    "id": UUID,
    "name": "PUBLIC",
    "type": "SCHEMA",
    "normalizedType": "schema",
    "technology": "Snowflake",
    "remoteId": "PUBLIC-1",
    "objectPath": {
        "name": "DB",
        "type": "DATABASE",
        "id": "1",
        "child": {"name": "PUBLIC", "type": "SCHEMA", "id": "2"},
    },
    "lastSyncedAt": TIME,
    "settings": {
        "syncPolicy": {"value": True, "inheritedFrom": {"id": "sf_1", "type": "CONNECTION"}},
        "owners": [{"id": 2, "type": "GROUP"}],
    },
    "tags": [{"id": 7, "name": "PII", "displayName": "PII"}],
    "connectionKey": "sf_1",
    "createdBy": "1",
    "createdAt": TIME,
    "updatedBy": "1",
    "updatedAt": TIME,
}
TASK = {
    "taskId": UUID,
    "type": "DATA_OBJECT_SYNC",
    "input": {"syncAllDataObjects": False, "objectPath": PATH},
    "status": "PENDING",
    "trigger": "MANUAL",
    "createdBy": "1",
    "createdAt": TIME,
}
KEY = "/api/connections/sf_1"


def request(method: str, target: str, body: Any = None, **query: list[str]) -> list[str]:
    raw = b"" if body is None else json.dumps(body).encode()
    return CONTRACT.request_faults(Exchange(method, target, query, raw, 200, None))


def answer(method: str, target: str, status: int, body: Any) -> list[str]:
    operation, _ = CONTRACT.find(method, target) or pytest.fail(f"{method} {target} is not found")
    return operation.answer_faults(status, json.dumps(body).encode())


def changed(value: dict[str, Any], path: str, new: Any = None) -> dict[str, Any]:
    """A copy with one attribute set, or taken out."""
    copy = deepcopy(value)
    *parents, last = path.split(".")
    inner = copy
    for parent in parents:
        inner = inner[parent]
    if new is None:
        del inner[last]
    else:
        inner[last] = new
    return copy


def test_the_document_has_nineteen_operations_and_no_prose() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert len(CONTRACT.operations) == 19
    assert '"example' not in text
    assert set(json.loads(text)["servers"][0]) == {"url"}
    assert json.loads(text)["servers"][0]["url"] == "/"


@pytest.mark.parametrize(("method", "path"), GAPS)
def test_a_gap_is_filled(method: str, path: str) -> None:
    errors = {"errors": [{"code": "CONN001", "message": "no"}]}
    assert answer(method.upper(), path.replace("{connectionKey}", "k").replace("{id}", "i"), 400, errors) == []


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("POST", "/api/connections", DATABRICKS),
        ("POST", "/api/connections", SNOWFLAKE),
        ("PATCH", KEY, {"clientConfiguration": {"port": 443, "proxy": None}}),
        ("PATCH", KEY, {"policyConfiguration": {"impersonation": {"enabled": True, "impersonationRole": "IMP"}}}),
        ("PATCH", f"{KEY}/dataObjects/x", {"settings": {"syncPolicy": None}, "tags": {"add": [{"id": 7}]}}),
        ("POST", f"{KEY}/tasks", {"type": "DATA_OBJECT_SYNC", "input": {"objectPath": PATH}}),
        (
            "POST",
            "/api/connections/dataObjects/_search",
            {"filter": {"dataObject": {"name": "A", "parentObjectPath": {}}}, "meta": {"page": {"limit": 2}}},
        ),
        ("DELETE", KEY, None),
        ("POST", f"{KEY}/_activate", None),
        ("GET", f"{KEY}/tasks/{UUID}/runs/{UUID}", None),
    ],
)
def test_what_may_be_asked(method: str, target: str, body: Any) -> None:
    assert request(method, target, body) == []


@pytest.mark.parametrize(
    ("method", "target", "body", "fault"),
    [
        ("POST", "/api/connections", changed(SNOWFLAKE, "syncOnCreate", "yes"), '"yes" is not of type "boolean"'),
        ("POST", "/api/connections", changed(SNOWFLAKE, "state", "ACTIVE"), "'state' was unexpected"),
        (
            "POST",
            "/api/connections",
            changed(SNOWFLAKE, "clientConfiguration.credential.password"),
            'body.clientConfiguration.credential: "password" is a required property',
        ),
        ("POST", "/api/connections", changed(DATABRICKS, "connectionKey", "a b"), "body.connectionKey: "),
        ("POST", "/api/connections", changed(DATABRICKS, "dataObjectDefaults.owners", []), "body.dataObjectDefaults"),
        ("POST", "/api/connections", None, "body: is no JSON"),
        ("PATCH", KEY, {"technology": "Snowflake"}, "'technology' was unexpected"),
        ("PATCH", KEY, {"policyConfiguration": {"impersonation": {"enabled": True}}}, "impersonationRole"),
        ("PATCH", f"{KEY}/dataObjects/x", {"tags": None}, 'null is not of type "object"'),
        ("POST", f"{KEY}/tasks", {"type": "DELETE_CONNECTION", "input": {}}, "body.type: "),
        ("POST", "/api/connections/dataObjects/_search", {"filter": {"dataObject": {}}}, "body.filter.dataObject"),
        ("DELETE", KEY, {}, "body: this operation takes none"),
        ("GET", f"{KEY}/tasks/1", None, "taskId: "),
        ("PUT", KEY, {}, "there is no such operation"),
        ("GET", "/api/connections/dataObjects/_search", None, "there is no such operation"),
    ],
)
def test_what_may_not_be_asked(method: str, target: str, body: Any, fault: str) -> None:
    assert fault in "\n".join(request(method, target, body))


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ({"sort": ["type:asc", "createdAt:desc"], "page[limit]": ["100"], "filter[status]": ["FAILED"]}, []),
        ({"page[limit]": ["0"]}, ["page[limit]: 0 is less than the minimum of 1"]),
        ({"page[limit]": ["ten"]}, ['page[limit]: "ten" is not of type "integer"']),
        ({"page[cursor]": ["a", "b"]}, ["page[cursor]: given 2 times"]),
        ({"limit": ["1"]}, ["query: 'limit' is not documented"]),
    ],
)
def test_a_query(query: dict[str, list[str]], faults: list[str]) -> None:
    assert request("GET", f"{KEY}/tasks", **query) == faults


@pytest.mark.parametrize(
    ("method", "target", "status", "body"),
    [
        ("GET", KEY, 200, STORED),
        ("PATCH", KEY, 200, STORED),
        ("POST", "/api/connections", 201, STORED | {"setup": [{"configuration": "GRANT", "description": "rights"}]}),
        ("DELETE", KEY, 202, {"taskId": UUID}),
        ("GET", f"{KEY}/dataObjects/{UUID}", 200, OBJECT),
        ("GET", f"{KEY}/tasks/{UUID}", 200, TASK),
        ("POST", f"{KEY}/tasks", 409, {"message": "runs", "taskId": UUID, "taskType": "DATA_OBJECT_SYNC"}),
        (
            "DELETE",
            KEY,
            409,
            {"errors": [{"code": "CONN003", "message": "wrong state", "invalidState": "ACTIVE"}]},
        ),
        ("GET", KEY, 401, {"statusCode": 401, "error": "Unauthorized", "message": "who?"}),
    ],
)
def test_what_may_be_answered(method: str, target: str, status: int, body: Any) -> None:
    assert answer(method, target, status, body) == []


@pytest.mark.parametrize(
    ("method", "target", "status", "body", "fault"),
    [
        ("GET", KEY, 200, changed(STORED, "state", "BROKEN"), "answer.state: "),
        ("GET", KEY, 200, changed(STORED, "updatedAt", "yesterday"), '"yesterday" is not a "date-time"'),
        ("GET", KEY, 200, STORED | {"setup": []}, "'setup' was unexpected"),
        ("GET", KEY, 200, changed(STORED, "clientConfiguration.credential.password"), "password"),
        ("POST", "/api/connections", 200, STORED, "the status 200 is not documented, only 201, 400, 409"),
        ("DELETE", KEY, 202, {"taskId": "1"}, '"1" is not a "uuid"'),
        (
            "GET",
            KEY,
            404,
            {"statusCode": 404, "error": "Not Found", "message": "no"},
            '"errors" is a required property',
        ),
        ("GET", f"{KEY}/dataObjects/{UUID}", 200, changed(OBJECT, "remoteId", ""), "answer.remoteId: "),
        ("GET", f"{KEY}/tasks/{UUID}", 200, changed(TASK, "input"), '"input" is a required property'),
    ],
)
def test_what_may_not_be_answered(method: str, target: str, status: int, body: Any, fault: str) -> None:
    assert fault in "\n".join(answer(method, target, status, body))


def judged(exchange: Exchange, **how: bool) -> list[str]:
    watch = Watch()
    watch.judge(exchange, **{"by_provider": True, "answered_freely": True} | how)
    count, faults = watch.taken()
    assert (count, watch.taken()) == (1, (0, []))
    return faults


REFUSED = json.dumps({"errors": [{"code": "CONN001", "message": "no"}]}).encode()


def test_who_may_ask_what() -> None:
    """The provider nothing that is forbidden; anybody else may, and has to be refused."""
    wrong = Exchange("GET", KEY, {"x": ["1"]}, b"", 400, REFUSED)
    taken = Exchange("GET", KEY, {"x": ["1"]}, b"", 200, json.dumps(STORED).encode())
    fault = "query: 'x' is not documented"

    assert judged(wrong) == [f"GET {KEY} (400): {fault}"]
    assert judged(wrong, by_provider=False) == []
    assert judged(taken, by_provider=False) == [f"GET {KEY} (200): accepted although {fault}"]


def test_an_answer_under_a_fault_is_not_the_tenants() -> None:
    broken = Exchange("GET", KEY, {}, b"", 200, b"{")

    assert judged(broken) == [f"GET {KEY} (200): answer: is no JSON"]
    assert judged(broken, answered_freely=False) == []
    assert judged(Exchange("GET", KEY, {}, b"", 0, None)) == []
