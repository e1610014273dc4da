"""The secrets of connections: where they are, what is stored in their place, and what a reader sees.

Only digests are stored, as with API keys, so neither the database file nor a dump of the state reveals one; a test can
still ask whether the secret that arrived is the one that it meant.
"""

from __future__ import annotations

from collections.abc import Callable

from immuta_tenant.authentication import digest
from immuta_tenant.store import Document

REDACTED = "[REDACTED]"
MARKERS = (REDACTED, "<REDACTED>", "REDACTED")
# Below `clientConfiguration`.
_SECRETS = (
    ("credential", "password"),
    ("credential", "token"),
    ("credential", "clientSecret"),
    ("credential", "publicCertificateThumbprint"),
    ("credential", "privateKey", "content"),
    ("proxy", "credential", "password"),
)


def sealed(configuration: Document) -> Document:
    """Return a client configuration, or a part of one, with digests in place of its secrets."""
    return _changed(configuration, digest)


def redacted(configuration: Document) -> Document:
    """Return a client configuration as it is read."""
    return _changed(configuration, lambda _: REDACTED)


def holds(configuration: Document, path: tuple[str, ...], secret: str) -> bool:
    """Tell whether a stored client configuration has this secret at a path."""
    value: object = configuration
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value == digest(secret)


def _changed(configuration: Document, change: Callable[[str], str]) -> Document:
    result = configuration
    for path in _SECRETS:
        result = _changed_at(result, path, change)
    return result


def _changed_at(value: Document, path: tuple[str, ...], change: Callable[[str], str]) -> Document:
    name, *rest = path
    inner = value.get(name)
    if inner is None:
        return value
    return value | {name: _changed_at(inner, tuple(rest), change) if rest else change(inner)}
