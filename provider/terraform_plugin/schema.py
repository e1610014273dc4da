"""The shape of a resource, data source or provider block: its attributes and what Terraform may do with each.

A schema is data: the planner walks it, the servicer sends it to Terraform, documentation and constructs are generated
from it. Authors do not write schemas but typed models (see `model`); what cannot work is refused here, when the class
is defined, and not in front of a user.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from terraform_plugin import types
from terraform_plugin.messages import tfplugin6

if TYPE_CHECKING:
    from terraform_plugin.paths import Path

NESTING_MODES: Final = {"single": 1, "list": 2, "set": 3, "map": 4}
MARKDOWN: Final = 1
NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")
RESERVED_AT_ROOT: Final = frozenset(
    {"connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner", "provisioners"}
)
NO_DEFAULT: Final = object()

Validator = Callable[[Any], str | None]
"""Looks at one known value, not null; answers what is wrong with it, or None."""

BlockValidator = Callable[["Block", dict[str, Any]], Iterable[tuple[str | None, str]]]
"""Looks at the members of one object together; answers pairs of an attribute's name (or None) and what is wrong."""


class SchemaError(TypeError):
    """A model asks for what Terraform's protocol cannot do."""


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One attribute of a block.

    `kind` is its type; `nested` is set where it consists of objects with attributes of their own. `computed` with
    `keep_state` keeps its prior value in a plan that changes something else, where it would be shown as known after
    apply; in a list of objects it follows its object to another place, and a new object's is unknown. `same` tells
    whether two values mean the same, so that the user's form is kept; either may be None. `requires_replace` is a flag,
    or a function of the prior and the planned value; either may be None, and it is not asked about a value that is
    unknown as a whole: that one needs a new object. `references` names the resource type and the attribute whose value
    is expected here; `one_of` the values that are allowed. With `null_elements` the elements of a collection may be
    null, which is an error of the user's otherwise. `unseen` says why a change that was made outside is not seen, for
    an attribute that the API does not return.
    """

    name: str
    kind: types.Type
    nested: Nested | None = None
    description: str = ""
    required: bool = False
    optional: bool = False
    computed: bool = False
    sensitive: bool = False
    write_only: bool = False
    default: Any = NO_DEFAULT
    requires_replace: bool | Callable[[Any, Any], bool] = False
    keep_state: bool = False
    deprecated: str = ""
    validators: Sequence[Validator] = ()
    same: Callable[[Any, Any], bool] | None = None
    one_of: Sequence[str] = ()
    references: tuple[str, str] | None = None
    null_elements: bool = False
    unseen: str = ""
    number: type = Decimal

    @property
    def has_default(self) -> bool:
        """Whether the attribute has a default; None may be one."""
        return self.default is not NO_DEFAULT

    def to_message(self) -> Any:
        """The attribute as protocol message."""
        message = tfplugin6["Schema.Attribute"](
            name=self.name,
            description=self.description,
            description_kind=MARKDOWN,
            required=self.required,
            optional=self.optional,
            computed=self.computed,
            sensitive=self.sensitive,
            write_only=self.write_only,
            deprecated=bool(self.deprecated),
            deprecation_message=self.deprecated,  # Terraform 1.15 has a field for the reason; older ones skip it
        )
        if self.nested is None:
            message.type = self.kind.to_bytes()
            return message
        message.nested_type.nesting = NESTING_MODES[self.nested.mode]
        message.nested_type.attributes.extend(member.to_message() for member in self.nested.block)
        return message


@dataclass(frozen=True)
class Nested:
    """An attribute's objects: one (`single`), or a `list`, `set` or `map` of them."""

    mode: str
    block: Block


@dataclass(frozen=True)
class Block:
    """A set of attributes, with the rules that concern several of them."""

    attributes: dict[str, Attribute]
    validators: Sequence[BlockValidator] = ()
    model: Any = None
    description: str = ""
    kind: types.Object = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", types.Object({a.name: a.kind for a in self.attributes.values()}))

    def __iter__(self) -> Any:
        return iter(self.attributes.values())

    def __getitem__(self, name: str) -> Attribute:
        return self.attributes[name]

    def to_message(self, version: int = 0) -> Any:
        """The block as the schema that Terraform asks for."""
        message = tfplugin6["Schema"](version=version)
        message.block.description = self.description
        message.block.description_kind = MARKDOWN
        message.block.attributes.extend(attribute.to_message() for attribute in self)
        return message

    def walk(self, prefix: str = "") -> Iterable[tuple[str, Attribute]]:
        """Every attribute at every depth with its dotted name."""
        for attribute in self:
            yield prefix + attribute.name, attribute
            if attribute.nested:
                yield from attribute.nested.block.walk(f"{prefix}{attribute.name}.")


def check(block: Block, *, root: bool = True) -> None:
    """Refuse what Terraform's protocol cannot do with the block's attributes. Raises SchemaError."""
    for attribute in block:
        for wrong in _wrong(attribute, root=root):
            raise SchemaError(f"attribute {attribute.name!r}: {wrong}")
        if attribute.nested:
            check(attribute.nested.block, root=False)
            for wrong in _wrong_inside(attribute.nested):
                raise SchemaError(f"attribute {attribute.name!r}: {wrong}")


def check_identity(block: Block, names: Sequence[str]) -> None:
    """Refuse an identity that could change in place: Terraform stores what it is told. Raises SchemaError."""
    for name in names:
        attribute = block.attributes.get(name)
        if attribute is None:
            raise SchemaError(f"the identity names {name!r}, which is no attribute")
        if attribute.requires_replace is not True and (attribute.required or attribute.optional):
            raise SchemaError(f"attribute {name!r}: as part of the identity it needs requires_replace=True")


def _wrong(attribute: Attribute, *, root: bool) -> Iterable[str]:
    if not NAME.match(attribute.name):
        yield "a name is lower case letters, digits and underscores, and begins with a letter"
    if root and attribute.name in RESERVED_AT_ROOT:
        yield "Terraform keeps this name for itself"
    if attribute.required and (attribute.optional or attribute.computed):
        yield "required excludes optional and computed"
    if not (attribute.required or attribute.optional or attribute.computed):
        yield "it is neither required nor optional nor computed"
    if attribute.has_default and not (attribute.optional and attribute.computed):
        yield "a default makes it optional and computed"
    if attribute.keep_state and (attribute.has_default or not attribute.computed):
        yield "keep_state is for computed attributes without a default"
    if attribute.write_only and (attribute.computed or attribute.requires_replace):
        yield "a write-only value is never stored: it can be neither computed nor compared"


def _wrong_inside(nested: Nested) -> Iterable[str]:
    for name, member in nested.block.walk():
        if nested.mode == "set" and (member.computed or member.write_only):
            yield f"{name}: inside a set of objects nothing can be computed, have a default or be write-only"
        if nested.mode == "set" and callable(member.requires_replace):
            yield f"{name}: inside a set of objects requires_replace cannot depend on the prior value: there is none"
        if nested.mode != "single" and member.kind == types.DYNAMIC:
            yield f"{name}: all objects of a collection are of one type, so none of them can hold a dynamic value"


def with_path(path: Path, name: str | None) -> Path:
    """The path of the member `name` at `path`, or `path` itself for None."""
    return path / name if name else path
