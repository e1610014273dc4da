"""The data sources that exist from the start."""

from __future__ import annotations

from immuta_tenant.authentication import FIRST_PROFILE
from immuta_tenant.kinds import DATA_SOURCE
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant
from immuta_tenant.timestamps import timestamp


def seed(tenant: Tenant) -> None:
    """Create the configured data sources that are not there yet."""
    for name in tenant.settings.data_sources:
        if not tenant.store.find(DATA_SOURCE, name):
            tenant.store.insert(DATA_SOURCE, _new(name))


def live(store: Store, name: str) -> Document | None:
    """Return the data source of this name unless it is deleted."""
    return next((source for source in store.find(DATA_SOURCE, name) if not source["deleted"]), None)


def _new(name: str) -> Document:
    table = name.lower().replace(" ", "_")
    return {
        "name": name,
        "deleted": False,
        "blobHandlerType": "PostgreSQL",
        "policyHandlerType": "None",
        "connectionString": f"immuta@database.example.com:5432/{table}",
        "subscriptionType": "manual",
        "subscriptionPolicy": None,
        "createdBy": FIRST_PROFILE,
        "createdAt": timestamp(),
    }
