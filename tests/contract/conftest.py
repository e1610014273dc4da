"""The provider's client against the local tenant: both follow the published contract, neither knows the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from immuta_provider.api import Client, Settings
from immuta_tenant import RunningTenant, running_tenant


@pytest.fixture
def tenant() -> Iterator[RunningTenant]:
    with running_tenant() as running:
        yield running


@pytest.fixture
def client(tenant: RunningTenant) -> Iterator[Client]:
    with Client(Settings(host=tenant.url, api_key=tenant.api_key, max_retries=0)) as opened:
        yield opened
