"""Values survive the wire, whatever they are, and what does not fit its type is refused with its place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgpack  # type: ignore[import-untyped]  # it has no stubs
import pytest
from hypothesis import given

from terraform_plugin import types
from terraform_plugin.codec import CodecError, canonical_set, decode, decode_json, encode, fitting
from terraform_plugin.values import UNKNOWN, Dynamic, Unknown, number, sort_key, wholly_known
from tests.terraform_plugin.strategies import REFINED, numbers, typed_values

THING = types.Object({"name": types.STRING, "sizes": types.list_of(types.NUMBER)})


@given(typed_values())
def test_what_is_encoded_decodes_to_itself(case: tuple[types.Type, Any]) -> None:
    kind, value = case
    wire = encode(value, kind)
    assert decode(wire, kind) == value
    assert encode(decode(wire, kind), kind) == wire


@given(numbers)
def test_numbers_keep_every_digit(value: int | Decimal) -> None:
    assert decode(encode(value, types.NUMBER), types.NUMBER) == value
    assert decode_json(str(value).encode(), types.NUMBER) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (float(2**64), 2**64),  # Terraform sends whole numbers that no 64 bits hold as float, where that is exact
        (0.5, Decimal("0.5")),
        (0.1, Decimal("0.1000000000000000055511151231257827021181583404541015625")),
        ("0.1", Decimal("0.1")),
        ("1" + "0" * 100, 10**100),
        ("0.1234567890123456789012345", Decimal("0.1234567890123456789012345")),
        (-0.0, 0),
    ],
)
def test_numbers_come_as_integer_float_or_text(raw: object, value: int | Decimal) -> None:
    decoded = decode(msgpack.packb(raw), types.NUMBER)
    assert (type(value), value) == (type(decoded), decoded)


def test_a_float_of_python_means_its_shortest_form() -> None:
    assert decode(encode(0.1, types.NUMBER), types.NUMBER) == Decimal("0.1")


def test_unknown_keeps_what_is_known_about_it() -> None:
    wire = encode([UNKNOWN, REFINED, "x"], types.list_of(types.STRING))
    assert wire == b"\x93\xd4\x00\x00\xc7\x03\x0c\x81\x01\xc2\xa1x"
    assert decode(wire, types.list_of(types.STRING)) == [Unknown(0, b"\x00"), Unknown(12, b"\x81\x01\xc2"), "x"]


def test_a_dynamic_value_brings_its_type() -> None:
    value = Dynamic(types.Tuple((types.STRING, types.NUMBER)), ["a", UNKNOWN])
    assert decode(encode(value, types.DYNAMIC), types.DYNAMIC) == value
    assert msgpack.unpackb(encode(Dynamic(types.STRING, "x"), types.DYNAMIC)) == [b'"string"', "x"]


def test_state_as_json_holds_the_same_values() -> None:
    kind = types.Object({"n": types.NUMBER, "any": types.DYNAMIC, "set": types.set_of(types.STRING), "new": types.BOOL})
    text = '{"n": 0.1234567890123456789, "any": {"type": "string", "value": "x"}, "set": ["b", "a"], "old": 1}'
    assert decode_json(text.encode(), kind) == {
        "n": Decimal("0.1234567890123456789"),
        "any": Dynamic(types.STRING, "x"),
        "set": ["a", "b"],
        "new": None,
    }


def test_equal_sets_are_equal_lists() -> None:
    assert canonical_set(["b", "a", "b"]) == ["a", "b"]
    assert canonical_set([{"a": 1, "b": 2}, {"b": 2, "a": 1}]) == [{"a": 1, "b": 2}]


def test_two_unknown_elements_of_a_set_stay_two() -> None:
    elements = ["a", UNKNOWN, UNKNOWN]
    assert len(canonical_set(elements)) == 3
    assert len(decode(encode(elements, types.set_of(types.STRING)), types.set_of(types.STRING))) == 3
    assert len(canonical_set([{"a": UNKNOWN}, {"a": UNKNOWN}])) == 2


def test_long_decimals_that_differ_in_the_last_digit_are_two_elements() -> None:
    close = [Decimal("0." + "1" * 40), Decimal("0." + "1" * 39 + "2")]
    assert len(canonical_set(close)) == 2
    assert sort_key(Decimal("1.50")) == sort_key(Decimal("1.5"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"name": 5, "sizes": []}, "name: expected string, got int"),
        ({"name": "a", "sizes": [1, "x"]}, "sizes[1]: expected number, got str"),
        ({"name": "a", "sizes": [True]}, "sizes[0]: expected number, got bool"),
        ({"name": "a", "sizes": [float("nan")]}, "sizes[0]: not a finite number: nan"),
        ({"name": "a", "sizes": {}}, "sizes: expected ['list', 'number'], got dict"),
        ("a", "expected ['object', {'name': 'string', 'sizes': ['list', 'number']}], got str"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(value: object, text: str) -> None:
    with pytest.raises(CodecError) as caught:
        encode(value, THING)
    assert str(caught.value) == text


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(CodecError, match="no Unicode text"):
        encode("\ud800", types.STRING)


@pytest.mark.parametrize("data", [b"\xc1", b"\xa5ab", b"\x01\x02"])
def test_what_is_no_messagepack_is_refused(data: bytes) -> None:
    with pytest.raises(CodecError, match="no MessagePack"):
        decode(data, types.NUMBER)


@pytest.mark.parametrize("raw", ["abc", "Infinity", b"5", [5]])
def test_what_is_no_number_is_refused(raw: object) -> None:
    with pytest.raises(CodecError):
        decode(msgpack.packb(raw), types.NUMBER)


def test_a_tuple_has_its_length() -> None:
    with pytest.raises(CodecError, match="expected 1 elements, got 2"):
        encode(["a", "b"], types.Tuple((types.STRING,)))


def test_a_dynamic_attribute_takes_no_bare_value() -> None:
    with pytest.raises(CodecError, match="needs a Dynamic"):
        encode("x", types.DYNAMIC)


def test_a_state_that_must_not_be_lost_keeps_what_fits() -> None:
    assert fitting({"name": "a", "sizes": ["x"]}, THING) == {"name": "a", "sizes": None}


def test_numbers_have_one_form() -> None:
    assert (type(number(Decimal("2.0"))), number(Decimal("2.0"))) == (int, 2)
    assert number("1e3") == 1000
    assert isinstance(number("1e999999"), Decimal)
    with pytest.raises(ValueError, match="not a number"):
        number(True)


def test_unknown_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="known only after apply"):
        bool(UNKNOWN)
    assert repr(REFINED) == "UNKNOWN"


def test_wholly_known_looks_inside() -> None:
    assert wholly_known({"a": [1, Dynamic(types.STRING, "x")]})
    assert not wholly_known({"a": [1, Dynamic(types.STRING, UNKNOWN)]})
