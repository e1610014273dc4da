"""Handlers of hosts and data objects by their path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import bad_request
from immuta_tenant.families.connections import discovery, lifecycle, tasks
from immuta_tenant.families.hosts import access, nodes, state, views
from immuta_tenant.families.hosts.nodes import Node
from immuta_tenant.families.hosts.schema import CrawlBody, CrawlQuery, SearchQuery, SettingsBody
from immuta_tenant.kinds import CONNECTION
from immuta_tenant.paging import arranged, contains, page
from immuta_tenant.store import Document
from immuta_tenant.validation import NoBody, NoQuery


def read(call: Call[NoQuery, NoBody]) -> Json:
    """Return a host or data object."""
    node = named(call)
    access.require_reader(call.store, call.caller, node)
    return views.node(call.store, node)


def search_hosts(call: Call[SearchQuery, NoBody]) -> Json:
    """Return the hosts that the caller may see."""
    lifecycle.advance(call.tenant)
    hosts = (Node(item) for item in call.store.all(CONNECTION))
    return _hits(call, (node for node in hosts if access.may_read(call.store, call.caller, node)))


def search(call: Call[SearchQuery, NoBody]) -> Json:
    """Return what is directly below a host or data object."""
    node = named(call)
    access.require_reader(call.store, call.caller, node)
    return _hits(call, node.children(call.store))


def crawl(call: Call[CrawlQuery, CrawlBody]) -> Json:
    """Start a crawl below a host or data object; what is inactive is left alone unless it is forced."""
    node = named(call)
    access.require_admin_or_owner(call.caller, node)
    if not node.is_container:
        raise bad_request(f"{'/'.join(node.path)} is a table: a crawl starts at a host, a database or a schema.")
    forced = call.query.forceRecursive or call.body.forceRecursive
    return {"objectPath": node.path, "bulkId": start_crawl(call, node, forced=forced)}


def override(call: Call[NoQuery, SettingsBody]) -> Json:
    """Change the settings of a host or data object."""
    node = named(call)
    access.require_admin(call.caller, node)
    before = last_task(call, node.host)
    state.override(call.tenant, call.caller, node, call.body.overrides.model_dump(exclude_unset=True))
    lifecycle.advance(call.tenant)
    after = last_task(call, node.host)
    shown = views.node(call.store, nodes.again(call.store, node))
    return {**shown, "bulkId": str(uuid4()) if after == before or after is None else after}


def delete(call: Call[NoQuery, NoBody]) -> Json:
    """Remove a host or data object and everything below it."""
    node = named(call)
    access.require_admin_or_owner(call.caller, node)
    count = len([*node.descendants(call.store)])
    if node.is_host:
        lifecycle.erase(call.tenant, node.host)
    else:
        discovery.remove(call.store, node.document["objectId"])
    return {"objectPath": node.path, "childCount": count}


def named(call: Call[Any, Any]) -> Node:
    """Return the host or data object of the path as it is now."""
    lifecycle.advance(call.tenant)
    return nodes.find(call.store, call.path_segments("objectPath"))


def start_crawl(call: Call[Any, Any], node: Node, *, forced: bool) -> str:
    """Start a crawl and return what its progress is looked up by; without anything to do there is no task behind it."""
    if not forced and not node.value("isActive"):
        return str(uuid4())
    path: Document = {}
    for item in reversed(node.lineage):
        path = {"name": item["name"], "type": item["pathType"]} | ({"child": path} if path else {})
    given = {"syncAllDataObjects": True} | ({"objectPath": path} if path else {})
    for task in tasks.active(call.store, node.host["id"]):
        if task["type"] == "DATA_OBJECT_SYNC" and task["input"] == given:
            return str(task["taskId"])
    at, by = tasks.moment(call.store), str(call.caller.profile)
    task = tasks.begin(call.tenant, node.host, "DATA_OBJECT_SYNC", by, at, input=given)
    lifecycle.advance(call.tenant)
    return str(task["taskId"])


def last_task(call: Call[Any, Any], host: Document) -> str | None:
    """Return the id of the latest task of a host."""
    found = tasks.of_connection(call.store, host["id"])
    return str(found[-1]["taskId"]) if found else None


def _hits(call: Call[SearchQuery, NoBody], found: Iterable[Node]) -> Json:
    query = call.query
    matching = [node for node in found if contains(query.searchText, node.path[-1])]
    rows: list[Document] = [
        views.node(call.store, node) | {"name": node.path[-1], "id": node.document["id"]} for node in matching
    ]
    limit = len(rows) if query.limit is None else query.limit
    shown = page(arranged(rows, query.sortField, query.sortOrder), query.offset, limit)
    hits = [{name: value for name, value in row.items() if name not in ("name", "id")} for row in shown]
    return {"count": len(rows), "hits": hits}
