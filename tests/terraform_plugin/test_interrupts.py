"""What becomes of objects, processes and secrets when a real `terraform` is interrupted, killed, or told to log."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.terraform_plugin.conftest import LAUNCHED, Workspace, wait_until

pytestmark = pytest.mark.terraform

SLOW = 'resource "probe_thing" "slow" {\n  name   = "slow"\n  behave = "slow"\n}\n'


def to_terraform(process: subprocess.Popen[str], sent: signal.Signals) -> None:
    """Signal Terraform alone, as a supervisor does."""
    process.send_signal(sent)


def to_group(process: subprocess.Popen[str], sent: signal.Signals) -> None:
    """Signal Terraform and the provider, as a terminal does."""
    os.killpg(process.pid, sent)


@pytest.mark.parametrize(
    ("send", "sent"),
    [(to_terraform, signal.SIGINT), (to_group, signal.SIGINT), (to_group, signal.SIGTERM)],
    ids=["terraform", "terminal", "supervisor"],
)
def test_an_interrupted_create_is_kept_at_once(
    attached: Workspace, send: Callable[[subprocess.Popen[str], signal.Signals], None], sent: signal.Signals
) -> None:
    process = attached.start_apply(SLOW, **LAUNCHED)
    attached.wait_for_object("slow")
    begun = time.monotonic()
    send(process, sent)
    text, _ = process.communicate(timeout=25)
    assert time.monotonic() - begun < 10  # it would have waited for 30 seconds
    assert process.returncode == 1
    assert "Terraform asked to stop" in text
    state = attached.state()["probe_thing.slow"]
    assert (state["id"], state["tainted"]) == ("thing-slow", True)

    attached.apply(SLOW)  # the next apply converges: what was half made is replaced
    assert (attached.objects(), attached.state()["probe_thing.slow"]["tainted"]) == ({"slow"}, False)


def test_the_provider_ends_when_terraform_is_killed(workspace: Workspace) -> None:
    process = workspace.start_apply(SLOW)
    workspace.wait_for_object("slow")
    assert len(workspace.providers()) >= 1
    process.kill()
    process.communicate(timeout=20)
    wait_until(lambda: not workspace.providers())
    assert workspace.leftovers() == []


def test_busy_handlers_run_at_the_same_time(attached: Workspace) -> None:
    things = 'resource "probe_thing" "busy" {\n  count  = 20\n  name   = "busy-${count.index}"\n  behave = "busy"\n}\n'
    attached.apply(things, "-parallelism=20")
    written = sorted(path.stat().st_mtime for path in attached.store.glob("*.json"))
    assert len(written) == 20
    assert written[-1] - written[0] < 1.5  # each handler keeps its thread busy for 1.5 s after it has written
    revisions = {name: attached.object(name)["id"] for name in attached.objects()}
    assert revisions == {f"busy-{index}": f"thing-busy-{index}" for index in range(20)}


def test_the_log_shows_progress_and_no_secret_and_private_state_is_kept(attached: Workspace) -> None:
    hcl = SLOW.replace("}\n", '  secret    = "planted sensitive"\n  secret_wo = "planted write-only"\n}\n')
    log = attached.folder / "terraform.log"
    attached.apply(hcl, TF_LOG="TRACE", TF_LOG_PATH=str(log), PROBE_SLOW="0.1", **LAUNCHED)
    assert (attached.store / "slow.secret").read_text() == "planted write-only"
    lines = log.read_text().splitlines()
    own = [line for line in lines if "provider.terraform-provider-probe" in line]
    (progress,) = [line for line in own if 'probe_thing "slow": waiting' in line.replace('\\"', '"')]
    assert "[INFO]" in progress
    assert "seconds=0.1" in progress
    assert any("a handler that prints" in line for line in own)
    assert [line for line in own if "planted" in line] == []

    attached.apply(hcl.replace("planted sensitive", "another"))
    private = attached.state()["probe_thing.slow"]["private"]
    assert json.loads(base64.b64decode(private)) == {"writes": 2}
    assert [path for path in pathlib.Path(attached.environment["HOME"]).rglob("*") if path.is_file()] == []
