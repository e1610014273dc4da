"""Whole plans: what the reports say of each kind of change, and what never stands in them."""

from __future__ import annotations

import json
import pathlib
import re
import time
from typing import Any

import pytest

from immuta_cli.plans import machine, markdown, plan_file
from immuta_cli.plans.explanation import Explanation, explained
from immuta_cli.plans.finding import Verdict
from tests.immuta_cli.plans.plans import change, data_policy, masking, plan, updated

EXEMPT = data_policy(masking(exceptions={"groups": ["Privacy"]}))


def explain(*changes: dict[str, Any], **document: Any) -> Explanation:
    return explained(plan_file.parsed(plan(*changes, **document), "plan.json"))


def as_json(*changes: dict[str, Any], **document: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(machine.report(explain(*changes, **document)))
    return found


def as_markdown(*changes: dict[str, Any], **document: Any) -> str:
    return markdown.report(explain(*changes, **document))


def test_a_change_in_markdown() -> None:
    text = as_markdown(updated(data_policy(), EXEMPT))

    assert text.startswith(
        "## What this plan does to Immuta policies\n\n**One policy changes: it widens access.**\n\n"
        "### Mask PII (`mask-pii`): changed, widens access\n\nData policy `immuta_data_policy.it`\n\n```diff\n"
    )
    assert "\n**Who gains**\n\n- Members of group Privacy can see the columns tagged Discovered.PII unmasked" in text
    assert "\n**Who loses:** nobody.\n" in text
    lines = text.partition("```diff\n")[2].partition("```")[0].splitlines()
    assert [line[0] for line in lines if line[0] != " "] == ["-", "+"]
    assert "### Not judged\n\n- Each policy is judged for itself." in text


def test_a_change_in_json() -> None:
    found = as_json(updated(data_policy(), EXEMPT))

    (policy,) = found["policies"]
    text = (
        "Members of group Privacy can see the columns tagged Discovered.PII unmasked (until now: masked with hashing)"
    )
    assert policy["gains"] == [
        {
            "text": text,
            "people": "members of group Privacy",
            "what": text.removeprefix("Members of group Privacy "),
            "where": None,
        }
    ]
    assert (found["format_version"], found["verdict"], found["counts"]["widens"]) == ("1.0", "widens", 1)
    assert (policy["action"], policy["policy_key"], policy["changed"]) == ("update", "mask-pii", ["actions"])
    assert policy["before"] != policy["after"]


def test_every_member_is_described() -> None:
    found = as_json(updated(data_policy(), EXEMPT))
    described = (pathlib.Path(__file__).parents[3] / "docs" / "cli.md").read_text()

    for name in (*found, *found["policies"][0]):
        assert f"`{name}`" in described, name


def test_the_widest_comes_first_and_the_headline_counts() -> None:
    found = explain(
        updated(EXEMPT, data_policy(), name="a"),
        updated(data_policy(), data_policy(name="Other"), name="b"),
        updated(data_policy(), EXEMPT, name="c"),
        change("immuta_data_policy", ["no-op"], EXEMPT, EXEMPT, name="d"),
    )

    assert [each.finding.verdict for each in found.policies] == [Verdict.WIDENS, Verdict.NARROWS, Verdict.UNCHANGED]
    assert markdown.headline(found) == "Of 3 policies that change, 1 widens access, 1 narrows it, 1 leaves it as it is."
    assert found.untouched == 1


def test_a_headline_without_widening_says_so() -> None:
    found = explain(updated(EXEMPT, data_policy(), name="a"), updated(EXEMPT, data_policy(), name="b"))

    assert markdown.headline(found) == "Of 2 policies that change, 2 narrow access; none widens it."


@pytest.mark.parametrize(
    ("entry", "action", "verdict"),
    [
        (change("immuta_data_policy", ["create"], None, EXEMPT), "create", "narrows"),
        (change("immuta_data_policy", ["delete"], EXEMPT, None), "delete", "widens"),
        (change("immuta_data_policy", ["delete"], EXEMPT, None, deposed="1f2e"), "delete", "widens"),
        (change("immuta_data_policy", ["forget"], EXEMPT, None), "forget", "unchanged"),
        (change("immuta_data_policy", ["no-op"], EXEMPT, EXEMPT, importing={"id": "x"}), "import", "unchanged"),
        (change("immuta_data_policy", ["no-op"], EXEMPT, EXEMPT, previous_address="a.b"), "move", "unchanged"),
        (
            change("immuta_data_policy", ["create", "delete"], EXEMPT, {**EXEMPT, "policy_key": "other"}),
            "replace",
            "unchanged",
        ),
        (change("immuta_data_policy", ["create", "delete"], EXEMPT, EXEMPT), "replace", "may_widen"),
        (change("immuta_data_policy", ["delete", "create"], EXEMPT, EXEMPT), "replace", "may_widen"),
        (updated(data_policy(), EXEMPT, importing={"id": "x"}), "update", "widens"),
        (updated({**data_policy(), "stored_form": "a"}, EXEMPT, importing={"id": "x"}), "update", "may_widen"),
    ],
)
def test_every_kind_of_change(entry: dict[str, Any], action: str, verdict: str) -> None:
    (policy,) = as_json(entry)["policies"]

    assert (action, verdict) == (policy["action"], policy["verdict"])
    assert policy["name"] in as_markdown(entry)


SELECTED = data_policy(circumstances=None, owner_selected=True)
CERTIFIED = data_policy(certification={"label": "Checked", "text": "All columns carry tags."})


@pytest.mark.parametrize(
    ("actions", "before", "key", "expected"),
    [
        ("create delete", EXEMPT, "mask-pii", ["Both policies have one key, so in Immuta they are one, and"]),
        ("create delete", {**EXEMPT, "staged": True}, "mask-pii", ["Both policies have one key, so in Immuta"]),
        ("delete create", EXEMPT, "mask-pii", ["For a moment neither the old policy nor the new one"]),
        ("create delete", SELECTED, "other", ["The new policy is active nowhere until data owners select it"]),
        ("create delete", CERTIFIED, "other", ["Data owners have certified the old policy, and not the new one"]),
        ("create delete", EXEMPT, "other", []),
    ],
)
def test_what_a_replacement_does_not_take_over(
    actions: str, before: dict[str, Any], key: str, expected: list[str]
) -> None:
    entry = change("immuta_data_policy", actions.split(), before, {**before, "policy_key": key})

    (policy,) = as_json(entry | {"change": {**entry["change"], "after_unknown": {"stored_form": True}}})["policies"]

    assert len(expected) == len(policy["uncertain"])
    assert all(each["text"].startswith(text) for each, text in zip(policy["uncertain"], expected, strict=True))


@pytest.mark.parametrize(("key", "hinted"), [("other", True), ("mask-pii", False)])
def test_create_before_destroy_is_a_way_for_another_key_only(key: str, hinted: bool) -> None:
    report = as_markdown(change("immuta_data_policy", ["delete", "create"], EXEMPT, {**EXEMPT, "policy_key": key}))

    assert hinted == ("create_before_destroy" in report)


def test_a_form_that_changed_outside_is_uncertain() -> None:
    before, after = {**EXEMPT, "stored_form": "a"}, {**EXEMPT}
    entry = updated(before, after, after_unknown={"stored_form": True})

    (policy,) = as_json(entry)["policies"]

    assert policy["verdict"] == "may_widen"
    assert policy["uncertain"][0]["text"].startswith("Somebody changed the policy outside of Terraform")


def test_policies_of_another_data_source() -> None:
    def local(number: str) -> dict[str, Any]:
        masked = {"columns": ["IBAN"], "masking_config": {"hash": {}}}
        return {"data_source_id": number, "policies": [{"rules": [{"masking": masked}]}]}

    entry = change("immuta_data_source_policies", ["create", "delete"], local("3"), local("4"))
    (policy,) = as_json(entry)["policies"]

    assert (
        [each["where"] for each in policy["gains"]],
        [each["where"] for each in policy["loses"]],
    ) == (["data source 3"], ["data source 4"])


def test_other_objects_take_a_line_each() -> None:
    text = as_markdown(
        change("immuta_purpose", ["create"], None, {"name": "Fraud"}, name="fraud"),
        change("immuta_project", ["update"], {"name": "A", "tags": []}, {"name": "A", "tags": ["x"]}, name="a"),
        change("aws_s3_bucket", ["create"], None, {}, provider_name="registry.terraform.io/hashicorp/aws"),
    )

    assert "**No policy changes.**" in text
    assert "- purpose Fraud (`immuta_purpose.fraud`): new\n" in text
    assert "- project A (`immuta_project.a`): changed: `tags`\n" in text
    assert "s3" not in text


def test_drift_in_a_part_that_cannot_be_read_may_widen() -> None:
    drifted = updated({**EXEMPT, "stored_form": "a"}, {**EXEMPT, "stored_form": "b"})

    text = markdown.report(explain(resource_drift=[drifted]))

    assert "(`immuta_data_policy.it`): changed: in a part that is not shown; that may widen access\n" in text


def test_drift_is_told() -> None:
    drifted = updated(EXEMPT, data_policy(masking(exceptions={"groups": ["Privacy", "All"], "operator": "any"})))
    found = explain(resource_drift=[drifted])

    assert "(`immuta_data_policy.it`): changed: `actions`; that widens access\n" in markdown.report(found)
    assert found.verdict == Verdict.UNCHANGED


def test_policies_that_mask_the_same_columns_are_named() -> None:
    other = data_policy(name="Beside it", policy_key="beside")
    found = explain(
        updated(data_policy(), EXEMPT),
        change("immuta_data_policy", ["no-op"], other, other, name="beside"),
        change("immuta_data_policy", ["no-op"], other, {**other, "staged": True}, name="staged"),
        change("immuta_data_policy", ["delete"], other, None, name="gone"),
    )

    text = markdown.report(found)

    assert "The same columns are masked by Beside it (`immuta_data_policy.beside`); what that" in text
    assert machine.document(found)["policies"][1]["same_columns"] == ["immuta_data_policy.beside"]


def test_a_plan_without_our_objects_is_told() -> None:
    assert "no object of the Immuta provider" in as_markdown()


def test_what_was_put_off_is_told() -> None:
    put_off = {"reason": "provider_config_unknown", "resource_change": change("immuta_purpose", ["create"])}

    text = as_markdown(complete=False, deferred_changes=[put_off])

    assert "The plan is not complete" in text
    assert "Not judged: `immuta_purpose.it`." in text


HOSTILE = (
    "# h\n@octocat <img src=x onerror=alert(1)> `tick` ``` | **b** [x](http://evil.example) ![i](http://e.example/x) "
    "#12 www.evil.example &amp; _x_ ~~s~~ $x$ <!-- c"
)


def test_names_are_no_markup() -> None:
    before, after = (
        data_policy(name=HOSTILE, policy_key=HOSTILE),
        data_policy(masking(exceptions={"groups": [HOSTILE]}), name=HOSTILE, policy_key=HOSTILE),
    )
    text = as_markdown(
        updated(before, after, name="a"),
        updated(before, after, name="b"),
        change("immuta_purpose", ["create"], None, {"name": HOSTILE}),
    )

    outside = _without_code(text)
    for active in (
        "@octocat",
        "<img",
        "](http",
        "http://",
        "#12",
        "www.",
        "![",
        "**b**",
        "<!--",
        "&amp;",
        " _x_",
        "~~s",
    ):
        assert not re.search(rf"(?<!\\){re.escape(active)}", outside), active
    assert "\n# h" not in text


def _without_code(text: str) -> str:
    """The text without fenced blocks and without spans of code."""
    kept, fence = [], ""
    for line in text.splitlines():
        ticks = line[: len(line) - len(line.lstrip("`"))]
        if fence:
            fence = "" if line == fence else fence
        elif len(ticks) >= 3:
            fence = ticks
        else:
            kept.append(line)
    assert not fence
    return _without_spans("\n".join(kept))


def _without_spans(text: str) -> str:
    """As CommonMark reads it: a run of backticks that is not escaped, up to the next run of the same length."""
    return re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", text)


def test_what_is_sensitive_stays_so() -> None:
    secret, other = "hush-hush-group", "other-hush"
    before = data_policy(masking(exceptions={"groups": [secret]}), name=secret)
    after = data_policy(masking(exceptions={"groups": [other]}), name=secret)
    marks = {"name": True, "actions": [{"rules": [{"exceptions": {"groups": [True]}}]}]}
    entry = updated(before, after, before_sensitive=marks, after_sensitive=marks)
    integration = change(
        "immuta_integration", ["create"], None, {"name": secret}, after_sensitive={"name": True}, name="i"
    )

    for text in (as_markdown(entry, integration), json.dumps(as_json(entry, integration))):
        assert "hush" not in text
    (policy,) = as_json(entry)["policies"]
    assert policy["verdict"] == "widens"
    assert policy["gains"][0]["people"].startswith('members of group "(sensitive value')


@pytest.mark.parametrize("member", ["actions", "staged", "circumstances"])
def test_a_sensitive_part_that_is_no_text_is_neither_shown_nor_judged(member: str) -> None:
    entry = updated(data_policy(), EXEMPT, before_sensitive={member: True}, after_sensitive={member: True})

    (policy,) = as_json(entry)["policies"]

    assert policy["verdict"] in ("may_widen", "widens")
    assert member != "actions" or "Privacy" not in json.dumps(policy)


def test_what_becomes_sensitive_is_the_same_as_before() -> None:
    marks = {"actions": [{"rules": [{"exceptions": {"groups": True}}]}]}
    after = data_policy(masking(exceptions={"operator": "any", "groups": ["Audit", "Privacy"]}))

    (policy,) = as_json(updated(EXEMPT, after, after_sensitive=marks))["policies"]

    people = 'members of group "(sensitive value 1)", except members of group "(sensitive value 2)"'
    assert [people] == [each["people"] for each in policy["gains"]]
    assert policy["loses"] == []
    assert "Privacy" not in json.dumps(policy)


def test_3000_objects_take_seconds() -> None:
    entries = [
        updated(data_policy(name=f"n{number}"), {**EXEMPT, "name": f"n{number}"}, name=f"p{number}")
        for number in range(300)
    ]
    same = [change("immuta_data_policy", ["no-op"], EXEMPT, EXEMPT, name=f"s{number}") for number in range(2700)]
    began = time.process_time()

    markdown.report(explain(*entries, *same))

    assert time.process_time() - began < 5
