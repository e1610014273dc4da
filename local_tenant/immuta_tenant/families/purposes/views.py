"""What responses about purposes look like."""

from __future__ import annotations

from immuta_tenant.families.iam.state import profile_name
from immuta_tenant.families.purposes.state import below, projects_using
from immuta_tenant.store import Document, Store


def in_project(purpose: Document) -> Document:
    """Return a purpose as a project embeds it."""
    return purpose | {"createdBy": purpose["addedByProfile"]}


def detailed(store: Store, purpose: Document) -> Document:
    """Return a purpose with its creator's name and the projects that use it."""
    projects = projects_using(store, purpose)
    usage = {"projectCount": len(projects), "projects": projects}
    return purpose | {"addedBy": profile_name(store, purpose["addedByProfile"])} | usage


def tree(store: Store, purpose: Document) -> Document:
    """Return a purpose with all its live descendants as one flat list."""
    subpurposes = [detailed(store, child) for child in below(store, purpose["name"])]
    return detailed(store, purpose) | {"subpurposes": subpurposes}
