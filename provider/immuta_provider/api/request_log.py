"""One log line per attempt, so that users see what was asked and answered; bodies only at trace, secrets never."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

if TYPE_CHECKING:
    import logging

    from immuta_provider.api.calls import Call
    from immuta_provider.api.errors import RequestFailed
    from immuta_provider.api.masking import Masker

_LEVELS = {"trace": 5, "debug": 10, "info": 20, "warn": 30, "error": 40}


class Log(Protocol):
    """Where lines go. Levels are "trace", "debug", "info", "warn" and "error"."""

    def enabled(self, level: str) -> bool:
        """Whether a line of this level would be kept."""

    def __call__(self, level: str, message: str, fields: Mapping[str, Any]) -> None:
        """Take one line."""


class LoggingLog:
    """Lines to Python's `logging`, the fields in the record's `fields`; trace is level 5."""

    def __init__(self, name: str = "immuta_provider.api") -> None:
        import logging

        self._logger: logging.Logger = logging.getLogger(name)

    def enabled(self, level: str) -> bool:
        """Whether the logger keeps lines of this level."""
        return self._logger.isEnabledFor(_LEVELS[level])

    def __call__(self, level: str, message: str, fields: Mapping[str, Any]) -> None:
        """Hand one line to the logger."""
        self._logger.log(_LEVELS[level], "%s", message, extra={"fields": dict(fields)})


class RequestLog:
    """Writes the lines of requests to a Log, masked."""

    def __init__(self, log: Log, masker: Masker) -> None:
        self._log = log
        self._masker = masker

    def sending(self, call: Call, attempt: int) -> None:
        """The body that is about to be sent (trace)."""
        if call.body is not None and self._log.enabled("trace"):
            body = json.dumps(self._masker.value(call.body))
            self._log("trace", f"request body of {call.attempted}", {"attempt": attempt, "body": body})

    def received(self, call: Call, attempt: int, body: bytes) -> None:
        """The body that was received (trace)."""
        if body and self._log.enabled("trace"):
            text = self._masker.value(body.decode("utf-8", "replace"))
            self._log("trace", f"response body of {call.attempted}", {"attempt": attempt, "body": text})

    def attempt(self, call: Call, attempt: int, ms: float, *, status: int | None, problem: str = "") -> None:
        """How one attempt ended (debug): with a status, or with a problem where there was no answer."""
        if not self._log.enabled("debug"):
            return
        path = self._path(call)
        outcome = str(status) if status is not None else f"no answer: {problem}"
        message = f"{call.method} {path} -> {outcome} in {ms:.0f} ms (attempt {attempt})"
        fields = {"method": call.method, "path": path, "status": status, "ms": round(ms, 1), "attempt": attempt}
        self._log("debug", message, fields)

    def waiting(self, call: Call, error: RequestFailed, seconds: float) -> None:
        """The client waits before its next attempt (warn)."""
        fields = {"code": error.code, "status": error.status, "attempt": error.attempts, "seconds": round(seconds, 2)}
        self._log("warn", f"{call.attempted}: {error.summary}; next attempt in {seconds:.1f} s", fields)

    def _path(self, call: Call) -> str:
        if not call.params:
            return self._masker.literals(call.path)
        query = urlencode({key: self._masker.value(value, key) for key, value in call.params.items()}, doseq=True)
        return self._masker.literals(f"{call.path}?{query}")
