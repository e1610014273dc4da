"""The endpoints of integrations that the tenant serves; bodies are JSON or YAML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from immuta_tenant.endpoint import Call, Endpoint, Json
from immuta_tenant.families.integrations import controls, handlers, scripts
from immuta_tenant.permissions import APPLICATION_ADMIN

_ALL = "/integrations"
_ONE = f"{_ALL}/{{id}}"
_FAULTS = "/_local/integration-faults"


def _endpoint(method: str, path: str, handler: Callable[[Call[Any, Any]], Json | Response]) -> Endpoint:
    return Endpoint(method, path, handler, permissions=(APPLICATION_ADMIN,), any_content_type=True)


ENDPOINTS = (
    _endpoint("GET", _ALL, handlers.search),
    _endpoint("POST", _ALL, handlers.create),
    _endpoint("POST", f"{_ALL}/scripts/initial-create", scripts.initial_create),
    _endpoint("POST", f"{_ALL}/scripts/create", scripts.create),
    _endpoint("POST", f"{_ALL}/scripts/cleanup", scripts.cleanup),
    _endpoint("POST", f"{_ALL}/scripts/post-cleanup", scripts.post_cleanup),
    _endpoint("GET", _ONE, handlers.read),
    _endpoint("PUT", _ONE, handlers.update),
    _endpoint("DELETE", _ONE, handlers.delete),
    _endpoint("GET", f"{_ONE}/status", handlers.status),
    _endpoint("POST", f"{_ONE}/regenerate", handlers.regenerate),
    _endpoint("POST", f"{_ONE}/scripts/edit", scripts.edit),
    _endpoint("POST", f"{_ONE}/scripts/delete", scripts.delete),
)
CONTROLS = (
    Endpoint("GET", _FAULTS, controls.faults),
    Endpoint("POST", _FAULTS, controls.add_fault),
    Endpoint("DELETE", _FAULTS, controls.clear_faults),
    Endpoint("POST", "/_local/integrations/{id}/status", controls.set_status),
)
