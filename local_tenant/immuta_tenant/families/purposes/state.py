"""Purposes as they are stored, and their rules.

The tree is in the dotted names alone, a parent exists before its children, deletion is soft and takes the descendants
along, what the system made cannot be changed.
"""

from __future__ import annotations

from collections.abc import Iterable

from immuta_tenant.authentication import Caller, first_user
from immuta_tenant.errors import bad_request, not_found
from immuta_tenant.families.iam.state import SYSTEM_PROFILE
from immuta_tenant.kinds import PROJECT, PROJECT_PURPOSE, PURPOSE, SUBSCRIPTION
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant
from immuta_tenant.timestamps import timestamp

_SYSTEM_GENERATED = (
    "Re-identification Prohibited",
    "Re-identification Prohibited.Safe Harbor Method",
    "Re-identification Prohibited.CCPA",
    "Use Case Outside De-identification",
)


def seed(tenant: Tenant) -> None:
    """Create the purposes that every tenant has, unless they are there."""
    for name in _SYSTEM_GENERATED:
        if not tenant.store.find(PURPOSE, name):
            tenant.store.insert(PURPOSE, _new(name, SYSTEM_PROFILE) | {"systemGenerated": True})


def add_samples(tenant: Tenant, count: int) -> int:
    """Create the purposes `Sample 00001` to the one of this number that are not there; returns how many were made."""
    owner = first_user(tenant.settings)
    missing = [name for name in map(sample_name, range(1, count + 1)) if live(tenant.store, name) is None]
    for name in missing:
        create(tenant.store, name, owner, {"description": "Made by the local tenant"})
    return len(missing)


def sample_name(number: int) -> str:
    """Return the name of a sample purpose."""
    return f"Sample {number:05d}"


def live(store: Store, name: str) -> Document | None:
    """Return the purpose of this name unless it is deleted."""
    return next((purpose for purpose in store.find(PURPOSE, name) if not purpose["deleted"]), None)


def by_id(store: Store, identifier: int) -> Document:
    """Return a purpose, deleted or not; raise a 404 when there never was one."""
    purpose = store.get(PURPOSE, identifier)
    if purpose is None:
        raise not_found(f"Purpose {identifier} not found")
    return purpose


def changeable(store: Store, identifier: int) -> Document:
    """Return a purpose that a client may change; raise a 404 for a deleted one, a 400 for the system's own."""
    purpose = by_id(store, identifier)
    if purpose["deleted"]:
        raise not_found(f"Purpose {identifier} not found")
    require_changeable(purpose)
    return purpose


def require_changeable(purpose: Document) -> None:
    """Raise a 400 for a purpose that the system has made."""
    if purpose["systemGenerated"]:
        raise bad_request(f"The purpose {purpose['name']} is system generated and cannot be changed.")


def below(store: Store, name: str) -> list[Document]:
    """Return the live descendants of a purpose, by name."""
    descendants = [purpose for purpose in store.find_prefix(PURPOSE, f"{name}.") if not purpose["deleted"]]
    return sorted(descendants, key=lambda purpose: str(purpose["name"]))


def resolve(store: Store, names: Iterable[str]) -> list[Document]:
    """Return the live purposes of these names, each once; raise a 400 that names the first unknown one."""
    found = {name: live(store, name) for name in names}
    for name, purpose in found.items():
        if purpose is None:
            raise bad_request(f"The purpose {name} does not exist.")
    return [purpose for purpose in found.values() if purpose is not None]


def create(store: Store, name: str, caller: Caller, attributes: Document) -> Document:
    """Create a purpose below an existing parent.

    Raises:
        ApiError: 400 when the name has an empty segment or its parent does not exist.
    """
    segments = name.split(".")
    if any(segment != segment.strip() or not segment for segment in segments):
        raise bad_request(f'"name" {name} has an empty segment or spaces around a dot')
    parent = ".".join(segments[:-1])
    if parent and live(store, parent) is None:
        raise bad_request(f"The purpose {name} cannot be created: its parent {parent} does not exist.")
    return store.insert(PURPOSE, _new(name, caller.profile) | attributes)


def change(store: Store, purpose: Document, attributes: Document) -> Document:
    """Change attributes of a purpose."""
    return store.save(PURPOSE, purpose | attributes | {"updatedAt": timestamp()})


def delete(store: Store, purpose: Document) -> list[Document]:
    """Delete a purpose softly, together with its descendants; returns all of them."""
    return [change(store, item, {"deleted": True}) for item in [purpose, *below(store, purpose["name"])]]


def projects_using(store: Store, purpose: Document) -> list[int]:
    """Return the ids of the active projects that a purpose is attached to."""
    ids = [int(link["project"]) for link in store.find(PROJECT_PURPOSE, purpose["id"])]
    return [identifier for identifier in ids if not (store.get(PROJECT, identifier) or {"deleted": True})["deleted"]]


def require_acknowledgement_again(store: Store, purpose: Document) -> None:
    """Let every member of a project with this purpose accept its statement once more."""
    for link in store.find(PROJECT_PURPOSE, purpose["id"]):
        for member in store.children(SUBSCRIPTION, link["project"]):
            if purpose["id"] in member["acknowledged"]:
                remaining = [item for item in member["acknowledged"] if item != purpose["id"]]
                store.save(SUBSCRIPTION, member | {"acknowledged": remaining})


def _new(name: str, profile: int) -> Document:
    now = timestamp()
    return {
        "name": name,
        "acknowledgement": None,
        "description": None,
        "addedByProfile": profile,
        "displayAcknowledgement": True,
        "deleted": False,
        "systemGenerated": False,
        "policyMetadata": None,
        "createdAt": now,
        "updatedAt": now,
    }
