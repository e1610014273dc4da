"""Other programs, asked what they are: each within a time of its own, so that one that hangs holds up nobody."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from dataclasses import dataclass

SECONDS = 5.0

Version = tuple[int, int, int]


@dataclass(frozen=True)
class Answer:
    """How a program ended. `code` is None when it could not be started or did not end in time; `error` says which."""

    code: int | None
    stdout: str = ""
    stderr: str = ""
    error: str = ""

    @property
    def last_words(self) -> str:
        """The line that most likely says what went wrong."""
        lines = [line.strip() for line in (self.stderr or self.stdout).splitlines() if line.strip()]
        return self.error or (lines[-1] if lines else f"it ended with exit code {self.code} and said nothing")


def ask(*command: str, seconds: float = SECONDS) -> Answer:
    """Run `command` to its end without input, for at most `seconds`."""
    try:
        # A group of its own: a wrapper script's child would otherwise outlive it and keep the pipes open.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        return Answer(None, error=f"it cannot be started ({error.strerror})")
    with process:
        try:
            stdout, stderr = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return Answer(None, error=f"it did not answer within {seconds:g} seconds")
    return Answer(process.returncode, stdout, stderr)


def version_in(text: str) -> Version | None:
    """Return the first version number in `text`, such as (1, 11, 4)."""
    match = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def spelled(version: Version) -> str:
    """Return `version` as people write it."""
    return ".".join(map(str, version))
