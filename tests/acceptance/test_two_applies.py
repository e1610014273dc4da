"""Two people apply at once: against one local state, and against one state in PostgreSQL from two folders.

Whoever comes second is refused or waits, as they choose; nothing is lost, and nothing is made twice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import Any

import pytest

from tests.acceptance.terraform import Workspace, flat

pytestmark = pytest.mark.terraform

OPTIONS = ("-no-color", "-input=false", "-auto-approve")
PURPOSES = ("Billing", "Research", "Research.Churn")
RESOURCES: dict[str, dict[str, Any]] = {
    "immuta_purpose": {
        "research": {"name": "Research"},
        "churn": {"name": "Research.Churn", "depends_on": ["immuta_purpose.research"]},
        "billing": {"name": "Billing", "description": "Invoices"},
    },
    "immuta_project": {
        "study": {"project_key": "study", "name": "Study", "purposes": ["${immuta_purpose.churn.name}"]},
        "invoices": {"project_key": "invoices", "name": "Invoices", "purposes": ["${immuta_purpose.billing.name}"]},
    },
}


def start(workspace: Workspace, *options: str) -> subprocess.Popen[str]:
    """Start an apply in a process group of its own."""
    return subprocess.Popen(
        [*workspace.program, "apply", *OPTIONS, *options],
        cwd=workspace.folder,
        env=workspace.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], code: int = 0) -> str:
    """Wait for an apply; returns what it printed."""
    text, _ = process.communicate(timeout=60)
    assert process.returncode == code, text
    return text


def wait_for_write(tenant: Any) -> None:
    """Wait until the first apply is in the middle of its work."""
    end = time.monotonic() + 30
    while not any(each.method == "POST" for each in tenant.request_log()):
        assert time.monotonic() < end, "nothing was written"
        time.sleep(0.01)


def assert_complete(workspace: Workspace, tenant: Any) -> None:
    """The tenant holds what is declared, once; the state knows all of it, and there is nothing to do."""
    purposes, projects = tenant.purposes(), tenant.projects()
    assert sorted(each["name"] for each in purposes) == sorted(PURPOSES)
    assert sorted(each["projectKey"] for each in projects) == ["invoices", "study"]
    known = workspace.run("state", "pull").partition("{")
    for each in (*purposes, *projects):
        assert f'"id": "{each["id"]}"' in known[2]
    workspace.assert_no_changes()


@pytest.fixture
def slow(tenant: Any) -> Any:
    """The tenant, slow enough to be met in the middle."""
    tenant.latency(60)
    return tenant


def test_the_second_is_refused_and_can_wait(workspace: Workspace, slow: Any) -> None:
    workspace.write(RESOURCES)
    first = start(workspace)
    wait_for_write(slow)
    refused, waiting = start(workspace), start(workspace, "-lock-timeout=30s")
    text = flat(finish(refused, code=1))
    assert "Error acquiring the state lock" in text
    assert "Lock Info: ID:" in text
    assert "5 added, 0 changed, 0 destroyed" in finish(first)
    assert "0 added, 0 changed, 0 destroyed" in finish(waiting)
    assert_complete(workspace, slow)


def test_without_a_lock_nothing_is_made_twice(workspace: Workspace, slow: Any) -> None:
    """Whoever insists on `-lock=false` may have to apply once more; the tenant has everything once all the same."""
    workspace.write(RESOURCES)
    for process in [start(workspace, "-lock=false") for _ in range(2)]:
        process.communicate(timeout=60)
    workspace.apply()
    assert_complete(workspace, slow)


@pytest.fixture
def two(shared: tuple[Workspace, Workspace]) -> tuple[Workspace, Workspace]:
    """Two folders with one configuration and one state in PostgreSQL."""
    for each in shared:
        each.write(RESOURCES)
        config = each.folder / "main.tf.json"
        config.write_text(config.read_text().replace('"terraform": {', '"terraform": {"backend": {"pg": {}},', 1))
        each.run("init", "-no-color", "-input=false")
    return shared


def test_in_postgres_the_second_is_refused_and_can_wait(two: tuple[Workspace, Workspace], slow: Any) -> None:
    mine, yours = two
    first = start(mine)
    wait_for_write(slow)
    refused, waiting = start(yours), start(yours, "-lock-timeout=30s")
    assert "Error acquiring the state lock" in flat(finish(refused, code=1))
    assert "5 added, 0 changed, 0 destroyed" in finish(first)
    assert "0 added, 0 changed, 0 destroyed" in finish(waiting)
    for each in two:
        assert_complete(each, slow)
        assert not (each.folder / "terraform.tfstate").exists()


def test_in_postgres_without_a_lock_nothing_is_made_twice(two: tuple[Workspace, Workspace], slow: Any) -> None:
    for process in [start(each, "-lock=false") for each in two]:
        process.communicate(timeout=60)
    two[0].apply()
    for each in two:
        assert_complete(each, slow)


def test_a_killed_apply_leaves_no_lock_in_postgres(two: tuple[Workspace, Workspace], slow: Any) -> None:
    """Whatever the killed one had made is adopted by the next one, from another folder."""
    mine, yours = two
    first = start(mine)
    wait_for_write(slow)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate(timeout=20)
    yours.apply()
    for each in two:
        assert_complete(each, slow)
