"""The policy language: what its words stand for, and that the constructs and the provider take every one of them."""

from __future__ import annotations

import datetime as dt
import functools
import operator
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import immuta_constructs.policies
from immuta_cli.generate import policies as page
from immuta_constructs import DataPolicy, DataSourcePolicies, Project, Purpose, SubscriptionPolicy
from immuta_constructs.engine import cdk
from immuta_constructs.policies import (
    Word,
    all_columns,
    all_of,
    any_of,
    any_purpose,
    anyone,
    approved_by,
    attribute_matches,
    by_hand,
    columns,
    columns_named,
    columns_tagged,
    constant,
    created,
    entitled,
    expression,
    for_purpose,
    group_matches,
    has_attribute,
    hashing,
    in_domains,
    in_group,
    k_anonymity,
    mask,
    named,
    newer_than,
    null,
    older_than,
    owned_by,
    purpose_matches,
    random_category,
    random_noise,
    replacing,
    require_purpose,
    rounding,
    show_percent,
    show_rows,
    show_rows_where,
    tagged,
    value_in,
    value_not_in,
    where,
    with_any_tag,
)
from immuta_constructs.testing import synth

Stack = cdk.TerraformStack
PII = columns_tagged("Discovered.PII")
A, B, C = in_group("A"), in_group("B"), in_group("C")


def plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def rule(kind: str, **members: Any) -> dict[str, Any]:
    return {"rules": [{kind: members}]}


def entitlements(**members: Any) -> dict[str, Any]:
    return rule("row_restriction_by_user_entitlements", **members)


VIENNA = dt.timezone(dt.timedelta(hours=1))
FORMS: list[tuple[Any, dict[str, Any]]] = [
    (columns_named("x", ignore_case=True), {"column_regex": {"regex": "x", "case_insensitive": True}}),
    (columns_named("x"), {"column_regex": {"regex": "x"}}),
    (created(dt.datetime(2026, 1, 31, tzinfo=VIENNA)), {"time": {"start_date": "2026-01-30T23:00:00.000Z"}}),
    (
        created("2026-01-01T00:00:00Z", until=dt.datetime(2026, 2, 1, tzinfo=dt.UTC)),
        {"time": {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-02-01T00:00:00.000Z"}},
    ),
    (in_domains("A", ids=["2"]), {"domains": [{"name": "A"}, {"id": "2"}]}),
    (where(tagged("F")), {"circumstances": [{"tag": "F"}]}),
    (
        where(tagged("F") & PII),
        {"circumstances": [{"tag": "F"}, {"column_tag": "Discovered.PII"}], "circumstance_operator": "all"},
    ),
    (where(tagged("F") | tagged("F")), {"circumstances": [{"tag": "F"}]}),
    (A, {"groups": ["A"]}),
    (A | B | C, {"operator": "any", "groups": ["A", "B", "C"]}),
    ((A & B) & (B & C), {"operator": "all", "groups": ["A", "B", "C"]}),
    (A | A, {"groups": ["A"]}),
    (
        has_attribute("n", "v") & for_purpose("p"),
        {"operator": "all", "attributes": [{"name": "n", "value": "v"}], "purposes": ["p"]},
    ),
    (any_of(A), {"groups": ["A"]}),
    (all_of(A, B, C), {"operator": "all", "groups": ["A", "B", "C"]}),
    (k_anonymity(k=2), {"k_anonymization": {"k_level": 2}}),
    (random_category(12.5), {"randomized_response": {"replacement_rate_percent": 12.5}}),
    (random_noise(3, clip=True), {"randomized_response": {"stddev": 3, "clip": True}}),
    (replacing("a", "", every=True), {"regular_expression": {"regex": "a", "replacement": "", "global_match": True}}),
    (rounding(), {"grouping": {}}),
    (rounding("WEEK"), {"grouping": {"time_precision": "WEEK"}}),
    (rounding(0.5), {"grouping": {"bucket_size": 0.5}}),
    (constant(""), {"constant": ""}),
    (
        mask(PII, PII | with_any_tag(), all_columns(), using=null(), where="x = 1"),
        rule(
            "masking",
            fields=[{"column_tag": "Discovered.PII"}, {"any_tag": {}}, {"all_columns": {}}],
            masking_config={"nullify": {}},
            conditional_predicate="x = 1",
        ),
    ),
    (mask(columns("a", "b"), using=null()), rule("masking", columns=["a", "b"], masking_config={"nullify": {}})),
    (show_rows(newer_than(days=1, hours=1)), rule("time_restriction", is_older_or_newer="newer", time=90000)),
    (
        show_rows(older_than(dt.timedelta(minutes=1))),
        rule("time_restriction", is_older_or_newer="older", time=60),
    ),
    (show_percent(15), rule("minimization", percent=15)),
    (require_purpose("p"), rule("purpose_restriction", purposes=["p"])),
    (require_purpose(any_purpose()), rule("purpose_restriction", purposes=["<ANY PURPOSE>"])),
    (
        require_purpose(for_purpose("p") & for_purpose("q")),
        rule("purpose_restriction", operator="all", purposes=["p", "q"]),
    ),
    (show_rows_where("1=1"), rule("row_restriction_by_custom_where_clause", predicate="1=1")),
    (
        show_rows_where(group_matches(PII) | attribute_matches("n", PII)),
        entitlements(
            operator="any",
            matches=[
                {"group": {"tag": "Discovered.PII"}},
                {"attribute": {"attribute": "n", "tag": "Discovered.PII"}},
            ],
        ),
    ),
    (show_rows_where(purpose_matches(columns("c"))), entitlements(matches=[{"purpose": {"column": "c"}}])),
    (show_rows_where(value_in(PII, "a", "b")), entitlements(column={"name": "Discovered.PII"}, values=["a", "b"])),
    (
        show_rows_where(value_not_in(PII, "a")),
        entitlements(column={"name": "Discovered.PII"}, values=["a"], invert=True),
    ),
    (show_percent(1).unless(A), {"rules": [{"minimization": {"percent": 1}, "exceptions": {"groups": ["A"]}}]}),
    (
        show_percent(1)
        .for_only(A)
        .unless(B)
        .because("Why.\nSo.")
        .otherwise(show_percent(2).for_only(C))
        .otherwise(show_percent(3)),
        {
            "rules": [
                {"minimization": {"percent": 1}, "inclusions": {"groups": ["A"]}, "exceptions": {"groups": ["B"]}},
                {"minimization": {"percent": 2}, "inclusions": {"groups": ["C"]}},
                {"minimization": {"percent": 3}},
            ],
            "description": "Why.\nSo.",
        },
    ),
    (anyone(), {"anyone": {}}),
    (anyone(automatically=True), {"anyone": {"automatic_subscription": True}}),
    (
        approved_by("OWNER", named("ADMIN")),
        {
            "approval": {
                "approvals": [
                    {"required_permission": "OWNER"},
                    {"required_permission": "ADMIN", "specific_approver_required": True},
                ]
            }
        },
    ),
    (
        entitled(A & B, automatically=True, discoverable=True),
        {
            "entitlements": {
                "operator": "all",
                "groups": ["A", "B"],
                "automatic_subscription": True,
                "allow_discovery": True,
            }
        },
    ),
    (entitled(expression("e")), {"entitlements": {"advanced": "e"}}),
    (by_hand(), {"manual": {}}),
    (
        owned_by(users=[("bim", "a@b")], groups=["G"]),
        {"users": [{"iamid": "bim", "username": "a@b"}], "groups": ["G"]},
    ),
]


@pytest.mark.parametrize(("word", "expected"), FORMS, ids=lambda each: repr(each)[:60])
def test_what_a_word_stands_for(word: Any, expected: dict[str, Any]) -> None:
    assert plain(word) == expected


@pytest.mark.parametrize(
    "word", [each for each, _ in FORMS if isinstance(each, Word)], ids=lambda each: repr(each)[:60]
)
def test_a_word_is_shown_as_it_is_written(word: Word) -> None:
    again = eval(repr(word), vars(immuta_constructs.policies) | {"datetime": dt})
    assert (again, hash(again), repr(again)) == (word, hash(word), repr(word))


def test_a_word_cannot_be_changed() -> None:
    action: Any = mask(PII, using=hashing()).unless(A)
    with pytest.raises(AttributeError, match="cannot be changed"):
        action.rules = []
    with pytest.raises(TypeError):
        action["rules"][0]["exceptions"] = {}
    with pytest.raises(AttributeError):
        action["rules"].append({})
    copied = action.as_dict()
    copied["rules"].clear()
    assert action == mask(PII, using=hashing()).unless(A)


def test_methods_leave_the_action_as_it_was() -> None:
    action = mask(PII, using=hashing())
    action.unless(A).because("x")
    assert action.as_dict() == rule("masking", fields=[PII.as_dict()], masking_config={"hash": {}})


@given(st.lists(st.sampled_from([A, B, C, has_attribute("n", "v"), for_purpose("p")]), min_size=2, max_size=6))
@settings(max_examples=50, deadline=None)
def test_joining_does_not_depend_on_brackets(words: list[Any]) -> None:
    from_left = functools.reduce(operator.or_, words)
    from_right = functools.reduce(lambda joined, word: word | joined, reversed(words))
    assert from_left == from_right == any_of(*words)
    assert from_left.get("operator") == ("any" if len(set(words)) > 1 else None)


def arguments(section: str, value: Any) -> dict[str, Any]:
    """An example as somebody writes it into a data policy."""
    some = {"actions": [show_percent(1)]}
    match section:
        case "WHERE":
            return some | value
        case "COLUMNS":
            return {"actions": [mask(value, using=hashing())]}
        case "MASKING":
            return {"actions": [mask(all_columns(), using=value)]}
        case "USERS":
            return {"actions": [show_percent(1).unless(value)]}
        case "REST":
            return some | {"certification" if "label" in value else "owner_restrictions": value}
    return {"actions": [value]}


def test_the_constructs_take_every_word() -> None:
    examples = {
        f"{section}{number}": (section, value)
        for section in page.DATA
        for number, (_, value) in enumerate(page.examples(section))
    }
    forms = {f"s{number}": value for number, (_, value) in enumerate(page.examples("SUBSCRIPTIONS"))}
    local = [value for _, value in page.examples("LOCAL")]

    def build(stack: Stack) -> None:
        for name, example in examples.items():
            DataPolicy(stack, name, policy_key="k", name="N", **arguments(*example))
        for name, form in forms.items():
            SubscriptionPolicy(stack, name, policy_key="k", name="N", **where(PII | tagged("F")), **form)
        DataSourcePolicies(stack, "d", data_source_id="3", policies=local)

    written = synth(build)["resource"]
    head = {"policy_key": "k", "name": "N"}
    some = {"actions": [show_percent(1).as_dict()]}
    assert written["immuta_data_policy"] == {
        name: head | some | page.in_policy(*example) for name, example in examples.items()
    }
    circumstances = plain(where(PII | tagged("F")))
    assert written["immuta_subscription_policy"] == {
        name: head | circumstances | plain(form) for name, form in forms.items()
    }
    assert written["immuta_data_source_policies"]["d"]["policies"] == plain(local)


def test_words_are_objects_of_other_constructs_and_refer_to_them() -> None:
    def build(stack: Stack) -> None:
        fraud = Purpose(stack, "fraud", name="Fraud")
        known = Purpose.from_name(stack, "known", "Known")
        actions = [
            require_purpose(fraud),
            require_purpose(for_purpose(fraud) | for_purpose(known)),
            mask(columns_tagged(fraud.name), using=constant(f"x {fraud.id}")).unless(
                for_purpose(known) | in_group("A")
            ),
        ]
        DataPolicy(stack, "p", policy_key="p", name="P", actions=actions)
        Project(stack, "j", project_key="j", name="J", subscription_policy=entitled(in_group("A") | in_group("B")))
        local_ = [require_purpose(fraud).unless(in_group("A"))]
        DataSourcePolicies(stack, "d", data_source_id="3", policies=local_)

    written = synth(build)["resource"]
    fraud, known = "${immuta_purpose.fraud.name}", "${data.immuta_purpose.known.name}"
    one, two, three = written["immuta_data_policy"]["p"]["actions"]
    assert one["rules"][0]["purpose_restriction"] == {"purposes": [fraud]}
    assert two["rules"][0]["purpose_restriction"] == {"operator": "any", "purposes": [fraud, known]}
    assert three["rules"][0]["exceptions"] == {"operator": "any", "groups": ["A"], "purposes": [known]}
    assert three["rules"][0]["masking"]["fields"] == [{"column_tag": fraud}]
    assert three["rules"][0]["masking"]["masking_config"] == {"constant": "x ${immuta_purpose.fraud.id}"}
    policy = written["immuta_project"]["j"]["subscription_policy"]
    assert policy == {"entitlements": {"operator": "any", "groups": ["A", "B"]}}
    assert written["immuta_data_source_policies"]["d"]["policies"][0]["rules"][0]["exceptions"] == {"groups": ["A"]}


def test_importing_the_words_starts_no_node_and_loads_no_construct() -> None:
    engines = "{'jsii', 'cdktf', 'cdktn', 'constructs'}"
    code = f"import sys, immuta_constructs.policies; print(sorted({engines} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    code = "import sys, immuta_constructs; print('immuta_constructs.policies' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
