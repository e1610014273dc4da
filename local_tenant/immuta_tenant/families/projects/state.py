"""Projects as they are stored.

One document for the attributes, one link for each purpose, tag and data source, one subscription for each member. A
project is disabled before it is gone.
"""

from __future__ import annotations

from collections.abc import Iterable

from immuta_tenant.authentication import Caller, first_user
from immuta_tenant.errors import bad_request, not_found
from immuta_tenant.families.projects import members
from immuta_tenant.families.purposes.state import live as live_purpose
from immuta_tenant.families.purposes.state import sample_name
from immuta_tenant.kinds import (
    ACTIVITY,
    DATA_SOURCE,
    PROJECT,
    PROJECT_DATA_SOURCE,
    PROJECT_PURPOSE,
    PROJECT_STAGED_PURPOSE,
    PROJECT_TAG,
    PURPOSE,
    SUBSCRIPTION,
)
from immuta_tenant.permissions import GOVERNANCE, PROJECT_MANAGEMENT, require
from immuta_tenant.store import Document, Kind, Store
from immuta_tenant.tenant import Tenant
from immuta_tenant.timestamps import timestamp

_LINKS = (PROJECT_PURPOSE, PROJECT_STAGED_PURPOSE, PROJECT_TAG, PROJECT_DATA_SOURCE, SUBSCRIPTION, ACTIVITY)
NO_MINIMUM = {"recommended": "project_equalization_no_min_auths"}


def seed(tenant: Tenant) -> None:
    """Create nothing: a new tenant has no project."""


def add_samples(tenant: Tenant, count: int) -> int:
    """Create the projects `sample-00001` to the one of this number that are not there; returns how many were made.

    Each has the sample purpose of its number when there is one.
    """
    owner, made = first_user(tenant.settings), 0
    for number in range(1, count + 1):
        key = f"sample-{number:05d}"
        if by_key(tenant.store, key) is None:
            project = create(tenant.store, owner, key, {"name": f"Sample {number:05d}"})
            purpose = live_purpose(tenant.store, sample_name(number))
            set_purposes(tenant.store, project["id"], [] if purpose is None else [purpose["id"]])
            made += 1
    return made


def by_id(store: Store, identifier: int) -> Document:
    """Return a project, disabled or not; raise a 404 when there is none."""
    project = store.get(PROJECT, identifier)
    if project is None:
        raise not_found(f"Project {identifier} not found")
    return project


def by_key(store: Store, key: str) -> Document | None:
    """Return the project of a key, disabled or not."""
    return next(iter(store.find(PROJECT, key)), None)


def require_change(store: Store, caller: Caller, project: Document) -> None:
    """Raise a 403 unless the caller owns the project or manages all of them."""
    member = members.of_profile(store, project["id"], caller.profile)
    if member is None or member["state"] != "owner":
        require(caller.permissions, PROJECT_MANAGEMENT, GOVERNANCE)


def default_documentation(name: str) -> str:
    """Return what the server puts where no documentation is given."""
    return f"# {name}"


def defaults(name: str) -> Document:
    """Return the attributes of a project of which only the name is given."""
    return {
        "name": name,
        "status": "open",
        "description": None,
        "documentation": default_documentation(name),
        "deleted": False,
        "allowMaskedJoins": False,
        "subscriptionType": "manual",
        "subscriptionPolicy": None,
        "equalization": None,
        "workspace": None,
        "snowflake": None,
        "type": None,
        "schema": None,
        "schemaEvolutionId": None,
    }


def create(store: Store, caller: Caller, key: str, attributes: Document) -> Document:
    """Create a project that the caller owns."""
    now = timestamp()
    who = {"createdBy": caller.profile, "updatedBy": caller.profile, "createdAt": now, "updatedAt": now}
    project = store.insert(PROJECT, {"projectKey": key} | defaults(attributes["name"]) | attributes | who)
    members.add(store, project["id"], caller.profile, "owner")
    record(store, caller, project, "modelCreated", {})
    return project


def change(store: Store, caller: Caller, project: Document, attributes: Document) -> Document:
    """Change attributes of a project."""
    fields = sorted(name for name, value in attributes.items() if project[name] != value)
    metadata = {"fields": fields, "projectName": attributes.get("name", project["name"])}
    record(store, caller, project, "projectUpdated", metadata)
    who = {"updatedBy": caller.profile, "updatedAt": timestamp()}
    return store.save(PROJECT, project | attributes | who)


def disable(store: Store, caller: Caller, project: Document) -> None:
    """Delete a project softly."""
    record(store, caller, project, "projectDisabled", {})
    store.save(PROJECT, project | {"deleted": True, "updatedBy": caller.profile, "updatedAt": timestamp()})


def erase(store: Store, project: Document) -> None:
    """Delete a project and everything that belongs to it."""
    for link in _LINKS:
        for item in store.children(link, project["id"]):
            store.remove(link, item["id"])
    store.remove(PROJECT, project["id"])


def set_purposes(store: Store, project: int, wanted: Iterable[int], link: Kind = PROJECT_PURPOSE) -> None:
    """Let a project have exactly these purposes."""
    ids = set(wanted)
    present = {item["purpose"]: item["id"] for item in store.children(link, project)}
    for purpose in present.keys() - ids:
        store.remove(link, present[purpose])
    for purpose in sorted(ids - present.keys()):
        store.insert(link, {"project": project, "purpose": purpose, "createdAt": timestamp()})


def set_data_sources(store: Store, caller: Caller, project: int, wanted: Iterable[int]) -> tuple[int, int]:
    """Let a project have exactly these data sources; returns how many were added and removed."""
    ids = set(wanted)
    present = {item["dataSource"]: item["id"] for item in store.children(PROJECT_DATA_SOURCE, project)}
    for source in present.keys() - ids:
        store.remove(PROJECT_DATA_SOURCE, present[source])
    for source in sorted(ids - present.keys()):
        add_data_source(store, caller, project, source, None)
    return len(ids - present.keys()), len(present.keys() - ids)


def add_data_source(store: Store, caller: Caller, project: int, source: int, comment: str | None) -> None:
    """Add one data source to a project."""
    link = {"project": project, "dataSource": source, "comment": comment}
    store.insert(PROJECT_DATA_SOURCE, link | {"addedByProfile": caller.profile, "addedOn": timestamp()})


def purposes(store: Store, project: int, link: Kind = PROJECT_PURPOSE) -> list[Document]:
    """Return the purposes of a project by name, deleted ones included: they stay attached."""
    found = [store.get(PURPOSE, item["purpose"]) for item in store.children(link, project)]
    return sorted((purpose for purpose in found if purpose is not None), key=lambda purpose: str(purpose["name"]))


def known_ids(store: Store, kind: Kind, ids: Iterable[int], noun: str) -> list[int]:
    """Return the ids when each is a live document; raise a 400 that names the first other one."""
    known = list(ids)
    for identifier in known:
        document = store.get(kind, identifier)
        if document is None or document["deleted"]:
            raise bad_request(f"The {noun} {identifier} does not exist.")
    return known


def known_data_sources(store: Store, names: Iterable[str]) -> list[int]:
    """Return the ids of data sources by name; raise a 400 that names the first unknown one."""
    ids = []
    for name in names:
        found = [source for source in store.find(DATA_SOURCE, name) if not source["deleted"]]
        if not found:
            raise bad_request(f"The data source {name} does not exist.")
        ids.append(int(found[0]["id"]))
    return ids


def is_equalized(project: Document) -> bool:
    """Tell whether all members get the same entitlements; a workspace implies it."""
    return any(project[name] is not None for name in ("equalization", "workspace", "snowflake"))


def record(store: Store, caller: Caller, project: Document, event: str, metadata: Document) -> None:
    """Write an event into the project's activity."""
    now = timestamp()
    times = {"createdAt": now, "updatedAt": now}
    what = {"modelType": "project", "modelId": project["id"], "notificationType": event, "metadata": metadata}
    store.insert(ACTIVITY, what | {"profile": caller.profile} | times)
