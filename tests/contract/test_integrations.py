"""The client of integrations against the tenant: the forms an answer may have, and each documented refusal."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_provider.api import Client, Conflict, InvalidRequest, Settings
from immuta_provider.api.integrations import IntegrationsApi, named_id
from immuta_tenant import RunningTenant, running_tenant
from tests.contract.calls.integrations import SYNAPSE

BUSY = "Unable to edit integration with ID 1 in current state editing."


def test_an_integration_is_read(client: Client) -> None:
    """Ids are numbers or texts; the results of the tests come along; secrets do not."""
    integrations = IntegrationsApi(client)
    made = integrations.create(SYNAPSE)
    assert (made.id, made.status) == ("1", "creating")
    found = integrations.get(1)
    assert found is not None
    assert (found.id, found.type, found.auto_bootstrap, found.status) == ("1", SYNAPSE["type"], False, "enabled")
    assert "made-up" not in str(found.config)
    assert {test.status for test in found.validation_results.validation_tests} <= {"passed", "skipped"}


@pytest.mark.parametrize("form", ["text", "string", "object"])
def test_a_script_in_each_form(form: str) -> None:
    with running_tenant(integration_scripts=form) as tenant:
        settings = Settings(host=tenant.url, api_key=tenant.api_key, max_retries=0)
        with Client(settings) as client:
            script = IntegrationsApi(client).script("create", body=SYNAPSE)
    assert "made up" in script.lower()
    assert "\n" in script


def test_a_dry_run_changes_nothing(client: Client, tenant: RunningTenant) -> None:
    """What fails is in its results; it has no id."""
    integrations = IntegrationsApi(client)
    tenant.integration_fault(operation="create", test="Initial Validation: Connect")
    tried = integrations.try_out(None, SYNAPSE)
    assert (tried.id, tried.status) == (None, None)
    assert [test.message for test in tried.validation_results.failed] == ["Unable to connect to host."]
    assert integrations.list() == []


def test_refusals(client: Client, tenant: RunningTenant) -> None:
    integrations = IntegrationsApi(client)
    integrations.create(SYNAPSE)
    tenant.set_integration_status(1, "editing")
    for call in (lambda: integrations.update(1, SYNAPSE), lambda: integrations.delete(1)):
        with pytest.raises(Conflict) as busy:
            call()
        assert busy.value.server_message == BUSY
    for status, kind in (("enabled", Conflict), ("createError", InvalidRequest)):
        tenant.set_integration_status(1, status)
        with pytest.raises(kind) as taken:
            integrations.create(SYNAPSE)
        assert named_id(taken.value) == 1
    with pytest.raises(InvalidRequest, match="Credentials are not required for disable"):
        integrations.delete(1, {"username": "u"})


def test_what_is_not_there(client: Client) -> None:
    """None for reads, nothing for a deletion."""
    integrations = IntegrationsApi(client)
    assert (integrations.get(9), integrations.status(9)) == (None, None)
    integrations.delete(9)


@pytest.mark.parametrize("status", ["deleted", "disabled"])
def test_what_is_gone_and_can_be_read_is_not_there(status: str) -> None:
    with running_tenant(deleted_integrations_readable=True) as tenant:
        settings = Settings(host=tenant.url, api_key=tenant.api_key, max_retries=0)
        with Client(settings) as client:
            integrations = IntegrationsApi(client)
            integrations.create(SYNAPSE)
            tenant.set_integration_status(1, status)
            found: tuple[Any, ...] = (integrations.get(1), integrations.status(1), integrations.list())
    assert found == (None, None, [])


def test_a_lost_creation_is_found(client: Client, tenant: RunningTenant) -> None:
    """With a look it is not made twice."""
    integrations = IntegrationsApi(client)
    tenant.fault("500", count=1, effect=True)
    retrying = Client(Settings(host=tenant.url, api_key=tenant.api_key, max_retries=1))
    with retrying:
        made = IntegrationsApi(retrying).create(SYNAPSE, look=lambda: next(iter(integrations.list()), None))
    assert made.id == "1"
    assert [entry.method for entry in tenant.request_log()].count("POST") == 1
