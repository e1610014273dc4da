"""Base classes of the generated constructs: `Resource`, `DataSource` and `Provider`.

They are subclasses of the engine's own classes, so everything that works on a CDK object works on them. What differs
is how the attributes reach the output: a resource is created in node without a callback for them (the stack's
`StackAttributes` returns them all at once), which halves the time of a synthesis. HCL output asks each resource.
"""

# ruff: noqa: A002  (the CDK calls the second argument of a construct `id`)

from __future__ import annotations

# First of all, because it says in words when there is no engine or no node, and `jsii` starts node.
from immuta_constructs.engine import cdk

# isort: split

import copy
import inspect
import re
from collections.abc import Mapping
from typing import Any, ClassVar

import jsii
from constructs import Construct, Node

from immuta_constructs.dependencies import WatchedNode, check_stack
from immuta_constructs.errors import ConstructsError, ScopeError, ValueProblem, at_caller
from immuta_constructs.hcl import hcl
from immuta_constructs.meta import (
    PROVIDER_NAME,
    DataSourceMeta,
    ResourceMeta,
    address_of,
    config,
    dependables,
    dependency_addresses,
    lifecycle,
)
from immuta_constructs.naming import unique_id
from immuta_constructs.nested import did_you_mean
from immuta_constructs.overrides import apply_override
from immuta_constructs.schema import Attributes
from immuta_constructs.secrets import SecretFromEnv
from immuta_constructs.stack import place_of
from immuta_constructs.values import Checker

__all__ = ["DataSource", "Provider", "Resource"]

_ID = re.compile(r"[A-Za-z0-9_-]+")
# The CDK leaves this id out of names; directly in a stack nothing would remain.
_HIDDEN_ID = "Default"
# Written by the engine; an override of anything else changes our attributes.
_ENGINE_ARGUMENTS = frozenset(
    ("//", "alias", "connection", "count", "depends_on", "dynamic", "for_each", "lifecycle", "provider", "provisioner")
)


class Configured:
    """The attributes of one construct: checked when given, changed by assignment, referred to by others."""

    TERRAFORM_TYPE: ClassVar[str] = ""
    BLOCK: ClassVar[str] = ""
    ATTRIBUTES: ClassVar[Attributes] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, member in vars(cls).items():
            if hasattr(type(member), "_getter") or type(member).__name__ == "Input":
                _refuse_shadowing(cls, name)

    def _configure(self, scope: Construct, id: str, attributes: Mapping[str, Any]) -> None:
        """Check where the construct is put and what it is given, before anything is created."""
        self._element, self._path = place_of(scope)
        self._scope = scope
        self._id = id
        _check_id(self.TERRAFORM_TYPE, id, directly_in_stack=scope is self._element.stack)
        self._checker = Checker(self.label, self._secret)
        self._attributes = self._checker.all(attributes, self.ATTRIBUTES)
        self._overrides: list[tuple[str, Any]] = []

    def label(self) -> str:
        """The type and path, for messages: "immuta_purpose 'stack/research'"."""
        return f"{self.TERRAFORM_TYPE} '{self._scope.node.path}/{self._id}'"

    def _secret(self, value: SecretFromEnv, ephemeral: bool) -> str:
        return self._element.secret(value.name, ephemeral=ephemeral)

    def _problem(self, argument: str, text: str) -> ValueProblem:
        return self._checker.problem(argument, text)

    def assign(self, name: str, value: Any) -> None:
        """Change an attribute; None removes it. The properties of the generated classes call this.

        Raises:
            ValueProblem: the value would be refused or lost, or a required attribute would be removed.
        """
        attribute = self.ATTRIBUTES[name]
        if value is None and attribute.required:
            raise self._problem(name, "is required and cannot be removed.")
        if value is None and not attribute.computed_only:
            self._attributes.pop(name, None)
        else:
            self._attributes[name] = self._checker.one(value, attribute, name)

    def configured(self, name: str) -> Any:
        """What is configured for an attribute, normalised, as a copy; None when it is not."""
        return copy.copy(self._attributes.get(name))

    def synthesized(self) -> dict[str, Any]:
        """The attributes with the overrides, as they go into the output."""
        if not self._overrides:
            return self._attributes
        attributes: dict[str, Any] = _deep_copy(self._attributes)
        for path, value in self._overrides:
            apply_override(attributes, path, value)
        return attributes

    def _synthesize_hcl_attributes(self) -> Any:
        return {name: hcl(value) for name, value in self.synthesized().items()}

    def _override(self, path: str, value: Any) -> bool:
        """Keep an override of one of our attributes; False when it is the engine's business."""
        if path.partition(".")[0] in _ENGINE_ARGUMENTS:
            return False
        self._overrides.append((path, value))
        return True


class _Referable(Configured):
    """What resources and data sources have in common: they can be referred to and repeated."""

    def _create(self, base: Any, scope: Construct, id: str, attributes: Mapping[str, Any], meta: Any) -> None:
        _check_meta(type(self), meta, self.META)
        self._configure(scope, id, attributes)
        settings = config(self.TERRAFORM_TYPE, meta, self._problem)
        self.direct_dependencies, self.dependency_groups = [], []
        if settings.depends_on is not None:
            settings.depends_on = self._depend(settings.depends_on)
        self._is_named = False
        self._repeated = settings.count is not None or settings.for_each is not None
        self._references: dict[tuple[str, str], Any] = {}
        _create_in_node(base, self, [scope, id, settings])
        self._element.register(self)

    META: ClassVar[frozenset[str]] = frozenset()
    node_dependencies_at = ""
    direct_dependencies: list[Any]
    dependency_groups: list[Construct]

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "depends_on":
            value = self.address_dependencies(self._depend(value or [])) or None
        elif name == "lifecycle" and value is not None:
            value = lifecycle(value, self._problem)
        elif name in ("count", "for_each"):
            self._repeated = value is not None
        super().__setattr__(name, value)

    def _depend(self, value: Any) -> list[Any]:
        """The resources that `depends_on` stands for now; a group is looked at once more when the stack is written."""
        self.direct_dependencies = dependables(value, self._problem)
        present = {id(item) for item in self.direct_dependencies}
        self.dependency_groups = [item for item in value if id(item) not in present]
        check_stack(self.direct_dependencies, self._element.stack, self._problem)
        return self.direct_dependencies

    @property
    def node(self) -> Node:
        """The place in the tree of constructs."""
        node: Node = super().node  # type: ignore[misc]
        node.__class__ = WatchedNode
        node.watcher = self  # type: ignore[attr-defined]
        return node

    @property
    def construct_path(self) -> tuple[str, ...]:
        """The construct ids from below the stack down to the object."""
        return (*self._path, self._id)

    def address_dependencies(self, items: list[Any]) -> list[str]:
        """What stands in `depends_on` for resources, data sources and modules."""
        return dependency_addresses(items, self._problem)

    def writes_itself(self) -> bool:
        """Whether a subclass has its own `to_terraform`, which then is all there is."""
        return type(self).to_terraform is not _Referable.to_terraform

    def to_terraform(self) -> Any:
        """What the object becomes, for those who ask it themselves; the engine asks the stack's element."""
        output: Any = super().to_terraform()  # type: ignore[misc]
        for named in (output.get(self.BLOCK) or {}).values():
            for attributes in named.values():
                attributes.update(self.synthesized() | attributes)
        return output

    def _synthesize_hcl_attributes(self) -> Any:
        late = self._element.late_dependencies([self]).get(id(self))
        if late:  # The engine reads the meta arguments after this call.
            self.direct_dependencies = [*self.direct_dependencies, *late]
            super().__setattr__("depends_on", self.address_dependencies(self.direct_dependencies))
        return super()._synthesize_hcl_attributes()

    @property
    def is_repeated(self) -> bool:
        """Whether `count` or `for_each` makes it stand for many objects."""
        return self._repeated

    @property
    def terraform_address(self) -> str:
        """`immuta_purpose.research`: text for `replace_triggered_by`, commands and hand-written expressions.

        Like every reference it fixes the name: `override_logical_id` must come before.
        """
        address = address_of(self, self._problem, "terraform_address")
        return str(self._references.setdefault(("", "terraform_address"), address))

    def is_moved_away(self) -> bool:
        """Whether the object is only here to say where it went (`move_to`)."""
        return False

    def logical_id(self, *, ask: bool) -> str:
        """The name in the output, at the time of a synthesis.

        Args:
            ask: ask the engine, instead of computing it as the engine does.
        """
        return str(self.friendly_unique_id) if ask or self._is_named else unique_id([*self._path, self._id])  # type: ignore[attr-defined]

    def _check_not_referred_to(self) -> None:
        if self._references:
            raise self._problem(
                "override_logical_id", "comes after a reference to the object and would be ignored. Call it before."
            )

    def attribute_reference(self, path: str) -> str:
        """A reference to any attribute, also inside of nested ones, as a string.

        Args:
            path: Terraform's path, such as "id" or "subscription_policy.anyone.description".
        """
        return str(self.cached_reference(path, "get_string_attribute"))

    def cached_reference(self, name: str, getter: str) -> Any:
        """The engine's reference to an attribute, in the form that `getter` gives it."""
        key = (name, getter)
        if key not in self._references:
            self._references[key] = getattr(self, getter)(name)
        return self._references[key]


class Resource(_Referable, cdk.TerraformResource):
    """An object that Terraform creates, updates and deletes.

    Args:
        scope: the stack, or a construct inside of one.
        id: letters, digits, `_` and `-`; part of the name in the state, so changing it replaces the object.
        attributes: the arguments by Terraform's names.
        meta: Terraform's meta arguments.

    Raises:
        ScopeError: the scope or id would lose the object.
        ValueProblem: a value would be refused or lost; the message has the caller's line and the fix.
    """

    BLOCK = "resource"
    _moved = False
    META = frozenset(ResourceMeta.__annotations__) | frozenset(DataSourceMeta.__annotations__)

    def __init__(self, scope: Construct, id: str, attributes: Mapping[str, Any], meta: Mapping[str, Any]) -> None:
        self._create(cdk.TerraformResource, scope, id, attributes, meta)

    def add_override(self, path: str, value: Any) -> None:
        """Set any part of the output, past all checks; None removes it. A list is replaced, not appended to.

        Args:
            path: dotted, such as "subscription_policy.anyone.description" or "tags.0".
            value: what stands there in the output.
        """
        if not self._override(path, value):
            super().add_override(path, value)

    def override_logical_id(self, new_logical_id: str) -> None:
        """Give the object another name in the output; before anything refers to it."""
        self._check_not_referred_to()
        self._is_named = True
        super().override_logical_id(new_logical_id)

    def move_to(self, move_target: str, index: str | float | None = None) -> None:
        """Move the object in the state to the resource that has `add_move_target(move_target)`."""
        self._moved = True
        super().move_to(move_target, index)

    def move_to_id(self, id: str) -> None:
        """Move the object in the state to a resource by its address."""
        self._moved = True
        super().move_to_id(id)

    def is_moved_away(self) -> bool:
        """Whether the object is only here to say where it went (`move_to`)."""
        return self._moved

    @classmethod
    def generate_config_for_import(
        cls, scope: Construct, import_to_id: str, import_from_id: str, provider: cdk.TerraformProvider | None = None
    ) -> cdk.ImportableResource:
        """Write an import block without a resource, for which `terraform plan -generate-config-out` writes the code.

        Args:
            scope: the stack.
            import_to_id: the construct id that the object is to have.
            import_from_id: the object's name or key, or "id:" and its id.
            provider: the provider to ask; the default one when None.
        """
        settings: Any = _Importable(cls.TERRAFORM_TYPE, import_from_id, provider)
        return cdk.ImportableResource(scope, import_to_id, settings)


class DataSource(_Referable, cdk.TerraformDataSource):
    """An object that Terraform only reads. Arguments as those of `Resource`."""

    BLOCK = "data"
    META = frozenset(DataSourceMeta.__annotations__)

    def __init__(self, scope: Construct, id: str, attributes: Mapping[str, Any], meta: Mapping[str, Any]) -> None:
        self._create(cdk.TerraformDataSource, scope, id, attributes, meta)

    def add_override(self, path: str, value: Any) -> None:
        """Set any part of the output, past all checks; None removes it. A list is replaced, not appended to."""
        if not self._override(path, value):
            super().add_override(path, value)

    def override_logical_id(self, new_logical_id: str) -> None:
        """Give the object another name in the output; before anything refers to it."""
        self._check_not_referred_to()
        self._is_named = True
        super().override_logical_id(new_logical_id)


class Provider(Configured, cdk.TerraformProvider):
    """The provider block of a stack.

    Its attributes do not pass through the engine, which would rewrite the keys of maps to snake_case.
    """

    TERRAFORM_TYPE = PROVIDER_NAME
    SOURCE: ClassVar[str] = ""
    VERSION: ClassVar[str] = ""

    def __init__(
        self,
        scope: Construct,
        id: str,
        attributes: Mapping[str, Any],
        *,
        alias: str | None,
        version: str | None,
        source: str | None,
    ) -> None:
        self._configure(scope, id, attributes)
        self._alias = alias
        super().__init__(
            scope,
            id,
            terraform_resource_type=PROVIDER_NAME,
            terraform_generator_metadata=cdk.TerraformProviderGeneratorMetadata(
                provider_name=PROVIDER_NAME, provider_version_constraint=version or self.VERSION
            ),
            terraform_provider_source=source or self.SOURCE,
        )

    @property
    def alias(self) -> str | None:
        """The name by which resources choose this provider among several."""
        return self._alias

    @alias.setter
    def alias(self, value: str | None) -> None:
        self._alias = value

    def add_override(self, path: str, value: Any) -> None:
        """Set any part of the provider block, past all checks; None removes it."""
        if not self._override(path, value):
            super().add_override(path, value)

    def to_terraform(self) -> Any:
        """Called by the engine."""
        output = super().to_terraform()
        output["provider"][PROVIDER_NAME][0].update(self.synthesized())
        return output

    def to_hcl_terraform(self) -> Any:
        """Called by the engine for HCL output."""
        output = super().to_hcl_terraform()
        output["provider"][PROVIDER_NAME][0].update(self._synthesize_hcl_attributes())
        return output


@jsii.implements(cdk.IImportableConfig)
class _Importable:
    """What `ImportableResource` wants to know; jsii sees properties only, no plain attributes."""

    def __init__(self, terraform_type: str, import_id: str, provider: cdk.TerraformProvider | None) -> None:
        self._values = (terraform_type, import_id, provider)

    @property
    def terraform_resource_type(self) -> str:
        return self._values[0]

    @property
    def import_id(self) -> str:
        return self._values[1]

    @property
    def provider(self) -> cdk.TerraformProvider | None:
        return self._values[2]


_creation_classes: dict[type, type] = {}


def _create_in_node(base: Any, construct: Any, arguments: list[Any]) -> None:
    """`jsii.create`, with only those members in sight that replace one of the engine's.

    It looks at every member of every class below `base` for each object, which would take as long as all the rest. So
    the object poses as a class that has the replacing members and nothing else.
    """
    own = type(construct)
    if own not in _creation_classes:
        _creation_classes[own] = type(base)(own.__name__, (base,), _replacing_members(own, base))
    construct.__class__ = _creation_classes[own]
    try:
        jsii.create(base, construct, arguments)
    finally:
        construct.__class__ = own


# Seen by callers in Python; the engine goes on with its own, which costs no callback.
_FOR_PYTHON_ONLY = (_Referable.node, _Referable.to_terraform)


def _replacing_members(own: type, base: type) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for kind in own.__mro__[: own.__mro__.index(base)]:
        for name, member in vars(kind).items():
            if not name.startswith("__") and hasattr(base, name) and member not in _FOR_PYTHON_ONLY:
                members.setdefault(name, member)
    return members


def _refuse_shadowing(cls: type, name: str) -> None:
    """A property named like a member of the engine's class would replace it without a word."""
    for base in cls.__mro__[1:]:
        if name in vars(base) and base.__module__ != "builtins":
            raise ConstructsError(f"{cls.__name__}.{name} would replace {base.__name__}.{name}; rename the attribute.")


def _check_id(terraform_type: str, id: Any, *, directly_in_stack: bool) -> None:
    if id == _HIDDEN_ID and directly_in_stack:
        raise ScopeError(at_caller(f"{terraform_type} {id!r}: the CDK hides this id, so no name would remain."))
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise ScopeError(
            at_caller(
                f"{terraform_type} {id!r}: a construct id is made of letters, digits, '_' and '-'. Anything else is "
                "dropped from the name, so that different objects could be merged into one."
            )
        )


def _check_meta(owner: Any, meta: Mapping[str, Any], known: frozenset[str]) -> None:
    for name in meta:
        if name not in known:
            own = set(inspect.signature(owner.__init__).parameters) - {"self", "scope", "id", "meta"}
            hint = did_you_mean(name, known | own)
            raise TypeError(f"{owner.__name__}() got an unexpected keyword argument {name!r}. {hint}")


def _deep_copy(value: Any) -> Any:
    """Of plain data only: objects of the engine stay themselves."""
    if isinstance(value, dict):
        return {key: _deep_copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_deep_copy(item) for item in value]
    return value
