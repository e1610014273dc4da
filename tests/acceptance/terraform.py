"""Real `terraform` in a folder of its own: writes a configuration, runs commands, reads plans and state as data."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SOURCE = "terraform.local/immuta/immuta"


class TerraformFailed(AssertionError):
    """A command ended with an error that the test did not expect; the text is what it printed."""


@dataclass(frozen=True)
class Change:
    """What a plan says about one resource: its action (in Terraform's words) and the attributes that change.

    A policy's `summary` is none of them: it follows from the others.
    """

    address: str
    action: str
    attributes: frozenset[str]


@dataclass(frozen=True)
class Plan:
    """A plan, as it is printed."""

    changes: tuple[Change, ...]
    text: str

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.changes

    def only(self) -> Change:
        """The one change there is."""
        assert len(self.changes) == 1, self.text
        return self.changes[0]


ACTIONS = "created|updated in-place|destroyed|replaced|imported"
HEADING = re.compile(rf"^  # (\S+) (?:\(\S+\) )?(?:is tainted, so (?:it )?)?(?:will|must) be ({ACTIONS})", re.MULTILINE)
ATTRIBUTE = re.compile(r"^ {6}[~+-] (\w+) ", re.MULTILINE)
FOLLOWING = frozenset({"summary"})
PROPOSED = "Terraform will perform the following actions:"


def read_plan(text: str) -> Plan:
    """Read a printed plan. What has changed outside stands above the actions and is not part of it."""
    proposed = text.partition(PROPOSED)[2].partition("\nPlan: ")[0]
    headings = list(HEADING.finditer(proposed))
    ends = [heading.start() for heading in headings[1:]] + [len(proposed)] * bool(headings)
    return Plan(
        tuple(
            Change(heading[1], heading[2], frozenset(ATTRIBUTE.findall(proposed, heading.end(), end)) - FOLLOWING)
            for heading, end in zip(headings, ends, strict=True)
        ),
        text,
    )


class Workspace:
    """A folder with a configuration and a state; `block` is the provider block of every configuration."""

    def __init__(
        self,
        folder: pathlib.Path,
        environment: dict[str, str],
        program: tuple[str, ...] = ("terraform",),
        block: dict[str, Any] | None = None,
    ) -> None:
        self.folder = folder
        self.environment = environment
        self.program = program
        self.block = block

    def write(self, resources: dict[str, Any], **other: Any) -> None:
        """Write the configuration: `{type: {name: attributes}}`, and other blocks such as `data` or `output`."""
        config: dict[str, Any] = {"terraform": {"required_providers": {"immuta": {"source": SOURCE}}}, **other}
        if self.block is not None:
            config["provider"] = {"immuta": self.block | config.get("provider", {}).get("immuta", {})}
        if resources:
            config["resource"] = resources
        (self.folder / "main.tf.json").write_text(json.dumps(config, indent=2))

    def run(self, *arguments: str, ok: tuple[int, ...] = (0,), **environment: str) -> str:
        """Run one command; returns what it printed. Raises TerraformFailed for another exit code than `ok`."""
        done = subprocess.run(
            [*self.program, *arguments],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode not in ok:
            raise TerraformFailed(f"terraform {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def plan(self, *arguments: str, **environment: str) -> Plan:
        """Plan, and keep the plan for `apply_plan`."""
        return read_plan(self.run("plan", "-no-color", "-input=false", "-out=plan", *arguments, **environment))

    def apply_changes(self) -> Plan:
        """Plan and apply in one go; returns what was planned."""
        return read_plan(self.apply())

    def assert_no_changes(self) -> None:
        """Plan, and fail where there is anything to do."""
        self.run("plan", "-no-color", "-input=false", "-detailed-exitcode")

    def apply(self, *arguments: str, **environment: str) -> str:
        """Apply the configuration."""
        return self.run("apply", "-no-color", "-input=false", "-auto-approve", *arguments, **environment)

    def apply_plan(self) -> str:
        """Apply the plan that `plan` made."""
        return self.run("apply", "-no-color", "-input=false", "plan")

    def apply_fails(self, *arguments: str, **environment: str) -> str:
        """Apply and expect an error; returns what was printed, on one line, so that wrapped text can be searched."""
        printed = self.run("apply", "-no-color", "-input=false", "-auto-approve", *arguments, ok=(1,), **environment)
        return flat(printed)

    def destroy(self) -> str:
        """Destroy everything."""
        return self.run("destroy", "-no-color", "-input=false", "-auto-approve")

    def import_object(self, address: str, import_id: str) -> str:
        """Import one object."""
        return self.run("import", "-no-color", "-input=false", address, import_id)

    def state(self) -> dict[str, dict[str, Any]]:
        """The attributes of every resource in the state, by address."""
        path = self.folder / "terraform.tfstate"
        if not path.exists():
            return {}
        resources = json.loads(path.read_text())["resources"]
        return {
            f"{each['type']}.{each['name']}": each["instances"][0]["attributes"]
            for each in resources
            if each["mode"] == "managed"
        }

    def forget(self) -> None:
        """Drop the state, as if these objects had never been Terraform's."""
        for path in self.folder.glob("terraform.tfstate*"):
            path.unlink()


def flat(printed: str) -> str:
    """Terraform's framed and wrapped text on one line."""
    return " ".join(printed.replace("│", " ").replace("╷", " ").replace("╵", " ").split())


def provider_folder(folder: pathlib.Path, python: str) -> pathlib.Path:
    """Put the provider into a folder; returns the CLI configuration that makes Terraform use it."""
    program = folder / "terraform-provider-immuta"
    program.write_text(f'#!/bin/sh\nexec "{python}" -m immuta_provider\n')
    program.chmod(0o755)
    config = folder / "cli.tfrc"
    overrides = f'dev_overrides {{\n    "{SOURCE}" = "{folder}"\n  }}'
    config.write_text(f"provider_installation {{\n  {overrides}\n  direct {{}}\n}}\n")
    return config


@contextlib.contextmanager
def attached_provider(
    environment: dict[str, str], python: str, program: tuple[str, ...] = ("-m", "immuta_provider")
) -> Iterator[str]:
    """A provider process that serves one Terraform after the other; yields what TF_REATTACH_PROVIDERS has to say."""
    command = [python, *program, "--debug"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment) as it:
        assert it.stdout is not None
        try:
            yield it.stdout.readline().partition("=")[2].strip().strip("'")
        finally:
            it.terminate()


def environment(cli_config: pathlib.Path, home: pathlib.Path, **extra: str) -> dict[str, str]:
    """The environment of a terraform run: nothing of the user's, no network check."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "TF_CLI_CONFIG_FILE": str(cli_config),
        "CHECKPOINT_DISABLE": "1",
        "TF_PLUGIN_CONTRACT": "1",
        **extra,
    }
