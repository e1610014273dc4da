"""One tenant: its settings, its state, its request log and the faults that it was asked for.

Everything that serves a request is handed this object; there is no global state, so that many tenants can live in one
process.
"""

from __future__ import annotations

from dataclasses import dataclass

from immuta_tenant.faults import Faults
from immuta_tenant.request_log import RequestLog
from immuta_tenant.settings import Settings
from immuta_tenant.store import Store


@dataclass(frozen=True)
class Tenant:
    """The parts of one tenant."""

    settings: Settings
    store: Store
    log: RequestLog
    faults: Faults
