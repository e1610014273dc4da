"""The families of the API. Each is a package of the same few modules.

`routes` (the table of its endpoints), `v1` and `v2` (their handlers), `schema` (what requests must look like),
`state` (what is stored and its rules) and `views` (what responses look like). A new family is one more name in the
tuple below.
"""

from __future__ import annotations

from immuta_tenant.endpoint import Endpoint
from immuta_tenant.families import (
    connections,
    data_sources,
    hosts,
    iam,
    integrations,
    policies,
    projects,
    purposes,
    tags,
)
from immuta_tenant.tenant import Tenant

# Users come first: the other seeds belong to them.
FAMILIES = (iam, tags, data_sources, purposes, projects, policies, connections, hosts, integrations)


def endpoints() -> list[Endpoint]:
    """Return the endpoints of all families."""
    return [endpoint for family in FAMILIES for endpoint in family.ENDPOINTS]


def seed(tenant: Tenant) -> None:
    """Put into the store what exists from the start and is not there yet."""
    with tenant.store.transaction():
        for family in FAMILIES:
            family.seed(tenant)
        settings = tenant.settings
        fill(tenant, settings.seed_purposes, settings.seed_projects, settings.seed_policies)


def fill(tenant: Tenant, purposes_wanted: int, projects_wanted: int, policies_wanted: int) -> dict[str, int]:
    """Let there be the sample objects from 1 to these numbers; returns how many were made of each."""
    with tenant.store.transaction():
        return {
            "purposes": purposes.add_samples(tenant, purposes_wanted),
            "projects": projects.add_samples(tenant, projects_wanted),
            "policies": policies.add_samples(tenant, policies_wanted),
        }


def reset(tenant: Tenant) -> None:
    """Return a tenant to the state of a new one: objects, request log, faults and latencies."""
    with tenant.store.transaction():
        tenant.store.clear()
        seed(tenant)
    tenant.log.clear()
    tenant.faults.reset()
