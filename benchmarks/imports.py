"""What `immuta_constructs` adds to the import of the CDK's engine: the provider and both kinds of objects."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Iterator

from benchmarks.figures import Aim, Row, Samples
from benchmarks.machine import load
from benchmarks.processes import environment, in_turns, run

AIM = Aim(50, "difference")
ENGINES = ("cdktf", "cdktn")
OURS = "from immuta_constructs import ImmutaProvider, Project, Purpose"


def rows(folder: pathlib.Path, *, quick: bool) -> Iterator[Row]:
    """One row per engine: milliseconds of a whole process that imports, beside one that imports the engine alone."""
    env = environment(folder)
    for engine in ENGINES[:1] if quick else ENGINES:
        pairs = list(_pairs(engine, env, 3 if quick else 7))
        yield Row(
            part="import",
            name=f"import immuta_constructs on {engine}",
            unit="ms",
            ours=Samples([ours for ours, _ in pairs]),
            peer=Samples([peer for _, peer in pairs]),
            peer_name=f"import {engine}",
            aim=AIM,
            load=load(),
        )


def _pairs(engine: str, env: dict[str, str], repeats: int) -> Iterator[tuple[float, ...]]:
    def ours() -> float:
        return _milliseconds(f"import {engine}; {OURS}", env)

    def alone() -> float:
        return _milliseconds(f"import {engine}", env)

    ours(), alone()  # the engine fills its cache, Python compiles
    return in_turns(repeats, ours, alone)


def _milliseconds(code: str, env: dict[str, str]) -> float:
    return run([sys.executable, "-c", code], env=env).wall * 1000
