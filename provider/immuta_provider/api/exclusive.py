"""One operation at a time on one thing: some things of a tenant refuse a second one while the first is under way."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from immuta_provider.api.errors import NotFinished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from immuta_provider.api.transport import Client


class Exclusive:
    """Lets one thread at a time through for each key. `client` gives the pauses and the time limit of the waits."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    @contextmanager
    def on(self, key: str) -> Iterator[None]:
        """Wait until nobody else works on `key`. Raises NotFinished when the time of the operation is used up."""
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        if not any(lock.acquire(blocking=False) for _ in self._client.turns()):
            raise NotFinished(f"another operation on {key} to end")
        try:
            yield
        finally:
            lock.release()
