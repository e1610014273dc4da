"""How fast and how long: a ceiling on requests per second, a deadline for an operation, the pauses of a poll."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from immuta_provider.api.clock import Clock

FIRST_PAUSE: Final = 0.2
PAUSES_GROW: Final = 1.5
LONGEST_PAUSE: Final = 5.0
_DEADLINE: Final[ContextVar[float | None]] = ContextVar("deadline", default=None)


@contextmanager
def within(clock: Clock, seconds: float) -> Iterator[None]:
    """Give all requests of this thread, made inside the block, `seconds` together."""
    token = _DEADLINE.set(clock.now() + seconds)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def deadline(clock: Clock, longest: float) -> float:
    """When a request that starts now has to end: after `longest` seconds, or when its operation has to."""
    own = clock.now() + longest
    operation = _DEADLINE.get()
    return own if operation is None else min(own, operation)


def turns(clock: Clock) -> Iterator[None]:
    """The turns of a poll: the first at once, the others after pauses that grow, until the operation has to end.

    Where no operation limits it, it goes on. Raises what the clock's sleep raises.
    """
    pause = FIRST_PAUSE
    while True:
        yield
        until = _DEADLINE.get()
        if until is not None and clock.now() + pause > until:
            return
        clock.sleep(pause)
        pause = min(pause * PAUSES_GROW, LONGEST_PAUSE)


class Pace:
    """Lets requests through no faster than `per_second`, evenly spaced; None sets no ceiling. Safe for many threads."""

    def __init__(self, clock: Clock, per_second: float | None) -> None:
        self._clock = clock
        self._gap = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait for this request's turn. Raises what the clock's sleep raises."""
        if not self._gap:
            return
        with self._lock:
            turn = max(self._clock.now(), self._next)
            self._next = turn + self._gap
        rest = turn - self._clock.now()
        if rest > 0:
            self._clock.sleep(rest)
