"""From process start to the line by which Terraform knows that the provider is there, beside Python that does nothing.

Terraform starts the provider two or three times per command, so this is what every command pays first.
"""

from __future__ import annotations

import pathlib
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.figures import Aim, Row, Samples
from benchmarks.machine import load
from benchmarks.processes import ProgramFailed, environment, in_turns
from terraform_plugin.server import COOKIE, COOKIE_NAME

AIM = Aim(150)


def rows(folder: pathlib.Path, *, quick: bool) -> Iterator[Row]:
    """One row: milliseconds until the handshake."""
    env = environment(folder, **{COOKIE_NAME: COOKIE, "PLUGIN_CLIENT_CERT": "any"})  # with TLS, as Terraform asks

    def provider() -> float:
        return until_line([sys.executable, "-m", "immuta_provider"], env)

    def bare() -> float:
        return until_line([sys.executable, "-c", "print('up')"], env)

    provider(), bare()  # Python compiles what has changed
    pairs = list(in_turns(6 if quick else 20, provider, bare))
    yield Row(
        part="handshake",
        name="process start to handshake",
        unit="ms",
        ours=Samples([ours for ours, _ in pairs]),
        peer=Samples([peer for _, peer in pairs]),
        peer_name="bare python",
        aim=AIM,
        load=load(),
    )


def until_line(command: list[str], env: dict[str, str]) -> float:
    """Milliseconds from the start of a program to its first line. The program is then killed."""
    started = time.perf_counter()
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        taken = time.perf_counter() - started
        process.kill()
        if not line:
            raise ProgramFailed(f"{' '.join(command)} printed nothing: {process.stderr.read().decode()}")
    return taken * 1000
