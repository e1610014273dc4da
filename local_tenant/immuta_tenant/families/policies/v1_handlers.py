"""Handlers of the policies of one data source, V1 API."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import not_found
from immuta_tenant.families.policies import handlers, reading, views
from immuta_tenant.families.policies.schema import DifferenceQuery, HandlerBody, PoliciesQuery
from immuta_tenant.families.policies.sources import owned_source, source
from immuta_tenant.store import Document
from immuta_tenant.validation import NoBody, NoQuery


def read(call: Call[NoQuery, NoBody]) -> Json:
    """Return the current handler."""
    return views.handler(call.tenant, handlers.current(call.store, source(call, call.path_integer("dataSourceId"))))


def save(call: Call[NoQuery, HandlerBody]) -> Json:
    """Replace the local policies: a new version. Entries that a global policy drives are the server's own."""
    found = owned_source(call, call.path_integer("dataSourceId"))
    stated = [reading.local_action(call.tenant, item) for item in call.body.jsonPolicies]
    local = [action for action in stated if action.get("global") is None]
    return views.handler(call.tenant, handlers.write(call.store, found, call.caller.profile, local))


def policies(call: Call[PoliciesQuery, NoBody]) -> Json:
    """Return the local policies; custom SQL only on request, what global policies drive on request not."""
    current = handlers.current(call.store, source(call, call.path_integer("dataSourceId")))
    shown = handlers.local_policies(current) if call.query.excludeGlobal else current["jsonPolicies"]
    if not call.query.retrieveAll:
        shown = [policy for policy in shown if not _is_custom(policy)]
    return [views.local_policy(call.tenant, policy) for policy in shown]


def difference(call: Call[DifferenceQuery, NoBody]) -> Json:
    """Compare two versions of a handler, by default the last two."""
    found = source(call, call.path_integer("dataSourceId"))
    handlers.current(call.store, found)
    known = handlers.versions(call.store, found)
    now = _version(known, call.query.currentHandlerId, len(known) - 1)
    before = _version(known, call.query.previousHandlerId, len(known) - 2)
    shown = [[views.local_policy(call.tenant, policy) for policy in policies] for policies in (now, before)]
    return {"current": shown[0], "previous": shown[1], "hasChanges": now != before}


def _version(known: list[Document], identifier: int | None, default: int) -> list[Document]:
    if identifier is None:
        policies: list[Document] = known[default]["jsonPolicies"] if default >= 0 else []
        return policies
    for version in known:
        if version["id"] == identifier:
            return list(version["jsonPolicies"])
    raise not_found(f"Policy handler {identifier} not found")


def _is_custom(policy: Document) -> bool:
    return any(rule["type"] == "customWhere" for rule in policy["rules"])
