"""Users and keys.

The tenant starts with the system account that owns what Immuta brings along, the user of the configured API key, and
one user for each further key. A user and its profile have the same id here.
"""

from __future__ import annotations

from collections.abc import Sequence

from immuta_tenant.authentication import digest
from immuta_tenant.kinds import API_KEY, BEARER_TOKEN, USER
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant
from immuta_tenant.timestamps import timestamp

SYSTEM_PROFILE = 1
BUILT_IN_IAM = "bim"


def seed(tenant: Tenant) -> None:
    """Create the users, and let the configured keys be the only configured keys, also after a restart with others."""
    store, settings = tenant.store, tenant.settings
    _user(store, "immuta system account", "Immuta System Account", (), system=True)
    owner = _user(store, settings.userid, settings.user_name, settings.permissions)
    _forget_configured_keys(store)
    _key(store, settings.api_key, owner)
    for number, (key, permissions) in enumerate(settings.other_keys.items(), start=1):
        user = _user(store, f"user{number}@example.com", f"User {number}", permissions)
        _key(store, key, user)


def profile_name(store: Store, profile: int) -> str:
    """Return the display name behind a profile id."""
    user = store.get(USER, profile)
    return "" if user is None else str(user["profile"]["name"])


def _user(store: Store, userid: str, name: str, permissions: Sequence[str], *, system: bool = False) -> Document:
    found = store.find(USER, userid)
    if found:
        return store.save(USER, found[0] | {"permissions": list(permissions)})
    now = timestamp()
    user = {
        "iamid": BUILT_IN_IAM,
        "userid": userid,
        "permissions": list(permissions),
        "authorizations": {},
        "systemGenerated": system,
        "disabled": False,
        "lastLogin": None,
        "profile": {"name": name, "email": None if system else userid},
        "createdAt": now,
        "updatedAt": now,
    }
    return store.insert(USER, user)


def _forget_configured_keys(store: Store) -> None:
    for key in store.all(API_KEY):
        if key["configured"]:
            store.remove(API_KEY, key["id"])
    configured = {key["id"] for key in store.all(API_KEY)}
    for token in store.all(BEARER_TOKEN):
        if token["keyid"] not in configured:
            store.remove(BEARER_TOKEN, token["id"])


def _key(store: Store, api_key: str, user: Document) -> None:
    record = {"digest": digest(api_key), "profile": user["id"], "configured": True, "createdAt": timestamp()}
    store.insert(API_KEY, record)
