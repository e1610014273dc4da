"""The counts in the legend of `docs/coverage.md`: how many endpoints are in each state.

The rows of that page are written by hand, because they say what an endpoint does for a user; only their number is not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

PAGE: Final = "coverage.md"
STATES: Final = ("resource", "data source", "internal", "local tenant only", "not yet", "never")
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "CLI")
COUNT: Final = re.compile(r"\d+(?= \|$)")


class Row(NamedTuple):
    """An endpoint, or a command of Immuta's own command line, with what the project does with it."""

    method: str
    path: str
    does: str
    state: str

    @property
    def kind(self) -> str:
        """The state without the names that go with it. Raises ValueError where it is none."""
        found = [kind for kind in STATES if re.fullmatch(rf"{kind}s?( [`(].*)?", self.state)]
        if len(found) != 1:
            raise ValueError(f"{self.method} {self.path}: {self.state!r} is no state; there are {', '.join(STATES)}")
        return found[0]


def rows(page: str) -> list[Row]:
    """The rows of the page."""
    cells = (_cells(line) for line in page.splitlines() if line.startswith("|"))
    return [Row(line[0], line[1].strip("`"), line[2], line[3]) for line in cells if line[0] in METHODS]


def counted(page: str) -> str:
    """The page with the right counts in its legend."""
    counts = Counter(row.kind for row in rows(page))
    return "".join(_counted(line, counts) for line in page.splitlines(keepends=True))


def _counted(line: str, counts: Counter[str]) -> str:
    cells = _cells(line) if line.startswith("|") else []
    if len(cells) != 3 or not cells[2].isdigit():
        return line
    state = next(_state(cells[0]), None)
    number = sum(counts.values()) if state is None else counts[state]
    return COUNT.sub(str(number), line.rstrip("\n")) + "\n"


def _state(cell: str) -> Iterator[str]:
    return (state for state in STATES if re.match(rf"`{state}\b", cell))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
