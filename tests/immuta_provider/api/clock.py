"""Time for tests: a number that only sleeping moves."""

from __future__ import annotations

from dataclasses import dataclass, field

from immuta_provider.api import Interrupted


@dataclass
class FakeClock:
    """Time that passes only by sleeping. `stop_after` sleeps, the next one is interrupted."""

    time: float = 1000.0
    sleeps: list[float] = field(default_factory=list)
    stop_after: int = 10**6

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        if len(self.sleeps) >= self.stop_after:
            raise Interrupted
        self.sleeps.append(seconds)
        self.time += seconds
