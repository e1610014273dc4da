"""The data sources that requests about policies name, and who may change their policies."""

from __future__ import annotations

from typing import Any

from immuta_tenant.endpoint import Call
from immuta_tenant.errors import not_found
from immuta_tenant.kinds import DATA_SOURCE
from immuta_tenant.permissions import GOVERNANCE, require
from immuta_tenant.store import Document


def source(call: Call[Any, Any], identifier: int) -> Document:
    """Return a data source; raise a 404 when there is none."""
    found = call.store.get(DATA_SOURCE, identifier)
    if found is None or found["deleted"]:
        raise not_found(f"Data source {identifier} not found")
    return found


def owned_source(call: Call[Any, Any], identifier: int) -> Document:
    """Return a data source of the caller; governors may change the policies of all."""
    found = source(call, identifier)
    if call.caller.userid not in [user["username"] for user in found["owners"]["users"]]:
        require(call.caller.permissions, GOVERNANCE)
    return found
