"""The data sources that exist from the start, with their columns and tags."""

from __future__ import annotations

from immuta_tenant.authentication import FIRST_PROFILE, first_user
from immuta_tenant.errors import not_found
from immuta_tenant.families.data_sources.seeds import seed_of
from immuta_tenant.families.iam.state import BUILT_IN_IAM
from immuta_tenant.families.tags import state as tags
from immuta_tenant.kinds import DATA_SOURCE, DATA_SOURCE_COLUMN, DATA_SOURCE_TAG, TAG
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant
from immuta_tenant.timestamps import timestamp


def seed(tenant: Tenant) -> None:
    """Create the configured data sources that are not there yet."""
    missing = [name for name in tenant.settings.data_sources if not tenant.store.find(DATA_SOURCE, name)]
    known = {tag["name"]: tag["id"] for tag in tenant.store.all(TAG) if missing and not tag["deleted"]}
    for name in missing:
        _create(tenant, name, known)


def live(store: Store, name: str) -> Document | None:
    """Return the data source of this name unless it is deleted."""
    return next((source for source in store.find(DATA_SOURCE, name) if not source["deleted"]), None)


def by_id(store: Store, identifier: int) -> Document:
    """Return a data source; raise a 404 when there is none."""
    source = store.get(DATA_SOURCE, identifier)
    if source is None:
        raise not_found(f"Data source {identifier} not found")
    return source


def set_tags(tenant: Tenant, source: Document, names: list[str]) -> None:
    """Let a data source have exactly these tags."""
    found = tags.resolve(tenant.store, names)
    tags.replace(tenant.store, DATA_SOURCE_TAG, source["id"], found, first_user(tenant.settings))


def set_columns(tenant: Tenant, source: Document, columns: dict[str, list[str]]) -> None:
    """Let a data source have exactly these columns, each with the tags of these names."""
    for column in tenant.store.children(DATA_SOURCE_COLUMN, source["id"]):
        tenant.store.remove(DATA_SOURCE_COLUMN, column["id"])
    for name, names in columns.items():
        found = [tag["id"] for tag in tags.resolve(tenant.store, names)]
        tenant.store.insert(DATA_SOURCE_COLUMN, {"dataSource": source["id"], "name": name, "tags": found})


def _create(tenant: Tenant, name: str, known: dict[str, int]) -> None:
    seeded = seed_of(name)
    source = tenant.store.insert(DATA_SOURCE, _new(tenant, name))
    for tag in seeded.tags:
        if tag in known:
            link = {"model": source["id"], "tag": known[tag], "addedBy": FIRST_PROFILE, "createdAt": timestamp()}
            tenant.store.insert(DATA_SOURCE_TAG, link)
    for column, named in seeded.columns.items():
        ids = [known[tag] for tag in named if tag in known]
        tenant.store.insert(DATA_SOURCE_COLUMN, {"dataSource": source["id"], "name": column, "tags": ids})


def _new(tenant: Tenant, name: str) -> Document:
    seeded = seed_of(name)
    created = seeded.created or timestamp()
    domain = seeded.domain or (None, None)
    owner = {"iamid": BUILT_IN_IAM, "username": tenant.settings.userid}
    return {
        "name": name,
        "deleted": False,
        "blobHandlerType": "PostgreSQL",
        "policyHandlerType": "None",
        "subscriptionType": "manual",
        "subscriptionPolicy": None,
        "connectionString": seeded.server,
        "domainId": domain[0],
        "domainName": domain[1],
        "owners": {"users": [owner], "groups": list(seeded.groups)},
        "createdBy": FIRST_PROFILE,
        "createdAt": created,
        "updatedAt": created,
    }
