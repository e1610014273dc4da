"""The fault matrix through real Terraform: each fault at some request of some resources, in `make soak` of all at all.

The same matrix runs in process for all resources (`tests/faults`); here Terraform itself decides what it keeps in the
state, what is tainted and what it asks again. The provider waits a tenth of its usual time between attempts.
"""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.acceptance import impatient
from tests.acceptance.cases import CASES
from tests.acceptance.conftest import API_KEY, PROGRAM
from tests.acceptance.suite import Case
from tests.acceptance.terraform import Workspace, attached_provider, environment
from tests.faults.matrix import FAULTS
from tests.faults.saboteur import Fault
from tests.faults.world import is_write, objects

pytestmark = pytest.mark.terraform
# One of each way to be written: V1 after V2, V2 alone, a connection that is waited for, an integration.
BY_DEFAULT = ("immuta_purpose", "immuta_data_policy", "immuta_connection-snowflake", "immuta_integration")
every_resource = pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case.title, marks=[] if case.title in BY_DEFAULT else [pytest.mark.soak]) for case in CASES],
)

COMMANDS = ("create", "plan", "update", "delete")
SECONDS = {"retry_after": 1, "seconds": 0.8}  # what the in-process matrix, whose clock jumps, has longer
ONE_AT_A_TIME = "-parallelism=1"  # so that the requests of a command come in the same order each time
TIMES = {"once": 1, "three times": 3, "always": None}


@pytest.fixture(scope="session")
def impatient_provider(tmp_path_factory: pytest.TempPathFactory, cli_config: pathlib.Path) -> Iterator[str]:
    """A provider process with short waits."""
    settings = environment(cli_config, tmp_path_factory.mktemp("home"))
    with attached_provider(settings, sys.executable, (str(impatient.__file__),)) as variable:
        yield variable


@pytest.fixture
def folder(tmp_path: pathlib.Path, cli_config: pathlib.Path, impatient_provider: str, tenant: Any) -> Workspace:
    """A workspace of that provider."""
    (tmp_path / "workspace").mkdir()
    settings = environment(cli_config, tmp_path, TF_REATTACH_PROVIDERS=impatient_provider)
    block = {"host": tenant.url, "api_key": API_KEY, "request_timeout": "1s"}
    return Workspace(tmp_path / "workspace", settings, PROGRAM, block)


@dataclass
class Life:
    """One resource's life, command by command: what each asks when nothing goes wrong, and what there is afterwards."""

    case: Case
    workspace: Workspace
    tenant: Any
    asked: dict[str, list[str]] = field(default_factory=dict)
    after: dict[str, dict[str, int]] = field(default_factory=dict)

    def learn(self) -> None:
        """Live once without faults, after making what the resource needs."""
        self._write(None)
        if self.case.requires:
            self.workspace.apply()
        for command in COMMANDS:
            self.tenant.clear_request_log()
            self.run(command)
            self.asked[command] = [_name(entry) for entry in self.tenant.request_log()]
            self.after[command] = objects(self.tenant)

    def run(self, command: str, **settings: Any) -> None:
        """One command, which has to succeed."""
        self.prepare(command, **settings)
        if command == "plan":
            self.workspace.run("plan", "-no-color", "-input=false", "-detailed-exitcode", ONE_AT_A_TIME)
        else:
            self.workspace.apply(ONE_AT_A_TIME)

    def fails(self, command: str, **settings: Any) -> str:
        """One command, which has to fail; returns what it printed."""
        self.prepare(command, **settings)
        if command == "plan":
            return self.workspace.run("plan", "-no-color", "-input=false", ONE_AT_A_TIME, ok=(1,))
        return self.workspace.apply_fails(ONE_AT_A_TIME)

    def prepare(self, command: str, **settings: Any) -> None:
        """Write the configuration that the command is about."""
        attributes = {**self.case.full}
        if command == "update":
            updates = self.case.updates.items()
            in_place = (change for name, change in updates if name not in self.case.replaces)
            attributes |= next(in_place, next(iter(self.case.updates.values())))
        self._write(None if command == "delete" else attributes, **settings)

    def check(self, command: str) -> None:
        """Nothing is left to do, and the tenant holds what it should: no orphan, no duplicate."""
        if command in ("create", "update"):
            self.workspace.assert_no_changes()
        assert objects(self.tenant) == self.after[command], command

    def places(self, command: str) -> list[int]:
        """The requests of a command that faults are tried at: writes, and of reads the last one."""
        asked = self.asked[command]
        writes = [at for at, name in enumerate(asked) if is_write(name)]
        reads = [at for at, name in enumerate(asked) if not is_write(name)]
        return sorted({*writes, *reads[-1:]} if command != "plan" else reads[-1:])

    def _write(self, attributes: dict[str, Any] | None, **settings: Any) -> None:
        resources = {kind: dict(named) for kind, named in self.case.requires.items()}
        if attributes is not None:
            resources = self.case.resources(attributes)
        self.workspace.write(resources, provider={"immuta": settings})


@pytest.fixture
def life(case: Case, folder: Workspace, tenant: Any) -> Life:
    """The life of a case in this test's workspace."""
    known = Life(case, folder, tenant)
    known.learn()
    return known


def _name(entry: Any) -> str:
    return f"{entry.method} {entry.path}{'?dryRun=true' if entry.query.get('dryRun') == 'true' else ''}"


def _arm(tenant: Any, fault: Fault, position: int, times: int | None = 1) -> None:
    """Strike `times` requests from the one at `position` on. A refused connection comes before all requests."""
    attributes = {name: SECONDS.get(name, value) for name, value in fault.attributes.items()}
    number = {} if times is None else {"count": times}
    if fault.kind != "refused":
        tenant.fault(fault.kind, skip=position, **number, **attributes)
    elif times is None:
        tenant.fault("refused", seconds=60)
    else:
        tenant.fault("refused", **(number if "count" in attributes else attributes))


def _spread(left: list[Fault], asked: Sequence[str]) -> Iterator[tuple[Fault, int]]:
    for position, name in enumerate(asked):
        fits = next((fault for fault in left if is_write(name) or not fault.of_writes), None)
        if fits is None:
            continue
        left.remove(fits)
        yield fits, position
        if fits.kind == "refused":
            return  # it strikes connections, so that the positions after it are not the requests' any more


@every_resource
def test_faults(life: Life, record_property: Any) -> None:
    """Terraform notices nothing of a fault that passes, and loses nothing by one that lasts."""
    record_property("Terraform fault cases", _outlived(life) + _recovered(life))


def _outlived(life: Life) -> int:
    """Strike one request after the other, once each, in as many lives as it takes."""
    left, rounds = list(FAULTS), 0
    while left:
        rounds += 1
        assert rounds < len(FAULTS), left
        for command in COMMANDS:
            faults = list(_spread(left, life.asked[command]))
            for fault, position in faults:
                _arm(life.tenant, fault, position)
            life.run(command)
            # A write that was carried out although its answer was lost can make a later request needless.
            left += _missed(life.tenant, [fault for fault, _ in faults])
            life.tenant.clear_faults()
            life.check(command)
    return len(FAULTS)


def _missed(tenant: Any, armed: list[Fault]) -> list[Fault]:
    counted = [fault for fault in armed if "seconds" not in fault.attributes]
    rules = tenant.tenant.faults.as_json()
    return [fault for fault, rule in zip(counted, rules, strict=True) if not rule["struck"]]


def _recovered(life: Life) -> int:
    """Let each command fail after its last write took effect: it says what and why, and the next run puts it right."""
    for command in COMMANDS:
        done = {} if command == "plan" else {"effect": True}
        if done and not any(is_write(name) for name in life.asked[command]):
            life.run(command)  # nothing of it can be half done
            continue
        life.tenant.fault("500", skip=life.places(command)[-1], **done)
        printed = life.fails(command, max_retries=0)
        assert f"{life.case.type_name} " in printed
        assert "Injected by the local tenant: 500." in printed
        assert "docs/errors.md#api-server-unavailable" in printed
        life.tenant.clear_faults()
        life.run(command)
        life.check(command)
    return len(COMMANDS)


@pytest.mark.soak
@every_resource
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_whole_matrix(life: Life, fault: Fault, record_property: Any) -> None:
    """One fault at each write and at a read of each command: once, three times and for good."""
    lives = max(len(life.places(command)) for command in COMMANDS)
    cases = sum(_lived(life, fault, number, times) for times in TIMES for number in range(lives))
    record_property("Terraform fault cases", cases)


def _lived(life: Life, fault: Fault, number: int, times: str) -> int:
    """Strike the request `number` of those that each command has for it; returns how many were struck."""
    count = 0
    for command in COMMANDS:
        places = life.places(command)
        if number < len(places) and (not fault.of_writes or is_write(life.asked[command][places[number]])):
            count += 1
            _strike(life, command, fault, places[number], times)
        else:
            life.run(command)
        life.check(command)
    return count


def _strike(life: Life, command: str, fault: Fault, position: int, times: str) -> None:
    _arm(life.tenant, fault, position, TIMES[times])
    struck = life.asked[command][position]  # a delete that was carried out is answered by 404, whatever its body
    done_all_the_same = fault.kind == "invalid-json" and struck.startswith("DELETE ") and not fault.of_writes
    if times != "always" or done_all_the_same:
        life.run(command)
        life.tenant.clear_faults()
        return
    printed = life.fails(command, max_retries=1)
    assert fault.code in printed
    assert "Traceback" not in printed
    assert API_KEY not in printed
    life.tenant.clear_faults()
    life.run(command)
