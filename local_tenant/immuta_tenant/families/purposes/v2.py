"""Handlers of purposes, V2 API: one idempotent call that states a purpose, and the tree below it, completely."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import bad_request
from immuta_tenant.families.purposes import state
from immuta_tenant.families.purposes.schema import V2Body, V2Query, V2Subpurpose
from immuta_tenant.store import Document, Store

SaveCall = Call[V2Query, V2Body]


def save(call: Call[V2Query, V2Body]) -> Json:
    """Create or update a purpose by name; what the body leaves out goes back to its default."""
    body = call.body
    _check_names(body)
    existing = state.live(call.store, body.name)
    purpose = _save_one(call, body, _noise_reduction(existing, body))
    for subpurpose in sorted(body.subpurposes, key=lambda item: item.name.count(".")):
        _save_one(call, subpurpose, {})
    if not call.settings.keep_omitted_subpurposes:
        _delete_omitted(call.store, body)
    if call.query.dryRun:
        call.keep_nothing()
    return {
        "dryRun": call.query.dryRun,
        "creating": existing is None,
        "updating": existing is not None,
        "purposeId": None if call.query.dryRun and existing is None else purpose["id"],
    }


def _check_names(body: V2Body) -> None:
    names = [subpurpose.name for subpurpose in body.subpurposes]
    if len(set(names)) < len(names):
        raise bad_request('"subpurposes" must not contain a name twice')
    for name in names:
        if not name.startswith(f"{body.name}."):
            raise bad_request(f"The sub-purpose {name} is not below the purpose {body.name}.")


def _save_one(call: SaveCall, item: V2Body | V2Subpurpose, extra: Document) -> Document:
    existing = state.live(call.store, item.name)
    statement = item.acknowledgement or _inherited(call.store, item.name)
    attributes = {"description": item.description or None, "acknowledgement": statement} | extra
    if existing is None:
        forgotten = {"acknowledgement": None} if call.settings.forget_first_acknowledgement else {}
        return state.create(call.store, item.name, call.caller, attributes | forgotten)
    state.require_changeable(existing)
    if call.query.reAcknowledgeRequired and existing["acknowledgement"] != statement:
        state.require_acknowledgement_again(call.store, existing)
    return state.change(call.store, existing, attributes)


def _inherited(store: Store, name: str) -> str | None:
    parent = name.rpartition(".")[0]
    if not parent:
        return None
    purpose = state.live(store, parent)
    statement = None if purpose is None else purpose["acknowledgement"]
    return statement or _inherited(store, parent)


def _noise_reduction(existing: Document | None, body: V2Body) -> Document:
    # The V2 body knows one of the keys of policyMetadata; the others are the V1 API's and stay.
    metadata = dict((existing or {}).get("policyMetadata") or {})
    metadata.pop("kAnonNoiseReduction", None)
    if body.kAnonNoiseReduction is not None:
        metadata["kAnonNoiseReduction"] = body.kAnonNoiseReduction
    return {"policyMetadata": metadata or None}


def _delete_omitted(store: Store, body: V2Body) -> None:
    stated = {subpurpose.name for subpurpose in body.subpurposes}
    for child in state.below(store, body.name):
        if child["name"] not in stated:
            state.change(store, child, {"deleted": True})
