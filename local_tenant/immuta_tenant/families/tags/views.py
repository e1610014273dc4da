"""What responses about tags look like."""

from __future__ import annotations

from immuta_tenant.kinds import TAG
from immuta_tenant.store import Document, Kind, Store

_LISTED = ("id", "name", "color", "description", "source", "deleted", "systemCreated")


def listed(tag: Document) -> Document:
    """Return a tag as GET /tag shows it."""
    return {name: tag[name] for name in _LISTED}


def saved(tag: Document) -> Document:
    """Return a tag as POST /tag answers it."""
    return tag | {"displayName": tag["name"].rpartition(".")[2], "protected": tag["systemCreated"]}


def attached(store: Store, item: Document) -> Document:
    """Return a tag on a model, a project or a column."""
    tag = store.get(TAG, item["tag"]) or {}
    return {
        "name": tag["name"],
        "source": tag["source"],
        "context": "manual",
        "addedBy": item["addedBy"],
        "deleted": tag["deleted"],
    }


def of_model(store: Store, link: Kind, model: int) -> list[Document]:
    """Return the tags on a model, by name."""
    tags = [attached(store, item) for item in store.children(link, model)]
    return sorted(tags, key=lambda tag: str(tag["name"]).lower())
