"""Who may do what with hosts: by a permission, or by being named on a host or data object."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tenant.client import Client
from tests.tenant.connection_bodies import created, snowflake
from tests.tenant.host_bodies import ANALYST, STEWARDS, UPDATE, overridden, paths


@pytest.fixture
def host(client: Client) -> Any:
    """A Snowflake host with its data objects, made by the first user."""
    return created(client, snowflake())


CALLS = [
    ("GET", "/data/connection/sf", None),
    ("GET", "/data/object/sf/SALES", None),
    ("POST", "/data/object/search/sf", None),
    ("PUT", "/data/connection/sf", UPDATE),
    ("PUT", "/data/connection/sf/test", UPDATE),
    ("PUT", "/data/crawl/sf/SALES", None),
    ("PUT", "/data/settings/sf/SALES", {"overrides": {}}),
    ("DELETE", "/data/object/sf/SALES/PUBLIC/ORDERS", None),
    ("DELETE", "/data/object/sf", None),
]


def allowed(client: Client) -> list[bool]:
    """Whether each call is allowed; those that are refused leave everything as it was."""
    statuses = [client.request(method, path, json=body).status_code for method, path, body in CALLS]
    assert set(statuses) <= {200, 403}
    return [status == 200 for status in statuses]


def test_who_is_nobody_may_do_nothing(client: Client, analyst: Client, host: Any) -> None:
    assert allowed(analyst) == [False] * 9
    assert analyst.ok("POST", "/data/object/search") == {"count": 0, "hits": []}
    assert paths(client.ok("POST", "/data/object/search")) == ["sf"]


def test_a_data_owner_of_the_host(client: Client, analyst: Client, host: Any) -> None:
    overridden(client, "sf", dataOwners=[ANALYST])

    assert allowed(analyst) == [True, True, True, False, False, True, False, True, True]


def test_an_infrastructure_admin_of_the_host(client: Client, analyst: Client, host: Any) -> None:
    overridden(client, "sf", infrastructureAdmins=[ANALYST])

    assert allowed(analyst) == [True] * 9


def test_an_owner_within_the_hierarchy_reads_all_of_it(client: Client, analyst: Client, host: Any) -> None:
    overridden(client, "sf/SALES/FINANCE/LEDGER", dataOwners=[ANALYST])

    assert allowed(analyst) == [True, True, True, *[False] * 6]
    assert paths(analyst.ok("POST", "/data/object/search")) == ["sf"]


@pytest.mark.parametrize("permission", ["CREATE_DATA_SOURCE", "APPLICATION_ADMIN"])
def test_permissions_that_allow_to_read(switched: Any, permission: str) -> None:
    client = switched(permissions=[permission], other_keys={"key-of-somebody": ()})
    body = snowflake()
    body["dataObjectDefaults"] = {"owners": [{"id": 9, "type": "GROUP"}]}
    created(client, body)
    overridden(client, "sf", infrastructureAdmins=[STEWARDS])

    assert allowed(client) == [True, True, True, *[False] * 6]
