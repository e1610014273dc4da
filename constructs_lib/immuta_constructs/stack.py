"""One element per stack that gives the attributes of all our resources to the engine in one go.

A resource that answered for its own attributes would cost two round trips between node and Python at synthesis, which
is most of its price. So resources register here, and the stack merges what this element returns with the meta
arguments that each resource writes itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from constructs import Construct, Node

from immuta_constructs.dependencies import Dependent, late_dependencies
from immuta_constructs.engine import NAME, cdk, engine_of
from immuta_constructs.errors import EngineError, ScopeError, at_caller

if TYPE_CHECKING:
    from constructs import IConstruct

__all__ = ["StackAttributes", "place_of"]

# With a blank, so that no id which this library allows can be equal to it.
_ID = "immuta_constructs attributes"


class Member(Dependent, Protocol):
    """What a resource or data source tells the element."""

    TERRAFORM_TYPE: ClassVar[str]
    BLOCK: ClassVar[str]

    def label(self) -> str: ...
    def logical_id(self, *, ask: bool) -> str: ...
    def is_moved_away(self) -> bool: ...
    def writes_itself(self) -> bool: ...
    def address_dependencies(self, items: list[Any]) -> list[str]: ...
    def synthesized(self) -> dict[str, Any]: ...


class StackAttributes(cdk.TerraformElement):
    """The attributes of every resource and data source of this library in one stack."""

    def __init__(self, stack: cdk.TerraformStack) -> None:
        super().__init__(stack, _ID)
        self._stack = stack
        self._members: list[Member] = []
        self._scopes: dict[tuple[str, ...], Node] = {}
        self._secrets: dict[str, cdk.TerraformVariable] = {}
        self._ephemeral: set[str] = set()

    @property
    def stack(self) -> cdk.TerraformStack:
        """The stack that this element belongs to."""
        return self._stack

    def register(self, member: Member) -> None:
        """Take part in the stack's output from now on."""
        self._members.append(member)

    def add_scope(self, path: list[str], node: Node) -> None:
        """Heed the dependencies of a construct that holds members."""
        self._scopes[tuple(path)] = node

    def late_dependencies(self, members: Iterable[Member]) -> dict[int, list[Any]]:
        """What members wait for and the engine does not write, by `id(member)`."""
        return late_dependencies(members, self._scopes, self._stack)

    def to_terraform(self) -> Any:
        """Called by the engine, twice per synthesis."""
        present = [member for member in self._members if not member.is_moved_away()]
        late = self.late_dependencies(present)
        output: dict[str, dict[str, dict[str, Any]]] = {}
        for name, member in self._named(present).items():
            attributes = {} if member.writes_itself() else member.synthesized()
            if id(member) in late:
                attributes = attributes | {"depends_on": member.address_dependencies(late[id(member)])}
            output.setdefault(member.BLOCK, {}).setdefault(member.TERRAFORM_TYPE, {})[name[-1]] = attributes
        return output

    def _named(self, members: list[Member]) -> dict[tuple[str, str, str], Member]:
        ask = self._is_named_otherwise(members)
        owners: dict[tuple[str, str, str], Member] = {}
        for member in members:
            name = member.logical_id(ask=ask)
            owner = owners.setdefault((member.BLOCK, member.TERRAFORM_TYPE, name), member)
            if owner is not member:
                raise ScopeError(
                    f"{member.label()} and {owner.label()} have the same name in the output, {name!r}, and would be "
                    "merged into one. Give one of them another id, or override_logical_id()."
                )
        return owners

    def _is_named_otherwise(self, members: list[Member]) -> bool:
        """Whether the stack (or a future engine) names its elements in another way than `naming.unique_id`."""
        return any(
            member.logical_id(ask=True) != member.logical_id(ask=False) for member in (*members[:1], *members[-1:])
        )

    def secret(self, name: str, *, ephemeral: bool) -> str:
        """The reference to a sensitive variable, which is declared at its first use."""
        if name not in self._secrets:
            variable = cdk.TerraformVariable(self._stack, f"secret {name}", type="string", sensitive=True)
            variable.override_logical_id(name)
            if ephemeral:
                variable.add_override("ephemeral", True)
            self._secrets[name] = variable
            self._ephemeral |= {name} if ephemeral else set()
        elif not ephemeral and name in self._ephemeral:
            self._secrets[name].add_override("ephemeral", False)
        return str(self._secrets[name].string_value)


_by_scope: dict[str, tuple[StackAttributes, list[str]]] = {}
"""By the engine's reference of the scope. The engine keeps all its objects for the whole process, so this may too."""


def place_of(scope: Construct | IConstruct) -> tuple[StackAttributes, list[str]]:
    """The element of the stack that a scope is in (made at the first call), and the ids from the stack to the scope.

    Raises:
        ScopeError: the scope is no construct, is the app, or is in no stack.
        EngineError: the stack belongs to the other engine.
    """
    reference = getattr(getattr(scope, "__jsii_ref__", None), "ref", None)
    if reference is None:
        raise ScopeError(at_caller(f"needs a construct as its scope, such as a TerraformStack; got {scope!r}."))
    if reference not in _by_scope:
        _by_scope[reference] = _found(scope)
    return _by_scope[reference]


def _found(scope: Any) -> tuple[StackAttributes, list[str]]:
    above = scope.node.scopes
    index, stack = _stack_of(scope, above)
    if stack is scope:
        element = StackAttributes(stack)
        element.add_scope([], scope.node)
        return element, []
    element, nodes = place_of(stack)[0], [construct.node for construct in above[index + 1 :]]
    path = [node.id for node in nodes]
    for depth, node in enumerate(nodes, start=1):
        element.add_scope(path[:depth], node)
    return element, path


def _stack_of(scope: Any, above: list[Any]) -> tuple[int, cdk.TerraformStack]:
    for index, node in reversed(list(enumerate(above))):
        engine = engine_of(node)
        if engine is not None and engine != NAME:
            raise EngineError(
                at_caller(
                    f"The scope {scope.node.path!r} was made with {engine}, but immuta_constructs uses {NAME}. "
                    f"Import {engine} before immuta_constructs, or set IMMUTA_CONSTRUCTS_ENGINE={engine}."
                )
            )
        if isinstance(node, cdk.TerraformStack):
            return index, node
    raise ScopeError(
        at_caller(
            f"The scope {scope.node.path or 'App'!r} is in no TerraformStack; the object would be missing from the "
            "output. Pass a TerraformStack, or a construct inside of one."
        )
    )
