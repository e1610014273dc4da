"""Every word of the grammar of policies with real Terraform, however V1 spells what nobody documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from immuta_tenant import running_tenant
from tests.acceptance import grammar, outside
from tests.acceptance.conftest import API_KEY
from tests.acceptance.grammar import Written
from tests.acceptance.terraform import Plan, Workspace, flat

pytestmark = pytest.mark.terraform
SHAPES = (*(pytest.param(each, marks=pytest.mark.soak) for each in ("house", "swagger")), "scrambled")
SPELLED = tuple(each for each in grammar.ALL if each.opaque or each.perhaps)
ADDRESSES = {f"{each.type}.{each.name}": each for each in grammar.ALL}


@pytest.fixture(params=SHAPES)
def strange(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A tenant that spells what nobody documents in one of three ways."""
    with running_tenant(api_key=API_KEY, policy_shape=request.param) as running:
        yield running


@pytest.fixture
def folder(attached: Workspace, strange: Any) -> Workspace:
    """A workspace whose Terraform talks to that tenant."""
    attached.block = {"host": strange.url, "api_key": API_KEY}
    return attached


def stored(tenant: Any) -> dict[str, dict[str, Any]]:
    """Every policy that is not Immuta's own, by key, as V1 returns it."""
    rows = outside.call(tenant, "GET", "/policy/global", params={"size": 1000})
    found = (outside.call(tenant, "GET", f"/policy/global/{each['id']}") for each in rows)
    return {each["policyKey"]: each for each in found if not each["systemGenerated"]}


def put_back(tenant: Any, before: dict[str, dict[str, Any]]) -> None:
    """Change every policy behind Terraform's back to what it was."""
    now = stored(tenant)
    for key, policy in before.items():
        body = {name: value for name, value in policy.items() if name != "id"}
        outside.call(tenant, "PUT", f"/policy/global/{now[key]['id']}", json=body)


def shown(plan: Plan) -> dict[str, tuple[str, frozenset[str]]]:
    """What a plan says, by the key of the policy."""
    return {ADDRESSES[each.address].key: (each.action, each.attributes) for each in plan.changes}


def updated(each: Written) -> list[set[str]]:
    """What the plan of its own change may name."""
    with_form = each.changed | {"stored_form"}
    return [with_form] if each.opaque else [each.changed, with_form] if each.perhaps else [each.changed]


def drifted(each: Written) -> list[set[str]]:
    """What the plan may name after the change was undone outside."""
    seen = each.changed - {"owner_selected"}
    as_form = (seen - {"actions", "circumstances", "owner_restrictions", "entitlements"}) | {"stored_form"}
    if each.opaque:
        return [as_form]
    return [seen, as_form, seen | {"stored_form"}] if each.perhaps else [seen, each.changed]


def check(plan: Plan, policies: tuple[Written, ...], allowed: Callable[[Written], list[set[str]]]) -> None:
    """Each policy is updated in place, and the plan names what is allowed and nothing else."""
    found = shown(plan)
    assert found.keys() == {each.key for each in policies}
    for each in policies:
        action, attributes = found[each.key]
        assert action == "updated in-place", each.key
        assert attributes in allowed(each), each.key


def import_all(folder: Workspace, resources: dict[str, Any], ids: dict[str, int]) -> None:
    """Forget every policy and import it again, by key or by id."""
    folder.forget()
    blocks = [
        {"to": address, "id": f"id:{ids[each.key]}" if number % 2 else each.key}
        for number, (address, each) in enumerate(ADDRESSES.items())
        if each.key in ids
    ]
    blocks += [{"to": f"immuta_purpose.{name}", "id": purpose["name"]} for name, purpose in grammar.PURPOSES.items()]
    folder.write(resources, **{"import": blocks})
    folder.apply()


def test_every_policy(folder: Workspace, strange: Any) -> None:
    """Written, imported (which writes again what no document describes), changed, undone outside, destroyed.

    Once with all of them; under the other spellings with those that are spelled otherwise there.
    """
    policies = grammar.ALL if strange.tenant.settings.policy_shape == "scrambled" else SPELLED
    resources = grammar.configuration("before", policies)
    folder.write(resources)
    folder.apply()
    folder.assert_no_changes()
    before = stored(strange)
    assert before.keys() == {each.key for each in policies}

    ids = {key: policy["id"] for key, policy in before.items()}
    import_all(folder, resources, ids)
    folder.assert_no_changes()
    assert {key: policy["id"] for key, policy in stored(strange).items()} == ids

    folder.write(grammar.configuration("after", policies))
    check(folder.apply_changes(), policies, updated)
    folder.assert_no_changes()

    put_back(strange, before)
    check(folder.apply_changes(), policies, drifted)
    folder.assert_no_changes()
    folder.destroy()
    assert stored(strange) == {}


@pytest.mark.parametrize("kind", ["immuta_data_policy", "immuta_subscription_policy"])
def test_extra_json(attached: Workspace, tenant: Any, kind: str) -> None:
    """It goes into the V2 post, and what it names is compared."""
    rest: dict[str, Any] = (
        {"manual": {}} if "subscription" in kind else {"actions": grammar.MASKING[0].before["actions"]}
    )
    policy = {"policy_key": "it", "name": "It", "extra_json": '{"staged": true}', "staged": True, **rest}
    attached.write({kind: {"it": policy}})
    attached.apply()
    attached.assert_no_changes()
    posted = [each.body for each in tenant.request_log() if each.path == "/api/v2/policy"]
    assert posted[-1]["staged"] is True
    outside.change_global_policy("it", staged=False)(tenant)
    assert attached.apply_changes().only().attributes == {"staged", "extra_json"}
    attached.assert_no_changes()


def test_an_equal_policy_is_adopted_and_another_refused(attached: Workspace, tenant: Any) -> None:
    """What cannot be compared is written again, with a warning."""
    hashed, hidden = grammar.MASKING[0], grammar.MASKING[2]
    assert hidden.opaque
    resources = grammar.configuration("before", (hashed, hidden))
    attached.write(resources)
    attached.apply()
    attached.forget()
    printed = attached.apply()
    assert printed.count("existed already and was written again") == 1
    attached.assert_no_changes()
    attached.forget()
    attached.write(grammar.configuration("after", (hashed,)))
    assert f"terraform import <address> '{hashed.key}'" in attached.apply_fails()
    attached.write(grammar.configuration("after", (hashed,)), provider={"immuta": {"adopt_existing": True}})
    attached.apply()
    attached.assert_no_changes()


def test_a_policy_of_the_other_type_is_refused(attached: Workspace, tenant: Any) -> None:
    """One space of keys for both types; the types are not changed into each other."""
    attached.write({grammar.SUBSCRIPTION: {"it": {"policy_key": "it", "name": "It", "manual": {}}}})
    attached.apply()
    data = {"policy_key": "it", "name": "It", **grammar.MASKING[0].before}
    attached.write(
        {grammar.SUBSCRIPTION: {"it": {"policy_key": "it", "name": "It", "manual": {}}}, grammar.DATA: {"it": data}}
    )
    printed = attached.apply_fails()
    assert f'Cannot create {grammar.DATA} "it"' in printed
    assert "type" in printed
    assert len(stored(tenant)) == 1


WRONG_POLICIES: list[tuple[dict[str, Any], str]] = [
    ({"manual": {}, "anyone": {}}, "exactly one of anyone, approval, entitlements, manual may be set"),
    ({}, "one of anyone, approval, entitlements, manual must be set"),
    ({"manual": {}, "circumstances": []}, "it needs at least 1"),
    ({"manual": {}, "circumstances": [{"tag": "a"}, {"tag": "b"}]}, "with two or more circumstances say whether"),
    ({"manual": {}, "circumstances": [{"tag": "a", "server": "b"}]}, "may be set; tag and server are"),
    (
        {"manual": {}, "owner_selected": True, "circumstances": [{"tag": "a"}]},
        "at most one of circumstances, owner_selected",
    ),
    ({"manual": {}, "owner_selected": False}, "leave it unset instead of false"),
    ({"manual": {}, "circumstances": [{"time": {"start_date": "yesterday"}}]}, "is not a moment"),
    ({"manual": {}, "template": True, "extra_json": '{"x": 1}'}, "extra_json cannot be given"),
    ({"manual": {}, "template": True, "circumstances": [{"domains": [{"name": "a"}]}]}, "Domains cannot be given"),
    (
        {"manual": {}, "access_grant": "WRITE", "owner_restrictions": {"groups": ["a"]}},
        "owner_restrictions cannot be given",
    ),
    ({"entitlements": {"groups": ["a"], "advanced": "b"}}, "an advanced expression stands alone"),
    ({"entitlements": {}}, "at least one of groups, attributes or advanced"),
]


def refused(workspace: Workspace, kind: str, policies: list[tuple[dict[str, Any], str]]) -> None:
    """`terraform validate` has an error for each policy, with its words."""
    workspace.write({kind: {f"it_{number}": policy for number, (policy, _) in enumerate(policies)}})
    printed = workspace.run("validate", "-no-color", ok=(1,))
    errors = [flat(each) for each in printed.split("Error: ")]
    for number, (_, words) in enumerate(policies):
        mine = [each for each in errors if f"{kind}.it_{number}," in each]
        assert any(words in each for each in mine), (words, mine)


def test_what_makes_no_sense_is_refused_before_any_request(attached: Workspace, tenant: Any) -> None:
    named = [({"policy_key": "it", "name": "It", **attributes}, words) for attributes, words in WRONG_POLICIES]
    refused(attached, grammar.SUBSCRIPTION, named)
    assert tenant.request_log() == []


MASK = {"fields": [{"column_tag": "a"}], "masking_config": {"hash": {}}}


WRONG_RULES: list[tuple[dict[str, Any], str]] = [
    ({}, "one of masking, minimization"),
    ({"masking": MASK, "minimization": {"percent": 1}}, "exactly one of masking"),
    ({"masking": {**MASK, "fields": []}}, "it needs at least 1"),
    ({"masking": {**MASK, "masking_config": {}}}, "one of hash, nullify"),
    ({"masking": {**MASK, "masking_config": {"hash": {}, "constant": "x"}}}, "hash and constant are"),
    ({"masking": {**MASK, "masking_config": {"k_anonymization": {"k_level": 1}}}}, "is not between 2"),
    ({"masking": {**MASK, "masking_config": {"grouping": {"time_precision": "SECOND"}}}}, "is none of"),
    ({"masking": {**MASK, "masking_config": {"randomized_response": {"clip": True}}}}, "clip"),
    ({"masking": MASK, "exceptions": {}}, "at least one of groups, attributes or purposes"),
    ({"masking": MASK, "exceptions": {"groups": ["a", "b"]}}, "with two or more members say whether"),
    ({"minimization": {"percent": 101}}, "is not between 0 and 100"),
    ({"time_restriction": {"is_older_or_newer": "newer", "time": 0}}, "is not between 1"),
    ({"row_restriction_by_user_entitlements": {}}, "one of matches, column must be set"),
    (
        {"row_restriction_by_user_entitlements": {"matches": [{"group": {"tag": "a"}}], "values": ["x"]}},
        "it belongs to column",
    ),
]


def test_a_rule_that_makes_no_sense_is_refused_before_any_request(attached: Workspace, tenant: Any) -> None:
    named = [({"policy_key": "it", "name": "It", "actions": [{"rules": [rule]}]}, words) for rule, words in WRONG_RULES]
    refused(attached, grammar.DATA, named)
    assert tenant.request_log() == []


def test_a_policy_with_words_of_v1_is_never_active_before_it_is_complete(attached: Workspace, tenant: Any) -> None:
    """It is posted as staged, and put with the rest."""
    template = next(each for each in grammar.ALL if each.key == "a template")
    attached.write(grammar.configuration("before", (template,)))
    attached.apply()
    writes = [each for each in tenant.request_log() if each.method in ("POST", "PUT") and "polic" in each.path]
    kept = [each for each in writes if not each.query.get("dryRun")]
    assert [(each.method, each.body["staged"]) for each in kept] == [("POST", True), ("PUT", False)]


def test_a_template_without_circumstances_is_for_all_data_sources(attached: Workspace, tenant: Any) -> None:
    """V1 would read null circumstances as selected by owners; a policy that owners select applies nowhere yet."""
    template = next(each for each in grammar.ALL if each.key == "a template")
    selected = next(each for each in grammar.ALL if each.key == "where owners select it")
    attached.write(grammar.configuration("before", (template, selected)))
    attached.apply()
    found = {key: policy["id"] for key, policy in stored(tenant).items()}
    applied = {
        key: outside.call(tenant, "GET", f"/policy/global/appliedTo/{each}")["count"] for key, each in found.items()
    }
    assert applied[template.key] > 0
    assert applied[selected.key] == 0


def test_immutas_own_policy_is_refused(attached: Workspace) -> None:
    attached.write(
        {grammar.DATA: {"it": {"policy_key": "New Column Added", "name": "It", **grammar.MASKING[0].before}}}
    )
    printed = flat(attached.run("import", "-no-color", "-input=false", f"{grammar.DATA}.it", "id:1", ok=(1,)))
    assert "belongs to Immuta itself" in printed


def test_a_dry_run_that_is_refused_is_a_warning(attached: Workspace) -> None:
    rule = {"purpose_restriction": {"purposes": ["No Such Purpose"]}}
    attached.write(
        {grammar.DATA: {"it": {"policy_key": "it", "name": "It", "actions": [{"rules": [rule]}]}}},
        provider={"immuta": {"validate_at_plan": True}},
    )
    printed = flat(attached.plan().text)
    assert "dry run" in printed
    assert "No Such Purpose" in printed


def test_look_ups(attached: Workspace, tenant: Any) -> None:
    """One policy by key and by id, and the search."""
    hashed = grammar.MASKING[0]
    look_up = {
        "immuta_policy": {
            "key": {"policy_key": f"${{{hashed.type}.{hashed.name}.policy_key}}"},
            "id": {"id": f"${{{hashed.type}.{hashed.name}.id}}"},
        },
        "immuta_policies": {
            "found": {"search": "Hash", "type": "data", "depends_on": [f"{hashed.type}.{hashed.name}"]}
        },
    }
    output = {
        "same": {"value": "${data.immuta_policy.key.id == data.immuta_policy.id.id}"},
        "staged": {"value": "${data.immuta_policy.key.staged}"},
        "names": {"value": '${join(",", [for each in data.immuta_policies.found.policies : each.name])}'},
        "rule": {"value": "${jsondecode(data.immuta_policy.id.actions_json)[0].rules[0].type}"},
    }
    attached.write(grammar.configuration("before", (hashed,)), data=look_up, output=output)
    printed = attached.apply()
    for line in ("same = true", "staged = false", 'names = "Hash personal data"', 'rule = "masking"'):
        assert " ".join(line.split()) in flat(printed)
    attached.write({}, data={"immuta_policy": {"none": {"policy_key": "nothing"}}})
    assert 'There is no policy with the key "nothing"' in attached.apply_fails()


def test_what_is_known_after_apply_may_stand_anywhere(attached: Workspace, tenant: Any) -> None:
    """A whole list, a set inside a rule, or a text; when the policy is made and when it is changed."""

    def write(word: str) -> None:
        later = {"later": {"input": word, "triggers_replace": word}}
        text = "${terraform_data.later.output}"
        masking = {"fields": [{"column_tag": text}], "masking_config": {"hash": {}}}
        rules = [{"masking": masking, "exceptions": {"groups": [text]}}]
        circumstances = "${[{tag = terraform_data.later.output}]}"
        policy = {"policy_key": "it", "name": text, "circumstances": circumstances, "actions": [{"rules": rules}]}
        entitled = {"policy_key": "s", "name": "S", "entitlements": {"groups": [text]}}
        attached.write({"terraform_data": later, grammar.DATA: {"it": policy}, grammar.SUBSCRIPTION: {"it": entitled}})

    write("One")
    attached.apply()
    attached.assert_no_changes()
    write("Two")
    attached.apply()
    attached.assert_no_changes()
    assert stored(tenant)["it"]["name"] == "Two"
