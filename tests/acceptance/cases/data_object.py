"""How `immuta_data_object` is put to the test."""

from __future__ import annotations

from typing import Any

from immuta_provider.resources.data_object import DataObjectResource
from tests.acceptance import outside, suite

KEY = "warehouse"
ORDERS = ("SALES", "PUBLIC", "ORDERS")
ADA, STEWARDS = {"id": "1", "type": "USER"}, {"id": "7", "type": "GROUP"}
FULL = {
    "connection_key": "${immuta_connection.warehouse.id}",
    "path": list(ORDERS),
    "object_type": "TABLE",
    "sync_policy": True,
    "owners": [ADA, STEWARDS],
    "tags": ["Discovered.PII", "Finance.Revenue"],
    "on_destroy": "inherit",
    "deletion_protection": False,
}


def connection(key: str, **more: Any) -> dict[str, Any]:
    """A connection to Snowflake, as short as it can be."""
    login = {"username_password": {"username": "immuta_svc", "password": "s3cret-of-the-case"}}
    client = {
        "host": f"{key}.snowflakecomputing.com",
        "warehouse": "IMMUTA_WH",
        "role": "IMMUTA_SYSTEM",
        "account_id": "ORG-ACC",
        "immuta_system_database": "IMMUTA",
        "credential": login,
    }
    return {
        "connection_key": key,
        "snowflake": {"client_configuration": client},
        "data_object_defaults": {"owners": [STEWARDS]},
        **more,
    }


WAREHOUSE = {"immuta_connection": {KEY: connection(KEY)}}


def _settings(**settings: Any) -> Any:
    return outside.change_data_object(KEY, *ORDERS, settings=settings)


def _untagged(tenant: Any) -> None:
    outside.change_data_object(KEY, *ORDERS, tags={"remove": outside.tag_ids(tenant, "Finance.Revenue")})(tenant)


ANEW = "test_an_object_that_is_discovered_anew_is_the_same"

CASE = suite.Case(
    resource=DataObjectResource,
    identity="path",
    requires=WAREHOUSE,
    minimal={"connection_key": FULL["connection_key"], "path": ["SALES"]},
    full=FULL,
    updates={
        "sync_policy": {"sync_policy": False},
        "sync_policy left out": {"sync_policy": None},
        "owners.id": {"owners": [ADA, {"id": "8", "type": "GROUP"}]},
        "owners.type": {"owners": [ADA, {"id": "8", "type": "USER"}]},
        "no owners": {"owners": []},
        "tags": {"tags": ["Discovered.PII", "Finance"]},
        "no tags": {"tags": []},
        "on_destroy": {"on_destroy": "delete"},
        "on_destroy again": {"on_destroy": "inherit"},
        "path": {"path": ["SALES", "PUBLIC", "CUSTOMERS"]},
        "object_type": {"path": ["SALES", "PUBLIC", "ORDERS_BY_REGION"], "object_type": "VIEW"},
    },
    replaces=frozenset({"path", "object_type"}),
    drifts={
        "sync_policy": _settings(syncPolicy=False),
        "owners.id": _settings(owners=[{"id": 1, "type": "USER"}, {"id": 9, "type": "GROUP"}]),
        "owners.type": _settings(owners=[{"id": 1, "type": "USER"}, {"id": 7, "type": "USER"}]),
        "tags": _untagged,
    },
    gone=None,
    import_ids=(f"{KEY}/SALES/PUBLIC/ORDERS", f"key:{KEY}/SALES/PUBLIC/ORDERS", None),
    covered_by={
        "connection_key": "test_another_connection_has_other_objects",
        "object_type": ANEW,
        "normalized_type": ANEW,
        "remote_id": ANEW,
        "extra_json": "test_extra_json",
    },
    tests="test_data_objects.py",
    keys=(),
)
