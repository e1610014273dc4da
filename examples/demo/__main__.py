"""The whole way in one run, `make demo`: Python constructs, the CDK, Terraform, the provider and a local tenant.

Each step is one line with its seconds and what it has shown. A surprise ends the run with exit code 1. Whatever is
written lands below `.demo/`, and no process is left.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

import httpx

from examples.demo import processes
from examples.demo.processes import CommandFailedError
from examples.demo.steps import LOGS, Steps, SurpriseError, prepare

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run all steps and return the exit code: 0 all as promised, 1 a surprise, 130 or 143 interrupted."""
    processes.adopt_orphans()
    for number in _ENDING:
        signal.signal(number, _interrupted)
    try:
        prepare()
        return _run_all()
    finally:
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not cut this short
        processes.end_all()


def _run_all() -> int:
    started = time.monotonic()
    steps = Steps()
    sequence = {
        "install the provider": steps.install,
        "start a local tenant": steps.start_tenant,
        "cdktf deploy": steps.deploy,
        "change a purpose behind Terraform's back": steps.change_outside,
        "cdktf diff": steps.diff,
        "cdktf deploy, again": steps.deploy_again,
        "import a purpose that was made outside": steps.import_existing,
        "cdktf destroy": steps.destroy,
        "stop the tenant": steps.stop_tenant,
    }
    for number, (title, step) in enumerate(sequence.items(), start=1):
        if not _announced(f"[{number}/{len(sequence)}] {title:<42}", step):
            return 1
    print(f"all as promised, {time.monotonic() - started:.1f} s; the output of every command is in {LOGS}")
    return 0


def _announced(title: str, step: Callable[[], str]) -> bool:
    print(title, end="", flush=True)
    started = time.monotonic()
    try:
        shown = step()
    except (SurpriseError, CommandFailedError, httpx.HTTPError, subprocess.TimeoutExpired) as error:
        print(f"{time.monotonic() - started:6.1f} s  FAILED\n{error}", flush=True)
        return False
    print(f"{time.monotonic() - started:6.1f} s  {shown}", flush=True)
    return True


def _interrupted(number: int, _frame: FrameType | None) -> NoReturn:
    print("\ninterrupted: ending what was started", flush=True)
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
