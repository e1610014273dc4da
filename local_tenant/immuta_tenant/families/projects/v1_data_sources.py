"""Handlers of the data sources of a project, V1 API."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import not_found
from immuta_tenant.families.data_sources.views import handled
from immuta_tenant.families.projects import members, state, views
from immuta_tenant.families.projects.schema import (
    AddDataSourcesBody,
    CommentBody,
    DataSourcesQuery,
    RemoveDataSourcesQuery,
)
from immuta_tenant.kinds import DATA_SOURCE, PROJECT_DATA_SOURCE
from immuta_tenant.paging import arranged, contains, page
from immuta_tenant.store import Document
from immuta_tenant.validation import NoBody, NoQuery


def search(call: Call[DataSourcesQuery, NoBody]) -> Json:
    """Return the data sources of a project."""
    query, project = call.query, call.path_integer("projectId")
    state.by_id(call.store, project)
    # Who created a data source owns it; the seeded ones belong to the first user.
    found = [_shown(call, link) for link in call.store.children(PROJECT_DATA_SOURCE, project)]
    found = [item for item in found if contains(query.searchText, item["dataSourceName"])]
    found = [item for item in found if not query.subscription or item["subscriptionStatus"] in query.subscription]
    if query.unsubscribed is not None:
        outside = ("not_subscribed", "pending")
        found = [item for item in found if (item["subscriptionStatus"] in outside) == query.unsubscribed]
    shown = page(arranged(found, query.sortField, query.sortOrder), query.offset, query.size)
    return {"count": len(found), "dataSources": shown}


def add(call: Call[NoQuery, AddDataSourcesBody]) -> Json:
    """Add data sources; each that cannot be added is told in `inError`."""
    project = _changeable(call)
    present = {link["dataSource"] for link in call.store.children(PROJECT_DATA_SOURCE, project)}
    success, refused = [], []
    for identifier in dict.fromkeys(call.body.dataSourceIds):
        source = call.store.get(DATA_SOURCE, identifier)
        if source is None or source["deleted"]:
            refused.append({"id": identifier, "name": None, "msg": "Data source not found"})
            continue
        if identifier not in present:
            state.add_data_source(call.store, call.caller, project, identifier, call.body.comment)
        success.append(handled(source))
    return {"success": success, "inError": refused}


def remove(call: Call[RemoveDataSourcesQuery, NoBody]) -> Json:
    """Remove data sources; each that is not in the project is told in `inError`."""
    project = _changeable(call)
    links = {link["dataSource"]: link for link in call.store.children(PROJECT_DATA_SOURCE, project)}
    success, refused = [], []
    for identifier in dict.fromkeys(call.query.ids):
        source = call.store.get(DATA_SOURCE, identifier)
        if source is None or identifier not in links:
            refused.append({"id": identifier, "name": None, "msg": "Data source is not in the project"})
            continue
        call.store.remove(PROJECT_DATA_SOURCE, links[identifier]["id"])
        success.append(handled(source))
    return {"success": success, "inError": refused}


def comment(call: Call[NoQuery, CommentBody]) -> Json:
    """Change the reason for which a data source is in the project."""
    project, identifier = _changeable(call), call.path_integer("dataSourceId")
    for link in call.store.children(PROJECT_DATA_SOURCE, project):
        if link["dataSource"] == identifier:
            call.store.save(PROJECT_DATA_SOURCE, link | {"comment": call.body.comment})
            return {}
    raise not_found(f"Data source {identifier} is not in project {project}.")


AnyCall = Call[NoQuery, AddDataSourcesBody] | Call[RemoveDataSourcesQuery, NoBody] | Call[NoQuery, CommentBody]


def _changeable(call: AnyCall) -> int:
    project = state.by_id(call.store, call.path_integer("projectId"))
    state.require_change(call.store, call.caller, project)
    if call.settings.require_acknowledgement:
        members.require_acknowledged(call.store, project["id"], call.caller)
    return int(project["id"])


def _shown(call: Call[DataSourcesQuery, NoBody], link: Document) -> Document:
    source = call.store.get(DATA_SOURCE, link["dataSource"]) or {}
    owner = source["createdBy"] == call.caller.profile
    return views.data_source(call.store, link, "owner" if owner else "not_subscribed")
