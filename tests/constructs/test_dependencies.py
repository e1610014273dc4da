"""No dependency is lost: groups that grow later, `node.add_dependency`, objects of other stacks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from constructs import Construct

from immuta_constructs import DataImmutaPurpose, ImmutaProvider, Project, Purpose, ValueProblem
from immuta_constructs.engine import cdk
from immuta_constructs.testing import synth, synth_app, synth_hcl

Stack = cdk.TerraformStack


def dependencies(build: Callable[[Any], object]) -> dict[str, list[str]]:
    """What waits for what, by names without the engine's digests."""
    output = synth(build)
    found = {}
    for block, prefix in (("resource", ""), ("data", "data.")):
        for kind, objects in output.get(block, {}).items():
            for name, attributes in objects.items():
                if "depends_on" in attributes:
                    found[f"{prefix}{kind}.{bare(name)}"] = sorted(bare(item) for item in attributes["depends_on"])
    return found


def bare(name: str) -> str:
    return re.sub(r"_[0-9A-F]{8}$", "", name)


def test_a_group_stands_for_what_it_holds_in_the_end() -> None:
    def build(stack: Stack) -> None:
        group = Construct(stack, "group")
        Purpose(group, "early", name="E")
        Purpose(stack, "given", name="G", depends_on=[group])
        assigned = Purpose(stack, "assigned", name="A")
        assigned.depends_on = [group]  # type: ignore[list-item]
        Purpose(Construct(group, "inner"), "late", name="L")

    both = ["immuta_purpose.group_early", "immuta_purpose.group_inner_late"]
    assert dependencies(build) == {"immuta_purpose.given": both, "immuta_purpose.assigned": both}


def test_an_object_of_the_group_does_not_wait_for_itself() -> None:
    def build(stack: Stack) -> None:
        group = Construct(stack, "group")
        Purpose(group, "first", name="F")
        Purpose(group, "second", name="S", depends_on=[group])

    assert dependencies(build) == {"immuta_purpose.group_second": ["immuta_purpose.group_first"]}


def test_dependencies_are_taken_back_by_assignment() -> None:
    def build(stack: Stack) -> None:
        group = Construct(stack, "group")
        Purpose(group, "first", name="F")
        project = Project(stack, "p", project_key="p", name="P", depends_on=[group])
        project.depends_on = None
        Purpose(group, "late", name="L")

    assert dependencies(build) == {}


def test_add_dependency_of_a_node() -> None:
    def build(stack: Stack) -> None:
        research = Purpose(stack, "research", name="R")
        other = Purpose(stack, "other", name="O")
        project = Project(stack, "p", project_key="p", name="P", depends_on=[other])
        project.node.add_dependency(research, other)
        DataImmutaPurpose(stack, "d", name="R").node.add_dependency(research)

    assert dependencies(build) == {
        "immuta_project.p": ["immuta_purpose.other", "immuta_purpose.research"],
        "data.immuta_purpose.d": ["immuta_purpose.research"],
    }


def test_add_dependency_between_groups() -> None:
    def build(stack: Stack) -> None:
        first, second = Construct(stack, "first"), Construct(stack, "second")
        second.node.add_dependency(first)
        Project(Construct(second, "inner"), "p", project_key="p", name="P")
        Purpose(first, "r", name="R")

    assert dependencies(build) == {"immuta_project.second_inner_p": ["immuta_purpose.first_r"]}


def test_add_dependency_on_a_part_of_itself() -> None:
    def build(stack: Stack) -> None:
        group = Construct(stack, "group")
        first = Purpose(group, "first", name="F")
        Purpose(group, "second", name="S")
        group.node.add_dependency(first)

    assert dependencies(build) == {"immuta_purpose.group_second": ["immuta_purpose.group_first"]}


def test_other_providers_and_modules_are_waited_for() -> None:
    def build(stack: Stack) -> None:
        other = cdk.TerraformResource(stack, "other", terraform_resource_type="null_resource")
        module = cdk.TerraformHclModule(stack, "module", source="example/m/immuta")
        Purpose(stack, "given", name="G", depends_on=[other, module])
        Purpose(stack, "added", name="A").node.add_dependency(other, module)

    both = ["module.module", "null_resource.other"]
    assert dependencies(build) == {"immuta_purpose.given": both, "immuta_purpose.added": both}


def test_the_same_in_hcl_and_again_in_json() -> None:
    def build(stack: Stack) -> None:
        first = Construct(stack, "first")
        Purpose(first, "r", name="R").override_logical_id("r")
        Purpose(stack, "given", name="G", depends_on=[first])
        Purpose(stack, "added", name="A").node.add_dependency(first)
        Purpose(first, "late", name="L").override_logical_id("late")
        written.append(str(cdk.Testing.synth_hcl(stack)))

    written: list[str] = []
    both = ["immuta_purpose.late", "immuta_purpose.r"]
    assert dependencies(build) == {"immuta_purpose.given": both, "immuta_purpose.added": both}
    found = re.findall(r'"(\w+)" \{\nname = "\w"\ndepends_on = \[([^]]*)\]', written[0])
    assert {name: sorted(re.findall(r'"(.*)"', items)) for name, items in found} == {"given": both, "added": both}
    assert synth_hcl(lambda stack: Purpose(stack, "p", name="P")).count("depends_on") == 0


LOST: dict[str, tuple[Callable[[Any, Any], object], str]] = {
    "another stack": (
        lambda here, there: here.add_dependency(Purpose(there, "x", name="X")),
        "'two/p': node.add_dependency: 'one/x' is in another stack, where Terraform cannot wait for it.",
    ),
    "a stack": (
        lambda here, there: here.add_dependency(there),
        "'two/p': node.add_dependency: 'one' is a stack. Write stack.add_dependency(the other stack).",
    ),
    "an empty group": (
        lambda here, there: here.add_dependency(Construct(there, "empty")),
        "'two/p': node.add_dependency: 'one/empty' holds no resource, so the dependency would be lost.",
    ),
}


@pytest.mark.parametrize(("add", "expected"), LOST.values(), ids=LOST)
def test_what_cannot_be_waited_for_is_an_error(add: Callable[[Any, Any], object], expected: str) -> None:
    def build(app: cdk.App) -> None:
        one, two = Stack(app, "one"), Stack(app, "two")
        ImmutaProvider(one, "immuta")
        ImmutaProvider(two, "immuta")
        add(Purpose(two, "p", name="P").node, one)

    with pytest.raises(RuntimeError, match=re.escape(expected)) as caught:
        synth_app(build)
    assert re.search(r"tests/constructs/test_dependencies\.py:\d+: ", str(caught.value))


def test_depends_on_another_stack_is_an_error_at_once() -> None:
    def build(app: cdk.App) -> None:
        elsewhere = Purpose(Stack(app, "one"), "x", name="X")
        Purpose(Stack(app, "two"), "p", name="P", depends_on=[elsewhere])

    expected = (
        r"test_dependencies\.py:\d+: immuta_purpose 'two/p': depends_on: 'one/x' is in another stack, where Terraform "
        r"cannot wait for it\. Let the stacks wait: stack\.add_dependency\(the stack 'one'\)\."
    )
    with pytest.raises(ValueProblem, match=expected):
        synth_app(build)
