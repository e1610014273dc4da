"""`immuta_data_source_policies` with real Terraform."""

from __future__ import annotations

import json
from typing import Any

import pytest

from terraform_plugin.codec import decode, from_json
from tests.acceptance import outside
from tests.acceptance.cases.data_source_policies import CASE, FIRST, FRAUD, LEDGER, PURPOSE, PURPOSES, RAW, ROWS, TAX
from tests.acceptance.played import Wire
from tests.acceptance.terraform import Workspace
from tests.faults.core import Core, Instance

pytestmark = pytest.mark.terraform


def test_a_change_made_outside_is_seen(tenant: Any) -> None:
    """Each change that Terraform can make, undone behind its back. Terraform's side is played: these are dozens."""
    block = CASE.resource.model.block
    wire = Wire()
    core = Core(tenant, wire)
    core.run()

    def config(change: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps({**CASE.full, **change})
        return from_json(
            json.loads(text.replace(FRAUD, "Fraud Investigation").replace(TAX, "Tax Reporting")), block.kind
        )

    def made(type_name: str, attributes: dict[str, Any]) -> Instance:
        instance = Instance(type_name, from_json(attributes, core.block(type_name).kind))
        core.apply(instance)
        return instance

    for purpose in PURPOSES.values():
        made("immuta_purpose", purpose)
    instance = Instance(CASE.type_name, config({}))
    core.apply(instance)
    before = outside.local_policies(tenant, LEDGER)
    for name, change in CASE.updates.items():
        if name not in CASE.replaces:
            instance.config = config(change)
            core.apply(instance)
            outside.write_local_policies(tenant, LEDGER, before)
            core.run()
            core.refresh(instance)
            assert instance.state is not None
            planned = decode(core.plan(instance).planned_state.msgpack, block.kind)
            differ = {name for name, value in instance.state.items() if planned[name] != value}
            assert differ - {"summary"} == {"policies"}, name
            core.apply(instance)
            assert core.nothing_to_do(instance), name
    wire.close()


def test_global_policies_are_left_alone(attached: Workspace, tenant: Any) -> None:
    """They apply beside the data source's own, are not shown, and stay when these go."""
    masking = {"fields": [{"column_tag": "Finance.Revenue"}], "masking_config": {"hash": {}}}
    policy = {"policy_key": "revenue", "name": "Revenue", "actions": [{"rules": [{"masking": masking}]}]}
    attached.write({"immuta_data_policy": {"revenue": policy}})
    attached.apply()
    own = {"data_source_id": LEDGER, "policies": [ROWS]}
    attached.write({"immuta_data_policy": {"revenue": policy}, CASE.type_name: {"it": own}})
    attached.apply()
    attached.assert_no_changes()
    everything = outside.call(tenant, "GET", f"/policy/handler/{LEDGER}")["jsonPolicies"]
    assert [bool(each.get("global")) for each in everything].count(True) >= 1
    attached.write({"immuta_data_policy": {"revenue": policy}})
    attached.apply()
    assert outside.local_policies(tenant, LEDGER) == []
    left = outside.call(tenant, "GET", f"/policy/handler/{LEDGER}")["jsonPolicies"]
    assert [each["global"]["policyKey"] for each in left] == ["revenue"]


def test_other_policies_are_not_overwritten(attached: Workspace, tenant: Any) -> None:
    """A data source that has policies already is refused, with the way to import it; equal ones are adopted."""
    attached.write(CASE.resources(CASE.full))
    attached.apply()
    attached.forget()
    attached.apply()
    attached.assert_no_changes()
    attached.forget()
    attached.write(CASE.resources({"data_source_id": LEDGER, "policies": [FIRST]}))
    printed = attached.apply_fails()
    assert f"terraform import <address> {LEDGER}" in printed.replace("'", "")
    assert len(outside.local_policies(tenant, LEDGER)) == len([FIRST, ROWS, PURPOSE, RAW])


@pytest.mark.parametrize(
    ("identifier", "words"), [("999", "There is no data source 999"), ("x", "the number of a data source")]
)
def test_a_data_source_that_is_not_there(attached: Workspace, identifier: str, words: str) -> None:
    attached.write({CASE.type_name: {"it": {"data_source_id": identifier, "policies": []}}})
    assert words in attached.apply_fails()


def test_rules_of_two_kinds_are_refused(attached: Workspace) -> None:
    mixed = {"rules": [*ROWS["rules"], *PURPOSE["rules"]]}
    attached.write({**CASE.requires, CASE.type_name: {"it": {"data_source_id": LEDGER, "policies": [mixed]}}})
    assert "all rules of a policy are of one kind" in attached.apply_fails()
