"""Handlers of purposes, V1 API (governance)."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import bad_request
from immuta_tenant.families.purposes import state, views
from immuta_tenant.families.purposes.schema import (
    ReadQuery,
    SearchQuery,
    V1Attributes,
    V1CreateBody,
    V1Subpurpose,
    V1UpdateBody,
)
from immuta_tenant.kinds import PURPOSE
from immuta_tenant.paging import arranged, contains, page
from immuta_tenant.store import Document
from immuta_tenant.validation import NoBody, NoQuery


def search(call: Call[SearchQuery, NoBody]) -> Json:
    """Return purposes, parents and descendants side by side."""
    query = call.query
    found = [purpose for purpose in call.store.all(PURPOSE) if _matches(purpose, query)]
    found = arranged(found, query.sortField, query.sortOrder)
    shown = found if query.noLimit else page(found, query.offset, query.size)
    if query.getAffectedCount:
        shown = [item | {"projectCount": len(state.projects_using(call.store, item))} for item in shown]
    return {"purposes": shown, "count": len(found)}


def read(call: Call[ReadQuery, NoBody]) -> Json:
    """Return one purpose, a deleted one as well."""
    purpose = state.by_id(call.store, call.path_integer("purposeId"))
    if call.query.includeSubpurposes:
        return views.tree(call.store, purpose)
    return views.detailed(call.store, purpose)


def create(call: Call[NoQuery, V1CreateBody]) -> Json:
    """Create a purpose and the sub-purposes in the body; of those that exist, the given attributes are updated."""
    purpose = _create_or_update(call, call.body)
    subpurposes = sorted(call.body.subpurposes, key=lambda item: item.name.count("."))
    for subpurpose in subpurposes:
        if not subpurpose.name.startswith(f"{purpose['name']}."):
            raise bad_request(f"The sub-purpose {subpurpose.name} is not below the purpose {purpose['name']}.")
    return purpose | {"subpurposes": [_create_or_update(call, item) for item in subpurposes]}


def update(call: Call[NoQuery, V1UpdateBody]) -> Json:
    """Update the given attributes of a purpose, on request of its descendants too. The name cannot be changed."""
    body = call.body
    purpose = state.changeable(call.store, call.path_integer("purposeId"))
    if body.name is not None and body.name != purpose["name"]:
        raise bad_request('"name" cannot be updated')
    attributes = _attributes(body)
    descendants = state.below(call.store, purpose["name"]) if body.applyToSubpurposes else []
    for item in (purpose, *descendants):
        if body.reAcknowledge:
            state.require_acknowledgement_again(call.store, item)
        state.change(call.store, item, attributes)
    return state.by_id(call.store, purpose["id"])


def delete(call: Call[NoQuery, NoBody]) -> Json:
    """Delete a purpose softly, its descendants included; answers all of them."""
    purpose = state.changeable(call.store, call.path_integer("purposeId"))
    return [*state.delete(call.store, purpose)]


def _matches(purpose: Document, query: SearchQuery) -> bool:
    name, text = purpose["name"], query.searchText
    if purpose["deleted"] and not query.includeDeleted:
        return False
    if query.root is not None and name != query.root and not name.startswith(f"{query.root}."):
        return False
    if query.strictSearch and text is not None:
        return bool(name.lower() == text.lower())
    return contains(text, name)


def _create_or_update(call: Call[NoQuery, V1CreateBody], item: V1CreateBody | V1Subpurpose) -> Document:
    existing = state.live(call.store, item.name)
    if existing is None:
        return state.create(call.store, item.name, call.caller, _attributes(item))
    state.require_changeable(existing)
    return state.change(call.store, existing, _attributes(item))


def _attributes(body: V1Attributes) -> Document:
    # An attribute that is not sent stays as it is, except displayAcknowledgement, whose documented default is true.
    attributes: Document = {"displayAcknowledgement": body.displayAcknowledgement}
    for name in ("acknowledgement", "description"):
        if name in body.model_fields_set:
            attributes[name] = getattr(body, name) or None
    if "policyMetadata" in body.model_fields_set:
        metadata = body.policyMetadata
        attributes["policyMetadata"] = None if metadata is None else metadata.model_dump(exclude_none=True) or None
    return attributes
