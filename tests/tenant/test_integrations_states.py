"""The statuses of integrations, what is refused in which of them, and every documented error letter by letter."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from immuta_tenant import RunningTenant, running_tenant
from tests.tenant.client import API_KEY, Client
from tests.tenant.integration_bodies import CREDENTIALS, NAMES, ONE_OF_EACH, body, create, delete, refused

BUSY = ("creating", "editing", "deleting", "migrating")
SETTLED = ("enabled", "createError", "editError", "deleteError", "migrateError", "recurringValidationError")
FAULTS = "/_local/integration-faults"
UPDATE = "If you need to update your integration credentials, use PUT to update the integration before disabling."
NEEDLESS = f"Credentials are not required for disable unless the integration was configured automatically. {UPDATE}"
NEEDLESS_DATABRICKS = f"Credentials are not required to disable a Databricks Unity Catalog integration. {UPDATE}"
MISSING = (
    "Integrations that are automatically configured require privileged credentials to disable. "
    "Please provide them in your payload."
)


def _status(client: Client, identifier: int = 1) -> Any:
    return client.ok("GET", f"/integrations/{identifier}/status")["status"]


def _statuses_until(client: Client, last: str, identifier: int = 1) -> list[str]:
    """The statuses that a client who waits sees, each once."""
    seen: list[str] = []
    deadline = time.monotonic() + 10
    while last not in seen and time.monotonic() < deadline:
        status = _status(client, identifier)
        seen += [] if seen[-1:] == [status] else [status]
        time.sleep(0.02)
    return seen


def test_operations_take_their_time(switched) -> None:
    client = switched(integration_delay=0.3)
    name = "snowflake auto password"

    assert client.ok("POST", "/integrations", json=body(name))["status"] == "creating"
    assert _statuses_until(client, "enabled") == ["creating", "enabled"]
    assert client.ok("PUT", "/integrations/1", json=body(name, audit={"enabled": True}))["status"] == "editing"
    assert client.ok("GET", "/integrations/1")["config"]["audit"] == {"enabled": False}
    assert _statuses_until(client, "enabled") == ["editing", "enabled"]
    assert client.ok("GET", "/integrations/1")["config"]["audit"] == {"enabled": True}
    assert delete(client, 1, name)["status"] == "deleting"
    assert [item["status"] for item in client.ok("GET", "/integrations")] == ["deleting"]
    time.sleep(0.4)
    assert client.ok("GET", "/integrations") == []


@pytest.mark.parametrize("status", SETTLED)
def test_everything_settled_can_be_changed(tenant: RunningTenant, client: Client, status: str) -> None:
    create(client, "trino")
    create(client, "s3 key")
    tenant.set_integration_status(2, status)

    assert client.ok("PUT", "/integrations/2", json=body("s3 key", name="n"))["status"] == "editing"
    assert (_status(client, 2), tenant.integration(2)["config"]["name"]) == ("enabled", "n")


@pytest.mark.parametrize("status", SETTLED)
def test_everything_settled_can_be_deleted(tenant: RunningTenant, client: Client, status: str) -> None:
    create(client, "s3 key")
    tenant.set_integration_status(1, status)
    delete(client, 1, "s3 key")

    assert tenant.integrations() == []


@pytest.mark.parametrize("status", BUSY)
@pytest.mark.parametrize("query", ["", "?dryRun=true"])
def test_what_is_busy_is_left_alone(tenant: RunningTenant, client: Client, status: str, query: str) -> None:
    create(client, "s3 key")
    tenant.set_integration_status(1, status, seconds=60)
    refusal = (409, "Conflict", f"Unable to edit integration with ID 1 in current state {status}.")

    assert refused(client, "PUT", f"/integrations/1{query}", json=body("s3 key")) == refusal
    assert refused(client, "DELETE", f"/integrations/1{query}") == refusal
    assert refused(client, "DELETE", "/integrations/1?forceDisable=true") == refusal
    assert _status(client) == status


def test_what_a_restart_interrupts_goes_on(connecting, tmp_path: Path) -> None:
    settings = {"api_key": API_KEY, "database": str(tmp_path / "tenant.sqlite"), "integration_delay": 0.4}
    with running_tenant(**settings) as tenant, connecting(tenant) as client:
        create(client, "s3 key")
        assert _status(client) == "creating"
    time.sleep(0.4)
    with running_tenant(**settings) as tenant, connecting(tenant) as client:
        assert _status(client) == "enabled"


@pytest.mark.parametrize("name", [name for name in NAMES if name != "trino"])
def test_a_creation_that_fails_late(tenant: RunningTenant, client: Client, name: str) -> None:
    tenant.integration_fault(operation="create")
    create(client, name)
    tenant.clear_integration_faults()
    platform, config = body(name)["type"], body(name)["config"]
    label = "Databricks Unity Catalog" if platform == "Databricks" else platform
    sites = {"Databricks": config.get("workspaceUrl"), "Native S3": f"host {config.get('awsLocationPath')}"}
    sites["Google BigQuery"] = f"host p-1.{config.get('dataset', 'immuta')}"
    site = sites.get(platform, f"host {config.get('host')}")
    message = (
        f"Use PUT /integrations/1 endpoint to update connection information for {label} integration on {site} (id = 1) "
        "that previously failed to create."
    )

    assert _status(client) == "createError"
    assert refused(client, "POST", "/integrations", json=body(name)) == (400, "Bad Request", message)
    assert client.ok("PUT", "/integrations/1", json=body(name))["status"] == "editing"
    assert _status(client) == "enabled"


def test_the_documented_way_out_of_a_failed_creation(tenant: RunningTenant, client: Client) -> None:
    name = "snowflake auto password"
    tenant.integration_fault(operation="create")
    create(client, name)
    tenant.clear_integration_faults()
    client.ok("PUT", "/integrations/1", json=body(name, host="other.snowflakecomputing.com", database="D"))
    shown = client.ok("GET", "/integrations/1")

    assert (shown["status"], shown["config"]["host"]) == ("enabled", "other.snowflakecomputing.com")


def test_what_was_never_set_up_stays_so(tenant: RunningTenant, client: Client) -> None:
    tenant.integration_fault()
    create(client, "s3 key")
    client.ok("PUT", "/integrations/1", json=body("s3 key", name="other"))

    assert (_status(client), tenant.integration(1)["config"]["name"]) == ("createError", "lake-eu")


def test_a_change_that_fails_late_is_rolled_back(tenant: RunningTenant, client: Client) -> None:
    create(client, "redshift manual password")
    tenant.integration_fault(operation="edit", type="Redshift", test="Initial Validation: Basic", late=True)
    client.ok("PUT", "/integrations/1", json=body("redshift manual password", password="new", port=1))
    shown = client.ok("GET", "/integrations/1")

    assert (shown["status"], shown["config"]["port"]) == ("editError", 5439)
    assert shown["validationResults"]["status"] == "failed"
    assert shown["validationResults"]["validationTests"][0] == {
        "name": "Initial Validation: Basic Connection Test",
        "status": "failed",
        "message": "Unable to connect to host.",
    }
    assert tenant.integration_has_secret(1, "password", "made-up")


def test_a_deletion_that_fails_late_is_rolled_back(tenant: RunningTenant, client: Client) -> None:
    create(client, "trino")
    tenant.integration_fault(operation="delete")

    assert delete(client, 1, "trino")["status"] == "deleting"
    assert _status(client) == "deleteError"
    tenant.clear_integration_faults()
    delete(client, 1, "trino")
    assert tenant.integrations() == []


def test_forced_deletion(tenant: RunningTenant, client: Client) -> None:
    create(client, "snowflake auto password")
    tenant.integration_fault(operation="delete")
    answer = client.ok("DELETE", "/integrations/1?forceDisable=true")

    assert answer == {
        "id": "1",
        "status": "deleting",
        "validationResults": {"status": "passed", "validationTests": []},
    }
    assert tenant.integration(1)["status"] == "disabled"
    assert refused(client, "GET", "/integrations/1")[0] == 404


@pytest.mark.parametrize("name", ["snowflake auto password", "redshift auto key", "bigquery"])
def test_a_forced_deletion_leaves_the_database_behind(tenant: RunningTenant, client: Client, name: str) -> None:
    create(client, name)
    client.ok("DELETE", "/integrations/1?forceDisable=true")
    message = "Validation of prerequisite setup failed. Unable to create integration."

    assert refused(client, "POST", "/integrations", json=body(name)) == (422, "Unprocessable entity", message)
    tenant.set_integration_status(1, "deleted")  # somebody has cleaned up
    assert create(client, name) == 2


def test_another_database_is_not_in_the_way(client: Client) -> None:
    create(client, "redshift auto key")
    client.ok("DELETE", "/integrations/1?forceDisable=true")

    assert create(client, "redshift auto key", database="other") == 2
    assert create(client, "redshift auto key", host="other.example.net") == 3


@pytest.mark.parametrize("force", [False, True])
def test_gone_ones_can_be_shown(switched, force: bool) -> None:
    client = switched(deleted_integrations_readable=True)
    status = "disabled" if force else "deleted"
    create(client, "s3 key")
    client.ok("DELETE", f"/integrations/1?forceDisable={str(force).lower()}")
    refusal = (409, "Conflict", f"Unable to edit integration with ID 1 in current state {status}.")

    assert (client.ok("GET", "/integrations/1")["status"], _status(client)) == (status, status)
    assert [item["status"] for item in client.ok("GET", "/integrations")] == [status]
    assert refused(client, "PUT", "/integrations/1", json=body("s3 key")) == refusal
    assert refused(client, "DELETE", "/integrations/1") == refusal
    assert create(client, "s3 key") == 2


@pytest.mark.parametrize(
    ("method", "path", "noun"),
    [
        ("GET", "/integrations/7", "Integration"),
        ("GET", "/integrations/7/status", "Integration"),
        ("PUT", "/integrations/7", "integration"),
        ("DELETE", "/integrations/7", "integration"),
        ("POST", "/integrations/7/regenerate", "integration"),
        ("POST", "/integrations/7/scripts/edit", "integration"),
        ("POST", "/integrations/7/scripts/delete", "integration"),
    ],
)
def test_not_found(client: Client, method: str, path: str, noun: str) -> None:
    options = {} if method == "DELETE" else {"json": body("snowflake manual password")}

    assert refused(client, method, path, **options) == (404, "Not found", f"No {noun} found with ID 7.")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("snowflake auto key", "Snowflake integration already exists on host ac1.snowflakecomputing.com (id = 1)"),
        ("redshift auto key", "Redshift integration already exists on host rs.example.net (id = 1)"),
        ("synapse auto", "Azure Synapse Analytics integration already exists on host syn01.example.net (id = 1)"),
        ("bigquery", "Google BigQuery integration already exists on host p-1.immuta (id = 1)"),
        (
            "databricks auto token",
            "Databricks Unity Catalog integration already exists on ws7.cloud.databricks.com (id = 1)",
        ),
        ("s3 key", "Access Grants location already exists on provided path."),
    ],
)
def test_one_integration_per_site(client: Client, tenant: RunningTenant, name: str, message: str) -> None:
    create(client, name)

    assert refused(client, "POST", "/integrations", json=body(name)) == (409, "Conflict", message)
    assert refused(client, "POST", "/integrations?dryRun=true", json=body(name)) == (409, "Conflict", message)
    tenant.set_integration_status(1, "deleteError")
    assert refused(client, "POST", "/integrations", json=body(name))[0] == 409
    assert len(tenant.integrations()) == 1


def test_host_names_have_no_letter_case(client: Client) -> None:
    create(client, "snowflake auto key")
    sent = body("snowflake auto key", host="AC1.snowflakecomputing.com")

    assert refused(client, "POST", "/integrations", json=sent)[0] == 409


def test_names_of_s3_are_unique(client: Client) -> None:
    create(client, "s3 key")
    create(client, "s3 key", name="other", awsLocationPath="s3://other/")
    message = "Access Grants location already exists on provided path."

    assert refused(client, "POST", "/integrations", json=body("s3 key", awsLocationPath="s3://new/"))[2] == message
    assert refused(client, "PUT", "/integrations/1", json=body("s3 key", name="other")) == (409, "Conflict", message)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (
            "s3 auto",
            {
                "awsAccountId": "2",
                "awsRegion": "us-east-1",
                "awsLocationRole": "arn:aws:iam::210987654321:role/x",
                "awsLocationPath": "s3://x/",
                "awsRoleToAssume": ...,
                "port": 1,
            },
        ),
        ("synapse auto", {"host": "x", "database": "x", "schema": "x", "metadataDelimiters": {"hashDelimiter": "x"}}),
        ("databricks auto token", {"workspaceUrl": "x", "catalog": "x"}),
        ("bigquery", {"location": "x", "datasetSuffix": "_x", "dataset": "x"}),
        ("redshift auto key", {"host": "x", "database": "x", "initialDatabase": "x"}),
        ("snowflake auto password", {"host": "x", "database": "x"}),
    ],
)
def test_what_stays_as_it_is(client: Client, name: str, changes: dict[str, Any]) -> None:
    create(client, name)
    before = client.ok("GET", "/integrations/1")
    text = "Unable to edit integration due to changes of non-editable attribute(s)."

    for attribute, value in changes.items():
        answer = refused(client, "PUT", "/integrations/1", json=body(name, **{attribute: value}))
        assert answer == (400, "Bad request", f"{text} [{attribute}]")
    message = refused(client, "PUT", "/integrations/1", json=body(name, **changes))[2]
    assert message == f"{text} [{', '.join(changes)}]"
    assert client.ok("GET", "/integrations/1") == before


def test_what_s3_never_changes(tenant: RunningTenant, client: Client) -> None:
    create(client, "s3 key")
    tenant.set_integration_status(1, "createError")

    assert refused(client, "PUT", "/integrations/1", json=body("s3 key", awsRegion="us-east-1"))[0] == 400


def test_platform_and_mode_stay(client: Client) -> None:
    create(client, "redshift manual password")
    text = "Unable to edit integration due to changes of non-editable attribute(s)."

    sent = body("redshift auto password", database="x")
    assert refused(client, "PUT", "/integrations/1", json=body("s3 key"))[2] == f"{text} [type]"
    assert refused(client, "PUT", "/integrations/1", json=sent)[2] == f"{text} [autoBootstrap, database]"


def test_trino_cannot_be_changed(client: Client) -> None:
    create(client, "trino")
    names = "Azure Synapse Analytics, Databricks, Google BigQuery, Native S3, Redshift, Snowflake"
    message = f'"type" must be one of [{names}]'

    assert refused(client, "PUT", "/integrations/1", json={"type": "Trino"}) == (400, "Bad Request", message)


@pytest.mark.parametrize("placeholder", ["<REDACTED>", "REDACTED", "[REDACTED]", "*****"])
def test_what_responses_show_is_no_secret(client: Client, placeholder: str) -> None:
    create(client, "redshift manual okta")
    okta = body("redshift manual okta")["config"]["okta"] | {"password": placeholder}
    message = '"config.okta.password" must be the secret itself, not what responses show of it'

    answer = refused(client, "PUT", "/integrations/1", json=body("redshift manual okta", okta=okta))
    assert answer == (400, "Bad Request", message)


@pytest.mark.parametrize("name", NAMES)
def test_which_deletions_take_credentials(client: Client, name: str) -> None:
    create(client, name)
    sent = CREDENTIALS.get(name)
    if sent is None:
        message = NEEDLESS_DATABRICKS if name.startswith("databricks") else NEEDLESS
        some = CREDENTIALS["synapse auto"]
        assert refused(client, "DELETE", "/integrations/1", json=some) == (400, "Bad request", message)
        assert refused(client, "DELETE", "/integrations/1?forceDisable=true", json=some)[0] == 400
    else:
        assert refused(client, "DELETE", "/integrations/1") == (400, "Bad request", MISSING)
        assert refused(client, "DELETE", "/integrations/1", json={}) == (400, "Bad request", MISSING)
    assert _status(client) == "enabled"
    client.ok("DELETE", "/integrations/1", json={} if sent is None else sent)


def test_validation_that_fails(client: Client) -> None:
    create(client, "redshift manual password")
    client.ok("POST", FAULTS, json={"test": "Initial Validation: Basic Connection Test"})
    label = "Unprocessable entity"
    sent = body("redshift manual password", host="other.example.net")

    assert refused(client, "POST", "/integrations", json=sent) == (
        422,
        label,
        "Validation of prerequisite setup failed. Unable to create integration.",
    )
    sent = body("redshift manual password", port=1)
    message = "Unable to edit integration with ID 1, validation failed."
    assert refused(client, "PUT", "/integrations/1", json=sent) == (422, label, message)
    message = "Unable to delete integration with ID 1, validation failed."
    assert refused(client, "DELETE", "/integrations/1") == (422, label, message)
    assert [(item["id"], item["status"]) for item in client.ok("GET", "/integrations")] == [("1", "enabled")]
    assert client.ok("GET", "/integrations/1")["config"]["port"] == 5439


def test_trino_can_fail_without_a_test(client: Client) -> None:
    client.ok("POST", FAULTS, json={"type": "Trino", "late": False})
    message = "Validation of prerequisite setup failed. Unable to create integration."

    assert refused(client, "POST", "/integrations", json=body("trino")) == (422, "Unprocessable entity", message)


@pytest.mark.parametrize("name", [*ONE_OF_EACH, "trino"])
def test_dry_runs_change_nothing(client: Client, tenant: RunningTenant, name: str) -> None:
    answer = client.ok("POST", "/integrations?dryRun=true", json=body(name))
    assert (answer["id"], answer["status"], answer["validationResults"]["status"]) == (None, None, "passed")
    assert tenant.integrations() == []

    create(client, name)
    before = tenant.integrations()
    if name != "trino":
        answer = client.ok("PUT", "/integrations/1?dryRun=true", json=body(name))
        assert (answer["id"], answer["status"]) == ("1", "enabled")
    answer = client.ok("DELETE", "/integrations/1?dryRun=true", json=CREDENTIALS.get(name))
    assert (answer["id"], answer["status"]) == ("1", "enabled")
    assert client.ok("DELETE", "/integrations/1?dryRun=true&forceDisable=true")["status"] == "enabled"
    assert tenant.integrations() == before


def test_a_dry_run_tells_what_fails(client: Client) -> None:
    client.ok("POST", FAULTS, json={"test": "Metastore"})
    results = client.ok("POST", "/integrations?dryRun=true", json=body("databricks auto token"))["validationResults"]

    assert results["status"] == "failed"
    assert results["validationTests"][0] == {
        "name": "Metastore validation",
        "status": "failed",
        "message": "No metastore is assigned to workspace.",
    }
