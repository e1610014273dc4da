"""What responses about data sources look like."""

from __future__ import annotations

from immuta_tenant.store import Document


def handled(source: Document) -> Document:
    """Return a data source as the answers about project membership show it."""
    return {"id": source["id"], "name": source["name"], "blobHandlerType": source["blobHandlerType"]}
