"""The generated pages say what the schema says, at every depth."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from immuta_cli.generate.docs import HEADER, pages

NESTED = {
    "nested_type": {
        "nesting_mode": "set",
        "attributes": {
            "word": {"type": "string", "required": True, "description": "A word."},
            "weight": {
                "type": "number",
                "optional": True,
                "description": "Its weight.",
                "unseen": "it is not returned",
            },
        },
    },
    "optional": True,
    "description": "Words.",
}
SCHEMA: dict[str, Any] = {
    "provider": {"block": {"description": "How to reach it.", "attributes": {}}},
    "resource_schemas": {
        "immuta_thing": {
            "import_help": "the name",
            "block": {
                "description": "A thing.",
                "attributes": {
                    "id": {"type": "string", "computed": True, "description": "Its number."},
                    "name": {"type": "string", "required": True, "requires_replace": True, "description": "Its name."},
                    "kind": {
                        "type": "string",
                        "optional": True,
                        "one_of": ["a", "b"],
                        "default": "a",
                        "description": "K.",
                    },
                    "labels": {"type": ["map", "string"], "optional": True, "sensitive": True, "description": "L."},
                    "words": NESTED,
                },
            },
        }
    },
    "data_source_schemas": {},
}


@pytest.fixture
def examples(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "resources" / "immuta_thing"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text("# HCL\n")
    (folder / "main.py").write_text("# Python\n")
    return tmp_path


def test_a_page(examples: pathlib.Path) -> None:
    page = pages(SCHEMA, examples)["resources/thing.md"]
    assert page.startswith(HEADER)
    for line in (
        "# immuta_thing (Resource)",
        "# HCL",
        "# Python",
        "- `name` (String) Its name. A change needs a new object.",
        '- `kind` (String) K. One of `a`, `b`. Default: `"a"`.',
        "- `labels` (Map of String, Sensitive) L.",
        "- `words` (Set of Attributes) Words.",
        "  - `word` (String, required) A word.",
        "  - `weight` (Number) Its weight.",
        "- `id` (String) Its number.",
        "`terraform import immuta_thing.NAME ID`, where ID is the name.",
        "- `words.weight`: it is not returned.",
    ):
        assert line in page.splitlines(), line


def test_an_object_without_an_example_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError):
        pages(SCHEMA, tmp_path)
