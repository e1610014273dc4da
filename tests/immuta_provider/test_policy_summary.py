"""`summary` of policies: known at plan, the same after apply, read again, and never a reason for anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from immuta_provider.resources.data_policy import DataPolicy
from immuta_provider.resources.data_source_policies import DataSourcePolicies
from immuta_provider.resources.purpose import Purpose
from immuta_provider.resources.subscription_policy import SubscriptionPolicy
from immuta_tenant import RunningTenant, running_tenant
from terraform_plugin import UNKNOWN
from terraform_plugin.codec import decode, from_json
from tests.acceptance import outside
from tests.acceptance.grammar import ALL as GRAMMAR
from tests.acceptance.grammar import Written
from tests.acceptance.played import Wire
from tests.faults.core import Core, Instance

MODELS = {
    "immuta_data_policy": DataPolicy,
    "immuta_subscription_policy": SubscriptionPolicy,
    "immuta_data_source_policies": DataSourcePolicies,
    "immuta_purpose": Purpose,
}
MASKED = {"masking": {"fields": [{"column_tag": "Discovered.PII"}], "masking_config": {"hash": {}}}}
PRIVACY: dict[str, Any] = {
    "policy_key": "pii",
    "name": "PII",
    "actions": [{"rules": [MASKED | {"exceptions": {"groups": ["Privacy"]}}]}],
}
LOCAL: dict[str, Any] = {
    "data_source_id": "2",
    "policies": [{"rules": [{"masking": {"columns": ["iban"], "masking_config": {"nullify": {}}}}]}],
}
OF_EACH = {
    "immuta_data_policy": PRIVACY,
    "immuta_subscription_policy": {
        "policy_key": "pii",
        "name": "PII",
        "approval": {"approvals": [{"required_permission": "OWNER"}]},
    },
    "immuta_data_source_policies": LOCAL,
}


@dataclass
class Here:
    """A tenant, and a Terraform that is played in process."""

    tenant: RunningTenant
    core: Core
    wire: Wire

    def instance(self, type_name: str, configuration: dict[str, Any]) -> Instance:
        return Instance(type_name, from_json(configuration, MODELS[type_name].block.kind))

    def applied(self, type_name: str, configuration: dict[str, Any]) -> Instance:
        instance = self.instance(type_name, configuration)
        self.core.apply(instance)
        return instance

    def planned(self, instance: Instance) -> Any:
        """What the next plan says of the summary."""
        planned = self.core.plan(instance).planned_state.msgpack
        return decode(planned, MODELS[instance.type_name].block.kind)["summary"]

    def read(self, instance: Instance) -> Any:
        """What the next refresh says of it."""
        self.core.refresh(instance)
        assert instance.state is not None
        return instance.state["summary"]


@pytest.fixture(scope="module")
def _tenant() -> Iterator[tuple[RunningTenant, Wire]]:
    wire = Wire()
    with running_tenant() as tenant:
        yield tenant, wire
    wire.close()


@pytest.fixture
def here(_tenant: tuple[RunningTenant, Wire]) -> Here:
    tenant, wire = _tenant
    tenant.reset()
    core = Core(tenant, wire)
    core.run()
    return Here(tenant, core, wire)


def test_a_plan_says_what_a_new_policy_does(here: Here) -> None:
    expected = (
        "Applies to all data sources.\n"
        "Mask with hashing the columns tagged Discovered.PII, for everyone except members of group Privacy."
    )
    assert expected == here.planned(here.instance("immuta_data_policy", PRIVACY))


def test_it_is_known_after_apply_where_something_that_it_says_is(here: Here) -> None:
    instance = here.instance("immuta_data_policy", PRIVACY)
    instance.config["name"] = UNKNOWN
    assert "members of group Privacy" in here.planned(instance)
    instance.config["actions"][0]["rules"][0]["exceptions"]["groups"] = UNKNOWN
    assert here.planned(instance) == UNKNOWN


def constant(written: Written, form: str) -> dict[str, Any]:
    """A policy without references, which only Terraform resolves."""
    text = json.dumps(written.attributes(form))
    text = text.replace("${immuta_purpose.fraud.name}", "Fraud Investigation")
    found: dict[str, Any] = json.loads(text.replace("${immuta_purpose.tax.name}", "Tax Reporting"))
    return found


@pytest.mark.parametrize("written", GRAMMAR, ids=lambda written: written.name)
def test_what_is_planned_is_what_the_state_has_and_what_is_read(here: Here, written: Written) -> None:
    for purpose in ("Fraud Investigation", "Tax Reporting"):
        here.applied("immuta_purpose", {"name": purpose})
    instance = here.instance(written.type, constant(written, "before"))
    first = here.planned(instance)
    here.core.apply(instance)
    assert first == here.read(instance)
    instance.config = here.instance(written.type, constant(written, "after")).config
    second = here.planned(instance)
    here.core.apply(instance)
    assert second == here.read(instance)
    assert first != second
    assert here.core.nothing_to_do(instance)


def test_what_somebody_else_changed_is_read(here: Here) -> None:
    instance = here.applied("immuta_data_policy", {**PRIVACY, "staged": True})
    before = here.planned(instance)
    outside.change_global_policy("pii", staged=False)(here.tenant)
    assert f"Staged: active nowhere.\n{here.read(instance)}" == before
    assert here.planned(instance) == before


def test_policies_of_a_data_source_have_one(here: Here) -> None:
    instance = here.instance("immuta_data_source_policies", LOCAL)
    expected = 'Mask with null the columns named "iban", for everyone.'
    assert expected == here.planned(instance)
    here.core.apply(instance)
    assert expected == here.read(instance)
    outside.write_local_policies(here.tenant, "2", [])
    assert here.read(instance) == "No policies of its own."
    assert expected == here.planned(instance)


@pytest.mark.parametrize("kind", OF_EACH)
def test_another_wording_alone_plans_nothing(here: Here, kind: str) -> None:
    instance = here.applied(kind, OF_EACH[kind])
    assert instance.state is not None
    for wording in ("As an older provider put it.", None):
        instance.state["summary"] = wording
        planned = decode(here.core.plan(instance).planned_state.msgpack, MODELS[kind].block.kind)
        assert instance.state == planned


@pytest.mark.parametrize("kind", OF_EACH)
def test_a_new_wording_beside_a_local_change_makes_no_request(here: Here, kind: str) -> None:
    instance = here.applied(kind, OF_EACH[kind])
    assert instance.state is not None
    now = instance.state["summary"]
    instance.state["summary"] = "As an older provider put it."
    instance.config["deletion_protection"] = True
    here.wire.start()
    here.core.update(instance)
    assert now == instance.state["summary"]
    assert here.wire.count == 0


@pytest.mark.parametrize("kind", OF_EACH)
def test_an_import_has_one(here: Here, kind: str) -> None:
    instance = here.applied(kind, OF_EACH[kind])
    assert instance.state is not None
    key = "2" if kind == "immuta_data_source_policies" else "pii"
    found = here.core._call("ImportResourceState", type_name=kind, id=key).imported_resources[0]
    assert instance.state["summary"] == decode(found.state.msgpack, MODELS[kind].block.kind)["summary"]
