"""Every form in which Terraform's encoder may write a value is read, and whatever is written is read back the same."""

from __future__ import annotations

import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgpack  # type: ignore[import-untyped]  # it has no stubs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terraform_plugin import types
from terraform_plugin.codec import CodecError, canonical_set, decode, encode
from terraform_plugin.model import Model, attribute, to_model, to_values
from terraform_plugin.values import Dynamic, Unknown, wholly_known
from tests.terraform_plugin.strategies import concrete_types, typed_values, values

pytestmark = pytest.mark.slow

WIDTHS: dict[str, tuple[int, int, Callable[[int], bytes]]] = {
    "positive fixint": (0, 2**7 - 1, lambda n: bytes([n])),
    "negative fixint": (-(2**5), -1, lambda n: struct.pack("b", n)),
    "uint8": (0, 2**8 - 1, lambda n: b"\xcc" + struct.pack(">B", n)),
    "uint16": (0, 2**16 - 1, lambda n: b"\xcd" + struct.pack(">H", n)),
    "uint32": (0, 2**32 - 1, lambda n: b"\xce" + struct.pack(">I", n)),
    "uint64": (0, 2**64 - 1, lambda n: b"\xcf" + struct.pack(">Q", n)),
    "int8": (-(2**7), 2**7 - 1, lambda n: b"\xd0" + struct.pack(">b", n)),
    "int16": (-(2**15), 2**15 - 1, lambda n: b"\xd1" + struct.pack(">h", n)),
    "int32": (-(2**31), 2**31 - 1, lambda n: b"\xd2" + struct.pack(">i", n)),
    "int64": (-(2**63), 2**63 - 1, lambda n: b"\xd3" + struct.pack(">q", n)),
}


@given(st.sampled_from(sorted(WIDTHS)), st.data())
def test_a_whole_number_is_read_in_every_width(width: str, data: st.DataObject) -> None:
    least, most, pack = WIDTHS[width]
    number = data.draw(st.one_of(st.integers(least, most), st.sampled_from([least, most])))
    assert decode(pack(number), types.NUMBER) == number


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.booleans())
def test_a_fraction_is_read_in_both_widths(number: float, short: bool) -> None:
    packed = b"\xca" + struct.pack(">f", number) if short else b"\xcb" + struct.pack(">d", number)
    assert decode(packed, types.NUMBER) == Decimal(number)


@given(st.decimals(allow_nan=False, allow_infinity=False), st.integers(-(10**120), 10**120))
def test_a_number_as_text_keeps_every_digit(fraction: Decimal, whole: int) -> None:
    assert decode(msgpack.packb(str(whole)), types.NUMBER) == whole
    assert decode(msgpack.packb(str(fraction)), types.NUMBER) == fraction
    assert decode(encode(fraction, types.NUMBER), types.NUMBER) == fraction


@given(st.integers(0, 127), st.binary(max_size=300), typed_values())
def test_any_extension_is_an_unknown_value_and_goes_back_as_it_came(
    code: int, payload: bytes, case: tuple[types.Type, Any]
) -> None:
    kind, _ = case
    wire = msgpack.packb(msgpack.ExtType(code, payload))
    unknown = decode(wire, kind)
    assert unknown == Unknown(code, payload)
    assert encode(unknown, kind) == wire
    assert not wholly_known(decode(msgpack.packb([msgpack.ExtType(code, payload)]), types.list_of(kind)))


@pytest.mark.parametrize("size", [0, 1, 31, 32, 255, 256, 65535, 65536, 6_000_000])
def test_texts_lists_and_maps_are_read_in_every_length(size: int) -> None:
    text = "é"[: size % 2] + "x" * max(0, size - 1)
    assert decode(encode(text, types.STRING), types.STRING) == text
    length = min(size, 66_000)
    assert decode(encode([True] * length, types.list_of(types.BOOL)), types.list_of(types.BOOL)) == [True] * length
    members = {str(at): None for at in range(length)}
    assert decode(encode(members, types.map_of(types.NUMBER)), types.map_of(types.NUMBER)) == members


@st.composite
def dynamics(draw: st.DrawFn) -> Dynamic:
    """A dynamic value whose type may hold dynamic values in turn, with unknowns anywhere."""
    inner = draw(concrete_types)
    kind = types.Object({"plain": inner, "free": types.DYNAMIC, "many": types.Tuple((types.DYNAMIC, inner))})
    return Dynamic(kind, draw(values(kind)))


@given(dynamics())
def test_dynamic_values_inside_dynamic_values_survive(value: Dynamic) -> None:
    assert decode(encode(value, types.DYNAMIC), types.DYNAMIC) == value


@given(typed_values())
def test_a_member_that_is_missing_is_null_and_one_that_is_new_is_dropped(case: tuple[types.Type, Any]) -> None:
    kind, value = case
    block = types.Object({"there": kind, "missing": kind})
    wire = {"there": msgpack.unpackb(encode(value, kind), strict_map_key=False), "gone": [1, {"x": None}]}
    assert decode(msgpack.packb(wire), block) == {"there": value, "missing": None}


@given(typed_values(known=True))
def test_a_set_is_equal_whatever_the_order_and_however_often(case: tuple[types.Type, Any]) -> None:
    kind, value = case
    sets = types.set_of(kind)
    assert encode([value, None, value], sets) == encode([None, value], sets)
    assert canonical_set([value, value]) == [value]


@pytest.mark.parametrize(
    "raw",
    [{"a": 1}, [[1]], [b"text", 1], ["not json", 1], ['["list"]', []], ['"string"'], 5, [None, 1]],
)
def test_a_dynamic_value_that_is_none_is_refused_and_breaks_nothing(raw: Any) -> None:
    with pytest.raises(CodecError, match="together with its type"):
        decode(msgpack.packb(raw), types.DYNAMIC)


class Nest(Model):
    """Sets whose elements are collections."""

    sets: set[set[str]] | None = attribute()
    lists: list[set[int]] | None = attribute()


def test_sets_of_sets_reach_a_handler_and_come_back() -> None:
    plain = {"sets": canonical_set([["a"], ["a", "b"]]), "lists": [[1, 2], []]}
    model = to_model(Nest, plain)
    assert model.sets == frozenset({frozenset({"a"}), frozenset({"a", "b"})})
    assert to_values(model) == plain
