"""Every error that this library raises, in one tree, so that an application can catch exactly what it means.

    ConstructsError
    ├── EngineError      no engine is installed, node is missing, or two engines are mixed
    ├── ScopeError       a construct cannot live where it was put, or its id would be lost
    ├── ValueProblem     a value, an attribute name or a meta argument that Terraform would refuse or the CDK would lose
    └── TenantError      a test's local tenant could not be started (in `immuta_constructs.testing`)

The messages begin with the caller's own file and line: the engine's stack traces end in JavaScript and help nobody.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from types import FrameType

__all__ = ["ConstructsError", "EngineError", "ScopeError", "ValueProblem", "at_caller", "caller"]

_OURS = ("immuta_constructs", "jsii")


class ConstructsError(Exception):
    """Base of all errors of this library."""


class EngineError(ConstructsError, ImportError):
    """The CDK engine is absent, cannot start, or is not the one that the scope was made with."""


class ScopeError(ConstructsError, ValueError):
    """The scope or the id of a construct would make it disappear from the output or collide with another one."""


class ValueProblem(ConstructsError, ValueError):
    """A value that would be lost, changed without a word, or refused much later and far from its line."""


def _is_ours(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    return module.partition(".")[0] in _OURS


def caller() -> tuple[str, int]:
    """File (relative to the working directory where possible) and line of the nearest frame outside this library."""
    frame: FrameType | None = inspect.currentframe()
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    if frame is None:
        return "<unknown>", 0
    return _shortened(frame.f_code.co_filename), frame.f_lineno


def _shortened(path: str) -> str:
    file = Path(path)
    return str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else path


def at_caller(message: str) -> str:
    """Put the caller's file and line in front of a message."""
    file, line = caller()
    return f"{file}:{line}: {message}"
