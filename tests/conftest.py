"""What all tests need: Ctrl-C has its usual meaning, also where the tests run in the background.

A shell starts background jobs with SIGINT ignored, and the programs that the tests start would inherit that.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.default_int_handler)
