"""What a benchmark found: rows of figures, each beside a peer and an aim, and the little statistics that they need.

Medians because a shared machine has outliers to one side only; the best run stands beside each median, because it
comes closest to what the program costs when nobody else is running.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Of = Literal["value", "ratio", "difference"]


@dataclass(frozen=True)
class Aim:
    """What a figure should be at most: the value itself, its ratio to the peer, or its difference from the peer."""

    limit: float
    of: Of = "value"

    def text(self, unit: str) -> str:
        """The aim as the table shows it."""
        if self.of == "ratio":
            return f"<= {self.limit:g} x"
        sign = "+" if self.of == "difference" else ""
        return f"<= {sign}{self.limit:g} {unit}"


@dataclass(frozen=True)
class Samples:
    """One thing that was measured several times, in seconds, milliseconds or megabytes. Never empty."""

    values: Sequence[float]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)

    @property
    def best(self) -> float:
        """The smallest one."""
        return min(self.values)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table.

    `ours` and `peer` were taken in turns: the first of one belongs to the first of the other. `load` is the machine's
    load average when the row was finished; `details` holds what else was counted.
    """

    part: str
    name: str
    unit: str
    ours: Samples
    peer: Samples | None = None
    peer_name: str = ""
    aim: Aim | None = None
    load: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """The median of the ratios of the pairs; None without a peer."""
        return None if self.peer is None else paired(self.ours, self.peer, lambda mine, other: mine / other)

    @property
    def difference(self) -> float | None:
        """The median of the differences of the pairs; None without a peer."""
        return None if self.peer is None else paired(self.ours, self.peer, lambda mine, other: mine - other)

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none."""
        if self.aim is None:
            return None
        found = {"value": self.ours.median, "ratio": self.ratio, "difference": self.difference}[self.aim.of]
        return found is not None and found <= self.aim.limit

    def as_json(self) -> dict[str, Any]:
        """The row with what follows from it."""
        return asdict(self) | {
            "median": self.ours.median,
            "best": self.ours.best,
            "peer_median": None if self.peer is None else self.peer.median,
            "ratio": self.ratio,
            "difference": self.difference,
            "met": self.met,
        }


def paired(ours: Samples, peer: Samples, compare: Callable[[float, float], float]) -> float:
    """The median of what `compare` says of each pair: noise that lasts longer than a pair cancels out."""
    return statistics.median(compare(mine, other) for mine, other in zip(ours.values, peer.values, strict=True))
