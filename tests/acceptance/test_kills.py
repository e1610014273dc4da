"""Terraform and the provider are killed at random moments: what is left converges, and nothing is lost or doubled.

A case starts a command that concerns 30 resources, kills the provider, Terraform or both at a moment drawn from a seed,
and lets Terraform run again: at most twice. Where it needs a hand, the commands that it prints are run as they are.
"""

from __future__ import annotations

import os
import pathlib
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.acceptance.terraform import TerraformFailed, Workspace, flat, provider_folder

pytestmark = pytest.mark.terraform

SEED = os.environ.get("KILL_SEED", "1")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
TARGETS = ("provider", "terraform", "group")
COMBINATIONS = [(sent, target) for sent in SIGNALS for target in TARGETS]
CHAINS = 34  # of three kills each, in `make soak`
LATENCY = 25  # milliseconds of each request
LAST_START_UP = 1.0  # seconds after which a command is past its start and its plan
COMMANDS = {
    "create": ("apply", "POST", 60),
    "update": ("apply", "PUT", 60),
    "destroy": ("destroy", "DELETE", 60),
}  # what is run, the method that matters, and a number of requests that it certainly makes
OPTIONS = ("-no-color", "-input=false", "-auto-approve")


def declared(version: str) -> dict[str, dict[str, Any]]:
    """30 resources: purposes with sub-purposes, and projects with purposes. Some need more than one write."""
    purposes: dict[str, Any] = {}
    projects: dict[str, Any] = {}
    for root in range(6):
        purposes[f"root_{root}"] = {"name": f"Root {root}", "description": version}
        for child in range(2):
            purposes[f"child_{root}_{child}"] = {
                "name": f"Root {root}.Child {child}",
                "description": version,
                "display_acknowledgement": bool(child),
                "depends_on": [f"immuta_purpose.root_{root}"],
            }
            projects[f"project_{root}_{child}"] = {
                "project_key": f"project-{root}-{child}",
                "name": f"Project {root} {child}",
                "description": version,
                "purposes": [
                    f"${{immuta_purpose.root_{root}.name}}",
                    f"${{immuta_purpose.child_{root}_{child}.name}}",
                ],
            }
    return {"immuta_purpose": purposes, "immuta_project": projects}


def expected(version: str) -> list[tuple[Any, ...]]:
    """What the tenant holds when `declared(version)` has been applied."""
    resources = declared(version)
    purposes = [
        (each["name"], each["description"], each.get("display_acknowledgement", True))
        for each in resources["immuta_purpose"].values()
    ]
    projects = [
        (key, f"Project {key[8]} {key[10]}", version, (f"Root {key[8]}", f"Root {key[8]}.Child {key[10]}"))
        for key in (each["project_key"] for each in resources["immuta_project"].values())
    ]
    return sorted(purposes) + sorted(projects)


def held(tenant: Any) -> list[tuple[Any, ...]]:
    """What the tenant holds: whatever is doubled stands here twice, whatever is orphaned too."""
    purposes = [(each["name"], each["description"], each["displayAcknowledgement"]) for each in tenant.purposes()]
    projects = [
        (each["projectKey"], each["name"], each["description"], tuple(sorted(p["name"] for p in each["purposes"])))
        for each in tenant.projects()
    ]
    return sorted(purposes) + sorted(projects)


def ids(tenant: Any) -> list[str]:
    """The ids of everything in the tenant."""
    return sorted(str(each["id"]) for each in (*tenant.purposes(), *tenant.projects()))


class Victims:
    """A workspace whose Terraform is killed: commands start in a process group of their own, providers are recorded."""

    def __init__(self, attached: Workspace, folder: pathlib.Path) -> None:
        self.workspace = attached
        self._pids = folder / "pids"
        self._pids.mkdir()
        (folder / "bin").mkdir()
        config = provider_folder(folder / "bin", sys.executable)
        launcher = folder / "bin" / "terraform-provider-immuta"
        launcher.write_text(launcher.read_text().replace("exec", f': > "{self._pids}/$$"\nexec', 1))
        inherited = {name: value for name, value in attached.environment.items() if name != "TF_REATTACH_PROVIDERS"}
        self._environment = {**inherited, "TF_CLI_CONFIG_FILE": str(config)}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a Terraform that starts its providers itself."""
        return subprocess.Popen(
            [*self.workspace.program, *arguments],
            cwd=self.workspace.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def providers(self) -> list[int]:
        """The process ids of the providers that run, oldest first."""
        started = sorted(self._pids.iterdir(), key=lambda path: path.stat().st_mtime)
        return [int(path.name) for path in started if pathlib.Path(f"/proc/{path.name}").exists()]

    def recorded(self) -> str:
        """The state file; a Terraform that was killed early leaves an empty one."""
        path = self.workspace.folder / "terraform.tfstate"
        return path.read_text() if path.exists() else ""

    def restore(self) -> bool:
        """Do what a person does who finds an empty state file: take the backup that Terraform made. Returns whether.

        Terraform empties the file for an instant whenever it writes it; what is killed right then leaves it so.
        """
        backup = self.workspace.folder / "terraform.tfstate.backup"
        if self.recorded() or not backup.exists():
            return False
        shutil.copy(backup, self.workspace.folder / "terraform.tfstate")
        return True

    def kill(self, process: subprocess.Popen[str], sent: signal.Signals, target: str) -> None:
        """Send a signal to the latest provider, to Terraform, or to both."""
        if target == "group":
            os.killpg(process.pid, sent)
        elif target == "terraform":
            process.send_signal(sent)
        else:
            until(lambda: bool(self.providers()) or process.poll() is not None)
            for newest in self.providers()[-1:]:
                os.kill(newest, sent)


def until(done: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until `done` says yes; fail after `seconds`."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


@pytest.fixture
def victims(attached: Workspace, tmp_path: pathlib.Path, tenant: Any) -> Iterator[Victims]:
    """The workspace, at whose end no provider runs any more."""
    tenant.latency(LATENCY)
    found = Victims(attached, tmp_path)
    yield found
    until(lambda: not found.providers(), seconds=10)


@dataclass(frozen=True)
class Moment:
    """When a command is killed: `seconds` after its start; or when `requests` have been served, or when the write that
    follows these is under way: `read` and not carried out, or `done` and not answered. Then `wait` seconds more."""

    kind: str
    wait: float
    requests: int = 0

    def reach(self, tenant: Any, process: subprocess.Popen[str], method: str) -> None:
        """Wait for it."""
        if self.kind in ("read", "done"):
            tenant.fault("hang", effect=self.kind == "done", method=method, skip=self.requests, count=1)
            until(lambda: _hangs(tenant) or process.poll() is not None)
        elif self.kind == "requests":
            until(lambda: len(tenant.request_log()) >= self.requests or process.poll() is not None)
        time.sleep(self.wait)


def _hangs(tenant: Any) -> bool:
    return any(each.fault == "hang" for each in tenant.request_log())


def draw(chance: random.Random, served: int) -> Moment:
    """A moment: one in four while the command starts or plans, two between requests, one in the middle of a write."""
    drawn = chance.choice(["seconds", "requests", "requests", chance.choice(["read", "done"])])
    if drawn == "seconds":
        return Moment(drawn, chance.uniform(0, LAST_START_UP))
    most = 12 if drawn in ("read", "done") else served
    return Moment(drawn, chance.uniform(0, LATENCY / 1000), chance.randrange(most))


def hands(printed: str) -> list[tuple[str, str]]:
    """The addresses and ids of the imports that Terraform's errors ask for."""
    pattern = re.compile(r"with (\S+), .*terraform import <address> '([^']*)'")
    return [(found[1], found[2]) for error in flat(printed).split("Error: ") if (found := pattern.search(error))]


def converge(workspace: Workspace, command: str) -> int:
    """Run the command until it succeeds, and what it asks for; returns how often. More than twice is a failure."""
    printed = ""
    for attempt in (1, 2):
        printed = workspace.run(command, *OPTIONS, ok=(0, 1))
        if "complete!" in printed:
            return attempt
        for address, identifier in hands(printed):
            workspace.import_object(address, identifier)
    raise TerraformFailed(printed)


def kill_once(
    victims: Victims, tenant: Any, operation: str, combination: tuple[signal.Signals, str], chance: random.Random
) -> str:
    """One case: run, kill, converge; returns what it was and how it went."""
    sent, target = combination
    command, method, served = COMMANDS[operation]
    moment = draw(chance, served)
    case = f"{operation}, {sent.name} to {target}, {moment}"
    print(case)
    tenant.clear_request_log()
    process = victims.start(command, *OPTIONS)
    moment.reach(tenant, process, method)
    alive = process.poll() is None
    victims.kill(process, sent, target)
    time.sleep(0.05 if _hangs(tenant) else 0)
    tenant.clear_faults()
    text, _ = process.communicate(timeout=60)
    print(process.returncode, text[-3000:])
    assert "Traceback" not in text
    assert alive, f"it had ended before it could be killed: {case}"
    if chance.random() < 0.5:  # else the next command meets a provider that is still busy
        until(lambda: not victims.providers(), seconds=10)
    lost = ", state restored" if victims.restore() else ""
    return f"{case}: exit code {process.returncode}{lost}, then {converge(victims.workspace, command)}"


def check_chain(victims: Victims, tenant: Any, number: int, report: Callable[[str, object], None]) -> None:
    """Create, change and destroy everything, each killed once. Between chains all combinations take their turn."""
    chance = random.Random(f"{SEED}/{number}")
    workspace = victims.workspace
    for turn, (operation, version) in enumerate({"create": "first", "update": "second", "destroy": ""}.items()):
        if version:
            workspace.write(declared(version))
        combination = COMBINATIONS[(number + 3 * turn) % len(COMBINATIONS)]
        report("kill", kill_once(victims, tenant, operation, combination, chance))
        assert held(tenant) == (expected(version) if version else [])
        assert sorted(each["id"] for each in workspace.state().values()) == ids(tenant)
        if version:
            workspace.assert_no_changes()
    report("kill cases", 3)
    report("kill seed", SEED)


def test_kills(victims: Victims, tenant: Any, record_property: Callable[[str, object], None]) -> None:
    check_chain(victims, tenant, 0, record_property)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(1, 1 + CHAINS))
def test_many_kills(victims: Victims, tenant: Any, number: int, record_property: Callable[[str, object], None]) -> None:
    check_chain(victims, tenant, number, record_property)


PAIR = {
    "immuta_purpose": {"it": {"name": "Research of 'ours'", "description": "Why"}},
    "immuta_project": {"it": {"project_key": "study", "name": "Study"}},
}


def test_what_a_killed_apply_made_is_adopted(victims: Victims, tenant: Any) -> None:
    """Everything is killed after the tenant made the object and before it answered: the object is in no state."""
    made = _orphan(victims, tenant, "/api/v2/purpose") + _orphan(victims, tenant, "/api/v2/project")
    assert len(made) == 2
    assert victims.recorded() == ""
    assert converge(victims.workspace, "apply") == 1
    assert ids(tenant) == sorted(made)
    assert sorted(each["id"] for each in victims.workspace.state().values()) == sorted(made)
    victims.workspace.assert_no_changes()


def test_what_a_killed_apply_made_and_does_not_equal_the_plan_is_imported(victims: Victims, tenant: Any) -> None:
    """When the configuration has changed meanwhile, the error names the import command; it works as it is printed."""
    made = _orphan(victims, tenant, "/api/v2/purpose") + _orphan(victims, tenant, "/api/v2/project")
    changed = {kind: {"it": {**each["it"], "description": "changed"}} for kind, each in PAIR.items()}
    workspace = victims.workspace
    workspace.write(changed)
    printed = workspace.apply_fails()
    for address, key in (("immuta_purpose.it", "Research of 'ours'"), ("immuta_project.it", "study")):
        commands = re.findall(r"(terraform import <address> '.*?') or set", printed)
        (command,) = [each for each in commands if key[:5] in each]
        assert shlex.split(command)[3] == key
        workspace.run(*shlex.split(command.replace("<address>", address))[1:])
    workspace.apply()
    assert ids(tenant) == sorted(made)
    assert {each["description"] for each in (*tenant.purposes(), *tenant.projects())} == {"changed"}
    workspace.assert_no_changes()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_what_an_interrupted_apply_made_is_in_the_state(victims: Victims, tenant: Any, sent: signal.Signals) -> None:
    """Everybody is asked to end between the write and the read that follows it: the id is in the state, tainted."""
    victims.workspace.write({"immuta_purpose": {"it": {"name": "Research"}}})
    tenant.fault("hang", method="GET", path="/governance/purpose/*", count=1)
    process = victims.start("apply", *OPTIONS)
    until(lambda: _hangs(tenant))
    os.killpg(process.pid, sent)
    time.sleep(0.3)
    tenant.clear_faults()
    process.communicate(timeout=20)
    assert [each["id"] for each in victims.workspace.state().values()] == ids(tenant)
    assert '"status": "tainted"' in victims.recorded()
    assert converge(victims.workspace, "apply") == 1
    assert [each["id"] for each in victims.workspace.state().values()] == ids(tenant)
    victims.workspace.assert_no_changes()


def _orphan(victims: Victims, tenant: Any, path: str) -> list[str]:
    """Kill Terraform and the provider when the tenant has made the object of this path; returns the ids."""
    kind = f"immuta_{path.rpartition('/')[2]}"
    victims.workspace.write({kind: PAIR[kind]})
    skip = 1 if kind == "immuta_project" else 0  # the dry run comes first
    tenant.fault("hang", effect=True, method="POST", path=path, skip=skip, count=1)
    tenant.clear_request_log()
    process = victims.start("apply", *OPTIONS)
    until(lambda: _hangs(tenant))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=20)
    tenant.clear_faults()
    victims.workspace.write(PAIR)
    made = tenant.purposes() if kind == "immuta_purpose" else tenant.projects()
    return [str(each["id"]) for each in made]
