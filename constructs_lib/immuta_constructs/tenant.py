"""A local tenant for users' own tests: started as a process of its own, and ended whatever becomes of the test.

It is started by `immuta-tf`, as a user would do it, because the constructs must not depend on the tenant's packages.
The process ends when its standard input does, which the system sees to even when the test's process is killed.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from typing import IO

from immuta_constructs.errors import ConstructsError

__all__ = ["RunningTenant", "TenantError", "running_tenant"]

# Between the test and the tenant stands a process that waits for a byte or the end of its input: only the test holds
# the other end of that pipe, and the system closes it with the process, also after SIGKILL.
_GUARD = """
import os, subprocess, sys, threading
tenant = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
def guard():
    os.read(0, 1)
    tenant.terminate()
    try:
        tenant.wait(10)
    except subprocess.TimeoutExpired:
        tenant.kill()
threading.Thread(target=guard, daemon=True).start()
sys.exit(tenant.wait())
"""
_STOP_SECONDS = 15


class TenantError(ConstructsError):
    """The local tenant could not be started; the message says why."""


class RunningTenant:
    """A local tenant that is being served.

    Attributes:
        host: where, `http://127.0.0.1:PORT`; the provider's `host`.
        api_key: the key that it accepts, made for this tenant.
    """

    def __init__(self, host: str, api_key: str) -> None:
        self.host = host
        self.api_key = api_key

    @property
    def environment(self) -> dict[str, str]:
        """What the provider reads: merge it into the environment of `terraform` or `cdktf`."""
        return {"IMMUTA_HOST": self.host, "IMMUTA_API_KEY": self.api_key}


@contextmanager
def running_tenant(*, start_seconds: float = 30) -> Iterator[RunningTenant]:
    """Serve an empty local tenant on a free port of 127.0.0.1 while the block runs.

    Needs the extra `tenant`: `pip install 'terraform-provider-immuta[tenant]'`.

    Args:
        start_seconds: how long it may take until it accepts requests.

    Raises:
        TenantError: it did not start; the message says why and what to do.
    """
    api_key = secrets.token_urlsafe(24)
    with tempfile.TemporaryFile() as errors:
        process = _start(api_key, errors)
        try:
            yield RunningTenant(_host(process, errors, start_seconds), api_key)
        finally:
            _stop(process)


def _start(api_key: str, errors: IO[bytes]) -> subprocess.Popen[str]:
    serve = [sys.executable, "-m", "immuta_cli", "tenant", "serve", "--port", "0"]
    return subprocess.Popen(
        [sys.executable, "-c", _GUARD, *serve],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env=os.environ | {"IMMUTA_API_KEY": api_key},
        start_new_session=True,  # Ctrl-C is for the test, which then ends the tenant.
    )


def _host(process: subprocess.Popen[str], errors: IO[bytes], seconds: float) -> str:
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    threading.Thread(target=lambda read: lines.put(read()), args=(process.stdout.readline,), daemon=True).start()
    try:
        word, _, host = lines.get(timeout=seconds).strip().partition(" ")
    except Empty:
        raise TenantError(
            f"The local tenant was not ready after {seconds:g} s. Give it more: start_seconds=..."
        ) from None
    if word == "ready":
        return host
    process.wait(_STOP_SECONDS)
    errors.seek(0)
    reason = errors.read().decode(errors="replace").strip().removeprefix("immuta-tf: ")
    raise TenantError(reason or f"The local tenant ended with exit code {process.returncode} and said nothing.")


def _stop(process: subprocess.Popen[str]) -> None:
    try:
        process.communicate("x", timeout=_STOP_SECONDS)
    finally:
        process.kill()
        process.wait()
