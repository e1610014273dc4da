"""What responses show of integrations. Secrets are hidden as unevenly as in the documents' examples."""

from __future__ import annotations

import copy

from immuta_tenant.families.integrations.platforms import (
    ABSENT,
    CLEAR,
    INTERNAL,
    REDACTED,
    UNLISTED,
    UNSAMPLED,
    value_at,
)
from immuta_tenant.families.integrations.reading import put
from immuta_tenant.families.integrations.state import platform_of
from immuta_tenant.settings import Settings
from immuta_tenant.store import Document


def full(settings: Settings, integration: Document) -> Document:
    """Return an integration as GET shows it."""
    platform = platform_of(integration)
    view = {"id": _id(settings, integration["id"]), "status": integration["status"], "type": integration["type"]}
    if platform.has_config:
        view["autoBootstrap"] = integration["autoBootstrap"]
        view["validationResults"] = integration["validationResults"]
    view["config"] = _config(settings, integration)
    if settings.integration_view == "verbose":
        view["config"] |= INTERNAL
        view |= INTERNAL
    return view


def listed(settings: Settings, integration: Document) -> Document:
    """Return an integration as the list shows it."""
    view = full(settings, integration)
    for name in UNLISTED.get(integration["type"], ()):
        view["config"].pop(name, None)
    return view


def status(integration: Document) -> Document:
    """Return the status alone; the id is a number here."""
    return {"id": integration["id"], "status": integration["status"]}


def operation(settings: Settings, integration: Document) -> Document:
    """Return what POST, PUT and DELETE answer."""
    results = integration["validationResults"]
    return {"id": _id(settings, integration["id"]), "status": integration["status"], "validationResults": results}


def dry_run(settings: Settings, integration: Document | None, results: Document) -> Document:
    """Return what a dry run answers: the status is what it was."""
    if integration is None:
        return {"id": None, "status": None, "validationResults": results}
    return operation(settings, integration | {"validationResults": results})


def _id(settings: Settings, identifier: int) -> int | str:
    return identifier if settings.integration_ids == "number" else str(identifier)


def _config(settings: Settings, integration: Document) -> Document:
    platform = platform_of(integration)
    config: Document = copy.deepcopy(integration["config"])
    strict = settings.integration_view == "strict"
    for path, form in platform.secrets.items():
        if value_at(config, path) is None:
            continue
        if strict:
            put(config, path, REDACTED)
        elif form == ABSENT:
            _drop(config, path)
        elif form != CLEAR:
            put(config, path, form)
    for name in platform.dropped if not strict else ():
        config.pop(name, None)
    for name in UNSAMPLED if settings.integration_view == "sparse" else ():
        config.pop(name, None)
    return config


def _drop(config: Document, path: tuple[str, ...]) -> None:
    *parents, last = path
    holder = value_at(config, tuple(parents)) if parents else config
    holder.pop(last)
