"""A folder in which a real `terraform` runs the probe provider, and what the tests ask of it."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("quick", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=2500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))  # thorough: when the planner or the codec changes

SOURCE = "terraform.local/test/probe"
PROBE = pathlib.Path(__file__).with_name("probe.py")
EVERYTHING = pathlib.Path(__file__).with_name("everything.py")
REATTACH = "TF_REATTACH_PROVIDERS"
LAUNCHED = {REATTACH: ""}  # for one command of a workspace that is attached
CHECKED = {"TF_PLUGIN_CONTRACT": "1"}


@dataclass(frozen=True)
class Ran:
    """A command that has ended: its exit code, and stdout and stderr together."""

    code: int
    text: str


@dataclass
class Workspace:
    """A configuration, its state, and the folder in which the probe keeps its objects."""

    folder: pathlib.Path
    environment: dict[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = ("terraform",)

    @property
    def store(self) -> pathlib.Path:
        """One JSON file per object."""
        return self.folder / "store"

    @property
    def pids(self) -> pathlib.Path:
        """One file per probe process that was started, named after its id."""
        return self.folder / "pids"

    @property
    def temporary(self) -> pathlib.Path:
        """TMPDIR of Terraform and the provider."""
        return self.folder / "tmp"

    def attach(self, running: RunningProbe) -> None:
        """Let Terraform use a probe that runs instead of launching one; its store, emptied, becomes this one's."""
        for path in running.store.iterdir():
            path.unlink()
        self.store.rmdir()
        self.store.symlink_to(running.store)
        self.environment[REATTACH] = running.reattach

    def write(self, hcl: str) -> None:
        """Write the configuration: the blocks of `hcl` beside the one that names the provider."""
        head = f'terraform {{\n  required_providers {{\n    probe = {{\n      source = "{SOURCE}"\n    }}\n  }}\n}}\n'
        (self.folder / "main.tf").write_text(head + hcl)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            [*self.program, *arguments],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, code: int | None = 0, **environment: str) -> Ran:
        """Run a command; None as `code` takes any exit code."""
        process = self.start(*arguments, **environment)
        text, _ = process.communicate(timeout=900)  # Terraform alone needs 144 s to destroy a thousand terraform_data
        assert code is None or process.returncode == code, (
            f"terraform {arguments} ended with {process.returncode}:\n{text}"
        )
        return Ran(process.returncode, text)

    def apply(self, hcl: str | None = None, *options: str, code: int | None = 0, **environment: str) -> Ran:
        """Apply `hcl`, or what is written already."""
        if hcl is not None:
            self.write(hcl)
        return self.run("apply", "-no-color", "-input=false", "-auto-approve", *options, code=code, **environment)

    def destroy(self) -> Ran:
        """Destroy everything."""
        return self.run("destroy", "-no-color", "-input=false", "-auto-approve")

    def import_object(self, address: str, import_id: str, code: int | None = 0) -> Ran:
        """Take an object into the state."""
        return self.run("import", "-no-color", "-input=false", address, import_id, code=code)

    def plan(self, hcl: str | None = None, *options: str, **environment: str) -> dict[str, Any]:
        """Plan, and return the changes by address; what does not change is left out."""
        if hcl is not None:
            self.write(hcl)
        self.run("plan", "-no-color", "-input=false", "-out=plan.bin", *options, code=0, **environment)
        return self.planned()

    def planned(self) -> dict[str, Any]:
        """The changes of the plan that was made last."""
        text = self.run("show", "-json", "plan.bin").text
        shown = json.loads(next(line for line in text.splitlines() if line.startswith("{")))
        changes = {each["address"]: each["change"] for each in shown.get("resource_changes", [])}
        return {address: change for address, change in changes.items() if change["actions"] != ["no-op"]}

    def assert_nothing_to_do(self, *options: str) -> None:
        """Plan, and fail where there is a change."""
        self.run("plan", "-no-color", "-input=false", "-detailed-exitcode", *options)

    def start_apply(self, hcl: str, *options: str, **environment: str) -> subprocess.Popen[str]:
        """Start to apply `hcl`."""
        self.write(hcl)
        return self.start("apply", "-no-color", "-input=false", "-auto-approve", *options, **environment)

    def object(self, name: str) -> dict[str, Any]:
        """An object as it stands in the store."""
        stored: dict[str, Any] = json.loads((self.store / f"{name}.json").read_text())
        return stored

    def objects(self) -> set[str]:
        """The names of the objects in the store."""
        return {path.stem for path in self.store.glob("*.json")}

    def change_outside(self, name: str, **attributes: Any) -> None:
        """Change an object behind Terraform's back."""
        (self.store / f"{name}.json").write_text(json.dumps({**self.object(name), **attributes}))

    def wait_for_object(self, name: str) -> None:
        """Wait until an object is in the store."""
        wait_until((self.store / f"{name}.json").exists)

    def providers(self) -> set[int]:
        """The process ids of the probes that are still running."""
        started = {int(path.name) for path in self.pids.iterdir()}
        return {each for each in started if pathlib.Path(f"/proc/{each}").exists()}

    def leftovers(self) -> list[str]:
        """What stands in TMPDIR."""
        return [str(path.relative_to(self.temporary)) for path in self.temporary.rglob("*")]

    def state(self) -> dict[str, dict[str, Any]]:
        """The attributes of each object in the state by address, with `tainted` where it is."""
        path = self.folder / "terraform.tfstate"
        stored = json.loads(path.read_text()) if path.exists() else {"resources": []}
        return {
            f"{resource['type']}.{resource['name']}": {
                **instance["attributes"],
                "tainted": instance.get("status") == "tainted",
                "private": instance.get("private"),
            }
            for resource in stored["resources"]
            for instance in resource["instances"]
        }


def wait_until(done: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until `done` says yes; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@dataclass(frozen=True)
class RunningProbe:
    """A probe that serves one Terraform after the other: where it keeps its objects, and what tells Terraform of it."""

    store: pathlib.Path
    reattach: str


@contextlib.contextmanager
def running_probe(folder: pathlib.Path, provider: pathlib.Path = PROBE, **environment: str) -> Iterator[RunningProbe]:
    """Serve `provider` until the end of the block; it waits for nothing, unless PROBE_SLOW in `environment` says so."""
    store, temporary, printed = folder / "store", folder / "tmp", folder / "printed.txt"
    for each in (store, temporary):
        each.mkdir(parents=True)
    settings = {"PROBE_STORE": str(store), "TMPDIR": str(temporary), "PROBE_SLOW": "0"}
    command = [sys.executable, str(provider), "--debug"]
    # A file and no pipe, for nobody reads what its handlers print.
    with (
        printed.open("wb") as out,
        subprocess.Popen(command, env={**settings, **environment}, stdout=out, stderr=out) as it,
    ):
        try:
            wait_until(lambda: REATTACH in printed.read_text(), 60)
            (line,) = (each for each in printed.read_text().splitlines() if each.startswith(REATTACH))
            yield RunningProbe(store, line.partition("=")[2].strip("'"))
        finally:
            it.terminate()
    assert list(temporary.iterdir()) == []


@pytest.fixture(scope="session")
def probe_that_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProbe]:
    """The probe that all `attached` workspaces of this session use."""
    with running_probe(tmp_path_factory.mktemp("probe")) as running:
        yield running


@pytest.fixture(scope="session")
def everything_that_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProbe]:
    """The provider with everything that all `everything` workspaces of this session use."""
    with running_probe(tmp_path_factory.mktemp("everything"), EVERYTHING, **CHECKED) as running:
        yield running


def new_workspace(folder: pathlib.Path, provider: pathlib.Path = PROBE) -> Workspace:
    """A workspace in which `provider` is installed as the probe by `dev_overrides`."""
    for name in ("store", "tmp", "pids", "bin", "home"):
        (folder / name).mkdir(parents=True)
    launcher = folder / "bin" / "terraform-provider-probe"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{provider}"\n')
    launcher.chmod(launcher.stat().st_mode | stat.S_IXUSR)
    (folder / "cli.tfrc").write_text(
        f'provider_installation {{\n  dev_overrides {{\n    "{SOURCE}" = "{folder / "bin"}"\n  }}\n  direct {{}}\n}}\n'
    )
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": str(folder / "cli.tfrc"),
        "PROBE_STORE": str(folder / "store"),
        "PROBE_PIDS": str(folder / "pids"),
    }
    return Workspace(folder, environment)


@pytest.fixture
def workspace(tmp_path: pathlib.Path) -> Iterator[Workspace]:
    """A workspace of its own, whose Terraform launches the probe for every command."""
    yield from clean_workspace(tmp_path, PROBE)


@pytest.fixture
def attached(tmp_path: pathlib.Path, probe_that_runs: RunningProbe) -> Iterator[Workspace]:
    """The same with a probe that runs already: a command takes a tenth of the time."""
    yield from clean_workspace(tmp_path, PROBE, probe_that_runs)


@pytest.fixture
def everything(tmp_path: pathlib.Path, everything_that_runs: RunningProbe) -> Iterator[Workspace]:
    """A workspace whose provider has everything, checks its own answers and runs already."""
    for workspace in clean_workspace(tmp_path, EVERYTHING, everything_that_runs):
        workspace.environment |= CHECKED
        yield workspace


def clean_workspace(
    folder: pathlib.Path, provider: pathlib.Path, running: RunningProbe | None = None
) -> Iterator[Workspace]:
    """A workspace that is looked after at the end: no process and no file may be left."""
    workspace = new_workspace(folder, provider)
    if running:
        workspace.attach(running)
    yield workspace
    wait_until(lambda: not workspace.providers())
    assert workspace.leftovers() == []
