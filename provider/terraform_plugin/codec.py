"""Terraform's values on the wire: MessagePack (and, for stored state, JSON) to plain Python and back.

Both directions follow the type of the value, because the wire form alone does not tell a set from a list or a number
that came as text from a string.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

import msgpack

from terraform_plugin import types
from terraform_plugin.values import Dynamic, Unknown, number, sort_key

SMALLEST_INT: Final = -(2**63)
LARGEST_INT: Final = 2**64 - 1


class CodecError(ValueError):
    """A value does not have the type that the schema gives it."""


def decode(data: bytes, kind: types.Type) -> Any:
    """Read a MessagePack value of type `kind`. Raises CodecError where the two do not fit."""
    return _decode(msgpack.unpackb(data, ext_hook=Unknown, strict_map_key=False), kind)


def encode(value: Any, kind: types.Type) -> bytes:
    """Write `value` as a MessagePack value of type `kind`. Raises CodecError where the two do not fit."""
    packed: bytes = msgpack.packb(_encode(value, kind))
    return packed


def decode_json(data: bytes, kind: types.Type) -> Any:
    """Read a JSON value of type `kind`, as state files hold them. Raises CodecError where the two do not fit."""
    return from_json(json.loads(data, parse_float=Decimal), kind)


def from_json(value: Any, kind: types.Type) -> Any:
    """Read a JSON value that is parsed already (fractions as Decimal). Raises CodecError where the two do not fit."""
    return _decode(value, kind)


def _decode(raw: Any, kind: types.Type) -> Any:
    if raw is None or isinstance(raw, Unknown):
        return raw
    match kind:
        case types.Primitive():
            return _decode_primitive(raw, kind)
        case types.Collection("map"):
            return {key: _decode(member, kind.element) for key, member in _expect(raw, dict, kind).items()}
        case types.Collection("set"):
            return canonical_set([_decode(member, kind.element) for member in _expect(raw, list, kind)])
        case types.Collection():
            return [_decode(member, kind.element) for member in _expect(raw, list, kind)]
        case types.Object():
            members = _expect(raw, dict, kind)
            return {name: _decode(members.get(name), member) for name, member in kind.attributes.items()}
        case types.Tuple():
            pairs = zip(_expect(raw, list, kind), kind.elements, strict=True)
            return [_decode(member, element) for member, element in pairs]
    raise CodecError(f"no such type: {kind!r}")


def _decode_primitive(raw: Any, kind: types.Primitive) -> Any:
    if kind == types.DYNAMIC:
        return _decode_dynamic(raw)
    if kind == types.NUMBER and isinstance(raw, int | float | str | Decimal) and not isinstance(raw, bool):
        return number(raw)
    if kind == types.STRING and isinstance(raw, str):
        return raw
    if kind == types.BOOL and isinstance(raw, bool):
        return raw
    raise CodecError(f"expected {kind.name}, got {type(raw).__name__}")


def _decode_dynamic(raw: Any) -> Dynamic:
    if isinstance(raw, dict):  # JSON
        actual = types.parse(raw["type"])
        return Dynamic(actual, _decode(raw["value"], actual))
    kind, value = _expect(raw, list, types.DYNAMIC)
    actual = types.parse(json.loads(kind))
    return Dynamic(actual, _decode(value, actual))


def _encode(value: Any, kind: types.Type) -> Any:
    if value is None:
        return None
    if isinstance(value, Unknown):
        return msgpack.ExtType(value.code, value.payload)
    match kind:
        case types.Primitive():
            return _encode_primitive(value, kind)
        case types.Collection("map"):
            return {key: _encode(member, kind.element) for key, member in _expect(value, dict, kind).items()}
        case types.Collection("set"):
            return [_encode(member, kind.element) for member in canonical_set(_expect(value, list, kind))]
        case types.Collection():
            return [_encode(member, kind.element) for member in _expect(value, list, kind)]
        case types.Object():
            members = _expect(value, dict, kind)
            return {name: _encode(members.get(name), kind.attributes[name]) for name in sorted(kind.attributes)}
        case types.Tuple():
            pairs = zip(_expect(value, list, kind), kind.elements, strict=True)
            return [_encode(member, element) for member, element in pairs]
    raise CodecError(f"no such type: {kind!r}")


def _encode_primitive(value: Any, kind: types.Primitive) -> Any:
    if kind == types.DYNAMIC:
        if not isinstance(value, Dynamic):
            raise CodecError(f"a dynamic attribute needs a Dynamic, got {type(value).__name__}")
        return [value.type.to_bytes(), _encode(value.value, value.type)]
    if kind == types.NUMBER and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        exact = number(value)
        return exact if isinstance(exact, int) and SMALLEST_INT <= exact <= LARGEST_INT else str(exact)
    if kind == types.STRING and isinstance(value, str):
        return str(value)
    if kind == types.BOOL and isinstance(value, bool):
        return value
    raise CodecError(f"expected {kind.name}, got {type(value).__name__}")


def canonical_set(elements: list[Any]) -> list[Any]:
    """A set's elements once each, in one order, so that equal sets compare equal as lists."""
    return [element for _, element in sorted({sort_key(element): element for element in elements}.items())]


def _expect(value: Any, kind: type, wanted: types.Type) -> Any:
    if not isinstance(value, kind):
        raise CodecError(f"expected {wanted.to_json()}, got {type(value).__name__}")
    return value
