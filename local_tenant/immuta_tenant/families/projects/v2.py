"""Handlers of projects, V2 API: one idempotent call that states a project completely, and the deletion by key."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import not_found
from immuta_tenant.families.projects import members, policies, state
from immuta_tenant.families.projects.schema import DeleteByKeyQuery, SaveQuery
from immuta_tenant.families.projects.schema_v2 import V2Body
from immuta_tenant.families.purposes.state import resolve as resolve_purposes
from immuta_tenant.families.tags import state as tags
from immuta_tenant.kinds import PROJECT_TAG
from immuta_tenant.permissions import CREATE_PROJECT, require
from immuta_tenant.store import Document
from immuta_tenant.validation import NoBody

SaveCall = Call[SaveQuery, V2Body]


def save(call: Call[SaveQuery, V2Body]) -> Json:
    """Create or update a project by key; what the body leaves out goes back to its default.

    A disabled project of the key is enabled again.
    """
    existing = state.by_key(call.store, call.body.projectKey)
    _require_save(call, existing)
    had_workspace = existing is not None and _has_workspace(existing)
    project = _write(call, existing)
    added, removed = _relate(call, project["id"])
    if call.query.dryRun:
        call.keep_nothing()
    return {
        "dryRun": call.query.dryRun,
        "creating": existing is None,
        "updating": existing is not None,
        "numberOfDataSourcesAdded": added,
        "numberOfDataSourcesRemoved": removed,
        "creatingWorkspace": _has_workspace(project) and not had_workspace,
        "deletingWorkspace": had_workspace and not _has_workspace(project),
        "projectId": None if call.query.dryRun and existing is None else project["id"],
    }


def delete(call: Call[DeleteByKeyQuery, NoBody]) -> Json:
    """Disable a project, or with `hardDelete` remove it for good."""
    key = call.path["projectKey"]
    project = state.by_key(call.store, key)
    if project is None:
        raise not_found(f"Project {key} not found")
    state.require_change(call.store, call.caller, project)
    if call.query.hardDelete:
        state.erase(call.store, project)
    elif not project["deleted"]:
        state.disable(call.store, call.caller, project)
    if call.query.dryRun:
        call.keep_nothing()
    return {"dryRun": call.query.dryRun, "deleting": key}


def _require_save(call: SaveCall, existing: Document | None) -> None:
    if existing is None:
        require(call.caller.permissions, CREATE_PROJECT)
        return
    state.require_change(call.store, call.caller, existing)
    if call.settings.require_acknowledgement:
        members.require_acknowledged(call.store, existing["id"], call.caller)


def _write(call: SaveCall, existing: Document | None) -> Document:
    body = call.body
    attributes: Document = {
        "name": body.name,
        "description": body.description or None,
        "documentation": body.documentation or state.default_documentation(body.name),
        "allowMaskedJoins": body.masked_joins,
        "deleted": False,
        **policies.subscription(body.subscriptionPolicy),
        **policies.workspace(body),
    }
    if existing is None:
        return state.create(call.store, call.caller, body.projectKey, attributes)
    return state.change(call.store, call.caller, existing, attributes)


def _relate(call: SaveCall, project: int) -> tuple[int, int]:
    purposes = resolve_purposes(call.store, call.body.purposes)
    state.set_purposes(call.store, project, (purpose["id"] for purpose in purposes))
    tags.replace(call.store, PROJECT_TAG, project, tags.resolve(call.store, call.body.tags), call.caller)
    sources = state.known_data_sources(call.store, call.body.datasources)
    return state.set_data_sources(call.store, call.caller, project, sources)


def _has_workspace(project: Document) -> bool:
    return project["workspace"] is not None or project["snowflake"] is not None
