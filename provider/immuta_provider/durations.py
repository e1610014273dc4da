"""Durations as users write them: "30s", "10m", "1h30m"."""

from __future__ import annotations

import re
from typing import Final

UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
WHOLE: Final = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h))+")


def seconds(text: str) -> float:
    """The duration `text` in seconds. Raises ValueError for what is no duration."""
    if not WHOLE.fullmatch(text):
        raise ValueError(f'{text!r} is not a duration such as "30s", "10m" or "1h30m"')
    return sum(float(amount) * UNITS[unit] for amount, unit in PART.findall(text))


def duration(text: str) -> str | None:
    """A validator: what is wrong with `text` as a duration, or None."""
    try:
        seconds(text)
    except ValueError as error:
        return str(error)
    return None
