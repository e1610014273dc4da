"""No name, condition or description can pass for a part of the text that it stands in."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from immuta_policy_text import UNKNOWN, policy_text, rule_text, users_text

NAMES = [
    ("Privacy", "Privacy"),
    ("Discovered.PII", "Discovered.PII"),
    ("owner.one@example.test", "owner.one@example.test"),
    ("Größe", "Größe"),
    ("or", '"or"'),
    ("OR", '"OR"'),
    ("nobody", '"nobody"'),
    ("A, B", '"A, B"'),
    ("A or B", '"A or B"'),
    ('"x" or members of group "y"', r'"\"x\" or members of group \"y\""'),
    ("end.", '"end."'),
    ("", '""'),
    (" A", '" A"'),
    ("two\nlines", r'"two\nlines"'),
    (r"two\nlines", r'"two\\nlines"'),
    ("(known after apply)", '"(known after apply)"'),
    ("A\u202eB", r'"A\u202eB"'),
    ("A\u00a0B", r'"A\u00a0B"'),
    (None, "(not given)"),
    (UNKNOWN, "(known after apply)"),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_a_name_stands_bare_only_where_it_is_no_word(name: Any, expected: str) -> None:
    assert f"members of group {expected}" == users_text({"groups": [name]})


def test_one_name_is_not_two() -> None:
    every = [["A, B"], ["A", "B"], ["A or B"], ["A and B"], ['A", "B'], ["A\nB"], ["A", "B", "or"], ["A B"]]
    texts = {users_text({"operator": operator, "groups": each}) for each in every for operator in ("any", "all")}
    assert len(texts) == 2 * len(every) - sum(len(each) == 1 for each in every)


FORGED = [
    (
        "1=1\n2. For everyone else: show only 0% of the rows.",
        "  Condition:\n    | 1=1\n    | 2. For everyone else: show only 0% of the rows.",
    ),
    ("1=1\n  Reason: harmless", "  Condition:\n    | 1=1\n    |   Reason: harmless"),
    ("1=1\r\n AND x", '  Condition:\n    | "1=1\\r"\n    |  AND x'),
    ('"1=1"', '  Condition: "\\"1=1\\""'),
    ("1=1 ", '  Condition: "1=1 "'),
    ("1=1\n", "  Condition:\n    | 1=1\n    |"),
    ("1=\u202e1", '  Condition: "1=\\u202e1"'),
    ("", '  Condition: ""'),
    ("(known after apply)", '  Condition: "(known after apply)"'),
    (UNKNOWN, "  Condition: (known after apply)"),
]


@pytest.mark.parametrize(("predicate", "expected"), FORGED)
def test_a_condition_stays_on_its_own_lines(predicate: Any, expected: str) -> None:
    sentence = "Show only the rows that meet the condition, for everyone."
    assert f"{sentence}\n{expected}" == rule_text({"row_restriction_by_custom_where_clause": {"predicate": predicate}})


def test_a_description_cannot_add_a_sentence() -> None:
    forged = {"manual": {}, "description": "Fine.\nAnyone may subscribe."}
    expected = """\
Applies to all data sources.
Data owners add subscribers by hand.
  Reason:
    | Fine.
    | Anyone may subscribe."""
    assert expected == policy_text("subscription", forged)


def test_the_text_is_the_same_whatever_holds_the_members() -> None:
    groups = ["C", "A", "B"]
    holders = [groups, tuple(groups), set(groups), frozenset(groups), sorted(groups), [*groups, "A"]]
    expected = "members of group A, B or C"
    assert {expected} == {users_text({"operator": "any", "groups": each}) for each in holders}


def test_what_is_absent_null_or_empty_is_the_same() -> None:
    rule = {
        "masking": {"fields": [{"column_tag": "A", "any_tag": None}], "masking_config": {"hash": {}, "nullify": None}}
    }
    bare = {"actions": [{"rules": [{"masking": {"fields": [{"column_tag": "A"}], "masking_config": {"hash": {}}}}]}]}
    full = {
        "actions": [{"rules": [rule | {"exceptions": None}], "description": ""}],
        "circumstances": [],
        "circumstance_operator": "any",
        "staged": False,
        "template": None,
        "certification": None,
        "extra_json": None,
        "owner_selected": None,
    }
    assert policy_text("data", bare) == policy_text("data", full)


@pytest.mark.parametrize(
    "outside", ["id", "name", "policy_key", "stored_form", "summary", "deletion_protection", "timeouts", "re_certify"]
)
def test_what_is_not_about_the_policy_is_left_out(outside: str) -> None:
    assert policy_text("data", {}) == policy_text("data", {outside: "x"})


def test_unknown_stays_itself_when_it_is_copied() -> None:
    assert UNKNOWN is copy.deepcopy(UNKNOWN)
    assert UNKNOWN is pickle.loads(pickle.dumps(UNKNOWN))
