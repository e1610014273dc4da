"""Members of projects, and the statements of purposes that each of them has accepted."""

from __future__ import annotations

from immuta_tenant.authentication import Caller
from immuta_tenant.errors import forbidden, not_found
from immuta_tenant.kinds import PROJECT_PURPOSE, PURPOSE, SUBSCRIPTION
from immuta_tenant.store import Document, Store
from immuta_tenant.timestamps import timestamp


def of_profile(store: Store, project: int, profile: int) -> Document | None:
    """Return the subscription of a profile to a project."""
    found = (item for item in store.find(SUBSCRIPTION, profile) if item["project"] == project)
    return next(found, None)


def by_id(store: Store, project: int, identifier: int) -> Document:
    """Return a subscription of a project; raise a 404 when there is none."""
    subscription = store.get(SUBSCRIPTION, identifier)
    if subscription is None or subscription["project"] != project:
        raise not_found(f"Subscription {identifier} of project {project} not found")
    return subscription


def add(store: Store, project: int, profile: int, state: str, expiration: str | None = None) -> Document:
    """Make a profile a member; an existing member gets the new state."""
    present = of_profile(store, project, profile)
    if present is not None:
        return change(store, present, state, expiration)
    now = timestamp()
    what = {"project": project, "profile": profile, "state": state, "expiration": expiration, "acknowledged": []}
    return store.insert(SUBSCRIPTION, what | {"createdAt": now, "updatedAt": now})


def change(store: Store, subscription: Document, state: str, expiration: str | None) -> Document:
    """Give a member another state."""
    return store.save(SUBSCRIPTION, subscription | {"state": state, "expiration": expiration, "updatedAt": timestamp()})


def statements(store: Store, project: int) -> list[Document]:
    """Return the live purposes of a project whose statement is shown to members."""
    found = [store.get(PURPOSE, link["purpose"]) for link in store.children(PROJECT_PURPOSE, project)]
    return [
        purpose
        for purpose in found
        if purpose and purpose["acknowledgement"] and purpose["displayAcknowledgement"] and not purpose["deleted"]
    ]


def must_acknowledge(store: Store, subscription: Document | None) -> bool:
    """Tell whether a member has not accepted a statement yet; who is no member has nothing to accept."""
    if subscription is None:
        return False
    accepted = set(subscription["acknowledged"])
    return any(purpose["id"] not in accepted for purpose in statements(store, subscription["project"]))


def acknowledge(store: Store, subscription: Document) -> list[Document]:
    """Accept all statements of the project's purposes; returns those purposes."""
    accepted = statements(store, subscription["project"])
    store.save(SUBSCRIPTION, subscription | {"acknowledged": [purpose["id"] for purpose in accepted]})
    return accepted


def require_acknowledged(store: Store, project: int, caller: Caller) -> None:
    """Raise a 403 while the caller has not accepted the statements of the project's purposes."""
    if must_acknowledge(store, of_profile(store, project, caller.profile)):
        raise forbidden("You must first acknowledge the purposes of this project before you can change it.")
