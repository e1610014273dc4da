"""The local tenant for users' tests: it answers, it ends with its block or process, and says why it did not start."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from immuta_constructs.testing import RunningTenant, TenantError, running_tenant


def purposes(tenant: RunningTenant) -> httpx.Response:
    headers = {"Authorization": tenant.api_key}
    return httpx.get(f"{tenant.host}/governance/purpose", headers=headers, trust_env=False)


def is_gone(host: str, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            httpx.get(host, trust_env=False)
        except httpx.TransportError:
            return True
        time.sleep(0.05)
    return False


def test_it_runs_as_long_as_its_block() -> None:
    with running_tenant() as tenant:
        assert purposes(tenant).status_code == 200
        assert tenant.environment == {"IMMUTA_HOST": tenant.host, "IMMUTA_API_KEY": tenant.api_key}
        assert purposes(RunningTenant(tenant.host, "another key")).status_code == 401
    assert is_gone(tenant.host, 0.1)


KILLED = """
import os, signal
from immuta_constructs.tenant import running_tenant
with running_tenant() as tenant:
    print(tenant.host, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_ends_when_the_tests_process_is_killed() -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -9
    assert is_gone(done.stdout.strip())


def test_a_missing_extra_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hide = (
        "import importlib.util as u; f = u.find_spec; u.find_spec = lambda n, *a: None if n == 'uvicorn' else f(n, *a)"
    )
    (tmp_path / "sitecustomize.py").write_text(hide)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    with pytest.raises(TenantError, match=r"pip install 'terraform-provider-immuta\[tenant\]'$"), running_tenant():
        pass


def test_a_tenant_that_is_not_ready_in_time_is_ended() -> None:
    with (
        pytest.raises(TenantError, match=r"not ready after 0\.001 s\. Give it more: start_seconds="),
        running_tenant(start_seconds=0.001),
    ):
        pass
