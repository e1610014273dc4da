"""The endpoints of tags that the tenant serves."""

from __future__ import annotations

from immuta_tenant.endpoint import Endpoint
from immuta_tenant.families.tags import v1
from immuta_tenant.permissions import GOVERNANCE

ENDPOINTS = (
    Endpoint("GET", "/tag", v1.search),
    Endpoint("POST", "/tag", v1.save, permissions=(GOVERNANCE,)),
    Endpoint("DELETE", "/tag/{tag}", v1.delete, permissions=(GOVERNANCE,)),
    Endpoint("POST", "/tag/{modelType}/{modelId}", v1.attach),
    Endpoint("DELETE", "/tag/{modelType}/{modelId}/{tag}", v1.detach),
)
