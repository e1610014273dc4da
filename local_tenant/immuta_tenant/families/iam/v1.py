"""Handlers of identity, V1 API."""

from __future__ import annotations

from immuta_tenant.authentication import digest, is_expired, issue_token
from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import not_found, unauthorized
from immuta_tenant.families.iam import views
from immuta_tenant.families.iam.schema import AuthenticateBody, TokenBody
from immuta_tenant.families.iam.state import BUILT_IN_IAM
from immuta_tenant.kinds import BEARER_TOKEN, USER
from immuta_tenant.validation import NoBody, NoQuery


def authenticate(call: Call[NoQuery, AuthenticateBody]) -> Json:
    """Exchange an API key for a bearer token."""
    return {"authenticated": True, "token": issue_token(call.tenant, call.body.apikey)}


def token_info(call: Call[NoQuery, TokenBody]) -> Json:
    """Tell about a bearer token, should it exist and live."""
    tokens = call.store.find(BEARER_TOKEN, digest(call.body.token))
    if not tokens or is_expired(call.tenant, tokens[0]):
        raise not_found("Token not found")
    user = call.store.get(USER, tokens[0]["profile"])
    if user is None:
        raise unauthorized("The user of this token is gone.")
    return views.token_info(call.tenant, tokens[0], user, call.body.token)


def current_user(call: Call[NoQuery, NoBody]) -> Json:
    """Return the user of the credential."""
    user = call.store.get(USER, call.caller.profile)
    if user is None:
        raise unauthorized("The user of this credential is gone.")
    return views.current_user(user)


def identity_managers(_call: Call[NoQuery, NoBody]) -> Json:
    """Return the one identity manager of the local tenant, the built-in one."""
    return [{"id": BUILT_IN_IAM, "displayName": "Immuta", "type": "built-in", "oauth": False}]
