"""Hosts and their data objects (the older API of connections, /data), over the stored connections."""

from __future__ import annotations

from immuta_tenant.families.hosts.routes import ENDPOINTS
from immuta_tenant.tenant import Tenant

__all__ = ["ENDPOINTS", "seed"]


def seed(_tenant: Tenant) -> None:
    """Nothing exists from the start but connections."""
