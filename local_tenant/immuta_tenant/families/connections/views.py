"""What responses about connections and their tasks look like."""

from __future__ import annotations

from collections.abc import Callable
from uuid import NAMESPACE_URL, uuid5

from immuta_tenant.families.connections import tasks
from immuta_tenant.families.connections.redaction import REDACTED, redacted
from immuta_tenant.store import Document
from immuta_tenant.tenant import Tenant

_PLAIN = (
    "connectionKey",
    "technology",
    "dataObjectDefaults",
    "dataObjectSync",
    "state",
    "createdBy",
    "createdAt",
    "updatedBy",
    "updatedAt",
)
_OF_TASK = ("taskId", "type", "status", "trigger", "createdBy", "createdAt", "parentId", "input")
_OF_ACTIVE_TASK = ("taskId", "type", "status", "trigger", "createdBy", "createdAt")
_OF_RUN = ("runId", "status", "createdAt", "updatedAt", "startedAt", "completedAt", "canceledBy", "result", "error")


_HOSTS: dict[str, Callable[[str], str]] = {
    "kept": lambda host: host,
    "normalized": lambda host: host.lower().rpartition("://")[2].rstrip("/"),
    "redacted": lambda _: REDACTED,
}


def connection(tenant: Tenant, stored: Document) -> Document:
    """Return a connection as it is read."""
    audit = stored["auditConfiguration"]
    view = {name: stored[name] for name in _PLAIN} | {
        "clientConfiguration": _client(tenant, stored),
        "policyConfiguration": {"enabled": True, **stored["policyConfiguration"]},
        "auditConfiguration": audit,
    }
    active = [{name: item[name] for name in _OF_ACTIVE_TASK} for item in tasks.active(tenant.store, stored["id"])]
    if active:
        view["activeTasks"] = active
    if tenant.settings.connection_health_shown:
        for component, health in stored["health"].items():
            if component != "auditConfiguration" or audit["enabled"]:
                view[component] = view[component] | {"health": health}
    return view


def created(tenant: Tenant, stored: Document) -> Document:
    """Return a new connection, with the script that prepares the data platform."""
    return connection(tenant, stored) | {"setup": [_setup(stored)]}


def task(stored: Document) -> Document:
    """Return a task."""
    return {name: stored[name] for name in _OF_TASK if name in stored}


def run(stored: Document) -> Document:
    """Return a run of a task."""
    return {name: stored[name] for name in _OF_RUN if name in stored}


def _client(tenant: Tenant, stored: Document) -> Document:
    view = redacted(stored["clientConfiguration"])
    view["host"] = _HOSTS[tenant.settings.connection_host](view["host"])
    if stored["technology"] == "Databricks":
        view["metastoreId"] = str(uuid5(NAMESPACE_URL, stored["clientConfiguration"]["host"]))
        if "clientId" in view["credential"]:
            view["username"] = view["credential"]["clientId"]
    elif not tenant.settings.connection_port_shown:
        view.pop("port")
    return view


def _setup(stored: Document) -> Document:
    client = stored["clientConfiguration"]
    if stored["technology"] == "Snowflake":
        database, role = client["immutaSystemDatabase"], client["role"]
        script = f"CREATE DATABASE IF NOT EXISTS {database};\nGRANT ALL ON DATABASE {database} TO ROLE {role};"
    else:
        script = f"CREATE CATALOG IF NOT EXISTS {client['immutaSystemCatalog']};"
    return {"configuration": script, "description": "Creates what Immuta needs for itself and lets it use it."}
