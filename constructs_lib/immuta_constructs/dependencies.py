"""Dependencies that the engine would lose, found when a stack is written.

The engine ignores `node.add_dependency`, and knows of a construct in `depends_on` only the resources that it held at
that moment. Both are part of how constructs are composed, so what is missing is added to the output here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Protocol

from constructs import Construct, IConstruct, Node

from immuta_constructs.engine import cdk
from immuta_constructs.errors import ValueProblem, at_caller

__all__ = ["WatchedNode", "below", "check_stack", "late_dependencies"]

Problem = Callable[[str, str], Exception]
_KINDS = (cdk.TerraformResource, cdk.TerraformDataSource, cdk.TerraformModule)


class WatchedNode(Node):
    """The node of one of our objects, which tells it that there is something to look for."""

    watcher: Dependent

    def add_dependency(self, *deps: Any) -> None:
        """Let the object wait for others, as `depends_on` does."""
        self.watcher.node_dependencies_at = at_caller("")
        super().add_dependency(*deps)


class Dependent(Protocol):
    """What this module needs of a resource or data source."""

    node_dependencies_at: str
    direct_dependencies: list[Any]
    dependency_groups: list[Construct]

    @property
    def node(self) -> Node: ...
    @property
    def construct_path(self) -> tuple[str, ...]: ...
    def label(self) -> str: ...


def below(item: Any) -> list[Any]:
    """The resources, data sources and modules that a construct is or holds."""
    return [item] if isinstance(item, _KINDS) else [node for node in item.node.find_all() if isinstance(node, _KINDS)]


def check_stack(items: Iterable[Any], stack: cdk.TerraformStack, problem: Problem) -> None:
    """Terraform knows no dependency on an object of another configuration.

    Raises:
        Exception: what `problem` makes, for the first item of another stack.
    """
    for item in items:
        other = cdk.TerraformStack.of(item)
        if other is not stack:
            raise problem(
                "depends_on",
                f"{item.node.path!r} is in another stack, where Terraform cannot wait for it. "
                f"Let the stacks wait: stack.add_dependency(the stack {other.node.path!r}).",
            )


def late_dependencies(
    members: Iterable[Dependent], scopes: Mapping[tuple[str, ...], Node], stack: cdk.TerraformStack
) -> dict[int, list[Any]]:
    """What members wait for beside what the engine writes by itself.

    Args:
        members: resources and data sources of a stack.
        scopes: the nodes of the stack and of the constructs that hold members, by their path below the stack.
        stack: the stack.

    Returns:
        By `id(member)`; members without such dependencies are left out.
    """
    of_scope = cache(lambda path: _of_node(scopes[path], stack) if path in scopes else [])
    wanted = ((member, list(_wanted(member, of_scope, stack))) for member in members)
    return {id(member): found for member, items in wanted if items and (found := _missing(member, items))}


def _wanted(
    member: Dependent, of_scope: Callable[[tuple[str, ...]], list[Any]], stack: cdk.TerraformStack
) -> Iterator[Any]:
    for group in member.dependency_groups:
        yield from below(group)
    if member.node_dependencies_at:
        yield from _of_node(member.node, stack, member.node_dependencies_at)
    for length in range(len(member.construct_path)):
        targets = of_scope(member.construct_path[:length])
        # A construct may wait for a part of itself; that part then waits for nothing.
        if not any(target is member for target in targets):
            yield from targets


def _missing(member: Dependent, items: list[Any]) -> list[Any]:
    present = {id(item) for item in (*member.direct_dependencies, member)}
    return [item for number, item in {id(item): item for item in items}.items() if number not in present]


def _of_node(node: Node, stack: cdk.TerraformStack, at: str = "") -> list[Any]:
    def problem(_: str, text: str) -> ValueProblem:
        return ValueProblem(f"{at}'{node.path}': node.add_dependency: {text}")

    return [target for item in node.dependencies for target in _targets(item, stack, problem)]


def _targets(item: IConstruct, stack: cdk.TerraformStack, problem: Problem) -> list[Any]:
    if isinstance(item, cdk.TerraformStack):
        raise problem("", f"{item.node.path!r} is a stack. Write stack.add_dependency(the other stack).")
    targets = below(item)
    if not targets:
        raise problem("", f"{item.node.path!r} holds no resource, so the dependency would be lost.")
    check_stack(targets, stack, problem)
    return targets
