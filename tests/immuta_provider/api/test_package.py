"""The public surface of the package, and what importing it may cost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from immuta_provider import api


def test_the_public_surface_is_this_list() -> None:
    assert api.__all__ == [
        "AcknowledgementRequired",
        "ApiError",
        "Authentication",
        "Client",
        "Clock",
        "ConfigurationError",
        "Conflict",
        "Forbidden",
        "Interrupted",
        "InvalidRequest",
        "Log",
        "LoggingLog",
        "NotFound",
        "RequestFailed",
        "Settings",
        "SystemClock",
        "Unauthorized",
        "UnexpectedAnswer",
    ]


@pytest.mark.parametrize("name", api.__all__)
def test_every_public_name_exists(name: str) -> None:
    assert getattr(api, name) is not None


def test_importing_it_and_making_a_client_loads_nothing_heavy() -> None:
    code = (
        "import sys; from immuta_provider.api import Client, Settings; "
        "Client(Settings(host='tenant.example.com', api_key='k')); "
        "print(sorted({'httpx', 'pydantic', 'tenacity', 'ssl', 'asyncio'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
