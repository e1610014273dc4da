"""A tenant with a connection for the tests of data objects and look-ups."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from immuta_tenant import RunningTenant, running_tenant
from tests.acceptance import outside
from tests.acceptance.played import Clock, Wire
from tests.faults.core import Core
from tests.immuta_provider.connected import KEY, Here
from tests.tenant.connection_bodies import snowflake


@pytest.fixture(scope="module")
def _tenant() -> Iterator[RunningTenant]:
    with running_tenant() as tenant:
        yield tenant


@pytest.fixture
def here(_tenant: RunningTenant) -> Iterator[Here]:
    """A connection that nobody has synced yet."""
    _tenant.reset()
    outside.call(_tenant, "POST", "/api/connections", json=snowflake(KEY, syncOnCreate=False))
    wire = Wire()
    core = Core(_tenant, wire)
    core.clock = Clock(_tenant)
    yield Here(_tenant, core, wire)
    wire.close()


@pytest.fixture
def synced(here: Here) -> Here:
    """A connection whose objects have been discovered."""
    here.tenant.connections.sync(KEY)
    return here
