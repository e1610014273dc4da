"""What a handler is given: private state, diagnostics, saved state, and waits that end when they must."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from terraform_plugin import Context, Model, Path, Stop, Stopped, attribute


class Small(Model):
    """A model."""

    name: str | None = attribute()


def context(stop: Stop | None = None, private: bytes = b"") -> Context[Small]:
    """A context for one object."""
    return Context('x_small "a"', provider="client", stop=stop or Stop(), private=private)


def test_private_state_goes_and_comes() -> None:
    ctx = context(private=b'{"seen": [1]}')
    assert ctx.private == {"seen": [1]}
    ctx.private["seen"].append(2)
    assert ctx.private_bytes() == b'{"seen": [1, 2]}'
    assert context().private_bytes() == b""


def test_the_configuration_is_there_only_where_terraform_sends_it() -> None:
    ctx = context()
    with pytest.raises(LookupError, match="no configuration"):
        _ = ctx.config
    ctx.about('x_small "b"', config=Small(name="b"))
    assert (ctx.label, ctx.config.name) == ('x_small "b"', "b")


def test_diagnostics_are_collected() -> None:
    ctx = context()
    ctx.error("Wrong", "No.", Path("name"))
    ctx.warning("Mind")
    assert [(each.severity, each.summary, str(each.path)) for each in ctx.diagnostics] == [
        (1, "Wrong", "name"), (2, "Mind", "")
    ]  # fmt: skip


def test_a_wait_ends_by_itself_or_at_once_when_asked() -> None:
    stop = Stop()
    ctx = context(stop)
    ctx.sleep(0.001)
    threading.Timer(0.05, stop.request).start()
    begun = time.monotonic()
    with pytest.raises(Stopped):
        ctx.sleep(30)
    assert time.monotonic() - begun < 5
    assert stop.requested
    with pytest.raises(Stopped):
        ctx.wait_for(lambda: False)


def test_waiting_asks_until_the_answer_is_yes() -> None:
    answers = iter([False, False, True])
    context().wait_for(lambda: next(answers), every=0.001)
    assert list(answers) == []


def test_progress_is_logged_with_the_object(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        context().progress("crawling", done=3)
    (record,) = caplog.records
    assert (record.name, record.getMessage()) == ("provider.x_small", 'x_small "a": crawling')
    assert vars(record)["fields"] == {"done": 3}


def test_what_was_saved_is_kept_as_values() -> None:
    ctx = context()
    ctx.save(Small(name="a"))
    assert ctx.saved == {"name": "a"}
