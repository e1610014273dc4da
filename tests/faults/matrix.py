"""The fault matrix: which faults strike which request of which operation how often, and what must come of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.faults.core import FailedError, Instance
from tests.faults.saboteur import Fault, Strike
from tests.faults.world import AUTHENTICATE, is_write, objects

if TYPE_CHECKING:
    from tests.faults.world import Stage, World

_DOWN, _BROKEN, _ODD = "api-server-unavailable", "api-connection-failed", "api-unexpected-answer"
_DONE: Final = {"effect": True}
FAULTS: Final = (
    Fault("429", "429", "api-rate-limited"),
    Fault("429 with Retry-After", "429", "api-rate-limited", {"retry_after": 7}),
    Fault("500", "500", _DOWN),
    Fault("502", "502", _DOWN),
    Fault("503", "503", _DOWN),
    Fault("503 with Retry-After", "503", _DOWN, {"retry_after": 7}),
    Fault("504", "504", _DOWN),
    Fault("401", "401", "api-unauthorized"),
    Fault("refused", "refused", _BROKEN, {"seconds": 60}),
    Fault("reset on connecting", "refused", _BROKEN, {"count": 1}),
    Fault("reset before it was read", "reset-unread", _BROKEN),
    Fault("reset after it was read", "reset", _BROKEN),
    Fault("truncated", "truncated", _ODD),
    Fault("invalid JSON", "invalid-json", _ODD),
    Fault("HTML", "html", _ODD),
    Fault("hang", "hang", "api-timeout"),
    # The same where the write was carried out all the same, or (the two that spoil a true answer) was not.
    Fault("500 after the write", "500", _DOWN, _DONE, of_writes=True),
    Fault("504 after the write", "504", _DOWN, _DONE, of_writes=True),
    Fault("reset after the write", "reset", _BROKEN, _DONE, of_writes=True),
    Fault("HTML after the write", "html", _ODD, _DONE, of_writes=True),
    Fault("hang after the write", "hang", "api-timeout", _DONE, of_writes=True),
    Fault("truncated without the write", "truncated", _ODD, {"effect": False}, of_writes=True),
    Fault("invalid JSON without the write", "invalid-json", _ODD, {"effect": False}, of_writes=True),
)
# Those that the client takes for another one of the list, as tests of the client itself show.
LIKE_OTHERS: Final = frozenset(
    {
        *("429 with Retry-After", "502", "503 with Retry-After", "504", "reset on connecting"),
        *("504 after the write", "invalid JSON without the write"),
    }
)
OPERATIONS: Final = ("create", "read after create", "read", "update", "delete")
# `outage`: from the struck request on everything fails, also the look whether it arrived.
TIMES: Final = {"once": 1, "three times": 3, "always": None, "outage": None}
_VERBS: Final = {each: "create" if "create" in each else each for each in OPERATIONS}
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FORBIDDEN: Final = ("Traceback", 'File "', "defect of the provider", "Error(")


@dataclass(frozen=True)
class Cell:
    """One case: at `position` of the operation the fault strikes, `times` (a key of TIMES)."""

    operation: str
    fault: Fault
    position: int
    times: str

    @property
    def strike(self) -> Strike:
        """What the network has to do."""
        return Strike(self.fault, self.position, TIMES[self.times], outage=self.times == "outage")

    @property
    def passes(self) -> bool:
        """Whether the fault goes away while the client tries again."""
        return TIMES[self.times] is not None


def cells(world: World, operation: str, fault: Fault, *, whole: bool) -> Iterator[Cell]:
    """The cells of one fault in one operation.

    The `whole` matrix strikes at every request; the other one at every write, and at one read of each kind.
    """
    if operation == "update" and operation not in world.stages:
        return  # a change of anything makes a new object
    stage = stage_of(world, operation)
    for position in _positions(stage, operation, whole=whole):
        if fault.of_writes and not is_write(stage.asked[position]):
            continue
        for times in TIMES:
            if whole or times != "outage":
                yield Cell(operation, fault, position, times)


def _positions(stage: Stage, operation: str, *, whole: bool) -> list[int]:
    def belongs(at: int) -> bool:
        reads_back = at > stage.first_write and not is_write(stage.asked[at])
        return reads_back == (operation == "read after create") if "create" in operation else True

    there = [at for at in range(len(stage.asked)) if belongs(at)]
    writes = [at for at in there if is_write(stage.asked[at])]
    return there if whole else writes or there[:1]


def stage_of(world: World, operation: str) -> Stage:
    """The stage in which the operation's requests are made."""
    return world.stages["create" if operation == "read after create" else operation]


def failures(world: World, cell: Cell) -> list[str]:
    """Run one cell; returns what it did not show."""
    stage = stage_of(world, cell.operation)
    instance = world.begin(stage, cell.strike)
    error = _error(world, stage, instance)
    struck = world.network.struck
    world.network.arm(None)
    wrong = [] if struck else ["the fault did not strike"]
    if cell.passes:
        wrong += [f"it did not succeed: {error}"] if error else []
    else:
        wrong += _unclear(world, cell, stage, error)
        if stage is world.stages["create"] and cell.position > stage.first_write and instance.state is None:
            wrong.append("what was created is not in the state")
    wrong += _converged(world, cell, stage, instance, first=bool(error))
    where = f"{cell.operation}, request {cell.position} ({stage.asked[cell.position]}), {cell.fault.name}, {cell.times}"
    return [f"{where}: {each}" for each in wrong]


def _error(world: World, stage: Stage, instance: Instance) -> str:
    try:
        stage.run(world.core, instance)
    except FailedError as failed:
        return str(failed)
    return ""


def _unclear(world: World, cell: Cell, stage: Stage, error: str) -> list[str]:
    """What a user would miss, or must not see, in the error text."""
    if not error and cell.fault.carried_out and is_write(stage.asked[cell.position]):
        return []  # a look found what the lost answer was about, or a repeated delete was answered by 404
    if not error and cell.fault.kind == "invalid-json" and cell.operation == "delete":
        return []  # a 404 says that it is gone, whatever its body
    if not error:
        return ["it succeeded although the fault did not end"]
    wanted = {
        "the object and what was attempted": f"Cannot {_VERBS[cell.operation]} {world.core.label(stage.instance)}\n",
        "the code": f"See docs/errors.md#{cell.fault.code}",
        "what to do": "\nWhat to do: ",
        "the request": _request(stage.asked[cell.position], cell, error),
        "the server's words": cell.fault.shows,
    }
    shown = _without_uuids(error)
    missing = [
        f"the error does not name {what}: {error}" for what, text in wanted.items() if _without_uuids(text) not in shown
    ]
    seen = [text for text in (*_FORBIDDEN, world.tenant.api_key) if text in error]
    return missing + [f"the error shows {text!r}: {error}" for text in seen]


def _without_uuids(text: str) -> str:
    """A task that is made again has another id."""
    return UUID.sub("UUID", text)


def _request(name: str, cell: Cell, error: str) -> str:
    """The request that the error has to name: in an outage, the one for a new token where the old one was refused."""
    return AUTHENTICATE if cell.times == "outage" and AUTHENTICATE in error else name.partition("?")[0]


def _converged(world: World, cell: Cell, stage: Stage, instance: Instance, *, first: bool) -> list[str]:
    """The next run, without a fault: it gets there, nothing is left over and nothing is missing."""
    wrong = []
    try:
        if first:
            (world.core.destroy if cell.operation == "delete" else world.core.apply)(instance)
        if cell.operation != "delete" and not world.core.nothing_to_do(instance):
            wrong.append("the plan afterwards is not empty")
    except FailedError as failed:
        wrong.append(f"the next run failed: {failed}")
    now = objects(world.tenant)
    if now == stage.after:
        return wrong
    if world.case.keyless and "create" in cell.operation and not wrong:
        world.doubled += 1
        return [] if all(now.get(kind, 0) >= count for kind, count in stage.after.items()) else ["something is lost"]
    return [*wrong, f"the tenant holds {now} and should hold {stage.after}"]
