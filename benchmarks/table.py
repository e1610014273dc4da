"""The table that a run prints: one line per figure, aligned, with a mark where there is an aim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.figures import Row

HEADINGS = ("figure", "median", "best", "peer", "median", "ratio", "aim", "met", "load", "details")
NUMERIC = frozenset({1, 2, 4, 5, 8})
MARKS = {True: "yes", False: "NO", None: ""}


def table(rows: Iterable[Row]) -> str:
    """The rows as text, with a line above each part."""
    cells = [(row.part, _cells(row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *(each for _, each in cells), strict=True)]
    lines = [_line(HEADINGS, widths), "  ".join("-" * width for width in widths)]
    before = ""
    for part, each in cells:
        if part != before:
            lines.append(f"[{part}]")
            before = part
        lines.append(_line(each, widths))
    return "\n".join(lines)


def summary(row: Row) -> str:
    """One row as a sentence, for those who wait for the table."""
    return "  ".join(cell for cell in _cells(row) if cell)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        shown(row.ours.median, row.unit),
        shown(row.ours.best, row.unit),
        row.peer_name,
        "" if row.peer is None else shown(row.peer.median, row.unit),
        "" if row.ratio is None else f"{row.ratio:.2f} x",
        "" if row.aim is None else row.aim.text(row.unit),
        MARKS[row.met],
        f"{row.load:.1f}",
        ", ".join(f"{name} {_detail(value)}" for name, value in row.details.items()),
    )


def shown(value: float, unit: str) -> str:
    """A figure with its unit, as precise as it can be read."""
    return f"{value:.2f} {unit}" if unit == "s" else f"{value:.0f} {unit}"


def _detail(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name} {inner}" for name, inner in value.items()) or "none"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    aligned = [
        cell.rjust(width) if index in NUMERIC else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(aligned).rstrip()
