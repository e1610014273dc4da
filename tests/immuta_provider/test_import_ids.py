"""What users type to import an object."""

from __future__ import annotations

import pytest

from immuta_provider.resources.import_ids import ImportId, escape, parse
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
