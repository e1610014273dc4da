"""What no document spells, in each of the three spellings; and that every spelling can be sent back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from immuta_tenant import Settings, create_app
from immuta_tenant.authentication import first_user
from immuta_tenant.errors import ApiError
from immuta_tenant.families.policies import reading, state, translation, views
from immuta_tenant.families.policies.schema_v2 import V2Policy
from immuta_tenant.families.purposes.state import create as create_purpose
from immuta_tenant.kinds import POLICY
from immuta_tenant.tenant import Tenant
from tests.tenant import policy_bodies as bodies
from tests.tenant.client import API_KEY
from tests.tenant.policy_bodies import GRAMMAR, MASKS, RULES, SELECTORS, data, masking, subscription

SHAPES = ("house", "swagger", "scrambled")
_NOT_STATED = ("updatedAt",)


@pytest.fixture(scope="module")
def tenants() -> Iterator[dict[str, Tenant]]:
    """A tenant of each shape, used without HTTP: these tests are many."""
    made = {shape: create_app(Settings(api_key=API_KEY, policy_shape=shape)).tenant for shape in SHAPES}
    for tenant in made.values():
        for name in (*bodies.PURPOSES, bodies.ANNUAL):
            create_purpose(tenant.store, name, first_user(tenant.settings), {})
    yield made
    for tenant in made.values():
        tenant.store.close()


def _stored(tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    for policy in tenant.store.all(POLICY):
        if not policy["systemGenerated"]:
            tenant.store.remove(POLICY, policy["id"])
    policy = state.understood(tenant, V2Policy, json.loads(json.dumps(body))).root
    selection: state.Selection = "all" if policy.circumstances is None else "matching"
    return state.create(tenant.store, 2, policy.policyKey, translation.attributes(policy), selection)


def _sent_back(tenant: Tenant, stored: dict[str, Any]) -> dict[str, Any]:
    shown = json.loads(json.dumps(views.policy(tenant, stored)))
    stated = reading.policy(tenant, shown, stored)
    return state.change(tenant.store, stored, stated.attributes, stated.selection, stated.key)


def _stated(policy: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in policy.items() if name not in _NOT_STATED}


def _rule(tenant: Tenant, rule: dict[str, Any]) -> dict[str, Any]:
    return dict(views.policy(tenant, _stored(tenant, data(rule)))["actions"][0]["rules"][0])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("body", GRAMMAR.values(), ids=GRAMMAR)
def test_what_is_read_can_be_written(tenants: dict[str, Tenant], shape: str, body: dict[str, Any]) -> None:
    stored = _stored(tenants[shape], body)

    assert _stated(_sent_back(tenants[shape], stored)) == _stated(stored)


names = st.text("abÄ.'\"\\ \n$", min_size=1, max_size=6)
users = st.builds(
    lambda groups, attributes, operator: {"groups": groups, "attributes": attributes, "operator": operator},
    st.lists(names, min_size=1, max_size=3),
    st.lists(st.fixed_dictionaries({"name": names, "value": names}), max_size=2),
    st.sampled_from(["any", "all"]),
)
masks = st.sampled_from(list(MASKS.values())) | st.builds(lambda text: {"type": "Constant", "constant": text}, names)
selectors = st.sampled_from(list(SELECTORS.values())) | st.builds(
    lambda tag: {"type": "columnTags", "columnTag": tag}, names
)
masking_rules = st.builds(
    lambda mask, field, more: masking(mask, field, **more),
    masks,
    selectors,
    st.fixed_dictionaries({}, optional={"exceptions": users, "inclusions": users, "conditionalPredicate": names}),
)
rules = masking_rules | st.builds(
    lambda rule, more: {**rule, **more},
    st.sampled_from(list(RULES.values())),
    st.fixed_dictionaries({}, optional={"exceptions": users, "inclusions": users}),
)
circumstances = st.lists(st.sampled_from(list(bodies.CIRCUMSTANCES.values())), min_size=1, max_size=3)
common = st.fixed_dictionaries(
    {"circumstanceOperator": st.sampled_from(["any", "ALL"])},
    optional={
        "circumstances": circumstances,
        "staged": st.booleans(),
        "template": st.booleans(),
        "ownerRestrictions": st.just(bodies.OWNERS),
    },
)
policies = st.builds(
    lambda chains, description, more: (
        data(description=description, **more)
        | {"actions": [data(*chain, description=description)["actions"][0] for chain in chains]}
    ),
    st.lists(st.lists(masking_rules, min_size=1, max_size=3) | st.tuples(rules), min_size=1, max_size=3),
    st.none() | st.text(max_size=5),
    common,
) | st.builds(lambda action, more: subscription(action, **more), st.sampled_from(list(bodies.ACTIONS.values())), common)


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=policies)
def test_any_policy_survives_being_sent_back(tenants: dict[str, Tenant], shape: str, body: dict[str, Any]) -> None:
    stored = _stored(tenants[shape], body)

    assert _stated(_sent_back(tenants[shape], stored)) == _stated(stored)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=policies, second=policies)
def test_every_difference_shows(tenants: dict[str, Tenant], first: dict[str, Any], second: dict[str, Any]) -> None:
    differ = {_canonical(tenant, first) != _canonical(tenant, second) for tenant in tenants.values()}

    assert len(differ) == 1


def _canonical(tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    shown = views.policy(tenant, _stored(tenant, body))
    return {name: shown[name] for name in ("actions", "circumstances", "ownerRestrictions", "staged", "template")}


@pytest.mark.parametrize(
    ("mask", "house", "swagger", "scrambled"),
    [
        ("k-level", {"kLevel": 7}, {"kLevel": 7}, {"anonymity": {"k": 7}}),
        ("k-fingerprint", {}, {}, {}),
        (
            "random-category",
            {"replacementRatePercent": 12},
            {"replacementRate": 12, "kind": "categorical"},
            {"noise": {"share": 12}},
        ),
        (
            "random-number",
            {"stddev": 3, "clip": True},
            {"stddev": 3, "clip": True, "kind": "numeric"},
            {"noise": {"deviation": 3, "bounded": True}},
        ),
        (
            "regex",
            {"caseInsensitive": False, "global": True},
            {"caseInsensitive": False, "global": True, "replaceAll": True},
            {"flags": {"ignoreCase": False, "everywhere": True}},
        ),
        (
            "function",
            {"sqlFunction": "left(@column, 2)"},
            {"sqlFunction": "left(@column, 2)"},
            {"code": "left(@column, 2)"},
        ),
    ],
)
def test_settings_of_masks(
    tenants: dict[str, Tenant], mask: str, house: object, swagger: object, scrambled: object
) -> None:
    shown = [_rule(tenants[shape], masking(MASKS[mask]))["config"]["maskingConfig"]["metadata"] for shape in SHAPES]
    documented = {"regex", "replacement"}
    undocumented = [{key: value for key, value in item.items() if key not in documented} for item in shown]

    assert undocumented == [house, swagger, scrambled]


DOCUMENTED = [
    *[f"mask {name}" for name in ("hash", "null", "constant", "reversible", "year", "bucket")],
    *[f"where {name}" for name in ("tags", "column-tags", "regex", "any-tag", "no-tags", "span", "since", "server")],
    *[f"action {name}" for name in ("anyone", "approval", "entitlements", "manual", "writers")],
    *[f"rule {name}" for name in ("purpose", "purposes", "any-purpose")],
    "two circumstances",
    "staged",
]


@pytest.mark.parametrize("name", DOCUMENTED)
def test_what_is_documented_looks_the_same(tenants: dict[str, Tenant], name: str) -> None:
    first, *others = (_canonical(tenant, GRAMMAR[name]) for tenant in tenants.values())

    assert others == [first, first]


def test_conditional_masking(tenants: dict[str, Tenant]) -> None:
    house, swagger, scrambled = (_rule(tenants[shape], RULES["conditional"]) for shape in SHAPES)
    text = "@columnTagged('Discovered.Country') = 'AT'"

    assert (house["config"]["conditionalPredicate"], house["config"]["maskingConfig"]["metadata"]) == (text, {})
    assert swagger["config"]["maskingConfig"]["metadata"] == {"conditionalPredicate": text}
    assert (scrambled["onlyRows"], scrambled["config"]["maskingConfig"]["metadata"]) == ({"expression": text}, {})


@pytest.mark.parametrize(
    ("rule", "house", "swagger", "scrambled"),
    [
        (
            "newer",
            {"isOlderOrNewer": "newer", "time": 604800},
            {"isOlderOrNewer": "newer", "filterSeconds": 604800},
            {"window": {"side": "newer", "seconds": 604800}},
        ),
        ("minimization", {"percent": 30}, {"percent": 30, "hashPhrase": None}, {"sample": {"share": 30}}),
        (
            "value-rows",
            {"column": {"type": "tag", "name": "Org.Region"}, "values": ["EU", "AT"], "invert": True},
            {"column": {"type": "tag", "name": "Org.Region"}, "values": ["EU", "AT"], "invert": True},
            {"membership": {"of": {"type": "tag", "name": "Org.Region"}, "among": ["EU", "AT"], "negated": True}},
        ),
        (
            "group-rows",
            {
                "qualifications": {"operator": "and", "conditions": [{"type": "groups", "field": "Org.Department"}]},
                "predicate": "(`Org.Department` in (@groups()))",
            },
            {
                "qualifications": {
                    "operator": "and",
                    "conditions": [
                        {
                            "type": "groups",
                            "field": {"name": "Org.Department", "hasLeafNodes": False, "source": "curated"},
                        }
                    ],
                },
                "predicate": "(`Org.Department` in (@groups()))",
            },
            {
                "qualifications": {
                    "operator": "and",
                    "conditions": [{"type": "groups", "column": {"tagged": "Org.Department"}}],
                },
                "predicate": "(`Org.Department` in (@groups()))",
            },
        ),
    ],
)
def test_configs(tenants: dict[str, Tenant], rule: str, house: object, swagger: object, scrambled: object) -> None:
    assert [_rule(tenants[shape], RULES[rule])["config"] for shape in SHAPES] == [house, swagger, scrambled]


def test_where_inclusions_selectors_and_domains(tenants: dict[str, Tenant]) -> None:
    body = data(RULES["where"], circumstances=[bodies.CIRCUMSTANCES["domain-id"]])
    where = {shape: views.policy(tenants[shape], _stored(tenants[shape], body)) for shape in SHAPES}
    kinds = {shape: (shown["actions"][0]["type"], shown["actions"][0]["rules"][0]) for shape, shown in where.items()}
    selectors = {
        shape: _rule(tenants[shape], masking("Hash", SELECTORS["regex"]))["config"]["fields"] for shape in SHAPES
    }
    pattern = {"regex": "post_?code", "caseInsensitive": True}

    assert [kinds[shape][0] for shape in SHAPES] == ["rowOrObjectRestriction", "rowOrObjectRestriction", "customWhere"]
    assert kinds["house"][1] == kinds["swagger"][1]
    assert kinds["house"][1]["inclusions"] == kinds["scrambled"][1]["audience"]["insiders"]
    assert list(kinds["scrambled"][1]["config"]["filter"]) == ["sql"]
    assert selectors["house"] == selectors["swagger"] == [{"type": "columnRegex", "columnRegex": pattern}]
    assert selectors["scrambled"] == [{"select": {"by": "columnRegex", "pattern": pattern}}]
    assert [sorted(where[shape]["circumstances"][0]) for shape in SHAPES] == [
        *[["domains", "operator", "type"]] * 2,
        ["collections", "operator", "type"],
    ]


def test_owner_restrictions(tenants: dict[str, Tenant]) -> None:
    body = GRAMMAR["owners"]
    house, swagger, scrambled = (
        views.policy(tenants[shape], _stored(tenants[shape], body))["ownerRestrictions"] for shape in SHAPES
    )
    known = next(user for user in swagger["users"] if user["iamid"] == "bim")

    assert sorted(user["username"] for user in house["users"]) == ["ada@example.com", "eve@example.com"]
    assert known == {"id": 2, "name": "Ada Example", "iamid": "bim", "userid": "ada@example.com"}
    assert sorted(swagger["groups"][0]) == ["iamid", "id", "name", "userid"]
    assert [owner["kind"] for owner in scrambled["ownedBy"]] == ["user", "user", "group"]


def test_owners_by_id(tenants: dict[str, Tenant]) -> None:
    tenant = tenants["swagger"]
    shown = views.policy(tenant, _stored(tenant, GRAMMAR["owners"]))
    stated = reading.policy(tenant, shown | {"ownerRestrictions": {"users": [{"id": 2}]}})

    assert stated.attributes["ownerRestrictions"] == {"users": [{"iamid": "bim", "username": "ada@example.com"}]}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "broken",
    [
        {"actions": 5},
        {"actions": [None]},
        {"actions": [{"type": "masking", "rules": 3}]},
        {"actions": [{"type": "masking", "rules": [3, {}, {"type": "masking", "config": 4}]}]},
        {"actions": [{"type": "masking", "rules": [{"type": "masking", "config": {"maskingConfig": 1, "fields": 2}}]}]},
        {"circumstances": 4},
        {"circumstances": [4]},
        {"ownerRestrictions": []},
        {"ownerRestrictions": {"users": [5], "groups": [None]}},
        {"ownerRestrictions": {"ownedBy": 5}},
    ],
)
def test_broken_bodies_are_refused(tenants: dict[str, Tenant], shape: str, broken: dict[str, Any]) -> None:
    tenant = tenants[shape]
    shown = views.policy(tenant, _stored(tenant, GRAMMAR["owners"]))

    with pytest.raises(ApiError):
        reading.policy(tenant, shown | broken)


def test_an_unknown_shape() -> None:
    with pytest.raises(ValueError, match="the shape of policies must be one of swagger, house, scrambled"):
        Settings(api_key=API_KEY, policy_shape="round")
