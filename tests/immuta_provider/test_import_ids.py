"""What users type to import an object."""

from __future__ import annotations

import shlex

import pytest

from immuta_provider.resources.import_ids import ImportId, escape, joined, parse, segments, typed, uuid
from terraform_plugin import DiagnosticError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Research.Churn", ImportId(key="Research.Churn")),
        ("31", ImportId(key="31")),
        ("id:31", ImportId(id=31)),
        ("key:id:31", ImportId(key="id:31")),
        ("key:key:x", ImportId(key="key:x")),
        ("a/b: c%", ImportId(key="a/b: c%")),
    ],
)
def test_parse(text: str, expected: ImportId) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["", "key:", "id:", "id:x", "id:-1"])
def test_what_is_no_import_id(text: str) -> None:
    with pytest.raises(DiagnosticError):
        parse(text)


@pytest.mark.parametrize("key", ["Research", "id:31", "key:x", "id:", "31"])
def test_an_escaped_key_is_read_back(key: str) -> None:
    assert parse(escape(key)) == ImportId(key=key)


@pytest.mark.parametrize("key", ["Research", "it's", "id:31", "a b", "$HOME `x` \\", "'"])
def test_a_typed_key_is_one_word_of_a_shell(key: str) -> None:
    assert [parse(word) for word in shlex.split(typed(key))] == [ImportId(key=key)]


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (["warehouse", "SALES", "ORDERS"], "warehouse/SALES/ORDERS"),
        (["w", "a/b", "100%", "%2F"], "w/a%2Fb/100%25/%252F"),
        (["w", "ümlaut", "a b", "+"], "w/ümlaut/a b/+"),
    ],
)
def test_names_joined_to_a_key_are_read_back(names: list[str], key: str) -> None:
    assert joined(*names) == key
    assert segments(key) == names


def test_what_is_encoded_beyond_need_is_read_too() -> None:
    assert segments("warehouse/My%20Schema/%C3%BC") == ["warehouse", "My Schema", "ü"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("0b4d9d3e-6f2a-4a3c-9a63-2f1c8f7d1e11", False),
        ("0B4D9D3E-6F2A-4A3C-9A63-2F1C8F7D1E11", False),
        ("00000000-0000-0000-0000-000000000000", False),
        ("0b4d9d3e-6f2a-0a3c-9a63-2f1c8f7d1e11", True),
        ("0b4d9d3e6f2a4a3c9a632f1c8f7d1e11", True),
        ("", True),
    ],
)
def test_uuid(text: str, wrong: bool) -> None:
    assert (uuid(text) is not None) is wrong
