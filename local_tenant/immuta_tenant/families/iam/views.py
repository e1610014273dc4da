"""What responses about identity look like."""

from __future__ import annotations

from immuta_tenant.authentication import token_expiration
from immuta_tenant.permissions import USER_ADMIN
from immuta_tenant.store import Document
from immuta_tenant.tenant import Tenant
from immuta_tenant.timestamps import timestamp

_UNUSED_PROFILE_FIELDS = ("phone", "about", "location", "organization", "position", "preferences")


def profile(user: Document) -> Document:
    """Return the embedded profile of a user."""
    unset = dict.fromkeys(_UNUSED_PROFILE_FIELDS)
    times = {"id": user["id"], "createdAt": user["createdAt"], "updatedAt": user["updatedAt"]}
    rest = {"externalUserIds": {}, "scim": None, "systemGenerated": user["systemGenerated"]}
    return {**user["profile"], **unset, **rest, **times}


def current_user(user: Document) -> Document:
    """Return a user as GET /bim/rpc/user/current shows it: attributes only to those who administer users."""
    view = {"profile": profile(user), "permissions": user["permissions"]}
    if USER_ADMIN in user["permissions"]:
        authorizations = user["authorizations"] or None
        view |= {
            "authorizations": authorizations,
            "bimAuthorizations": authorizations,
            "iamAuthorizations": None,
        }
    return view | {
        "iamid": user["iamid"],
        "userid": user["userid"],
        "updatedAt": user["updatedAt"],
        "systemGenerated": user["systemGenerated"],
        "disabled": user["disabled"],
        "hasLogin": True,
        "lastLogin": user["lastLogin"],
    }


def token_info(tenant: Tenant, token: Document, user: Document, secret: str) -> Document:
    """Return what POST /bim/token tells about a bearer token; the token itself is the caller's own echo."""
    unset = ("name", "application", "derivedFrom", "scopes", "impersonationuserid", "impersonationiamid")
    return {
        "id": token["id"],
        "type": "bearer",
        "iamid": user["iamid"],
        "userid": user["userid"],
        "project": None,
        "context": None,
        "token": secret,
        "created": token["createdAt"],
        "lastUsed": token["lastUsed"],
        "expiration": timestamp(token_expiration(tenant, token)),
        "createdAt": token["createdAt"],
        "updatedAt": token["lastUsed"],
        **dict.fromkeys(unset),
    }
