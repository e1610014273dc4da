"""`python -m benchmarks`: takes every figure, prints the table and writes it as JSON."""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks import handshake, imports, lifecycle, machine, synth
from benchmarks.figures import Row
from benchmarks.processes import ProgramFailed
from benchmarks.table import summary, table

RESULTS = pathlib.Path(__file__).with_name("results.json")
Part = Callable[[pathlib.Path, bool], Iterator[Row]]


def _case(case: lifecycle.Case, quickly: lifecycle.Case | None) -> Part:
    def rows(folder: pathlib.Path, quick: bool) -> Iterator[Row]:
        chosen = quickly if quick else case
        return lifecycle.rows(folder, chosen) if chosen else iter(())

    return rows


PARTS: dict[str, Part] = {
    "handshake": lambda folder, quick: handshake.rows(folder, quick=quick),
    "import": lambda folder, quick: imports.rows(folder, quick=quick),
    "plan": _case(lifecycle.ONE, lifecycle.ONE_QUICKLY),
    "hundred": _case(lifecycle.HUNDRED, lifecycle.HUNDRED_QUICKLY),
    "thousand": _case(lifecycle.THOUSAND, None),
    "policies": _case(lifecycle.POLICIES, None),
    "projects": _case(lifecycle.PROJECTS, None),
    "synth": lambda folder, quick: synth.rows(folder, quick=quick),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts that are asked for. Returns 1 where one of them could not be run, else 0, aims met or not."""
    asked = _parser().parse_args(arguments)
    facts = machine.facts() | {"load before": machine.load()}
    started = time.monotonic()
    rows, failed = list[Row](), dict[str, str]()
    for name in asked.only or PARTS:
        try:
            for row in _taken(name, asked.quick):
                rows.append(row)
        except (ProgramFailed, subprocess.TimeoutExpired, OSError) as error:
            failed[name] = str(error)
            print(f"{name} could not be measured: {error}", file=sys.stderr, flush=True)
    facts |= {"load after": machine.load(), "seconds": round(time.monotonic() - started)}
    print(f"\n{', '.join(f'{name} {value}' for name, value in facts.items() if name != 'packages')}\n")
    print(table(rows))
    target = asked.output or (None if asked.only or asked.quick else RESULTS)
    if target is not None:
        target.write_text(json.dumps(_document(facts, rows, failed), indent=2) + "\n")
        print(f"\nwritten to {target}")
    return 1 if failed else 0


def _taken(name: str, quick: bool) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for row in PARTS[name](pathlib.Path(folder), quick):
            print(f"{row.part}: {summary(row)}", file=sys.stderr, flush=True)
            yield row


def _document(facts: dict[str, Any], rows: Sequence[Row], failed: dict[str, str]) -> dict[str, Any]:
    return {"machine": facts, "rows": [row.as_json() for row in rows], "failed": failed}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", type=_parts, metavar="PART,...", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument(
        "--quick", action="store_true", help="fewer and smaller runs: less than a minute, rough figures"
    )
    parser.add_argument("--output", type=pathlib.Path, help="where the JSON goes; default: results.json, of whole runs")
    return parser


def _parts(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in PARTS:
            raise argparse.ArgumentTypeError(f"there is no part {name!r}; there are {', '.join(PARTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
