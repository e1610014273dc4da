"""What all tests need: Ctrl-C has its usual meaning, and the summary counts the cases of tests that hold many.

A shell starts background jobs with SIGINT ignored, and the programs that the tests start would inherit that.
"""

from __future__ import annotations

import signal

from tests.counts import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]

signal.signal(signal.SIGINT, signal.default_int_handler)
