"""The demo leaves no process: not of a command that runs too long, and not of one that detached from it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from examples.demo.processes import CommandFailedError, run

ROOT = Path(__file__).parents[2]

# Runs what follows in a process of its own, because adopting orphans changes the process that does it.
ADOPTING = """\
import sys
from pathlib import Path
from examples.demo import processes
processes.adopt_orphans()
work = Path(sys.argv[1])
environment = {"PATH": "/usr/bin:/bin"}
"""

DETACHED = 'setsid sh -c "echo \\$\\$ > pid; exec sleep 60" & while ! [ -s pid ]; do sleep 0.01; done'


def adopting(code: str, work: Path) -> str:
    result = subprocess.run(
        [sys.executable, "-c", ADOPTING + code, str(work)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_output_is_kept_and_returned_without_colours(tmp_path: Path) -> None:
    log = tmp_path / "log"

    output = run(
        ["sh", "-c", r"printf '\033[1mbold\033[0m\n'; echo $WORD >&2"],
        log=log,
        cwd=tmp_path,
        environment={"WORD": "said", "PATH": "/usr/bin:/bin"},
        timeout=10,
    )

    assert output == "bold\nsaid\n"
    assert log.read_text() == "\x1b[1mbold\x1b[0m\nsaid\n"


def test_a_failure_shows_the_end_of_the_log(tmp_path: Path) -> None:
    with pytest.raises(CommandFailedError) as caught:
        run(
            ["sh", "-c", "seq 100; exit 3"],
            log=tmp_path / "log",
            cwd=tmp_path,
            environment={"PATH": "/usr/bin:/bin"},
            timeout=10,
        )

    lines = str(caught.value).splitlines()
    assert lines[:2] == ["exit code 3", f"  the end of {tmp_path / 'log'}:"]
    assert lines[2:] == [f"    {number}" for number in range(61, 101)]


def test_what_detached_is_found_and_ended(tmp_path: Path) -> None:
    code = f"""
processes.run(["sh", "-c", {DETACHED!r}], log=work / "log", cwd=work, environment=environment, timeout=10)
print(len(processes.left_over(0.2)))
processes.end_all(5)
print(len(processes.left_over(0)))
"""
    assert adopting(code, tmp_path).split() == ["1", "0"]
    assert not is_running(int((tmp_path / "pid").read_text()))


def test_a_command_that_runs_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    command = ["sh", "-c", f"{DETACHED}; sleep 60"]
    code = f"""
try:
    processes.run({command}, log=work / "log", cwd=work, environment=environment, timeout=1)
except processes.CommandFailedError as error:
    print(str(error).splitlines()[0])
print(processes.left_over(0))
"""
    assert adopting(code, tmp_path).splitlines() == ["not done after 1 s", "[]"]
    assert not is_running(int((tmp_path / "pid").read_text()))


def test_what_ignores_the_request_is_killed(tmp_path: Path) -> None:
    stubborn = "trap '' TERM; echo $$ > pid; while :; do sleep 1; done"
    code = f"""
import time
process = processes.start(["sh", "-c", {stubborn!r}], output=2, cwd=work, environment=environment)
while not (work / "pid").exists():
    time.sleep(0.01)
processes.end_all(0.5)
print(process.wait(5))
"""
    assert adopting(code, tmp_path).split() == ["-9"]
