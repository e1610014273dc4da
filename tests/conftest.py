"""What all tests need: Ctrl-C has its usual meaning, the summary counts the cases of tests that hold many, and what is
published of an API holds in every exchange.

A shell starts background jobs with SIGINT ignored, and the programs that the tests start would inherit that.
"""

from __future__ import annotations

import signal

from tests.contract.exchanges import pytest_runtest_call, pytest_runtest_teardown, watch_tenants
from tests.counts import pytest_terminal_summary

__all__ = ["pytest_runtest_call", "pytest_runtest_teardown", "pytest_terminal_summary"]

watch_tenants()

signal.signal(signal.SIGINT, signal.default_int_handler)
