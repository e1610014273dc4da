"""That every test is watched: what breaks the published document fails the test in which it happens."""

from __future__ import annotations

import contextlib
import os
import pathlib
import subprocess
import sys

import httpx
import pytest

from immuta_tenant import RunningTenant
from immuta_tenant.families.connections import views
from tests.contract.exchanges import WATCH
from tests.contract.test_openapi import SNOWFLAKE

ROOT = pathlib.Path(__file__).parents[2]
TESTS = """
import pytest
from tests.contract.exchanges import WATCH
from tests.contract.openapi import Exchange

def misbehave():
    exchange = Exchange("GET", "/api/connections/a", {"x": ["1"]}, b"", 200, None)
    WATCH.judge(exchange, by_provider=True, answered_freely=False)

def test_watched():
    misbehave()

@pytest.mark.off_contract
def test_meant():
    misbehave()

@pytest.fixture
def at_its_end():
    yield
    misbehave()

def test_watched_to_the_end(at_its_end):
    pass
"""


def asked(tenant: RunningTenant, method: str, path: str, **options: object) -> httpx.Response:
    headers = {"Authorization": tenant.api_key, "User-Agent": "terraform-provider-immuta/1"}
    return httpx.request(method, f"{tenant.url}{path}", headers=headers, verify=False, **options)  # type: ignore[arg-type]


def test_a_served_tenant_is_watched(tenant: RunningTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(tenant, "POST", "/api/connections", json=SNOWFLAKE)
    asked(tenant, "GET", "/api/connections/sf_1", params={"view": "all"})
    asked(tenant, "GET", "/project")
    right = WATCH.taken()
    monkeypatch.setattr(views, "connection", lambda *_: {"state": "ACTIVE"})
    asked(tenant, "GET", "/api/connections/sf_1")
    count, wrong = WATCH.taken()

    assert right == (2, ["GET /api/connections/sf_1 (400): query: 'view' is not documented"])
    assert count == 1
    assert [text for text in wrong if '"connectionKey" is a required property' in text] != []


def test_an_answer_under_faults_is_not_judged(tenant: RunningTenant) -> None:
    for kind in ("503", "html", "truncated", "invalid-json", "reset", "reset-unread"):
        tenant.fault(kind, method="GET", path="/api/connections*", count=1)
        with contextlib.suppress(httpx.TransportError):
            asked(tenant, "GET", "/api/connections")

    assert WATCH.taken()[1] == []


def test_a_test_fails_by_what_was_seen(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "test_watched.py"
    file.write_text(TESTS, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        "pyproject.toml",
        "-p",
        "tests.contract.exchanges",
        str(file),
    ]
    settings = {name: value for name, value in os.environ.items() if name != "CI"}  # which prints failures twice
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, env=settings)

    assert "FAILED" in done.stdout
    assert "1 failed, 2 passed, 1 error" in done.stdout
    assert done.stdout.count("GET /api/connections/a (200): query: 'x' is not documented") == 2
