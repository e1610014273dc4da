"""The tenant: whether it answers, takes the key, and what the owner of the key may do.

One request answers all three (V1 API, GET /bim/rpc/user/current). It changes nothing.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass

from immuta_cli.doctor.finding import Finding, ok, problem, warning
from immuta_provider.api import errors
from immuta_provider.api.iam import User, UsersApi
from immuta_provider.api.settings import Settings
from immuta_provider.api.transport import Client

_SECONDS = 2.0
# A name server that does not answer is outside the client's own time-out.
_LONGEST = 4.0
# Sent where there is no key: the tenant refuses it, and has thereby answered.
_NO_KEY = "no-key"
_INFERRED = "not documented, inferred"


@dataclass(frozen=True)
class Key:
    """The API key and the variable that it came from; never shown."""

    value: str
    variable: str

    def __repr__(self) -> str:
        return f"Key({self.variable})"


def tenant() -> list[Finding]:
    """Check host, credentials and permissions; three findings, whatever happens."""
    key = current_key()
    bad_key = _bad_key(key)
    try:
        settings = _settings(_NO_KEY if key is None or bad_key else key.value)
    except errors.ConfigurationError as error:
        return [_bad_host(error), bad_key or _not_asked(key), _unknown("the host")]
    result = _current_user(settings)
    host = _host(settings, result)
    if bad_key:
        return [host, bad_key, _unknown("the credentials")]
    assert key is not None
    if isinstance(result, User):
        return [
            host,
            ok("credentials", f"{key.variable} is accepted; it belongs to {result.userid}"),
            _permissions(result),
        ]
    if isinstance(result, errors.Unauthorized | errors.Forbidden):
        return [host, _refused(key, result), _unknown("the credentials")]
    return [host, _not_asked(key), _unknown("the host")]


def current_key() -> Key | None:
    """Return the key that the provider would take from the environment."""
    for variable in ("IMMUTA_API_KEY", "IMMUTA_API_TOKEN"):
        if value := os.environ.get(variable, "").strip():
            return Key(value, variable)
    return None


def _settings(api_key: str) -> Settings:
    host = os.environ.get("IMMUTA_HOST", "")
    return Settings(host, api_key, max_retries=0, request_timeout=_SECONDS, max_total_time=_SECONDS)


def _current_user(settings: Settings) -> User | errors.ApiError:
    results: list[User | errors.ApiError] = []
    thread = threading.Thread(target=lambda: results.append(_ask(settings)), daemon=True)
    thread.start()
    thread.join(_LONGEST)
    return results[0] if results else errors.RequestTimeout("GET /bim/rpc/user/current")


def _ask(settings: Settings) -> User | errors.ApiError:
    try:
        return UsersApi(Client(settings)).current()
    except errors.ApiError as error:
        return error


def _bad_key(key: Key | None) -> Finding | None:
    if key is None:
        return problem(
            "credentials",
            "neither IMMUTA_API_KEY nor IMMUTA_API_TOKEN is set (a key in the provider block is not seen from here)",
            "export IMMUTA_API_KEY=...   (a key from the API Keys tab of the service account's Immuta profile)",
        )
    try:
        Settings("localhost", key.value)
    except errors.ConfigurationError as error:
        return problem("credentials", f"{key.variable}: {error.summary}: {error.detail}", error.advice)
    return None


def _bad_host(error: errors.ConfigurationError) -> Finding:
    if isinstance(error, errors.HostMissing):
        found = "IMMUTA_HOST is not set (a host in the provider block is not seen from here)"
        return problem("host", found, "export IMMUTA_HOST=your-tenant.example.com")
    return problem(
        "host",
        f"IMMUTA_HOST: {error.summary}: {error.detail}",
        f"export IMMUTA_HOST=your-tenant.example.com; {error.advice}",
    )


def _host(settings: Settings, result: User | errors.ApiError) -> Finding:
    if isinstance(result, User | errors.Unauthorized | errors.Forbidden):
        return ok("host", f"{settings.base_url} answers")
    if isinstance(result, errors.NotFound | errors.UnexpectedAnswer):
        found = f"{settings.base_url} answers, but not as an Immuta tenant does: {_seen(result)}"
        return problem(
            "host", found, "export IMMUTA_HOST=your-tenant.example.com   (the address of the Immuta UI, bare)"
        )
    return problem("host", f"{settings.base_url}: {_seen(result)}", f"{_look(settings)}; {result.advice}")


def _look(settings: Settings) -> str:
    return f"curl -sS -o /dev/null -w '%{{http_code}}\\n' {settings.base_url}"


def _seen(error: errors.ApiError) -> str:
    status = f" (status {error.status})" if isinstance(error, errors.RequestFailed) and error.status else ""
    detail = (error.detail or error.server_message) if isinstance(error, errors.RequestFailed) else str(error)
    return f"{error.summary}{status}{f': {detail}' if detail else ''}"


def _refused(key: Key, error: errors.Refused) -> Finding:
    said = f': the server said "{error.server_message}"' if error.server_message else ""
    return problem(
        "credentials",
        f"the tenant does not accept {key.variable} (status {error.status}){said}",
        f"export {key.variable}=...   (a new key from the API Keys tab of the Immuta profile, on this very tenant)",
    )


def _not_asked(key: Key | None) -> Finding:
    variable = key.variable if key else "IMMUTA_API_KEY"
    return warning("credentials", f"{variable} is set; the tenant could not be asked about it", "cure the host first")


def _unknown(what: str) -> Finding:
    return warning("permissions", f"not known: they are read with {what} in order", f"cure {what} first")


def _needed() -> dict[str, str]:
    """The permissions that resources need for writing, each with the resources."""
    from immuta_provider.provider import RESOURCES

    needed: dict[str, list[str]] = {}
    for resource in RESOURCES:
        for permission in getattr(resource, "permissions", ()):
            needed.setdefault(permission, []).append(resource.type_name)
    return {permission: ", ".join(names) for permission, names in needed.items()}


def _inferred() -> set[str]:
    """The permissions of which no document says that they are needed."""
    from immuta_provider.provider import RESOURCES

    undocumented = (each for each in RESOURCES if not getattr(each, "permissions_documented", False))
    return {permission for each in undocumented for permission in getattr(each, "permissions", ())}


def _permissions(user: User) -> Finding:
    held, needed, inferred = set(user.permissions), _needed(), _inferred()
    has = ", ".join(f"{name} ({needs})" for name, needs in needed.items() if name in held)
    lacks = [name for name in needed if name not in held]
    if not lacks:
        known = ", ".join(name for name in needed if name not in inferred)
        return ok("permissions", f"{has}; which resource needs which: {_INFERRED}, but for {known}")
    doubt = {name: f": {_INFERRED}" if name in inferred else "" for name in lacks}
    missing = ", ".join(f"{name} (to write {needed[name]}{doubt[name]})" for name in lacks)
    cure = f"have a user administrator of the tenant give {' and '.join(lacks)} to {user.userid}, if you manage these"
    return warning("permissions", f"has {has or 'none of those needed'}; lacks {missing}", cure)
