"""Every fault at every request of every operation of every resource, once, three times and for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.cases import CASES
from tests.faults import matrix
from tests.faults.saboteur import Fault

if TYPE_CHECKING:
    from tests.acceptance.suite import Case
    from tests.faults.world import World


def _is_for_long(case: Case, fault: Fault) -> bool:
    """What takes the same way as another; two resources, one of which is waited for, meet every fault all the same."""
    return case.soak or (fault.name in matrix.LIKE_OTHERS and case.title not in EVERY_FAULT)


EVERY_FAULT = ("immuta_purpose", "immuta_connection-snowflake")
every_cell = pytest.mark.parametrize(
    ("case", "operation", "fault"),
    [
        pytest.param(
            case,
            operation,
            fault,
            id=f"{case.title}-{operation}-{fault.name}",
            marks=[pytest.mark.soak] if _is_for_long(case, fault) else [],
        )
        for case in CASES
        for operation in matrix.OPERATIONS
        for fault in matrix.FAULTS
        if not (fault.of_writes and operation.startswith("read"))
    ],
)


def check(here: World, operation: str, fault: Fault, record_property: Any, *, whole: bool) -> None:
    cells, doubled = list(matrix.cells(here, operation, fault, whole=whole)), here.doubled
    failures = [wrong for cell in cells for wrong in matrix.failures(here, cell)]
    record_property("in-process fault cases", len(cells))
    record_property("objects without a key doubled in fault cases", here.doubled - doubled)
    assert failures == []


@every_cell
def test_a_fault(world: Callable[..., World], case: Case, operation: str, fault: Fault, record_property: Any) -> None:
    """What passes is outlived; what stays is a clear error; nothing is lost or doubled, and the next run converges."""
    check(world(case), operation, fault, record_property, whole=False)


@pytest.mark.soak
@every_cell
def test_a_fault_at_every_request(
    world: Callable[..., World], case: Case, operation: str, fault: Fault, record_property: Any
) -> None:
    """The same at every single request, and where from then on nothing works any more."""
    check(world(case), operation, fault, record_property, whole=True)


@pytest.mark.parametrize(
    "fault", [fault for fault in matrix.FAULTS if fault.name in ("401", "503")], ids=lambda fault: fault.name
)
@pytest.mark.parametrize("operation", matrix.OPERATIONS)
def test_a_fault_with_a_bearer_token(
    world: Callable[..., World], operation: str, fault: Fault, record_property: Any
) -> None:
    """The request for the token is struck too. One resource is enough: none has to do with it."""
    check(world(CASES[0], authentication="bearer"), operation, fault, record_property, whole=True)
