"""Faults for integrations on every platform; in `make soak` with every way to sign in, set up by Immuta and by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from immuta_provider.resources.integration import IntegrationResource
from tests.acceptance.cases.integration import ONE_EACH, VARIANTS, changed
from tests.acceptance.suite import Case
from tests.faults import matrix

if TYPE_CHECKING:
    from tests.faults.saboteur import Fault
    from tests.faults.world import World

# What hurts most: the write was carried out and nobody knows; nothing more comes; the tenant goes on failing.
USUAL = ("500 after the write", "truncated", "503")


def case(name: str) -> Case:
    """The case of a variant: its whole configuration, and one change of it that is made in place."""
    variant = VARIANTS[name]
    change = next(((path, new) for path, new in variant.new.items() if path not in variant.replaces), None)
    attributes = changed(variant.attributes, *change) if change else {}
    return Case(
        resource=IntegrationResource,
        variant=name,
        identity="id",
        minimal=variant.configuration,
        full=variant.configuration,
        updates={change[0]: {variant.platform: attributes}} if change else {},
        drifts={},
        gone=None,
        import_ids=(None,),
        keyless=not change,
    )


def failures(world: World, faults: list[Fault], *, whole: bool) -> Iterator[str]:
    """What every cell of these faults did not show."""
    for operation in matrix.OPERATIONS:
        for fault in faults:
            if not (fault.of_writes and operation.startswith("read")):
                for cell in matrix.cells(world, operation, fault, whole=whole):
                    yield from matrix.failures(world, cell)


@pytest.mark.parametrize("name", ONE_EACH)
def test_faults_of_every_platform(world: Callable[..., World], name: str) -> None:
    faults = [fault for fault in matrix.FAULTS if fault.name in USUAL]
    assert list(failures(world(case(name)), faults, whole=False)) == []


@pytest.mark.soak
@pytest.mark.parametrize("name", VARIANTS)
def test_all_faults_of_every_platform(world: Callable[..., World], name: str) -> None:
    assert list(failures(world(case(name)), list(matrix.FAULTS), whole=True)) == []


def test_the_faults_are_there() -> None:
    known: list[Any] = [fault.name for fault in matrix.FAULTS]
    assert [name for name in USUAL if name not in known] == []
