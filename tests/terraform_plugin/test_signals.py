from __future__ import annotations

import os
import subprocess
import sys

import pytest

FROM_WITHIN_THE_WAIT = """
import signal
from terraform_plugin.server import Lifetime
from terraform_plugin.servicer import Servicer
from tests.terraform_plugin.shop import Shop

servicer, lifetime = Servicer(Shop()), Lifetime()
lifetime.watch(servicer)
with lifetime.ended._cond:  # as the main thread does when it begins to wait, and when it ends to
    signal.raise_signal(signal.{name})
assert lifetime.ended.wait(5)
assert servicer.stop.requested
print("ended with a grace of", lifetime.grace)
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_provider_whatever_its_main_thread_is_doing(name: str) -> None:
    code = FROM_WITHIN_THE_WAIT.format(name=name)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=dict(os.environ), check=False
    )
    assert (done.stdout, done.stderr) == ("ended with a grace of 30.0\n", "")
