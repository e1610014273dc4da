"""Control endpoints below `/_local/`, outside the documented API.

Whether the tenant is up, what it was asked, what it holds, and a way back to the start. All but the health need the
API key, so that no web page in a browser on the same machine can reset a tenant. They do not show up in the request
log.
"""

from __future__ import annotations

from immuta_tenant import families
from immuta_tenant.authentication import expire_tokens
from immuta_tenant.endpoint import Call, Endpoint, Json
from immuta_tenant.kinds import PROJECT, PURPOSE
from immuta_tenant.validation import NoBody, NoQuery

PREFIX = "/_local/"


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
    """Count what the tenant holds: every kind of document, and what lives of the two that are deleted softly."""
    purposes = [purpose for purpose in call.store.all(PURPOSE) if not purpose["deleted"]]
    projects = [project for project in call.store.all(PROJECT) if not project["deleted"]]
    return {
        "documents": call.store.counts(),
        "livePurposes": sum(not purpose["systemGenerated"] for purpose in purposes),
        "liveProjects": len(projects),
    }


def reset(call: Call[NoQuery, NoBody]) -> Json:
    """Return to the state of a new tenant, request log included."""
    families.reset(call.tenant)
    return {}


def expire(call: Call[NoQuery, NoBody]) -> Json:
    """Let every bearer token expire now."""
    return {"expired": expire_tokens(call.store)}


ENDPOINTS = (
    Endpoint("GET", "/_local/health", health, public=True),
    Endpoint("GET", "/_local/requests", requests),
    Endpoint("DELETE", "/_local/requests", clear_requests),
    Endpoint("GET", "/_local/state", state),
    Endpoint("POST", "/_local/reset", reset),
    Endpoint("POST", "/_local/expire-tokens", expire),
)
