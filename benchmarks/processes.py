"""Programs under measurement: in what environment they run, how long they take, and whose turn it is."""

from __future__ import annotations

import os
import pathlib
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = ROOT / ".demo" / "cache"
PATIENCE = 300  # seconds after which a program is given up

T = TypeVar("T")


class ProgramFailed(Exception):
    """A program under measurement ended with an error; the text is what it printed."""


@dataclass(frozen=True)
class Run:
    """What one run of a program took, with all programs that it started and waited for. Seconds."""

    wall: float
    cpu: float
    printed: str


def environment(home: pathlib.Path, **extra: str) -> dict[str, str]:
    """What the programs see: nothing of the user's but the PATH. Python may write its compiled files.

    Without these every start compiles the project anew, and the figures are those of the compiler.
    """
    return {
        "PATH": os.environ["PATH"],
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "HOME": str(home),
        "CHECKPOINT_DISABLE": "1",
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(CACHE / "jsii")),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        **extra,
    }


def program(name: str) -> str:
    """The full path of a program on PATH. Raises ProgramFailed where there is none."""
    found = shutil.which(name)
    if found is None:
        raise ProgramFailed(f"{name} is not on PATH; `make bench` brings it along")
    return found


def run(command: list[str], *, env: dict[str, str], cwd: pathlib.Path = ROOT) -> Run:
    """Run a program to its end and measure it. Raises ProgramFailed for any exit code but 0."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, timeout=PATIENCE, check=False)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise ProgramFailed(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu, done.stdout)


def output_of(name: str, *arguments: str) -> str:
    """What a program prints."""
    return run([program(name), *arguments], env=dict(os.environ)).printed


def in_turns(repeats: int, *measures: Callable[[], T]) -> Iterator[tuple[T, ...]]:
    """Let each measure run once per round; every other round the other way round, so that none always comes first."""
    for number in range(repeats):
        order = list(range(len(measures)))[:: -1 if number % 2 else 1]
        found = {index: measures[index]() for index in order}
        yield tuple(found[index] for index in range(len(measures)))
