"""One request as a value, so that transport, retries and log speak of the same thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request to be made, perhaps several times.

    `idempotent` says that doing it twice does no harm; `look` tells, where it is not, whether an earlier attempt
    arrived: it returns what the request would have returned, or None. `text` says that plain text is an answer too.
    """

    method: str
    path: str
    params: Mapping[str, Any] | None = None
    body: Any = None
    idempotent: bool = False
    look: Callable[[], Any] | None = None
    authenticated: bool = True
    text: bool = False

    @property
    def attempted(self) -> str:
        """Method and path, as error texts name the request."""
        return f"{self.method} {self.path}"


def is_idempotent(method: str) -> bool:
    """Whether HTTP promises that the method may be repeated."""
    return method in _IDEMPOTENT


def path_of(*segments: object) -> str:
    """A path of percent-encoded segments: `path_of("tag", "project", 31, "A/B")` is "/tag/project/31/A%2FB".

    Raises ValueError for an empty segment, with which the path would name something else.
    """
    return "".join(f"/{_encoded(str(segment))}" for segment in segments)


def _encoded(segment: str) -> str:
    if not segment:
        raise ValueError("an empty name or id has no path")
    # "." and ".." mean directories to HTTP libraries and servers, which would leave them out.
    return segment.replace(".", "%2E") if segment in (".", "..") else quote(segment, safe="")
