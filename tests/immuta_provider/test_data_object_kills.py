"""A provider that dies at any request of any operation on a data object or a sync, and what the next run makes of it.

Terraform then knows nothing of the operation: the state is what it was before.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.acceptance.played import Killed
from tests.faults.core import Instance
from tests.immuta_provider.connected import KEY, OBJECT, ORDERS, SYNC, Here

ADA = {"id": "1", "type": "USER"}
FULL = {"path": ORDERS, "sync_policy": True, "owners": [ADA], "tags": ["Finance", "Discovered.PII"]}
OTHER = {"path": ORDERS, "sync_policy": False, "owners": [], "tags": ["Finance"]}
LATER = ("createdAt", "updatedAt", "lastSyncedAt", "id", "remoteId", "objectPath")
Operation = tuple[str, dict[str, Any] | None, dict[str, Any] | None]

OPERATIONS: dict[str, Operation] = {
    "create": (OBJECT, None, FULL),
    "update": (OBJECT, FULL, OTHER),
    "another path": (OBJECT, FULL, {**FULL, "path": ["SALES", "FINANCE", "LEDGER"]}),
    "inherit": (OBJECT, FULL, None),
    "delete": (OBJECT, {**FULL, "on_destroy": "delete"}, None),
    "sync": (SYNC, None, {"sync_all_data_objects": True}),
    "sync of a schema": (SYNC, None, {"path": ["SALES", "PUBLIC"]}),
    "sync again": (SYNC, {"triggers": {"a": "1"}}, {"triggers": {"a": "2"}}),
    "sync that is not waited for": (SYNC, {"wait": False}, None),
}


def _held(here: Here) -> list[Any]:
    """What the tenant holds of data objects, and how many syncs are left unfinished."""
    here.tenant.connections.advance()
    objects = here.tenant.connections.data_objects(KEY)
    shown = [{name: value for name, value in each.items() if name not in LATER} for each in objects]
    return [shown, [each for each in here.syncs() if each not in ("SUCCEEDED", "CANCELED")]]


def _run(here: Here, instance: Instance, after: dict[str, Any] | None) -> None:
    if after is None:
        here.core.destroy(instance)
    else:
        instance.config = here.instance(instance.type_name, **after).config
        here.core.apply(instance)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_killed_at_every_request(synced: Here, operation: Operation) -> None:
    """After each of them has arrived, which is also before the next one has."""
    kind, before, after = operation
    synced.tenant.connections.delay(3)
    instance = synced.instance(kind, **(before or {}))
    if before is not None:
        synced.core.apply(instance)
    stored = synced.tenant.store.dump()

    def run(kill_at: int = -1) -> None:
        synced.tenant.store.load(stored)
        synced.wire.start(kill_at)
        _run(synced, copy.deepcopy(instance), after)

    run()
    requests, expected = synced.wire.count, _held(synced)
    assert requests > 1
    for number in range(requests):
        with pytest.raises(Killed):
            run(number)
        survivor = copy.deepcopy(instance)
        synced.wire.start()
        _run(synced, survivor, after)
        assert _held(synced) == expected, number
        assert after is None or synced.core.nothing_to_do(survivor), number
