"""Log lines are hclog's JSON, at the level that the user asked for."""

from __future__ import annotations

import json
import logging

import pytest

from terraform_plugin import log


def line(level: int, message: str, **extra: object) -> dict[str, object]:
    """A record as the formatter writes it."""
    record = logging.LogRecord("provider.x", level, "f.py", 1, message, (), None)
    vars(record).update(extra)
    written: dict[str, object] = json.loads(log.TerraformFormatter().format(record))
    return written


def test_a_line_is_what_hclog_writes() -> None:
    written = line(logging.INFO, "waiting\nfor it", fields={"seconds": 3, "@level": "info"})
    assert written.pop("@timestamp")
    assert written == {"@level": "info", "@message": "waiting\nfor it", "@module": "provider.x", "seconds": 3}


@pytest.mark.parametrize(
    ("level", "name"),
    [(5, "trace"), (10, "debug"), (20, "info"), (30, "warn"), (40, "error"), (50, "error")],
)
def test_levels_have_terraforms_names(level: int, name: str) -> None:
    assert line(level, "x")["@level"] == name


def test_a_traceback_is_a_field() -> None:
    error = ValueError("oops")
    written = line(logging.DEBUG, "x", exc_info=(ValueError, error, error.__traceback__))
    assert "ValueError: oops" in str(written["traceback"])


@pytest.mark.parametrize(
    ("environment", "level"),
    [
        ({}, logging.ERROR),
        ({"TF_LOG": "trace"}, log.TRACE),
        ({"TF_LOG": "JSON"}, log.TRACE),
        ({"TF_LOG": "WARN"}, logging.WARNING),
        ({"TF_LOG": "OFF"}, logging.ERROR),
        ({"TF_LOG": "ERROR", "TF_LOG_PROVIDER": "DEBUG"}, logging.DEBUG),
    ],
)
def test_the_level_is_what_the_user_asked_for(environment: dict[str, str], level: int) -> None:
    assert log.wanted_level(environment) == level
