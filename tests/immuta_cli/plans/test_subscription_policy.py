"""What is said of the changes of a subscription policy, word by word."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_cli.plans.finding import Verdict
from immuta_cli.plans.judgement import judged
from tests.immuta_cli.plans.plans import subscription
from tests.immuta_cli.plans.test_data_policy import said

ANALYSTS = subscription(entitlements={"groups": ["Analysts"]})
ALSO = subscription(entitlements={"groups": ["Analysts", "Science"], "operator": "any"})
BOTH = subscription(entitlements={"groups": ["Analysts", "Science"], "operator": "all"})
MANUAL, ANYONE = subscription(manual={}), subscription(anyone={"automatic_subscription": False})
APPROVAL = subscription(approval={"approvals": [{"required_permission": "GOVERNANCE"}]})
INSTEAD = "? Others than this policy lets in may get access, on data sources tagged Zone"
CHANGES: dict[str, tuple[Any, Any, Verdict, list[str]]] = {
    "one more group": (
        ANALYSTS,
        ALSO,
        Verdict.WIDENS,
        [
            (
                "+ Members of group Science, except members of group Analysts, can get read access "
                "by subscribing themselves "
                "(until now: not at all)"
            )
        ],
    ),
    "both groups are needed": (
        ANALYSTS,
        BOTH,
        Verdict.NARROWS,
        [
            (
                "- Members of group Analysts, except members of group Science, can get no read access "
                "(until now: by subscribing themselves)"
            )
        ],
    ),
    "anyone instead of approval": (
        APPROVAL,
        ANYONE,
        Verdict.WIDENS,
        ["+ Everyone can get read access by subscribing themselves (until now: after approval by GOVERNANCE)"],
    ),
    "approval instead of by hand": (
        MANUAL,
        APPROVAL,
        Verdict.MAY_WIDEN,
        ["? Everyone can get read access after approval by GOVERNANCE (until now: only when a data owner adds them)"],
    ),
    "subscribed at once": (
        ANYONE,
        subscription(anyone={"automatic_subscription": True}),
        Verdict.WIDENS,
        ["+ Everyone can get read access automatically (until now: by subscribing themselves)"],
    ),
    "discovery": (
        ANALYSTS,
        subscription(entitlements={"groups": ["Analysts"], "allow_discovery": True}),
        Verdict.WIDENS,
        [
            (
                "+ Everyone except members of group Analysts can see that the data sources exist (until now: they were "
                "hidden)"
            )
        ],
    ),
    "a new one by hand": (
        None,
        MANUAL,
        Verdict.MAY_NARROW,
        ["? People who get in there by other means today may lose access, on data sources tagged Zone"],
    ),
    "a new one": (
        None,
        ANALYSTS,
        Verdict.WIDENS,
        [
            "+ Members of group Analysts can get read access by subscribing themselves, on data sources tagged Zone",
            "? People who get in there by other means today may lose access, on data sources tagged Zone",
        ],
    ),
    "a deleted one": (
        ANALYSTS,
        None,
        Verdict.MAY_WIDEN,
        [
            (
                "- Members of group Analysts can no longer get read access by subscribing themselves "
                "by this policy, on data "
                "sources tagged Zone"
            ),
            INSTEAD,
        ],
    ),
    "staged again": (
        ANYONE,
        {**ANYONE, "staged": True},
        Verdict.NARROWS,
        [
            (
                "- Everyone can no longer get read access by subscribing themselves by this policy, "
                "on data sources tagged "
                "Zone"
            )
        ],
    ),
    "write access": (
        ANYONE,
        {**ANYONE, "access_grant": "WRITE"},
        Verdict.WIDENS,
        [
            "+ Everyone can get write access by subscribing themselves, on data sources tagged Zone",
            (
                "- Everyone can no longer get read access by subscribing themselves by this policy, "
                "on data sources tagged "
                "Zone"
            ),
        ],
    ),
    "shared responsibility": (
        ANALYSTS,
        {**ANALYSTS, "share_responsibility": True},
        Verdict.MAY_WIDEN,
        ["? People who meet another subscription policy of the same data sources and not this one may get in"],
    ),
    "another expression": (
        subscription(entitlements={"advanced": "@isInGroups('A')"}),
        subscription(entitlements={"advanced": "@isInGroups('A', 'B')"}),
        Verdict.MAY_WIDEN,
        [],
    ),
    "a description": (ANALYSTS, {**ANALYSTS, "description": "Why."}, Verdict.UNCHANGED, []),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change(name: str) -> None:
    before, after, verdict, expected = CHANGES[name]

    finding = judged("immuta_subscription_policy", before, after)

    assert verdict == finding.verdict
    if expected or verdict == Verdict.UNCHANGED:
        assert expected == said(finding)


def test_one_more_policy_by_hand_that_shares_its_responsibility_may_widen() -> None:
    shared = subscription(manual={}, share_responsibility=True)
    on_more = {**shared, "circumstances": [{"tag": "Zone"}, {"tag": "Fares"}], "circumstance_operator": "any"}

    created, on_others = (judged("immuta_subscription_policy", *each) for each in ((None, shared), (shared, on_more)))

    assert said(created) == [
        "? People whom a data owner adds may get in by this policy alone, on data sources tagged Zone"
    ]
    assert (created.verdict, on_others.verdict) == (Verdict.MAY_WIDEN, Verdict.MAY_WIDEN)


def test_one_approval_more_narrows() -> None:
    one, other = ({"required_permission": each} for each in ("GOVERNANCE", "OWNER"))
    before, after = (subscription(approval={"approvals": each}) for each in ([one], [one, other]))

    assert judged("immuta_subscription_policy", before, after).verdict == Verdict.NARROWS
    assert judged("immuta_subscription_policy", after, before).verdict == Verdict.MAY_WIDEN
