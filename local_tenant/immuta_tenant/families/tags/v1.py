"""Handlers of tags, V1 API."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import bad_request, not_found
from immuta_tenant.families.tags import state, views
from immuta_tenant.families.tags.schema import (
    AttachBody,
    DeleteQuery,
    RootTag,
    SaveBody,
    SavedTag,
    SearchQuery,
)
from immuta_tenant.kinds import DATA_SOURCE, DATA_SOURCE_TAG, PROJECT, PROJECT_TAG, TAG
from immuta_tenant.paging import arranged, contains
from immuta_tenant.store import Document, Kind
from immuta_tenant.validation import NoBody, NoQuery

_MODELS = {"project": (PROJECT, PROJECT_TAG), "datasource": (DATA_SOURCE, DATA_SOURCE_TAG)}


def search(call: Call[SearchQuery, NoBody]) -> Json:
    """Return tags as a bare array, by name."""
    found = [tag for tag in call.store.all(TAG) if _matches(tag, call.query)]
    return [views.listed(tag) for tag in arranged(found, "name", "asc")[: call.query.limit]]


def save(call: Call[NoQuery, SaveBody]) -> Json:
    """Create or rename tags; with a root tag, below that one."""
    names = [tag.name for tag in call.body.tags]
    if len(set(names)) < len(names):
        raise bad_request('"tags" must not contain a name twice')
    if call.body.rootTag is not None:
        _prepare_root(call, call.body.rootTag, call.body.tags)
    return [views.saved(_saved(call, tag)) for tag in call.body.tags]


def delete(call: Call[DeleteQuery, NoBody]) -> Json:
    """Delete a tag softly, on request with everything below it."""
    tag = state.live(call.store, call.path["tag"])
    if tag is None:
        raise not_found(f"Tag {call.path['tag']} not found")
    doomed = [tag, *(state.below(call.store, tag["name"]) if call.query.deleteHierarchy else [])]
    return [state.delete(call.store, item) for item in doomed]


def attach(call: Call[NoQuery, AttachBody]) -> Json:
    """Attach tags to a project or data source: all of them, or none."""
    link, model = _model(call)
    tags = state.resolve(call.store, [tag.name for tag in call.body.root])
    items = state.attach(call.store, link, model, tags, call.caller)
    views_of_items = [views.attached(call.store, item) for item in items]
    if link is DATA_SOURCE_TAG:
        return [{name: view[name] for name in view if name != "context"} for view in views_of_items]
    return [*views_of_items]


def detach(call: Call[NoQuery, NoBody]) -> Json:
    """Take a tag off a project or data source."""
    link, model = _model(call)
    named = {tag["id"] for tag in call.store.find(TAG, call.path["tag"])}
    items = [item for item in call.store.children(link, model) if item["tag"] in named]
    if not items:
        raise not_found(f"The {call.path['modelType']} {model} does not have the tag {call.path['tag']}.")
    for item in items:
        call.store.remove(link, item["id"])
    return {}


def _matches(tag: Document, query: SearchQuery) -> bool:
    deleted_hidden = tag["deleted"] and not (query.includeAllSystemTags and tag["systemCreated"])
    excluded = any(tag["name"] == tree or tag["name"].startswith(f"{tree}.") for tree in query.excludedHierarchies)
    right_source = query.source in (None, tag["source"]) and query.excludedSource != tag["source"]
    return not deleted_hidden and not excluded and right_source and contains(query.searchText, tag["name"])


def _prepare_root(call: Call[NoQuery, SaveBody], root: RootTag, tags: list[SavedTag]) -> None:
    parent = state.live(call.store, root.name)
    if parent is None:
        raise bad_request(f"The root tag {root.name} does not exist.")
    for tag in tags:
        if not tag.name.startswith(f"{root.name}."):
            raise bad_request(f"The tag {tag.name} is not below the root tag {root.name}.")
    if root.deleteHierarchy:
        state.require_curated(parent)
        renamed = {tag.id for tag in tags}
        for child in state.below(call.store, root.name):
            if child["id"] not in renamed:
                state.delete(call.store, child)


def _saved(call: Call[NoQuery, SaveBody], tag: SavedTag) -> Document:
    if tag.id is None:
        return state.create(call.store, tag.name, call.caller.profile)
    return state.rename(call.store, tag.id, tag.name)


def _model(call: Call[NoQuery, AttachBody] | Call[NoQuery, NoBody]) -> tuple[Kind, int]:
    model_type = call.path["modelType"]
    if model_type not in _MODELS:
        raise bad_request(f'"modelType" must be one of [{", ".join(_MODELS)}]')
    kind, link = _MODELS[model_type]
    identifier = call.path_integer("modelId")
    if call.store.get(kind, identifier) is None:
        raise not_found(f"The {model_type} {identifier} was not found.")
    return link, identifier
