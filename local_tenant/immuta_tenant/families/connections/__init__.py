"""Connections to data platforms, their tasks and their data objects (Connections API, /api/connections)."""

from __future__ import annotations

from immuta_tenant.families.connections import declarations
from immuta_tenant.families.connections.routes import ENDPOINTS
from immuta_tenant.tenant import Tenant

__all__ = ["ENDPOINTS", "seed"]


def seed(tenant: Tenant) -> None:
    """Declare what a sync finds.

    Raises:
        ValueError: the configured declaration cannot be read.
    """
    declarations.seed(tenant.store, declarations.read(tenant.settings.data_objects))
