"""A tenant per worker, and each resource's life without faults, made once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from immuta_tenant import RunningTenant, running_tenant
from tests.faults.world import World

if TYPE_CHECKING:
    from tests.acceptance.suite import Case

API_KEY = "matrix-key-5c1d77"


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Iterator[None]:
    """A line per attempt, in thousands of attempts, takes a tenth of the time."""
    log = logging.getLogger("immuta_provider.api")
    before, log.disabled = log.disabled, True
    yield
    log.disabled = before


@pytest.fixture(scope="session")
def _tenant() -> Iterator[RunningTenant]:
    with running_tenant(api_key=API_KEY) as tenant:
        yield tenant


@pytest.fixture(scope="session")
def world(_tenant: RunningTenant) -> Iterator[Callable[..., World]]:
    """The world of a case: `world(case, authentication="bearer")`, with further attributes of the provider block."""
    worlds: dict[str, World] = {}

    def of(case: Case, **block: Any) -> World:
        name = f"{case.title} {block}"
        if name not in worlds:
            _tenant.reset()
            worlds[name] = World(case, _tenant, **block)
        return worlds[name]

    yield of
    for each in worlds.values():
        each.end()
