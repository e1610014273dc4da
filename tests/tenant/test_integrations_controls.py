"""What tests do to integrations behind the clients' back, the request log, and the switches."""

from __future__ import annotations

import time

import pytest

from immuta_tenant import RunningTenant, Settings
from immuta_tenant.testing import UnknownObjectError
from tests.tenant.client import Client
from tests.tenant.integration_bodies import NAMES, body, create, refused


def _status(client: Client, identifier: int = 1) -> str:
    return str(client.ok("GET", f"/integrations/{identifier}/status")["status"])


@pytest.mark.parametrize("status", ["migrateError", "recurringValidationError", "somethingNew"])
def test_any_status(client: Client, status: str) -> None:
    create(client, "s3 key")

    assert client.ok("POST", "/_local/integrations/1/status", json={"status": status}) == {"id": 1, "status": status}
    assert client.ok("GET", "/integrations/1")["status"] == status


def test_a_migration_for_a_while(client: Client) -> None:
    create(client, "s3 key")
    client.ok("POST", "/_local/integrations/1/status", json={"status": "migrating", "seconds": 0.3})

    assert _status(client) == "migrating"
    time.sleep(0.35)
    assert _status(client) == "enabled"


def test_a_migration_that_fails(client: Client, tenant: RunningTenant) -> None:
    create(client, "s3 key")
    tenant.set_integration_status(1, "migrating", seconds=0, then="migrateError")

    assert _status(client) == "migrateError"


def test_a_migration_takes_the_tenants_delay(switched) -> None:
    client = switched(integration_delay=0.3)
    create(client, "s3 key")
    time.sleep(0.35)
    client.ok("POST", "/_local/integrations/1/status", json={"status": "migrating"})

    assert _status(client) == "migrating"
    time.sleep(0.35)
    assert _status(client) == "enabled"


def test_a_recurring_failure_shows_its_test(client: Client, tenant: RunningTenant) -> None:
    create(client, "snowflake manual key")
    test = "Initial Validation: Default Warehouse Access Test"
    tenant.set_integration_status(1, "recurringValidationError", test=test.lower())
    results = client.ok("GET", "/integrations/1")["validationResults"]

    assert results["status"] == "failed"
    assert [item["name"] for item in results["validationTests"]].count(test) == 1
    assert results["validationTests"][1]["status"] == "failed"
    assert results["validationTests"][1]["message"].startswith("Unable to access default warehouse.")


def test_a_status_of_nothing(client: Client) -> None:
    answer = refused(client, "POST", "/_local/integrations/7/status", json={"status": "enabled"})

    assert answer == (404, "Not Found", "There is no integration 7.")


def test_controls_need_a_key(client: Client) -> None:
    for method, path in (("GET", "/_local/integration-faults"), ("POST", "/_local/integrations/1/status")):
        assert client.request(method, path, headers={"Authorization": "other"}).status_code == 401


def test_faults_are_listed_and_reset(client: Client, tenant: RunningTenant) -> None:
    create(client, "trino")
    tenant.integration_fault(operation="create")
    (fault,) = client.ok("GET", "/_local/integration-faults")["faults"]

    assert (fault["operation"], fault["late"], fault["test"]) == ("create", True, None)
    assert client.ok("GET", "/_local/state")["liveIntegrations"] == 1
    tenant.reset()
    assert client.ok("GET", "/_local/integration-faults") == {"faults": []}
    assert client.ok("GET", "/_local/state")["liveIntegrations"] == 0
    assert create(client, "trino") == 1


def test_change_behind_the_clients_back(client: Client, tenant: RunningTenant) -> None:
    create(client, "snowflake manual password")
    tenant.change_integration(1, warehouse="OTHER", audit={"enabled": True}, connectArgs="x", password="new")
    shown = client.ok("GET", "/integrations/1")["config"]

    assert (shown["warehouse"], shown["audit"], shown["connectArgs"]) == ("OTHER", {"enabled": True}, "<REDACTED>")
    assert (shown["password"], shown["username"]) == ("<REDACTED>", "<REDACTED>")
    assert tenant.integration_has_secret(1, "password", "new")
    assert tenant.integration_has_secret(1, "username", "ADMIN")
    tenant.change_integration("1", connectArgs=None)
    assert "connectArgs" not in client.ok("GET", "/integrations/1")["config"]
    with pytest.raises(ValueError, match="has no attribute colour"):
        tenant.change_integration(1, colour="red")


def test_change_each_behind_the_clients_back(client: Client, tenant: RunningTenant) -> None:
    for name in NAMES:
        path = f"/integrations/{create(client, name)}"
        before = client.ok("GET", path)
        changes = {"apiKey": "k"} if name == "trino" else {"port": 1}
        tenant.change_integration(before["id"], **changes)

        assert client.ok("GET", path)["config"] == before["config"] | changes
        tenant.delete_integration(before["id"])


def test_the_last_secret_is_known(client: Client, tenant: RunningTenant) -> None:
    create(client, "redshift manual okta")
    okta = body("redshift manual okta")["config"]["okta"] | {"password": "second"}
    client.ok("PUT", "/integrations/1", json=body("redshift manual okta", okta=okta))

    assert tenant.integration_has_secret(1, "okta.password", "second")
    assert not tenant.integration_has_secret(1, "okta.password", "made-up")


def test_delete_behind_the_clients_back(client: Client, tenant: RunningTenant) -> None:
    create(client, "redshift auto key")
    tenant.delete_integration(1)

    assert (tenant.integrations(), client.get("/integrations/1").status_code) == ([], 404)
    assert create(client, "redshift auto key") == 2


def test_unknown_integrations_are_named(tenant: RunningTenant) -> None:
    with pytest.raises(UnknownObjectError, match="no integration '7'"):
        tenant.set_integration_status(7, "enabled")


def test_the_log_has_no_secret(client: Client, tenant: RunningTenant) -> None:
    for name in NAMES:
        client.post("/integrations", json=body(name))
        client.post("/integrations/scripts/create", json=body(name))
        client.put("/integrations/1", json=body(name))
    client.request("DELETE", "/integrations/1", json=body("redshift auto key")["config"])
    text = str(tenant.request_log())

    assert len(tenant.request_log()) == 3 * len(NAMES) + 1
    assert [secret for secret in ("made-up", "AKIAMADEUP", "PRIV_KEY") if secret in text] == []


@pytest.mark.parametrize(
    "settings",
    [
        {"integration_ids": "text"},
        {"integration_view": "x"},
        {"integration_scripts": "x"},
        {"integration_delay": -1.0},
    ],
)
def test_switches_that_there_are_not(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="integration"):
        Settings(api_key="k", **settings)  # type: ignore[arg-type]
