"""What users type to import an object."""

from __future__ import annotations

import shlex

import pytest

from immuta_provider.resources.import_ids import ImportId, escape, parse, typed
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
