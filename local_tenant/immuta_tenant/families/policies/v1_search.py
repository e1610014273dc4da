"""The search of policies, global and local side by side, V1 API."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.families.policies import handlers, state, views
from immuta_tenant.families.policies.application import all_facts
from immuta_tenant.families.policies.schema import SearchBody, SearchQuery
from immuta_tenant.kinds import DATA_SOURCE
from immuta_tenant.paging import arranged, contains, page
from immuta_tenant.store import Document


def search(call: Call[SearchQuery, SearchBody]) -> Json:
    """Return policies with the data sources they are enforced on. Facets and `mode` are accepted and change nothing."""
    query = call.query
    found = [hit for hit in (*_global_hits(call), *_local_hits(call)) if _matches(hit, query)]
    if query.countOnly:
        return {"count": len(found), "hits": []}
    return {
        "count": len(found),
        "hits": page(arranged(found, query.sortField, query.sortOrder), query.offset, query.size),
    }


def _global_hits(call: Call[SearchQuery, SearchBody]) -> list[Document]:
    known = all_facts(call.store)
    return [views.global_hit(call.store, policy, known) for policy in state.live(call.store)]


def _local_hits(call: Call[SearchQuery, SearchBody]) -> list[Document]:
    hits = []
    for source in call.store.all(DATA_SOURCE):
        for version in handlers.versions(call.store, source)[-1:]:
            policies = handlers.local_policies(version)
            hits += [views.local_hit(call.store, source, version, policy) for policy in policies]
    return hits


def _matches(hit: Document, query: SearchQuery) -> bool:
    right_kind = query.type in (None, hit["type"]) and query.scope in (None, hit["scope"])
    wanted = not query.globalPolicyIds or hit["globalPolicyId"] in query.globalPolicyIds
    return (
        right_kind
        and wanted
        and hit["globalPolicyId"] not in query.excludedPolicies
        and contains(query.searchText, hit["name"])
    )
