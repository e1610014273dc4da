"""Handlers of global policies, V1 API."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import bad_request, not_found
from immuta_tenant.families.policies import application, reading, state, views
from immuta_tenant.families.policies.schema import ApplyBody, ListQuery, PolicyBody
from immuta_tenant.families.policies.sources import owned_source
from immuta_tenant.kinds import POLICY, POLICY_APPLICATION
from immuta_tenant.paging import arranged, contains, page
from immuta_tenant.store import Document
from immuta_tenant.timestamps import timestamp
from immuta_tenant.validation import NoBody, NoQuery


def search(call: Call[ListQuery, NoBody]) -> Json:
    """Return global policies as a bare array."""
    query = call.query
    found = [policy for policy in state.live(call.store) if _matches(policy, query)]
    shown = page(arranged(found, query.sortField, query.sortOrder), query.offset, query.size)
    return [views.name_only(policy) if query.nameOnly else views.policy(call.tenant, policy) for policy in shown]


def create(call: Call[NoQuery, PolicyBody]) -> Json:
    """Create a policy; its key is its name unless the body brings one."""
    stated = reading.policy(call.tenant, call.body.root)
    key = stated.key or stated.attributes["name"]
    policy = state.create(call.store, call.caller.profile, key, stated.attributes, stated.selection)
    return views.policy(call.tenant, policy)


def read(call: Call[NoQuery, NoBody]) -> Json:
    """Return one policy; a deleted one only where the settings say so."""
    identifier = call.path_integer("policyId")
    policy = call.store.get(POLICY, identifier)
    if policy is None or (policy["deleted"] and not call.settings.deleted_policies_readable):
        raise not_found(f"Policy {identifier} not found")
    return views.policy(call.tenant, policy)


def update(call: Call[NoQuery, PolicyBody]) -> Json:
    """State a policy anew; what the body leaves out goes back to its default, except the key."""
    policy = state.by_id(call.store, call.path_integer("policyId"))
    stated = reading.policy(call.tenant, call.body.root, policy)
    changed = state.change(call.store, policy, stated.attributes, stated.selection, stated.key)
    return views.policy(call.tenant, changed)


def delete(call: Call[NoQuery, NoBody]) -> Json:
    """Delete a policy softly; answers it as it was."""
    policy = state.by_id(call.store, call.path_integer("policyId"))
    state.delete(call.store, policy)
    return views.policy(call.tenant, policy)


def applied_to(call: Call[NoQuery, NoBody]) -> Json:
    """Count the data sources that a policy applies to."""
    policy = state.by_id(call.store, call.path_integer("policyId"))
    return {"count": len(application.sources_of(policy, application.all_facts(call.store)))}


def apply(call: Call[NoQuery, ApplyBody]) -> None:
    """Apply a policy that data owners select to a data source of the caller. Nothing is answered."""
    source = owned_source(call, call.body.dataSourceId)
    policy = state.by_id(call.store, call.body.policyId)
    if policy["selection"] != "owner":
        raise bad_request(f"The policy {policy['name']} applies by its circumstances and cannot be selected.")
    link = {"policy": policy["id"], "dataSource": source["id"]}
    present = call.store.find(POLICY_APPLICATION, policy["id"])
    if not any(item["dataSource"] == source["id"] for item in present):
        call.store.insert(POLICY_APPLICATION, link | {"merged": call.body.merged, "createdAt": timestamp()})


def _matches(policy: Document, query: ListQuery) -> bool:
    right_kind = query.type in (None, policy["type"]) and query.templates in (None, policy["template"])
    shown = query.scope != "local" and not (query.ignoreStaged and policy["staged"])
    return right_kind and shown and contains(query.searchText, policy["name"])
