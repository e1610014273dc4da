"""Handlers of projects, V1 API: search, read, create, partial update, deletion in two steps, activity."""

from __future__ import annotations

from pydantic import BaseModel

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import bad_request, conflict
from immuta_tenant.families.projects import members, state, views
from immuta_tenant.families.projects.schema import (
    ActivityQuery,
    ReadQuery,
    SearchQuery,
    UpdateQuery,
    V1Attributes,
    V1CreateBody,
    V1UpdateBody,
)
from immuta_tenant.families.tags import state as tags
from immuta_tenant.kinds import (
    ACTIVITY,
    DATA_SOURCE,
    PROJECT,
    PROJECT_DATA_SOURCE,
    PROJECT_PURPOSE,
    PROJECT_STAGED_PURPOSE,
    PROJECT_TAG,
    PURPOSE,
)
from immuta_tenant.paging import arranged, contains, page
from immuta_tenant.store import Document, Store
from immuta_tenant.validation import NoBody, NoQuery

_PLAIN = ("name", "status", "allowMaskedJoins", "subscriptionType", "type", "deleted")
_OBJECTS = ("subscriptionPolicy", "workspace", "snowflake")
_DOCUMENTED_SUBSCRIPTIONS = ("automatic", "approval", "policy", "manual")
_STATUSES = ("open", "closed")


def search(call: Call[SearchQuery, NoBody]) -> Json:
    """Return projects, disabled ones included."""
    query = call.query
    _check_lists(query)
    found = [project for project in call.store.all(PROJECT) if _matches(project, query)]
    found = _related(call.store, found, query)
    shown = page(arranged(found, query.sortField, query.sortOrder), query.offset, query.size)
    with_key = call.settings.list_shows_project_key
    hits = [views.hit(call.store, call.caller, project, show_key=with_key) for project in shown]
    return {"hits": hits, "facets": {}, "count": len(found)}


def read(call: Call[ReadQuery, NoBody]) -> Json:
    """Return one project, a disabled one as well."""
    return views.read(call.store, call.caller, state.by_id(call.store, call.path_integer("projectId")))


def create(call: Call[NoQuery, V1CreateBody]) -> Json:
    """Create a project; without a key its name is the key."""
    key = call.body.projectKey or call.body.name
    if state.by_key(call.store, key) is not None:
        raise conflict(f"A project with the key {key} exists already.")
    project = state.create(call.store, call.caller, key, _attributes(call.body, call.body.name))
    _relate(call, project["id"])
    return views.created(call.store, project)


def update(call: Call[UpdateQuery, V1UpdateBody]) -> Json:
    """Update the given attributes of a project."""
    project = state.by_id(call.store, call.path_integer("projectId"))
    state.require_change(call.store, call.caller, project)
    if call.settings.require_acknowledgement:
        members.require_acknowledged(call.store, project["id"], call.caller)
    attributes = _attributes(call.body, call.body.name or project["name"])
    changed = state.change(call.store, call.caller, project, attributes)
    _relate(call, project["id"])
    if call.query.deleteDataSources:
        state.set_data_sources(call.store, call.caller, project["id"], ())
    return views.updated(call.store, changed)


def delete(call: Call[NoQuery, NoBody]) -> Json:
    """Disable an active project; remove a disabled one for good."""
    project = state.by_id(call.store, call.path_integer("projectId"))
    state.require_change(call.store, call.caller, project)
    if project["deleted"]:
        state.erase(call.store, project)
        return {"hardDelete": True}
    state.disable(call.store, call.caller, project)
    return {"hardDelete": False}


def activity(call: Call[ActivityQuery, NoBody]) -> Json:
    """Return what happened to a project, the latest first."""
    project = state.by_id(call.store, call.path_integer("projectId"))
    events = call.store.children(ACTIVITY, project["id"])[::-1]
    shown = page(events, call.query.offset, call.query.size)
    following = f"{shown[-1]['id']}_{shown[-1]['createdAt']}" if shown else None
    entries = [views.activity(call.store, event) for event in shown]
    return {"count": len(events), "activities": entries, "unread": len(events), "next": following}


def equalization_state(call: Call[NoQuery, NoBody]) -> Json:
    """Return whether a project is equalized."""
    project = state.by_id(call.store, call.path_integer("projectId"))
    return {"equalizationState": "active" if state.is_equalized(project) else "off"}


def _check_lists(query: SearchQuery) -> None:
    for name, values, known in (
        ("subscription", query.subscription, _DOCUMENTED_SUBSCRIPTIONS),
        ("status", query.status, _STATUSES),
    ):
        if not set(values) <= set(known):
            raise bad_request(f'"{name}" must be one of [{", ".join(known)}]')


def _matches(project: Document, query: SearchQuery) -> bool:
    texts = (
        (project["name"],) if query.nameOnly else tuple(project[n] for n in ("name", "description", "documentation"))
    )
    return (
        contains(query.searchText, *texts)
        and (not query.status or project["status"] in query.status)
        and (not query.subscription or project["subscriptionType"] in query.subscription)
        and query.isEqualized in (None, state.is_equalized(project))
        and query.snowflake in (None, project["snowflake"] is not None)
    )


def _related(store: Store, projects: list[Document], query: SearchQuery) -> list[Document]:
    if query.tag:
        named = [tag for tag in (tags.live(store, name) for name in query.tag) if tag is not None]
        tagged = {link["model"] for tag in named for link in store.find(PROJECT_TAG, tag["id"])}
        projects = [project for project in projects if project["id"] in tagged]
    if query.dataSourceId is not None:
        holding = {link["project"] for link in store.find(PROJECT_DATA_SOURCE, query.dataSourceId)}
        projects = [project for project in projects if project["id"] in holding]
    return projects


def _attributes(body: V1Attributes, name: str) -> Document:
    given = body.model_fields_set
    attributes: Document = {field: getattr(body, field) for field in _PLAIN if field in given}
    if "description" in given:
        attributes["description"] = body.description or None
    if "documentation" in given:
        attributes["documentation"] = body.documentation or state.default_documentation(name)
    attributes |= {field: _plain(getattr(body, field)) for field in _OBJECTS if field in given}
    if "equalization" in given:
        none = body.equalization is None or body.equalization.setNone
        attributes["equalization"] = None if none else _plain(body.equalization)
    return attributes


def _plain(value: BaseModel | None) -> Document | None:
    return None if value is None else value.model_dump(exclude_none=True, by_alias=True)


def _relate(call: Call[NoQuery, V1CreateBody] | Call[UpdateQuery, V1UpdateBody], project: int) -> None:
    body, store = call.body, call.store
    given = body.model_fields_set
    if "purposes" in given:
        state.set_purposes(store, project, state.known_ids(store, PURPOSE, body.purposes, "purpose"), PROJECT_PURPOSE)
    if "stagedPurposes" in given:
        staged = state.known_ids(store, PURPOSE, body.stagedPurposes, "purpose")
        state.set_purposes(store, project, staged, PROJECT_STAGED_PURPOSE)
    if "tags" in given:
        wanted = tags.resolve(store, [tag.name for tag in body.tags])
        tags.replace(store, PROJECT_TAG, project, wanted, call.caller)
    if "dataSources" in given:
        sources = state.known_ids(store, DATA_SOURCE, body.dataSources, "data source")
        state.set_data_sources(store, call.caller, project, sources)
