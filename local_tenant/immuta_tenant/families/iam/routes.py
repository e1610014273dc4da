"""The endpoints of identity that the tenant serves."""

from __future__ import annotations

from immuta_tenant.endpoint import Endpoint
from immuta_tenant.families.iam import v1

ENDPOINTS = (
    Endpoint("POST", "/bim/apikey/authenticate", v1.authenticate, public=True),
    Endpoint("POST", "/bim/token", v1.token_info),
    Endpoint("GET", "/bim/rpc/user/current", v1.current_user),
    Endpoint("GET", "/bim/iam", v1.identity_managers),
)
