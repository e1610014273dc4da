"""The endpoints of hosts that the tenant serves.

Most permissions are those of a person on the object itself, so the handlers check them.
"""

from __future__ import annotations

from immuta_tenant.endpoint import Endpoint
from immuta_tenant.families.hosts import v1, v1_connection
from immuta_tenant.families.hosts.errors import plain

# Literal paths come before those with an object in the same place.
ENDPOINTS = (
    Endpoint("GET", "/data/connection/{connectionKey}", v1_connection.read),
    Endpoint("PUT", "/data/connection/{connectionKey}", v1_connection.update, refusal=plain),
    Endpoint("PUT", "/data/connection/{connectionKey}/test", v1_connection.test, refusal=plain),
    Endpoint("POST", "/data/object/search", v1.search_hosts),
    Endpoint("POST", "/data/object/search/{objectPath:path}", v1.search),
    Endpoint("GET", "/data/object/{objectPath:path}", v1.read),
    Endpoint("DELETE", "/data/object/{objectPath:path}", v1.delete),
    Endpoint("PUT", "/data/crawl/{objectPath:path}", v1.crawl, refusal=plain),
    Endpoint("PUT", "/data/settings/{objectPath:path}", v1.override, refusal=plain),
)
