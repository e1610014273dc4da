"""Sub-commands of the demo: run with their output in a log file, and ended with everything that they started.

`cdktf` gives Terraform a terminal of its own, and with it a process group of its own, so a process group is not enough
to find what is left. On Linux the demo adopts orphans; elsewhere what is left of a command that was cut off ends by
itself, because Terraform and the provider stop when their parent is gone.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


class CommandFailedError(Exception):
    """A sub-command ended with an exit code other than 0; the text holds the end of its log."""


def adopt_orphans() -> None:
    """Become the parent of every process below this one whose own parent ends (Linux; elsewhere nothing)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def run(command: Sequence[str], *, log: Path, cwd: Path, environment: Mapping[str, str], timeout: float) -> str:
    """Run `command` with its output in the file `log`, and return that output.

    Raises `CommandFailedError` when it exits with another code than 0 or takes longer than `timeout` seconds.
    """
    with log.open("wb") as stream:
        process = start(command, output=stream.fileno(), cwd=cwd, environment=environment)
    try:
        code = process.wait(timeout)
    except subprocess.TimeoutExpired:
        end_all()
        raise CommandFailedError(f"not done after {timeout:.0f} s{tail(log)}") from None
    if code != 0:
        raise CommandFailedError(f"exit code {code}{tail(log)}")
    return _text(log)


def start(command: Sequence[str], *, output: int, cwd: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that Ctrl-C reaches the demo first; `output` is a descriptor."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=dict(environment),
        start_new_session=True,
    )


def tail(log: Path, lines: int = 40) -> str:
    """Return the last lines of `log` under its name, indented, for an error message."""
    last = [line for line in _text(log).splitlines() if line.strip()][-lines:]
    return "\n".join([f"\n  the end of {log}:", *(f"    {line}" for line in last)])


def _text(log: Path) -> str:
    # cdktf colours what it prints even where there is no terminal.
    return re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(encoding="utf-8", errors="replace"))


def left_over(patience: float = 5.0) -> list[str]:
    """Return the processes below this one that are still there after `patience` seconds, as `PID COMMAND`."""
    deadline = time.monotonic() + patience
    while (pids := _descendants()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return [f"{pid} {_command_line(pid)}" for pid in pids]


def end_all(patience: float = 10.0) -> None:
    """End every process below this one: ask first, and kill after `patience` seconds."""
    for pid in _descendants():
        _send(pid, signal.SIGTERM)
    if left_over(patience):
        for pid in _descendants():
            _send(pid, signal.SIGKILL)
        left_over(1.0)


def _send(pid: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)


def _descendants() -> list[int]:
    parents = dict(_parents())
    found = [os.getpid()]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found[1:]


def _parents() -> Iterator[tuple[int, int]]:
    """Yield every process of the machine with its parent; those that ended already (zombies) are left out."""
    if not Path("/proc/self/stat").exists():
        yield from _parents_by_ps()
        return
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                yield int(stat.parent.name), int(parent)


def _parents_by_ps() -> Iterator[tuple[int, int]]:
    command = [shutil.which("ps") or "/bin/ps", "-A", "-o", "pid=,ppid=,stat="]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as listing:
        output = listing.communicate()[0]
    for line in output.splitlines():
        pid, parent, state = line.split()
        if not state.startswith("Z") and int(pid) != listing.pid:
            yield int(pid), int(parent)


def _command_line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
    return ""
