"""Terraform's values on the wire: MessagePack (and, for stored state, JSON) to plain Python and back.

Both directions follow the type of the value, because the wire form alone does not tell a set from a list or a number
that came as text from a string.
"""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import msgpack  # type: ignore[import-untyped]  # it has no stubs

from terraform_plugin import types
from terraform_plugin.values import Dynamic, Unknown, number, sort_key, wholly_known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Convert = Callable[[Any, types.Type], Any]

SMALLEST_INT: Final = -(2**63)
LARGEST_INT: Final = 2**64 - 1


class CodecError(ValueError):
    """A value does not have the type that the schema gives it; the text begins with the place inside the value."""

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(f"{place.removeprefix('.')}: {message}" if place else message)
        self.message = message
        self.place = place

    def inside(self, step: str) -> CodecError:
        """The same error, seen from one level further out."""
        return CodecError(self.message, step + self.place)


def decode(data: bytes, kind: types.Type) -> Any:
    """Read a MessagePack value of type `kind`. Raises CodecError where the two do not fit."""
    try:
        raw = msgpack.unpackb(data, ext_hook=Unknown, strict_map_key=False)
    except (ValueError, msgpack.UnpackException) as error:
        raise CodecError(f"this is no MessagePack: {error}") from error
    return _decode(raw, kind)


def encode(value: Any, kind: types.Type) -> bytes:
    """Write `value` as a MessagePack value of type `kind`. Raises CodecError where the two do not fit."""
    raw = _encode(value, kind)
    try:
        packed: bytes = msgpack.packb(raw)
    except UnicodeEncodeError:
        raise CodecError("a text holds half of a surrogate pair, which is no Unicode text") from None
    return packed


def fitting(value: dict[str, Any], kind: types.Object) -> dict[str, Any]:
    """The members of an object that can be encoded; the others are null. For states that must not be lost."""
    kept = {}
    for name, member in kind.attributes.items():
        with contextlib.suppress(CodecError):
            encode(value.get(name), member)
            kept[name] = value.get(name)
    return {name: kept.get(name) for name in kind.attributes}


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
            return _each_key(_decode, _expect(raw, dict, kind), kind.element)
        case types.Collection("set"):
            return canonical_set(_each_element(_decode, _expect(raw, list, kind), kind.element))
        case types.Collection():
            return _each_element(_decode, _expect(raw, list, kind), kind.element)
        case types.Object():
            return _each_attribute(_decode, _expect(raw, dict, kind), kind.attributes)
        case types.Tuple():
            return _each_of_tuple(_decode, _expect(raw, list, kind), kind)
    raise CodecError(f"no such type: {kind!r}")


def _decode_primitive(raw: Any, kind: types.Primitive) -> Any:
    if kind == types.DYNAMIC:
        return _decode_dynamic(raw)
    if kind == types.NUMBER and isinstance(raw, int | float | str | Decimal) and not isinstance(raw, bool):
        return _number(Decimal(raw) if isinstance(raw, float) else raw)  # binary is exact: Terraform writes 0.1 as text
    if kind == types.STRING and isinstance(raw, str):
        return raw
    if kind == types.BOOL and isinstance(raw, bool):
        return raw
    raise CodecError(f"expected {kind.name}, got {type(raw).__name__}")


def _number(value: float | str | Decimal) -> int | Decimal:
    try:
        return number(value)
    except ValueError as error:
        raise CodecError(str(error)) from None


def _decode_dynamic(raw: Any) -> Dynamic:
    try:
        if isinstance(raw, dict):  # JSON
            actual, value = types.parse(raw["type"]), raw["value"]
        else:
            kind, value = raw
            actual = types.parse(json.loads(kind))
    except (ValueError, TypeError, LookupError):
        raise CodecError("expected a value together with its type") from None
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
            return _each_key(_encode, _expect(value, dict, kind), kind.element)
        case types.Collection("set"):
            return _each_element(_encode, canonical_set(_expect(value, list, kind)), kind.element)
        case types.Collection():
            return _each_element(_encode, _expect(value, list, kind), kind.element)
        case types.Object():
            return _each_attribute(_encode, _expect(value, dict, kind), kind.attributes)
        case types.Tuple():
            return _each_of_tuple(_encode, _expect(value, list, kind), kind)
    raise CodecError(f"no such type: {kind!r}")


def _encode_primitive(value: Any, kind: types.Primitive) -> Any:
    if kind == types.DYNAMIC:
        if not isinstance(value, Dynamic):
            raise CodecError(f"a dynamic attribute needs a Dynamic, got {type(value).__name__}")
        return [value.type.to_bytes(), _encode(value.value, value.type)]
    if kind == types.NUMBER and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        exact = _number(value)
        return exact if isinstance(exact, int) and SMALLEST_INT <= exact <= LARGEST_INT else str(exact)
    if kind == types.STRING and isinstance(value, str):
        return str(value)
    if kind == types.BOOL and isinstance(value, bool):
        return value
    raise CodecError(f"expected {kind.name}, got {type(value).__name__}")


def _each_key(convert: Convert, members: dict[str, Any], element: types.Type) -> dict[str, Any]:
    return {key: _at(f"[{json.dumps(key)}]", convert, member, element) for key, member in members.items()}


def _each_element(convert: Convert, members: list[Any], element: types.Type) -> list[Any]:
    return [_at(f"[{index}]", convert, member, element) for index, member in enumerate(members)]


def _each_attribute(convert: Convert, members: dict[str, Any], kinds: Mapping[str, types.Type]) -> dict[str, Any]:
    return {name: _at(f".{name}", convert, members.get(name), kinds[name]) for name in sorted(kinds)}


def _each_of_tuple(convert: Convert, members: list[Any], kind: types.Tuple) -> list[Any]:
    if len(members) != len(kind.elements):
        raise CodecError(f"expected {len(kind.elements)} elements, got {len(members)}")
    pairs = enumerate(zip(members, kind.elements, strict=True))
    return [_at(f"[{index}]", convert, member, element) for index, (member, element) in pairs]


def _at(step: str, convert: Convert, value: Any, kind: types.Type) -> Any:
    try:
        return convert(value, kind)
    except CodecError as error:
        raise error.inside(step) from None


def canonical_set(elements: list[Any]) -> list[Any]:
    """A set's elements once each, in one order, so that equal sets compare equal as lists.

    Two elements that are not wholly known are never the same one, even where they look alike.
    """
    keyed = sorted(((sort_key(element), element) for element in elements), key=itemgetter(0))
    return [
        element
        for index, (key, element) in enumerate(keyed)
        if index == 0 or key != keyed[index - 1][0] or not wholly_known(element)
    ]


def _expect(value: Any, kind: type, wanted: types.Type) -> Any:
    if not isinstance(value, kind):
        raise CodecError(f"expected {wanted.to_json()}, got {type(value).__name__}")
    return value
