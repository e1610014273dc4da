"""Policies: the client's calls against the tenant, and each error that the tenant documents."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_provider.api import Client, Forbidden, InvalidRequest, Settings
from immuta_provider.api.policies import PoliciesApi
from immuta_tenant import RunningTenant, running_tenant
from tests.contract.calls.policies import MASKING, WRITERS

HASHED: dict[str, Any] = {"policyKey": "PII: hash", "name": "Hash", "type": "data", "actions": [{"rules": [MASKING]}]}
LEDGER = 3


def opened(tenant: RunningTenant, api_key: str = "") -> Client:
    return Client(Settings(host=tenant.url, api_key=api_key or tenant.api_key))


@pytest.fixture
def policies(client: Client) -> PoliciesApi:
    return PoliciesApi(client)


def test_a_post_creates_and_then_updates(policies: PoliciesApi) -> None:
    first = policies.save(HASHED)
    second = policies.save(HASHED | {"name": "Hash all", "staged": True})
    assert (first.creating, first.updating, second.creating, second.updating) == (True, False, False, True)
    assert first.policy_id == second.policy_id
    found = policies.get(int(first.policy_id or 0))
    assert found is not None
    assert (found.key, found.name, found.type, found.staged, found.template) == (
        "PII: hash",
        "Hash all",
        "data",
        True,
        False,
    )


def test_a_dry_run_changes_nothing(policies: PoliciesApi, tenant: RunningTenant) -> None:
    before = tenant.policies()
    assert policies.save(HASHED, dry_run=True).policy_id is None
    assert tenant.policies() == before
    created = policies.save(HASHED)
    again = policies.save(HASHED | {"name": "Other"}, dry_run=True)
    assert (again.updating, again.policy_id) == (True, created.policy_id)
    assert tenant.policy("PII: hash")["name"] == "Hash"


def test_a_policy_is_found_by_its_key_among_many(policies: PoliciesApi, tenant: RunningTenant) -> None:
    tenant.seed(policies=450)
    policies.save(HASHED)
    found = policies.find("PII: hash")
    assert found is not None
    assert found.name == "Hash"
    assert policies.find("Hash") is None
    assert policies.find("PII: HASH") is None


def test_what_is_deleted_is_gone(policies: PoliciesApi) -> None:
    created = policies.save(HASHED)
    assert created.policy_id is not None
    policies.delete(created.policy_id)
    policies.delete(created.policy_id)
    assert policies.get(created.policy_id) is None
    assert policies.find("PII: hash") is None


def test_a_deleted_policy_that_can_still_be_read_is_gone_too() -> None:
    with running_tenant(deleted_policies_readable=True) as tenant, opened(tenant) as client:
        policies = PoliciesApi(client)
        created = policies.save(HASHED)
        assert created.policy_id is not None
        policies.delete(created.policy_id)
        assert policies.get(created.policy_id) is None


def test_v1_writes_what_v2_has_no_word_for(policies: PoliciesApi) -> None:
    created = policies.create(WRITERS)
    assert created.actions[0]["accessGrant"] == "WRITE"
    changed = policies.update(created.id, WRITERS | {"name": "Loaders", "template": True})
    assert (changed.name, changed.template) == ("Loaders", True)


def test_a_create_whose_answer_is_lost_is_not_made_twice(policies: PoliciesApi, tenant: RunningTenant) -> None:
    with Client(Settings(host=tenant.url, api_key=tenant.api_key, max_retries=2)) as patient:
        tenant.fault("reset", method="POST", path="/policy/global", effect=True, count=1)
        created = PoliciesApi(patient).create(WRITERS)
    assert created.key == "writers"
    assert [each["policyKey"] for each in tenant.policies() if not each["systemGenerated"]] == ["writers"]


def test_the_search_tells_where_a_policy_is_enforced(policies: PoliciesApi) -> None:
    saved = policies.save(HASHED | {"circumstances": [{"type": "columnTags", "columnTag": "Discovered.PII"}]})
    (hit,) = policies.search(searchText="Hash", type="data", scope="global")
    assert (hit.name, hit.global_policy_id, hit.scope, hit.type) == ("Hash", saved.policy_id, "global", "data")
    assert hit.enforced_on.count == policies.applied_to(int(saved.policy_id or 0)) > 0


def test_local_policies_are_replaced_as_a_whole(policies: PoliciesApi) -> None:
    assert policies.local(LEDGER) == []
    function = {"type": "Consistent Value", "metadata": {"constant": None}}
    rule = {"type": "masking", "config": {"fields": ["account"], "maskingConfig": function}, "exceptions": None}
    handler = policies.handler(LEDGER)
    written = policies.write_local(LEDGER, [{"type": "masking", "rules": [rule]}], handler.id if handler else None)
    (found,) = policies.local(LEDGER) or []
    assert found["rules"][0]["config"]["maskingConfig"] == function
    emptied = policies.write_local(LEDGER, [], written.id)
    assert emptied.id != written.id
    assert policies.local(LEDGER) == []
    assert policies.local(999) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "both"}, '"type"'),
        ({"actions": []}, '"actions"'),
        ({"circumstances": []}, '"circumstances"'),
        ({"surprise": 1}, '"surprise" is not allowed'),
    ],
)
def test_what_v2_refuses_is_named(policies: PoliciesApi, change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        policies.save(HASHED | change)


def test_a_purpose_that_does_not_exist_is_refused(policies: PoliciesApi) -> None:
    rule = {"type": "Purpose Restriction", "config": {"purposes": ["No Such Purpose"]}}
    with pytest.raises(InvalidRequest, match="No Such Purpose"):
        policies.save(HASHED | {"actions": [{"rules": [rule]}]})


def test_policies_need_a_governor() -> None:
    running = running_tenant(other_keys={"nobody-key": []})
    with running as tenant, opened(tenant, "nobody-key") as client, pytest.raises(Forbidden):
        PoliciesApi(client).save(HASHED)
