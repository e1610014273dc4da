"""Where policies apply, and everything that tells of it."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_tenant import RunningTenant
from tests.tenant import policy_bodies as bodies
from tests.tenant.client import Client, keys
from tests.tenant.policy_bodies import ACTIONS, data, masking, rows, subscription

EMAIL = "Discovered.Entity.Electronic Mail Address"
ORDERS, CUSTOMERS, LEDGER, EMPLOYEES = 1, 2, 3, 4
SALES = ["Sales Orders", "Sales Customers"]
HIT = keys(
    "name createdBy state isNotApplied scope type globalPolicyId policyId dataSourceId createdAt detailLabels "
    "enforcedOn"
)


def _save(client: Client, body: dict[str, Any], key: str = "p", **more: Any) -> int:
    return int(
        client.ok("POST", "/api/v2/policy", json=body | {"policyKey": key, "name": key.upper()} | more)["policyId"]
    )


def _enforced(client: Client, policy: int) -> list[str]:
    hits = client.ok("POST", f"/policy/search?globalPolicyIds={policy}")["hits"]
    sources = [source["name"] for source in hits[0]["enforcedOn"]["hits"]]
    count = client.ok("GET", f"/policy/global/appliedTo/{policy}")["count"]
    assert (hits[0]["enforcedOn"]["count"], count, hits[0]["isNotApplied"]) == (len(sources), len(sources), not sources)
    return sources


def _local(client: Client, source: int, query: str = "?retrieveAll=true") -> list[dict[str, Any]]:
    return list(client.ok("GET", f"/policy/dataSourcePolicies/{source}{query}"))


@pytest.mark.parametrize(
    ("circumstances", "operator", "expected"),
    [
        ([{"type": "tags", "tag": "Finance"}], None, ["Ledger"]),
        ([{"type": "tags", "tag": "Finance.Revenue"}], None, []),
        ([{"type": "columnTags", "columnTag": EMAIL}], None, ["Sales Orders", "Sales Customers"]),
        ([{"type": "columnTags", "columnTag": "Finance"}], None, ["Sales Orders", "Ledger"]),
        ([{"type": "columnRegex", "regex": "^CUSTOMER_", "caseInsensitive": True}], None, SALES),
        ([{"type": "columnRegex", "regex": "^CUSTOMER_", "caseInsensitive": False}], None, []),
        ([{"type": "columnRegex", "regex": "(", "caseInsensitive": False}], None, []),
        ([{"type": "anyTag"}], None, ["Sales Orders", "Sales Customers", "Ledger"]),
        ([{"type": "noTags"}], None, ["Employees"]),
        ([{"type": "time", "startDate": "2025-01-15T08:00:00.000Z"}], None, ["Ledger", "Employees"]),
        (
            [{"type": "time", "startDate": "2024-02-02T00:00:00.000Z", "endDate": "2025-01-15T08:00:00.000Z"}],
            None,
            ["Sales Customers", "Ledger"],
        ),
        ([{"type": "server", "server": "svc_reader@dwh.example.com:5432/sales"}], None, SALES),
        ([{"type": "domains", "domains": [{"name": "Health"}, {"name": "Finance Domain"}]}], None, ["Ledger"]),
        ([bodies.CIRCUMSTANCES["domain-id"]], None, ["Ledger"]),
        (
            [{"type": "columnTags", "columnTag": "Finance"}, {"type": "columnTags", "columnTag": EMAIL}],
            "all",
            ["Sales Orders"],
        ),
        (
            [{"type": "columnTags", "columnTag": "Finance"}, {"type": "noTags"}],
            "any",
            ["Sales Orders", "Ledger", "Employees"],
        ),
    ],
)
def test_circumstances(client: Client, circumstances: Any, operator: str | None, expected: list[str]) -> None:
    more = {} if operator is None else {"circumstanceOperator": operator}
    policy = _save(client, data(masking("Hash"), circumstances=circumstances, **more))

    assert _enforced(client, policy) == expected


def test_everywhere_staged_and_owners(client: Client) -> None:
    everywhere = _save(client, data(masking("Hash")), "a")
    staged = _save(client, data(masking("Hash"), staged=True), "b")
    group = _save(client, data(masking("Hash"), ownerRestrictions={"groups": ["data-engineers"]}), "c")
    user = {"iamid": "bim", "username": "ada@example.com"}
    known = _save(client, data(masking("Hash"), ownerRestrictions={"users": [user]}), "d")
    unknown = _save(client, data(masking("Hash"), ownerRestrictions={"users": [user | {"iamid": "okta"}]}), "e")

    assert [len(_enforced(client, policy)) for policy in (everywhere, staged, group, known, unknown)] == [4, 0, 1, 4, 0]
    states = {hit["name"]: hit["state"] for hit in client.ok("POST", "/policy/search")["hits"]}
    assert (states["A"], states["B"]) == ("active", "staged")


def test_tags_change_where_a_policy_applies(client: Client, tenant: RunningTenant) -> None:
    policy = _save(client, data(masking("Hash"), circumstances=[{"type": "tags", "tag": "Finance"}]))
    client.ok("POST", f"/tag/datasource/{EMPLOYEES}", json=[{"name": "Finance.Revenue"}])
    assert _enforced(client, policy) == ["Ledger", "Employees"]

    tenant.change_data_source("Ledger", tags=[], columns={"salary": [EMAIL]}, domainName=None)
    assert _enforced(client, policy) == ["Employees"]


def test_owner_selected(client: Client, analyst: Client) -> None:
    body = {"name": "Chosen", "type": "data", "staged": False, "circumstances": None}
    rule = {"type": "customWhere", "config": {"predicate": "1=1"}}
    policy = client.ok("POST", "/policy/global", json=body | {"actions": [{"type": "customWhere", "rules": [rule]}]})
    apply = {"policyId": policy["id"], "dataSourceId": EMPLOYEES, "merged": True}
    before = _enforced(client, policy["id"])
    answers = [client.post("/policy/global/applyPolicy", json=apply) for _ in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"")] * 2
    assert (before, _enforced(client, policy["id"])) == ([], ["Employees"])
    assert (len(_local(client, EMPLOYEES)), len(_local(client, EMPLOYEES, ""))) == (1, 0)
    assert analyst.refusal("POST", "/policy/global/applyPolicy", json=apply)[0] == 403
    assert client.refusal("POST", "/policy/global/applyPolicy", json=apply | {"dataSourceId": 77})[0] == 404
    assert client.refusal("POST", "/policy/global/applyPolicy", json={"policyId": 2})[0] == 400
    everywhere = _save(client, data(masking("Hash")))
    assert client.refusal("POST", "/policy/global/applyPolicy", json=apply | {"policyId": everywhere})[0] == 400


def test_a_local_policy_per_column_and_conflicts(client: Client) -> None:
    field = {"type": "columnTags", "columnTag": "Discovered"}
    rules = (masking("Null", field, inclusions={"groups": ["A"]}), masking("Hash", field))
    first = _save(client, data(*rules, description="d"), "first")
    second = _save(
        client,
        data(masking("Hash", {"type": "columnRegex", "regex": "^(email|country)$", "caseInsensitive": False})),
        "second",
    )
    found = _local(client, CUSTOMERS)

    assert [(item["rules"][0]["config"]["fields"], item["global"]["id"], item["global"]["tag"]) for item in found] == [
        (["full_name"], first, "Discovered.PII"),
        (["email"], first, EMAIL),
        (["email"], second, None),
        (["country"], second, None),
    ]
    assert [(item["global"]["conflict"], item["global"]["disabled"]) for item in found] == [
        *[(None, False)] * 2,
        ("existingMasking", True),
        (None, False),
    ]
    assert [len(item["rules"]) for item in found] == [2, 2, 1, 1]
    assert sorted(found[0]["global"]) == keys(
        "id tag name policyKey reason staged deleted disabled conflict metadata template createdAt updatedAt createdBy "
        "createdByName clonedFrom certification changedOnApply systemGenerated ownerRestrictions"
    )
    assert (found[0]["description"], found[0]["global"]["policyKey"], found[0]["global"]["createdBy"]) == (
        "d",
        "first",
        "Ada Example",
    )


@pytest.mark.parametrize(
    ("selector", "columns"),
    [
        ({"type": "anyTag"}, ["full_name", "email"]),
        ({"type": "noTags"}, ["customer_id", "country"]),
        ({"type": "allColumns"}, ["customer_id", "full_name", "email", "country"]),
        ({"type": "columnTags", "columnTag": "Nope"}, []),
    ],
)
def test_selectors(client: Client, selector: dict[str, Any], columns: list[str]) -> None:
    _save(client, data(masking("Hash", selector)))

    assert [item["rules"][0]["config"]["fields"] for item in _local(client, CUSTOMERS)] == [[name] for name in columns]


def test_row_rules_name_the_column(client: Client) -> None:
    _save(client, data(rows(matches={"type": "group", "tag": "Finance.Revenue"})))
    (found,) = _local(client, LEDGER)

    assert (found["type"], found["global"]["tag"]) == ("rowOrObjectRestriction", "Finance.Revenue")
    assert found["rules"][0]["config"] == {
        "qualifications": {"operator": "or", "conditions": [{"type": "groups", "field": "amount"}]},
        "predicate": "(`amount` in (@groups()))",
    }


def _two_actions() -> dict[str, Any]:
    restricted = data(rows(matches={"type": "group", "tag": "Org"}))["actions"]
    return data(masking("Hash")) | {"actions": [*data(masking("Hash"))["actions"], *restricted]}


LOCAL = {
    "type": "masking",
    "description": "",
    "rules": [
        {
            "type": "masking",
            "exceptions": None,
            "config": {
                "fields": ["email"],
                "maskingConfig": {"type": "Consistent Value", "metadata": {"constant": None}},
            },
        }
    ],
}
REFERENCE = {"handlerId": 77, "visibilitySchema": {"fields": []}}


def _write(client: Client, *policies: Any, method: str = "PUT") -> dict[str, Any]:
    body = {"jsonPolicies": list(policies), "dataSourcePolicyHandler": REFERENCE}
    return dict(client.ok(method, f"/policy/handler/{CUSTOMERS}", json=body))


def test_the_handler_has_versions(client: Client) -> None:
    empty = client.ok("GET", f"/policy/handler/{CUSTOMERS}")
    written = _write(client, LOCAL, method="POST")
    same = client.ok("GET", f"/policy/handler/{CUSTOMERS}")
    again = _write(client, *written["jsonPolicies"])

    assert sorted(empty) == keys("id dataSourceId createdBy createdAt updatedAt jsonPolicies")
    assert (empty["jsonPolicies"], same, again["id"]) == ([], written, written["id"] + 1)
    assert written["jsonPolicies"] == again["jsonPolicies"]
    assert (written["jsonPolicies"][0]["description"], written["jsonPolicies"][0]["createdBy"]) == (None, 2)
    assert written["jsonPolicies"][0]["rules"] == LOCAL["rules"]


def test_a_write_replaces_what_is_local_and_keeps_what_is_global(client: Client) -> None:
    _save(client, data(masking("Hash", {"type": "columnTags", "columnTag": "Discovered.PII"})))
    before = client.ok("GET", f"/policy/handler/{CUSTOMERS}")["jsonPolicies"]
    written = _write(client, *before, LOCAL)["jsonPolicies"]

    assert [(item["rules"][0]["config"]["fields"], "global" in item) for item in written] == [
        (["email"], False),
        (["full_name"], True),
        (["email"], True),
    ]
    assert [item["global"]["conflict"] for item in written[1:]] == [None, "existingMasking"]
    assert _local(client, CUSTOMERS, "?excludeGlobal=true&retrieveAll=true") == written[:1]
    assert [item for item in _write(client)["jsonPolicies"] if "global" not in item] == []


def test_differences(client: Client) -> None:
    path = f"/policy/diff/{CUSTOMERS}"
    assert client.ok("GET", path) == {"current": [], "previous": [], "hasChanges": False}
    first = _write(client, LOCAL)
    second = _write(client)

    assert client.ok("GET", path) == {"current": [], "previous": first["jsonPolicies"], "hasChanges": True}
    query = f"?previousHandlerId={second['id']}&currentHandlerId={second['id']}"
    assert client.ok("GET", path + query)["hasChanges"] is False
    assert client.refusal("GET", f"{path}?currentHandlerId=77")[0] == 404


@pytest.mark.parametrize("shape", ["house", "swagger", "scrambled"])
def test_local_policies_in_each_shape(switched: Any, shape: str) -> None:
    client = switched(policy_shape=shape)
    _save(client, data(bodies.RULES["where"]))
    _save(client, data(bodies.RULES["newer"]), "q")
    driven = client.ok("GET", f"/policy/handler/{CUSTOMERS}")["jsonPolicies"]
    local = [{key: item[key] for key in ("type", "rules", "description")} for item in driven]
    written = _write(client, *local)["jsonPolicies"]

    assert [{key: item[key] for key in ("type", "rules", "description")} for item in written[:2]] == local
    assert len(written) == 4


def test_handlers_refuse(client: Client, analyst: Client) -> None:
    path = f"/policy/handler/{CUSTOMERS}"
    tagged = {"name": "Finance", "source": "curated"}
    rule = LOCAL["rules"][0]
    assert isinstance(rule, dict)
    body = {"jsonPolicies": [LOCAL], "dataSourcePolicyHandler": REFERENCE}
    wrong = [
        {"jsonPolicies": [LOCAL]},
        body | {"jsonPolicies": [LOCAL | {"rules": []}]},
        body | {"jsonPolicies": [LOCAL | {"rules": [rule | {"config": rule["config"] | {"fields": [tagged]}}]}]},
        body | {"jsonPolicies": [LOCAL | {"when": 1}]},
    ]

    assert [client.refusal("PUT", path, json=item)[0] for item in wrong] == [400] * 4
    assert analyst.refusal("PUT", path, json=body)[0] == 403
    assert analyst.ok("GET", path)["jsonPolicies"] == []
    assert client.refusal("GET", "/policy/handler/77") == (404, "Data source 77 not found")
    assert client.refusal("POST", "/policy/handler", json={"dataSourceId": 1, "jsonRules": []})[0] == 404


def test_search(client: Client) -> None:
    _save(client, subscription(ACTIONS["manual"], circumstances=[{"type": "tags", "tag": "Finance"}]), "sub")
    _save(client, _two_actions(), "mask")
    _write(client, LOCAL)

    def found(query: str, **options: Any) -> list[str]:
        return [hit["name"] for hit in client.ok("POST", f"/policy/search?{query}", **options)["hits"]]

    hits = {hit["name"]: hit for hit in client.ok("POST", "/policy/search")["hits"]}
    assert all(sorted(hit) == HIT for hit in hits.values())
    assert hits["MASK"]["detailLabels"] == {"ruleType": ["masking", "visibility"], "tags": ["Discovered.PII", "Org"]}
    assert hits["SUB"]["detailLabels"] == {"ruleType": ["manual"], "tags": ["Finance"]}
    assert hits["SUB"]["enforcedOn"] == {"count": 1, "hits": [{"id": LEDGER, "name": "Ledger"}]}
    local = hits["masking on Sales Customers"]
    assert (local["scope"], local["globalPolicyId"], local["dataSourceId"]) == ("local", None, CUSTOMERS)
    assert found("type=subscription") == ["SUB"]
    assert found("scope=local&mode=similarPolicies", json={"facets": {"ruleType": ["x"]}}) == [local["name"]]
    assert found("sortField=name&sortOrder=asc&size=2&offset=1") == ["masking on Sales Customers", "New Column Added"]
    assert found("searchText=ma&excludedPolicies=3") == [local["name"]]
    assert client.ok("POST", "/policy/search?countOnly=true") == {"count": 4, "hits": []}


def test_what_data_sources_show(client: Client) -> None:
    bare = client.ok("GET", f"/dataSource/{EMPLOYEES}")
    shared = ACTIONS["entitlements"] | {"shareResponsibility": True}
    _save(client, subscription(shared), "s1")
    _save(client, subscription(ACTIONS["anyone"]), "s2")
    _save(client, data(masking("Hash", {"type": "allColumns"})), "m1")
    _save(client, data(masking("Null", {"type": "columnRegex", "regex": "salary"})), "m2")
    shown = client.ok("GET", "/dataSource/name/Employees")

    assert (bare["subscriptionType"], bare["policyHandler"], bare["globalPolicies"]) == ("manual", None, None)
    assert (bare["policyHandlerType"], shown["policyHandlerType"], shown["id"]) == ("None", "Builder", EMPLOYEES)
    assert (shown["subscriptionType"], sorted(shown["subscriptionPolicy"])) == (
        "policy",
        ["allowDiscovery", "exceptions", "type"],
    )
    assert [(item["name"], item["disabled"]) for item in shown["globalPolicies"]] == [("S1", False), ("S2", True)]
    assert shown["policyHandler"]["previousHandlerId"] < shown["policyHandler"]["handlerId"]
    assert shown["statusInfo"]["globalPolicy"]["status"] == "passed"
    hits = client.ok("GET", "/dataSource?sortField=name&searchText=e")
    assert [(hit["name"], hit["policy"]) for hit in hits["hits"]] == [
        ("Employees", "In Conflict"),
        ("Ledger", "No Conflict"),
        ("Sales Customers", "No Conflict"),
        ("Sales Orders", "No Conflict"),
    ]
    assert client.refusal("GET", "/dataSource/77")[0] == 404
    assert client.refusal("GET", "/dataSource/name/Nope")[0] == 404


def test_search_of_data_sources(client: Client) -> None:
    _save(client, data(masking("Hash"), circumstances=[{"type": "tags", "tag": "Finance"}]))

    def found(**query: Any) -> list[str]:
        return [hit["name"] for hit in client.ok("GET", "/dataSource", params=query)["hits"]]

    assert (found(globalPolicy="P"), found(tag=EMAIL)) == (["Ledger"], ["Sales Customers", "Sales Orders"])
    assert (found(column="salary"), found(dataSourceIds=2)) == (["Employees"], ["Sales Customers"])
    assert (found(size=1, offset=3), found(collectionId="x")) == (["Sales Orders"], [])


def test_by_purposes(client: Client) -> None:
    bodies.purposes(client)
    _save(client, data(bodies.RULES["purposes"], circumstances=[{"type": "tags", "tag": "Finance"}]))
    (found,) = client.ok("GET", "/dataSource/byPurposes", params={"purposes": "Tax Reporting"})
    handler = client.ok("GET", f"/policy/handler/{LEDGER}")

    assert (found["id"], found["name"], found["policyId"]) == (LEDGER, "Ledger", handler["id"])
    assert [(item["operator"], sorted(item["purposes"])) for item in found["restrictions"]] == [
        ("and", ["Fraud Investigation", "Tax Reporting", "Tax Reporting.Annual"])
    ]
    assert client.ok("GET", "/dataSource/byPurposes", params={"purposes": "Other"}) == []
