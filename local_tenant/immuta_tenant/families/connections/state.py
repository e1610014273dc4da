"""Connections as they are stored, and their rules: keys, state gates, and what a patch makes of what there is."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

from immuta_tenant.authentication import Caller
from immuta_tenant.errors import ApiError, bad_request, conflict, not_found
from immuta_tenant.families.connections import clock
from immuta_tenant.families.connections.errors import wrong_state
from immuta_tenant.families.connections.redaction import sealed
from immuta_tenant.families.connections.schema_parts import KEY_PATTERN
from immuta_tenant.kinds import CONNECTION
from immuta_tenant.store import Document, Store

COMPONENTS = ("clientConfiguration", "policyConfiguration", "auditConfiguration")
_ONE_WAY = ("impersonation", "workspaces")


def named(store: Store, key: str) -> Document | None:
    """Return the connection of this key."""
    return next(iter(store.find(CONNECTION, key)), None)


def by_key(store: Store, key: str, *, malformed: int = 400) -> Document:
    """Return the connection of this key.

    Raises:
        ApiError: 404 when there is none; for a text that cannot be a key the status that the call documents.
    """
    if malformed == 400 and not re.fullmatch(KEY_PATTERN, key):
        raise bad_request('"connectionKey" may only contain letters, numbers, hyphens and underscores')
    connection = named(store, key)
    if connection is None:
        raise missing(key)
    return connection


def missing(key: str) -> ApiError:
    """Return the 404 of a connection."""
    return not_found(f"The connection {key} was not found.")


def require_state(connection: Document, attempt: str, *allowed: str) -> None:
    """Raise a 409 unless the connection is in one of these states."""
    if connection["state"] not in allowed:
        raise wrong_state(connection, attempt, allowed)


def create(store: Store, caller: Caller, body: BaseModel) -> Document:
    """Store a new connection; it is being activated.

    Raises:
        ApiError: 409 when the key is taken.
    """
    stated = body.model_dump(exclude_none=True)
    if named(store, stated["connectionKey"]) is not None:
        raise conflict(f"A connection with the key {stated['connectionKey']} exists already.")
    stated.pop("syncOnCreate")
    client = stated["clientConfiguration"]
    if "immutaSystemDatabase" in client:
        client["immutaSystemDatabase"] = client["immutaSystemDatabase"].upper()
    account, now = str(caller.profile), clock.stamp(store)
    times = {"createdBy": account, "createdAt": now, "updatedBy": account, "updatedAt": now}
    rest = {"clientConfiguration": sealed(client), "state": "ACTIVATING", "health": in_transition("ACTIVATING")}
    return store.insert(CONNECTION, stated | rest | times)


def in_transition(state: str, components: tuple[str, ...] = COMPONENTS) -> Document:
    """Return the health of components that share a state."""
    return {component: {"state": state} for component in components}


def patched(connection: Document, patch: Document) -> Document:
    """Return what a connection becomes; a partial credential or proxy completes the stored one.

    Raises:
        ApiError: 400 when something would be turned off that cannot be.
    """
    result = dict(connection)
    for name, part in patch.items():
        if name == "clientConfiguration":
            result[name] = _client(connection[name], sealed(part))
        elif name == "policyConfiguration":
            _require_still_on(connection[name], part)
            result[name] = connection[name] | part
        else:
            result[name] = connection[name] | part
    return result


def _client(stored: Document, part: Document) -> Document:
    result = stored | part
    if "credential" in part:
        result["credential"] = _credential(stored["credential"], part["credential"])
    if part.get("proxy"):
        result["proxy"] = _proxy(stored.get("proxy", {}), part["proxy"])
    return {name: value for name, value in result.items() if value is not None}


def _credential(stored: Document, part: Document) -> Document:
    same = stored.get("authenticationType") == part["authenticationType"]
    return stored | part if same else part


def _proxy(stored: Document, part: Document) -> Document:
    result = stored | part
    if "credential" in part:
        result["credential"] = _credential(stored.get("credential", {}), part["credential"])
    return result


def _require_still_on(stored: Document, part: Document) -> None:
    for name in _ONE_WAY:
        if name in part and stored[name]["enabled"] and not part[name]["enabled"]:
            raise bad_request(f'"policyConfiguration.{name}.enabled" cannot be turned off once it is on')


def changed(store: Store, connection: Document, caller: Caller | None = None, **changes: Any) -> Document:
    """Store changes of a connection; those of a caller leave a trace."""
    if caller is not None:
        changes |= {"updatedBy": str(caller.profile), "updatedAt": clock.stamp(store)}
    return store.save(CONNECTION, connection | changes)
