"""Tags and their attachments.

The hierarchy is in the dotted names alone; a deleted tag stays, marked, and so do the attachments that it has.
"""

from __future__ import annotations

from typing import Any

from immuta_tenant.authentication import Caller
from immuta_tenant.errors import bad_request, not_found
from immuta_tenant.families.iam.state import SYSTEM_PROFILE
from immuta_tenant.kinds import TAG
from immuta_tenant.store import Document, Kind, Store
from immuta_tenant.tenant import Tenant
from immuta_tenant.timestamps import timestamp

CURATED = "curated"
_SYSTEM_TREES = ("Discovered", "DataProperties")


def seed(tenant: Tenant) -> None:
    """Create the configured tags and their ancestors that are not there yet."""
    for name in tenant.settings.tags:
        if not tenant.store.find(TAG, name):
            create(tenant.store, name, SYSTEM_PROFILE)


def live(store: Store, name: str) -> Document | None:
    """Return the tag of this name unless it is deleted."""
    return next((tag for tag in store.find(TAG, name) if not tag["deleted"]), None)


def below(store: Store, name: str) -> list[Document]:
    """Return the live tags below a name."""
    return [tag for tag in store.find_prefix(TAG, f"{name}.") if not tag["deleted"]]


def create(store: Store, name: str, profile: int) -> Document:
    """Create a tag and its missing ancestors; a deleted one of the name comes back under its old id.

    Raises:
        ApiError: 400 when the name exists or has an empty segment.
    """
    if not all(segment.strip() for segment in name.split(".")):
        raise bad_request(f"The tag name {name} has an empty segment.")
    if live(store, name) is not None:
        raise bad_request(f"The tag {name} cannot be created: the tags overlap with existing hierarchies.")
    parent = name.rpartition(".")[0]
    if parent and live(store, parent) is None:
        create(store, parent, profile)
    former = store.find(TAG, name)
    if former:
        return store.save(TAG, former[0] | {"deleted": False, "updatedAt": timestamp()})
    return store.insert(TAG, _new(name, profile))


def rename(store: Store, identifier: int, name: str) -> Document:
    """Give a tag another name, together with everything below it.

    Raises:
        ApiError: 404 for an unknown id; 400 for a tag that Immuta made, or a name that is taken.
    """
    tag = store.get(TAG, identifier)
    if tag is None or tag["deleted"]:
        raise not_found(f"Tag {identifier} not found")
    require_curated(tag)
    if name != tag["name"] and live(store, name) is not None:
        raise bad_request(f"The tag {name} cannot be saved: the tags overlap with existing hierarchies.")
    for child in below(store, tag["name"]):
        renamed = name + child["name"].removeprefix(tag["name"])
        store.save(TAG, child | {"name": renamed, "updatedAt": timestamp()})
    return store.save(TAG, tag | {"name": name, "updatedAt": timestamp()})


def require_curated(tag: Document) -> None:
    """Raise a 400 for a tag that clients cannot change."""
    if tag["systemCreated"] or tag["source"] != CURATED:
        raise bad_request(f"The tag {tag['name']} is protected and cannot be changed.")


def delete(store: Store, tag: Document) -> Document:
    """Mark a tag as deleted."""
    return store.save(TAG, tag | {"deleted": True, "updatedAt": timestamp()})


def resolve(store: Store, names: list[str]) -> list[Document]:
    """Return the live tags of these names, each once.

    Raises:
        ApiError: 400, naming the first one that does not exist.
    """
    found = {name: live(store, name) for name in names}
    for name, tag in found.items():
        if tag is None:
            raise bad_request(f"The tag {name} does not exist.")
    return [tag for tag in found.values() if tag is not None]


def attach(store: Store, link: Kind, model: int, tags: list[Document], caller: Caller) -> list[Document]:
    """Attach tags to a model; those that are attached already stay as they are. Returns the attachments."""
    present = {item["tag"]: item for item in store.children(link, model)}
    for tag in tags:
        if tag["id"] not in present:
            record = {"model": model, "tag": tag["id"], "addedBy": caller.profile, "createdAt": timestamp()}
            present[tag["id"]] = store.insert(link, record)
    return [present[tag["id"]] for tag in tags]


def replace(store: Store, link: Kind, model: int, tags: list[Document], caller: Caller) -> None:
    """Let a model have exactly these tags."""
    wanted = {tag["id"] for tag in tags}
    for item in store.children(link, model):
        if item["tag"] not in wanted:
            store.remove(link, item["id"])
    attach(store, link, model, tags, caller)


def _new(name: str, profile: int) -> dict[str, Any]:
    now, system = timestamp(), name.partition(".")[0] in _SYSTEM_TREES and profile == SYSTEM_PROFILE
    return {
        "name": name,
        "color": None,
        "description": None,
        "source": CURATED,
        "deleted": False,
        "systemCreated": system,
        "createdBy": profile,
        "createdAt": now,
        "updatedAt": now,
    }
