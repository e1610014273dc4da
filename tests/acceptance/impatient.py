"""The provider with a tenth of its waits between attempts, so that a test can see many attempts in a short time."""

from __future__ import annotations

import sys

from immuta_provider.__main__ import main
from immuta_provider.api import retries

retries.FIRST_WAIT = 0.05  # type: ignore[misc]
retries.JITTER = 0.05  # type: ignore[misc]

if __name__ == "__main__":
    sys.exit(main())
