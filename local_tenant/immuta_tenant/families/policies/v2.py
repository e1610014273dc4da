"""Handlers of policies, V2 API: one idempotent call that states a policy completely."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.families.policies import state, translation
from immuta_tenant.families.policies.schema import PolicyBody, SaveQuery
from immuta_tenant.families.policies.schema_v2 import V2Policy


def save(call: Call[SaveQuery, PolicyBody]) -> Json:
    """Create or update a policy by key; what the body leaves out goes back to its default."""
    body = state.understood(call.tenant, V2Policy, call.body.root).root
    existing = state.by_key(call.store, body.policyKey)
    attributes = translation.attributes(body)
    selection: state.Selection = "all" if body.circumstances is None else "matching"
    if existing is None:
        policy = state.create(call.store, call.caller.profile, body.policyKey, attributes, selection)
    else:
        policy = state.change(call.store, existing, attributes, selection, None)
    if call.query.dryRun:
        call.keep_nothing()
    return {
        "dryRun": call.query.dryRun,
        "creating": existing is None,
        "updating": existing is not None,
        "policyId": None if call.query.dryRun and existing is None else policy["id"],
    }
