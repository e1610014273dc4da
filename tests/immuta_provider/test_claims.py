"""Two objects of the state that are one object of Immuta: neither deletes what the other stands for."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from immuta_provider.resources.claims import Claims, TakenAwayError
from immuta_provider.resources.purpose import Purpose
from immuta_tenant import running_tenant
from terraform_plugin import Context, Stop
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


class MeddlingWire(Wire):
    """Does something between the next answer and whoever waits for it."""

    then: Callable[[], None] | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        then, self.then = self.then, None
        if then is not None:
            answer.read()
            then()
        return answer


@dataclass
class Here:
    """A tenant, and a Terraform that is played in process."""

    core: Core
    tenant: Any
    wire: MeddlingWire

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
    wire = MeddlingWire()
    with running_tenant() as tenant:
        core = Core(tenant, wire)
        core.run()
        yield Here(core, tenant, wire)
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


KEY = (Purpose, "7")


def creation() -> Context[Any]:
    return Context("Cannot create", provider=None, stop=Stop())


def test_what_the_same_run_has_deleted_is_not_adopted() -> None:
    """The look came before the deletion."""
    claims = Claims()
    with claims.deletion(KEY) as goes_on:
        assert goes_on
    with pytest.raises(TakenAwayError, match="is being deleted by the same run"):
        claims.adopt(creation(), KEY)
    assert claims.deletes(Purpose)


def test_a_creation_waits_for_a_deletion_that_is_under_way() -> None:
    """One that fails leaves the object to the creation; one that ends well does not."""
    for error, outcome in ((ValueError, "adopted"), (None, "taken away")):
        claims, found = Claims(), list[str]()

        def adopt(claims: Claims = claims, found: list[str] = found) -> None:
            try:
                claims.adopt(creation(), KEY)
                found.append("adopted")
            except TakenAwayError:
                found.append("taken away")

        thread = threading.Thread(target=adopt)
        with suppress(ValueError), claims.deletion(KEY):
            thread.start()
            thread.join(0.05)
            assert found == []
            if error is not None:
                raise error
        thread.join(10)
        assert found == [outcome]


def test_a_claim_that_is_given_up_is_none() -> None:
    claims, context = Claims(), creation()
    claims.adopt(context, KEY)
    with claims.deletion(KEY) as goes_on:
        assert not goes_on
    claims.give_up(context)
    with claims.deletion(KEY) as goes_on:
        assert goes_on


@every
def test_a_creation_begins_again_where_the_same_run_deletes_what_it_found(here: Here, type_name: str) -> None:
    """An address that changed without `moved`: the look of the creation comes before the deletion of the old one."""
    old, new = here.made(type_name), here.new(type_name)
    assert old.state is not None
    here.core.run()
    here.wire.then = lambda: here.core.delete(old)
    here.core.create(new)
    assert new.state is not None
    assert here.count() == 1
    assert here.core.nothing_to_do(new)


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
