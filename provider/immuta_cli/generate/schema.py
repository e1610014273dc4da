"""The provider's schema, as `terraform providers schema -json` prints it for one provider, in typed form.

A few keys are ours, because Terraform has no place for them and users of the constructs profit from them: "default",
"requires_replace", "one_of", "references", "whole_number", "deprecation_message", and a nested type's "model".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One attribute of a block or of a nested object.

    Args:
        type: Terraform's type in its JSON form; None for nested attributes.
        nesting: "single", "list", "set" or "map" for nested attributes, else "".
        members: the attributes of the nested object.
        model: the name of the nested object, and `model_text` what it is; empty where the schema does not say.
        class_name: the class of the nested object among the constructs; see `classes`.
        default: Python's form of the default; None when there is none.
    """

    name: str
    type: Any = None
    nesting: str = ""
    members: tuple[Attribute, ...] = ()
    model: str = ""
    model_text: str = ""
    class_name: str = ""
    description: str = ""
    required: bool = False
    optional: bool = False
    computed: bool = False
    sensitive: bool = False
    write_only: bool = False
    deprecated: str = ""
    default: Any = None
    requires_replace: bool = False
    whole_number: bool = False
    one_of: tuple[str, ...] = ()
    references: tuple[str, str] | None = None

    @property
    def configurable(self) -> bool:
        """Whether users may give it."""
        return self.required or self.optional


@dataclass(frozen=True, kw_only=True)
class Block:
    """A resource, a data source or the provider."""

    name: str
    description: str = ""
    attributes: tuple[Attribute, ...] = ()

    def arguments(self) -> tuple[Attribute, ...]:
        """What users may give, required ones first."""
        given = [attribute for attribute in self.attributes if attribute.configurable]
        return tuple(sorted(given, key=lambda attribute: not attribute.required))


@dataclass(frozen=True, kw_only=True)
class Schema:
    """Everything that a provider offers."""

    provider: Block
    resources: tuple[Block, ...] = ()
    data_sources: tuple[Block, ...] = ()
    names: frozenset[str] = field(default=frozenset())


def parse(description: Json) -> Schema:
    """Read the JSON form.

    Args:
        description: {"provider": {...}, "resource_schemas": {...}, "data_source_schemas": {...}}.
    """
    return Schema(
        provider=_block("provider", description.get("provider", {})),
        resources=tuple(_blocks(description.get("resource_schemas", {}))),
        data_sources=tuple(_blocks(description.get("data_source_schemas", {}))),
    )


def _blocks(schemas: Json) -> Iterator[Block]:
    for name in sorted(schemas):
        yield _block(name, schemas[name])


def _block(name: str, schema: Json) -> Block:
    block = schema.get("block", {})
    description = str(schema.get("description") or block.get("description") or "")
    return Block(name=name, description=description, attributes=tuple(_attributes(block)))


def _attributes(block: Json) -> Iterator[Attribute]:
    for name, attribute in block.get("attributes", {}).items():
        yield _attribute(name, attribute)
    for name, nested in block.get("block_types", {}).items():
        yield _nested_block(name, nested)


def _nested_block(name: str, nested: Json) -> Attribute:
    """A block of an older kind; in JSON it is written just like a nested attribute."""
    mode = nested["nesting_mode"]
    required = nested.get("min_items", 0) > 0
    return Attribute(
        name=name,
        nesting="single" if mode == "group" else mode,
        members=tuple(_attributes(nested["block"])),
        description=str(nested["block"].get("description", "")),
        required=required,
        optional=not required,
    )


def _attribute(name: str, attribute: Json) -> Attribute:
    nested = attribute.get("nested_type")
    references = attribute.get("references")
    flags = {key: bool(attribute.get(key)) for key in _FLAGS}
    return Attribute(
        name=name,
        type=attribute.get("type"),
        nesting=nested["nesting_mode"] if nested else "",
        members=tuple(_attributes(nested)) if nested else (),
        model=str(nested.get("model") or "") if nested else "",
        model_text=str(nested.get("description") or "") if nested else "",
        class_name="",
        description=str(attribute.get("description") or ""),
        deprecated=_deprecation(attribute),
        default=attribute.get("default"),
        one_of=tuple(value for value in attribute.get("one_of") or () if value is not None),
        references=(references["resource"], references["attribute"]) if references else None,
        **flags,
    )


_FLAGS = ("required", "optional", "computed", "sensitive", "write_only", "requires_replace", "whole_number")


def _deprecation(attribute: Json) -> str:
    text = attribute.get("deprecation_message") or ""
    return str(text) or ("It will be removed." if attribute.get("deprecated") else "")
