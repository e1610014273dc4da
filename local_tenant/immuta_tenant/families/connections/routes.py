"""The endpoints of connections that the tenant serves. No permission is named for any of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from immuta_tenant.endpoint import Endpoint
from immuta_tenant.families.connections import v1, v1_data_objects, v1_tasks
from immuta_tenant.families.connections.errors import BAD_FILTER, GENERAL, phrased

_ROOT = "/api/connections"
_ONE = f"{_ROOT}/{{connectionKey}}"
_OBJECT = f"{_ONE}/dataObjects/{{id}}"
_TASK = f"{_ONE}/tasks/{{taskId}}"
_RUN = f"{_TASK}/runs/{{runId}}"
_endpoint: Callable[..., Endpoint] = partial(Endpoint, refusal=phrased(GENERAL))

# Literal paths come before those with a key in the same place.
ENDPOINTS = (
    Endpoint("POST", f"{_ROOT}/dataObjects/_search", v1_data_objects.search, refusal=phrased(BAD_FILTER)),
    _endpoint("GET", _ROOT, v1.search),
    _endpoint("POST", _ROOT, v1.create, status=201),
    _endpoint("GET", _ONE, v1.read),
    _endpoint("PATCH", _ONE, v1.patch),
    _endpoint("DELETE", _ONE, v1.delete, status=202),
    _endpoint("POST", f"{_ONE}/_activate", v1.activate),
    _endpoint("POST", f"{_ONE}/_deactivate", v1.deactivate),
    _endpoint("POST", f"{_ONE}/_validate", v1.validate, status=202),
    _endpoint("GET", _OBJECT, v1_data_objects.read),
    _endpoint("PATCH", _OBJECT, v1_data_objects.patch),
    _endpoint("DELETE", _OBJECT, v1_data_objects.delete, status=202),
    _endpoint("GET", f"{_OBJECT}/children", v1_data_objects.children),
    _endpoint("GET", f"{_ONE}/tasks", v1_tasks.search),
    _endpoint("POST", f"{_ONE}/tasks", v1_tasks.create),
    _endpoint("GET", _TASK, v1_tasks.read),
    _endpoint("GET", f"{_TASK}/runs", v1_tasks.runs),
    _endpoint("GET", _RUN, v1_tasks.read_run),
    _endpoint("POST", f"{_RUN}/_cancel", v1_tasks.cancel),
)
