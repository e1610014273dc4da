"""Handlers of connections."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.families.connections import lifecycle, paging, state, views
from immuta_tenant.families.connections.schema import (
    CompleteDatabricks,
    CompleteProxy,
    CompleteSnowflake,
    CreateBody,
    DatabricksPatch,
    ListQuery,
    PatchQuery,
    SnowflakePatch,
)
from immuta_tenant.families.connections.schema_parts import AnyObject
from immuta_tenant.kinds import CONNECTION
from immuta_tenant.store import Document
from immuta_tenant.validation import NoBody, NoQuery, validated

_PATCHES: dict[str, type[BaseModel]] = {"Snowflake": SnowflakePatch, "Databricks": DatabricksPatch}
_COMPLETE: dict[str, type[BaseModel]] = {"Snowflake": CompleteSnowflake, "Databricks": CompleteDatabricks}
# What the schema of a patch has as defaults; whether the server applies them is not said.
_PATCH_DEFAULTS = {"clientConfiguration": {"port": 443}, "auditConfiguration": {"enabled": True}}


def search(call: Call[ListQuery, NoBody]) -> Json:
    """Return connections."""
    lifecycle.advance(call.tenant)
    found, meta = paging.page(call.store.all(CONNECTION), paging.wanted(call.query, "connections"))
    return {"data": [views.connection(call.tenant, item) for item in found], "meta": meta}


def create(call: Call[NoQuery, CreateBody]) -> Json:
    """Create a connection and activate it."""
    lifecycle.advance(call.tenant)
    body = call.body.root
    connection = state.create(call.store, call.caller, body)
    lifecycle.activate(call.tenant, connection, call.caller, sync=body.syncOnCreate)
    return views.created(call.tenant, _now(call, connection))


def read(call: Call[NoQuery, NoBody]) -> Json:
    """Return one connection."""
    return views.connection(call.tenant, named(call, malformed=400))


def patch(call: Call[PatchQuery, AnyObject]) -> Json:
    """Change a connection; a dry run only shows it."""
    connection = named(call, malformed=400)
    stated = _stated(call, connection)
    state.require_state(connection, "changed", "ACTIVE", "UNHEALTHY")
    changed = state.patched(connection, stated)
    if call.query.dryRun:
        return views.connection(call.tenant, changed)
    if stated:
        changed = state.changed(call.store, changed, call.caller)
    changes = [name for name in lifecycle.CHANGES if name in stated]
    if changes:
        lifecycle.update(call.tenant, changed, call.caller, changes)
    return views.connection(call.tenant, _now(call, changed))


def delete(call: Call[NoQuery, NoBody]) -> Json:
    """Start the deletion of a connection."""
    connection = named(call)
    state.require_state(connection, "deleted", "INACTIVE")
    task = lifecycle.delete(call.tenant, connection, call.caller)
    lifecycle.advance(call.tenant)
    return {"taskId": task["taskId"]}


def activate(call: Call[NoQuery, NoBody]) -> Json:
    """Activate a connection."""
    connection = named(call)
    state.require_state(connection, "activated", "INACTIVE")
    lifecycle.activate(call.tenant, connection, call.caller, sync=False)
    return views.connection(call.tenant, _now(call, connection))


def deactivate(call: Call[NoQuery, NoBody]) -> Json:
    """Deactivate a connection."""
    connection = named(call)
    state.require_state(connection, "deactivated", "ACTIVE")
    lifecycle.deactivate(call.tenant, connection, call.caller)
    return views.connection(call.tenant, _now(call, connection))


def validate(call: Call[NoQuery, NoBody]) -> Json:
    """Start a validation of a connection."""
    connection = named(call)
    state.require_state(connection, "validated", "ACTIVE", "UNHEALTHY")
    task = lifecycle.validate(call.tenant, connection, call.caller)
    lifecycle.advance(call.tenant)
    return {"taskId": task["taskId"]}


def named(call: Call[Any, Any], *, malformed: int = 404) -> Document:
    """Return the connection of the path as it is now; what cannot be a key is a 404 unless the call has a 400."""
    lifecycle.advance(call.tenant)
    return state.by_key(call.store, call.path["connectionKey"], malformed=malformed)


def _now(call: Call[Any, Any], connection: Document) -> Document:
    lifecycle.advance(call.tenant)
    stored = call.store.get(CONNECTION, connection["id"])
    assert stored is not None
    return stored


def _stated(call: Call[PatchQuery, AnyObject], connection: Document) -> Document:
    technology = connection["technology"]
    stated = validated(_PATCHES[technology], call.body.root).model_dump(exclude_unset=True)
    client = stated.get("clientConfiguration", {})
    if "credential" in client and not _same_type(connection["clientConfiguration"], client):
        validated(_COMPLETE[technology], {"clientConfiguration": {"credential": client["credential"]}})
    if client.get("proxy") is not None and "proxy" not in connection["clientConfiguration"]:
        validated(CompleteProxy, {"clientConfiguration": {"proxy": client["proxy"]}})
    if call.settings.connection_patch_defaults:
        for name, defaults in _PATCH_DEFAULTS.items():
            if name in stated:
                stated[name] = defaults | stated[name]
    return stated


def _same_type(stored: Document, stated: Document) -> bool:
    return bool(stored["credential"]["authenticationType"] == stated["credential"]["authenticationType"])
