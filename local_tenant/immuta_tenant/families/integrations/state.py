"""Integrations as they are stored, and the statuses they go through.

An operation that takes its time stores what becomes of the integration and when; whoever looks at it later carries
that out. So a tenant that was stopped in between goes on where it stood.
"""

from __future__ import annotations

import secrets
import time

from immuta_tenant.families.integrations import refusals
from immuta_tenant.families.integrations.platforms import PLATFORMS, Platform
from immuta_tenant.families.integrations.reading import Stated, attributes, kept
from immuta_tenant.families.integrations.schema import Operation
from immuta_tenant.kinds import INTEGRATION, INTEGRATION_FAULT
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant

BUSY = ("creating", "editing", "deleting", "migrating")
GONE = ("deleted", "disabled")
_RUNNING = {"create": "creating", "edit": "editing", "delete": "deleting"}
_FAILED = {"create": "createError", "edit": "editError", "delete": "deleteError"}


def seed(_tenant: Tenant) -> None:
    """Create nothing: a new tenant has no integration."""


def platform_of(integration: Document) -> Platform:
    """Return the platform of an integration."""
    return PLATFORMS[integration["type"]]


def everything(tenant: Tenant) -> list[Document]:
    """Return the integrations by id, those that are gone as well."""
    return [_advanced(tenant, integration) for integration in tenant.store.all(INTEGRATION)]


def shown(tenant: Tenant) -> list[Document]:
    """Return the integrations that clients see."""
    visible = tenant.settings.deleted_integrations_readable
    return [integration for integration in everything(tenant) if visible or integration["status"] not in GONE]


def count_live(tenant: Tenant) -> int:
    """Return how many integrations there are that are not gone."""
    return sum(integration["status"] not in GONE for integration in everything(tenant))


def find(tenant: Tenant, identifier: int) -> Document | None:
    """Return an integration whether clients see it or not, or None when there never was one."""
    found = tenant.store.get(INTEGRATION, identifier)
    return None if found is None else _advanced(tenant, found)


def by_id(tenant: Tenant, identifier: int, *, reading: bool) -> Document:
    """Return an integration that clients see; raise a 404 in the words for reading or for writing."""
    integration = find(tenant, identifier)
    if integration is None or (integration["status"] in GONE and not tenant.settings.deleted_integrations_readable):
        raise refusals.no_integration(identifier, reading=reading)
    return integration


def require_settled(integration: Document) -> None:
    """Raise a 409 for an integration that is being changed, or gone."""
    if integration["status"] in (*BUSY, *GONE):
        raise refusals.refused_state(integration["id"], integration["status"])


def require_free(tenant: Tenant, wanted: Stated, itself: int | None = None) -> None:
    """Raise a 409, or a 400 for a failed creation, when another integration has the site or the name."""
    for other in everything(tenant):
        if other["id"] != itself and other["status"] not in GONE and _clashes(wanted, other):
            raise refusals.taken(wanted.platform, wanted.site, other)


def is_occupied(tenant: Tenant, wanted: Stated) -> bool:
    """Tell whether a force-disabled integration has left its database on the platform."""
    return any(
        other["status"] == "disabled"
        and other["type"] == wanted.platform.name
        and wanted.platform.site(other["config"]) == wanted.site
        and other["config"].get("database") == wanted.config.get("database")
        for other in everything(tenant)
    )


def faults(store: Store, operation: Operation, platform: Platform) -> list[Document]:
    """Return what is to go wrong with an operation."""
    return [
        fault
        for fault in store.all(INTEGRATION_FAULT)
        if fault["operation"] in (None, operation) and fault["type"] in (None, platform.name)
    ]


def create(tenant: Tenant, wanted: Stated, results: Document, failed: Document | None) -> Document:
    """Start to create an integration; `failed` is set when that goes wrong."""
    config, digests = kept(wanted)
    if not wanted.platform.has_config:
        config = {"apiKey": new_key()}
    integration = {"type": wanted.platform.name, "autoBootstrap": wanted.automatic, "config": config}
    integration |= {"digests": digests, "status": "enabled", "pending": None}
    new = tenant.store.insert(INTEGRATION, integration | {"validationResults": results})
    return _started(tenant, new, "create", results, failed=failed, done={"status": "enabled"})


def edit(tenant: Tenant, integration: Document, wanted: Stated, results: Document, failed: Document | None) -> Document:
    """Start to change an integration; what was never set up stays so when that goes wrong."""
    config, digests = kept(wanted)
    done = {"status": "enabled", "config": config, "digests": digests}
    return _started(tenant, integration, "edit", results, failed=failed, done=done)


def delete(
    tenant: Tenant, integration: Document, results: Document, failed: Document | None, *, force: bool
) -> Document:
    """Start to delete an integration."""
    done: Document = {"status": "disabled" if force else "deleted", "digests": {}}
    return _started(tenant, integration, "delete", results, failed=failed, done=done)


def move(tenant: Tenant, integration: Document, status: str, seconds: float | None, then: str) -> Document:
    """Let an integration be in a status, for good or for a while."""
    pending = None if seconds is None else {"until": time.time() + seconds, "then": {"status": then}}
    return tenant.store.save(INTEGRATION, integration | {"status": status, "pending": pending})


def new_key() -> str:
    """Return a key for the plugin of a Trino cluster; it opens nothing."""
    return secrets.token_hex(16)


def change(tenant: Tenant, integration: Document, changes: Document) -> Document:
    """Change attributes of `config` as if that had been done elsewhere; None takes one away.

    Raises:
        ValueError: the platform has no such attribute.
    """
    platform = platform_of(integration)
    unknown = sorted(changes.keys() - attributes(platform, integration))
    if unknown:
        raise ValueError(f"an integration of this kind has no attribute {', '.join(unknown)}")
    config = {name: value for name, value in (integration["config"] | changes).items() if value is not None}
    config, digests = kept(Stated(platform, integration["autoBootstrap"], config))
    digests = integration["digests"] | {path: made for path, made in digests.items() if path.split(".")[0] in changes}
    return tenant.store.save(INTEGRATION, integration | {"config": config, "digests": digests})


def _clashes(wanted: Stated, other: Document) -> bool:
    if not wanted.site or other["type"] != wanted.platform.name:
        return False
    # Only integrations of S3 have a name.
    same_name = "name" in wanted.config and wanted.config["name"] == other["config"]["name"]
    return same_name or wanted.platform.site(other["config"]) == wanted.site


def _started(
    tenant: Tenant,
    integration: Document,
    operation: Operation,
    results: Document,
    *,
    failed: Document | None,
    done: Document,
) -> Document:
    then = done
    if failed is not None:
        never_was = integration["status"] == "createError" and operation == "edit"
        then = {"status": "createError" if never_was else _FAILED[operation], "validationResults": failed}
    pending = {"until": time.time() + tenant.settings.integration_delay, "then": then}
    running = {"status": _RUNNING[operation], "validationResults": results, "pending": pending}
    return tenant.store.save(INTEGRATION, integration | running)


def _advanced(tenant: Tenant, integration: Document) -> Document:
    pending = integration["pending"]
    if pending is None or time.time() < pending["until"]:
        return integration
    return tenant.store.save(INTEGRATION, integration | pending["then"] | {"pending": None})
