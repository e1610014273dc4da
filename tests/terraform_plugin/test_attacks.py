"""What the plugin server survives: many calls at once, great sizes, and every way to end a process half-way."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.terraform_plugin.conftest import LAUNCHED, Workspace, wait_until

pytestmark = pytest.mark.terraform


def things(count: int, body: str) -> str:
    """Many objects."""
    return f'resource "probe_everything" "many" {{\n  count = {count}\n  name  = "thing-${{count.index}}"\n{body}\n}}\n'


def one(behave: str) -> str:
    """One object, which misbehaves."""
    return f'resource "probe_everything" "it" {{\n  name   = "it"\n  behave = "{behave}"\n}}\n'


def working_provider(workspace: Workspace) -> int:
    """The process that has the create in hand: the youngest of those that still run."""
    return max(workspace.providers(), key=lambda pid: (workspace.pids / str(pid)).stat().st_mtime_ns)


def test_forty_creates_wait_at_once_and_one_stop_ends_them_all(everything: Workspace) -> None:
    process = everything.start_apply(things(40, '  behave = "wait"'), "-parallelism=40", **LAUNCHED)
    wait_until(lambda: len(everything.objects()) == 40, 60)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    text, _ = process.communicate(timeout=60)
    assert time.monotonic() - begun < 15, "each of them would have waited for 30 seconds"
    assert text.count("Terraform asked to stop") == 40
    path = everything.folder / "terraform.tfstate"
    assert path.read_text().count('"status": "tainted"') == 40


def test_a_second_ctrl_c_ends_terraform_and_what_was_made_is_found_again(everything: Workspace) -> None:
    process = everything.start_apply(one("deaf"), PROBE_SLOW="60", **LAUNCHED)
    everything.wait_for_object("it")
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    begun = time.monotonic()
    text, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Two interrupts received" in text
    assert time.monotonic() - begun < 10
    assert everything.state() == {}, "Terraform left without the answer: the object is nobody's"
    wait_until(lambda: not everything.providers(), 40)
    everything.apply('import {\n  to = probe_everything.it\n  id = "it"\n}\n' + one("deaf"))
    everything.assert_nothing_to_do()
    assert everything.state()["probe_everything.it"]["tainted"] is False


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_a_provider_that_is_ended_during_a_create_leaves_an_error_and_a_way_on(
    everything: Workspace, sent: signal.Signals
) -> None:
    process = everything.start_apply(one("wait"), **LAUNCHED)
    everything.wait_for_object("it")
    os.kill(working_provider(everything), sent)
    text, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    if sent == signal.SIGTERM:
        assert everything.state()["probe_everything.it"]["tainted"] is True
        assert "Terraform asked to stop" in text
    else:
        assert "Plugin did not respond" in text or "Request cancelled" in text  # which of them is a matter of luck
        assert everything.state() == {}
        everything.import_object("probe_everything.it", "it")
    everything.apply(one("none"))
    everything.assert_nothing_to_do()
    assert everything.objects() == {"it"}
    if sent == signal.SIGKILL:  # a process that is killed cannot clear up after itself
        for left in everything.temporary.glob("tfp-*"):
            (left / "s").unlink()
            left.rmdir()


@pytest.mark.soak
def test_a_killed_terraform_takes_its_provider_along_and_leaves_no_lock(everything: Workspace) -> None:
    process = everything.start_apply(one("wait"), **LAUNCHED)
    everything.wait_for_object("it")
    process.kill()
    process.communicate(timeout=20)
    wait_until(lambda: not everything.providers())
    everything.apply('import {\n  to = probe_everything.it\n  id = "it"\n}\n' + one("none"))
    everything.assert_nothing_to_do()


def test_a_schema_of_two_thousand_attributes_is_served(everything: Workspace) -> None:
    wide = "".join(f'  a{index:04} = "value {index}"\n' for index in range(0, 2000, 2))
    everything.apply(f'resource "probe_wide" "it" {{\n{wide}}}\n')
    everything.assert_nothing_to_do()
    state = everything.state()["probe_wide.it"]
    assert (state["a1998"], state["a1999"]) == ("value 1998", None)


@pytest.mark.soak
def test_messages_of_many_megabytes_in_every_kind_of_value(everything: Workspace) -> None:
    for name, size in (("big", 6_000_000), ("some", 25_000)):
        (everything.folder / f"{name}.txt").write_text("x" * size)
    everything.apply(
        'locals {\n  big  = file("big.txt")\n  some = file("some.txt")\n}\n'
        'resource "probe_everything" "text" {\n  name = "text"\n  text = local.big\n}\n'
        'resource "probe_everything" "deep" {\n  name = "deep"\n'
        '  many = [for at in range(200) : { name = "leaf ${at}", hidden = local.some }]\n'
        "  free = { big = [local.big] }\n  secret_wo = local.big\n}\n"
    )
    everything.assert_nothing_to_do()
    assert len(everything.object("text")["text"]) == 6_000_000
    assert len(everything.object("deep")["many"]) == 200


@pytest.mark.soak
def test_a_thousand_objects_are_planned_and_made(everything: Workspace) -> None:
    body = '  many = [{ name = "a" }, { name = "b" }]\n  trees = { t = { leaf = { name = "x" } } }'
    assert len(everything.plan(things(1000, body))) == 1000
    everything.run("apply", "-parallelism=40", "plan.bin")
    everything.assert_nothing_to_do()
    assert len(everything.objects()) == 1000
    everything.destroy()
    assert everything.objects() == set()


def test_a_thousand_objects_are_planned(everything: Workspace) -> None:
    everything.write(things(1000, '  many = [{ name = "a" }, { name = "b" }]'))
    assert "1000 to add" in everything.run("plan", "-no-color", "-input=false").text


@pytest.mark.soak
def test_forty_calls_before_anything_is_made_are_stopped_and_leave_nothing(everything: Workspace) -> None:
    process = everything.start_apply(things(40, '  behave = "wait-first"'), "-parallelism=40", **LAUNCHED)
    wait_until(lambda: len(everything.objects()) == 40, 60)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert everything.state() == {}
    assert all(name.endswith(".begun") for name in everything.objects())
