"""The validation tests of each platform, in the order of the documents' examples."""

from __future__ import annotations

import re
from typing import Any

from immuta_tenant.families.integrations.checks import Check, Subject
from immuta_tenant.families.integrations.platforms import key_file, value_at
from immuta_tenant.families.integrations.schema import Operation
from immuta_tenant.store import Document

_ALL: tuple[Operation, ...] = ("create", "edit", "delete")
_CREATE: tuple[Operation, ...] = ("create",)
_ARN = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/.+")
_ANY_CONNECTION = "Unable to connect to host."
_DATABASE = (
    "The database already exists. If this database can be safely dropped, please do so and try again. "
    "Alternatively, specify a different database name."
)
_IMPERSONATION = (
    "Impersonation role already exists. If this role can be safely dropped please do so and try again. "
    "Alternatively, specify a different role name."
)
_PERMISSION = "Made up by the local tenant: the service account may not do this."


def _is_manual(subject: Subject) -> bool:
    return subject.automatic is not True


def _occupied(subject: Subject) -> bool:
    return subject.occupied


def _is_late_for_database(subject: Subject) -> bool:
    return _is_manual(subject) or subject.operation != "create"


def _impersonates(subject: Subject) -> bool:
    return bool(value_at(subject.config, ("impersonation", "enabled")))


def _is_late_for_role(subject: Subject) -> bool:
    return _is_late_for_database(subject) or not _impersonates(subject)


def _has_new_role(subject: Subject) -> bool:
    return not _is_late_for_role(subject)


def _nothing(_subject: Subject) -> list[Any]:
    return []


def _null(_subject: Subject) -> list[Any]:
    return [None]


def _one(_subject: Subject) -> list[Any]:
    return [{"1": 1}]


def _bad_arn(subject: Subject) -> bool:
    return not _ARN.fullmatch(subject.config["awsLocationRole"])


def _equal_delimiters(subject: Subject) -> bool:
    delimiters = subject.config["metadataDelimiters"]
    return bool(delimiters["hashDelimiter"] == delimiters["arrayDelimiter"])


def _schema_row(subject: Subject) -> list[Document]:
    config = subject.config
    return [
        {
            "SCHEMA_NAME": config["schema"],
            "CATALOG_NAME": config["database"],
            "SCHEMA_OWNER": config["username"],
            "DEFAULT_CHARACTER_SET_NAME": "iso_1",
            "DEFAULT_CHARACTER_SET_SCHEMA": None,
            "DEFAULT_CHARACTER_SET_CATALOG": None,
        }
    ]


def _user_row(subject: Subject) -> list[Document]:
    return [{"name": subject.config["username"]}]


def _other_postfix(subject: Subject) -> bool:
    key = key_file(subject.config)
    return not str(key["client_email"]).endswith(f"@{key['project_id']}.iam.gserviceaccount.com")


_S3 = (
    Check("There is no existing integration matching this configuration", operations=_CREATE),
    Check(
        "The provided integration name is unique across Immuta S3 integrations",
        # The documents say so: they took it over from another platform.
        "The Immuta service account does not end with expected value.",
    ),
    Check(
        "The provided access grants location role is a valid ARN format",
        "The specified access grants location role is not a valid ARN format.",
        operations=_ALL,
        fails=_bad_arn,
    ),
    Check(
        "The provided AWS credentials allow fetching the caller's identity via the AWS STS API",
        "Found user ID [], ARN [] using STS.",
        operations=_ALL,
    ),
    Check(
        "An AWS Access Grants instance is configured in the provided AWS account and region",
        "AccessDenied: Unable to retrieve the access grants instance for account, region: AWS responded with code "
        "[403], name [AccessDenied] and message [Access Denied] for request ID [].",
        operations=_ALL,
    ),
    Check(
        "The provided S3 path exists and Immuta can list prefixes",
        "Immuta does not have access to the requested path [s3://]. Without access, Immuta will be unable to assist "
        "with S3 path discovery during data source creation.",
        operations=_ALL,
    ),
    Check(
        "An AWS Access Grants location does not yet exist for the provided path",
        "AccessDenied: Unable to list S3 access grants locations for account [], location scope []: AWS responded with "
        "code [403], name [AccessDenied] and message [Access Denied] for request ID [].",
        operations=_CREATE,
    ),
)
_SYNAPSE = (
    Check("Initial Validation: Connect", _ANY_CONNECTION, operations=_ALL, result=_schema_row),
    Check(
        "Initial Validation: Delimiters",
        "Hash delimiter and array delimiter must not have the same value.",
        also="Initial validation: delimiters test",
        fails=_equal_delimiters,
    ),
    Check("Validate automatic: impersonation role does not exist", _IMPERSONATION, runs=_has_new_role),
    Check(
        "Validate Immuta system user can manage database",
        "User does not have permission to manage database.",
        operations=_ALL,
        result=_user_row,
    ),
)
_DATABRICKS = (
    Check("Metastore validation", "No metastore is assigned to workspace.", operations=_ALL),
    Check(
        "Basic Connection Test",
        "Could not connect to host, please confirm you are using valid connection parameters.",
        operations=_ALL,
        result=_one,
    ),
    Check(
        "Manual catalog setup",
        "Encountered an error looking up catalog metadata for catalog.",
        runs=_is_manual,
    ),
)
_VERIFY = "{project}.IMMUTA_VERIFY_DATASET_1"
_TABLE = f"{_VERIFY}.IMMUTA_VERIFY_TABLE"


def _permission(what: str, after: str = "") -> Check:
    return Check(f"Validate Manual: {what}", _PERMISSION, after=after, usual="warning")


_BIGQUERY = (
    Check(
        "Basic Validation: Verify service account not being used for data source connection credentials",
        "BigQuery doesn't support the reuse of service accounts for integrations that are currently being used for "
        "data sources.",
        operations=_ALL,
    ),
    Check(
        "Basic Validation: Immuta Service Account postfix",
        "The Immuta service account does not end with expected value.",
        operations=_ALL,
        fails=_other_postfix,
    ),
    Check(
        "Basic Validation: Non-matching service account in key file",
        "The service account does not match the service account in the provided key file.",
        operations=_ALL,
    ),
    Check(
        "Basic Validation: Connection can be made to BigQuery",
        "Could not connect to the remote BigQuery connection.",
        operations=_ALL,
    ),
    Check(
        "Initialize Validation: [Dataset - exists] {project}.{dataset}",
        "An existing Immuta instance exists. Delete this dataset to continue.",
        operations=_CREATE,
        fails=_occupied,
    ),
    _permission(f"[Dataset - create] {_VERIFY}"),
    _permission(f"[Table - create] {_TABLE}"),
    _permission(f"[Table - insert] {_TABLE}"),
    _permission(f"[Table - get] {_TABLE} (After insert)", after="Validate Manual: [Table - insert]"),
    _permission(f"[Table - update] {_TABLE}"),
    _permission(f"[Table - get] {_TABLE} (After update)", after="Validate Manual: [Table - update]"),
    _permission(f"[Table - delete] {_TABLE}"),
    _permission(f"[Dataset - delete] {_VERIFY}"),
)
_REDSHIFT = (
    Check("Initial Validation: Basic Connection Test", _ANY_CONNECTION, operations=_ALL, result=_null),
    Check(
        "Validate Automatic Bootstrap: Immuta Database Does Not Exist",
        _DATABASE,
        also="Validate automatic: database does not exist",
        skips=_is_late_for_database,
        fails=_occupied,
        result=_nothing,
    ),
    Check("Validate automatic: impersonation role does not exist", _IMPERSONATION, runs=_has_new_role),
)
_SNOWFLAKE = (
    Check("Initial Validation: Basic Connection Test", _ANY_CONNECTION, operations=_ALL),
    Check(
        "Initial Validation: Default Warehouse Access Test",
        "Unable to access default warehouse. If this was a manual installation, ensure that the user has been granted "
        "usage on the specified warehouse.",
        result=_nothing,
    ),
    Check(
        "Initial Validation: Table Grants Role Prefix is Unique",
        "The Snowflake table grants role prefix IMMUTA is used by another Immuta instance connected to the same "
        "Snowflake host. Please update the table grants role prefix for this Immuta instance and try again.",
    ),
    Check(
        "Initial Validation: Validate access to Privileged Role",
        "User does not have access to the privileged role.",
        operations=_ALL,
        result=_nothing,
    ),
    Check(
        "Validate Automatic: Database Does Not Exist",
        _DATABASE,
        skips=_is_late_for_database,
        fails=_occupied,
    ),
    Check("Validate Automatic: Impersonation Role Does Not Exist", _IMPERSONATION, skips=_is_late_for_role),
    Check("Validate Automatic Bootstrap User Grants", skips=_is_manual),
)
CHECKS: dict[str, tuple[Check, ...]] = {
    "Native S3": _S3,
    "Azure Synapse Analytics": _SYNAPSE,
    "Databricks": _DATABRICKS,
    "Google BigQuery": _BIGQUERY,
    "Redshift": _REDSHIFT,
    "Snowflake": _SNOWFLAKE,
    "Trino": (),
}
