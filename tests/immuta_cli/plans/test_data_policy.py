"""What is said of the ordinary changes of a data policy, word by word."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_cli.plans.finding import Finding, Verdict
from immuta_cli.plans.judgement import judged
from immuta_policy_text import UNKNOWN
from tests.immuta_cli.plans.plans import PII, data_policy, masking

PRIVACY = {"groups": ["Privacy"]}
WITH_AUDIT = {"operator": "any", "groups": ["Privacy", "Audit"]}
HASHED = data_policy(masking(exceptions=PRIVACY))
DAY = 86400


def rows(kind: str, **config: Any) -> dict[str, Any]:
    return {kind: config}


def newer(days: int, **who: Any) -> dict[str, Any]:
    return {**rows("time_restriction", is_older_or_newer="newer", time=days * DAY), **who}


def purposes(*names: str) -> dict[str, Any]:
    return data_policy(rows("purpose_restriction", purposes=list(names), operator="any"))


def said(finding: Finding) -> list[str]:
    return (
        [f"+ {each.text}" for each in finding.gains]
        + [f"- {each.text}" for each in finding.loses]
        + [f"? {each.text}" for each in finding.uncertain]
    )


MASKED = "the columns tagged Discovered.PII"
ON_PII = "on data sources with a column tagged Discovered.PII"
NOT_PRIVACY = "Everyone except members of group Privacy can see"

ORDINARY = {
    "an exception is added": (
        HASHED,
        data_policy(masking(exceptions=WITH_AUDIT)),
        [
            (
                f"+ Members of group Audit, except members of group Privacy, can see {MASKED} "
                f"unmasked (until now: masked "
                "with hashing)"
            )
        ],
    ),
    "an exception is removed": (
        data_policy(masking(exceptions=WITH_AUDIT)),
        HASHED,
        [
            (
                f"- Members of group Audit, except members of group Privacy, can see {MASKED} only masked with hashing "
                "(until now: unmasked)"
            )
        ],
    ),
    "any becomes all": (
        data_policy(masking(exceptions=WITH_AUDIT)),
        data_policy(masking(exceptions={**WITH_AUDIT, "operator": "all"})),
        [
            (
                "- Members of group Audit or Privacy, except users who are members of group Audit and Privacy, can see "
                f"{MASKED} only masked with hashing (until now: unmasked)"
            )
        ],
    ),
    "a new policy": (
        None,
        HASHED,
        [f"- {NOT_PRIVACY} {MASKED} only masked with hashing (until now: unmasked), {ON_PII}"],
    ),
    "a deleted policy": (
        HASHED,
        None,
        [f"+ {NOT_PRIVACY} {MASKED} unmasked (until now: masked with hashing), {ON_PII}"],
    ),
    "staged no longer": (
        {**HASHED, "staged": True},
        HASHED,
        [f"- {NOT_PRIVACY} {MASKED} only masked with hashing (until now: unmasked), {ON_PII}"],
    ),
    "a staged one is deleted": ({**HASHED, "staged": True}, None, []),
    "one more circumstance of any, without such columns": (
        HASHED,
        {**HASHED, "circumstances": [*PII, {"tag": "Finance"}], "circumstance_operator": "any"},
        [],
    ),
    "one more circumstance of any, with other columns": (
        {**HASHED, "circumstances": [{"column_tag": "Org.Region"}]},
        {
            **HASHED,
            "circumstances": [{"column_tag": "Org.Region"}, {"tag": "Finance"}],
            "circumstance_operator": "any",
        },
        [
            (
                f"- {NOT_PRIVACY} {MASKED} only masked with hashing (until now: unmasked), on data "
                "sources tagged Finance and without a column tagged Org.Region"
            )
        ],
    ),
    "the circumstance that the columns say": (HASHED, {**HASHED, "circumstances": None}, []),
    "all circumstances instead of any": (
        {**HASHED, "circumstances": [*PII, {"tag": "Finance"}], "circumstance_operator": "any"},
        {**HASHED, "circumstances": [*PII, {"tag": "Finance"}], "circumstance_operator": "all"},
        [f"+ {NOT_PRIVACY} {MASKED} unmasked (until now: masked with hashing), on data sources not tagged Finance"],
    ),
    "one more circumstance of all": (
        HASHED,
        {**HASHED, "circumstances": [*PII, {"tag": "Finance"}], "circumstance_operator": "all"},
        [f"+ {NOT_PRIVACY} {MASKED} unmasked (until now: masked with hashing), {ON_PII} and not tagged Finance"],
    ),
    "hash becomes null": (
        HASHED,
        data_policy(masking({"nullify": {}}, exceptions=PRIVACY)),
        [f"- {NOT_PRIVACY} {MASKED} only masked with null (until now: masked with hashing)"],
    ),
    "null becomes a constant": (
        data_policy(masking({"nullify": {}})),
        data_policy(masking({"constant": "X"})),
        [],
    ),
    "hash becomes something else": (
        HASHED,
        data_policy(masking({"format_preserving": {}}, exceptions=PRIVACY)),
        [f"? {NOT_PRIVACY} {MASKED} masked with format-preserving masking instead of masked with hashing"],
    ),
    "years become months": (
        data_policy(masking({"grouping": {"time_precision": "YEAR"}})),
        data_policy(masking({"grouping": {"time_precision": "MONTH"}})),
        [
            (
                f"+ Everyone can see {MASKED} masked with rounding to the month (until now: masked with "
                f"rounding to the year)"
            )
        ],
    ),
    "30 days become 60": (
        data_policy(newer(30)),
        data_policy(newer(60)),
        ["+ Everyone can see rows newer than 60 days (until now: rows newer than 30 days)"],
    ),
    "60 days become 30": (
        data_policy(newer(60)),
        data_policy(newer(30)),
        ["- Everyone can see only rows newer than 30 days (until now: rows newer than 60 days)"],
    ),
    "newer becomes older": (
        data_policy(newer(30)),
        data_policy(rows("time_restriction", is_older_or_newer="older", time=7 * DAY)),
        [
            "+ Everyone can see rows older than 7 days (until now: rows newer than 30 days)",
            "- Everyone can see only rows older than 7 days (until now: rows newer than 30 days)",
        ],
    ),
    "one more purpose": (
        purposes("Fraud"),
        purposes("Fraud", "Tax"),
        [
            (
                "+ Users acting under purpose Tax, except users acting under purpose Fraud, can see "
                "all rows (until now: no "
                "rows)"
            )
        ],
    ),
    "any purpose becomes one": (
        purposes("<ANY PURPOSE>"),
        purposes("Tax"),
        [
            (
                "- Users acting under any purpose, except users acting under purpose Tax, can see no "
                "rows (until now: all "
                "rows)"
            )
        ],
    ),
    "other columns": (
        data_policy(masking()),
        data_policy(masking(fields=[{"column_tag": "Finance"}])),
        [
            f"+ Everyone can see {MASKED} unmasked (until now: masked with hashing)",
            "- Everyone can see the columns tagged Finance only masked with hashing (until now: unmasked)",
        ],
    ),
    "another condition": (
        data_policy(rows("row_restriction_by_custom_where_clause", predicate="year > 2020")),
        data_policy(rows("row_restriction_by_custom_where_clause", predicate="year > 2018")),
        ['? Everyone can see rows where "year > 2018" instead of rows where "year > 2020"'],
    ),
    "owners select it": (
        data_policy(),
        data_policy(circumstances=None, owner_selected=True),
        [
            (
                f"+ Everyone can see {MASKED} unmasked (until now: masked with hashing), {ON_PII} and "
                f"that no data owner has "
                "selected for it"
            ),
        ],
    ),
    "more owners": (
        data_policy(owner_restrictions={"groups": ["Engineers"]}, circumstances=None),
        data_policy(owner_restrictions={"groups": ["Engineers", "Stewards"]}, circumstances=None),
        [
            (
                f"- Everyone can see {MASKED} only masked with hashing (until now: unmasked), on data "
                f"sources owned by group "
                "Stewards and not owned by group Engineers"
            )
        ],
    ),
    "a chain takes more people": (
        data_policy(masking({"nullify": {}}, inclusions={"groups": ["Contractors"]}), masking()),
        data_policy(
            masking({"nullify": {}}, inclusions={"groups": ["Contractors", "Externals"], "operator": "any"}), masking()
        ),
        [
            (
                f"- Members of group Externals, except members of group Contractors, can see {MASKED} "
                f"only masked with null "
                "(until now: masked with hashing)"
            )
        ],
    ),
    "a longer reason": (data_policy(), data_policy(actions=[{"rules": [masking()], "description": "Why."}]), []),
    "actions in another order": (
        data_policy(actions=[{"rules": [masking()]}, {"rules": [newer(30)]}]),
        data_policy(actions=[{"rules": [newer(30)]}, {"rules": [masking()]}]),
        [],
    ),
    "a certification": (
        data_policy(),
        data_policy(certification={"label": "Checked", "text": "It is."}),
        [
            (
                f"? Everyone can see {MASKED} unmasked (until now: masked with hashing), {ON_PII} and "
                f"whose owner has not "
                "certified it"
            )
        ],
    ),
    "a tag's parent": (
        data_policy(masking(fields=[{"column_tag": "PII.Name"}])),
        data_policy(masking(fields=[{"column_tag": "PII"}])),
        [
            "- Everyone can see the columns tagged PII only masked with hashing (until now: unmasked)",
            (
                "? Everyone can see the columns tagged PII.Name and not tagged PII unmasked (until now: "
                "masked with hashing)"
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_change(name: str) -> None:
    before, after, expected = ORDINARY[name]

    assert expected == said(judged("immuta_data_policy", before, after))


def test_what_is_unknown_is_uncertain() -> None:
    after = data_policy(masking(exceptions={"operator": "any", "groups": ["Privacy", UNKNOWN]}))

    finding = judged("immuta_data_policy", HASHED, after)

    assert [
        (
            f"? Members of group (known after apply), except members of group Privacy, can see "
            f"{MASKED} unmasked (until now: "
            "masked with hashing)"
        )
    ] == said(finding)
    assert finding.uncertain[0].why == "a value is known only after apply"
    assert finding.verdict == Verdict.MAY_WIDEN


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({"actions": UNKNOWN}, "actions is known only after apply, or sensitive"),
        ({"staged": UNKNOWN}, "staged is known only after apply, or sensitive"),
        ({"actions": [{"rules": [{"new_kind": {}}]}]}, "a rule of the kind new_kind is not known"),
        ({"actions": [{"rules": [{}]}]}, "a rule has a form that cannot be read"),
        ({"circumstances": [{"planet": "x"}]}, "a circumstance of the kind planet is not known"),
        ({"extra_json": '{"actions": []}'}, "extra_json changes, and is written over the other attributes"),
        ({"template": True, "staged": True}, "whether a template is in force is not documented"),
    ],
)
def test_what_cannot_be_judged_may_widen(attributes: dict[str, Any], why: str) -> None:
    finding = judged("immuta_data_policy", HASHED, {**HASHED, **attributes})

    assert finding.verdict in (Verdict.MAY_WIDEN, Verdict.WIDENS)
    assert why in [doubt.why for doubt in finding.uncertain] or finding.gains


def test_the_same_extra_json_matters_only_beside_a_change() -> None:
    extra = {"extra_json": '{"actions": []}'}

    unchanged = judged("immuta_data_policy", {**HASHED, **extra}, {**HASHED, **extra, "name": "Other"})
    changed = judged("immuta_data_policy", {**HASHED, **extra}, {**data_policy(), **extra})

    assert (unchanged.verdict, changed.verdict) == (Verdict.UNCHANGED, Verdict.MAY_WIDEN)


def test_many_exceptions_are_not_repeated() -> None:
    many = [f"g{number}" for number in range(200)]
    before = data_policy(masking(exceptions={"operator": "any", "groups": many}))
    after = data_policy(masking(exceptions={"operator": "any", "groups": [*many, "Audit"]}))

    (gain,) = judged("immuta_data_policy", before, after).gains

    assert gain.people == "members of group Audit, as far as the policy does not treat them otherwise"


def test_a_policy_of_one_data_source() -> None:
    def local(*columns: str) -> dict[str, Any]:
        masked = {"columns": list(columns), "masking_config": {"hash": {}}}
        return {"data_source_id": "3", "policies": [{"rules": [{"masking": masked}]}]}

    finding = judged("immuta_data_source_policies", local("IBAN", "BIC"), local("IBAN"))

    assert said(finding) == ["+ Everyone can see the columns named BIC unmasked (until now: masked with hashing)"]


def test_json_of_one_data_source_is_not_judged() -> None:
    before = {"data_source_id": "3", "policies": [{"json": '{"type": "exemption"}'}]}

    finding = judged("immuta_data_source_policies", before, {"data_source_id": "3", "policies": []})

    assert said(finding) == ["? A policy that is given as JSON changes"]


def test_beside_json_of_one_data_source_masks_are_uncertain() -> None:
    unread = {"json": '{"type": "masking"}'}
    hashed = {"rules": [{"masking": {"columns": ["IBAN"], "masking_config": {"hash": {}}}}]}

    def change(before: list[Any], after: list[Any]) -> Finding:
        one, other = ({"data_source_id": "3", "policies": each} for each in (before, after))
        return judged("immuta_data_source_policies", one, other)

    moved, added = change([unread, hashed], [hashed, unread]), change([unread], [unread, hashed])

    assert said(moved) == ["? A policy that is given as JSON may be about the same columns"]
    assert (moved.verdict, added.verdict) == (Verdict.MAY_WIDEN, Verdict.MAY_WIDEN)


def test_several_columns_with_one_tag_may_have_different_values() -> None:
    def rows_of(value: str) -> dict[str, Any]:
        column = {"type": "tag", "name": "Org.Region"}
        return rows("row_restriction_by_user_entitlements", column=column, values=[value])

    both = [{"rules": [rows_of("EU")]}, {"rules": [rows_of("US")]}]
    before, after = data_policy(actions=[*both, {"rules": [masking()]}]), data_policy(actions=both)

    finding = judged("immuta_data_policy", before, after)

    assert [(each.why, each.widens) for each in finding.uncertain] == [("several columns may carry that tag", True)]
    assert finding.verdict == Verdict.MAY_WIDEN


def test_what_has_to_be_certified_again_is_told_from_what_was() -> None:
    before = data_policy(certification={"label": "Checked", "text": "All columns carry tags."})
    after = data_policy(certification={"label": "Checked", "text": "All columns do."}, re_certify=True)

    finding = judged("immuta_data_policy", before, after)

    assert "whose owner has certified it and" in finding.uncertain[0].text
    assert finding.uncertain[0].text.endswith("and whose owner has not certified it again")
