"""How `immuta_data_source_policies` is put to the test."""

from __future__ import annotations

import json
from typing import Any

from immuta_provider.resources.data_source_policies import DataSourcePoliciesResource
from tests.acceptance import outside, suite

LEDGER = "3"


def _masked(function: dict[str, Any], columns: list[str] | None = None, **rule: Any) -> dict[str, Any]:
    return {"rules": [{"masking": {"columns": columns or ["iban"], "masking_config": function}, **rule}]}


def _change(*policies: dict[str, Any], **one: Any) -> dict[str, Any]:
    """The policies of FULL, with the first one changed or others instead."""
    return {"policies": list(policies) or [{**FIRST, **one}, ROWS, PURPOSE, RAW]}


def _minimized(percent: int) -> dict[str, Any]:
    """A policy for which the resource has no attributes."""
    rule = {"type": "minimization", "config": {"percent": percent}, "exceptions": None}
    return {"type": "minimization", "rules": [rule]}


PURPOSES = {"fraud": {"name": "Fraud Investigation"}, "tax": {"name": "Tax Reporting"}}
FRAUD, TAX = "${immuta_purpose.fraud.name}", "${immuta_purpose.tax.name}"
WHO = {
    "operator": "any",
    "groups": ["Accounting"],
    "attributes": [{"name": "Clearance", "value": "High"}],
    "purposes": [TAX],
}
FIRST = {"description": "Account numbers are hidden", **_masked({"constant": "REDACTED"}, exceptions=WHO)}
MATCHES = [{"group": {"column": "region"}}]
ROWS: dict[str, Any] = {"rules": [{"row_restriction_by_user_entitlements": {"matches": MATCHES}}]}
PURPOSE: dict[str, Any] = {"rules": [{"purpose_restriction": {"purposes": [FRAUD]}}]}
RAW = {"json": json.dumps(_minimized(25))}
FULL = {"data_source_id": LEDGER, "policies": [FIRST, ROWS, PURPOSE, RAW], "deletion_protection": False}


def _rows(**rule: Any) -> dict[str, Any]:
    return _change(FIRST, {"rules": [{"row_restriction_by_user_entitlements": rule}]}, PURPOSE, RAW)


def _exempt(**who: Any) -> dict[str, Any]:
    return _change(**_masked({"constant": "REDACTED"}, exceptions={**WHO, **who}))


def _function(**function: Any) -> dict[str, Any]:
    return _change(**_masked(function, exceptions=WHO))


RULES = "policies.rules"
CONFIG = f"{RULES}.masking.masking_config"
ENTITLED = f"{RULES}.row_restriction_by_user_entitlements"
SEEN = "test_a_change_made_outside_is_seen"

LEAVES = [name for name, each in DataSourcePoliciesResource.model.block.walk() if name.startswith("policies.")]

CASE = suite.Case(
    resource=DataSourcePoliciesResource,
    identity="data_source_id",
    requires={"immuta_purpose": PURPOSES},
    minimal={"data_source_id": "2", "policies": []},
    full=FULL,
    updates={
        "policies.description": _change(description="Hidden"),
        f"{RULES}.masking.columns": _change(**_masked({"constant": "REDACTED"}, ["iban", "holder"], exceptions=WHO)),
        f"{CONFIG}.constant": _function(constant="HIDDEN"),
        f"{CONFIG}.hash": _function(hash={}),
        f"{CONFIG}.nullify": _function(nullify={}),
        f"{CONFIG}.reversible": _function(reversible={}),
        f"{CONFIG}.grouping.time_precision": _function(grouping={"time_precision": "YEAR"}),
        f"{CONFIG}.grouping.bucket_size": _function(grouping={"bucket_size": 10}),
        f"{CONFIG}.regular_expression.regex": _function(regular_expression={"regex": "a", "replacement": "b"}),
        f"{CONFIG}.regular_expression.replacement": _function(regular_expression={"regex": "a", "replacement": "c"}),
        f"{CONFIG}.regular_expression.case_insensitive": _function(
            regular_expression={"regex": "a", "replacement": "c", "case_insensitive": True}
        ),
        f"{RULES}.exceptions.operator": _exempt(operator="all"),
        f"{RULES}.exceptions.groups": _exempt(groups=["Auditors"]),
        f"{RULES}.exceptions.attributes.name": _exempt(attributes=[{"name": "Team", "value": "High"}]),
        f"{RULES}.exceptions.attributes.value": _exempt(attributes=[{"name": "Team", "value": "Low"}]),
        f"{RULES}.exceptions.purposes": _exempt(purposes=[FRAUD]),
        f"{ENTITLED}.operator": _rows(
            operator="all", matches=[{"group": {"column": "region"}}, {"purpose": {"column": "reason"}}]
        ),
        f"{ENTITLED}.matches.group.column": _rows(matches=[{"group": {"column": "country"}}]),
        f"{ENTITLED}.matches.purpose.column": _rows(matches=[{"purpose": {"column": "country"}}]),
        f"{ENTITLED}.matches.attribute.attribute": _rows(
            matches=[{"attribute": {"attribute": "Region", "column": "country"}}]
        ),
        f"{ENTITLED}.matches.attribute.column": _rows(
            matches=[{"attribute": {"attribute": "Region", "column": "region"}}]
        ),
        f"{RULES}.purpose_restriction.purposes": _change(
            FIRST, ROWS, {"rules": [{"purpose_restriction": {"purposes": [TAX]}}]}, RAW
        ),
        f"{RULES}.purpose_restriction.operator": _change(
            FIRST, ROWS, {"rules": [{"purpose_restriction": {"purposes": [TAX, FRAUD], "operator": "all"}}]}, RAW
        ),
        "policies.json": _change(
            FIRST,
            ROWS,
            PURPOSE,
            {"json": json.dumps(_minimized(5))},
        ),
        "data_source_id": {"data_source_id": "4"},
    },
    replaces=frozenset({"data_source_id"}),
    drifts={
        "policies.description": outside.change_local_policy(LEDGER, 0, description="changed outside"),
        "policies.json": outside.change_local_policy(LEDGER, 3, **_minimized(99)),
    },
    gone=None,
    import_ids=(LEDGER, f"key:{LEDGER}", None),
    covered_by=dict.fromkeys(LEAVES, SEEN),
    after_import=frozenset({"policies"}),  # one of them is JSON, and the tenant returns more of it than is configured
    keys=(),
    refused_keys=("", "ledger", "-1", "3.0"),
    opaque=frozenset({"policies"}),
)
