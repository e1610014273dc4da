"""A local Immuta tenant.

The documented HTTP API, stateful, in one process, so that clients can be tried and tested with no account and no
network. It matches the published contract, never more than that; the README of this package lists what is covered,
inferred and missing.
"""

from __future__ import annotations

from immuta_tenant.app import TenantApplication, create_app
from immuta_tenant.server import PortUnavailableError, serve
from immuta_tenant.settings import Settings
from immuta_tenant.testing import RunningTenant, running_tenant

__all__ = [
    "PortUnavailableError",
    "RunningTenant",
    "Settings",
    "TenantApplication",
    "create_app",
    "running_tenant",
    "serve",
]
