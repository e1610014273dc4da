"""The look-ups of connections in process: what they find, what they say where there is nothing, what they refuse."""

from __future__ import annotations

import re
from typing import Any

import pytest

from immuta_provider.data_sources.connections import ConnectionList
from immuta_provider.data_sources.data_objects import DataObjectSearch
from terraform_plugin import Path
from terraform_plugin.codec import from_json
from terraform_plugin.validators import problems
from terraform_plugin.values import UNKNOWN
from tests.acceptance import outside
from tests.faults.core import FailedError
from tests.immuta_provider.connected import KEY, OBJECT, ORDERS, Here
from tests.tenant.connection_bodies import PROXY, databricks


@pytest.mark.parametrize(
    ("kind", "wanted", "said"),
    [
        ("immuta_connection", {"connection_key": "lake"}, 'There is no connection "lake"'),
        ("immuta_connection_tasks", {"connection_key": "lake"}, 'There is no connection "lake"'),
        (OBJECT, {"connection_key": "lake", "path": ORDERS}, 'There is no connection "lake"'),
        (OBJECT, {"connection_key": KEY, "path": ["SALE"]}, 'there is no "SALE"; there is "SALES"'),
        (OBJECT, {"connection_key": KEY, "id": "4711"}, 'has no data object with the id "4711"'),
        ("immuta_data_objects", {"object_path": [{"name": "SALES"}]}, "Give the `type` of every step"),
        ("immuta_data_objects", {"connection_key": KEY, "object_path": [{"name": "SALE"}]}, 'there is no "SALE"'),
        ("immuta_data_objects", {"name": "ORDERS", "tags": {"include": ["PII"]}}, 'There is no tag "PII"'),
    ],
)
def test_what_a_look_up_does_not_find(synced: Here, kind: str, wanted: dict[str, Any], said: str) -> None:
    with pytest.raises(FailedError, match=re.escape(said)):
        synced.read(kind, **wanted)


def test_a_search_may_find_nothing(synced: Here) -> None:
    assert synced.read("immuta_data_objects", name="NOTHING")["data_objects"] == []
    assert synced.read("immuta_data_objects", name="ORDERS", connection_key="lake")["data_objects"] == []
    assert synced.read("immuta_connections", technology="Databricks")["connections"] == []
    assert synced.read("immuta_connections", state="INACTIVE")["connections"] == []


def test_look_ups_of_a_connection_that_needs_help(here: Here) -> None:
    """Its health, the work that is under way, and why that failed."""
    here.tenant.connections.set_state(KEY, "UNHEALTHY", "The role has no access.")
    here.tenant.connections.delay(60)
    outside.call(here.tenant, "POST", f"/api/connections/{KEY}/tasks", json={"type": "DATA_OBJECT_SYNC", "input": {}})
    found = here.read("immuta_connection", connection_key=KEY)
    wrong = {"code": "CONN005", "message": "The role has no access.", "details": None}
    assert found["health"]["client_configuration"] == {"state": "UNHEALTHY", "errors": [wrong]}
    assert [each["type"] for each in found["active_tasks"]] == ["DATA_OBJECT_SYNC"]
    assert found["client_configuration"]["authentication_type"] == "UsernamePassword"
    here.tenant.connections.advance()
    listed = here.read("immuta_connection_tasks", connection_key=KEY, status="FAILED", include_runs=True)
    (run,) = listed["tasks"][0]["runs"]
    assert (run["status"], run["error_code"]) == ("FAILED", "CONN005")
    assert "unhealthy" in run["error_message"]
    in_order = here.read("immuta_connection_tasks", connection_key=KEY, sort=["created_at:asc"])["tasks"]
    assert [each["type"] for each in in_order] == ["ACTIVATE_CONNECTION", "DATA_OBJECT_SYNC"]
    assert [each["runs"] for each in in_order] == [None, None]


def test_look_ups_of_a_connection_to_databricks(here: Here) -> None:
    """What its technology does not have is null, and no secret is shown."""
    body = databricks("lake", client={"proxy": PROXY}, auditConfiguration={"enabled": False, "workspaceIds": ["7"]})
    outside.call(here.tenant, "POST", "/api/connections", json=body)
    found = here.read("immuta_connection", connection_key="lake")
    client = {name: value for name, value in found["client_configuration"].items() if value is not None}
    assert client == {
        "host": "example.cloud.databricks.com",
        "port": 443,
        "authentication_type": "Token",
        "path": "sql/protocolv1/o/0/abc",
        "immuta_system_catalog": "immuta",
        "proxy_host": "http://proxy.example.com",
        "proxy_port": 8080,
        "metastore_id": here.tenant.connections.get("lake")["clientConfiguration"]["metastoreId"],
    }
    policy = {name: value for name, value in found["policy_configuration"].items() if value is not None}
    assert policy == {"exclude_group_pattern": "immuta_exemption_group"}
    assert found["audit_configuration"] == {"enabled": False, "workspace_ids": ["7"]}
    assert found["data_object_defaults"] == {"sync_policy": False, "owners": [{"id": "2", "type": "USER"}]}
    assert "hush" not in str(found)
    listed = here.read("immuta_connections", technology="Databricks")["connections"]
    assert [(each["connection_key"], each["host"]) for each in listed] == [("lake", "example.cloud.databricks.com")]


@pytest.mark.parametrize("sort", [[], ["name:asc"], ["state"], ["state:asc", "state:asc", "state:asc", "state:asc"]])
def test_an_order_that_there_is_not(sort: list[str]) -> None:
    wrong = problems(ConnectionList.block, from_json({"sort": sort}, ConnectionList.block.kind), Path())
    assert [str(place) for place, _ in wrong] == ["sort"]


STEPS = [{"name": "SALES"}]
UUID = "0b4d9d3e-6f2a-4a3c-9a63-2f1c8f7d1e11"


def _wrong(**attributes: Any) -> list[tuple[str, str]]:
    block = DataObjectSearch.block
    return [(str(path), said) for path, said in problems(block, from_json(attributes, block.kind), Path())]


@pytest.mark.parametrize(
    "conditions",
    [
        {"name": "a"},
        {"object_type": "a"},
        {"remote_id": "a"},
        {"object_path": STEPS},
        {"parent_object_path": []},
        {"name": "a", "object_type": "a"},
        {"object_type": "a", "parent_object_path": STEPS},
        {"name": "a", "parent_object_path": STEPS},
        {"object_type": "a", "name": "a", "parent_object_path": STEPS},
        {"simple_object_path": ["a"]},
        {"simple_object_path": ["a"], "object_type": "a"},
        {"parent_id": UUID, "connection_key": KEY},
    ],
)
def test_the_documented_sets_of_conditions_are_allowed(conditions: dict[str, Any]) -> None:
    assert _wrong(**conditions) == []


@pytest.mark.parametrize(
    ("conditions", "places"),
    [
        ({}, [""]),
        ({"connection_key": KEY}, [""]),
        ({"name": "a", "remote_id": "a"}, ["name"]),
        ({"name": "a", "object_path": STEPS}, ["name"]),
        ({"object_path": STEPS, "parent_object_path": STEPS}, ["parent_object_path"]),
        ({"simple_object_path": ["a"], "name": "a"}, ["name"]),
        ({"object_path": []}, ["object_path"]),
        ({"parent_id": UUID}, ["connection_key"]),
        ({"parent_id": "a", "connection_key": KEY}, ["parent_id"]),
        ({"parent_id": UUID, "connection_key": KEY, "name": "a"}, ["name"]),
        ({"parent_id": UUID, "connection_key": KEY, "tags": {"include": ["a"]}}, ["tags"]),
        (
            {"name": "a", "connection_key": KEY, "connection_host": {"host": "h", "port": 1, "technology": "Glue"}},
            ["connection_host"],
        ),
        (
            {"name": "a", "connection_host": {"host": "h", "port": 70000, "technology": "Glue"}},
            ["connection_host.port"],
        ),
    ],
)
def test_any_other_set_is_refused(conditions: dict[str, Any], places: list[str]) -> None:
    assert [place for place, _ in _wrong(**conditions)] == places


def test_conditions_that_are_not_known_yet_are_passed_over() -> None:
    block = DataObjectSearch.block
    values = from_json({"remote_id": "a"}, block.kind) | {"name": UNKNOWN}
    assert list(problems(block, values, Path())) == []
