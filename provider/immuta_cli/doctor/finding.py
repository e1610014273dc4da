"""What a check has found: the one form in which all of them answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is. Only a problem makes the command fail."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Parameters:
        check: what was looked at, one word.
        level: how bad it is.
        found: what was found.
        cure: what to type or do; empty where there is nothing to do.
    """

    check: str
    level: Level
    found: str
    cure: str = ""


def ok(check: str, found: str) -> Finding:
    """Return that all is well."""
    return Finding(check, Level.OK, found)


def warning(check: str, found: str, cure: str) -> Finding:
    """Return that something is missing which not every set-up needs."""
    return Finding(check, Level.WARNING, found, cure)


def problem(check: str, found: str, cure: str) -> Finding:
    """Return that a deployment would fail."""
    return Finding(check, Level.PROBLEM, found, cure)
