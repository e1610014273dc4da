"""The sentences as a governor reads them."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_policy_text import (
    UNKNOWN,
    circumstances_text,
    columns_text,
    masking_text,
    policy_text,
    rule_text,
    users_text,
)

PII = [{"column_tag": "Discovered.PII"}]
HASHED = {"masking": {"fields": PII, "masking_config": {"hash": {}}}}


def where(predicate: str, **who: Any) -> dict[str, Any]:
    return {"row_restriction_by_custom_where_clause": {"predicate": predicate}, **who}


def entitled(**rule: Any) -> dict[str, Any]:
    return {"row_restriction_by_user_entitlements": rule}


POLICIES: list[tuple[Any, dict[str, Any], str]] = [
    (
        "data",
        {
            "circumstances": PII,
            "actions": [
                {
                    "rules": [
                        {
                            **HASHED,
                            "exceptions": {
                                "operator": "any",
                                "groups": ["Privacy"],
                                "attributes": [{"name": "Clearance", "value": "High"}],
                            },
                        }
                    ]
                }
            ],
        },
        """\
Applies to data sources with a column tagged Discovered.PII.
Mask with hashing the columns tagged Discovered.PII, for everyone except members of group Privacy or users whose \
attribute Clearance is High.""",
    ),
    (
        "data",
        {
            "staged": True,
            "template": True,
            "circumstances": [
                {"tag": "Finance"},
                {"time": {"start_date": "2024-01-01T01:00:00+01:00", "end_date": "2024-12-31T23:59:59.999Z"}},
            ],
            "circumstance_operator": "all",
            "owner_restrictions": {
                "users": [{"iamid": "bim", "username": "owner.one@example.test"}],
                "groups": ["Data Engineers"],
            },
            "actions": [
                {
                    "description": "See GOV-12\nand GOV-13",
                    "rules": [
                        where(
                            "@attributeValuesContains('Region', 'region')\n  AND year > 2020",
                            inclusions={"groups": ["Sales EU"]},
                        ),
                        where("1=1"),
                    ],
                },
                {"rules": [{"purpose_restriction": {"purposes": ["<ANY PURPOSE>"]}}]},
            ],
            "certification": {"label": "Checked", "text": "All columns carry it.", "tags": ["B", "A"]},
            "extra_json": '{"b": 1, "a": [true]}',
        },
        """\
Staged: active nowhere.
A template for other policies.
Applies to data sources created from 2024-01-01T00:00:00Z until 2024-12-31T23:59:59.999Z and tagged Finance.
Limited to data sources owned by user owner.one@example.test of "bim" or group "Data Engineers".
The first of these rules that is for a user applies:
  Reason:
    | See GOV-12
    | and GOV-13
1. For members of group "Sales EU": show only the rows that meet the condition.
  Condition:
    | @attributeValuesContains('Region', 'region')
    |   AND year > 2020
2. For everyone else: show only the rows that meet the condition.
  Condition: 1=1
Require any purpose, for everyone.
Active on a data source once its owner has certified Checked, about tag A and B.
  Statement: All columns carry it.
Also, in the form of the API:
  JSON:
    | {
    |   "a": [
    |     true
    |   ],
    |   "b": 1
    | }""",
    ),
    ("data", {"owner_selected": True}, "Applies to data sources only where the owner selects it.\nDoes nothing."),
    (
        "subscription",
        {
            "anyone": {"automatic_subscription": True},
            "circumstances": [{"tag": "Finance"}],
            "description": "Open to all",
        },
        """\
Applies to data sources tagged Finance.
Anyone may subscribe.
They are subscribed automatically.
  Reason: Open to all""",
    ),
    (
        "subscription",
        {
            "approval": {
                "approvals": [
                    {"required_permission": "OWNER"},
                    {"required_permission": "GOVERNANCE", "specific_approver_required": True},
                ]
            },
            "access_grant": "WRITE",
            "share_responsibility": True,
        },
        """\
Applies to all data sources.
Users may subscribe after approval by a user with permission GOVERNANCE whom the requester names and a user with \
permission OWNER.
Subscribers may write.
Where several policies apply, it is enough to meet this one or another that says the same.""",
    ),
    (
        "subscription",
        {"entitlements": {"operator": "all", "groups": ["B", "A"], "allow_discovery": True}, "access_grant": "READ"},
        """\
Applies to all data sources.
Only users who are members of group A and B may subscribe.
Other users can see that the data source exists.""",
    ),
    (
        "subscription",
        {"entitlements": {"advanced": "@isInGroups('Lab') AND @hasAttribute('Training', 'GCP')"}},
        """\
Applies to all data sources.
Only users who meet the condition may subscribe.
  Condition: @isInGroups('Lab') AND @hasAttribute('Training', 'GCP')""",
    ),
    (
        "subscription",
        {"staged": UNKNOWN, "manual": {}},
        """\
Staged: active nowhere, or not (known after apply).
Applies to all data sources.
Data owners add subscribers by hand.""",
    ),
    ("subscription", {"manual": {}}, "Applies to all data sources.\nData owners add subscribers by hand."),
    ("local", {"policies": []}, "No policies of its own."),
    (
        "local",
        {
            "policies": [
                {
                    "rules": [
                        {
                            "masking": {"columns": ["iban", "BIC"], "masking_config": {"nullify": {}}},
                            "exceptions": {"purposes": ["Tax Reporting"]},
                        }
                    ],
                    "description": "Account data",
                },
                {
                    "rules": [
                        entitled(
                            operator="any",
                            matches=[
                                {"group": {"column": "region"}},
                                {"attribute": {"attribute": "Country", "column": "c_1"}},
                                {"purpose": {"column": "P"}},
                            ],
                        )
                    ]
                },
                {"json": '{"type": "time", "rules": []}'},
            ]
        },
        """\
Mask with null the columns named "iban" or BIC, for everyone except users acting under purpose "Tax Reporting".
  Reason: Account data
Show only rows in which the column "region" is one of the user's groups, the column P is a purpose that the user acts \
under or the column c_1 is a value of the user's attribute Country, for everyone.
A policy in the form of the API:
  JSON:
    | {
    |   "rules": [],
    |   "type": "time"
    | }""",
    ),
]


@pytest.mark.parametrize(("kind", "policy", "expected"), POLICIES)
def test_a_policy_reads_so(kind: Any, policy: dict[str, Any], expected: str) -> None:
    assert expected == policy_text(kind, policy)


PATTERN = {"regex": r"(\d{2})\d+", "replacement": "$1xx"}
FUNCTIONS = [
    ({"hash": {}}, "hashing"),
    ({"nullify": {}}, "null"),
    ({"constant": "REDACTED"}, 'the constant "REDACTED"'),
    ({"format_preserving": {}}, "format-preserving masking"),
    ({"reversible": {}}, "reversible masking"),
    ({"k_anonymization": {}}, "k-anonymization (by fingerprint)"),
    ({"k_anonymization": {"k_level": 7}}, "k-anonymization (k = 7)"),
    ({"k_anonymization": {"re_id_probability": 15.0}}, "k-anonymization (re-identification at most 15% probable)"),
    ({"randomized_response": {"replacement_rate_percent": 12.5}}, "random categories (12.5% of the values)"),
    ({"randomized_response": {"stddev": 3}}, "random noise (standard deviation 3)"),
    (
        {"randomized_response": {"stddev": 3, "clip": True}},
        "random noise (standard deviation 3, kept within the range)",
    ),
    (
        {"regular_expression": PATTERN},
        r'a regular expression (the first match of "(\\d{2})\\d+" becomes "$1xx")',
    ),
    (
        {"regular_expression": {**PATTERN, "case_insensitive": True, "global_match": True}},
        r'a regular expression (every match of "(\\d{2})\\d+" ignoring case becomes "$1xx")',
    ),
    ({"grouping": {}}, "rounding by fingerprint"),
    ({"grouping": {"time_precision": "MONTH"}}, "rounding to the month"),
    ({"grouping": {"bucket_size": 1000}}, "rounding to multiples of 1000"),
    ({"custom_function": "upper(@column)"}, 'the SQL function "upper(@column)"'),
    (UNKNOWN, "a function (known after apply)"),
    ({"tokenize": {"key": 1}}, 'a function of the form {"tokenize": {"key": 1}}'),
]


@pytest.mark.parametrize(("function", "expected"), FUNCTIONS)
def test_a_masking_function_reads_so(function: Any, expected: str) -> None:
    assert expected == masking_text(function)


COLUMNS = [
    ([{"column_tag": "B"}, {"column_tag": "A"}], "the columns tagged A or B"),
    ([{"all_columns": {}}], "all columns"),
    (
        [{"any_tag": {}}, {"column_regex": {"regex": "^id$", "case_insensitive": True}}, {"column_tag": "A"}],
        'the columns tagged A, whose name matches "^id$" ignoring case or with any tag',
    ),
    ([{"no_tags": {}}], "the columns without tags"),
    (["Iban", "BIC"], "the columns named BIC or Iban"),
    (UNKNOWN, "the columns (known after apply)"),
]


@pytest.mark.parametrize(("fields", "expected"), COLUMNS)
def test_columns_read_so(fields: Any, expected: str) -> None:
    assert expected == columns_text(fields)


HIGH = {"name": "Clearance", "value": "High"}
USERS = [
    ({"groups": ["A"]}, "members of group A"),
    ({"operator": "any", "groups": ["C", "A", "B"]}, "members of group A, B or C"),
    ({"operator": "all", "groups": ["A"]}, "members of group A"),
    (
        {"operator": "any", "groups": ["A", "B"], "attributes": [HIGH], "purposes": ["Tax"]},
        "members of group A or B, users whose attribute Clearance is High, or users acting under purpose Tax",
    ),
    (
        {
            "operator": "any",
            "attributes": [HIGH, {"name": "Clearance", "value": "Top"}, {"name": "Age", "value": "18"}],
        },
        "users whose attribute Age is 18, or whose attribute Clearance is High or Top",
    ),
    (
        {"operator": "all", "groups": ["A"], "attributes": [HIGH], "purposes": ["Tax"]},
        "users who are members of group A, whose attribute Clearance is High and who act under purpose Tax",
    ),
    ({"groups": ["A", "B"]}, "members of group A or B (any or all of them: not said)"),
    ({"operator": "all", "groups": UNKNOWN}, "users who are members of group (known after apply) (all of them)"),
    ({}, "nobody"),
    (UNKNOWN, "users (known after apply)"),
]


@pytest.mark.parametrize(("users", "expected"), USERS)
def test_users_read_so(users: Any, expected: str) -> None:
    assert expected == users_text(users)


TAGGED = {"group": {"tag": "Org.Department"}}
RULES = [
    (HASHED, "Mask with hashing the columns tagged Discovered.PII, for everyone."),
    (
        {**HASHED, "inclusions": {"groups": ["A"]}, "exceptions": {"groups": ["B"]}},
        "Mask with hashing the columns tagged Discovered.PII, for members of group A, except members of group B.",
    ),
    (
        {"masking": {**HASHED["masking"], "conditional_predicate": "@columnTagged('Country') = 'AT'"}},
        """\
Mask with hashing the columns tagged Discovered.PII in the rows that meet the condition, for everyone.
  Condition: @columnTagged('Country') = 'AT'""",
    ),
    ({"minimization": {"percent": 25.0}}, "Show only 25% of the rows, for everyone."),
    (
        {"purpose_restriction": {"purposes": ["Tax", "Fraud"], "operator": "all"}},
        "Require purpose Fraud and Tax, for everyone.",
    ),
    (
        {"time_restriction": {"is_older_or_newer": "newer", "time": 2592000}},
        "Show only rows newer than 30 days, for everyone.",
    ),
    (
        {"time_restriction": {"is_older_or_newer": "older", "time": 3661}},
        "Show only rows older than 3661 seconds, for everyone.",
    ),
    (
        entitled(matches=[TAGGED]),
        "Show only rows in which the column tagged Org.Department is one of the user's groups, for everyone.",
    ),
    (
        entitled(operator="all", matches=[TAGGED, {"attribute": {"attribute": "Country", "tag": "Place"}}]),
        """\
Show only rows in which the column tagged Org.Department is one of the user's groups and the column tagged Place is a \
value of the user's attribute Country, for everyone.""",
    ),
    (
        entitled(column={"name": "Place"}, values=["EU", "CH"]),
        "Show only rows in which the column tagged Place is CH or EU, for everyone.",
    ),
    (
        entitled(column={"name": "Place", "type": "tag"}, values=["EU"], invert=True),
        "Show only rows in which the column tagged Place is not EU, for everyone.",
    ),
    (UNKNOWN, "A rule (known after apply)."),
    ({"never": {"x": 1}}, 'Do what a rule of the form {"never": {"x": 1}} does, for everyone.'),
]


@pytest.mark.parametrize(("rule", "expected"), RULES)
def test_a_rule_reads_so(rule: Any, expected: str) -> None:
    assert expected == rule_text(rule)


CIRCUMSTANCES = [
    ({}, "Applies to all data sources."),
    ({"circumstances": [{"any_tag": {}}]}, "Applies to data sources with any tag."),
    ({"circumstances": [{"no_tags": {}}]}, "Applies to data sources without tags."),
    (
        {"circumstances": [{"server": "svc@dwh.example.test:5432/sales"}]},
        'Applies to data sources on server "svc@dwh.example.test:5432/sales".',
    ),
    (
        {"circumstances": [{"domains": [{"name": "Sales"}, {"id": "2"}]}]},
        "Applies to data sources in domain Sales or the domain with id 2.",
    ),
    (
        {"circumstances": [{"column_regex": {"regex": "^claim"}}, {"column_tag": "A"}], "circumstance_operator": "any"},
        'Applies to data sources with a column tagged A or with a column whose name matches "^claim".',
    ),
    (
        {"circumstances": [{"time": {"start_date": "2025-01-01T00:00:00Z"}}]},
        "Applies to data sources created since 2025-01-01T00:00:00Z.",
    ),
    ({"circumstances": UNKNOWN}, "Applies to data sources (known after apply)."),
]


@pytest.mark.parametrize(("policy", "expected"), CIRCUMSTANCES)
def test_circumstances_read_so(policy: Any, expected: str) -> None:
    assert expected == circumstances_text(policy)
