"""How `immuta_data_object_sync` is put to the test."""

from __future__ import annotations

from immuta_provider.resources.data_object_sync import DataObjectSyncResource
from tests.acceptance import suite
from tests.acceptance.cases.data_object import WAREHOUSE

FULL = {
    "connection_key": "${immuta_connection.warehouse.connection_key}",
    "path": ["SALES", "PUBLIC"],
    "object_type": "SCHEMA",
    "sync_all_data_objects": True,
    "triggers": {"release": "1"},
    "wait": True,
    "deletion_protection": False,
}

CASE = suite.Case(
    resource=DataObjectSyncResource,
    identity="connection_key",
    requires=WAREHOUSE,
    minimal={"connection_key": FULL["connection_key"]},
    full=FULL,
    updates={
        "triggers": {"triggers": {"release": "2"}},
        "path": {"path": ["SALES", "FINANCE"]},
        "object_type": {"object_type": None},
        "sync_all_data_objects": {"sync_all_data_objects": False},
    },
    replaces=frozenset({"triggers", "path", "object_type", "sync_all_data_objects"}),
    drifts={},
    gone=None,
    import_ids=(),
    covered_by={
        "connection_key": "test_another_connection_has_other_objects",
        "wait": "test_a_sync_that_is_not_waited_for",
    },
    tests="test_data_objects.py",
    keys=(),
)
