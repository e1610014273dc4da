"""Python's types for Terraform's: what an argument accepts, what a property reads as, what is configured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from immuta_cli.generate.schema import Attribute

# The classes that may stand for a resource type's attribute: ("immuta_purpose", "name") -> ["Purpose", ...].
Referable = Mapping[tuple[str, str], list[str]]

_SCALARS = {"string": "str", "number": "float", "bool": "bool"}
_FIELDS = {
    "string": "StringField",
    "number": "NumberField",
    "bool": "BoolField",
    ("list", "string"): "StringListField",
    ("set", "string"): "StringListField",
    ("list", "number"): "NumberListField",
    ("set", "number"): "NumberListField",
    ("map", "string"): "StringMapField",
    ("map", "number"): "NumberMapField",
    ("map", "bool"): "BoolMapField",
}
_RESOLVABLE = "cdk.IResolvable"


def accepted(attribute: Attribute, referable: Referable) -> str:
    """The type of an argument.

    Args:
        attribute: the attribute.
        referable: the classes that may stand for a reference.
    """
    if attribute.nesting:
        return f"{_wrapped(attribute.nesting, f'{attribute.class_name} | Mapping[str, Any]')} | {_RESOLVABLE}"
    return _value(attribute.type, lambda: _string(attribute, referable), top=True)


def _string(attribute: Attribute, referable: Referable) -> str:
    parts = ["str"]
    if attribute.one_of:
        parts.insert(0, f"Literal[{', '.join(map(repr, attribute.one_of))}]")
    if attribute.references:
        parts += referable.get(attribute.references, [])
    if attribute.sensitive or attribute.write_only:
        parts.append("SecretFromEnv")
    return " | ".join(parts)


def _value(kind: Any, string: Callable[[], str], *, top: bool) -> str:
    if kind == "string":
        return string()
    if kind == "bool" and top:
        return f"bool | {_RESOLVABLE}"
    if kind in ("number", "bool"):
        return _SCALARS[kind]
    if kind == "dynamic":
        return "Any"
    mode, inner = kind
    if mode == "object":
        return "Mapping[str, Any]"
    if mode == "tuple":
        return "Sequence[Any]"
    return _wrapped(mode, _value(inner, string, top=False))


def _wrapped(mode: str, item: str) -> str:
    if mode in ("list", "set"):
        return f"Collection[{item}]"
    return f"Mapping[str, {item}]" if mode == "map" else item


def configured(attribute: Attribute) -> str:
    """The type of what is configured, which is plain data."""
    if attribute.nesting:
        item = "dict[str, Any]"
        return {"single": item, "map": f"dict[str, {item}]"}.get(attribute.nesting, f"list[{item}]")
    return _plain(attribute.type)


def _plain(kind: Any) -> str:
    if isinstance(kind, str):
        return _SCALARS.get(kind, "Any")
    mode, inner = kind
    if mode in ("list", "set"):
        return f"list[{_plain(inner)}]"
    return f"dict[str, {_plain(inner)}]" if mode == "map" else "Any"


def field(attribute: Attribute) -> str:
    """The class of the property."""
    if attribute.nesting:
        return "AnyField"
    return _FIELDS.get(_key(attribute.type), "AnyField")


def _key(kind: Any) -> Any:
    return tuple(kind) if isinstance(kind, list) and isinstance(kind[1], str) else str(kind)


def literal(kind: Any) -> str:
    """Terraform's type as Python code: "string", ("set", "string"), ("object", {...})."""
    if isinstance(kind, str):
        return repr(kind)
    mode, inner = kind
    if mode == "object":
        members = ", ".join(f"{name!r}: {literal(item)}" for name, item in inner.items())
        return f"({mode!r}, {{{members}}})"
    if mode == "tuple":
        return f"({mode!r}, ({''.join(literal(item) + ', ' for item in inner)}))"
    return f"({mode!r}, {literal(inner)})"
