"""Terraform's value types: what an attribute can hold, in the spelling that Terraform reads and writes.

A type is a small immutable object. `to_json` gives Terraform's own notation (`"string"`, `["list", "string"]`,
`["object", {...}]`), `parse` reads it back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Type:
    """A type of Terraform values."""

    def to_json(self) -> Any:
        """The type as the JSON value that Terraform uses for it."""
        raise TypeError(f"{type(self).__name__} has no spelling")

    def to_bytes(self) -> bytes:
        """The type as the JSON text that a schema carries."""
        return json.dumps(self.to_json(), separators=(",", ":")).encode()


@dataclass(frozen=True)
class Primitive(Type):
    """string, number, bool, or dynamic (a value that brings its own type)."""

    name: str

    def to_json(self) -> Any:
        """The type's name."""
        return self.name


STRING: Final = Primitive("string")
NUMBER: Final = Primitive("number")
BOOL: Final = Primitive("bool")
DYNAMIC: Final = Primitive("dynamic")


@dataclass(frozen=True)
class Collection(Type):
    """A list, set or map whose elements are all of one type."""

    kind: str
    element: Type

    def to_json(self) -> Any:
        """The kind and the type of the elements."""
        return [self.kind, self.element.to_json()]


def list_of(element: Type) -> Collection:
    """A list: order and repetition mean something."""
    return Collection("list", element)


def set_of(element: Type) -> Collection:
    """A set: neither order nor repetition mean anything."""
    return Collection("set", element)


def map_of(element: Type) -> Collection:
    """A map from strings."""
    return Collection("map", element)


@dataclass(frozen=True)
class Object(Type):
    """Named attributes, each of a type of its own."""

    attributes: Mapping[str, Type]

    def to_json(self) -> Any:
        """The types by name, sorted."""
        return ["object", {name: self.attributes[name].to_json() for name in sorted(self.attributes)}]


@dataclass(frozen=True)
class Tuple(Type):
    """A sequence whose elements each have a type of their own; only dynamic values have it."""

    elements: tuple[Type, ...]

    def to_json(self) -> Any:
        """The types in order."""
        return ["tuple", [element.to_json() for element in self.elements]]


def parse(value: Any) -> Type:
    """Read a type in Terraform's JSON notation. Raises ValueError for what is none."""
    match value:
        case "string" | "number" | "bool" | "dynamic":
            return Primitive(value)
        case ["list" | "set" | "map" as kind, element]:
            return Collection(kind, parse(element))
        case ["object", dict() as attributes, *_]:
            return Object({name: parse(kind) for name, kind in attributes.items()})
        case ["tuple", list() as elements]:
            return Tuple(tuple(parse(element) for element in elements))
    raise ValueError(f"not a Terraform type: {value!r}")
