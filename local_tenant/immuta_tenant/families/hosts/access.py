"""Who may do what with hosts: permissions of the tenant, and being named on a host or data object itself."""

from __future__ import annotations

from immuta_tenant.authentication import Caller
from immuta_tenant.errors import forbidden
from immuta_tenant.families.hosts.nodes import Node
from immuta_tenant.permissions import APPLICATION_ADMIN, CREATE_DATA_SOURCE
from immuta_tenant.store import Store

_ROLES = {"infrastructureAdmins": "INFRASTRUCTURE_ADMIN", "dataOwners": "DATA_OWNER"}


def may_read(store: Store, caller: Caller, node: Node) -> bool:
    """Tell whether somebody may see a host and all that is in it."""
    if caller.permissions & {APPLICATION_ADMIN, CREATE_DATA_SOURCE}:
        return True
    host = Node(node.host)
    return any(_has(caller, each, name) for each in (host, *host.descendants(store)) for name in _ROLES)


def require_reader(store: Store, caller: Caller, node: Node) -> None:
    """Raise a 403 unless somebody may see a host or data object."""
    if not may_read(store, caller, node):
        raise forbidden(
            "You need the permission CREATE_DATA_SOURCE or APPLICATION_ADMIN, or to be INFRASTRUCTURE_ADMIN or "
            f"DATA_OWNER in {node.path[0]}, for this request."
        )


def require_admin(caller: Caller, node: Node) -> None:
    """Raise a 403 unless somebody is an infrastructure admin of a host or data object."""
    _require(caller, node, "infrastructureAdmins")


def require_admin_or_owner(caller: Caller, node: Node) -> None:
    """Raise a 403 unless somebody is an infrastructure admin or a data owner of a host or data object."""
    _require(caller, node, *_ROLES)


def _require(caller: Caller, node: Node, *names: str) -> None:
    if not any(_has(caller, node, name) for name in names):
        roles = " or ".join(_ROLES[name] for name in names)
        raise forbidden(f"You need to be {roles} on {'/'.join(node.path)} for this request.")


def _has(caller: Caller, node: Node, name: str) -> bool:
    # No user of this tenant is in a group.
    return {"id": caller.profile, "type": "user"} in node.value(name)
