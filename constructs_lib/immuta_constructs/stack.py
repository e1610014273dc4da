"""One element per stack that gives the attributes of all our resources to the engine in one go.

A resource that answered for its own attributes would cost two round trips between node and Python at synthesis, which
is most of its price. So resources register here, and the stack merges what this element returns with the meta
arguments that each resource writes itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import jsii
from constructs import Construct, RootConstruct

from immuta_constructs.engine import NAME, cdk, engine_of
from immuta_constructs.errors import EngineError, ScopeError, at_caller
from immuta_constructs.meta import Config

if TYPE_CHECKING:
    from constructs import IConstruct

__all__ = ["StackAttributes", "attributes_of"]

# With a blank, so that no id which this library allows can be equal to it.
_ID = "immuta_constructs attributes"


class Member(Protocol):
    """What a resource or data source tells the element."""

    TERRAFORM_TYPE: ClassVar[str]
    BLOCK: ClassVar[str]

    def label(self) -> str: ...
    def is_moved_away(self) -> bool: ...
    def synthesized(self) -> dict[str, Any]: ...


class StackAttributes(cdk.TerraformElement):
    """The attributes of every resource and data source of this library in one stack."""

    def __init__(self, stack: cdk.TerraformStack) -> None:
        super().__init__(stack, _ID)
        self._stack = stack
        self._members: list[Member] = []
        self._addresses: dict[Member, str] = {}
        self._secrets: dict[str, cdk.TerraformVariable] = {}
        self._ephemeral: set[str] = set()

    @property
    def stack(self) -> cdk.TerraformStack:
        """The stack that this element belongs to."""
        return self._stack

    def register(self, member: Member) -> None:
        """Take part in the stack's output from now on."""
        self._members.append(member)

    def to_terraform(self) -> Any:
        """Called by the engine, twice per synthesis."""
        # The engine fixes a name when it is first resolved, so each is asked for once.
        unnamed = [member for member in self._members if member not in self._addresses]
        self._addresses.update(zip(unnamed, self._addresses_of(unnamed), strict=True))
        present = [member for member in self._members if not member.is_moved_away()]
        output: dict[str, dict[str, dict[str, Any]]] = {}
        owners: dict[str, Member] = {}
        for member in present:
            address = self._addresses[member]
            if address in owners:
                raise ScopeError(
                    f"{member.label()} and {owners[address].label()} have the same name in the output, {address}, and "
                    "would be merged into one. Give one of them another id, or override_logical_id()."
                )
            owners[address] = member
            name = address.rpartition(".")[2]
            output.setdefault(member.BLOCK, {}).setdefault(member.TERRAFORM_TYPE, {})[name] = member.synthesized()
        return output

    def _addresses_of(self, members: list[Member]) -> list[str]:
        """`immuta_purpose.research` of each, as the engine names them now.

        Asking every resource would be a round trip each. Instead a data source that is in no stack is made to depend
        on all of them, and the engine resolves its `depends_on` at once.
        """
        if not members:
            return []
        holder = cdk.TerraformDataSource.__new__(cdk.TerraformDataSource)
        settings = Config("none")
        settings.depends_on = members
        jsii.create(cdk.TerraformDataSource, holder, [RootConstruct(), "names", settings])
        resolver: Any = cdk.DefaultTokenResolver(cdk.StringConcat())
        return list(cdk.Tokenization.resolve(holder.depends_on, preparing=False, resolver=resolver, scope=self._stack))

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


_by_scope: dict[str, StackAttributes] = {}
"""By the engine's reference of the scope. The engine keeps all its objects for the whole process, so this may too."""


def attributes_of(scope: Construct | IConstruct) -> StackAttributes:
    """The element of the stack that a scope is in; it is made at the first call.

    Raises:
        ScopeError: the scope is no construct, is the app, or is in no stack.
        EngineError: the stack belongs to the other engine.
    """
    reference = getattr(getattr(scope, "__jsii_ref__", None), "ref", None)
    if reference is None:
        raise ScopeError(at_caller(f"needs a construct as its scope, such as a TerraformStack; got {scope!r}."))
    found = _by_scope.get(reference)
    if found is None:
        stack = _stack_of(scope)
        key = stack.__jsii_ref__.ref  # type: ignore[attr-defined]
        found = _by_scope.get(key) or StackAttributes(stack)
        _by_scope[key] = _by_scope[reference] = found
    return found


def _stack_of(scope: Any) -> cdk.TerraformStack:
    for node in reversed(scope.node.scopes):
        engine = engine_of(node)
        if engine is not None and engine != NAME:
            raise EngineError(
                at_caller(
                    f"The scope {scope.node.path!r} was made with {engine}, but immuta_constructs uses {NAME}. "
                    f"Import {engine} before immuta_constructs, or set IMMUTA_CONSTRUCTS_ENGINE={engine}."
                )
            )
        if isinstance(node, cdk.TerraformStack):
            return node
    raise ScopeError(
        at_caller(
            f"The scope {scope.node.path or 'App'!r} is in no TerraformStack; the object would be missing from the "
            "output. Pass a TerraformStack, or a construct inside of one."
        )
    )
