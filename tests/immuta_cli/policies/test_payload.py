"""A payload and the body that the provider makes from its attributes say the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from immuta_cli.policies.checking import RESOURCES, model, refusals
from immuta_cli.policies.documents import documents
from immuta_cli.policies.payload import Policy, read
from tests.immuta_cli.policies import v2

ONLY_IN_V1 = {"template", "accessGrant", "shareResponsibility"}


def body(policy: Policy) -> dict[str, Any]:
    """What the provider posts for a policy."""
    made: dict[str, Any] = RESOURCES[policy.type].body(model(policy))
    return made


def policy(document: Any) -> Policy:
    """The policy in a document that has one."""
    found = read(document)
    assert isinstance(found, Policy), found
    return found


def without_words_of_v1(payload: Any) -> Any:
    """The provider says these with V1; they are compared as attributes."""
    if isinstance(payload, dict):
        return {name: without_words_of_v1(each) for name, each in payload.items() if name not in ONLY_IN_V1}
    return payload


@given(v2.POLICIES)
@settings(max_examples=60, deadline=None)
def test_the_body_says_what_the_payload_says(payload: dict[str, Any]) -> None:
    found = policy(payload)
    assert refusals(found) == []
    assert v2.normalised(body(found)) == v2.normalised(payload)


@pytest.mark.parametrize(
    "payload", v2.examples(), ids=lambda payload: payload["policyKey"][:20].encode("ascii", "ignore")
)
def test_the_body_of_an_example(payload: dict[str, Any]) -> None:
    found = policy(payload)
    assert refusals(found) == []
    assert v2.normalised(body(found)) == v2.normalised(without_words_of_v1(payload))
    action = payload["actions"] if isinstance(payload["actions"], dict) else {}
    assert found.attributes.get("template", False) == payload.get("template", False)
    assert found.attributes.get("access_grant", "READ") == action.get("accessGrant", "READ")
    assert found.attributes.get("share_responsibility", False) == action.get("shareResponsibility", False)


@given(v2.POLICIES)
@settings(max_examples=20, deadline=None)
def test_yaml_and_json_say_the_same(payload: dict[str, Any]) -> None:
    expected = policy(payload)
    assert policy(documents(json.dumps(payload))[0]) == expected
    assert policy(documents(yaml.safe_dump(payload, allow_unicode=True))[0]) == expected


def test_unknown_members_are_kept_where_they_stand() -> None:
    first, second = (policy(each) for each in v2.examples("unknown.yaml"))
    assert json.loads(first.attributes["extra_json"]) == {
        "priority": 7,
        "review": {"every": "90 days", "by": ["stewards"], "mandatory": True},
        "certification": {"validFor": "12 months"},
        "actions": v2.examples("unknown.yaml")[0]["actions"],
    }
    assert json.loads(second.attributes["extra_json"]) == {
        "actions": {"allowDiscovery": True, "expiresAfter": 30.5},
        "circumstances": v2.examples("unknown.yaml")[1]["circumstances"],
    }


def test_a_day_is_its_first_moment_in_utc() -> None:
    (document,) = documents(
        "{policyKey: a, name: a, type: subscription, actions: [{type: manual}], circumstances: "
        "[{type: TIME, startDate: 2024-01-31, endDate: '2024-02-29T23:59:59.999Z'}]}"
    )
    span = {"start_date": "2024-01-31T00:00:00.000Z", "end_date": "2024-02-29T23:59:59.999Z"}
    assert policy(document).attributes["circumstances"] == [{"time": span}]
