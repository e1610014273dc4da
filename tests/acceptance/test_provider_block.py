"""The provider block with real Terraform: several tenants, what is known late, what is missing or wrong."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from immuta_tenant import running_tenant
from tests.acceptance import outside
from tests.acceptance.conftest import API_KEY
from tests.acceptance.terraform import Workspace, flat

pytestmark = pytest.mark.terraform

PURPOSE = {"immuta_purpose": {"it": {"name": "Research"}}}


def test_two_tenants(workspace: Workspace, tenant: Any) -> None:
    """Two provider blocks, each with its own tenant."""
    with running_tenant(api_key="other-key") as other:
        workspace.write(
            {"immuta_purpose": {"here": {"name": "Here"}, "there": {"name": "There", "provider": "immuta.other"}}},
            provider={"immuta": [{}, {"alias": "other", "host": other.url, "api_key": "other-key"}]},
        )
        workspace.apply()
        workspace.assert_no_changes()
        assert (outside.purpose_names(tenant), outside.purpose_names(other)) == ({"Here"}, {"There"})


def test_a_host_that_is_known_after_apply(workspace: Workspace, tenant: Any) -> None:
    """New objects can be planned and are made in the same apply; what exists is not read meanwhile."""
    late = {"terraform_data": {"host": {"input": tenant.url}}}
    block = {"immuta": {"host": "${terraform_data.host.output}", "api_key": API_KEY}}
    workspace.write({**late, **PURPOSE}, provider=block)
    workspace.apply()
    workspace.assert_no_changes()
    moved = {"terraform_data": {"host": {"input": tenant.url, "triggers_replace": ["again"]}}}
    workspace.write({**moved, **PURPOSE}, provider=block)
    workspace.apply()
    workspace.assert_no_changes()


def test_a_look_up_with_a_host_that_is_known_after_apply(workspace: Workspace, tenant: Any) -> None:
    workspace.write(
        {"terraform_data": {"host": {"input": tenant.url}}},
        provider={"immuta": {"host": "${terraform_data.host.output}", "api_key": API_KEY}},
        data={"immuta_current_user": {"me": {}}},
    )
    printed = workspace.apply_fails()
    assert "The provider immuta is not configured yet" in printed
    assert "-target" in printed


@pytest.mark.parametrize(
    ("missing", "words"),
    [("IMMUTA_HOST", "IMMUTA_HOST"), ("IMMUTA_API_KEY", "IMMUTA_API_KEY")],
)
def test_what_is_missing_is_named(workspace: Workspace, missing: str, words: str) -> None:
    del workspace.environment[missing]
    workspace.write(PURPOSE)
    printed = workspace.apply_fails()
    assert "Cannot configure the provider immuta" in printed
    assert words in printed


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"host": "http://tenant.example.com"}, "allow_insecure_http"),
        ({"host": "http://127.0.0.1:9", "max_retries": 0}, "connection"),
        ({"api_key": "wrong"}, "401"),
        ({"authentication": "bearer", "api_key": "wrong"}, "401"),
        ({"ca_file": "nowhere.pem"}, "nowhere.pem"),
        ({"request_timeout": "soon"}, "is not a duration"),
        ({"max_retries": 99}, "is not between"),
        ({"authentication": "password"}, "is none of"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_explained(attached: Workspace, block: dict[str, Any], words: str) -> None:
    attached.write(PURPOSE, provider={"immuta": block})
    printed = attached.apply_fails()
    assert words in printed
    assert "Traceback" not in printed


def test_refresh_can_be_switched_off(attached: Workspace, tenant: Any) -> None:
    attached.write(PURPOSE)
    attached.apply()
    outside.change_purpose("Research", description="changed outside")(tenant)
    attached.write(PURPOSE, provider={"immuta": {"refresh": False}})
    attached.assert_no_changes()
    attached.write(PURPOSE, provider={"immuta": {"refresh": True}})
    assert attached.apply_changes().only().attributes == {"description"}


def test_planned_writes_can_be_tried(attached: Workspace, tenant: Any) -> None:
    """What a dry run refuses is a warning of the plan; a project whose purposes are still to come is not tried."""
    block = {"immuta": {"validate_at_plan": True}}
    project = {"project_key": "study", "name": "Study", "tags": ["No.Such.Tag"]}
    attached.write({"immuta_project": {"it": project}}, provider=block)
    printed = flat(attached.plan().text)
    assert 'A dry run of the planned change of immuta_project "study" was refused' in printed
    assert "No.Such.Tag" in printed
    later = {**project, "purposes": ["${immuta_purpose.it.name}"]}
    attached.write({**PURPOSE, "immuta_project": {"it": later}}, provider=block)
    assert "dry run" not in attached.plan().text
    good = {**project, "tags": ["Discovered.PII"]}
    attached.write({"immuta_project": {"it": good}}, provider=block)
    assert "dry run" not in attached.apply()
    assert outside.project_keys(tenant) == {"study"}
    attached.write({"immuta_project": {"it": {**good, "tags": ["No.Such.Tag"]}}}, provider=block)
    assert "dry run" in attached.plan().text


def test_timeouts(attached: Workspace) -> None:
    """They show as an update that makes no request, and an operation ends with its time."""
    limits = {"create": "2m", "read": "2m", "update": "2m", "delete": "2m"}
    attached.write(PURPOSE)
    attached.apply()
    for changed in (limits, {**limits, "read": "3m"}, {"create": "4m"}):
        attached.write({"immuta_purpose": {"it": {"name": "Research", "timeouts": changed}}})
        assert attached.apply_changes().only().attributes == {"timeouts"}
    attached.assert_no_changes()
    attached.write({"immuta_purpose": {"it": {"name": "Research", "timeouts": {"create": "soon"}}}})
    assert "is not a duration" in flat(attached.run("validate", "-no-color", ok=(1,)))


def test_one_process_serves_many_terraforms_under_a_debugger(workspace: Workspace, tenant: Any) -> None:
    command = [sys.executable, "-m", "immuta_provider", "--debug"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=workspace.environment) as process:
        assert process.stdout is not None
        name, _, value = process.stdout.readline().partition("=")
        assert name == "TF_REATTACH_PROVIDERS"
        workspace.environment[name] = value.strip().strip("'")
        try:
            workspace.write(PURPOSE)
            workspace.apply()
            workspace.assert_no_changes()
            workspace.destroy()
            assert process.poll() is None
            process.terminate()
            assert process.wait(10) == 0
        finally:
            process.kill()
    assert outside.purpose_names(tenant) == set()
