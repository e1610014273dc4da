"""`immuta_connection` with real Terraform: secrets, states, and a kill while Immuta is at work.

Every attribute is gone through in `test_connection_attributes.py`, every moment of its life in
`test_connection_life.py`.
"""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.cases import connection as case
from tests.acceptance.cases.connection import KEY
from tests.acceptance.terraform import Workspace, flat
from tests.acceptance.test_kills import OPTIONS, Victims, converge, until
from tests.acceptance.test_secrets import finds

pytestmark = pytest.mark.terraform

IT = "immuta_connection.it"
PLANTED = "planted-first-91c4"
ROTATED = "planted-second-5e07"
PASSWORD = "snowflake.client_configuration.credential.username_password"
VARIABLE = {"secret": {"type": "string", "sensitive": True, "ephemeral": True}}
DELAY = 1.5
HTTP_OF = {"create": "POST", "update": "PATCH", "destroy": "DELETE"}


def written_only(version: int) -> dict[str, Any]:
    """A connection with the password of the variable, write-only."""
    credential = {"username": "immuta_svc", "password_wo": "${var.secret}", "password_wo_version": version}
    return case.minimal(snowflake=case.snowflake(credential=credential))


def test_a_secret_is_rotated_and_stays_secret(attached: Workspace, tenant: Any, tmp_path: pathlib.Path) -> None:
    """It reaches the tenant, again when its version changes, and stands nowhere else: not even quoted by an error."""
    trace = tmp_path / "trace.log"
    attached.environment |= {"TF_LOG": "TRACE", "TF_LOG_PATH": str(trace)}
    attached.environment.pop("TF_REATTACH_PROVIDERS")  # so that the provider's log is in the trace
    printed, kept = "", ""
    for version, secret in ((1, PLANTED), (2, ROTATED)):
        attached.environment["TF_VAR_secret"] = secret
        attached.write({"immuta_connection": {"it": written_only(version)}}, variable=VARIABLE)
        planned = attached.plan()
        kept += attached.run("show", "-json", "plan")
        printed += planned.text + attached.apply_plan()
        assert tenant.connections.holds_secret(KEY, "credential.password", secret)
    assert (planned.only().action, planned.only().attributes) == ("updated in-place", {"snowflake"})
    assert "password_wo_version = 1 -> 2" in planned.text
    tenant.connections.unhealthy(message=f"cannot sign in with {ROTATED}")
    attached.write({"immuta_connection": {"it": written_only(3)}}, variable=VARIABLE)
    refused = attached.apply_fails()
    assert "CONN005: cannot sign in with ***" in refused
    places = {
        "printed": printed + refused,
        "plan": kept,
        "state": "".join(each.read_text() for each in attached.folder.glob("terraform.tfstate*")),
        "trace": trace.read_text(),
        "tenant": str(tenant.request_log()),
    }
    assert "PATCH /api/connections/warehouse" in places["trace"]
    assert finds(PLANTED, places) | finds(ROTATED, places) == set()
    assert {"plan", "state", "trace"} <= finds("IMMUTA_SYSTEM", places)


def test_a_secret_in_the_state_is_shown_nowhere(attached: Workspace, tenant: Any) -> None:
    attached.write({"immuta_connection": {"it": case.minimal(snowflake=case.snowflake("encrypted_key_pair"))}})
    printed = attached.apply()
    assert tenant.connections.holds_secret(KEY, "credential.privateKey.content", case.PEM)
    assert "(sensitive value)" in printed
    places = {"printed": printed, "tenant": str(tenant.request_log())}
    assert finds("planted-passphrase", places) | finds("qplanted", places) == set()
    assert finds("planted-passphrase", {"state": str(attached.state())}) == {"state"}


def test_every_kind_of_credential(attached: Workspace, tenant: Any) -> None:
    """In both forms, on both platforms, at once: created, planned again with nothing to do, imported, destroyed."""
    made: dict[str, Any] = {}
    for platform, kinds in (("snowflake", case.OF_SNOWFLAKE), ("databricks", case.OF_DATABRICKS)):
        for kind in kinds:
            for form, credential in (("kept", case.CREDENTIALS[kind]), ("wo", case.write_only(case.CREDENTIALS[kind]))):
                name = f"{platform}_{kind}_{form}"
                made[name] = case.minimal(name, **{platform: getattr(case, platform)(kind, credential)})
    attached.write({"immuta_connection": made})
    attached.apply()
    attached.assert_no_changes()
    assert {each["connectionKey"] for each in tenant.connections.all()} == made.keys()
    attached.forget()
    imports = [{"to": f"immuta_connection.{name}", "id": name} for name in made]
    attached.write({"immuta_connection": made}, **{"import": imports})
    planned = attached.apply_changes()
    with_secrets = {
        f"immuta_connection.{name}" for name in made if name.endswith("_kept") or name.startswith("databricks_")
    }
    assert {each.address for each in planned.changes if each.action == "updated in-place"} == with_secrets
    attached.assert_no_changes()
    attached.destroy()
    assert tenant.connections.all() == []


def test_what_is_refused_in_the_plan(attached: Workspace, tenant: Any) -> None:
    """What Immuta would refuse half-way: each with the attribute and what to do."""
    full = case.full(KEY, snowflake=case.snowflake()) | {"activate_to_update": False, "active": False}
    attached.write({"immuta_connection": {"it": full}})
    attached.apply()
    tenant.clear_request_log()
    off = full | case.changed(full, "snowflake.policy_configuration.impersonation", None)
    attached.write({"immuta_connection": {"it": off}})
    printed = attached.apply_fails()
    assert f'Cannot change snowflake.policy_configuration.impersonation of immuta_connection "{KEY}"' in printed
    assert "Attribute: snowflake.policy_configuration.impersonation" in printed
    attached.write({"immuta_connection": {"it": full | {"data_object_sync": {"start_time": 9}}}})
    assert "activate_to_update = true" in attached.apply_fails()
    assert {each.method for each in tenant.request_log()} == {"GET"}


def test_a_protected_connection(attached: Workspace, tenant: Any) -> None:
    """Neither a destroy nor a replacement gets further than the plan."""
    guarded = case.minimal() | {"deletion_protection": True}
    attached.write({"immuta_connection": {"it": guarded}})
    attached.apply()
    other = guarded | case.changed(guarded, "snowflake.client_configuration.immuta_system_database", "OTHER")
    attached.write({"immuta_connection": {"it": other}})
    assert "is protected against deletion" in attached.apply_fails()
    assert "is protected against deletion" in flat(attached.run("destroy", *OPTIONS, ok=(1,)))
    assert [each["state"] for each in tenant.connections.all()] == ["ACTIVE"]


def test_the_way_out_of_unhealthy(attached: Workspace, tenant: Any) -> None:
    """The advice of the errors, as it is printed: untaint, correct, apply; and before a destroy one more look."""
    tenant.connections.unhealthy(message="Role IMMUTA_SYSTEM is gone")
    attached.write({"immuta_connection": {"it": case.minimal()}})
    assert "clientConfiguration is UNHEALTHY CONN005: Role IMMUTA_SYSTEM is gone" in attached.apply_fails()
    assert "run `terraform untaint <address>`" in attached.apply_fails()
    attached.run("untaint", IT)
    planned = attached.plan()
    assert planned.empty
    assert 'Warning: The connection "warehouse" is unhealthy' in planned.text
    tenant.connections.healthy()
    base = case.minimal()
    attached.write({"immuta_connection": {"it": base | case.changed(base, f"{PASSWORD}.password_wo_version", 2)}})
    attached.apply()
    assert tenant.connections.get(KEY)["state"] == "ACTIVE"
    attached.assert_no_changes()
    attached.destroy()


@pytest.fixture
def victims(attached: Workspace, tmp_path: pathlib.Path) -> Iterator[Victims]:
    """The workspace, at whose end no provider runs any more."""
    found = Victims(attached, tmp_path)
    yield found
    until(lambda: not found.providers(), seconds=10)


def begin(victims: Victims, operation: str) -> subprocess.Popen[str]:
    """Begin to create, change or destroy the connection."""
    base = case.minimal()
    configuration = {"immuta_connection": {"it": base}}
    victims.workspace.write(configuration)
    if operation != "create":
        victims.workspace.apply()
        configuration["immuta_connection"]["it"] = base | case.changed(
            base, "snowflake.client_configuration.role", "OTHER"
        )
        victims.workspace.write(configuration)
    return victims.start("destroy" if operation == "destroy" else "apply", *OPTIONS)


def check_a_kill(victims: Victims, tenant: Any, operation: str, sent: signal.Signals) -> None:
    """Everything is killed, or asked to stop, while the provider waits for Immuta; the next run converges."""
    if operation != "create":
        tenant.connections.delay(0)
    process = begin(victims, operation)
    tenant.connections.delay(DELAY)
    until(lambda: any(each.method == HTTP_OF[operation] for each in tenant.request_log()[-3:]))
    os.killpg(process.pid, sent)
    text, _ = process.communicate(timeout=60)
    assert "Traceback" not in text
    assert process.returncode != 0
    if sent == signal.SIGINT:
        assert victims.workspace.state().keys() == {IT}
    victims.restore()
    converge(victims.workspace, "destroy" if operation == "destroy" else "apply")
    there = [each["clientConfiguration"]["role"] for each in tenant.connections.all()]
    assert there == {"create": ["IMMUTA_SYSTEM"], "update": ["OTHER"], "destroy": []}[operation]
    assert victims.workspace.state().keys() == (set() if operation == "destroy" else {IT})
    if operation != "destroy":
        victims.workspace.assert_no_changes()


@pytest.mark.parametrize(("operation", "sent"), [("create", signal.SIGKILL), ("destroy", signal.SIGINT)])
def test_killed_while_immuta_is_at_work(victims: Victims, tenant: Any, operation: str, sent: signal.Signals) -> None:
    check_a_kill(victims, tenant, operation, sent)


@pytest.mark.soak
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("operation", ["create", "update", "destroy"])
def test_killed_in_every_way(victims: Victims, tenant: Any, operation: str, sent: signal.Signals) -> None:
    check_a_kill(victims, tenant, operation, sent)
