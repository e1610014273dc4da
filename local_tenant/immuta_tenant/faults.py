"""Faults and latency on request: the rules, which request they strike, and how they are written.

A client is only as good as what it does when the server is not. Rules can be given at the start, over the control
endpoints and from tests; `injection` is what makes them happen.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any, Literal, Protocol

from pydantic import ConfigDict, Field, field_validator, model_validator

from immuta_tenant.errors import ApiError
from immuta_tenant.validation import Body, validated

NO_ANSWER = ("reset-unread", "reset", "hang")
OF_AN_ANSWER = ("truncated", "invalid-json")
KINDS = (*NO_ANSWER, *OF_AN_ANSWER, "html", "refused")
_STATUSES = frozenset(str(status.value) for status in HTTPStatus if status >= 400)
_REFUSED_SECONDS = 1.0
# The attributes that only mean something for some of the kinds.
_OWN = {"seconds": ("hang", "refused"), "status": ("html", "invalid-json")}
_OF_REFUSED = {"kind", "seconds", "count"}


class FaultError(ValueError):
    """A fault or a latency that was asked for makes no sense; the message says why."""


class Fault(Body):
    """One rule: what goes wrong, and for which requests. Also the body of `POST /_local/faults`.

    Parameters:
        kind: an HTTP status from 400 on as text (`"503"`), or one of `KINDS`.
        method, path: which requests; the path is a shell pattern (`/project/*`) for the decoded path.
        skip: how many matching requests go through first.
        count: how many requests are struck; by default every one until the faults are cleared. Of kind `refused`: how
            many connections are reset as soon as they are made, instead of refusing all for a while.
        rate: the share of the matching requests that is struck, chosen at random with `seed`.
        retry_after: seconds of a `Retry-After` header, sent as such or as a date (`retry_after_format`).
        seconds: how long it hangs (default: until the faults are cleared), or connections are refused (default: 1).
        status: the status of an answer of kind `html`, or of `invalid-json` that is not carried out (default: 200).
        effect: whether the request is carried out before the fault strikes. By default only for `truncated` and
            `invalid-json`, which spoil the true answer.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    method: str = "*"
    path: str = "*"
    skip: int = Field(default=0, ge=0)
    count: int | None = Field(default=None, ge=1)
    rate: float = Field(default=1.0, gt=0, le=1)
    seed: int = 0
    retry_after: int | None = Field(default=None, ge=0)
    retry_after_format: Literal["seconds", "date"] = "seconds"
    seconds: float | None = Field(default=None, gt=0)
    status: int = Field(default=200, ge=200, le=599)
    effect: bool | None = None

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in KINDS and kind not in _STATUSES:
            raise ValueError(f"must be an HTTP status from 400 on or one of [{', '.join(KINDS)}]")
        return kind

    @model_validator(mode="after")
    def _consistent(self) -> Fault:
        given = self.model_fields_set
        for name, kinds in _OWN.items():
            if name in given and self.kind not in kinds:
                raise ValueError(f"of a fault {self.kind} has no {name}; only {' and '.join(kinds)} have it")
        if self.kind not in _STATUSES and given & {"retry_after", "retry_after_format"}:
            raise ValueError(f"of a fault {self.kind} has no retry_after; only HTTP statuses have it")
        if self.kind == "refused" and (given - _OF_REFUSED or given >= _OF_REFUSED):
            raise ValueError("of a fault refused has only seconds or count: a connection comes before its requests")
        if self.kind == "reset-unread" and self.effect:
            raise ValueError("of a fault reset-unread cannot have an effect: what was not read is not carried out")
        return self

    @property
    def takes_effect(self) -> bool:
        """Whether the request is carried out before the fault strikes."""
        return self.kind in OF_AN_ANSWER if self.effect is None else self.effect

    @property
    def of_connections(self) -> bool:
        """Whether it strikes connections before there is a request."""
        return self.kind == "refused"

    def matches(self, method: str, path: str) -> bool:
        """Tell whether the rule is about a request."""
        return fnmatchcase(method, self.method.upper()) and fnmatchcase(path, self.path)


def parse_fault(text: str) -> Fault:
    """Return the fault of a text: a kind and its attributes (`429,method=POST,path=/api/v2/*,retry_after=1`).

    Raises:
        FaultError: it makes no sense.
    """
    kind, *options = text.split(",")
    values = {"kind": kind.strip()}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise FaultError(f"The fault {text!r} cannot be used: {option!r} is not NAME=VALUE.")
        values[name.strip()] = value.strip()
    return make_fault(text, values, strict=False)


def make_fault(shown: str, values: Mapping[str, Any], *, strict: bool = True) -> Fault:
    """Return the fault of these attributes.

    Raises:
        FaultError: it makes no sense; the message starts with how the fault was written.
    """
    try:
        return validated(Fault, values, strict=strict)
    except ApiError as error:
        raise FaultError(f"The fault {shown!r} cannot be used: {error.message}.") from None


class Listener(Protocol):
    """What accepts the tenant's connections."""

    def refuse(self, seconds: float) -> None:
        """Refuse connections for a while."""

    def close_idle(self) -> None:
        """Close the connections over which nothing is being served."""

    def accept(self) -> None:
        """Accept connections again."""


@dataclass
class _Rule:
    fault: Fault
    number: int
    seen: int = 0
    struck: int = 0
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.fault.seed)  # noqa: S311 - reproducible on purpose

    def strikes(self, method: str, path: str) -> bool:
        fault = self.fault
        if fault.of_connections or self.struck == fault.count or not fault.matches(method, path):
            return False
        self.seen += 1
        # The whole rate takes no luck: random() is below 1 always.
        if self.seen <= fault.skip or self.chance.random() >= fault.rate:
            return False
        self.struck += 1
        return True

    def strikes_connection(self) -> bool:
        if not self.fault.of_connections or self.struck == self.fault.count:
            return False
        self.struck += 1
        return True


class Faults:
    """The faults and latencies of one tenant. Safe to use from several threads.

    Parameters:
        faults, latency, latencies: what there is from the start; see `Settings`.

    Attributes:
        generation: another number after each `clear` and `release`: what is waiting then waits no longer.
    """

    def __init__(
        self, faults: Sequence[str] = (), latency: float = 0.0, latencies: Mapping[str, float] | None = None
    ) -> None:
        self.generation = 0
        self._lock = threading.Lock()
        self._listener: Listener | None = None
        self._refusal: float | None = None
        self._rules: list[_Rule] = []
        self._count = 0
        self._latencies: dict[str, float] = {}
        self._start = ([parse_fault(text) for text in faults], {"*": latency, **(latencies or {})})
        self._begin()

    def add(self, fault: Fault) -> int:
        """Arm a fault; returns its number. The first rule that strikes a request hides it from the later ones."""
        with self._lock:
            self._count += 1
            number = self._count
            by_time = fault.of_connections and fault.count is None
            if not by_time:
                self._rules.append(_Rule(fault, number))
        if by_time:
            self._refuse(fault.seconds or _REFUSED_SECONDS)
        elif fault.of_connections and self._listener is not None:
            self._listener.close_idle()
        return number

    def strike(self, method: str, path: str) -> Fault | None:
        """Return the fault that strikes this request, and count it."""
        with self._lock:
            return next((rule.fault for rule in self._rules if rule.strikes(method, path)), None)

    def strike_connection(self) -> bool:
        """Tell whether a new connection is to be reset, and count it."""
        with self._lock:
            return any(rule.strikes_connection() for rule in self._rules)

    def clear(self) -> None:
        """Disarm every fault; what hangs is reset, refused connections are accepted again."""
        with self._lock:
            self._rules.clear()
            self._refusal = None
        self.release()
        if self._listener is not None:
            self._listener.accept()

    def release(self) -> None:
        """Let nothing hang or wait any longer."""
        self.generation += 1

    def reset(self) -> None:
        """Return to the faults and latencies of the start."""
        self.clear()
        self.clear_latency()
        self._begin()

    def as_json(self) -> list[dict[str, Any]]:
        """Return the armed and the used-up faults with their numbers and how many requests each has struck."""
        with self._lock:
            return [
                {"id": rule.number, **rule.fault.model_dump(exclude_unset=True), "struck": rule.struck}
                for rule in self._rules
            ]

    def set_latency(self, milliseconds: float, path: str = "*") -> None:
        """Delay the requests of a path; of several patterns that match the longest one counts.

        Raises:
            FaultError: the latency is negative.
        """
        if milliseconds < 0:
            raise FaultError(f"A latency of {milliseconds} ms cannot be used: it must not be negative.")
        with self._lock:
            self._latencies[path] = milliseconds

    def clear_latency(self) -> None:
        """Delay nothing any more."""
        with self._lock:
            self._latencies.clear()

    def latencies(self) -> dict[str, float]:
        """Return the milliseconds of each pattern."""
        with self._lock:
            return dict(self._latencies)

    def latency_of(self, path: str) -> float:
        """Return how many milliseconds a request of this path is delayed."""
        found = {pattern: value for pattern, value in self.latencies().items() if fnmatchcase(path, pattern)}
        return found[max(found, key=len)] if found else 0.0

    def attach(self, listener: Listener) -> None:
        """Let faults of kind `refused` act on this listener; one of the start that waits for it acts now."""
        self._listener = listener
        if self._refusal is not None:
            listener.refuse(self._refusal)

    def _begin(self) -> None:
        faults, latencies = self._start
        for path, milliseconds in latencies.items():
            if milliseconds:
                self.set_latency(milliseconds, path)
        for fault in faults:
            self.add(fault)

    def _refuse(self, seconds: float) -> None:
        self._refusal = seconds
        if self._listener is not None:
            self._listener.refuse(seconds)
