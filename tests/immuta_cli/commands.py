"""The commands as people start them: processes of their own, in an environment that the test chooses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PYTHON = sys.executable


def clean_environment(home: Path, **changes: str) -> dict[str, str]:
    """The environment of a user with an empty home and no settings for Terraform, Immuta or pip."""
    foreign = ("TF_", "TERRAFORM_", "CDKTF_", "IMMUTA_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return inherited | {"HOME": str(home), "CHECKPOINT_DISABLE": "1"} | changes


def immuta_tf(
    *arguments: str | Path, environment: dict[str, str], cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `immuta-tf` to its end."""
    return run(PYTHON, "-m", "immuta_cli", *arguments, environment=environment, cwd=cwd)


def run(*command: str | Path, environment: dict[str, str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, with no input, and capture what it prints."""
    return subprocess.run(
        [str(word) for word in command],
        env=environment,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
