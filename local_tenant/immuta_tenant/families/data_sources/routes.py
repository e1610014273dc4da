"""The endpoints of data sources that the tenant serves."""

from __future__ import annotations

from immuta_tenant.endpoint import Endpoint
from immuta_tenant.families.data_sources import v1

ENDPOINTS = (
    Endpoint("GET", "/dataSource", v1.search),
    Endpoint("GET", "/dataSource/byPurposes", v1.by_purposes),
    Endpoint("GET", "/dataSource/name/{dataSourceName}", v1.read_by_name),
    Endpoint("GET", "/dataSource/{dataSourceId}", v1.read),
)
