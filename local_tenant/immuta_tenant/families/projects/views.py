"""What responses about projects look like. Each endpoint shows a project with another set of attributes."""

from __future__ import annotations

from immuta_tenant.authentication import Caller
from immuta_tenant.families.iam.state import profile_name
from immuta_tenant.families.projects import members, state
from immuta_tenant.families.purposes.views import in_project
from immuta_tenant.families.tags.views import of_model
from immuta_tenant.kinds import DATA_SOURCE, PROJECT_STAGED_PURPOSE, PROJECT_TAG, USER
from immuta_tenant.store import Document, Store

_HIT = ("id", "name", "status", "description", "deleted", "createdAt", "updatedAt", "subscriptionPolicy")
_HIT_MORE = ("subscriptionType", "workspace", "type", "allowMaskedJoins")


def created(store: Store, project: Document) -> Document:
    """Return a project as its creation answers it."""
    return project | {
        "purposes": [in_project(purpose) for purpose in state.purposes(store, project["id"])],
        "stagedPurposes": _staged(store, project),
    }


def read(store: Store, caller: Caller, project: Document) -> Document:
    """Return a project as GET shows it to this caller."""
    personal = _personal(store, caller, project) | {"filterId": project["id"], "purposeCount": None}
    return created(store, project) | personal | {"tags": of_model(store, PROJECT_TAG, project["id"])}


def updated(store: Store, project: Document) -> Document:
    """Return a project as its update answers it."""
    rest = {"purposeCount": _purpose_count(store, project), "projectPurposes": [], "workspaceWarnings": []}
    return created(store, project) | rest | {"tags": of_model(store, PROJECT_TAG, project["id"])}


def hit(store: Store, caller: Caller, project: Document, *, show_key: bool) -> Document:
    """Return a project as a search shows it to this caller."""
    subscription = members.of_profile(store, project["id"], caller.profile)
    attached = state.purposes(store, project["id"])
    return {name: project[name] for name in (*_HIT, *_HIT_MORE, *(("projectKey",) if show_key else ()))} | {
        "filterId": project["id"],
        "isEqualized": state.is_equalized(project),
        "acknowledgeRequired": members.must_acknowledge(store, subscription),
        "subscriptionStatus": subscription["state"] if subscription else "not_subscribed",
        "purposeCount": _purpose_count(store, project),
        "hasDeletedPurposes": any(purpose["deleted"] for purpose in attached),
    }


def member(store: Store, subscription: Document, *, with_compliance: bool) -> Document:
    """Return a member as the list of members shows it."""
    user = store.get(USER, subscription["profile"]) or {}
    compliance: Document = (
        {"compliance": {"missingDataSources": [], "invalidSubscriptions": []}} if with_compliance else {}
    )
    return {
        "profile": subscription["profile"],
        "name": user["profile"]["name"],
        "iamid": user["iamid"],
        "userid": user["userid"],
        "email": user["profile"]["email"],
        "type": "user",
        "approved": subscription["state"] != "pending",
        "state": subscription["state"],
        "systemGenerated": user["systemGenerated"],
        "lastExternalRefresh": None,
        "subscriptionId": subscription["id"],
        "createdAt": subscription["createdAt"],
        "updatedAt": subscription["updatedAt"],
        "approvals": [],
        "currentUserCanApprove": False,
    } | compliance


def data_source(store: Store, link: Document, subscribed_as: str) -> Document:
    """Return a data source as the list of a project's data sources shows it."""
    source = store.get(DATA_SOURCE, link["dataSource"]) or {}
    shown = ("policyHandlerType", "deleted", "subscriptionType", "subscriptionPolicy", "connectionString")
    return {name: source[name] for name in (*shown, "blobHandlerType")} | {
        "addedBy": profile_name(store, link["addedByProfile"]),
        "addedByProfile": link["addedByProfile"],
        "addedOn": link["addedOn"],
        "dataSourceId": source["id"],
        "dataSourceName": source["name"],
        "subscriptionStatus": subscribed_as,
        "derivedInThisProject": False,
    }


def activity(store: Store, event: Document) -> Document:
    """Return an entry of a project's activity."""
    user = store.get(USER, event["profile"]) or {"profile": {"name": "", "email": None}}
    who = {"id": event["profile"], "name": user["profile"]["name"], "email": user["profile"]["email"]}
    shown = ("id", "modelType", "notificationType", "metadata", "createdAt", "updatedAt")
    return {name: event[name] for name in shown} | {
        "modelId": str(event["modelId"]),
        "actionBy": who,
        "targetUser": who,
        "additionalText": None,
        "read": False,
    }


def _personal(store: Store, caller: Caller, project: Document) -> Document:
    subscription = members.of_profile(store, project["id"], caller.profile)
    return {
        "subscribedAsUser": subscription is not None,
        "subscriptionId": subscription["id"] if subscription else None,
        "acknowledgeRequired": members.must_acknowledge(store, subscription),
        "subscriptionStatus": subscription["state"] if subscription else "not_subscribed",
        "requestedState": subscription["state"] if subscription else None,
        "approved": subscription is not None and subscription["state"] != "pending",
        "subscriptionExpiration": subscription["expiration"] if subscription else None,
    }


def _purpose_count(store: Store, project: Document) -> int:
    return sum(not purpose["deleted"] for purpose in state.purposes(store, project["id"]))


def _staged(store: Store, project: Document) -> list[Document]:
    staged = state.purposes(store, project["id"], PROJECT_STAGED_PURPOSE)
    return [in_project(purpose) for purpose in staged]
