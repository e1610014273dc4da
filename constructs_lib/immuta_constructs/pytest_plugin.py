"""pytest fixtures for users: put `pytest_plugins = ["immuta_constructs.pytest_plugin"]` into the root `conftest.py`.

The fixtures may also be imported by name. Neither an engine nor node is needed for them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from immuta_constructs.tenant import RunningTenant
from immuta_constructs.tenant import running_tenant as _running_tenant

__all__ = ["immuta_tenant"]


@pytest.fixture
def immuta_tenant() -> Iterator[RunningTenant]:
    """An empty local tenant for this test alone: `.host`, `.api_key`, `.environment`.

    Needs the extra `tenant`: `pip install 'terraform-provider-immuta[tenant]'`.
    """
    with _running_tenant() as tenant:
        yield tenant
