"""Integrations that are replaced: what the deletion knows of the creation, what is finished in place, what is stale."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from immuta_provider.resources.integration import Integration
from immuta_provider.resources.integrations import following, messages
from immuta_provider.resources.integrations.platforms import PLATFORMS
from immuta_tenant import RunningTenant, running_tenant
from tests.acceptance import outside
from tests.acceptance.cases import integration as case
from tests.acceptance.cases.integration import VARIANTS
from tests.acceptance.test_integration_attributes import Here, Wire, values
from tests.acceptance.test_integration_life import AUTO, HIDDEN, MANUAL, TEST, changed, fails, methods, new
from tests.faults.core import FailedError, Instance

ELSEWHERE = {**HIDDEN, "snowflake": {**HIDDEN["snowflake"], "host": "other.snowflakecomputing.com"}}
LOGIN = {"destroy_credentials": {"user_password": {"username": "D", "password": "planted-destroy"}}}
QUOTED = "login of INSTALLER with planted-first was refused"


@pytest.fixture(scope="module")
def _tenant() -> Iterator[RunningTenant]:
    with running_tenant() as running:
        yield running


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.close()


@pytest.fixture
def here(_tenant: RunningTenant, wire: Wire) -> Here:
    """A tenant as new."""
    _tenant.reset()
    return Here(_tenant, wire)


def broken(here: Here, configuration: dict[str, Any]) -> Instance:
    """An integration whose creation failed late."""
    here.tenant.integration_fault(operation="create", test=TEST, late=True)
    instance = new(configuration)
    assert "its status is createError" in fails(here, instance)
    here.tenant.clear_integration_faults()
    return instance


def created_before_destroyed(here: Here, instance: Instance) -> None:
    """`terraform apply` of a replacement with `create_before_destroy`: both halves are planned in the apply."""
    here.core.run()
    here.core.refresh(instance)
    here.core.run()
    old = copy.deepcopy(instance)
    instance.state, instance.private, instance.tainted = None, b"", False
    try:
        here.core.create(instance)
    except FailedError:
        assert instance.state is None, "Terraform would keep both"
        vars(instance).update(vars(old))
        raise
    here.core.delete(old)


def at(name: str) -> dict[str, Any]:
    """Of one among several hosts."""
    return {**HIDDEN, "snowflake": {**HIDDEN["snowflake"], "host": f"{name}.example.net"}}


def hosts(here: Here) -> list[str]:
    return [each["config"]["host"] for each in here.tenant.integrations()]


def test_a_failed_creation_on_a_wrong_host(here: Here) -> None:
    """The way out that is printed works: the deletion takes the credentials from the plan; nothing else is kept."""
    instance = broken(here, HIDDEN)
    instance.config = values(ELSEWHERE)
    assert "Add `destroy_credentials` (`user_password`)" in fails(here, instance)
    assert b"planted" not in instance.private
    instance.config = values({**ELSEWHERE, **LOGIN})
    here.core.apply(instance)
    sent = [body for method, _, body in here.wire.written if method == "DELETE"]
    role = HIDDEN["snowflake"]["role"]
    assert sent == [
        {"authenticationType": "userPassword", "username": "D", "password": "planted-destroy", "role": role}
    ]
    assert methods(here) == ["POST", "DELETE", "POST"]
    assert hosts(here) == ["other.snowflakecomputing.com"]
    assert b"planted" not in instance.private


def test_a_deletion_that_fails_is_followed_by_nothing(here: Here) -> None:
    """The next destroy deletes it; what the creation had for the deletion is not kept, what was sent is."""
    instance = broken(here, AUTO.configuration)
    here.tenant.fault("500", method="GET", path="/integrations/*/status")
    assert "the tenant failed to serve the request" in fails(here, instance)
    assert list(json.loads(instance.private)) == ["unfinished"]
    here.tenant.clear_faults()
    again = copy.deepcopy(instance)
    here.core.destroy(again)
    assert methods(here) == ["POST", "DELETE"]
    assert here.tenant.integrations() == []


def test_a_finish_that_fails_leaves_one_object(here: Here) -> None:
    """With `create_before_destroy` a second one with the same id would be deleted by the next run."""
    instance = broken(here, HIDDEN)
    here.tenant.integration_fault(operation="edit", test=TEST, late=True)
    with pytest.raises(FailedError, match="its status is createError"):
        created_before_destroyed(here, instance)
    here.tenant.clear_integration_faults()
    created_before_destroyed(here, instance)
    assert methods(here) == ["POST", "PUT", "PUT"]
    assert here.core.nothing_to_do(instance)


def test_several_are_created_before_they_are_destroyed(here: Here) -> None:
    """Which creation belongs to which deletion is not known, but where all have the same for it, that is enough."""
    names = ("a", "b")
    olds = [new(at(name)) for name in names]
    for old in olds:
        here.core.apply(old)
    here.wire.written.clear()
    here.core.run()
    for name in names:
        here.core.create(new({**at(f"{name}2"), **LOGIN}))
    for old in olds:
        here.core.delete(old)
    assert methods(here) == ["POST", "POST", "DELETE", "DELETE"]
    assert hosts(here) == ["a2.example.net", "b2.example.net"]


def test_a_deletion_that_waits_for_the_host_does_not_hold_up_the_creation(here: Here) -> None:
    """An address that changed: the deletion has begun, and waits for the host that the creation has."""
    made, follower = here.made(AUTO.configuration), new(AUTO.configuration)
    assert made.state is not None
    here.core.run()
    session: Any = here.core._servicer.configured
    creation = threading.Thread(target=here.core.create, args=(follower,), daemon=True)
    with session.claims.deletion((Integration, made.state["id"])):
        creation.start()
        creation.join(20)
        assert not creation.is_alive()
    assert follower.state is not None
    assert follower.state["id"] == made.state["id"]


@pytest.mark.parametrize("deposed_first", [False, True])
def test_one_that_is_in_the_state_twice_is_not_deleted(here: Here, deposed_first: bool) -> None:
    """As an interrupted replacement with `create_before_destroy` leaves it. To destroy both is no contradiction."""
    instance = here.made(AUTO.configuration)
    deposed = copy.deepcopy(instance)
    here.core.run()
    steps = [lambda: here.core.plan(instance), lambda: here.core.plan_deletion(deposed)]
    first, second = reversed(steps) if deposed_first else steps
    first()
    with pytest.raises(FailedError, match="Two objects of the state are immuta_integration"):
        second()
    assert len(here.tenant.integrations()) == 1
    here.core.destroy(instance)
    here.core.destroy(deposed)
    assert here.tenant.integrations() == []


def test_one_that_cannot_be_changed_is_replaced(here: Here) -> None:
    """And the error of the creation says so."""
    instance = new(VARIANTS["trino"].configuration)
    here.tenant.integration_fault(operation="create", late=True)
    assert "then apply again, which replaces it." in fails(here, instance)
    here.tenant.clear_integration_faults()
    here.core.apply(instance)
    assert methods(here) == ["POST", "DELETE", "POST"]


@pytest.mark.parametrize("equal", [False, True])
def test_one_that_could_not_be_taken_over_is_deleted(here: Here, equal: bool) -> None:
    """The other resource of the run that has it is not told that somebody else has it now."""
    old = here.made(MANUAL.configuration)
    here.tenant.integration_fault(operation="edit", test=TEST)
    here.core.run()
    with pytest.raises(FailedError):
        here.core.create(new(MANUAL.configuration if equal else changed(warehouse="OTHER")))
    here.core.delete(old)
    assert here.tenant.integrations() == []


def test_a_replacement_is_tried_as_a_creation(here: Here) -> None:
    """And not as a change, which Immuta would refuse because of what cannot change."""
    instance = here.made(AUTO.configuration)
    instance.config = values({**AUTO.configuration, "snowflake": {**AUTO.attributes, "host": "other.example.net"}})
    trying = Here(here.tenant, here.wire, validate_at_plan=True)
    trying.core.apply(instance)
    assert trying.core.warnings == []
    assert [method for method, path, _ in here.wire.written if "dryRun" in path] == ["POST", "POST"]
    assert methods(here) == ["DELETE", "POST"]


def test_a_deposed_one_that_could_not_be_deleted(here: Here) -> None:
    """The next run, in which nothing is created, has what the first one had for it."""
    old = here.made(HIDDEN)
    here.core.run()
    here.core.create(new({**ELSEWHERE, **LOGIN}))
    here.tenant.integration_fault(operation="delete", test=TEST)
    with pytest.raises(FailedError, match="its validation failed"):
        here.core.delete(old)
    here.tenant.clear_integration_faults()
    here.core.destroy(old)
    assert here.wire.written[-1][2]["password"] == "planted-destroy"
    assert hosts(here) == ["other.snowflakecomputing.com"]


def test_a_deposed_one_without_credentials(here: Here) -> None:
    """What the error says works: it is deleted in Immuta."""
    old = here.made(HIDDEN)
    here.core.run()
    here.core.create(new(ELSEWHERE))
    with pytest.raises(FailedError, match="delete the integration 1 in Immuta itself, then apply"):
        here.core.delete(old)
    here.tenant.delete_integration(1)
    here.core.run()
    here.core.refresh(old)
    assert old.state is None


def test_a_healthy_one_on_another_host(here: Here) -> None:
    """At once, where the credentials are known in the plan; refused in the plan otherwise."""
    instance = here.made(HIDDEN)
    instance.config = values(ELSEWHERE)
    told = fails(here, instance)
    assert "Cannot plan to delete" in told
    assert "take the other changes back and apply them alone first" in told
    assert methods(here) == []
    forced = copy.deepcopy(instance)
    instance.config = values({**ELSEWHERE, **LOGIN})
    here.core.apply(instance)
    assert methods(here) == ["DELETE", "POST"]
    assert here.wire.written[0][2]["password"] == "planted-destroy"
    assert here.core.nothing_to_do(instance)
    here.tenant.reset()
    forced = here.made(HIDDEN)
    forced.config = values({**ELSEWHERE, "force_disable": True})
    here.core.apply(forced)
    assert [path.partition("?")[2] for method, path, _ in here.wire.written if method == "DELETE"] == [
        "forceDisable=true"
    ]
    here.tenant.reset()
    kept = here.made(HIDDEN)
    kept.config = values({**AUTO.configuration, "snowflake": {**AUTO.attributes, "host": "other.example.net"}})
    here.core.apply(kept)  # the plan has the password itself
    assert here.wire.written[0][2]["password"] == AUTO.attributes["user_password"]["password"]


def test_credentials_of_another_kind_are_not_sent(here: Here) -> None:
    """A deletion takes those of the kind that the integration was set up with."""
    instance = here.made(HIDDEN)
    key = VARIANTS["snowflake auto, key"]
    instance.config = values(
        key.configuration
        | {"snowflake": {**key.attributes, "host": "other.snowflakecomputing.com"}}
        | {"destroy_credentials": {"key_pair": {"username": "D", "private_key": "planted-destroy"}}}
    )
    assert "of the kind that the old integration has" in fails(here, instance)


def test_a_failed_creation_that_is_protected_is_finished(here: Here) -> None:
    """To finish it is no deletion."""
    instance = broken(here, {**HIDDEN, "deletion_protection": True})
    here.core.apply(instance)
    assert methods(here) == ["POST", "PUT"]
    assert here.core.nothing_to_do(instance)
    instance.config = values({**ELSEWHERE, **LOGIN, "deletion_protection": True})
    assert "is protected against deletion" in fails(here, instance)


@pytest.mark.parametrize("protected", [False, True])
def test_a_failed_creation_is_finished_before_it_is_destroyed(here: Here, protected: bool) -> None:
    """Where it equals the configuration; otherwise nothing tells that it is the one, and what the error names works.

    There is nothing to import: it is in the state.
    """
    protection = {"deletion_protection": protected}
    instance = broken(here, MANUAL.configuration | protection)
    instance.config = values(changed(warehouse="OTHER") | protection)
    with pytest.raises(FailedError, match="run `terraform untaint <address>` and apply, which finishes it in place"):
        created_before_destroyed(here, instance)
    untainted = copy.deepcopy(instance)
    untainted.tainted = False
    here.core.apply(untainted)
    assert methods(here) == ["POST", "PUT"]
    assert here.tenant.integrations()[0]["config"]["warehouse"] == "OTHER"
    assert here.core.nothing_to_do(untainted)
    here.tenant.reset()
    here.wire.written.clear()
    instance = broken(here, MANUAL.configuration | protection)
    created_before_destroyed(here, instance)
    assert methods(here) == ["POST", "PUT"]
    assert here.core.nothing_to_do(instance)


def test_one_elsewhere_is_created_before_it_is_destroyed(here: Here) -> None:
    """The deletion takes what the creation has for it, but never in place of what it has itself."""
    instance = broken(here, HIDDEN)
    instance.config = values({**ELSEWHERE, **LOGIN})
    created_before_destroyed(here, instance)
    assert methods(here) == ["POST", "POST", "DELETE"]
    assert here.wire.written[2][2]["password"] == "planted-destroy"
    here.tenant.reset()
    here.wire.written.clear()
    instance = here.made(AUTO.configuration)
    elsewhere = {**AUTO.attributes, "host": "other.snowflakecomputing.com"}
    instance.config = values({**AUTO.configuration, "snowflake": elsewhere, "force_disable": True, **LOGIN})
    created_before_destroyed(here, instance)
    assert methods(here) == ["POST", "DELETE"]
    assert here.wire.written[1][1].partition("?")[2] == ""
    assert here.wire.written[1][2]["password"] == "planted-password"


def test_one_that_was_set_up_after_all_is_not_finished_with_what_cannot_change(wire: Wire) -> None:
    """Nobody waited for its creation, and another database is another integration: it is deleted and made anew."""
    with running_tenant(integration_delay=600) as tenant:
        here = Here(tenant, wire)
        instance = new(AUTO.configuration | {"timeouts": {"create": "1s"}})
        here.core.clock.time = 1000.0
        fails(here, instance)
        tenant.set_integration_status("1", "enabled")
        tenant.tenant.settings.__dict__["integration_delay"] = 0
        instance.config = values(AUTO.configuration | {"snowflake": {**AUTO.attributes, "database": "OTHER"}})
        here.core.apply(instance)
        assert methods(here) == ["POST", "DELETE", "POST"]
        assert here.core.nothing_to_do(instance)


def test_what_cannot_change_is_not_finished(here: Here) -> None:
    """Neither how it is set up nor what is fixed for S3: it is deleted and made anew."""
    variant = VARIANTS["s3, auto"]
    here.tenant.integration_fault(operation="create", late=True)
    instance = new(variant.configuration)
    fails(here, instance)
    here.tenant.clear_integration_faults()
    instance.config = values(variant.configuration | {"native_s3": {**variant.attributes, "aws_region": "us-east-1"}})
    here.core.apply(instance)
    assert methods(here) == ["POST", "DELETE", "POST"]
    here.wire.written.clear()
    instance = broken(here, AUTO.configuration)
    instance.config = values(MANUAL.configuration)
    here.core.apply(instance)
    assert methods(here) == ["POST", "DELETE", "POST"]


def test_what_a_write_finds_out_is_in_the_state_at_once(here: Here) -> None:
    """Not only after the next refresh."""
    variant = VARIANTS["bigquery"]
    instance = here.made(variant.configuration)
    other = {**case.KEY_FILE, "project_id": "p-2", "client_email": "immuta@p-2.iam.gserviceaccount.com"}
    instance.config = values(
        variant.configuration | {"google_bigquery": {**variant.attributes, "credential": json.dumps(other)}}
    )
    here.tenant.integration_fault(operation="edit", test="Validate Manual: [Table - insert]", status="warning")
    here.core.apply(instance)
    assert instance.state is not None
    assert instance.state["google_bigquery"]["project_id"] == "p-2"
    assert "warning" in {each["status"] for each in instance.state["validation_results"]["tests"]}
    assert here.core.nothing_to_do(instance)


def test_upper_and_lower_case_matter_in_names() -> None:
    """In hosts they do not."""
    s3, bigquery, snowflake = (PLATFORMS[name] for name in ("native_s3", "google_bigquery", "snowflake"))
    assert s3.place("Lake") != s3.place("lake")
    assert bigquery.place("p-1/Meta") != bigquery.place("p-1/meta")
    assert snowflake.place("AC1.example.com") == snowflake.place("ac1.example.com")


def test_another_spelling_of_a_name_is_another_integration(here: Here) -> None:
    variant = VARIANTS["s3, auto"]
    other = {"name": "Lake-EU", "awsLocationPath": "s3://elsewhere/"}
    outside.call(here.tenant, "POST", "/integrations", json={**variant.body, "config": {**variant.config, **other}})
    here.core.apply(instance := new(variant.configuration))
    assert methods(here) == ["POST"]
    assert len(here.tenant.integrations()) == 2
    assert here.core.nothing_to_do(instance)


def test_words_that_quote_a_secret_are_not_stored(here: Here) -> None:
    """Whoever has the secrets masks them; a refresh has none, so only documented words are told and kept."""
    instance = here.made(HIDDEN)
    here.tenant.set_integration_status(instance.state["id"] if instance.state else "", "enabled")
    here.tenant.integration_fault(operation="edit", test=TEST, status="warning", message=QUOTED, late=False)
    instance.config = values({**HIDDEN, "snowflake": {**HIDDEN["snowflake"], "warehouse": "OTHER"}})
    here.core.apply(instance)
    identifier = instance.state["id"] if instance.state else ""
    for status, message in (("recurringValidationError", QUOTED), ("editError", QUOTED), ("enabled", QUOTED)):
        here.tenant.set_integration_status(identifier, status, test=TEST, message=message)
        here.core.run()
        here.core.refresh(instance)
        told = " ".join(each.detail for each in here.core.warnings)
        assert "planted-first" not in f"{told} {instance.state}", status
        assert (messages.LEFT_OUT in told) == (status != "enabled")
    assert instance.state is not None
    failed = [each for each in instance.state["validation_results"]["tests"] if each["status"] == "failed"]
    assert failed == [{"name": TEST, "status": "failed", "message": None}]


def test_words_that_quote_a_secret_are_masked(here: Here) -> None:
    """In the error of the change that has the secret, and in the warning of its dry run."""
    instance = here.made(HIDDEN)
    instance.config = values({**HIDDEN, "snowflake": {**HIDDEN["snowflake"], "warehouse": "OTHER"}})
    here.tenant.integration_fault(operation="edit", test=TEST, message=QUOTED)
    told = fails(here, instance)
    assert "login of INSTALLER with " in told
    assert "planted" not in told
    trying = Here(here.tenant, here.wire, validate_at_plan=True)
    trying.core.run()
    trying.core.plan(instance)
    told = " ".join(each.detail for each in trying.core.warnings)
    assert "login of INSTALLER with " in told
    assert "planted" not in told


def test_what_makes_no_request_is_kept_where_a_change_fails(here: Here) -> None:
    instance = here.made(MANUAL.configuration)
    here.tenant.integration_fault(operation="edit", test=TEST)
    instance.config = values(changed(warehouse="OTHER") | {"timeouts": {"delete": "2h"}, "force_disable": True})
    fails(here, instance)
    assert instance.state is not None
    assert (instance.state["timeouts"]["delete"], instance.state["force_disable"]) == ("2h", True)
    assert instance.state["snowflake"]["warehouse"] == MANUAL.attributes["warehouse"]
    here.tenant.clear_integration_faults()
    assert here.planned(instance, changed(warehouse="OTHER") | {"force_disable": True, "timeouts": {"delete": "2h"}})[
        0
    ] == {"snowflake"}


def test_a_first_database_that_is_set_later(here: Here) -> None:
    """Immuta does not change it in place."""
    variant = VARIANTS["redshift, okta"]
    instance = here.made(variant.configuration | {"redshift": {**variant.attributes, "initial_database": None}})
    assert here.planned(instance, variant.configuration) == ({"redshift"}, ["redshift.initial_database"])


@pytest.mark.parametrize("host", ["ws7.cloud.databricks.com", "adb-1.2.azuredatabricks.net"])
def test_an_authority_that_is_left_to_immuta(here: Here, host: str) -> None:
    """Taken out of the configuration, or set elsewhere, it goes back to the default, which is then no difference."""
    variant = VARIANTS["databricks, oauth_m2m"]
    own = case.changed(variant.attributes, "oauth_m2m.authority_url", "https://own.example.net/token")
    attributes = {**own, "workspace_url": host}
    left = case.changed(attributes, "oauth_m2m.authority_url", None)
    usual = f"https://{host.partition('.')[0]}.cloud.databricks.com/oidc/v1/token"
    instance = here.made(variant.configuration | {"databricks": attributes})
    for _ in ("taken out", "set elsewhere"):
        assert here.planned(instance, variant.configuration | {"databricks": left}) == ({"databricks"}, [])
        here.core.apply(instance)
        stored = here.tenant.integrations()[0]["config"]["oAuthClientConfig"]
        assert stored["authorityUrl"] == usual
        assert here.core.nothing_to_do(instance)
        there = {**stored, "clientSecret": "s", "authorityUrl": "https://elsewhere.example.net/token"}
        here.tenant.change_integration(here.tenant.integrations()[0]["id"], oAuthClientConfig=there)


def test_a_fingerprint_tells_bodies_apart() -> None:
    """It is another one each time, so that equal secrets cannot be found."""
    first, second = following.fingerprint({"a": 1}), following.fingerprint({"a": 1})
    assert first != second
    assert following.fingerprint({"a": 1}, first.partition("/")[0]) == first
    assert following.fingerprint({"a": 2}, first.partition("/")[0]) != first
