from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from immuta_tenant import RunningTenant, running_tenant
from immuta_tenant.testing import UnknownObjectError
from tests.tenant import policy_bodies as bodies
from tests.tenant.client import API_KEY, Client, connect, keys
from tests.tenant.policy_bodies import ACTIONS, data, masking, subscription

PATH = "/policy/global"
GLOBAL = keys(
    "id policyKey name type template staged actions circumstances certification ownerRestrictions metadata clonedFrom "
    "systemGenerated deleted createdBy createdByName createdAt updatedAt"
)
ROLE = {"type": "authorizations", "authorization": {"auth": "Role", "value": "Loader"}}
WRITERS: dict[str, Any] = {
    "type": "subscription",
    "name": "Writers by attribute",
    "template": False,
    "staged": False,
    "actions": [
        {
            "type": "subscription",
            "subscriptionType": "policy",
            "accessGrant": "WRITE",
            "exceptions": {"operator": "and", "conditions": [ROLE]},
        }
    ],
    "circumstances": [{"operator": "or", "type": "columnTags", "columnTag": {"name": "Zone.Landing"}}],
}


def _masks(**config: Any) -> dict[str, Any]:
    mask = {"type": "Consistent Value", "metadata": {}}
    fields = [{"name": "Discovered", "displayName": "D", "source": "okta", "id": 4}]
    rule = {"type": "masking", "config": {"fields": fields, "maskingConfig": mask} | config}
    action = {"type": "masking", "description": "", "rules": [rule]}
    return {"name": "Masks", "type": "data", "staged": False, "actions": [action]}


def _without(body: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != key}


def test_create_fills_in_what_is_missing(client: Client, tenant: RunningTenant) -> None:
    shown = client.ok("POST", PATH, json=WRITERS)

    assert (sorted(shown), shown["policyKey"], shown["createdBy"]) == (GLOBAL, "Writers by attribute", 2)
    assert shown == client.ok("GET", f"{PATH}/{shown['id']}") == tenant.policy("Writers by attribute")
    assert shown["circumstances"] == [
        {"operator": "or", "type": "columnTags", "columnTag": {"name": "Zone.Landing", "hasLeafNodes": False}}
    ]
    assert shown["actions"][0] == WRITERS["actions"][0] | {
        "description": None,
        "allowDiscovery": False,
        "shareResponsibility": False,
        "automaticSubscription": False,
    }


def test_normalisation(client: Client) -> None:
    certified = {"certification": bodies.CERTIFICATION | {"recertify": True}, "policyKey": "m"}
    shown = client.ok("POST", PATH, json=_masks() | certified)
    action = shown["actions"][0]
    unset = {name: shown[name] for name in ("circumstances", "metadata", "clonedFrom", "ownerRestrictions")}
    again = client.ok("PUT", f"{PATH}/{shown['id']}", json=_masks() | {"certification": bodies.CERTIFICATION})

    assert (action["description"], action["rules"][0]["exceptions"], shown["policyKey"]) == (None, None, "m")
    assert action["rules"][0]["config"]["fields"] == [{"name": "Discovered", "source": "okta", "hasLeafNodes": True}]
    assert (unset, shown["certification"]["recertify"]) == (dict.fromkeys(unset), True)
    assert (again["certification"]["recertify"], again["policyKey"]) == (False, "m")


def test_sources_of_tags_in_circumstances_are_dropped(client: Client) -> None:
    tag = {"name": "Finance", "source": "curated", "displayName": "x", "hasLeafNodes": False}
    circumstances = [{"type": "tags", "tag": tag}, {"type": "time", "startDate": "2024-01-01T00:00:00.000Z"}]
    shown = client.ok("POST", PATH, json=_masks() | {"circumstances": circumstances})

    assert shown["circumstances"] == [
        {"operator": "or", "type": "tags", "tag": {"name": "Finance", "hasLeafNodes": True}},
        {"operator": "or", "type": "time", "startDate": "2024-01-01T00:00:00.000Z", "endDate": None},
    ]


def test_yaml_is_taken(client: Client) -> None:
    text = (
        "name: Manual\ntype: subscription\nstaged: true\nactions:\n- {type: subscription, subscriptionType: manual}\n"
    )
    shown = client.ok("POST", PATH, content=text, headers={"Content-Type": "text/plain"})

    assert (shown["name"], shown["staged"], shown["actions"][0]["subscriptionType"]) == ("Manual", True, "manual")


def test_update_states_everything_anew_except_the_key(client: Client) -> None:
    made = client.ok("POST", PATH, json=WRITERS | {"template": True})
    body = _without(_without(WRITERS, "template"), "circumstances") | {"name": "Renamed"}
    shown = client.ok("PUT", f"{PATH}/{made['id']}", json=body)

    assert (shown["name"], shown["policyKey"], shown["template"]) == ("Renamed", "Writers by attribute", False)
    assert (shown["circumstances"], shown["createdAt"], shown["id"]) == (None, made["createdAt"], made["id"])
    rekeyed = client.ok("PUT", f"{PATH}/{made['id']}", json=body | {"policyKey": "other"})
    assert rekeyed["policyKey"] == "other"


@pytest.mark.parametrize("shape", ["house", "swagger", "scrambled"])
def test_an_object_as_it_was_read_is_taken_back(switched: Any, shape: str) -> None:
    client = switched(policy_shape=shape)
    for number, body in enumerate((bodies.GRAMMAR["owners"], bodies.GRAMMAR["otherwise"], data(bodies.RULES["where"]))):
        policy = client.ok("POST", "/api/v2/policy", json=body | {"policyKey": f"p{number}"})["policyId"]
        read = client.ok("GET", f"{PATH}/{policy}")
        written = client.ok("PUT", f"{PATH}/{policy}", json=read)
        renamed = client.ok("PUT", f"{PATH}/{policy}", json=read | {"name": "Renamed", "staged": True})

        assert _without(written, "updatedAt") == _without(read, "updatedAt")
        assert _without(renamed, "updatedAt") == _without(read, "updatedAt") | {"name": "Renamed", "staged": True}


def test_null_circumstances(client: Client) -> None:
    everywhere = client.ok("POST", PATH, json=_without(WRITERS, "circumstances"))
    selected = client.ok("POST", PATH, json=WRITERS | {"name": "Selected", "circumstances": None})
    for policy in (everywhere, selected):
        client.ok("PUT", f"{PATH}/{policy['id']}", json=policy)

    assert [policy["circumstances"] for policy in (everywhere, selected)] == [None, None]
    assert [_count(client, policy["id"]) for policy in (everywhere, selected)] == [4, 0]
    client.ok("PUT", f"{PATH}/{everywhere['id']}", json=WRITERS | {"circumstances": None})
    assert _count(client, everywhere["id"]) == 0


def _count(client: Client, policy: int) -> int:
    return int(client.ok("GET", f"{PATH}/appliedTo/{policy}")["count"])


def test_deletion(client: Client, tenant: RunningTenant) -> None:
    made = client.ok("POST", PATH, json=WRITERS)
    path = f"{PATH}/{made['id']}"
    answer = client.ok("DELETE", path)

    assert (answer, answer["deleted"]) == (made, False)
    assert client.refusal("GET", path) == (404, f"Policy {made['id']} not found")
    assert [client.refusal("DELETE", path)[0], client.refusal("PUT", path, json=WRITERS)[0]] == [404, 404]
    assert client.refusal("GET", f"{PATH}/appliedTo/{made['id']}")[0] == 404
    assert [policy["name"] for policy in client.ok("GET", PATH)] == ["New Column Added"]
    assert client.ok("POST", PATH, json=WRITERS)["id"] == made["id"] + 1


def test_deleted_policies_on_request(switched: Any) -> None:
    client = switched(deleted_policies_readable=True)
    made = client.ok("POST", PATH, json=WRITERS)
    client.ok("DELETE", f"{PATH}/{made['id']}")

    assert client.ok("GET", f"{PATH}/{made['id']}")["deleted"] is True
    assert client.refusal("DELETE", f"{PATH}/{made['id']}")[0] == 404


def test_keys_are_unique(client: Client) -> None:
    client.ok("POST", PATH, json=WRITERS)
    other = client.ok("POST", PATH, json=WRITERS | {"policyKey": "second"})

    assert client.refusal("POST", PATH, json=WRITERS)[0] == 409
    assert client.refusal("PUT", f"{PATH}/{other['id']}", json=WRITERS | {"policyKey": WRITERS["name"]})[0] == 409


SUBSCRIPTION = WRITERS["actions"][0]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (_without(WRITERS, "name"), '"name" is required'),
        (_without(WRITERS, "type"), '"type" is required'),
        (_without(WRITERS, "staged"), '"staged" is required'),
        (_without(WRITERS, "actions"), '"actions" is required'),
        (WRITERS | {"labels": []}, '"labels" is not allowed'),
        (WRITERS | {"type": "global"}, '"type" must be one of '),
        (WRITERS | {"circumstances": []}, '"circumstances" must contain at least 1 items'),
        (WRITERS | {"certification": bodies.CERTIFICATION}, '"certification" '),
        (WRITERS | {"actions": [SUBSCRIPTION | {"subscriptionType": "manual"}]}, "must have exceptions exactly when"),
        (WRITERS | {"actions": [_without(SUBSCRIPTION, "exceptions")]}, "must have exceptions exactly when"),
        (WRITERS | {"actions": [SUBSCRIPTION | {"advanced": "@x"}]}, "must not have both"),
        (WRITERS | {"actions": [SUBSCRIPTION | {"exceptions": {"operator": "any", "conditions": [ROLE]}}]}, "operator"),
        (
            WRITERS | {"actions": [SUBSCRIPTION | {"exceptions": {"operator": "or", "conditions": []}}]},
            "at least 1 items",
        ),
        (
            WRITERS
            | {
                "actions": [
                    SUBSCRIPTION | {"exceptions": {"operator": "or", "conditions": [{"type": "groups", "group": {}}]}}
                ]
            },
            "with a value and without a field",
        ),
        (_masks(fields=["iban"]), '"fields" must be tags or other selectors of columns in a global policy'),
        (_masks() | {"actions": [_masks()["actions"][0] | {"type": "time"}]}, "of the kind of the action"),
        (_masks() | {"actions": [_masks()["actions"][0] | {"type": "customWhere"}]}, "of the kind of the action"),
        (_masks(maskingConfig={"type": "Hash", "metadata": {}}), ".maskingConfig.type"),
        (_masks(maskingConfig={"type": "Reversible", "metadata": {"a": 1}}), ".metadata.a"),
        (_masks() | {"actions": [{"type": "masking", "rules": []}]}, "at least 1 items"),
        (WRITERS | {"circumstances": [{"type": "columnRegex", "regex": "a"}]}, ".columnRegex"),
    ],
)
def test_refused(client: Client, tenant: RunningTenant, body: dict[str, Any], complaint: str) -> None:
    status, message = client.refusal("POST", PATH, json=body)

    assert (status, complaint in message, tenant.policies()) == (400, True, []), message


def test_purposes_must_exist_unless_they_are_there_already(client: Client, tenant: RunningTenant) -> None:
    purpose = {"type": "purposes", "value": "Fraud Investigation"}
    rule = {"type": "prerequisite", "config": {"qualifications": {"operator": "or", "conditions": [purpose]}}}
    body = _masks() | {"actions": [{"type": "prerequisite", "rules": [rule]}]}
    assert client.refusal("POST", PATH, json=body) == (400, "The purpose Fraud Investigation does not exist.")

    bodies.purposes(client)
    made = client.ok("POST", PATH, json=body)
    tenant.delete_purpose("Fraud Investigation")
    assert client.ok("PUT", f"{PATH}/{made['id']}", json=made)["actions"] == made["actions"]


def test_list(client: Client, tenant: RunningTenant) -> None:
    tenant.seed(policies=12)
    client.ok("POST", PATH, json=WRITERS | {"template": True, "staged": True})

    def found(query: str) -> list[str]:
        return [policy["name"] for policy in client.ok("GET", f"{PATH}?{query}")]

    assert (len(found("")), len(found("size=100")), found("size=100")[0]) == (10, 14, "Writers by attribute")
    assert found("sortField=name&sortOrder=asc&size=2&offset=1") == ["Sample 00001", "Sample 00002"]
    assert found("searchText=0000&type=data&size=2&sortField=name") == ["Sample 00009", "Sample 00007"]
    assert (found("templates=true"), len(found("templates=false&size=100"))) == (["Writers by attribute"], 13)
    assert (found("scope=local"), len(found("scope=global&ignoreStaged=true&size=100"))) == ([], 13)
    assert client.ok("GET", f"{PATH}?nameOnly=true&size=1") == [
        {"name": "Writers by attribute", "id": 14, "type": "subscription"}
    ]
    assert sorted(client.ok("GET", f"{PATH}?size=1")[0]) == GLOBAL
    assert client.refusal("GET", f"{PATH}?sortField=id")[0] == 400


def test_governance_is_needed(analyst: Client, client: Client) -> None:
    made = client.ok("POST", PATH, json=WRITERS)
    path = f"{PATH}/{made['id']}"
    refused = [
        analyst.refusal(method, target, json=WRITERS)[0]
        for method, target in [
            ("GET", PATH),
            ("POST", PATH),
            ("GET", path),
            ("PUT", path),
            ("DELETE", path),
            ("GET", f"{PATH}/appliedTo/{made['id']}"),
            ("POST", "/policy/search"),
        ]
    ]

    assert refused == [403] * 7


def test_samples(client: Client, tenant: RunningTenant) -> None:
    tenant.seed(policies=4)
    created = client.ok("POST", "/_local/seed", json={"policies": 5})["created"]["policies"]
    sample = tenant.policy("sample-00002")

    assert (created, client.ok("GET", "/_local/state")["livePolicies"]) == (1, 5)
    assert [policy["type"] for policy in tenant.policies()] == ["data", "subscription", "data", "subscription", "data"]
    assert (sample["name"], sample["createdBy"]) == ("Sample 00002", 2)


def test_changes_behind_the_clients_back(client: Client, tenant: RunningTenant) -> None:
    policy = client.ok("POST", "/api/v2/policy", json=data(masking("Hash")))["policyId"]
    tenant.change_policy("p", name="Q", staged=True, circumstances=[{"type": "anyTag"}], policyKey="q")
    shown = client.ok("GET", f"{PATH}/{policy}")

    assert (shown["name"], shown["staged"], shown["policyKey"]) == ("Q", True, "q")
    assert shown["circumstances"] == [{"type": "anyTag", "operator": "or"}]
    tenant.change_policy("q", circumstances=None, staged=False)
    assert _count(client, policy) == 0
    tenant.delete_policy("q")
    with pytest.raises(UnknownObjectError, match="no policy 'q'"):
        tenant.policy("q")


@pytest.mark.parametrize("shape", ["swagger", "scrambled"])
def test_a_restart_keeps_policies(tmp_path: Path, shape: str) -> None:
    settings = {"api_key": API_KEY, "database": str(tmp_path / "tenant.sqlite"), "policy_shape": shape}
    with running_tenant(**settings) as tenant, connect(tenant) as client:
        client.ok("POST", "/api/v2/policy", json=subscription(ACTIONS["advanced"]))
        before = tenant.policies()
    with running_tenant(**settings) as tenant, connect(tenant) as client:
        assert tenant.policies() == before
        assert [policy["id"] for policy in client.ok("GET", PATH)] == [2, 1]
