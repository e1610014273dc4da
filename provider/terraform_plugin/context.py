"""What a handler is given besides its model: a place for diagnostics, for state saved half-way, and a way to wait."""

from __future__ import annotations

import json
import logging
import threading
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from terraform_plugin.diagnostics import ERROR, WARNING, Diagnostic, Stopped
from terraform_plugin.model import Model, to_values
from terraform_plugin.paths import ROOT, Path

if TYPE_CHECKING:
    from collections.abc import Callable

M = TypeVar("M", bound=Model)


class Stop:
    """Whether Terraform asked to stop. Waits end at once when it does; `event` is set then."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def request(self) -> None:
        """Ask every handler to end soon."""
        self.event.set()

    def clear(self) -> None:
        """Begin anew: under a debugger one process serves one Terraform after the other."""
        self.event.clear()

    @property
    def requested(self) -> bool:
        """Whether Terraform asked to stop."""
        return self.event.is_set()

    def sleep(self, seconds: float) -> None:
        """Wait, at most `seconds`. Raises Stopped as soon as Terraform asks to stop."""
        if self.event.wait(seconds):
            raise Stopped


class Context(Generic[M]):
    """Everything a handler may use besides its model.

    `provider` is what the provider's `configure` returned (None while Terraform only validates), `private` is kept
    beside the state and never shown, `config` is the configuration as the user wrote it, with write-only values.
    `label` names the object and `attempted` what is being tried with it: together the summary of an error.
    """

    def __init__(self, label: str, *, provider: Any, stop: Stop, private: bytes = b"", config: M | None = None) -> None:
        self.label = label
        self.provider = provider
        self.stop = stop
        self.attempted = "Cannot handle"
        self.private: dict[str, Any] = {}
        self._config: M | None = None
        self.diagnostics: list[Diagnostic] = []
        self.saved: dict[str, Any] | None = None
        self._log = logging.getLogger("provider." + label.split(" ", maxsplit=1)[0])
        self.about(label, private=private, config=config)

    def about(self, label: str, *, private: bytes = b"", config: M | None = None) -> None:
        """Take over what the request says, once it has been read."""
        self.label = label
        self._config = config
        self.private = json.loads(private) if private else {}

    @property
    def config(self) -> M:
        """The configuration as the user wrote it. Raises LookupError in a handler that has none (read, delete)."""
        if self._config is None:
            raise LookupError("Terraform sends no configuration with this call")
        return self._config

    def private_bytes(self) -> bytes:
        """The private state as Terraform stores it."""
        return json.dumps(self.private, sort_keys=True).encode() if self.private else b""

    def error(self, summary: str, detail: str = "", path: Path = ROOT) -> None:
        """Report an error and go on."""
        self.diagnostics.append(Diagnostic(ERROR, summary, detail, path))

    def warning(self, summary: str, detail: str = "", path: Path = ROOT) -> None:
        """Report a warning."""
        self.diagnostics.append(Diagnostic(WARNING, summary, detail, path))

    def save(self, state: M) -> None:
        """Keep `state` whatever happens next. Call it as soon as the API has created something."""
        self.saved = to_values(state)

    def progress(self, message: str, **fields: Any) -> None:
        """Log how far a long operation is (level info)."""
        self._log.info("%s: %s", self.label, message, extra={"fields": fields})

    def sleep(self, seconds: float) -> None:
        """Wait. Raises Stopped as soon as Terraform asks to stop."""
        self.stop.sleep(seconds)

    def wait_for(self, done: Callable[[], bool], *, every: float = 2.0) -> None:
        """Ask `done` every few seconds until it says yes. Raises Stopped as soon as Terraform asks to stop."""
        while not done():
            self.sleep(every)
