"""Control endpoints below `/_local/`, outside the documented API.

Whether the tenant is up, what it was asked, what it holds, what is to go wrong, and a way back to the start. All but
the health need the API key, so that no web page in a browser on the same machine can reset a tenant. They do not show
up in the request log, and neither faults nor latency strike them.
"""

from __future__ import annotations

from pydantic import Field

from immuta_tenant import families
from immuta_tenant.authentication import expire_tokens
from immuta_tenant.endpoint import Call, Endpoint, Json
from immuta_tenant.families import integrations
from immuta_tenant.families.connections import control as connections
from immuta_tenant.faults import Fault
from immuta_tenant.kinds import POLICY, PROJECT, PURPOSE
from immuta_tenant.validation import Body, NoBody, NoQuery

PREFIX = "/_local/"


class LatencyBody(Body):
    """POST /_local/latency."""

    milliseconds: float = Field(ge=0)
    path: str = "*"


class SeedBody(Body):
    """POST /_local/seed."""

    purposes: int = Field(default=0, ge=0)
    projects: int = Field(default=0, ge=0)
    policies: int = Field(default=0, ge=0)


def health(_call: Call[NoQuery, NoBody]) -> Json:
    """Tell that the tenant serves requests."""
    return {"status": "ok"}


def requests(call: Call[NoQuery, NoBody]) -> Json:
    """Return the request log, oldest first."""
    return {"requests": call.tenant.log.as_json()}


def clear_requests(call: Call[NoQuery, NoBody]) -> Json:
    """Empty the request log."""
    call.tenant.log.clear()
    return {}


def state(call: Call[NoQuery, NoBody]) -> Json:
    """Count what the tenant holds: every kind of document, and what lives of those that are deleted softly."""
    purposes = [purpose for purpose in call.store.all(PURPOSE) if not purpose["deleted"]]
    projects = [project for project in call.store.all(PROJECT) if not project["deleted"]]
    policies = [policy for policy in call.store.all(POLICY) if not policy["deleted"]]
    return {
        "documents": call.store.counts(),
        "liveIntegrations": integrations.count_live(call.tenant),
        "livePurposes": sum(not purpose["systemGenerated"] for purpose in purposes),
        "liveProjects": len(projects),
        "livePolicies": sum(not policy["systemGenerated"] for policy in policies),
    }


def reset(call: Call[NoQuery, NoBody]) -> Json:
    """Return to the state of a new tenant: objects, request log, faults and latencies."""
    families.reset(call.tenant)
    return {}


def expire(call: Call[NoQuery, NoBody]) -> Json:
    """Let every bearer token expire now."""
    return {"expired": expire_tokens(call.store)}


def faults(call: Call[NoQuery, NoBody]) -> Json:
    """Return the faults, and how many requests each has struck."""
    return {"faults": call.tenant.faults.as_json()}


def add_fault(call: Call[NoQuery, Fault]) -> Json:
    """Arm a fault."""
    return {"id": call.tenant.faults.add(call.body)}


def clear_faults(call: Call[NoQuery, NoBody]) -> Json:
    """Disarm every fault."""
    call.tenant.faults.clear()
    return {}


def latency(call: Call[NoQuery, NoBody]) -> Json:
    """Return the milliseconds of each pattern of paths."""
    return {"latency": call.tenant.faults.latencies()}


def set_latency(call: Call[NoQuery, LatencyBody]) -> Json:
    """Delay requests."""
    call.tenant.faults.set_latency(call.body.milliseconds, call.body.path)
    return {"latency": call.tenant.faults.latencies()}


def clear_latency(call: Call[NoQuery, NoBody]) -> Json:
    """Delay nothing any more."""
    call.tenant.faults.clear_latency()
    return {}


def seed(call: Call[NoQuery, SeedBody]) -> Json:
    """Let there be sample objects; answers how many were made of each kind."""
    return {"created": families.fill(call.tenant, call.body.purposes, call.body.projects, call.body.policies)}


ENDPOINTS = (
    Endpoint("GET", "/_local/health", health, public=True),
    Endpoint("GET", "/_local/requests", requests),
    Endpoint("DELETE", "/_local/requests", clear_requests),
    Endpoint("GET", "/_local/state", state),
    Endpoint("POST", "/_local/reset", reset),
    Endpoint("POST", "/_local/expire-tokens", expire),
    Endpoint("GET", "/_local/faults", faults),
    Endpoint("POST", "/_local/faults", add_fault),
    Endpoint("DELETE", "/_local/faults", clear_faults),
    Endpoint("GET", "/_local/latency", latency),
    Endpoint("POST", "/_local/latency", set_latency),
    Endpoint("DELETE", "/_local/latency", clear_latency),
    Endpoint("POST", "/_local/seed", seed),
    *integrations.CONTROLS,
    *connections.ENDPOINTS,
)
