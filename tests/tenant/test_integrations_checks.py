"""Validation tests by their documented names: which ones an operation runs, and each of them going wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import Client
from tests.tenant.integration_bodies import CREDENTIALS, KEY_FILE, ONE_OF_EACH, body, create, refused

FAULTS = "/_local/integration-faults"
VERIFY = "p-1.IMMUTA_VERIFY_DATASET_1"
TABLE = f"{VERIFY}.IMMUTA_VERIFY_TABLE"
CONNECT = "Unable to connect to host."
DATABASE = (
    "The database already exists. If this database can be safely dropped, please do so and try again. "
    "Alternatively, specify a different database name."
)
ROLE = (
    "Impersonation role already exists. If this role can be safely dropped please do so and try again. "
    "Alternatively, specify a different role name."
)
POSTFIX = "The Immuta service account does not end with expected value."
FORBIDDEN = "AWS responded with code [403], name [AccessDenied] and message [Access Denied] for request ID []."
S3 = {
    "There is no existing integration matching this configuration": "",
    "The provided integration name is unique across Immuta S3 integrations": POSTFIX,
    "The provided access grants location role is a valid ARN format": (
        "The specified access grants location role is not a valid ARN format."
    ),
    "The provided AWS credentials allow fetching the caller's identity via the AWS STS API": (
        "Found user ID [], ARN [] using STS."
    ),
    "An AWS Access Grants instance is configured in the provided AWS account and region": (
        f"AccessDenied: Unable to retrieve the access grants instance for account, region: {FORBIDDEN}"
    ),
    "The provided S3 path exists and Immuta can list prefixes": (
        "Immuta does not have access to the requested path [s3://]. Without access, Immuta will be unable to assist "
        "with S3 path discovery during data source creation."
    ),
    "An AWS Access Grants location does not yet exist for the provided path": (
        f"AccessDenied: Unable to list S3 access grants locations for account [], location scope []: {FORBIDDEN}"
    ),
}
SYNAPSE = {
    "Initial Validation: Connect": CONNECT,
    "Initial Validation: Delimiters": "Hash delimiter and array delimiter must not have the same value.",
    "Validate Immuta system user can manage database": "User does not have permission to manage database.",
}
DATABRICKS = {
    "Metastore validation": "No metastore is assigned to workspace.",
    "Basic Connection Test": "Could not connect to host, please confirm you are using valid connection parameters.",
}
BIGQUERY_BASIC = {
    "Basic Validation: Verify service account not being used for data source connection credentials": (
        "BigQuery doesn't support the reuse of service accounts for integrations that are currently being used for "
        "data sources."
    ),
    "Basic Validation: Immuta Service Account postfix": POSTFIX,
    "Basic Validation: Non-matching service account in key file": (
        "The service account does not match the service account in the provided key file."
    ),
    "Basic Validation: Connection can be made to BigQuery": "Could not connect to the remote BigQuery connection.",
}
DATASET = {
    "Initialize Validation: [Dataset - exists] p-1.immuta": (
        "An existing Immuta instance exists. Delete this dataset to continue."
    )
}
BIGQUERY_MANUAL = dict.fromkeys(
    (
        f"Validate Manual: [Dataset - create] {VERIFY}",
        f"Validate Manual: [Table - create] {TABLE}",
        f"Validate Manual: [Table - insert] {TABLE}",
        f"Validate Manual: [Table - get] {TABLE} (After insert)",
        f"Validate Manual: [Table - update] {TABLE}",
        f"Validate Manual: [Table - get] {TABLE} (After update)",
        f"Validate Manual: [Table - delete] {TABLE}",
        f"Validate Manual: [Dataset - delete] {VERIFY}",
    ),
    "Made up by the local tenant: the service account may not do this.",
)
REDSHIFT = {
    "Initial Validation: Basic Connection Test": CONNECT,
    "Validate Automatic Bootstrap: Immuta Database Does Not Exist": DATABASE,
}
SNOWFLAKE = {
    "Initial Validation: Basic Connection Test": CONNECT,
    "Initial Validation: Default Warehouse Access Test": (
        "Unable to access default warehouse. If this was a manual installation, ensure that the user has been granted "
        "usage on the specified warehouse."
    ),
    "Initial Validation: Table Grants Role Prefix is Unique": (
        "The Snowflake table grants role prefix IMMUTA is used by another Immuta instance connected to the same "
        "Snowflake host. Please update the table grants role prefix for this Immuta instance and try again."
    ),
    "Initial Validation: Validate access to Privileged Role": "User does not have access to the privileged role.",
    "Validate Automatic: Database Does Not Exist": DATABASE,
    "Validate Automatic: Impersonation Role Does Not Exist": ROLE,
    "Validate Automatic Bootstrap User Grants": "",
}
SHOWN = {
    "s3 key": S3,
    "synapse auto": SYNAPSE,
    "databricks auto token": DATABRICKS,
    "bigquery": BIGQUERY_BASIC | DATASET | BIGQUERY_MANUAL,
    "redshift auto password": REDSHIFT,
    "snowflake auto password": SNOWFLAKE,
}
NOT_SHOWN = {
    "synapse auto": {"Validate automatic: impersonation role does not exist": ROLE},
    "databricks manual oauth": {
        "Manual catalog setup": "Encountered an error looking up catalog metadata for catalog."
    },
    "redshift auto password": {"Validate automatic: impersonation role does not exist": ROLE},
}


def _tests(client: Client, method: str, path: str, **options: Any) -> list[dict[str, Any]]:
    return client.ok(method, path, **options)["validationResults"]["validationTests"]


def _names(client: Client, method: str, path: str, **options: Any) -> list[str]:
    return [test["name"] for test in _tests(client, method, path, **options)]


@pytest.mark.parametrize("name", SHOWN)
def test_names_and_order(client: Client, name: str) -> None:
    assert _names(client, "POST", "/integrations", json=body(name)) == list(SHOWN[name])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("s3 key", list(S3)[2:6]),
        ("bigquery", list(BIGQUERY_BASIC)),
        ("synapse auto", list(SYNAPSE)[0:3:2]),
        ("databricks auto token", list(DATABRICKS)),
        ("redshift auto password", list(REDSHIFT)[:1]),
        ("snowflake auto password", list(SNOWFLAKE)[0:4:3]),
    ],
)
def test_what_a_deletion_tests(client: Client, name: str, expected: list[str]) -> None:
    create(client, name)

    assert _names(client, "DELETE", "/integrations/1", json=CREDENTIALS.get(name)) == expected


@pytest.mark.parametrize("name", SHOWN | NOT_SHOWN)
def test_each_can_fail(client: Client, name: str) -> None:
    for test, message in (SHOWN.get(name, {}) | NOT_SHOWN.get(name, {})).items():
        client.ok("POST", FAULTS, json={"test": test, "status": "failed", "type": body(name)["type"]})
        results = client.ok("POST", "/integrations?dryRun=true", json=body(name))["validationResults"]
        failed = [item for item in results["validationTests"] if item["status"] == "failed"]

        assert results["status"] == "failed"
        assert failed == [{"name": test, "status": "failed"} | ({"message": message} if message else {})]
        assert refused(client, "POST", "/integrations", json=body(name))[:2] == (422, "Unprocessable entity")
        client.ok("DELETE", FAULTS)
    assert create(client, name) == 1


@pytest.mark.parametrize("name", SHOWN)
def test_a_warning_does_not_stop_anything(client: Client, tenant: RunningTenant, name: str) -> None:
    test = list(SHOWN[name])[-1]
    tenant.integration_fault(test=test, status="warning", message="billing is off")
    create(client, name)
    results = client.ok("GET", "/integrations/1")["validationResults"]

    assert results["status"] == "passed"
    assert results["validationTests"][-1] == {"name": test, "status": "warning", "message": "billing is off"}


def test_bigquery_warns_by_itself_and_skips_what_follows(client: Client) -> None:
    client.ok("POST", FAULTS, json={"test": "validate manual: [table - insert]"})
    tests = _tests(client, "POST", "/integrations", json=body("bigquery"))

    assert [item["status"] for item in tests[7:9]] == ["warning", "skipped"]
    assert {item["status"] for item in [*tests[:7], *tests[9:]]} == {"passed"}


def test_a_missing_metastore_has_a_message_of_its_own(client: Client) -> None:
    create(client, "databricks auto token")
    client.ok("POST", FAULTS, json={"test": "Metastore validation"})
    sent = body("databricks auto token", workspaceUrl="other.cloud.databricks.com")
    message = "Processing Error: Error trying to get the current metastore info."

    assert refused(client, "POST", "/integrations", json=sent) == (422, "Unprocessable entity", message)
    client.ok("DELETE", FAULTS)
    client.ok("POST", FAULTS, json={"test": "Basic Connection Test"})
    message = "Validation of prerequisite setup failed. Unable to create integration."
    assert refused(client, "POST", "/integrations", json=sent)[2] == message
    message = "Unable to edit integration with ID 1, validation failed."
    assert refused(client, "PUT", "/integrations/1", json=body("databricks auto token"))[2] == message


@pytest.mark.parametrize(
    ("name", "config", "test"),
    [
        ("s3 key", {"awsLocationRole": "role"}, list(S3)[2]),
        ("synapse auto", {"metadataDelimiters": {"hashDelimiter": ","}}, list(SYNAPSE)[1]),
        (
            "bigquery",
            {"credential": json.dumps(KEY_FILE | {"client_email": "i@p-2.iam.gserviceaccount.com"})},
            list(BIGQUERY_BASIC)[1],
        ),
    ],
)
def test_what_a_request_shows_by_itself(client: Client, name: str, config: dict[str, Any], test: str) -> None:
    tests = _tests(client, "POST", "/integrations?dryRun=true", json=body(name, **config))
    failed = [item for item in tests if item["status"] == "failed"]

    assert failed == [{"name": test, "status": "failed", "message": SHOWN[name][test]}]
    assert refused(client, "POST", "/integrations", json=body(name, **config))[0] == 422


@pytest.mark.parametrize(
    ("name", "skipped"),
    [
        ("snowflake auto password", ["Validate Automatic: Impersonation Role Does Not Exist"]),
        ("snowflake manual key", list(SNOWFLAKE)[4:]),
        ("redshift manual okta", list(REDSHIFT)[1:]),
    ],
)
def test_skipped(client: Client, name: str, skipped: list[str]) -> None:
    tests = _tests(client, "POST", "/integrations", json=body(name))

    assert [item["name"] for item in tests if item["status"] == "skipped"] == skipped
    assert [sorted(item) for item in tests if item["status"] == "skipped"] == [["name", "status"]] * len(skipped)


@pytest.mark.parametrize("name", ["synapse auto", "redshift auto password", "snowflake auto password"])
def test_a_new_role_is_looked_for(client: Client, name: str) -> None:
    sent = body(name, impersonation={"enabled": True})
    created = _tests(client, "POST", "/integrations", json=sent)
    edited = _tests(client, "PUT", "/integrations/1", json=sent)

    def outcome(tests: list[dict[str, Any]]) -> list[str]:
        return [item["status"] for item in tests if "impersonation role" in item["name"].lower()]

    assert outcome(created) == ["passed"]
    assert outcome(edited) == (["skipped"] if name.startswith("snowflake") else [])


def test_results(client: Client) -> None:
    synapse = _tests(client, "POST", "/integrations", json=body("synapse auto"))
    row = {
        "SCHEMA_NAME": "immuta_views",
        "CATALOG_NAME": "dw",
        "SCHEMA_OWNER": "setup@example.net",
        "DEFAULT_CHARACTER_SET_NAME": "iso_1",
        "DEFAULT_CHARACTER_SET_SCHEMA": None,
        "DEFAULT_CHARACTER_SET_CATALOG": None,
    }

    assert [item.get("result") for item in synapse] == [[row], None, [{"name": "setup@example.net"}]]
    redshift = _tests(client, "POST", "/integrations", json=body("redshift auto key"))
    assert [item["result"] for item in redshift] == [[None], []]
    databricks = _tests(client, "POST", "/integrations", json=body("databricks auto token"))
    assert databricks[1]["result"] == [{"1": 1}]
    assert "result" not in databricks[0]


def test_faults_are_for_operations_and_platforms(client: Client, tenant: RunningTenant) -> None:
    tenant.integration_fault(operation="edit", type="Snowflake", test="Initial")
    create(client, "snowflake manual key")
    create(client, "redshift manual okta")
    client.ok("PUT", "/integrations/2", json=body("redshift manual okta"))

    assert refused(client, "PUT", "/integrations/1", json=body("snowflake manual key"))[0] == 422
    client.ok("DELETE", "/integrations/1")


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_a_late_failure_tells_which_test(client: Client, tenant: RunningTenant, name: str) -> None:
    test = next(iter(SHOWN[name]))
    tenant.integration_fault(operation="create", test=test, late=True)
    answer = client.ok("POST", "/integrations", json=body(name))
    shown = client.ok("GET", "/integrations/1")

    assert answer["validationResults"]["status"] == "passed"
    assert (shown["status"], shown["validationResults"]["status"]) == ("createError", "failed")
    assert [item["name"] for item in shown["validationResults"]["validationTests"] if item["status"] == "failed"] == [
        test
    ]


def test_what_usually_warns_fails_late(client: Client, tenant: RunningTenant) -> None:
    tenant.integration_fault(test="Validate Manual: [Table - insert]", late=True)
    create(client, "bigquery")

    assert client.ok("GET", "/integrations/1")["validationResults"]["status"] == "failed"


@pytest.mark.parametrize(
    "name",
    [
        "Validate automatic: database does not exist",
        "Initial validation: delimiters test",
        "INITIAL VALIDATION: CONNECT",
        "initialize validation: [dataset - exists] another.dataset",
    ],
)
def test_names_of_the_tables_are_known_too(client: Client, name: str) -> None:
    assert client.ok("POST", FAULTS, json={"test": name}) == {"id": 1}


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"test": "Something"}, '"test" must be the name of a validation test, or the start of one'),
        (
            {"test": "Metastore validation", "type": "Snowflake"},
            '"test" must be the name of a validation test, or the start of one',
        ),
        ({"status": "warning"}, '"value" of a fault has status and message only with a test'),
        (
            {"test": "Metastore", "late": True, "status": "warning"},
            '"value" of a fault that is late has only the status failed',
        ),
        ({"type": "snowflake"}, '"type" must be one of '),
        ({"operation": "migrate"}, '"operation" must be one of '),
        ({"count": 1}, '"count" is not allowed'),
    ],
)
def test_faults_that_make_no_sense(client: Client, fault: dict[str, Any], message: str) -> None:
    status, error, said = refused(client, "POST", FAULTS, json=fault)

    assert (status, error) == (400, "Bad Request")
    assert said.startswith(message)
    assert client.ok("GET", FAULTS) == {"faults": []}
