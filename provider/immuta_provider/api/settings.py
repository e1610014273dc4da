"""What the client must know before its first request, checked once, so that a mistake is an error that names it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

from immuta_provider.api.errors import (
    ApiKeyInvalid,
    ApiKeyMissing,
    CaFileInvalid,
    HostInvalid,
    HostMissing,
    PlainHttpRefused,
    SettingInvalid,
)

Authentication = Literal["api_key", "bearer"]
_NUMBERS: Final = (
    ("request_timeout", 0.001, 3600.0),
    ("max_retries", 0, 100),
    ("max_concurrent_requests", 1, 256),
    ("max_total_time", 0.001, 86400.0),
    ("max_requests_per_second", 0.001, 10000.0),
)


@dataclass(frozen=True)
class Settings:
    """How to reach one tenant.

    Parameters
        host: address of the tenant, with or without scheme (https where none is given); a path prefix is kept.
        api_key: key from the user's profile; sent as it is, or exchanged for a token. Never shown by `repr`.
        authentication: "api_key" (default) sends the key; "bearer" exchanges it for a token first.
        ca_file: PEM file with further trusted certificates; default none.
        allow_insecure_http: permit plain http to other machines; default False (loopback is always permitted).
        request_timeout: seconds without any answer after which an attempt is given up; default 30.
        max_retries: attempts after the first one; default 5.
        max_concurrent_requests: requests in flight at once; default 8.
        max_requests_per_second: ceiling on the rate of requests; default none.
        max_total_time: seconds that one request may take with all its retries; default 300.

    Raises a ConfigurationError that names the attribute.
    """

    host: str
    api_key: str = field(repr=False)
    authentication: Authentication = "api_key"
    ca_file: str | None = None
    allow_insecure_http: bool = False
    request_timeout: float = 30.0
    max_retries: int = 5
    max_concurrent_requests: int = 8
    max_total_time: float = 300.0
    max_requests_per_second: float | None = None
    base_url: str = field(init=False)
    loopback: bool = field(init=False)

    def __post_init__(self) -> None:
        parts = _parse_host(self.host)
        object.__setattr__(self, "loopback", is_loopback(parts.hostname or ""))
        if parts.scheme == "http" and not (self.loopback or self.allow_insecure_http):
            raise PlainHttpRefused("host", f"{parts.hostname} is not this machine")
        object.__setattr__(self, "base_url", f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}")
        object.__setattr__(self, "api_key", _checked_key(self.api_key))
        self._check_numbers()
        if self.authentication not in ("api_key", "bearer"):
            raise SettingInvalid("authentication", f'"{self.authentication}" is neither "api_key" nor "bearer"')
        if self.ca_file is not None and not os.access(self.ca_file, os.R_OK):
            raise CaFileInvalid("ca_file", f'"{self.ca_file}" is not a readable file')

    def _check_numbers(self) -> None:
        for name, least, most in _NUMBERS:
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise SettingInvalid(name, f"{value} is not between {least} and {most}")


def is_loopback(name: str) -> bool:
    """Whether `name` is this machine: localhost, 127.0.0.0/8 or ::1."""
    import ipaddress

    if name.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _parse_host(host: str) -> SplitResult:
    text = host.strip()
    if not text:
        raise HostMissing("host")
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        _ = parts.port
    except ValueError as error:
        raise HostInvalid("host", _without_credentials(str(error))) from None
    _check_parts(parts)
    return parts


def _check_parts(parts: SplitResult) -> None:
    if parts.scheme not in ("http", "https"):
        raise HostInvalid("host", f'the scheme is "{parts.scheme}", not https')
    if parts.username is not None or parts.password is not None:
        raise HostInvalid("host", "it holds a user name or password; the API key goes into api_key")
    if not parts.hostname or any(c.isspace() or not c.isprintable() or c in '<>"{}|\\^`' for c in parts.netloc):
        raise HostInvalid("host", "there is no host name in it that could be looked up")
    if parts.query or parts.fragment:
        raise HostInvalid("host", "it is a page of the web UI (it has a ? or # part), not an address")


def _without_credentials(reason: str) -> str:
    return "it cannot be read" if "@" in reason else reason


def _checked_key(key: str) -> str:
    text = key.strip()
    if not text:
        raise ApiKeyMissing("api_key")
    if not all("!" <= character <= "~" for character in text):
        raise ApiKeyInvalid("api_key", "it holds a space, a line end or a character outside ASCII")
    return text
