"""The permissions that the documents name, and the one way in which a missing one is refused."""

from __future__ import annotations

from collections.abc import Collection

from immuta_tenant.errors import forbidden

APPLICATION_ADMIN = "APPLICATION_ADMIN"
CREATE_DATA_SOURCE = "CREATE_DATA_SOURCE"
CREATE_PROJECT = "CREATE_PROJECT"
GOVERNANCE = "GOVERNANCE"
PROJECT_MANAGEMENT = "PROJECT_MANAGEMENT"
USER_ADMIN = "USER_ADMIN"

ALL_PERMISSIONS = (
    CREATE_DATA_SOURCE,
    "CREATE_DATA_SOURCE_IN_PROJECT",
    CREATE_PROJECT,
    "CREATE_FILTER",
    "CREATE_S3_DATASOURCE_WITH_INSTANCE_ROLE",
    USER_ADMIN,
    APPLICATION_ADMIN,
    GOVERNANCE,
    "AUDIT",
    PROJECT_MANAGEMENT,
    "FETCH_POLICY_INFO",
    "IMPERSONATE_USER",
    "IMPERSONATE_HDFS_USER",
)


def require(held: Collection[str], *alternatives: str) -> None:
    """Raise a 403 unless one of the permissions is held; nothing is asked when no alternative is given."""
    if alternatives and not any(permission in held for permission in alternatives):
        raise forbidden(f"You need the permission {' or '.join(alternatives)} for this request.")
