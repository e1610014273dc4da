"""What somebody writes wrong in the policy language is an error at their line, which says what to write instead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import immuta_constructs.policies
from immuta_constructs import DataPolicy, DataSourcePolicies, SubscriptionPolicy, ValueProblem
from immuta_constructs.engine import cdk
from immuta_constructs.policies import (
    all_columns,
    anyone,
    columns,
    columns_tagged,
    created,
    entitled,
    for_purpose,
    has_attribute,
    hashing,
    in_group,
    mask,
    owned_by,
    random_noise,
    require_purpose,
    rounding,
    show_percent,
    tagged,
    where,
)
from immuta_constructs.testing import synth

Stack = cdk.TerraformStack
A, B, C = in_group("A"), in_group("B"), in_group("C")
pii = columns_tagged("Discovered.PII")
m = mask(pii, using=hashing())


class Fake:
    TERRAFORM_TYPE = "immuta_project"


SPACE = vars(immuta_constructs.policies) | {
    "__name__": "rules",
    "A": A,
    "B": B,
    "C": C,
    "pii": pii,
    "m": m,
    "Fake": Fake,
    "dt": dt,
}
# What is written, and below it the error.
PAGE = (Path(__file__).parent / "data" / "policy_errors.txt").read_text(encoding="utf-8")
WRONG = re.findall(r"^(\S.*)\n    (.*)$", PAGE, re.MULTILINE)


def test_the_page_of_errors_is_read_whole() -> None:
    assert len(WRONG) * 2 == len(PAGE.splitlines())


@pytest.mark.parametrize(("code", "expected"), WRONG, ids=[code for code, _ in WRONG])
def test_what_is_wrong(code: str, expected: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        eval(compile(code, "rules.py", "eval"), SPACE)
    assert str(caught.value) == f"rules.py:1: {expected}"


def test_the_line_is_that_of_the_word() -> None:
    def write() -> None:
        mask(pii, using=hashing()).unless(A).for_only(B).otherwise(
            show_percent(120),
        )

    line = write.__code__.co_firstlineno + 2
    with pytest.raises(ValueProblem, match=rf"^tests/constructs/test_policies_errors\.py:{line}: show_percent\(\): "):
        write()


def test_a_method_that_there_is_not() -> None:
    action: Any = m
    expected = (
        "An action has no 'except_for', but .unless(users), .for_only(users), .otherwise(action), .because(text)."
    )
    with pytest.raises(AttributeError, match=re.escape(expected)):
        action.except_for(A)


def data_policy(**arguments: Any) -> Callable[[Stack], Any]:
    given = {"policy_key": "k", "name": "N", "actions": [m]} | arguments
    return lambda stack: DataPolicy(stack, "p", **given)


def local_policies(*policies: Any) -> Callable[[Stack], Any]:
    return lambda stack: DataSourcePolicies(stack, "p", data_source_id="3", policies=policies)


def subscription_policy(**arguments: Any) -> Callable[[Stack], Any]:
    return lambda stack: SubscriptionPolicy(stack, "p", policy_key="k", name="N", **arguments)


SAID = "columns_tagged('Discovered.PII')"
ACTION = "Write an action, such as mask(..., using=...) or show_rows_where(...)."
FOR_A = require_purpose("x").for_only(A)
ON_NAMES = mask(columns("a"), using=hashing())
LOCAL = "Write an action on columns by name, such as mask(columns('iban'), using=hashing())."
MISPLACED: list[tuple[Callable[[Stack], Any], str]] = [
    (data_policy(actions=m), f"actions: needs a list, got {m!r}. Write [{m!r}]."),
    (data_policy(actions=[pii]), f"actions[0]: {SAID} (HERE) is {pii.MEANING}, and does not belong here. {ACTION}"),
    (
        data_policy(actions=[m, in_group("x")]),
        f"actions[1]: in_group('x') (HERE) is users, and does not belong here. {ACTION}",
    ),
    (
        data_policy(actions=[ON_NAMES]),
        f"actions[0]: {ON_NAMES!r} (HERE) is {ON_NAMES.MEANING}, and does not belong here. {ACTION}",
    ),
    (
        data_policy(actions=[mask]),
        "actions[0]: needs a DataPolicyAction or a dictionary, got a function. Was a call forgotten: x()?",
    ),
    (data_policy(circumstances=pii), f"circumstances: needs a list, got {SAID}. Write [{SAID}]."),
    (
        data_policy(circumstances=[pii | tagged("x")]),
        (
            f"circumstances[0]: {SAID} | tagged('x') is two arguments. Write **where({SAID} | tagged('x')) instead of "
            "circumstances=."
        ),
    ),
    (
        data_policy(circumstances=where(pii)),
        "circumstances: needs a list, got a dict. Unpack it: write **x instead of circumstances=x.",
    ),
    (
        data_policy(circumstances=[all_columns()]),
        (
            "circumstances[0]: all_columns() (HERE) is columns, and does not belong here. "
            "Write a circumstance, such as columns_tagged('Discovered.PII') or tagged('Finance')."
        ),
    ),
    (
        data_policy(certification=owned_by(groups=["x"])),
        (
            "certification: owned_by(groups=['x']) (HERE) is owners of data sources, for owner_restrictions=, "
            "and does not belong here. Write certification('label', 'text')."
        ),
    ),
    (
        data_policy(actions=[{"rules": [{"masking": {"fields": [tagged("x")], "masking_config": hashing()}}]}]),
        (
            f"actions[0].rules[0].masking.fields[0]: tagged('x') (HERE) is {tagged('x').MEANING}, "
            "and does not belong here. Write columns, such as columns_tagged('Discovered.PII')."
        ),
    ),
    (
        data_policy(actions=[{"rules": [show_percent(15)]}]),
        "actions[0].rules[0]: show_percent(15) (HERE) is an action of global policies, and does not belong here.",
    ),
    (
        local_policies(m),
        f"policies[0]: {m!r} (HERE) is an action of global policies, and does not belong here. {LOCAL}",
    ),
    (
        local_policies(FOR_A),
        f"policies[0]: {FOR_A!r} (HERE) is an action of global policies, and does not belong here. {LOCAL}",
    ),
    (
        subscription_policy(entitlements=for_purpose("x")),
        "entitlements: for_purpose('x') (HERE) is users by purpose, and does not belong here.",
    ),
    (
        subscription_policy(anyone=anyone()),
        "anyone: has no member 'anyone'. Unpack it: write **x instead of anyone=x.",
    ),
    (
        subscription_policy(entitlements=entitled(A)),
        "entitlements: has no member 'entitlements'. Unpack it: write **x instead of entitlements=x.",
    ),
]


@pytest.mark.parametrize(("build", "expected"), MISPLACED, ids=[text[:60] for _, text in MISPLACED])
def test_what_stands_in_the_wrong_place(build: Callable[[Stack], Any], expected: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        synth(build)
    found = re.sub(r"^\S+: immuta_\w+ 'stack/p': ", "", str(caught.value))
    assert re.sub(r"\(tests/constructs/test_policies_errors\.py:\d+\)", "(HERE)", found) == expected


def test_the_line_of_a_word_is_told_where_it_stands_wrong() -> None:
    wrong = hashing()
    line = test_the_line_of_a_word_is_told_where_it_stands_wrong.__code__.co_firstlineno + 1
    with pytest.raises(ValueProblem, match=rf"hashing\(\) \(tests/constructs/test_policies_errors\.py:{line}\)"):
        synth(data_policy(actions=[wrong]))


def test_what_only_terraform_knows_is_let_through() -> None:
    def build(stack: Stack) -> None:
        number = cdk.TerraformVariable(stack, "number", type="number")
        text = cdk.TerraformVariable(stack, "text", type="string").string_value
        flag = cdk.TerraformVariable(stack, "flag", type="bool").boolean_value
        actions = [
            show_percent(number.number_value).unless(has_attribute(text, f" {text} ")),
            mask(columns_tagged(text), using=rounding(text)),
            mask(columns_tagged(text), using=rounding(number.number_value)),
            mask(columns_tagged(text), using=random_noise(number.number_value, clip=flag)),
        ]
        DataPolicy(stack, "p", policy_key="k", name="N", **where(created(text)), actions=actions)

    one, two, three, four = synth(build)["resource"]["immuta_data_policy"]["p"]["actions"]
    assert one["rules"][0]["minimization"] == {"percent": "${var.number}"}
    assert one["rules"][0]["exceptions"] == {"attributes": [{"name": "${var.text}", "value": " ${var.text} "}]}
    assert two["rules"][0]["masking"]["masking_config"] == {"grouping": {"time_precision": "${var.text}"}}
    assert three["rules"][0]["masking"]["masking_config"] == {"grouping": {"bucket_size": "${var.number}"}}
    noise = {"stddev": "${var.number}", "clip": "${var.flag}"}
    assert four["rules"][0]["masking"]["masking_config"] == {"randomized_response": noise}
