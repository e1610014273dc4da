"""The endpoints of policies that the tenant serves."""

from __future__ import annotations

from immuta_tenant.endpoint import Endpoint
from immuta_tenant.families.policies import v1, v1_handlers, v1_search, v2
from immuta_tenant.permissions import GOVERNANCE

_GOVERNORS = (GOVERNANCE,)
_POLICY = "/policy/global/{policyId}"
_HANDLER = "/policy/handler/{dataSourceId}"

ENDPOINTS = (
    Endpoint("POST", "/api/v2/policy", v2.save, permissions=_GOVERNORS, any_content_type=True),
    Endpoint("GET", "/policy/global", v1.search, permissions=_GOVERNORS),
    Endpoint("POST", "/policy/global", v1.create, permissions=_GOVERNORS, any_content_type=True),
    Endpoint("POST", "/policy/global/applyPolicy", v1.apply),
    Endpoint("GET", "/policy/global/appliedTo/{policyId}", v1.applied_to, permissions=_GOVERNORS),
    Endpoint("GET", _POLICY, v1.read, permissions=_GOVERNORS),
    Endpoint("PUT", _POLICY, v1.update, permissions=_GOVERNORS, any_content_type=True),
    Endpoint("DELETE", _POLICY, v1.delete, permissions=_GOVERNORS),
    Endpoint("POST", "/policy/search", v1_search.search, permissions=_GOVERNORS),
    Endpoint("GET", _HANDLER, v1_handlers.read),
    Endpoint("POST", _HANDLER, v1_handlers.save),
    Endpoint("PUT", _HANDLER, v1_handlers.save),
    Endpoint("GET", "/policy/dataSourcePolicies/{dataSourceId}", v1_handlers.policies),
    Endpoint("GET", "/policy/diff/{dataSourceId}", v1_handlers.difference),
)
