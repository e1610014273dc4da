"""Requests that nobody thought of: Schemathesis makes them from the published document and judges the answers.

Requests that the document allows and requests that it forbids, at every place of every operation: first the edges of
each schema one after the other, then random ones. A generated key or id names nothing, so most of them are replaced by
those of a world that is made anew after each change: connections of both technologies and in several states, their
data objects, their tasks and runs. Without that a run would see little but 404.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema
from schemathesis.openapi.checks import RejectedPositiveData

from tests.contract.openapi import document
from tests.contract.prose import as_schema

READS = ("GET", "HEAD", "OPTIONS")
SEARCH = "/api/connections/dataObjects/_search"
# One generated path in so many keeps what was generated.
_KEPT = 8


class World(Protocol):
    """What generated requests are about."""

    def renew(self) -> None:
        """Go back to the start."""

    def path(self, operation: str, body: Any, choice: int) -> dict[str, str]:
        """Return values of all path parameters that belong together, chosen by a number, for a request's body."""

    def may_refuse(self, operation: str, path: Mapping[str, Any], query: Mapping[str, Any], body: Any) -> bool:
        """Tell whether a 400 may answer a request that the schemas allow, because of what is stored."""


@dataclass
class Outcome:
    """What a run has seen."""

    phases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    succeeded: set[str] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """How many requests were judged."""
        return sum(self.phases.values())


def run(
    application: Any,
    world: World,
    *,
    paths: Collection[str],
    api_key: str,
    seed: int,
    examples: int,
    coverage: bool = True,
    constants: bool = False,
) -> Outcome:
    """Send generated requests to an ASGI application.

    Parameters:
        application: what answers.
        world: where keys and ids come from.
        paths: the paths of the operations.
        api_key: goes with each request.
        seed: the same seed makes the same requests.
        examples: random requests per operation, of each kind.
        coverage: whether to go through the edges of every schema.
        constants: whether texts of the application's source stand among those that are generated. A change of the
            source then changes the requests.
    """
    config = _config(api_key, seed, examples, coverage=coverage, constants=constants)
    schema = schemathesis.openapi.from_dict(as_schema(document()), config=config)
    schema.app = application
    outcome = Outcome()
    with _paths_of(world):
        for event in from_schema(schema.include(path=[*paths])).execute():
            _take(outcome, event, world)
    return outcome


def _config(api_key: str, seed: int, examples: int, *, coverage: bool, constants: bool) -> SchemathesisConfig:
    # What is learned from answers would make a run depend on ids that are drawn at random.
    unlearned = {"extra-data-sources": {"responses": False}}
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "headers": {"Authorization": api_key},
            "continue-on-failure": True,
            "analysis": {"constants": {"enabled": constants}},
            "generation": {
                "max-examples": examples,
                "with-security-parameters": False,
                "database": "none",
                "no-shrink": True,
            },
            "phases": {
                "examples": {"enabled": False},
                "stateful": {"enabled": False},
                "coverage": {"enabled": coverage, **unlearned},
                "fuzzing": {**unlearned, "error-feedback": {"enabled": False}},
            },
        }
    )


@contextmanager
def _paths_of(world: World) -> Iterator[None]:
    changed = True

    def before_call(context: Any, case: Any, kwargs: Any) -> None:
        nonlocal changed
        if changed:
            world.renew()
            changed = False
        meta = case.meta
        asked = (case.method, case.path, sorted(case.path_parameters.items()), case.query, case.body)
        choice = zlib.crc32(repr(asked).encode(errors="replace"))
        if meta is None or meta.is_negative_at(ParameterLocation.PATH) or choice % _KEPT == 0:
            return
        values = world.path(case.operation.label, case.body, choice // _KEPT)
        case.path_parameters = {name: values[name] for name in case.path_parameters}

    def after_call(context: Any, case: Any, response: Any) -> None:
        nonlocal changed
        changed |= case.method not in READS and case.path != SEARCH and response.status_code < 300

    schemathesis.hook(before_call)
    schemathesis.hook(after_call)
    try:
        yield
    finally:
        schemathesis.hooks.unregister(before_call)
        schemathesis.hooks.unregister(after_call)


def _take(outcome: Outcome, event: events.EngineEvent, world: World) -> None:
    if isinstance(event, events.NonFatalError | events.FatalError):
        outcome.findings.append(f"{type(event).__name__}: {event}")
    if not isinstance(event, events.ScenarioFinished):
        return
    recorder = event.recorder
    outcome.phases[event.phase.value] += len(recorder.cases)
    for name, interaction in recorder.interactions.items():
        status = interaction.response.status_code if interaction.response else 0
        outcome.statuses[status] += 1
        if 200 <= status < 300 and name in recorder.cases:
            outcome.succeeded.add(recorder.label)
    for name, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None and not _explained(recorder, name, check.failure_info.failure, world):
                outcome.findings.append(_told(recorder, name, check.failure_info.failure))


def _explained(recorder: Any, name: str, failure: Any, world: World) -> bool:
    if not isinstance(failure, RejectedPositiveData) or recorder.interactions[name].response.status_code != 400:
        return False
    case = recorder.cases[name].value
    return world.may_refuse(case.operation.label, case.path_parameters, case.query or {}, case.body)


def _told(recorder: Any, name: str, failure: Any) -> str:
    asked, answered = recorder.interactions[name].request, recorder.interactions[name].response
    return "\n    ".join(
        [
            f"{recorder.label}: {failure.title}: {failure.message}",
            f"asked: {asked.method} {asked.uri} {(asked.body or b'')[:1500]!r}",
            f"answered: {answered.status_code} {(answered.content or b'')[:1500]!r}" if answered else "not answered",
        ]
    )
