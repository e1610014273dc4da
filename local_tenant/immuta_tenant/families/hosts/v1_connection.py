"""Handlers of what is behind a host: its connection, and the script that cleans up after it."""

from __future__ import annotations

from typing import Any

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import bad_request
from immuta_tenant.families.connections import lifecycle
from immuta_tenant.families.connections import state as connections
from immuta_tenant.families.hosts import access, nodes, state, v1, views
from immuta_tenant.families.hosts.nodes import Node
from immuta_tenant.families.hosts.schema import HostUpdate
from immuta_tenant.store import Document
from immuta_tenant.validation import NoBody, NoQuery

# The credential and the address stand twice in the body; one connection is stored.
_TWICE = ("authenticationType", "username", "password", "port", "warehouse")
_SETTLED = ("ACTIVE", "INACTIVE", "UNHEALTHY")


def read(call: Call[NoQuery, NoBody]) -> Json:
    """Return a host."""
    node = _host(call)
    access.require_reader(call.store, call.caller, node)
    return views.host(call.store, node.host)


def update(call: Call[NoQuery, HostUpdate]) -> Json:
    """Replace the connection of a host, and switch it on or off."""
    node = _updatable(call)
    stored = connections.changed(call.store, _replaced(node.host, call.body), call.caller)
    before = v1.last_task(call, stored)
    active = call.body.settings.isActive
    if active and stored["state"] != "INACTIVE":
        lifecycle.update(call.tenant, stored, call.caller, [*connections.COMPONENTS])
    else:
        state.switch(call.tenant, call.caller, stored, active=active)
    lifecycle.advance(call.tenant)
    updated = nodes.again(call.store, node)
    task = v1.last_task(call, stored)
    if call.body.options.forceRecursiveCrawl or task in (before, None):
        task = v1.start_crawl(call, updated, forced=call.body.options.forceRecursiveCrawl)
    return {"objectPath": node.path, "bulkId": task}


def test(call: Call[NoQuery, HostUpdate]) -> Json:
    """Check an update."""
    _replaced(_updatable(call).host, call.body)
    return {}


def _host(call: Call[Any, Any]) -> Node:
    lifecycle.advance(call.tenant)
    return nodes.find(call.store, [call.path["connectionKey"]])


def _updatable(call: Call[NoQuery, HostUpdate]) -> Node:
    node = _host(call)
    access.require_admin(call.caller, node)
    allowed = _SETTLED if call.body.settings.isActive else _SETTLED[:2]
    connections.require_state(node.host, "changed", *allowed)
    return node


def _replaced(host: Document, body: HostUpdate) -> Document:
    # What the host becomes; a 400 for what cannot be changed.
    connection, config = body.connection, body.nativeIntegration.config
    if connection.technology != host["technology"]:
        raise bad_request(f'"connection.technology" is {host["technology"]} and cannot be changed')
    if config.database.upper() != host["clientConfiguration"]["immutaSystemDatabase"]:
        raise bad_request('"nativeIntegration.config.database" cannot be changed')
    for name in _TWICE:
        if getattr(connection, name) != getattr(config, name):
            raise bad_request(f'"connection.{name}" and "nativeIntegration.config.{name}" must be the same')
    if connection.hostname != config.host:
        raise bad_request('"connection.hostname" and "nativeIntegration.config.host" must be the same')
    credential = {
        "authenticationType": "UsernamePassword",
        "username": connection.username,
        "password": connection.password,
    }
    client = {name: getattr(connection, name) for name in ("port", "warehouse", "role")}
    patch = {
        "clientConfiguration": client | {"host": connection.hostname, "credential": credential},
        "policyConfiguration": _policies(body),
        "auditConfiguration": {"enabled": config.audit.enabled},
    }
    return connections.patched(host, patch)


def _policies(body: HostUpdate) -> Document:
    config = body.nativeIntegration.config
    impersonation: Document = {"enabled": config.impersonation.enabled}
    if impersonation["enabled"]:
        impersonation["impersonationRole"] = config.impersonation.role
    workspaces: Document = {"enabled": config.workspaces.enabled}
    if workspaces["enabled"]:
        workspaces["warehouses"] = config.workspaces.warehouses
    return {
        "impersonation": impersonation,
        "workspaces": workspaces,
        "excludeUserGroupPattern": config.userRolePattern.exclude,
    }
