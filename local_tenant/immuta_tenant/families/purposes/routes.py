"""The endpoints of purposes that the tenant serves."""

from __future__ import annotations

from immuta_tenant.endpoint import Endpoint
from immuta_tenant.families.purposes import v1, v2
from immuta_tenant.permissions import GOVERNANCE

ENDPOINTS = (
    Endpoint("POST", "/api/v2/purpose", v2.save, permissions=(GOVERNANCE,)),
    Endpoint("GET", "/governance/purpose", v1.search),
    Endpoint("POST", "/governance/purpose", v1.create, permissions=(GOVERNANCE,)),
    Endpoint("GET", "/governance/purpose/{purposeId}", v1.read),
    Endpoint("PUT", "/governance/purpose/{purposeId}", v1.update, permissions=(GOVERNANCE,)),
    Endpoint("DELETE", "/governance/purpose/{purposeId}", v1.delete, permissions=(GOVERNANCE,)),
)
