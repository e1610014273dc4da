from __future__ import annotations

from typing import Any

import pytest
import yaml

from immuta_tenant import RunningTenant
from tests.tenant import policy_bodies as bodies
from tests.tenant.client import Client, keys
from tests.tenant.policy_bodies import ACTIONS, GRAMMAR, data, masking, rows, subscription

PATH = "/api/v2/policy"
SERVER = keys("id metadata clonedFrom systemGenerated deleted createdBy createdByName createdAt updatedAt")
HASH = masking("Hash")


def _shown(tenant: RunningTenant, key: str = "p") -> dict[str, Any]:
    return {name: value for name, value in tenant.policy(key).items() if name not in SERVER}


def _saved(client: Client, tenant: RunningTenant, body: dict[str, Any]) -> dict[str, Any]:
    client.ok("POST", PATH, json=body)
    return _shown(tenant)


def _rule(client: Client, tenant: RunningTenant, rule: dict[str, Any]) -> dict[str, Any]:
    action = _saved(client, tenant, data(rule))["actions"][0]
    return {"in": action["type"], **action["rules"][0]}


def test_create_and_update(client: Client, tenant: RunningTenant) -> None:
    created = client.ok("POST", PATH, json=data(HASH))
    policy = tenant.policy("p")
    updated = client.ok("POST", PATH, json=data(HASH) | {"name": "Q"})

    assert created == {"dryRun": False, "creating": True, "updating": False, "policyId": policy["id"]}
    assert updated == {"dryRun": False, "creating": False, "updating": True, "policyId": policy["id"]}
    assert (tenant.policy("p")["name"], tenant.policy("p")["createdAt"]) == ("Q", policy["createdAt"])
    assert (policy["createdBy"], policy["createdByName"], policy["deleted"]) == (2, "Ada Example", False)


@pytest.mark.parametrize("body", GRAMMAR.values(), ids=GRAMMAR)
def test_the_grammar(client: Client, tenant: RunningTenant, body: dict[str, Any]) -> None:
    bodies.purposes(client)
    first = _saved(client, tenant, body)
    again = _saved(client, tenant, body)

    assert (first, first["type"], first["staged"]) == (again, body["type"], body.get("staged", False))


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "application/x-www-form-urlencoded", ""])
def test_yaml_whatever_the_content_type(client: Client, tenant: RunningTenant, content_type: str) -> None:
    text = yaml.safe_dump(data(masking("Null")))
    client.ok("POST", PATH, content=text, headers={"Content-Type": content_type})
    by_json = client.ok("POST", PATH, json=data(masking("Null")), headers={"Content-Type": content_type})

    assert (by_json["updating"], _shown(tenant)["name"]) == (True, "P")
    assert client.refusal("POST", PATH, content="a: [", headers={"Content-Type": content_type})[0] == 400


def test_dry_runs_change_nothing(client: Client, tenant: RunningTenant) -> None:
    new = client.ok("POST", f"{PATH}?dryRun=true", json=data(HASH))
    assert (new, tenant.policies()) == ({"dryRun": True, "creating": True, "updating": False, "policyId": None}, [])

    policy = client.ok("POST", PATH, json=data(HASH))["policyId"]
    before = tenant.policy("p")
    old = client.ok("POST", f"{PATH}?dryRun=true&reCertify=true", json=data(HASH) | {"name": "Q"})
    assert (old["policyId"], old["updating"], tenant.policy("p")) == (policy, True, before)
    assert client.refusal("POST", f"{PATH}?dryRun=true", json={})[0] == 400


def test_what_is_left_out_goes_back_to_its_default(client: Client, tenant: RunningTenant) -> None:
    full = ACTIONS["writers"] | {"automaticSubscription": True, "allowDiscovery": True, "description": "d"}
    owned = {"ownerRestrictions": bodies.OWNERS, "staged": True, "template": True}
    client.ok("POST", PATH, json=subscription(full, **owned, circumstances=[{"type": "anyTag"}]))
    tenant.change_policy("p", circumstances=None)
    bare = {"type": "entitlements", "entitlements": {"groups": ["Loaders"]}}

    assert _saved(client, tenant, subscription(bare)) == {
        "policyKey": "p",
        "name": "P",
        "type": "subscription",
        "template": False,
        "staged": False,
        "actions": [
            {
                "type": "subscription",
                "subscriptionType": "policy",
                "exceptions": {"operator": "or", "conditions": [{"type": "groups", "group": {"name": "Loaders"}}]},
                "allowDiscovery": False,
                "shareResponsibility": False,
                "automaticSubscription": False,
                "description": None,
            }
        ],
        "circumstances": None,
        "certification": None,
        "ownerRestrictions": None,
    }
    identifier = tenant.policy("p")["id"]
    assert client.ok("GET", f"/policy/global/appliedTo/{identifier}") == {"count": 4}


def test_anyone(client: Client, tenant: RunningTenant) -> None:
    body = subscription(
        ACTIONS["anyone"], circumstances=[{"type": "tags", "tag": "Zone.Reference"}], ownerRestrictions=None
    )

    assert _saved(client, tenant, body) == {
        "policyKey": "p",
        "name": "P",
        "type": "subscription",
        "template": False,
        "staged": False,
        "actions": [
            {
                "type": "subscription",
                "subscriptionType": "automatic",
                "automaticSubscription": True,
                "allowDiscovery": False,
                "shareResponsibility": False,
                "description": "open",
            }
        ],
        "circumstances": [{"type": "tags", "operator": "or", "tag": {"name": "Zone.Reference", "hasLeafNodes": False}}],
        "certification": None,
        "ownerRestrictions": None,
    }


@pytest.mark.parametrize(
    ("name", "kind", "more"),
    [
        ("manual", "manual", {}),
        ("advanced", "policy", {"advanced": ACTIONS["advanced"].get("advanced")}),
        (
            "writers",
            "policy",
            {
                "accessGrant": "WRITE",
                "shareResponsibility": True,
                "exceptions": {"operator": "or", "conditions": [{"type": "groups", "group": {"name": "Loaders"}}]},
            },
        ),
        (
            "approval",
            "approval",
            {
                "approvals": [
                    {"specificApproverRequired": False, "requiredPermission": "OWNER"},
                    {"specificApproverRequired": True, "requiredPermission": "GOVERNANCE"},
                ]
            },
        ),
        (
            "entitlements",
            "policy",
            {
                "allowDiscovery": True,
                "exceptions": {
                    "operator": "or",
                    "conditions": [
                        {"type": "groups", "group": {"name": "Adjusters"}},
                        {"type": "authorizations", "authorization": {"auth": "Clearance", "value": "Claims"}},
                    ],
                },
            },
        ),
    ],
)
def test_subscription_actions(
    client: Client, tenant: RunningTenant, name: str, kind: str, more: dict[str, Any]
) -> None:
    action = _saved(client, tenant, subscription(ACTIONS[name]))["actions"][0]
    kept = {key: value for key, value in action.items() if value and key not in ("type", "subscriptionType")}
    kept.pop("description", None)

    assert (action["subscriptionType"], kept) == (kind, more)


@pytest.mark.parametrize(
    ("mask", "stored"),
    [
        ("hash", {"type": "Consistent Value", "metadata": {}}),
        ("null", {"type": "Consistent Value", "metadata": {"constant": None}}),
        ("constant", {"type": "Consistent Value", "metadata": {"constant": "REDACTED"}}),
        ("reversible", {"type": "Reversible", "metadata": {}}),
        ("year", {"type": "Grouping", "metadata": {"timePrecision": "YEAR"}}),
        ("bucket", {"type": "Grouping", "metadata": {"bucketSize": 1000}}),
        ("grouping", {"type": "Grouping", "metadata": {}}),
        ("fpe", {"type": "Format Preserving Masking", "metadata": {}}),
    ],
)
def test_masks_as_documented(client: Client, tenant: RunningTenant, mask: str, stored: dict[str, Any]) -> None:
    assert _rule(client, tenant, masking(bodies.MASKS[mask])) == {
        "in": "masking",
        "type": "masking",
        "config": {
            "fields": [{"name": "Discovered.PII", "source": "curated", "hasLeafNodes": False}],
            "maskingConfig": stored,
        },
        "exceptions": None,
    }


def test_purposes_exceptions_and_certification(client: Client, tenant: RunningTenant) -> None:
    bodies.purposes(client)
    stored = _rule(client, tenant, bodies.RULES["purposes"])
    excepted = _rule(client, tenant, bodies.RULES["excepted"])
    certified = _saved(client, tenant, GRAMMAR["owners"])["certification"]

    assert (stored["in"], stored["type"], stored["config"]["qualifications"]["operator"]) == (
        *["prerequisite"] * 2,
        "and",
    )
    assert sorted(item["value"] for item in stored["config"]["qualifications"]["conditions"]) == [
        "Fraud Investigation",
        "Tax Reporting",
        "Tax Reporting.Annual",
    ]
    assert excepted["exceptions"]["operator"] == "or"
    assert {item["type"] for item in excepted["exceptions"]["conditions"]} == {"groups", "authorizations", "purposes"}
    assert certified == {"label": "Checked", "text": "All tagged.", "tags": ["B", "A"], "recertify": False}


def test_rules_keep_their_order_and_sets_do_not(client: Client, tenant: RunningTenant) -> None:
    body = GRAMMAR["otherwise"] | {
        "circumstanceOperator": "all",
        "circumstances": [{"type": "columnTags", "columnTag": name} for name in ("A", "C", "B")],
    }
    shown = _saved(client, tenant, body)

    assert [item["columnTag"]["name"] for item in shown["circumstances"]] == ["C", "B", "A"]
    assert {item["operator"] for item in shown["circumstances"]} == {"and"}
    masks = [rule["config"]["maskingConfig"]["metadata"] for rule in shown["actions"][0]["rules"]]
    assert masks == [{"constant": None}, {}]


def _without(body: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != key}


def _entitled(**entitlements: Any) -> dict[str, Any]:
    return subscription({"type": "entitlements", "entitlements": entitlements})


def _where(*circumstances: dict[str, Any], **more: Any) -> dict[str, Any]:
    return data(HASH, circumstances=list(circumstances), **more)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no key": (_without(data(HASH), "policyKey"), '"policyKey" is required'),
    "no type": (_without(data(HASH), "type"), '"type" is required'),
    "other type": (data(HASH) | {"type": "global"}, "\"type\" must be one of ['subscription', 'data']"),
    "unknown attribute": (data(HASH, id=3), '"id" is not allowed'),
    "unknown in a rule": (data(HASH | {"when": 1}), '"actions[0].rules[0].when" is not allowed'),
    "no action": (data(HASH) | {"actions": []}, '"actions" must contain at least 1 items'),
    "no rule": (data(), '"actions[0].rules" must contain at least 1 items'),
    "an array for a subscription": (subscription([ACTIONS["manual"]]), '"actions.type" is required'),  # type: ignore[arg-type]
    "an object for data": (data(HASH) | {"actions": {"rules": [HASH]}}, '"actions" must be an array'),
    "certified subscription": (
        subscription(ACTIONS["manual"], certification=bodies.CERTIFICATION),
        '"certification" is not allowed',
    ),
    "no circumstance": (_where(), '"circumstances" must contain at least 1 items'),
    "null circumstances": (data(HASH, circumstances=None), '"circumstances" must not be null'),
    "nested regex": (
        _where({"type": "columnRegex", "columnRegex": {"regex": "a"}}),
        '"circumstances[0].regex" is required',
    ),
    "no case": (_where({"type": "columnRegex", "regex": "a"}), '"circumstances[0].caseInsensitive" is required'),
    "no milliseconds": (
        _where({"type": "time", "startDate": "2024-01-01T00:00:00Z"}),
        '"circumstances[0].startDate" ',
    ),
    "all columns": (_where({"type": "allColumns"}), '"circumstances[0].type" must be one of '),
    "domain twice": (_where({"type": "domains", "domains": [{"id": "1", "name": "D"}]}), "exactly one of id, name"),
    "no circumstanceOperator": (_where({"type": "anyTag"}, {"type": "noTags"}), "its circumstanceOperator"),
    "bad circumstanceOperator": (_where({"type": "anyTag"}, circumstanceOperator="or"), '"circumstanceOperator" '),
    "no operator": (_entitled(groups=["A", "B"]), '"actions.entitlements" must say its operator'),
    "nobody entitled": (_entitled(), "at least one group or attribute"),
    "purposes entitle": (_entitled(purposes=["A"]), '"actions.entitlements.purposes" is not allowed'),
    "both forms": (
        subscription(ACTIONS["advanced"] | {"entitlements": {"groups": ["A"]}}),
        "exactly one of entitlements, advanced",
    ),
    "discovery for all": (
        subscription({"type": "anyone", "allowDiscovery": False}),
        '"actions.allowDiscovery" is not allowed',
    ),
    "sharing by hand": (
        subscription({"type": "manual", "shareResponsibility": True}),
        '"actions.shareResponsibility" is not allowed',
    ),
    "no approval": (subscription({"type": "approval", "approvals": []}), "at least 1 items"),
    "two kinds of rules": (data(HASH, bodies.RULES["newer"]), "must have rules of one kind"),
    "unknown rule": (data({"type": "Show Never", "config": {}}), '"actions[0].rules[0].type" must be one of '),
    "null mask": (data(masking({"type": None})), "type"),
    "other case of a mask": (data(masking("hash")), ".maskingConfig.type"),
    "constant missing": (data(masking("Constant")), '.constant" is required'),
    "two ks": (data(masking({"type": "K-Anonymization", "kLevel": 2, "reIdProbability": 1})), "must not have both"),
    "two kinds": (
        data(masking({"type": "Randomized Response", "stddev": 2, "replacementRatePercent": 1})),
        "exactly one of replacementRatePercent, stddev",
    ),
    "clip alone": (
        data(masking({"type": "Randomized Response", "clip": True, "replacementRatePercent": 1})),
        "must not have clip without stddev",
    ),
    "two groupings": (
        data(masking({"type": "Grouping", "bucketSize": 2, "timePrecision": "DAY"})),
        "must not have both timePrecision and bucketSize",
    ),
    "precision": (data(masking({"type": "Grouping", "timePrecision": "day"})), ".timePrecision"),
    "text for a number": (data({"type": "Minimization", "config": {"percent": "15"}}), ".percent"),
    "age": (data({"type": "Time Restriction", "config": {"isOlderOrNewer": "new", "time": 1}}), "isOlderOrNewer"),
    "fraction of a second": (
        data({"type": "Time Restriction", "config": {"isOlderOrNewer": "newer", "time": 1.5}}),
        ".time",
    ),
    "matched purpose": (data(rows(matches={"type": "purpose", "tag": "T"})), ".matches.type"),
    "matches and column": (
        data(rows(matches={"type": "group", "tag": "T"}, column={"type": "tag", "name": "T"}, values=["A"])),
        "exactly one of matches, column",
    ),
    "column without values": (data(rows(column={"type": "tag", "name": "T"})), "must have values"),
    "unknown purpose": (
        data({"type": "Purpose Restriction", "config": {"purposes": ["Nope"]}}),
        "The purpose Nope does not exist.",
    ),
    "unknown purpose excepted": (
        data(masking("Hash", exceptions={"purposes": ["Nope"]})),
        "The purpose Nope does not exist.",
    ),
    "owners": (data(HASH, ownerRestrictions=[]), '"ownerRestrictions" must be an object'),
    "nobody owns": (data(HASH, ownerRestrictions={"users": []}), "at least one user or group"),
    "blank key": (data(HASH) | {"policyKey": ""}, '"policyKey" is not allowed to be empty'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(client: Client, tenant: RunningTenant, name: str) -> None:
    body, complaint = REFUSED[name]
    status, message = client.refusal("POST", PATH, json=body)

    assert (status, complaint in message, tenant.policies()) == (400, True, []), message


def test_unknown_attributes_on_request(switched: Any) -> None:
    client = switched(accept_unknown_policy_attributes=True)
    client.ok("POST", PATH, json=data(HASH | {"when": {"x": 1}}, labels=["a"]))
    shown = client.ok("GET", "/policy/global/2")

    assert ("labels" in shown, "when" in shown["actions"][0]["rules"][0]) == (False, False)
    client.ok("PUT", "/policy/global/2", json=shown | {"labels": []})
    assert client.refusal("POST", PATH, json=data())[0] == 400


def test_the_type_cannot_be_changed(client: Client, tenant: RunningTenant) -> None:
    client.ok("POST", PATH, json=data(HASH))

    assert client.refusal("POST", PATH, json=subscription(ACTIONS["manual"])) == (
        400,
        "The type of the policy p cannot be changed; it is data.",
    )


def test_the_systems_policy_cannot_be_changed(client: Client) -> None:
    before = client.ok("GET", "/policy/global/1")
    body = data(HASH) | {"policyKey": "New Column Added", "name": "Mine"}

    assert client.refusal("POST", PATH, json=body)[0] == 400
    assert client.refusal("PUT", "/policy/global/1", json=before)[0] == 400
    assert client.refusal("DELETE", "/policy/global/1")[0] == 400
    assert client.ok("GET", "/policy/global/1") == before
    assert (before["name"], before["systemGenerated"], before["createdBy"]) == ("New Column Added", True, 1)
    assert before["actions"][0]["rules"][0]["config"]["maskingConfig"]["metadata"] == {"constant": None}


def test_governance_is_needed(analyst: Client, tenant: RunningTenant) -> None:
    assert analyst.refusal("POST", PATH, json=data(HASH))[0] == 403
    assert tenant.policies() == []


@pytest.mark.parametrize("key", ["with spaces", "a.b:c/d", "Ä / 日本"])
def test_keys_are_free_text(client: Client, tenant: RunningTenant, key: str) -> None:
    client.ok("POST", PATH, json=data(HASH) | {"policyKey": key})

    assert tenant.policy(key)["policyKey"] == key


def test_a_deleted_key_makes_a_new_policy(client: Client, tenant: RunningTenant) -> None:
    first = client.ok("POST", PATH, json=data(HASH))["policyId"]
    tenant.delete_policy("p")
    second = client.ok("POST", PATH, json=subscription(ACTIONS["manual"]))

    assert (second["creating"], second["policyId"]) == (True, first + 1)


def test_a_policy_made_by_v1_is_taken_over(client: Client, tenant: RunningTenant) -> None:
    action = {"type": "subscription", "subscriptionType": "manual", "accessGrant": "WRITE"}
    body = {"name": "Shared", "type": "subscription", "staged": False, "actions": [action]}
    made = client.ok("POST", "/policy/global", json=body)
    taken = client.ok("POST", PATH, json=subscription(ACTIONS["manual"]) | {"policyKey": "Shared"})

    assert (taken["updating"], taken["policyId"], made["actions"][0]["accessGrant"]) == (True, made["id"], "WRITE")
    assert "accessGrant" not in tenant.policy("Shared")["actions"][0]
