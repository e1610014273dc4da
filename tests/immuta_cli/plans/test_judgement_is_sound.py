"""The judgement against a world of brute force: nobody gains where it says so, and what it calls a gain is one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from immuta_cli.plans.finding import Verdict
from immuta_cli.plans.judgement import judged
from tests.immuta_cli.plans.world import ATTRIBUTES, DAY, GROUPS, PURPOSES, READINGS, at_most, cells, surely_more

QUIET = (Verdict.NARROWS, Verdict.MAY_NARROW, Verdict.UNCHANGED)


def _some(values: Any, most: int = 2) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), max_size=most, unique_by=str)


@st.composite
def users(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {
        "groups": draw(_some(GROUPS)),
        "attributes": [{"name": name, "value": value} for name, value in draw(_some(ATTRIBUTES, 1))],
        "purposes": draw(_some((*PURPOSES, "<ANY PURPOSE>"), 1)),
    }
    if not any(found.values()):
        found["groups"] = [draw(st.sampled_from(GROUPS))]
    return {"operator": draw(st.sampled_from(["any", "all"])), **found}


FUNCTIONS = st.sampled_from(
    [
        {"hash": {}},
        {"nullify": {}},
        {"constant": "x"},
        {"format_preserving": {}},
        {"grouping": {"time_precision": "YEAR"}},
        {"grouping": {"time_precision": "MONTH"}},
    ]
)
TAGGED = [{"column_tag": "PII"}, {"column_tag": "PII.Name"}, {"column_tag": "Fin"}]
FIELDS = st.lists(
    st.sampled_from([*TAGGED, {"all_columns": {}}, {"any_tag": {}}, {"no_tags": {}}]),
    min_size=1,
    max_size=2,
    unique_by=str,
)
MASKS = st.one_of(
    st.builds(lambda fields, function: {"masking": {"fields": fields, "masking_config": function}}, FIELDS, FUNCTIONS),
    st.builds(
        lambda fields, function, condition: {
            "masking": {"fields": fields, "masking_config": function, "conditional_predicate": condition}
        },
        FIELDS,
        FUNCTIONS,
        st.sampled_from(["p", "q"]),
    ),
)
ROWS = st.one_of(
    st.builds(
        lambda names, operator: {"purpose_restriction": {"purposes": names, "operator": operator}},
        st.lists(st.sampled_from((*PURPOSES, "<ANY PURPOSE>")), min_size=1, max_size=2, unique=True),
        st.sampled_from(["any", "all"]),
    ),
    st.builds(
        lambda days, kind: {"time_restriction": {"is_older_or_newer": kind, "time": days * DAY}},
        st.sampled_from([10, 30]),
        st.sampled_from(["newer", "older"]),
    ),
    st.builds(lambda share: {"minimization": {"percent": share}}, st.sampled_from([10, 30, 100])),
    st.builds(
        lambda text: {"row_restriction_by_custom_where_clause": {"predicate": text}}, st.sampled_from(["p", "q", "1=1"])
    ),
    st.just({"row_restriction_by_user_entitlements": {"matches": [{"group": {"tag": "PII"}}]}}),
)


KINDS = {"masks": MASKS, "rows": ROWS, "all": st.one_of(MASKS, ROWS)}


@st.composite
def rules(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    who = {name: draw(users()) for name in ("exceptions", "inclusions") if draw(st.booleans())}
    return {**draw(KINDS[kind]), **who}


def actions(kind: str) -> st.SearchStrategy[list[Any]]:
    chains = st.lists(rules(kind), min_size=1, max_size=2)
    return st.lists(st.builds(lambda chain: {"rules": chain}, chains), min_size=1, max_size=2)


CIRCUMSTANCES = st.lists(
    st.sampled_from([{"tag": "Fin"}, {"tag": "Fin.Ledger"}, {"column_tag": "PII"}, {"any_tag": {}}, {"no_tags": {}}]),
    min_size=1,
    max_size=2,
    unique_by=str,
)


@st.composite
def policies(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    policy: dict[str, Any] = {
        "actions": draw(actions(kind)),
        "staged": draw(st.sampled_from([False, False, False, True])),
    }
    where = draw(st.sampled_from(["all", "some", "some", "selected"])) if kind == "all" else "all"
    if where == "some":
        policy |= {
            "circumstances": draw(CIRCUMSTANCES),
            "circumstance_operator": draw(st.sampled_from(["any", "all"])),
        }
    return policy | ({"owner_selected": True} if where == "selected" else {})


@st.composite
def changes(draw: st.DrawFn, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A policy, and the same with a part of another one: what people change."""
    before, other = draw(policies(kind)), draw(policies(kind))
    after = {**before}
    for name in draw(st.lists(st.sampled_from(["actions", "where", "staged", "rule", "who", "who"]), min_size=1)):
        if name == "actions":
            after["actions"] = other["actions"]
        elif name == "staged":
            after["staged"] = other["staged"]
        elif name == "where":
            kept = {key: value for key, value in after.items() if key in ("actions", "staged")}
            after = kept | {key: value for key, value in other.items() if key not in kept}
        else:
            after["actions"] = draw(_edited(after["actions"], name, kind))
    return before, after


@st.composite
def _edited(draw: st.DrawFn, before: list[dict[str, Any]], what: str, kind: str) -> list[dict[str, Any]]:
    place = draw(st.integers(0, len(before) - 1))
    chain = [*before[place]["rules"]]
    index = draw(st.integers(0, len(chain) - 1))
    if what == "rule":
        kept = {name: chain[index][name] for name in ("exceptions", "inclusions") if name in chain[index]}
        chain[index] = {**draw(KINDS[kind]), **kept}
    else:
        chain[index] = {**chain[index], draw(st.sampled_from(["exceptions", "inclusions"])): draw(users())}
    return [*before[:place], {"rules": chain}, *before[place + 1 :]]


def strategy(kind: str) -> st.SearchStrategy[tuple[Any, Any]]:
    """Changes of policies with rules of a kind; small ones show more than large ones do."""
    edited = changes(kind)
    if kind != "all":
        return edited
    some = policies(kind)
    return st.one_of(edited, st.tuples(some, some), st.tuples(st.none(), some), st.tuples(some, st.none()))


def check(change: tuple[Any, Any]) -> None:
    before, after = change
    finding = judged("immuta_data_policy", before, after)
    event(finding.verdict.value)
    for reading in READINGS:
        if finding.verdict in QUIET:
            wider = [each for each in cells(before, after, reading) if not at_most(each[2], each[1])]
            assert wider == [], (reading, finding)
        if finding.gains:
            assert any(surely_more(new, old) for _, old, new in cells(before, after, reading)), (reading, finding)
        if finding.loses:
            assert any(surely_more(old, new) for _, old, new in cells(before, after, reading)), (reading, finding)
        if finding.verdict == Verdict.UNCHANGED:
            assert all(at_most(old, new) for _, old, new in cells(before, after, reading)), (reading, finding)


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_is_judged_as_it_turns_out(kind: str) -> None:
    _try(kind, settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)))


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_many_changes_are_judged_as_they_turn_out(kind: str) -> None:
    _try(kind, settings(max_examples=20000, deadline=None, suppress_health_check=list(HealthCheck)))


def _try(kind: str, how: settings) -> None:
    @how
    @given(change=strategy(kind))
    def judged_as_it_turns_out(change: tuple[Any, Any]) -> None:
        check(change)

    judged_as_it_turns_out()
