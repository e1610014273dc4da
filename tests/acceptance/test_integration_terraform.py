"""Integrations through real Terraform, what the suite's case does not show; the long ones in `make soak`.

Imports by hand, replacements in both orders, a tenant that redacts everything, faults and kills on the platforms.
"""

from __future__ import annotations

import pathlib
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from immuta_tenant import running_tenant
from tests.acceptance import outside
from tests.acceptance.cases.integration import ONE_EACH, VARIANTS
from tests.acceptance.conftest import API_KEY, PROGRAM
from tests.acceptance.terraform import Workspace, environment, flat
from tests.acceptance.test_faults import COMMANDS, Life, _lived, folder, impatient_provider
from tests.acceptance.test_integration_life import HIDDEN, TEST
from tests.acceptance.test_integration_replacement import ELSEWHERE, LOGIN
from tests.acceptance.test_kills import OPTIONS, Victims, converge, until, victims
from tests.faults.matrix import FAULTS
from tests.faults.saboteur import Fault
from tests.faults.test_integrations import USUAL
from tests.faults.test_integrations import case as case_of

__all__ = ["folder", "impatient_provider", "victims"]  # fixtures

pytestmark = [pytest.mark.terraform, pytest.mark.soak]
FAULTY = [fault for fault in FAULTS if fault.name in USUAL]
CREATE_BEFORE_DESTROY = {"lifecycle": {"create_before_destroy": True}}


@pytest.fixture
def at_tenant(tmp_path: pathlib.Path, cli_config: pathlib.Path, reattach: str, request: Any) -> Iterator[Any]:
    """A workspace at a tenant with settings."""
    (tmp_path / "workspace").mkdir()
    settings = environment(cli_config, tmp_path, TF_REATTACH_PROVIDERS=reattach)
    with running_tenant(api_key=API_KEY, **request.param) as tenant:
        block = {"host": tenant.url, "api_key": API_KEY}
        yield Workspace(tmp_path / "workspace", settings, PROGRAM, block), tenant


def integration(configuration: dict[str, Any]) -> dict[str, Any]:
    return {"immuta_integration": {"it": configuration}}


def written(tenant: Any) -> list[str]:
    return [entry.method for entry in tenant.request_log() if entry.method != "GET"]


@pytest.mark.parametrize("name", ["s3, access key", "s3, auto", "trino"])
def test_imports_by_hand(attached: Workspace, tenant: Any, name: str) -> None:
    """The first apply after the import sends the secrets, and then there is nothing to do."""
    variant = VARIANTS[name]
    made = outside.call(tenant, "POST", "/integrations", json=variant.body)["id"]
    attached.write(integration(variant.configuration))
    attached.import_object("immuta_integration.it", f"{variant.type}/{variant.site}" if variant.site else f"id:{made}")
    attached.apply()
    attached.assert_no_changes()
    assert [each["id"] for each in tenant.integrations()] == [made]
    attached.destroy()
    assert tenant.integrations() == []


@pytest.mark.parametrize("lifecycle", [{}, CREATE_BEFORE_DESTROY], ids=["destroyed first", "created first"])
def test_a_failed_creation_on_a_wrong_host(attached: Workspace, tenant: Any, lifecycle: dict[str, Any]) -> None:
    """What is printed works, in both orders; no secret that is write-only is in the state."""
    attached.write(integration({**HIDDEN, **lifecycle}))
    tenant.integration_fault(operation="create", test=TEST, late=True)
    attached.apply_fails()
    tenant.clear_integration_faults()
    attached.write(integration({**ELSEWHERE, **LOGIN, **lifecycle}))
    attached.apply()
    attached.assert_no_changes()
    assert [each["config"]["host"] for each in tenant.integrations()] == ["other.snowflakecomputing.com"]
    assert "planted-first" not in (attached.folder / "terraform.tfstate").read_text()


@pytest.mark.parametrize("lifecycle", [{}, CREATE_BEFORE_DESTROY], ids=["destroyed first", "created first"])
def test_a_healthy_one_on_another_host(attached: Workspace, tenant: Any, lifecycle: dict[str, Any]) -> None:
    attached.write(integration({**HIDDEN, **lifecycle}))
    attached.apply()
    attached.write(integration({**ELSEWHERE, **lifecycle}))
    printed = flat(attached.run("plan", "-no-color", "-input=false", ok=(1,)))
    assert "take the other changes back and apply them alone first" in printed
    attached.write(integration({**ELSEWHERE, **LOGIN, **lifecycle}))
    attached.apply()
    attached.assert_no_changes()
    assert [each["config"]["host"] for each in tenant.integrations()] == ["other.snowflakecomputing.com"]


@pytest.mark.parametrize("lifecycle", [{}, CREATE_BEFORE_DESTROY], ids=["destroyed first", "created first"])
def test_a_protected_one_is_finished(attached: Workspace, tenant: Any, lifecycle: dict[str, Any]) -> None:
    """With `create_before_destroy` after the command that the error names."""
    protected = {**HIDDEN, "deletion_protection": True, **lifecycle}
    attached.write(integration(protected))
    tenant.integration_fault(operation="create", test=TEST, late=True)
    attached.apply_fails()
    tenant.clear_integration_faults()
    attached.write(integration({**protected, "snowflake": {**HIDDEN["snowflake"], "warehouse": "OTHER"}}))
    if lifecycle:
        assert "run `terraform untaint <address>` and apply" in flat(attached.apply_fails())
        attached.run("untaint", "immuta_integration.it")
    attached.apply()
    attached.assert_no_changes()
    assert written(tenant) == ["POST", "PUT"]


@pytest.mark.parametrize("at_tenant", [{"integration_delay": 600}], indirect=True, ids=["slow"])
def test_a_creation_that_ended_well_is_not_sent_again(at_tenant: tuple[Workspace, Any]) -> None:
    """Terraform gave up; the private data say what was sent, and nothing of its secrets."""
    attached, tenant = at_tenant
    attached.write(integration({**HIDDEN, "timeouts": {"create": "3s"}}))
    attached.apply_fails()
    tenant.set_integration_status("1", "enabled")
    attached.apply()
    attached.assert_no_changes()
    assert written(tenant) == ["POST"]


@pytest.mark.parametrize(
    "at_tenant", [{"integration_view": "strict", "integration_ids": "number"}], indirect=True, ids=["strict"]
)
def test_everything_is_redacted(at_tenant: tuple[Workspace, Any]) -> None:
    """Created, imported, changed and destroyed: no difference, and no marker in the state."""
    workspace, tenant = at_tenant
    every = {f"it_{number}": VARIANTS[name].configuration for number, name in enumerate(ONE_EACH)}
    workspace.write({"immuta_integration": every})
    workspace.apply()
    workspace.assert_no_changes()
    ids = {address: each["id"] for address, each in workspace.state().items()}
    for address, identifier in ids.items():
        workspace.run("state", "rm", address)
        workspace.import_object(address, f"id:{identifier}")
    workspace.apply()
    workspace.assert_no_changes()
    assert "REDACTED" not in (workspace.folder / "terraform.tfstate").read_text()
    workspace.destroy()
    assert tenant.integrations() == []


@pytest.mark.parametrize("fault", FAULTY, ids=lambda fault: fault.name)
@pytest.mark.parametrize("name", ["synapse auto", "redshift auto, okta", "redshift auto, access_key", "bigquery"])
def test_faults(folder: Workspace, tenant: Any, name: str, fault: Fault, record_property: Any) -> None:
    """One fault at each write and at a read of each command, once and for good."""
    life = Life(case_of(name), folder, tenant)
    life.learn()
    lives = max(len(life.places(command)) for command in COMMANDS)
    cases = sum(_lived(life, fault, number, times) for times in ("once", "always") for number in range(lives))
    record_property("Terraform fault cases", cases)


@pytest.mark.parametrize("carried_out", [False, True], ids=["not carried out", "carried out"])
@pytest.mark.parametrize("target", ["provider", "terraform", "group"])
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL], ids=lambda sent: sent.name)
def test_kills(victims: Victims, tenant: Any, sent: signal.Signals, target: str, carried_out: bool) -> None:
    """Killed in the middle of each write: the next run converges, with one integration and no secret in the state."""
    workspace = victims.workspace
    steps = (("POST", "apply", "FIRST"), ("PUT", "apply", "SECOND"), ("DELETE", "destroy", "SECOND"))
    for method, command, warehouse in steps:
        workspace.write(integration({**HIDDEN, **LOGIN, "snowflake": {**HIDDEN["snowflake"], "warehouse": warehouse}}))
        tenant.fault("hang", effect=carried_out, method=method, path="/integrations*", count=1)
        process = victims.start(command, *OPTIONS)
        until(lambda process=process: _hangs(tenant) or process.poll() is not None)  # type: ignore[misc]
        victims.kill(process, sent, target)
        time.sleep(0.1)
        tenant.clear_faults()
        text, _ = process.communicate(timeout=60)
        assert "Traceback" not in text
        victims.restore()
        assert converge(workspace, command) <= 2
        tenant.clear_request_log()
        there = [each["config"]["warehouse"] for each in tenant.integrations()]
        assert there == ([warehouse] if command == "apply" else []), method
        assert "planted-first" not in victims.recorded()
        if command == "apply":
            workspace.assert_no_changes()


def _hangs(tenant: Any) -> bool:
    return any(each.fault == "hang" for each in tenant.request_log())
