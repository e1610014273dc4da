"""Policies that somebody would write: between them every word of the grammar, each before and after a change.

`opaque` says that V1's form of one of the two is not documented, so that a change made outside shows as `stored_form`;
`perhaps` that some tenants use the documented form and some do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DATA, SUBSCRIPTION = "immuta_data_policy", "immuta_subscription_policy"
PURPOSES = {"fraud": {"name": "Fraud Investigation"}, "tax": {"name": "Tax Reporting"}}
FRAUD, TAX = "${immuta_purpose.fraud.name}", "${immuta_purpose.tax.name}"
PII = [{"column_tag": "Discovered.PII"}]


@dataclass(frozen=True)
class Written:
    """One policy, before and after a change."""

    key: str
    type: str
    before: dict[str, Any]
    after: dict[str, Any]
    opaque: bool = False
    perhaps: bool = False

    @property
    def name(self) -> str:
        """The label of its resource."""
        return re.sub(r"\W+", "_", self.key)

    def attributes(self, form: str) -> dict[str, Any]:
        """The whole configuration of a form, `before` or `after`."""
        return {"policy_key": self.key, "name": self.key.capitalize(), **getattr(self, form)}

    @property
    def changed(self) -> set[str]:
        """The top-level attributes that the change is about."""
        names = self.before.keys() | self.after.keys()
        return {name for name in names if self.before.get(name) != self.after.get(name)}


def _rules(*rules: dict[str, Any], **action: Any) -> dict[str, Any]:
    return {"actions": [{"rules": list(rules), **action}]}


def _mask(function: dict[str, Any], fields: Any = None, predicate: str | None = None, **who: Any) -> dict[str, Any]:
    masking = {"fields": fields or PII, "masking_config": function}
    return {"masking": masking | ({"conditional_predicate": predicate} if predicate else {}), **who}


def _masked(key: str, before: dict[str, Any], after: dict[str, Any], **form: bool) -> Written:
    """A policy that masks with one function, then with another."""
    return Written(key, DATA, _rules(_mask(before)), _rules(_mask(after)), **form)


def _ruled(key: str, before: dict[str, Any], after: dict[str, Any], **form: bool) -> Written:
    """A policy of one rule, then of another."""
    return Written(key, DATA, _rules(before), _rules(after), **form)


def _where(predicate: str, **who: Any) -> dict[str, Any]:
    return {"row_restriction_by_custom_where_clause": {"predicate": predicate}, **who}


def _entitled(**rule: Any) -> dict[str, Any]:
    return {"row_restriction_by_user_entitlements": rule}


def _applies(key: str, before: Any, after: Any, *, opaque: bool = False, **more: Any) -> Written:
    """A policy with circumstances, then with others."""
    rest = _rules(_mask({"hash": {}}))
    return Written(
        key, DATA, {"circumstances": before, **rest, **more}, {"circumstances": after, **rest, **more}, opaque
    )


EVERYBODY = {"hash": {}}
MASKING = (
    _masked("hash personal data", {"hash": {}}, {"nullify": {}}),
    _masked("redact with a constant", {"constant": "REDACTED"}, {"constant": "HIDDEN"}),
    _masked("keep the format of cards", {"format_preserving": {}}, {"hash": {}}, opaque=True),
    _masked("k-anonymity by fingerprint", {"k_anonymization": {}}, {"k_anonymization": {"k_level": 7}}, opaque=True),
    _masked(
        "k-anonymity by probability",
        {"k_anonymization": {"re_id_probability": 15}},
        {"k_anonymization": {"re_id_probability": 20}},
        opaque=True,
    ),
    _masked(
        "random categories",
        {"randomized_response": {"replacement_rate_percent": 12}},
        {"randomized_response": {"replacement_rate_percent": 15.5}},
        opaque=True,
    ),
    _masked(
        "random numbers",
        {"randomized_response": {"stddev": 3, "clip": True}},
        {"randomized_response": {"stddev": 4}},
        opaque=True,
    ),
    _masked(
        "hide the end of postcodes",
        {"regular_expression": {"regex": "(\\d{2})\\d+", "replacement": "$1xx"}},
        {"regular_expression": {"regex": "(\\d{3})\\d+", "replacement": "$1**"}},
        perhaps=True,
    ),
    _masked(
        "hide every digit",
        {"regular_expression": {"regex": "[a-z]", "replacement": "x", "case_insensitive": True, "global_match": True}},
        {"regular_expression": {"regex": "[a-z]", "replacement": "y"}},
        perhaps=True,
    ),
    _masked("reversible for the helpdesk", {"reversible": {}}, {"hash": {}}),
    _masked("birth dates by year", {"grouping": {"time_precision": "YEAR"}}, {"grouping": {"time_precision": "MONTH"}}),
    _masked("incomes by thousands", {"grouping": {"bucket_size": 1000}}, {"grouping": {"bucket_size": 500}}),
    _masked("groups by fingerprint", {"grouping": {}}, {"grouping": {"bucket_size": 10}}),
    _masked("own function", {"custom_function": "upper(@column)"}, {"custom_function": "lower(@column)"}, opaque=True),
    _ruled(
        "phones of residents",
        _mask({"constant": "REDACTED"}, predicate="@columnTagged('Discovered.Entity') = 'AT'"),
        _mask({"constant": "REDACTED"}, predicate="@columnTagged('Discovered.Entity') = 'CH'"),
        opaque=True,
    ),
    _ruled(
        "columns by their name",
        _mask(EVERYBODY, [{"column_regex": {"regex": "post_?code"}}]),
        _mask(EVERYBODY, [{"column_regex": {"regex": "^post_?code$", "case_insensitive": True}}]),
        opaque=True,
    ),
    _ruled(
        "everything that has a tag",
        _mask(EVERYBODY, [{"any_tag": {}}]),
        _mask(EVERYBODY, [{"any_tag": {}}, {"column_tag": "Finance.Revenue"}]),
        opaque=True,
    ),
    _ruled(
        "everything without a tag",
        _mask(EVERYBODY, [{"no_tags": {}}]),
        _mask(EVERYBODY, [{"all_columns": {}}]),
        opaque=True,
    ),
    _ruled(
        "two kinds of columns",
        _mask(EVERYBODY, [*PII, {"column_tag": "Discovered.Person Name"}]),
        _mask(EVERYBODY, [*PII, {"column_tag": "Finance.Revenue"}]),
    ),
)
WHO = (
    _ruled(
        "privacy team may see",
        _mask(EVERYBODY, exceptions={"groups": ["Privacy"]}),
        _mask(EVERYBODY, exceptions={"groups": ["Privacy Officers"]}),
    ),
    _ruled(
        "cleared people may see",
        _mask(EVERYBODY, exceptions={"attributes": [{"name": "Clearance", "value": "High"}]}),
        _mask(
            EVERYBODY,
            exceptions={
                "operator": "any",
                "attributes": [{"name": "Clearance", "value": "High"}, {"name": "Clearance", "value": "Top"}],
            },
        ),
    ),
    _ruled(
        "investigators may see",
        _mask(
            EVERYBODY,
            exceptions={
                "operator": "any",
                "groups": ["Border Control"],
                "attributes": [{"name": "Clearance", "value": "Passport"}],
                "purposes": [FRAUD],
            },
        ),
        _mask(
            EVERYBODY,
            exceptions={
                "operator": "all",
                "groups": ["Border Control"],
                "attributes": [{"name": "Clearance", "value": "Passport"}],
                "purposes": [TAX],
            },
        ),
    ),
    Written(
        "contractors see nothing",
        DATA,
        _rules(
            _mask({"nullify": {}}, inclusions={"groups": ["Contractors"]}),
            _mask(EVERYBODY, exceptions={"purposes": [TAX]}),
            description="Null for contractors.\nHash for all others.",
        ),
        _rules(
            _mask({"nullify": {}}, inclusions={"groups": ["Externals"]}),
            _mask(EVERYBODY, exceptions={"purposes": [TAX]}),
            description="Null for contractors.\nHash for all others.",
        ),
        opaque=True,
    ),
)
ROWS = (
    _ruled(
        "fraud investigation only",
        {"purpose_restriction": {"purposes": [FRAUD]}},
        {"purpose_restriction": {"purposes": [FRAUD, TAX], "operator": "any"}},
    ),
    _ruled(
        "any purpose will do",
        {"purpose_restriction": {"purposes": ["<ANY PURPOSE>"]}},
        {"purpose_restriction": {"purposes": [TAX]}},
    ),
    _ruled(
        "rows of one's own group",
        _entitled(matches=[{"group": {"tag": "Finance.Revenue"}}]),
        _entitled(
            operator="all", matches=[{"group": {"tag": "Finance.Revenue"}}, {"group": {"tag": "Discovered.Entity"}}]
        ),
        perhaps=True,
    ),
    _ruled(
        "rows of one's own department",
        _entitled(matches=[{"attribute": {"attribute": "Department", "tag": "Finance.Revenue"}}]),
        _entitled(matches=[{"attribute": {"attribute": "Team", "tag": "Discovered.Entity"}}]),
        opaque=True,
    ),
    _ruled(
        "rows with certain values",
        _entitled(column={"name": "Finance.Revenue"}, values=["EU", "CH"]),
        _entitled(column={"name": "Discovered.Entity", "type": "tag"}, values=["US"], invert=True),
        opaque=True,
    ),
    _ruled(
        "rows of two countries",
        _where("@columnTagged('Discovered.Entity') in ('AT', 'CH')", exceptions={"groups": ["Auditors"]}),
        _where("@columnTagged('Discovered.Entity') in ('AT')", exceptions={"groups": ["Auditors"]}),
        opaque=True,
    ),
    Written(
        "PROD: rows by region. v2",
        DATA,
        _rules(
            _where(
                "@attributeValuesContains('Region', 'region')\n  AND year > 2020",
                inclusions={
                    "operator": "any",
                    "groups": ["Sales EU", "Sales US"],
                    "attributes": [{"name": "Role", "value": "Seller"}],
                },
            ),
            _where("1=1"),
            description="See GOV-12\nand GOV-13",
        ),
        _rules(
            _where(
                "@attributeValuesContains('Region', 'region')\n  AND year > 2021",
                inclusions={
                    "operator": "all",
                    "groups": ["Sales EU", "Sales US"],
                    "attributes": [{"name": "Job", "value": "Manager"}],
                    "purposes": [TAX],
                },
            ),
            _where("1=1"),
            description="See GOV-12\nand GOV-13",
        ),
        opaque=True,
    ),
    _ruled(
        "the last thirty days",
        {"time_restriction": {"is_older_or_newer": "newer", "time": 2592000}},
        {"time_restriction": {"is_older_or_newer": "older", "time": 604800}},
        opaque=True,
    ),
    _ruled(
        "a quarter of the rows", {"minimization": {"percent": 25}}, {"minimization": {"percent": 12.5}}, opaque=True
    ),
    Written(
        "three independent actions",
        DATA,
        {
            "actions": [
                {"rules": [_mask(EVERYBODY)], "description": "Hashed"},
                {"rules": [{"purpose_restriction": {"purposes": [FRAUD]}}]},
            ]
        },
        {
            "actions": [
                {"rules": [{"purpose_restriction": {"purposes": [FRAUD]}}], "description": "Purpose first"},
                {"rules": [_mask(EVERYBODY)], "description": "Hashed"},
                {"rules": [_entitled(matches=[{"group": {"tag": "Finance.Revenue"}}])]},
            ]
        },
        perhaps=True,
    ),
)
WHERE = (
    _applies("by tag of the source", [{"tag": "Finance"}], [{"tag": "Finance.Revenue"}]),
    _applies(
        "by tag or name of a column",
        [{"column_tag": "Discovered.PII"}, {"column_regex": {"regex": "^claim_(id|no)$", "case_insensitive": True}}],
        [{"column_tag": "Finance.Revenue"}, {"column_regex": {"regex": "^claim_(id|number)$"}}],
        circumstance_operator="any",
    ),
    _applies("wherever there is a tag", [{"any_tag": {}}], [{"no_tags": {}}]),
    _applies(
        "made in one year",
        [{"time": {"start_date": "2024-01-01T00:00:00.000Z", "end_date": "2024-12-31T23:59:59.999Z"}}],
        [{"time": {"start_date": "2025-01-01T00:00:00.000Z"}}],
    ),
    _applies(
        "on one server",
        [{"server": "svc_reader@dwh.example.test:5432/sales"}],
        [{"server": "svc_reader@dwh.example.test:5432/ledger"}],
    ),
    _applies(
        "in domains", [{"domains": [{"name": "Sales"}]}], [{"domains": [{"name": "Finance"}, {"id": "2"}]}], opaque=True
    ),
    Written(
        "circumstances that are all needed",
        DATA,
        {
            "circumstances": [{"tag": "Finance"}, {"column_tag": "Discovered.PII"}],
            "circumstance_operator": "all",
            **_rules(_mask(EVERYBODY)),
        },
        {
            "circumstances": [{"tag": "Finance"}, {"column_tag": "Discovered.PII"}],
            "circumstance_operator": "any",
            **_rules(_mask(EVERYBODY)),
        },
    ),
    Written(
        "of certain owners",
        DATA,
        {
            "owner_restrictions": {
                "users": [{"iamid": "bim", "username": "owner.one@example.test"}],
                "groups": ["data-engineers"],
            },
            **_rules(_mask(EVERYBODY)),
        },
        {"owner_restrictions": {"groups": ["data-engineers", "stewards"]}, **_rules(_mask(EVERYBODY))},
        opaque=True,
    ),
    Written(
        "staged at first",
        DATA,
        {"staged": True, **_rules(_mask(EVERYBODY))},
        {"staged": False, **_rules(_mask(EVERYBODY))},
    ),
    Written(
        "a template",
        DATA,
        {"template": True, **_rules(_mask(EVERYBODY))},
        {"template": False, **_rules(_mask(EVERYBODY))},
    ),
    Written(
        "where owners select it",
        DATA,
        {"owner_selected": True, **_rules(_mask(EVERYBODY))},
        {"circumstances": [{"tag": "Finance"}], **_rules(_mask(EVERYBODY))},
    ),
    Written(
        "certified",
        DATA,
        {
            "certification": {"label": "Checked", "text": "All columns carry the tag.", "tags": ["Discovered.PII"]},
            **_rules(_mask(EVERYBODY)),
        },
        {
            "certification": {"label": "Verified", "text": "Every column carries it.", "tags": ["Finance"]},
            **_rules(_mask(EVERYBODY)),
        },
    ),
)


def _staged(key: str, **policy: Any) -> Written:
    """A policy of many parts that is staged later: nothing else may show."""
    return Written(key, DATA, policy, {**policy, "staged": True}, perhaps=True)


AUDITORS = {"groups": ["Auditors"]}
TOGETHER = (
    _staged(
        "every masking function",
        actions=[
            {"description": f"number {number}", "rules": [_mask(function, fields)]}
            for number, (function, fields) in enumerate(
                (
                    ({"format_preserving": {}}, [{"column_tag": "Card.Number"}]),
                    ({"k_anonymization": {}}, [{"any_tag": {}}]),
                    ({"k_anonymization": {"k_level": 7}}, [{"column_tag": "Person.Age"}]),
                    ({"k_anonymization": {"re_id_probability": 20}}, [{"column_tag": "Person.Zip"}]),
                    ({"randomized_response": {"replacement_rate_percent": 12}}, [{"all_columns": {}}]),
                    ({"randomized_response": {"stddev": 3, "clip": True}}, [{"column_tag": "Person.Income"}]),
                    (
                        {"regular_expression": {"regex": "(\\d{2})\\d+", "replacement": "$1xx", "global_match": True}},
                        [{"column_regex": {"regex": "post_?code", "case_insensitive": True}}],
                    ),
                    ({"reversible": {}}, [{"column_tag": "Person.SSN"}]),
                    ({"grouping": {"time_precision": "YEAR"}}, [{"column_tag": "Person.BirthDate"}]),
                    ({"grouping": {"bucket_size": 1000}}, [{"column_tag": "Order.Amount"}]),
                    ({"grouping": {}}, [{"no_tags": {}}]),
                )
            )
        ],
    ),
    _staged(
        "rows, time and owners",
        owner_restrictions={
            "users": [{"iamid": "bim", "username": "owner.one@example.test"}],
            "groups": ["data-engineers"],
        },
        circumstances=[{"time": {"start_date": "2024-01-01T00:00:00.000Z", "end_date": "2024-12-31T23:59:59.999Z"}}],
        actions=[
            {"rules": [_entitled(operator="all", matches=[{"group": {"tag": "Org.Department"}}])]},
            {
                "rules": [
                    _where("@columnTagged('Discovered.Country') in ('AT', 'CH')", exceptions={"groups": ["Auditors"]})
                ]
            },
            {"rules": [{"time_restriction": {"is_older_or_newer": "newer", "time": 604800}}]},
            {"rules": [{"minimization": {"percent": 30}}]},
        ],
    ),
    _staged(
        "phones where there are countries",
        circumstances=[{"column_tag": "Contact.Phone"}, {"column_tag": "Discovered.Country"}],
        circumstance_operator="all",
        **_rules(
            _mask(
                {"constant": "REDACTED"},
                [{"column_tag": "Contact.Phone"}],
                predicate="@columnTagged('Discovered.Country') = 'AT'",
            )
        ),
    ),
    _staged(
        "a purpose on the warehouse",
        circumstances=[{"server": "svc_reader@dwh.example.test:5432/sales"}],
        **_rules({"purpose_restriction": {"operator": "any", "purposes": [FRAUD, TAX]}}),
    ),
    _staged(
        "hashed, excepted and certified",
        circumstances=PII,
        certification={"label": "Checked", "text": "All columns carry the tag.", "tags": ["Discovered.PII"]},
        **_rules(
            _mask(
                EVERYBODY,
                exceptions={
                    "operator": "any",
                    "groups": ["Border Control"],
                    "attributes": [{"name": "Clearance", "value": "Passport"}],
                    "purposes": [FRAUD],
                },
            ),
            description="Passports are hashed",
        ),
    ),
)
ANALYSTS = {"groups": ["Analysts"]}
SUBSCRIPTIONS = (
    Written(
        "open reference data",
        SUBSCRIPTION,
        {
            "anyone": {"automatic_subscription": True},
            "circumstances": [{"tag": "Finance"}],
            "description": "Open to everybody",
        },
        {"anyone": {"automatic_subscription": False}, "circumstances": [{"tag": "Finance"}]},
    ),
    Written(
        "payroll needs two approvals",
        SUBSCRIPTION,
        {"approval": {"approvals": [{"required_permission": "OWNER"}]}},
        {
            "approval": {
                "approvals": [
                    {"required_permission": "OWNER"},
                    {"required_permission": "GOVERNANCE", "specific_approver_required": True},
                ]
            }
        },
    ),
    Written(
        "claims for adjusters",
        SUBSCRIPTION,
        {
            "staged": True,
            "entitlements": {
                "groups": ["Adjusters"],
                "attributes": [{"name": "Clearance", "value": "Claims"}],
                "automatic_subscription": True,
                "allow_discovery": True,
            },
        },
        {"staged": False, "entitlements": {"groups": ["Adjusters", "Managers"], "operator": "all"}},
    ),
    Written(
        "lab results by expression",
        SUBSCRIPTION,
        {"entitlements": {"advanced": "@isInGroups('Lab', 'Research') AND @hasAttribute('Training', 'GCP')"}},
        {"entitlements": {"advanced": "@isInGroups('Lab')", "automatic_subscription": True}},
        perhaps=True,
    ),
    Written("hand-picked readers", SUBSCRIPTION, {"manual": {}, "description": "Owners add readers"}, {"manual": {}}),
    Written(
        "from manual to entitled", SUBSCRIPTION, {"manual": {}}, {"entitlements": ANALYSTS, "description": "Analysts"}
    ),
    Written(
        "writers by attribute",
        SUBSCRIPTION,
        {
            "access_grant": "WRITE",
            "entitlements": {"attributes": [{"name": "Role", "value": "Loader"}]},
            "circumstances": [{"column_tag": "Finance.Revenue"}],
        },
        {
            "access_grant": "READ",
            "entitlements": {"attributes": [{"name": "Role", "value": "Loader"}]},
            "circumstances": [{"column_tag": "Finance.Revenue"}],
        },
    ),
    Written(
        "one of two is enough",
        SUBSCRIPTION,
        {"share_responsibility": False, "entitlements": ANALYSTS},
        {"share_responsibility": True, "entitlements": ANALYSTS},
    ),
    Written(
        "chosen by owners",
        SUBSCRIPTION,
        {"anyone": {}, "circumstances": [{"any_tag": {}}]},
        {"anyone": {}, "owner_selected": True},
    ),
    Written(
        "template of a subscription",
        SUBSCRIPTION,
        {"template": True, "approval": {"approvals": [{"required_permission": "OWNER"}]}},
        {"template": False, "approval": {"approvals": [{"required_permission": "OWNER"}]}},
    ),
    Written(
        "subscription of one domain",
        SUBSCRIPTION,
        {"anyone": {}, "circumstances": [{"domains": [{"name": "Sales"}]}]},
        {"anyone": {}, "circumstances": [{"domains": [{"name": "Finance"}]}]},
        opaque=True,
    ),
)
ALL = (*MASKING, *WHO, *ROWS, *WHERE, *TOGETHER, *SUBSCRIPTIONS)


def configuration(form: str, written: tuple[Written, ...] = ALL) -> dict[str, Any]:
    """The resources of all policies in one form, with what they refer to."""
    found: dict[str, Any] = {"immuta_purpose": PURPOSES}
    for each in written:
        found.setdefault(each.type, {})[each.name] = each.attributes(form)
    return found


def covered(type_name: str) -> set[str]:
    """The dotted names, without indices, of all attributes whose value some policy of the type changes."""
    found: set[str] = set()
    for each in ALL:
        if each.type == type_name:
            before, after = dict(_leaves(each.before)), dict(_leaves(each.after))
            found |= {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return found


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Every dotted name with all values that stand there."""
    found: dict[str, list[Any]] = {}
    for inner, leaf in _walk(value, name):
        found.setdefault(inner, []).append(leaf)
    yield from found.items()


def _walk(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f"{name}", "present") for _ in (0,) if name and not value)
        for key, inner in value.items():
            yield from _walk(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, name)
    else:
        yield name, value
