"""The log of the requests that the tenant has served, for tests and for people who wonder what their client sends.

Kept in memory, bounded, and free of secrets: headers are not kept at all and values of sensitive attributes are
masked by name, at every depth.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

MASK = "********"
_DEEPEST = 100

# Compared in lower case without `_` and `-`.
_SENSITIVE_PARTS = (
    "password",
    "passwd",
    "secret",
    "apikey",
    "privatekey",
    "accesskey",
    "passphrase",
    "credential",
    "thumbprint",
)
_SENSITIVE_NAMES = frozenset(
    {"token", "accesstoken", "refreshtoken", "sessiontoken", "salt", "key", "sastoken", "authorization"}
    # Arguments of a driver, which may hold the passphrase of a key.
    | {"connectargs", "privilegedconnectargs"}
)


@dataclass(frozen=True)
class LoggedRequest:
    """One served request.

    `body` and `query` are masked; `error` is the message of a refused request. `fault` is the kind of the fault that
    struck it, `latency` the milliseconds it was delayed, both on request; `status` is 0 when nothing was answered.
    """

    number: int
    time: str
    method: str
    path: str
    query: dict[str, Any]
    body: Any
    status: int
    milliseconds: float
    error: str | None
    fault: str | None = None
    latency: float = 0.0


class RequestLog:
    """The latest requests, oldest first. Safe to use from several threads."""

    def __init__(self, size: int) -> None:
        self._entries: deque[LoggedRequest] = deque(maxlen=size)
        self._lock = threading.Lock()
        self._count = 0

    def add(self, **fields: Any) -> None:
        """Append a request; `query` and `body` are masked here, so that no caller can forget it."""
        with self._lock:
            self._count += 1
            fields |= {"query": masked(fields["query"]), "body": masked(fields["body"])}
            self._entries.append(LoggedRequest(number=self._count, **fields))

    def entries(self) -> list[LoggedRequest]:
        """Return the kept requests, oldest first."""
        with self._lock:
            return list(self._entries)

    def as_json(self) -> list[dict[str, Any]]:
        """Return the kept requests as JSON objects, oldest first."""
        return [asdict(entry) for entry in self.entries()]

    def clear(self) -> None:
        """Forget the kept requests; the numbering goes on."""
        with self._lock:
            self._entries.clear()


def masked(value: Any, depth: int = 0) -> Any:
    """Return a copy of a JSON value in which every non-empty value of a sensitive attribute is a mask.

    What is nested more deeply than any request is a mask as a whole.
    """
    if depth > _DEEPEST and value:
        return MASK
    if isinstance(value, dict):
        return {name: MASK if _hides(name, item) else masked(item, depth + 1) for name, item in value.items()}
    if isinstance(value, list):
        return [masked(item, depth + 1) for item in value]
    return value


def _hides(name: object, value: Any) -> bool:
    # The credential of a connection is an object whose secrets have names of their own.
    return bool(value) and _is_sensitive(name) and not (name == "credential" and isinstance(value, dict))


def _is_sensitive(name: object) -> bool:
    plain = str(name).lower().replace("_", "").replace("-", "")
    return plain in _SENSITIVE_NAMES or any(part in plain for part in _SENSITIVE_PARTS)
