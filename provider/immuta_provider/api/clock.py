"""Time as the client sees it: all waiting is done here, so that a stop ends it and tests need no real time."""

from __future__ import annotations

import threading
import time
from typing import Protocol

from immuta_provider.api.errors import Interrupted


class Clock(Protocol):
    """What the client needs of time."""

    def now(self) -> float:
        """Seconds on a clock that never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait. May raise Interrupted."""


class SystemClock:
    """The real time. `stop`, once set, ends every wait at once with Interrupted."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = stop or threading.Event()

    def now(self) -> float:
        """Seconds of the system's monotonic clock."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait `seconds`, or until the stop is set. Raises Interrupted in that case."""
        if self._stop.wait(seconds):
            raise Interrupted
