"""Handlers of project members and their acknowledgements, V1 API."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import bad_request, forbidden, not_found
from immuta_tenant.families.projects import members, state, views
from immuta_tenant.families.projects.schema import AcknowledgeBody, AddMemberBody, MembersQuery, UpdateMemberBody
from immuta_tenant.kinds import SUBSCRIPTION, USER
from immuta_tenant.paging import arranged, contains, page
from immuta_tenant.store import Document
from immuta_tenant.validation import NoBody, NoQuery


def search(call: Call[MembersQuery, NoBody]) -> Json:
    """Return the members of a project."""
    query = call.query
    project = state.by_id(call.store, call.path_integer("projectId"))
    found = [
        views.member(call.store, item, with_compliance=query.checkDataSources)
        for item in call.store.children(SUBSCRIPTION, project["id"])
    ]
    found = [item for item in found if query.approved in (None, item["approved"])]
    found = [item for item in found if contains(query.searchText, item["name"])]
    shown = page(arranged(found, query.sortField, query.sortOrder), query.offset, query.size)
    return {"count": len(found), "members": shown}


def add(call: Call[NoQuery, AddMemberBody]) -> Json:
    """Add a user to a project; who is a member already gets the new state."""
    body = call.body
    project = state.by_id(call.store, call.path_integer("projectId"))
    state.require_change(call.store, call.caller, project)
    if (body.profileId is None) == (body.groupId is None):
        raise bad_request('"value" must have exactly one of [profileId, groupId]')
    if body.profileId is None or call.store.get(USER, body.profileId) is None:
        raise bad_request(_unknown_member(body))
    if body.state == "not_subscribed":
        raise bad_request('"state" must be one of [owner, pending, subscribed, expert] for a new member')
    subscription = members.add(call.store, project["id"], body.profileId, body.state, body.expiration)
    approved = subscription["state"] != "pending"
    return {"subscriptionId": subscription["id"], "state": subscription["state"], "approved": approved}


def update(call: Call[NoQuery, UpdateMemberBody]) -> Json:
    """Give a member another state; `not_subscribed` removes the member."""
    project = state.by_id(call.store, call.path_integer("projectId"))
    state.require_change(call.store, call.caller, project)
    subscription = members.by_id(call.store, project["id"], call.path_integer("subscriptionId"))
    if call.body.state == "not_subscribed":
        call.store.remove(SUBSCRIPTION, subscription["id"])
    else:
        members.change(call.store, subscription, call.body.state, call.body.expiration)
    return {"state": call.body.state, "expiration": call.body.expiration}


def acknowledge(call: Call[NoQuery, AcknowledgeBody]) -> Json:
    """Accept the statements of the project's purposes, for oneself."""
    project = state.by_id(call.store, call.path_integer("projectId"))
    subscription = members.by_id(call.store, project["id"], call.path_integer("subscriptionId"))
    if subscription["profile"] != call.caller.profile:
        raise forbidden("Statements can only be acknowledged with one's own subscription.")
    accepted = members.acknowledge(call.store, subscription)
    state.record(call.store, call.caller, project, "acknowledgedAccess", {})
    return {"acknowledgeRequired": False, "purposes": [_statement(purpose) for purpose in accepted]}


def unsubscribe(call: Call[NoQuery, NoBody]) -> Json:
    """Leave a project."""
    project = state.by_id(call.store, call.path_integer("projectId"))
    subscription = members.of_profile(call.store, project["id"], call.caller.profile)
    if subscription is None:
        raise not_found(f"You are not a member of project {project['id']}.")
    call.store.remove(SUBSCRIPTION, subscription["id"])
    return {}


def _unknown_member(body: AddMemberBody) -> str:
    if body.profileId is None:
        return f"The group {body.groupId} does not exist."
    return f"The profile {body.profileId} does not exist."


def _statement(purpose: Document) -> Document:
    return {name: purpose[name] for name in ("id", "name", "acknowledgement")}
