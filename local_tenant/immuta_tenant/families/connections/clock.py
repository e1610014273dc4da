"""The time of connections: how long their work takes, and a clock that can be put forward.

Nothing runs in the background. What has become due since the last request is made up for when the next one arrives,
so a tenant that was stopped and started again goes on where time would have brought it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from immuta_tenant.kinds import CONNECTION_CLOCK
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant
from immuta_tenant.timestamps import timestamp

EVERY = "*"
_ID = 1


def now(store: Store) -> datetime:
    """Return the present moment of connections: the real one, and what the clock was put forward."""
    return datetime.now(UTC) + timedelta(seconds=_clock(store)["ahead"])


def stamp(store: Store) -> str:
    """Return the present moment of connections as the API writes it."""
    return timestamp(now(store))


def put_forward(store: Store, seconds: float) -> None:
    """Let time pass for connections."""
    clock = _clock(store)
    store.save(CONNECTION_CLOCK, clock | {"ahead": clock["ahead"] + seconds})


def delay(tenant: Tenant, task_type: str = EVERY) -> float:
    """Return the seconds that a task of a type takes from its request to its end."""
    chosen = _clock(tenant.store)["delays"]
    return float(chosen.get(task_type, chosen.get(EVERY, tenant.settings.connection_delay)))


def set_delay(store: Store, seconds: float, task_type: str = EVERY) -> None:
    """Let tasks that are asked for from now on take this long: all of them, or those of one type."""
    clock = _clock(store)
    kept = {} if task_type == EVERY else clock["delays"]
    store.save(CONNECTION_CLOCK, clock | {"delays": kept | {task_type: seconds}})


def _clock(store: Store) -> Document:
    return store.get(CONNECTION_CLOCK, _ID) or {"id": _ID, "ahead": 0.0, "delays": {}}
