"""What is written by hand beside the generated constructs: sub-purposes, and objects that exist already."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
from constructs import Construct

from immuta_constructs import DataImmutaPurpose, Project, Purpose, ValueProblem, purpose
from immuta_constructs.engine import cdk
from immuta_constructs.testing import synth

Stack = cdk.TerraformStack


def test_a_subpurpose_refers_to_its_parent() -> None:
    def build(stack: Stack) -> None:
        research = Purpose(stack, "research", name="Research")
        churn = research.subpurpose("churn", name="Churn", description="D", lifecycle={"prevent_destroy": True})
        deep = churn.subpurpose("deep", name="Deep")
        Project(stack, "p", project_key="p", name="P", purposes=[research, churn, deep])

    written = synth(build)["resource"]
    assert written["immuta_purpose"] == {
        "research": {"name": "Research"},
        "churn": {
            "name": "${immuta_purpose.research.name}.Churn",
            "description": "D",
            "lifecycle": {"prevent_destroy": True},
        },
        "deep": {"name": "${immuta_purpose.churn.name}.Deep"},
    }
    names = [f"${{immuta_purpose.{name}.name}}" for name in ("research", "churn", "deep")]
    assert written["immuta_project"]["p"]["purposes"] == names


def test_a_subpurpose_stands_beside_its_parent() -> None:
    def build(stack: Stack) -> None:
        group = Construct(stack, "group")
        child = Purpose(group, "research", name="Research").subpurpose("churn", name="Churn")
        assert child.node.path == "stack/group/churn"

    synth(build)


@pytest.mark.parametrize(
    ("meta", "name", "expected"),
    [
        ({}, "Churn.Deep", "name: 'Churn.Deep' has several steps. Call subpurpose() once for each of them."),
        ({"count": 2}, "Churn", "name: count or for_each makes many of this purpose; which one is the parent?"),
    ],
)
def test_subpurposes_that_have_no_clear_parent(meta: Any, name: str, expected: str) -> None:
    def build(stack: Stack) -> None:
        Purpose(stack, "research", name="Research", **meta).subpurpose("churn", name=name)

    with pytest.raises(ValueProblem, match=re.escape(expected)) as caught:
        synth(build)
    assert re.match(r"tests/constructs/test_helpers\.py:\d+: immuta_purpose 'stack/research': ", str(caught.value))


def test_a_subpurpose_takes_every_argument_of_a_purpose() -> None:
    generated = list(inspect.signature(purpose.Purpose.__init__).parameters)
    generated.remove("scope")
    assert list(inspect.signature(Purpose.subpurpose).parameters) == generated


def test_what_exists_already_is_read() -> None:
    def build(stack: Stack) -> None:
        known: DataImmutaPurpose = Purpose.from_name(stack, "known", "Research.Churn")
        old = Project.from_key(stack, "old", "old-study", depends_on=[known])
        Project(stack, "p", project_key="p", name=old.name, purposes=[known])

    output = synth(build)
    assert output["data"] == {
        "immuta_purpose": {"known": {"name": "Research.Churn"}},
        "immuta_project": {"old": {"project_key": "old-study", "depends_on": ["data.immuta_purpose.known"]}},
    }
    assert output["resource"]["immuta_project"]["p"] == {
        "project_key": "p",
        "name": "${data.immuta_project.old.name}",
        "purposes": ["${data.immuta_purpose.known.name}"],
    }
