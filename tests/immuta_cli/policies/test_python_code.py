"""The Python that is written stands for the attributes that were read, in words wherever there are words."""

from __future__ import annotations

import ast
import json
from typing import Any

import black
import pytest
from hypothesis import given, settings

import immuta_constructs.policies
from immuta_cli.policies import hcl_code, language, python_code
from immuta_cli.policies.naming import named
from immuta_cli.policies.payload import Policy
from immuta_cli.policies.texts import for_terraform, literal
from tests.immuta_cli.policies import code, v2
from tests.immuta_cli.policies.test_payload import policy

WORDS = set(immuta_constructs.policies.__all__)


def module(*policies: Policy) -> str:
    """A module with these policies."""
    return python_code.module([python_code.function(each, importing=True) for each in named(policies)])


@given(v2.POLICIES)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_what_was_read(payload: dict[str, Any]) -> None:
    found = policy(payload)
    assert code.attributes(module(found)) == [for_terraform(found.attributes)]


@pytest.mark.soak
@given(v2.POLICIES)
@settings(max_examples=2000, deadline=None)
def test_the_same_of_many(payload: dict[str, Any]) -> None:
    found = policy(payload)
    assert code.attributes(module(found)) == [for_terraform(found.attributes)]


def test_the_examples_are_written_in_words() -> None:
    found = [policy(each) for each in v2.examples()]
    text = module(*found)
    assert code.attributes(text) == [for_terraform(each.policy.attributes) for each in named(found)]
    known = module(*(each for each in found if "extra_json" not in each.attributes))
    assert not [node for node in ast.walk(ast.parse(known)) if isinstance(node, ast.Dict)]
    formatted = python_code.formatter()(text)
    assert black.format_str(formatted, mode=black.Mode()) == formatted
    imported = {each.name for each in ast.walk(ast.parse(text)) if isinstance(each, ast.alias)} & WORDS
    used = {each.id for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Name)} & WORDS
    assert imported == used


REFUSED = {
    "nobody is left": {
        "rules": [{"minimization": {"percent": 5}}, {"minimization": {"percent": 6}, "inclusions": {"groups": ["A"]}}]
    },
    "a column by something else": {
        "rules": [{"row_restriction_by_user_entitlements": {"column": {"type": "name", "name": "A"}, "values": ["b"]}}]
    },
    "a value of two lines": {
        "rules": [
            {"minimization": {"percent": 5}, "exceptions": {"attributes": [{"name": "A", "value": "two\nlines"}]}}
        ]
    },
}


@pytest.mark.parametrize("action", REFUSED.values(), ids=REFUSED.keys())
def test_what_has_no_words_is_a_dictionary(action: dict[str, Any]) -> None:
    assert language.action(action) == language.written(action)
    assert ast.literal_eval(language.action(action).text) == action


def test_a_span_that_ends_before_it_begins_is_a_dictionary() -> None:
    span = {"time": {"start_date": "2024-02-01T00:00:00.000Z", "end_date": "2024-01-01T00:00:00.000Z"}}
    found = language.circumstances({"circumstances": [span]})
    assert list(found) == ["circumstances"]
    assert ast.literal_eval(found["circumstances"].text) == [span]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("short", "'short'"),
        ("two\nlines", "'two\\nlines'"),
        ("x" * 100, repr("x" * 100)),
        ("word " * 20, "('" + "word " * 14 + "' '" + "word " * 6 + "')"),
        ("a line of some length, and " * 2 + "\n" + "another\n" * 3, None),
    ],
)
def test_long_texts_are_broken_and_not_changed(text: str, written: str | None) -> None:
    found = literal(text)
    assert ast.literal_eval(found) == text
    assert written is None or found == written


def test_a_predicate_stands_line_by_line() -> None:
    predicate = "@attributeValuesContains('Depot', 'depot_id')\n  AND ride_date >= current_date - 30\n  AND fare > 1"
    action = {"rules": [{"row_restriction_by_custom_where_clause": {"predicate": predicate}}]}
    written = python_code.formatter()(language.action(action).text)
    assert written == (
        "show_rows_where(\n"
        "    \"@attributeValuesContains('Depot', 'depot_id')\\n\"\n"
        '    "  AND ride_date >= current_date - 30\\n"\n'
        '    "  AND fare > 1"\n'
        ")\n"
    )


def test_what_is_said_twice_is_told() -> None:
    found = [policy(each) for each in v2.examples()]
    extra = [json.loads(each.attributes.get("extra_json") or "{}") for each in found]
    lists = [[name for name in ("circumstances", "actions") if isinstance(each.get(name), list)] for each in extra]
    assert ["actions"] in lists
    for each, names in zip(found, lists, strict=True):
        said = f"extra_json says {' and '.join(names)} again"
        assert (said in module(each)) == (said in hcl_code.blocks(*named([each]), importing=True)) == bool(names)
