"""Terraform in a folder of its own, with a provider that says what it used, and the same folder without ours."""

from __future__ import annotations

import json
import pathlib
import sys
from dataclasses import dataclass
from typing import Any

from benchmarks import objects
from benchmarks.processes import ROOT, Run, environment, program, run

API_KEY = "benchmark-key-41d7"
COMMANDS = {
    "plan": ("plan",),
    "apply": ("apply", "-auto-approve"),
    "refresh": ("plan", "-detailed-exitcode"),  # exit code 2, an error here, where anything would change
    "destroy": ("destroy", "-auto-approve"),
}


@dataclass(frozen=True)
class Usage:
    """What the provider's processes of one command used together: CPU seconds; of the largest: peak megabytes."""

    cpu: float
    peak: float
    processes: int


class Workspace:
    """A folder with a configuration of many objects of one kind, and their state."""

    def __init__(self, folder: pathlib.Path, host: str) -> None:
        self.folder = folder
        self._usage = folder / "usage"
        for needed in (folder, self._usage, folder / "home"):
            needed.mkdir(exist_ok=True)
        self._environment = environment(
            folder / "home",
            TF_CLI_CONFIG_FILE=str(_provider(folder)),
            IMMUTA_HOST=host,
            IMMUTA_API_KEY=API_KEY,
            PYTHONPATH=str(ROOT),
            BENCHMARK_USAGE=str(self._usage),
        )

    def configure(self, kind: str, attributes: dict[str, Any], number: int) -> None:
        """Write the configuration."""
        content = objects.configuration(kind, attributes, number)
        (self.folder / "main.tf.json").write_text(json.dumps(content))

    @property
    def state(self) -> dict[str, Any]:
        """The state, as it is stored."""
        found: dict[str, Any] = json.loads((self.folder / "terraform.tfstate").read_text())
        return found

    @state.setter
    def state(self, state: dict[str, Any]) -> None:
        (self.folder / "terraform.tfstate").write_text(json.dumps(state))

    def empty(self) -> None:
        """Drop the state."""
        for file in self.folder.glob("terraform.tfstate*"):
            file.unlink()

    def run(self, step: str) -> Run:
        """Run one of COMMANDS."""
        return run(
            [program("terraform"), *COMMANDS[step], "-input=false", "-no-color"],
            env=self._environment,
            cwd=self.folder,
        )

    def take_usage(self) -> Usage:
        """What the provider has used since this was asked last."""
        files = list(self._usage.iterdir())
        used = [tuple(map(float, file.read_text().split())) for file in files]
        for file in files:
            file.unlink()
        return Usage(sum(cpu for cpu, _ in used), max((peak for _, peak in used), default=0.0), len(used))


def _provider(folder: pathlib.Path) -> pathlib.Path:
    """The provider below `folder`; returns the CLI configuration that makes Terraform launch it."""
    executable = folder / "terraform-provider-immuta"
    executable.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m benchmarks.launcher\n')
    executable.chmod(0o755)
    config = folder / "cli.tfrc"
    config.write_text(
        f'provider_installation {{\n  dev_overrides {{\n    "{objects.SOURCE}" = "{folder}"\n  }}\n  direct {{}}\n}}\n'
    )
    return config
