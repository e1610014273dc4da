"""V2 policies that span the grammar, each something that somebody would write, and the purposes that they name."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]
PURPOSES = ("Fraud Investigation", "Tax Reporting")
ADJUSTERS = {"operator": "any", "groups": ["Adjusters"], "attributes": [{"name": "Clearance", "value": "Claims"}]}


def purposes(client: Any) -> None:
    """Create the purposes that the bodies name."""
    for name in PURPOSES:
        client.ok("POST", "/api/v2/purpose", json={"name": name})
    client.ok("POST", "/api/v2/purpose", json={"name": "Tax Reporting", "subpurposes": [{"name": ANNUAL}]})


ANNUAL = "Tax Reporting.Annual"


def subscription(action: Body, **more: Any) -> Body:
    return {"policyKey": "p", "name": "P", "type": "subscription", "actions": action, **more}


def data(*rules: Body, description: str | None = None, **more: Any) -> Body:
    action = {"rules": list(rules)} | ({} if description is None else {"description": description})
    return {"policyKey": "p", "name": "P", "type": "data", "actions": [action], **more}


def masking(mask: Body | str, field: Body | str = "Discovered.PII", **more: Any) -> Body:
    fields = [{"type": "columnTags", "columnTag": field} if isinstance(field, str) else field]
    config = {"fields": fields, "maskingConfig": {"type": mask} if isinstance(mask, str) else mask}
    of_config = {key: more.pop(key) for key in ("conditionalPredicate",) if key in more}
    return {"type": "Masking", "config": config | of_config, **more}


def rows(**config: Any) -> Body:
    return {"type": "Row Restriction By User Entitlements", "config": config}


MASKS: dict[str, Body] = {
    "hash": {"type": "Hash"},
    "null": {"type": "Null"},
    "constant": {"type": "Constant", "constant": "REDACTED"},
    "fpe": {"type": "Format Preserving Masking"},
    "k-fingerprint": {"type": "K-Anonymization"},
    "k-level": {"type": "K-Anonymization", "kLevel": 7},
    "k-risk": {"type": "K-Anonymization", "reIdProbability": 20.5},
    "random-category": {"type": "Randomized Response", "replacementRatePercent": 12},
    "random-number": {"type": "Randomized Response", "stddev": 3, "clip": True},
    "regex": {"type": "Regular Expression", "regex": "(\\d{2})\\d+", "replacement": "$1xx", "global": True},
    "reversible": {"type": "Reversible"},
    "year": {"type": "Grouping", "timePrecision": "YEAR"},
    "bucket": {"type": "Grouping", "bucketSize": 1000},
    "grouping": {"type": "Grouping"},
    "function": {"type": "Custom Function", "sqlFunction": "left(@column, 2)"},
}
SELECTORS: dict[str, Body] = {
    "regex": {"type": "columnRegex", "regex": "post_?code", "caseInsensitive": True},
    "any-tag": {"type": "anyTag"},
    "no-tags": {"type": "noTags"},
    "all": {"type": "allColumns"},
}
CIRCUMSTANCES: dict[str, Body] = {
    "tags": {"type": "tags", "tag": "Zone.Reference"},
    "column-tags": {"type": "columnTags", "columnTag": "Finance.Salary"},
    "regex": {"type": "columnRegex", "regex": "^claim_(id|no)$", "caseInsensitive": True},
    "any-tag": {"type": "anyTag"},
    "no-tags": {"type": "noTags"},
    "span": {"type": "time", "startDate": "2024-01-01T00:00:00.000Z", "endDate": "2024-12-31T23:59:59.999Z"},
    "since": {"type": "time", "startDate": "2024-01-01T00:00:00.000Z"},
    "server": {"type": "server", "server": "svc_reader@dwh.example.com:5432/sales"},
    "domain-names": {"type": "domains", "domains": [{"name": "Finance Domain"}, {"name": "Health"}]},
    "domain-id": {"type": "domains", "domains": [{"id": "6d0c4b1e-52f3-4f0b-9a53-0d1f6f3d9c11"}]},
}
RULES: dict[str, Body] = {
    "purpose": {"type": "Purpose Restriction", "config": {"purposes": ["Fraud Investigation"]}},
    "purposes": {"type": "Purpose Restriction", "config": {"operator": "all", "purposes": [*PURPOSES, ANNUAL]}},
    "any-purpose": {"type": "Purpose Restriction", "config": {"purposes": ["<ANY PURPOSE>"]}},
    "newer": {"type": "Time Restriction", "config": {"isOlderOrNewer": "newer", "time": 604800}},
    "older": {"type": "time restriction", "config": {"isOlderOrNewer": "older", "time": 60}},
    "minimization": {"type": "Minimization", "config": {"percent": 30}},
    "where": {
        "type": "Row Restriction by Custom Where Clause",
        "config": {"predicate": "@columnTagged('Discovered.Country')\n  in ('AT', 'CH')"},
        "inclusions": {"operator": "all", "groups": ["A"], "attributes": [{"name": "Region", "value": "EU"}]},
    },
    "group-rows": rows(operator="all", matches={"type": "group", "tag": "Org.Department"}),
    "attribute-rows": rows(matches=[{"type": "attribute", "attribute": "Region", "tag": "Org.Region"}]),
    "match-rows": rows(
        operator="any",
        matches=[{"type": "attribute", "attribute": "Region", "tag": "Org.Region"}, {"type": "group", "tag": "Org"}],
    ),
    "value-rows": {
        "type": "Row Restriction by User Entitlements",
        "config": {"column": {"type": "tag", "name": "Org.Region"}, "values": ["EU", "AT"], "invert": True},
    },
    "conditional": masking("Hash", conditionalPredicate="@columnTagged('Discovered.Country') = 'AT'"),
    "excepted": masking(
        "Hash",
        exceptions={**ADJUSTERS, "purposes": ["Fraud Investigation"]},
        inclusions={"groups": ["Contractors"]},
    ),
}
ACTIONS: dict[str, Body] = {
    "anyone": {"type": "anyone", "automaticSubscription": True, "description": "open"},
    "approval": {
        "type": "approval",
        "approvals": [
            {"specificApproverRequired": False, "requiredPermission": "OWNER"},
            {"specificApproverRequired": True, "requiredPermission": "GOVERNANCE"},
        ],
    },
    "entitlements": {"type": "entitlements", "entitlements": ADJUSTERS, "allowDiscovery": True},
    "advanced": {"type": "entitlements", "advanced": "@isInGroups('Lab') AND @hasAttribute('Training', 'GCP')"},
    "writers": {
        "type": "entitlements",
        "entitlements": {"groups": ["Loaders"]},
        "accessGrant": "WRITE",
        "shareResponsibility": True,
    },
    "manual": {"type": "manual", "description": "Owners add readers"},
}
OWNERS = {
    "users": [{"iamid": "bim", "username": "ada@example.com"}, {"iamid": "okta", "username": "eve@example.com"}],
    "groups": ["data-engineers"],
}
CERTIFICATION = {"label": "Checked", "text": "All tagged.", "tags": ["A", "B"]}

GRAMMAR: dict[str, Body] = {
    **{f"mask {name}": data(masking(mask)) for name, mask in MASKS.items()},
    **{f"columns {name}": data(masking("Hash", selector)) for name, selector in SELECTORS.items()},
    **{f"rule {name}": data(rule, description="line\nline") for name, rule in RULES.items()},
    **{f"where {name}": data(masking("Hash"), circumstances=[item]) for name, item in CIRCUMSTANCES.items()},
    **{f"action {name}": subscription(action, template=True) for name, action in ACTIONS.items()},
    "otherwise": data(masking("Null", inclusions={"groups": ["Contractors"]}), masking("Hash")),
    "owners": data(masking("Hash"), ownerRestrictions=OWNERS, certification=CERTIFICATION),
    "two circumstances": subscription(
        ACTIONS["manual"], circumstanceOperator="ALL", circumstances=[CIRCUMSTANCES["tags"], CIRCUMSTANCES["any-tag"]]
    ),
    "staged": subscription(ACTIONS["anyone"], staged=True, circumstances=[CIRCUMSTANCES["regex"]]),
}
