"""Handlers of data sources, V1 API: what they are, and which policies have an effect on them."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import not_found
from immuta_tenant.families.data_sources import state, views
from immuta_tenant.families.data_sources.schema import ByPurposesQuery, SearchQuery
from immuta_tenant.families.policies import application, effects
from immuta_tenant.families.policies.application import Facts
from immuta_tenant.kinds import PROJECT_DATA_SOURCE
from immuta_tenant.paging import arranged, contains, page
from immuta_tenant.validation import NoBody, NoQuery


def search(call: Call[SearchQuery, NoBody]) -> Json:
    """Return data sources with what policies do to them."""
    query = call.query
    found = [item for item in application.all_facts(call.store) if _matches(item, query)]
    hits = [views.hit(call.tenant, item) for item in found]
    if query.globalPolicy is not None:
        carrying = {item.source["id"] for item in found if query.globalPolicy in effects.names(call.store, item)}
        hits = [hit for hit in hits if hit["id"] in carrying]
    shown = page(arranged(hits, query.sortField, query.sortOrder), query.offset, query.size)
    facets: dict[str, list[str]] = {"tags": [], "statuses": [], "blobHandlerTypes": [], "editable": []}
    return {"hits": shown, "facets": facets, "count": len(hits)}


def read(call: Call[NoQuery, NoBody]) -> Json:
    """Return one data source."""
    source = state.by_id(call.store, call.path_integer("dataSourceId"))
    return views.read(call.tenant, application.facts(call.store, source))


def read_by_name(call: Call[NoQuery, NoBody]) -> Json:
    """Return one data source by its name."""
    name = call.path["dataSourceName"]
    source = state.live(call.store, name)
    if source is None:
        raise not_found(f"Data source {name} not found")
    return views.read(call.tenant, application.facts(call.store, source))


def by_purposes(call: Call[ByPurposesQuery, NoBody]) -> Json:
    """Return the data sources that policies restrict to one of the purposes."""
    excluded = {
        link["dataSource"]
        for project in call.query.excludedProjects
        for link in call.store.children(PROJECT_DATA_SOURCE, project)
    }
    found = []
    for item in application.all_facts(call.store):
        restrictions = effects.purposes(call.store, item)
        named = {purpose for restriction in restrictions for purpose in restriction["purposes"]}
        if named.intersection(call.query.purposes) and item.source["id"] not in excluded:
            handler = effects.handler(call.store, item.source)
            who = {"id": item.source["id"], "name": item.source["name"], "policyId": handler["id"]}
            found.append(who | {"restrictions": restrictions})
    return [*found]


def _matches(item: Facts, query: SearchQuery) -> bool:
    source = item.source
    tags = item.tags | item.column_tags
    return (
        contains(query.searchText, source["name"])
        and (not query.dataSourceIds or source["id"] in query.dataSourceIds)
        and (not query.connectionString or source["connectionString"] in query.connectionString)
        and (not query.column or bool(set(query.column) & item.columns.keys()))
        and (not query.tag or bool(tags.intersection(query.tag)))
        and query.collectionId in (None, source["domainId"])
    )
