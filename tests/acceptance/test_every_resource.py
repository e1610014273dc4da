"""What every resource must show, for each of them."""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Any

import pytest

from immuta_provider.provider import RESOURCES
from tests.acceptance import suite
from tests.acceptance.cases import CASES
from tests.acceptance.suite import Case
from tests.acceptance.terraform import Workspace

pytestmark = pytest.mark.terraform
every_resource = pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)


def test_every_resource_has_a_case() -> None:
    assert {case.resource for case in CASES} == set(RESOURCES)


def test_what_a_case_leaves_to_another_is_covered_there() -> None:
    together: dict[str, set[str]] = {}
    for case in CASES:
        left = set(case.elsewhere)
        together[case.type_name] = together.get(case.type_name, left) & left
    assert {name: left for name, left in together.items() if left} == {}


@every_resource
def test_every_attribute_is_covered(case: Case) -> None:
    """An identity that a replacement only can change needs no change made outside: no documented call makes one."""
    assert suite.uncovered(case) == []


@every_resource
def test_what_a_case_leaves_to_other_tests_is_there(case: Case) -> None:
    assert suite.untested(case, pathlib.Path(__file__).parent) == []


@every_resource
@pytest.mark.parametrize("form", ["minimal", "full"])
def test_create(attached: Workspace, case: Case, form: str) -> None:
    suite.check_create(case, attached, getattr(case, form))


@every_resource
def test_update(attached: Workspace, case: Case) -> None:
    suite.check_updates(case, attached)


@every_resource
def test_drift(attached: Workspace, tenant: Any, case: Case) -> None:
    suite.check_drift(case, attached, tenant)


@every_resource
def test_import(attached: Workspace, case: Case) -> None:
    suite.check_import(case, attached)


@pytest.mark.parametrize("case", [case for case in CASES if case.gone], ids=lambda case: case.title)
def test_gone(attached: Workspace, tenant: Any, case: Case) -> None:
    suite.check_gone(case, attached, tenant)


def test_the_suite_misses_an_attribute_without_a_case() -> None:
    """The check of coverage can fail: take a case away, and it names what is missing."""
    full = CASES[0]
    updates = {name: change for name, change in full.updates.items() if name != "description"}
    drifts = {name: change for name, change in full.drifts.items() if name != "acknowledgement"}
    spoiled = dataclasses.replace(full, updates=updates, drifts=drifts)
    assert suite.uncovered(spoiled) == ["description: no update", "acknowledgement: no change made outside"]
