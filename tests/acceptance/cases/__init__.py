"""The cases of the acceptance suite: one module per resource, and the list of them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.acceptance.cases import (
    connection,
    data_object,
    data_object_sync,
    data_policy,
    data_source_policies,
    integration,
    project,
    purpose,
    subscription_policy,
)

if TYPE_CHECKING:
    from tests.acceptance.suite import Case

CASES: Final[tuple[Case, ...]] = (
    purpose.CASE,
    project.CASE,
    subscription_policy.CASE,
    data_policy.CASE,
    data_source_policies.CASE,
    connection.SNOWFLAKE,
    connection.DATABRICKS,
    data_object.CASE,
    data_object_sync.CASE,
    integration.CASE,
    integration.API_KEY_CASE,
)
