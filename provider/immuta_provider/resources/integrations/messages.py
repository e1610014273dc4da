"""What Immuta's documents say that a validation test may say: words that quote nothing, so that they can be stored.

A platform's own words may quote a secret, and a refresh knows none that is write-only.
"""

from __future__ import annotations

from typing import Final

LEFT_OUT: Final = "(the words are left out here, as they may quote a secret; Immuta's own pages show them)"
_DATABASE: Final = "The database already exists. If this database can be safely dropped, please do so and try again."
_ROLE: Final = "Impersonation role already exists. If this role can be safely dropped please do so and try again."
_REUSE: Final = (
    "BigQuery doesn't support the reuse of service accounts for integrations that are currently being used for data "
    "sources."
)
_WAREHOUSE: Final = (
    "Unable to access default warehouse. If this was a manual installation, ensure that the user has been granted "
    "usage on the specified warehouse."
)
_PREFIX: Final = (
    "The Snowflake table grants role prefix IMMUTA is used by another Immuta instance connected to the same "
    "Snowflake host. Please update the table grants role prefix for this Immuta instance and try again."
)
_DOCUMENTED: Final = frozenset(
    {
        "The Immuta service account does not end with expected value.",
        "The specified access grants location role is not a valid ARN format.",
        "Unable to connect to host.",
        "Hash delimiter and array delimiter must not have the same value.",
        "User does not have permission to manage database.",
        "No metastore is assigned to workspace.",
        "Could not connect to host, please confirm you are using valid connection parameters.",
        "Encountered an error looking up catalog metadata for catalog.",
        _REUSE,
        f"Native {_REUSE}",
        "The service account does not match the service account in the provided key file.",
        "Could not connect to the remote BigQuery connection.",
        "An existing Immuta instance exists. Delete this dataset to continue.",
        _WAREHOUSE,
        _PREFIX,
        "User does not have access to the privileged role.",
        f"{_DATABASE} Alternatively, specify a different database name.",
        f"{_ROLE} Alternatively, specify a different role name.",
    }
)


def harmless(message: str | None) -> str | None:
    """The message where it is one of the documented ones, otherwise None."""
    return message if message in _DOCUMENTED else None
