"""A running tenant for every test of this folder, back at its start each time, and a client that checks envelopes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import pytest

from immuta_tenant import RunningTenant, running_tenant
from immuta_tenant.permissions import CREATE_PROJECT
from tests.tenant.client import ANALYST_KEY, API_KEY, CREATOR_KEY, Client, connect
from tests.tenant.connection_bodies import created, snowflake


@pytest.fixture(scope="session")
def _tenant() -> Iterator[RunningTenant]:
    with running_tenant(api_key=API_KEY, other_keys={ANALYST_KEY: (), CREATOR_KEY: (CREATE_PROJECT,)}) as tenant:
        yield tenant


@pytest.fixture
def tenant(_tenant: RunningTenant) -> RunningTenant:
    """A tenant with default settings and nothing but its seeds."""
    _tenant.reset()
    return _tenant


@pytest.fixture
def client(tenant: RunningTenant) -> Iterator[Client]:
    """A client with all permissions."""
    with connect(tenant) as connected:
        yield connected


@pytest.fixture
def analyst(tenant: RunningTenant) -> Iterator[Client]:
    """A client of another user, without any permission."""
    with connect(tenant, ANALYST_KEY) as connected:
        yield connected


@pytest.fixture
def creator(tenant: RunningTenant) -> Iterator[Client]:
    """A client of another user who may create projects and nothing else."""
    with connect(tenant, CREATOR_KEY) as connected:
        yield connected


@pytest.fixture
def connecting() -> Callable[..., AbstractContextManager[Client]]:
    """For tests that need their own credential: `connecting(tenant, authorization)`."""
    return connect


@pytest.fixture
def switched() -> Iterator[Callable[..., Client]]:
    """For tests of a switch: `switched(keep_omitted_subpurposes=True)` is a client of a tenant of that kind."""
    with ExitStack() as stack:

        def start(**settings: Any) -> Client:
            tenant = stack.enter_context(running_tenant(api_key=API_KEY, **settings))
            return stack.enter_context(connect(tenant))

        yield start


@pytest.fixture
def found(client: Client) -> None:
    """A Snowflake connection `sf` whose data objects were found."""
    created(client, snowflake())


@pytest.fixture
def tag(client: Client) -> dict[str, int]:
    """The ids of the seeded tags by name."""
    return {tag["name"]: tag["id"] for tag in client.ok("GET", "/tag")}
