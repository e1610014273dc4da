"""The asynchronous life of a connection: waits and their ends, states that forbid, kills at every single request.

Played in process (`tests.acceptance.played`), where an hour is a moment and a kill has an exact place.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from immuta_tenant import running_tenant
from tests.acceptance import outside
from tests.acceptance.cases import connection as case
from tests.acceptance.cases.connection import KEY
from tests.acceptance.played import Here, Killed, values
from tests.faults.core import Core, FailedError, Instance

DELAY = 60.0
BASE = case.minimal()
INACTIVE = BASE | {"active": False}
CHANGED = BASE | case.changed(BASE, "snowflake.client_configuration.role", "OTHER")


def new(configuration: dict[str, Any]) -> Instance:
    """A connection that is only configured."""
    return Instance("immuta_connection", values(configuration))


def fails(here: Here, instance: Instance, operation: Callable[[Core, Instance], None] = Core.apply) -> str:
    """Run something and return the error that it ends with, on one line."""
    with pytest.raises(FailedError) as caught:
        operation(here.core, instance)
    return " ".join(str(caught.value).split())


def asked(here: Here) -> list[str]:
    """The requests of the tenant's log."""
    return [f"{each.method} {each.path.removeprefix('/api/connections')}" for each in here.tenant.request_log()]


@pytest.mark.parametrize(("before", "after"), [(None, BASE), (None, INACTIVE), (BASE, CHANGED), (BASE, INACTIVE)])
def test_every_change_is_waited_for(here: Here, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    """With growing pauses, and until nothing is under way."""
    instance = here.begin(before) if before else new(after)
    instance.config = values(after)
    here.tenant.connections.delay(DELAY)
    here.core.apply(instance)
    assert instance.state is not None
    assert instance.state["state"] == ("ACTIVE" if after.get("active", True) else "INACTIVE")
    assert 0.99 * DELAY <= sum(here.core.clock.sleeps) < 3.5 * DELAY
    assert here.core.clock.sleeps[:3] == pytest.approx([0.2, 0.3, 0.45])
    assert max(here.core.clock.sleeps) == 5.0
    assert here.core.nothing_to_do(instance)


def test_a_sync_is_not_waited_for(here: Here) -> None:
    here.tenant.connections.delay(DELAY)
    here.core.apply(new(BASE))
    assert [(each["type"], each["status"]) for each in here.stored()["activeTasks"]] == [
        ("DATA_OBJECT_SYNC", "PENDING")
    ]


def test_a_sync_is_waited_for_before_it_would_be_cut_off(here: Here) -> None:
    """By the deactivation of what is created inactive; and by a deletion."""
    here.tenant.connections.delay(DELAY)
    instance = new(INACTIVE)
    here.core.apply(instance)
    ended = {each["type"]: each["status"] for each in here.tenant.connections.tasks(KEY)}
    assert ended["DATA_OBJECT_SYNC"] == "SUCCEEDED"
    body = {"type": "DATA_OBJECT_SYNC", "input": {}}
    outside.call(here.tenant, "POST", f"/api/connections/{KEY}/tasks", json=body)
    here.core.clock.sleeps.clear()
    here.core.destroy(instance)
    assert sum(here.core.clock.sleeps) > 1.9 * DELAY  # the one after the other


def test_a_destroy_waits_for_everything(here: Here) -> None:
    """For the deactivation, for the sync that is still under way, and for the deletion."""
    here.tenant.connections.delay(DELAY)
    instance = new(BASE)
    here.core.apply(instance)
    here.core.destroy(instance)
    assert here.tenant.connections.all() == []
    assert here.wire.verbs[-2:] == [f"POST /{KEY}/_deactivate", f"DELETE /{KEY}"]


@pytest.mark.parametrize(
    "reading",
    [
        {"connection_tasks_survive": True},
        {"connection_patch_defaults": True},
        {"connection_port_shown": False},
        {"connection_health_shown": False},
        {"connection_host": "normalized"},
        {"connection_host": "redacted"},
    ],
    ids=str,
)
def test_however_the_documents_are_read(reading: dict[str, Any]) -> None:
    """Where they are silent, a whole life goes well with either reading."""
    whole = case.full(KEY, snowflake=case.snowflake()) | {"extra_json": None}
    with running_tenant(api_key="life-key", **reading) as tenant:
        here = Here(tenant)
        tenant.connections.delay(DELAY)
        instance = new(whole)
        for path, value in [*case.NEW.items(), ("snowflake.client_configuration.role", "OTHER")]:
            here.core.apply(instance)
            assert here.core.nothing_to_do(instance)
            whole |= case.changed(whole, path, value)
            instance.config = values(whole)
        here.core.apply(instance)
        client, audit = here.stored()["clientConfiguration"], here.stored()["auditConfiguration"]
        assert (client.get("port", 8443), client["role"], audit["enabled"]) == (8443, "OTHER", False)
        here.core.destroy(instance)
        assert tenant.connections.all() == []
        here.wire.close()


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_destroy_whose_request_is_repeated(here: Here, method: str) -> None:
    """Its answer was lost; the second request meets what the first has begun."""
    instance = here.begin(BASE)
    here.tenant.connections.delay(DELAY)
    here.tenant.fault("reset", effect=True, method=method, count=1)
    here.core.destroy(instance)
    assert here.tenant.connections.all() == []


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_destroy_that_somebody_else_overtakes(here: Here, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """What is gone all of a sudden is what was wanted."""
    instance = here.begin(BASE)
    send = here.wire.handle_request

    def between(request: httpx.Request) -> httpx.Response:
        if request.method == method:
            monkeypatch.undo()
            here.tenant.connections.delete(KEY)
        return send(request)

    monkeypatch.setattr(here.wire, "handle_request", between)
    here.core.destroy(instance)
    assert here.tenant.connections.all() == []


def test_progress_is_logged(here: Here, caplog: pytest.LogCaptureFixture) -> None:
    here.tenant.connections.delay(DELAY)
    with caplog.at_level(logging.INFO, logger="provider"):
        here.core.apply(new(BASE))
    said = [each.getMessage() for each in caplog.records if "waiting for" in each.getMessage()]
    prefix = f'immuta_connection "{KEY}": waiting for the connection {KEY} to come to rest: its state is ACTIVATING'
    assert said == [
        f"{prefix}, ACTIVATE_CONNECTION is PENDING",
        f"{prefix}, ACTIVATE_CONNECTION is RUNNING",
    ]


@pytest.mark.parametrize("operation", ["create", "update", "delete"])
def test_a_wait_that_takes_too_long(here: Here, operation: str) -> None:
    """The error says how it looked last; the next run, with time, converges."""
    hurried = {"timeouts": {operation: "30s"}}
    if operation == "create":
        instance = new(BASE | hurried)
    else:
        instance = here.begin(BASE | hurried)
        instance.config = values(CHANGED | hurried)
    here.tenant.connections.delay(DELAY)
    text = fails(here, instance, Core.destroy if operation == "delete" else Core.apply)
    doing = {"create": "ACTIVATING, ACTIVATE", "update": "UPDATING, UPDATE", "delete": "DEACTIVATING, DEACTIVATE"}
    assert f'Cannot {operation} immuta_connection "{KEY}"' in text
    assert f"Last seen: its state is {doing[operation]}_CONNECTION is" in text
    assert "raise `timeouts`" in text
    assert instance.tainted == (operation == "create")
    assert ("What to do: run `terraform untaint <address>` first" in text) == (operation == "create")
    here.tenant.connections.advance()
    here.tenant.connections.delay(0)
    (Core.destroy if operation == "delete" else Core.apply)(here.core, instance)
    assert len(here.tenant.connections.all()) == (operation != "delete")


def test_unhealthy_after_the_creation(here: Here) -> None:
    """It is kept, and the error says what is wrong with which component and what to do."""
    here.tenant.connections.unhealthy(message="Role IMMUTA_SYSTEM is gone", details={"role": "IMMUTA_SYSTEM"})
    here.tenant.connections.unhealthy(component="policyConfiguration", message="No grant")
    instance = new(BASE)
    text = fails(here, instance)
    assert f'Cannot create immuta_connection "{KEY}": it was created and its state is UNHEALTHY' in text
    assert 'clientConfiguration is UNHEALTHY CONN005: Role IMMUTA_SYSTEM is gone ({"role": "IMMUTA_SYSTEM"})' in text
    assert "policyConfiguration is UNHEALTHY CONN005: No grant" in text
    assert instance.state is not None
    assert (instance.tainted, instance.state["id"], instance.state["state"]) == (True, KEY, "UNHEALTHY")
    assert instance.state["setup"]
    assert "The connection exists: run `terraform untaint <address>` first" in text


def test_the_way_out_of_unhealthy(here: Here) -> None:
    """What the errors advise, step by step: destroying fails, untainted and corrected it becomes active."""
    here.tenant.connections.unhealthy()
    instance = new(BASE)
    fails(here, instance)
    text = fails(here, instance)
    assert f'Cannot delete immuta_connection "{KEY}": its state is UNHEALTHY' in text
    assert "terraform untaint" in text
    here.tenant.connections.healthy()
    instance.tainted = False
    instance.config = values(CHANGED)
    here.core.apply(instance)
    assert here.stored()["state"] == "ACTIVE"
    assert here.core.nothing_to_do(instance)


@pytest.mark.parametrize("heals", [True, False])
def test_a_destroy_has_immuta_look_once_more(here: Here, heals: bool) -> None:
    """Before it gives up on an unhealthy connection, a tainted one too."""
    instance = here.begin(BASE)
    instance.tainted = True
    here.tenant.connections.unhealthy(count=1 if heals else None)
    outside.drive_connection(KEY, "_validate")(here.tenant)
    here.tenant.connections.delay(DELAY)
    if heals:
        here.core.destroy(instance)
        assert here.tenant.connections.all() == []
    else:
        assert "its state is UNHEALTHY" in fails(here, instance, Core.destroy)
    assert here.wire.verbs[0] == f"POST /{KEY}/_validate"


@pytest.mark.parametrize("changes", [{}, {"data_object_sync": {"start_time": 7}}], ids=["only that", "a change, too"])
def test_an_unhealthy_connection_that_healed_is_deactivated(here: Here, changes: dict[str, Any]) -> None:
    """Immuta is made to look once more, because it deactivates active ones only."""
    instance = here.begin(BASE)
    here.tenant.connections.unhealthy(count=1)
    outside.drive_connection(KEY, "_validate")(here.tenant)
    instance.config = values(INACTIVE | changes)
    here.core.apply(instance)
    assert here.wire.verbs[-2:] == [f"POST /{KEY}/_validate", f"POST /{KEY}/_deactivate"]
    assert here.stored()["state"] == "INACTIVE"
    assert here.core.nothing_to_do(instance)


def test_the_error_of_a_destroy_masks_secrets(here: Here) -> None:
    secret = case.CREDENTIALS["username_password"]["password"]
    instance = here.begin(case.minimal(snowflake=case.snowflake()))
    here.tenant.connections.unhealthy(message=f"no entry with {secret}")
    outside.drive_connection(KEY, "_validate")(here.tenant)
    here.core.run()
    text = fails(here, instance, Core.delete)  # without a refresh
    assert "no entry with ***" in text
    assert secret not in text


def change_fails(here: Here, instance: Instance, monkeypatch: pytest.MonkeyPatch, method: str, path: str) -> str:
    """Apply, with one request refused."""
    send = here.wire.handle_request

    def refuse(request: httpx.Request) -> httpx.Response:
        if (request.method, request.url.path) == (method, f"/api/connections/{KEY}{path}"):
            return httpx.Response(400, json={"errors": [{"code": "CONN001", "message": "Not so"}]})
        return send(request)

    with monkeypatch.context() as patched:
        patched.setattr(here.wire, "handle_request", refuse)
        return fails(here, instance)


def test_a_failed_change_of_an_inactive_connection_leaves_it_active_and_says_so(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a refresh, too: the next apply makes the change and deactivates it."""
    instance = here.begin(INACTIVE | {"activate_to_update": True})
    wanted = CHANGED | {"active": False, "activate_to_update": True}
    instance.config = values(wanted)
    assert "The server said: Not so" in change_fails(here, instance, monkeypatch, "PATCH", "")
    assert here.stored()["state"] == "ACTIVE"
    assert instance.state is not None
    assert (instance.state["active"], instance.state["snowflake"]["client_configuration"]["role"]) == (
        True,
        "IMMUTA_SYSTEM",
    )
    assert here.planned(instance, wanted)[0] == {"active", "snowflake", "state", "health"}
    here.core.apply(instance)
    assert here.wire.verbs[-2:] == [f"PATCH /{KEY}", f"POST /{KEY}/_deactivate"]
    assert here.core.nothing_to_do(instance)


def test_a_deactivation_that_was_accepted_is_kept(here: Here) -> None:
    """Although nobody waited for its end."""
    instance = here.begin(BASE | {"timeouts": {"update": "30s"}})
    here.tenant.connections.delay(DELAY)
    instance.config = values(INACTIVE | {"timeouts": {"update": "30s"}})
    assert "Last seen: its state is DEACTIVATING" in fails(here, instance)
    assert instance.state is not None
    assert instance.state["active"] is False
    here.tenant.connections.advance()
    assert here.core.nothing_to_do(instance)


def test_unhealthy_after_an_update(here: Here) -> None:
    """The new secret is sent again by the next apply, until it is accepted."""
    rotated = BASE | case.changed(
        BASE, "snowflake.client_configuration.credential.username_password.password_wo_version", 2
    )
    instance = here.begin(BASE)
    here.tenant.connections.unhealthy(message="Incorrect username or password")
    instance.config = values(rotated)
    text = fails(here, instance)
    assert f'Cannot update immuta_connection "{KEY}": it was changed and its state is UNHEALTHY' in text
    assert "Incorrect username or password" in text
    here.tenant.connections.healthy()
    assert here.planned(instance, rotated) == ({"snowflake", "state", "health"}, [])
    here.core.apply(instance)
    assert here.wire.verbs == [f"PATCH /{KEY}"] * 2
    assert here.core.nothing_to_do(instance)


def test_an_unhealthy_connection_lets_change_what_has_nothing_to_do_with_it(here: Here) -> None:
    instance = here.begin(BASE)
    here.tenant.connections.unhealthy()
    outside.drive_connection(KEY, "_validate")(here.tenant)
    instance.config = values(BASE | {"data_object_sync": {"start_time": 7}})
    here.core.apply(instance)
    assert here.stored()["dataObjectSync"]["startTime"] == 7
    instance.config = values(BASE | {"data_object_sync": {"start_time": 7}, "active": False})
    assert "it cannot be deactivated and its state is UNHEALTHY" in fails(here, instance)


@pytest.mark.parametrize("type_", ["DEACTIVATE_CONNECTION", "DELETE_CONNECTION"])
def test_a_task_that_fails(here: Here, type_: str) -> None:
    """The error has the words of its run; the next destroy goes on."""
    instance = here.begin(BASE)
    here.tenant.connections.delay(DELAY)
    here.tenant.connections.fail(type_, message="The warehouse is suspended", count=1)
    text = fails(here, instance, Core.destroy)
    assert f"The task {type_} " in text
    assert "is FAILED: CONN001: The warehouse is suspended" in text
    here.core.destroy(instance)
    assert here.tenant.connections.all() == []


def test_somebody_else_is_at_work(here: Here) -> None:
    """Each change waits until the connection is at rest."""
    instance = here.begin(BASE)
    here.tenant.connections.delay(DELAY)
    outside.change_connection(KEY, dataObjectDefaults={"syncPolicy": True})(here.tenant)
    instance.config = values(CHANGED)
    here.core.apply(instance)
    assert here.core.nothing_to_do(instance)
    outside.change_connection(KEY, dataObjectDefaults={"syncPolicy": True})(here.tenant)
    here.core.destroy(instance)
    assert here.tenant.connections.all() == []


def test_somebody_else_comes_first(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that is refused because of the state is made when the state allows it."""
    instance = here.begin(BASE)
    here.tenant.connections.delay(DELAY)
    send = here.wire.handle_request

    def between(request: httpx.Request) -> httpx.Response:
        if request.method == "PATCH":
            monkeypatch.undo()
            outside.change_connection(KEY, dataObjectDefaults={"syncPolicy": False})(here.tenant)
        return send(request)

    monkeypatch.setattr(here.wire, "handle_request", between)
    instance.config = values(CHANGED)
    here.core.apply(instance)
    assert here.wire.verbs == [f"PATCH /{KEY}"] * 2
    assert here.stored()["clientConfiguration"]["role"] == "OTHER"


def test_a_conflict_that_does_not_pass(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state allows the change and it is refused all the same: a few attempts, then the server's words."""
    instance = here.begin(BASE)
    send = here.wire.handle_request

    def refuse(request: httpx.Request) -> httpx.Response:
        error = {"errors": [{"code": "CONN003", "message": "Not now", "invalidState": "ACTIVE"}]}
        return httpx.Response(409, json=error) if request.method == "PATCH" else send(request)

    monkeypatch.setattr(here.wire, "handle_request", refuse)
    here.core.clock.sleeps.clear()
    instance.config = values(CHANGED)
    text = fails(here, instance)
    assert "PATCH /api/connections/warehouse: this contradicts what is in the tenant (status 409)" in text
    assert "The server said: Not now" in text
    assert sum(here.core.clock.sleeps) < 5


def test_one_that_is_being_deleted_is_gone_when_it_is_gone(here: Here) -> None:
    instance = here.begin(INACTIVE)
    here.tenant.connections.delay(DELAY)
    outside.call(here.tenant, "DELETE", f"/api/connections/{KEY}")
    here.core.run()
    here.core.refresh(instance)
    assert instance.state is None


def test_a_key_that_is_being_deleted_can_be_created(here: Here) -> None:
    here.begin(INACTIVE)
    here.tenant.connections.delay(DELAY)
    outside.call(here.tenant, "DELETE", f"/api/connections/{KEY}")
    instance = new(BASE)
    here.core.apply(instance)
    assert here.core.nothing_to_do(instance)


def test_one_that_exists_is_adopted_when_it_is_equal(here: Here) -> None:
    """Its secrets cannot be compared, so they are sent."""
    here.begin(BASE)
    instance = new(BASE)
    here.core.apply(instance)
    credential = {"authenticationType": "UsernamePassword", "username": "immuta_svc", "password": "planted-password"}
    patch = {"clientConfiguration": {"port": 443, "credential": credential}}
    assert here.wire.written == [("PATCH", f"/api/connections/{KEY}", patch)]
    assert here.core.nothing_to_do(instance)


@pytest.mark.parametrize("there", [CHANGED, INACTIVE], ids=["another role", "inactive"])
def test_one_that_exists_and_differs_is_left_alone(here: Here, there: dict[str, Any]) -> None:
    here.begin(there)
    text = fails(here, new(BASE))
    attribute = "active" if there is INACTIVE else "snowflake"
    assert f"it exists already It differs from the configuration in: {attribute}" in text
    assert f"terraform import <address> '{KEY}'" in text
    assert here.wire.written == []


def test_one_that_exists_is_taken_over_on_request(here: Here) -> None:
    here.begin(CHANGED)
    here.core._block["adopt_existing"] = True
    instance = new(BASE)
    here.core.apply(instance)
    assert here.stored()["clientConfiguration"]["role"] == "IMMUTA_SYSTEM"
    other = BASE | case.changed(BASE, "snowflake.client_configuration.immuta_system_database", "ELSE")
    text = fails(here, new(other))
    assert "what differs cannot be changed It differs in snowflake.client_configuration.immuta_system_database" in text


def test_one_that_exists_is_adopted_in_another_spelling(here: Here) -> None:
    """Immuta upper-cases the name of its database, which otherwise makes another connection."""
    spelled = BASE | case.changed(BASE, "snowflake.client_configuration.immuta_system_database", "immuta")
    here.begin(spelled)
    instance = new(spelled)
    here.core.apply(instance)
    assert here.wire.verbs == [f"PATCH /{KEY}"]
    assert here.core.nothing_to_do(instance)


@pytest.mark.parametrize("before", ["unhealthy", "healthy"])
def test_one_that_exists_and_is_unhealthy_is_adopted(here: Here, before: str) -> None:
    """It is in the state and not tainted: Terraform would delete what it has not made."""
    here.begin(BASE)
    here.tenant.connections.unhealthy(message="Role IMMUTA_SYSTEM is gone")
    if before == "unhealthy":
        outside.drive_connection(KEY, "_validate")(here.tenant)
    instance = new(BASE)
    here.core.apply(instance)
    assert instance.state is not None
    assert (instance.tainted, instance.state["id"], instance.state["state"]) == (False, KEY, "UNHEALTHY")
    assert here.core.nothing_to_do(instance)
    assert here.wire.verbs == [f"PATCH /{KEY}"]


def test_one_that_cannot_be_changed_while_it_is_adopted_is_adopted_later(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not kept, because Terraform would mark it as tainted and delete it with the next apply."""
    here.begin(BASE)
    instance = new(BASE)
    assert "The server said: Not so" in change_fails(here, instance, monkeypatch, "PATCH", "")
    assert instance.state is None
    here.core.apply(instance)
    assert here.core.nothing_to_do(instance)
    assert here.wire.verbs == [f"PATCH /{KEY}"]


def test_deletion_protection_is_for_replacements_too(here: Here) -> None:
    guarded = BASE | {"deletion_protection": True}
    instance = here.begin(guarded)
    assert "is protected against deletion" in fails(here, instance, Core.destroy)
    other = guarded | case.changed(guarded, "snowflake.client_configuration.immuta_system_database", "ELSE")
    with pytest.raises(FailedError, match="is protected against deletion"):
        here.planned(instance, other)
    assert here.wire.written == []


@pytest.mark.parametrize(
    ("extra", "accepted"), [(None, True), ('{"dataObjectSync": {"startTime": 99}}', False)], ids=["accepted", "refused"]
)
@pytest.mark.off_contract
def test_a_dry_run_on_request(here: Here, extra: str | None, accepted: bool) -> None:
    """What it refuses is a warning in the plan; nothing has changed."""
    instance = here.begin(BASE)
    before = here.stored()
    here.core._block["validate_at_plan"] = True
    assert "snowflake" in here.planned(instance, CHANGED | {"extra_json": extra})[0]
    assert [each.query for each in here.tenant.request_log() if each.method == "PATCH"] == [{"dryRun": "true"}]
    refused = [f'A dry run of the planned change of immuta_connection "{KEY}" was refused']
    assert [each.summary for each in here.core.warnings] == ([] if accepted else refused)
    assert here.stored() == before


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, BASE), (None, INACTIVE), (BASE, CHANGED), (BASE, CHANGED | {"active": False}), (BASE, None)],
    ids=["create", "create inactive", "update", "update and deactivate", "destroy"],
)
def test_killed_at_every_request(here: Here, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    """When the tenant has got it and nobody waits for the answer. Terraform knows nothing; the next run converges."""
    moments = 0
    while _is_killed(here, before, after, moments):
        moments += 1
    assert moments >= 4


def _is_killed(here: Here, before: dict[str, Any] | None, after: dict[str, Any] | None, moment: int) -> bool:
    here.tenant.reset()
    here.wire.start()
    known = here.begin(before) if before else new(after or BASE)
    here.tenant.connections.delay(0.7)
    known.config = values(after or before or BASE)
    operation = Core.apply if after else Core.destroy
    instance = copy.deepcopy(known)
    here.wire.start(moment)
    try:
        operation(here.core, instance)
    except Killed:
        killed, instance = True, known
    else:
        killed = False
    here.wire.start()
    operation(here.core, instance)
    assert len(here.tenant.connections.all()) == bool(after), moment
    if after:
        assert here.core.nothing_to_do(instance), moment
        here.tenant.connections.advance()
        assert here.stored()["state"] == ("ACTIVE" if after.get("active", True) else "INACTIVE"), moment
    return killed


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, BASE), (None, INACTIVE), (BASE, CHANGED), (BASE, None)],
    ids=["create", "create inactive", "update", "destroy"],
)
def test_stopped_at_every_wait(here: Here, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    """As by Ctrl-C: it ends at once with an error, what is known is kept, and the next run converges."""
    waits = 0
    while _is_stopped(here, before, after, waits):
        waits += 1
    assert waits >= 3


def _is_stopped(here: Here, before: dict[str, Any] | None, after: dict[str, Any] | None, waits: int) -> bool:
    here.tenant.reset()
    instance = here.begin(before) if before else new(after or BASE)
    instance.config = values(after or before or BASE)
    operation = Core.apply if after else Core.destroy
    here.tenant.connections.delay(0.7)
    here.core.clock.sleeps.clear()
    here.core.clock.stop_after = waits
    try:
        operation(here.core, instance)
        said = ""
    except FailedError as failed:
        said = str(failed)
    assert not said or "api-interrupted" in said, waits
    assert not said or instance.state is not None, waits
    here.core.clock.stop_after = 10**6
    operation(here.core, instance)
    assert len(here.tenant.connections.all()) == bool(after), waits
    if after:
        assert here.core.nothing_to_do(instance), waits
    return bool(said)
