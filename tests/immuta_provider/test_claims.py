"""Two objects of the state that are one object of Immuta: neither deletes what the other stands for."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from immuta_provider.resources.claims import Claims
from immuta_provider.resources.purpose import Purpose
from immuta_tenant import running_tenant
from terraform_plugin import Context, DiagnosticError, Stop
from terraform_plugin.codec import from_json
from tests.acceptance.played import Wire
from tests.faults.core import Core, FailedError, Instance

MASKED = {"masking": {"fields": [{"column_tag": "Discovered.PII"}], "masking_config": {"hash": {}}}}
OF_EACH: dict[str, dict[str, Any]] = {
    "immuta_purpose": {"name": "Research"},
    "immuta_project": {"project_key": "study", "name": "Study"},
    "immuta_data_policy": {"policy_key": "pii", "name": "PII", "actions": [{"rules": [MASKED]}]},
    "immuta_subscription_policy": {"policy_key": "all", "name": "All", "anyone": {}},
}
every = pytest.mark.parametrize("type_name", OF_EACH)


@dataclass
class Here:
    """A tenant, and a Terraform that is played in process."""

    core: Core
    tenant: Any

    def new(self, type_name: str) -> Instance:
        return Instance(type_name, from_json(OF_EACH[type_name], self.core.block(type_name).kind))

    def made(self, type_name: str) -> Instance:
        instance = self.new(type_name)
        self.core.apply(instance)
        return instance

    def count(self) -> int:
        """How many objects there are that somebody has made."""
        policies = [each for each in self.tenant.policies() if not each["systemGenerated"]]
        return len(self.tenant.purposes()) + len(self.tenant.projects()) + len(policies)


@pytest.fixture
def here() -> Iterator[Here]:
    wire = Wire()
    with running_tenant() as tenant:
        core = Core(tenant, wire)
        core.run()
        yield Here(core, tenant)
    wire.close()


@every
def test_what_a_creation_has_adopted_is_not_deleted_by_the_same_run(here: Here, type_name: str) -> None:
    """`create_before_destroy` with `-replace` or a taint, or another address without a `moved` block."""
    old, new = here.made(type_name), here.new(type_name)
    assert old.state is not None
    here.core.run()
    here.core.create(new)
    assert new.state is not None
    assert new.state["id"] == old.state["id"]
    here.core.delete(old)
    assert here.count() == 1
    assert here.core.nothing_to_do(new)


def test_what_the_same_run_deletes_is_not_adopted() -> None:
    """The look came before the deletion. One that fails leaves the object to the next creation."""
    claims, key = Claims(), (Purpose, "7")
    context: Context[Any] = Context("Cannot create", provider=None, stop=Stop())
    assert claims.delete(key)
    with pytest.raises(DiagnosticError, match="is being deleted by the same run"):
        claims.adopt(context, key)
    claims.keep(key)
    claims.adopt(context, key)
    assert not claims.delete(key)
    claims.give_up(context)
    assert claims.delete(key)


@every
@pytest.mark.parametrize("deposed_first", [False, True])
def test_a_plan_does_not_delete_what_it_keeps(here: Here, type_name: str, deposed_first: bool) -> None:
    """As an interrupted replacement with `create_before_destroy` leaves it. To destroy both is no contradiction."""
    instance = here.made(type_name)
    deposed = copy.deepcopy(instance)
    here.core.run()
    steps = [lambda: here.core.plan(instance), lambda: here.core.plan_deletion(deposed)]
    first, second = reversed(steps) if deposed_first else steps
    first()
    with pytest.raises(FailedError, match=f"Two objects of the state are {type_name}"):
        second()
    assert here.count() == 1
    here.core.destroy(instance)
    here.core.destroy(deposed)
    assert here.count() == 0


@every
def test_a_creation_that_fails_gives_up_its_claim(here: Here, type_name: str) -> None:
    """The object is nobody's then, and the deletion that was planned goes on."""
    old, new = here.made(type_name), here.new(type_name)
    new.config["name" if type_name != "immuta_purpose" else "description"] = "Another"
    here.core.run()
    if type_name != "immuta_purpose":
        with pytest.raises(FailedError, match="it exists already"):
            here.core.create(new)
    here.core.delete(old)
    assert here.count() == 0
