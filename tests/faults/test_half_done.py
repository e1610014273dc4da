"""What is half done when an operation ends in the middle, and what the next run makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.cases import project, purpose
from tests.faults.core import Core, FailedError, Instance
from tests.faults.matrix import FAULTS
from tests.faults.saboteur import Strike
from tests.faults.world import objects

if TYPE_CHECKING:
    from tests.faults.world import World

FOR_GOOD = {fault.name: fault for fault in FAULTS}


def fail(world: World, operation: str, position: int, fault: str) -> Instance:
    """Let an operation end at one of its requests; returns what Terraform knows afterwards."""
    stage = world.stages[operation]
    instance = world.begin(stage, Strike(FOR_GOOD[fault], position, outage=True))
    with pytest.raises(FailedError):
        stage.run(world.core, instance)
    world.network.arm(None)
    return instance


def test_a_half_deleted_project_is_deleted_by_the_next_run(world: Callable[..., World]) -> None:
    here = world(project.CASE)
    instance = fail(here, "delete", 1, "503")
    here.core.destroy(instance)
    assert here.network.asked[-1].startswith("DELETE /project/")
    assert objects(here.tenant) == here.stages["delete"].after


def test_a_half_deleted_project_that_is_wanted_again_is_enabled(world: Callable[..., World]) -> None:
    here = world(project.CASE)
    instance = fail(here, "delete", 1, "503")
    assert instance.state is not None
    before = instance.state["id"]
    here.core.apply(instance)
    assert instance.state["id"] == before
    assert [each["projectKey"] for each in here.tenant.projects()] == [project.KEY]
    assert here.core.nothing_to_do(instance)


def test_a_project_that_somebody_else_disabled_is_gone(world: Callable[..., World]) -> None:
    here = world(project.CASE)
    instance = here.begin(here.stages["read"], None)
    here.tenant.delete_project(project.KEY, hard=False)
    here.core.refresh(instance)
    assert instance.state is None


@pytest.mark.parametrize("fault", ["500", "500 after the write"])
def test_a_purpose_that_may_have_been_made_is_found_by_its_name(world: Callable[..., World], fault: str) -> None:
    here = world(purpose.CASE)
    create = here.stages["create"]
    instance = fail(here, "create", create.first_write, fault)
    assert instance.state is not None
    assert (instance.state["id"], instance.tainted) == (None, True)
    here.core.run()
    here.core.refresh(instance)
    made = fault == "500 after the write"
    assert (instance.state is not None, instance.tainted) == (made, made)
    here.core.apply(instance)
    assert objects(here.tenant) == create.after
    assert here.core.nothing_to_do(instance)


def test_a_purpose_that_may_have_been_made_can_be_destroyed_without_a_refresh(world: Callable[..., World]) -> None:
    here = world(purpose.CASE)
    create = here.stages["create"]
    instance = fail(here, "create", create.first_write, "500 after the write")
    here.core.run()
    Core.delete(here.core, instance)
    assert "Research.Churn" not in {each["name"] for each in here.tenant.purposes()}


def test_a_purpose_that_cannot_have_been_made_is_forgotten(world: Callable[..., World]) -> None:
    here = world(purpose.CASE)
    instance = fail(here, "create", here.stages["create"].first_write, "refused")
    assert (instance.state, instance.tainted) == (None, False)
