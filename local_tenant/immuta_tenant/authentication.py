"""Who calls: an API key as it is or behind `Bearer`, or a bearer token made from one.

Only digests of credentials are stored, so that neither the database file nor a dump of the state reveals one.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from immuta_tenant.errors import unauthorized
from immuta_tenant.kinds import API_KEY, BEARER_TOKEN, USER
from immuta_tenant.settings import Settings
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant
from immuta_tenant.timestamps import parse_timestamp, timestamp


@dataclass(frozen=True)
class Caller:
    """The user behind a request."""

    profile: int
    userid: str
    name: str
    permissions: frozenset[str]


FIRST_PROFILE = 2
ANONYMOUS = Caller(profile=0, userid="", name="", permissions=frozenset())


def first_user(settings: Settings) -> Caller:
    """Return the user of the configured API key."""
    return Caller(FIRST_PROFILE, settings.userid, settings.user_name, frozenset(settings.permissions))


def digest(credential: str) -> str:
    """Return what is stored in place of a credential."""
    return hashlib.sha256(credential.encode()).hexdigest()


def authenticate(tenant: Tenant, authorization: str | None) -> Caller:
    """Return the caller behind an `Authorization` header; the use of a bearer token prolongs its life.

    Raises:
        ApiError: 401 when the header is missing, names nobody, or holds a token that has expired.
    """
    if not authorization:
        raise unauthorized("Missing authentication: send an API key or a bearer token in the Authorization header.")
    scheme, _, rest = authorization.partition(" ")
    is_bearer = scheme.lower() == "bearer"
    credential = digest(rest.strip() if is_bearer else authorization)
    found = tenant.store.find(API_KEY, credential)
    if not found and is_bearer:
        found = [_live_token(tenant, credential)]
    if not found:
        raise unauthorized("Invalid authentication: this API key is not known.")
    return _caller(tenant.store, found[0])


def issue_token(tenant: Tenant, api_key: str) -> str:
    """Return a new bearer token for an API key (V1 API, POST /bim/apikey/authenticate).

    Raises:
        ApiError: 401 when the key is not known.
    """
    keys = tenant.store.find(API_KEY, digest(api_key))
    if not keys:
        raise unauthorized("Invalid authentication: this API key is not known.")
    token, now = secrets.token_hex(32), timestamp()
    record = {"digest": digest(token), "profile": keys[0]["profile"], "keyid": keys[0]["id"], "createdAt": now}
    tenant.store.insert(BEARER_TOKEN, record | {"lastUsed": now, "expired": False})
    return token


def token_expiration(tenant: Tenant, token: Document) -> datetime:
    """Return when a token expires: its lifetime after its last use."""
    return parse_timestamp(token["lastUsed"]) + timedelta(seconds=tenant.settings.token_lifetime_seconds)


def is_expired(tenant: Tenant, token: Document) -> bool:
    """Tell whether a bearer token is of no use any more."""
    return bool(token["expired"]) or datetime.now(UTC) >= token_expiration(tenant, token)


def expire_tokens(store: Store) -> int:
    """Let every bearer token expire now; returns how many there were."""
    with store.transaction():
        tokens = [token for token in store.all(BEARER_TOKEN) if not token["expired"]]
        for token in tokens:
            store.save(BEARER_TOKEN, token | {"expired": True})
    return len(tokens)


def _live_token(tenant: Tenant, credential: str) -> Document:
    tokens = tenant.store.find(BEARER_TOKEN, credential)
    if not tokens:
        raise unauthorized("Invalid authentication: this API key or bearer token is not known.")
    if is_expired(tenant, tokens[0]):
        raise unauthorized("The bearer token has expired; authenticate again.")
    return tenant.store.save(BEARER_TOKEN, tokens[0] | {"lastUsed": timestamp()})


def _caller(store: Store, credential: Document) -> Caller:
    user = store.get(USER, credential["profile"])
    if user is None or user["disabled"]:
        raise unauthorized("Invalid authentication: the user of this credential is gone or disabled.")
    return Caller(user["id"], user["userid"], user["profile"]["name"], frozenset(user["permissions"]))
