"""Handlers of data objects."""

from __future__ import annotations

from typing import Any

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.families.connections import discovery, lifecycle, objects, paging, tasks
from immuta_tenant.families.connections import search as searching
from immuta_tenant.families.connections.schema_objects import ChildrenQuery, DataObjectPatch, SearchBody
from immuta_tenant.families.connections.v1 import named
from immuta_tenant.store import Document
from immuta_tenant.validation import NoBody, NoQuery


def search(call: Call[NoQuery, SearchBody]) -> Json:
    """Return the data objects that a filter means."""
    lifecycle.advance(call.tenant)
    body, hierarchy = call.body, objects.Hierarchy(call.store)
    found = searching.found(call.store, body.filter, body.tags, hierarchy)
    part = paging.Wanted(
        [(item.field, item.order) for item in body.meta.sort],
        body.meta.page.limit,
        body.meta.page.cursor,
        ["dataObjects", body.filter.model_dump(exclude_none=True), body.tags.model_dump()],
        "meta.page.cursor",
    )
    return _listed(hierarchy, found, part)


def read(call: Call[NoQuery, NoBody]) -> Json:
    """Return one data object."""
    return objects.Hierarchy(call.store).view(_named(call))


def patch(call: Call[NoQuery, DataObjectPatch]) -> Json:
    """Change the own settings and tags of a data object."""
    item = objects.patch(call.store, _named(call, malformed=400), call.body, call.caller)
    return objects.Hierarchy(call.store).view(item)


def delete(call: Call[NoQuery, NoBody]) -> Json:
    """Start the removal of a data object and of everything below it."""
    item = _named(call)
    connection = named(call)
    given = {"dataObjectId": item["objectId"], "pathKey": "/".join(objects.Hierarchy(call.store).names(item))}
    for task in tasks.active(call.store, connection["id"]):
        if task["type"] == "DATA_OBJECT_DELETE" and task["input"] == given:
            return {"taskId": task["taskId"]}
    at, by = tasks.moment(call.store), str(call.caller.profile)
    task = tasks.begin(call.tenant, connection, "DATA_OBJECT_DELETE", by, at, input=given)
    lifecycle.advance(call.tenant)
    return {"taskId": task["taskId"]}


def children(call: Call[ChildrenQuery, NoBody]) -> Json:
    """Return the data objects directly below one."""
    item = _named(call)
    part = paging.wanted(call.query, "children", item["objectId"])
    return _listed(objects.Hierarchy(call.store), discovery.below(call.store, item["id"]), part)


def _named(call: Call[Any, Any], *, malformed: int = 404) -> Document:
    return objects.by_id(call.store, named(call, malformed=malformed), call.path["id"])


def _listed(hierarchy: objects.Hierarchy, found: list[Document], part: paging.Wanted) -> Json:
    shown, meta = paging.page(found, part, hierarchy.sortable)
    return {"data": [hierarchy.view(item) for item in shown], "meta": meta | {"totalCount": len(found)}}
