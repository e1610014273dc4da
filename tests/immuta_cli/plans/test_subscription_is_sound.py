"""Subscription policies against brute force: how does each user get access to each data source, before and after?"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from immuta_cli.plans.finding import Verdict
from immuta_cli.plans.judgement import judged
from tests.immuta_cli.plans.test_judgement_is_sound import CIRCUMSTANCES, QUIET
from tests.immuta_cli.plans.world import READINGS, World, applies, is_meant

SHUT, BY_HAND, APPROVED, BY_THEMSELVES, AT_ONCE = range(-1, 4)
WORLD = World("'A' 'B' 'High' 'Fin' 'Fin.Ledger' any_tag")
ENTITLED = st.builds(
    lambda groups, operator, at_once: {
        "entitlements": {"groups": groups, "operator": operator, "automatic_subscription": at_once}
    },
    st.lists(st.sampled_from(["A", "B"]), min_size=1, max_size=2, unique=True),
    st.sampled_from(["any", "all"]),
    st.booleans(),
)
FORMS = st.one_of(
    ENTITLED,
    ENTITLED,
    st.just({"manual": {}}),
    st.builds(lambda at_once: {"anyone": {"automatic_subscription": at_once}}, st.booleans()),
    st.just({"approval": {"approvals": [{"required_permission": "OWNER"}]}}),
)
POLICIES = st.builds(
    lambda form, where, operator, staged: {
        **form,
        "circumstances": where,
        "circumstance_operator": operator,
        "staged": staged,
    },
    FORMS,
    CIRCUMSTANCES,
    st.sampled_from(["any", "all"]),
    st.sampled_from([False, False, True]),
)
CHANGES = st.one_of(
    st.tuples(POLICIES, POLICIES),
    st.builds(
        lambda one, form: (one, {**{k: v for k, v in one.items() if k.startswith(("c", "s"))}, **form}), POLICIES, FORMS
    ),
    st.tuples(st.none(), POLICIES),
)


def rank(policy: dict[str, Any], user: Any) -> int:
    if "manual" in policy:
        return BY_HAND
    if "approval" in policy:
        return APPROVED
    form = policy.get("anyone") or policy.get("entitlements") or {}
    if "entitlements" in policy and not is_meant(user, form):
        return SHUT
    return AT_ONCE if form.get("automatic_subscription") else BY_THEMSELVES


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(change=CHANGES)
def test_who_gets_access_is_judged_as_it_turns_out(change: tuple[Any, Any]) -> None:
    before, after = change
    finding = judged("immuta_subscription_policy", before, after)

    for reading in READINGS[:4:2]:
        ranks = [
            # Where no policy is, owners decide: as if they added people by hand.
            tuple(rank(policy, user) if applies(policy, source, reading) else BY_HAND for policy in (before, after))
            for source in WORLD.sources
            for user in WORLD.users
        ]
        wider = [(old, new) for old, new in ranks if new > old]
        if finding.verdict in QUIET:
            assert wider == [], finding
        if finding.verdict == Verdict.WIDENS:
            assert [new for _, new in wider if new >= BY_THEMSELVES], finding
