"""Types are read and written in Terraform's own notation."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from terraform_plugin import types
from tests.terraform_plugin.strategies import concrete_types


@given(concrete_types)
def test_what_is_written_is_read_back(kind: types.Type) -> None:
    assert types.parse(json.loads(kind.to_bytes())) == kind


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (types.STRING, b'"string"'),
        (types.DYNAMIC, b'"dynamic"'),
        (types.list_of(types.NUMBER), b'["list","number"]'),
        (types.map_of(types.set_of(types.BOOL)), b'["map",["set","bool"]]'),
        (types.Object({"b": types.STRING, "a": types.BOOL}), b'["object",{"a":"bool","b":"string"}]'),
        (types.Tuple((types.STRING, types.NUMBER)), b'["tuple",["string","number"]]'),
    ],
)
def test_the_spelling_is_terraforms(kind: types.Type, text: bytes) -> None:
    assert kind.to_bytes() == text


def test_an_object_with_optional_attributes_is_an_object() -> None:
    assert types.parse(["object", {"a": "string"}, ["a"]]) == types.Object({"a": types.STRING})


@pytest.mark.parametrize("wrong", ["text", ["list"], ["object", "string"], ["bag", "string"], 5, None])
def test_anything_else_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="not a Terraform type"):
        types.parse(wrong)
