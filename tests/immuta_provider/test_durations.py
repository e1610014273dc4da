"""Durations as users write them."""

from __future__ import annotations

import pytest

from immuta_provider.durations import duration, seconds


@pytest.mark.parametrize(
    ("text", "expected"), [("30s", 30.0), ("10m", 600.0), ("1h30m", 5400.0), ("250ms", 0.25), ("1.5s", 1.5)]
)
def test_seconds(text: str, expected: float) -> None:
    assert seconds(text) == expected
    assert duration(text) is None


@pytest.mark.parametrize("text", ["", "30", "s", "1d", "-1s", "1 s", "1h 30m"])
def test_what_is_no_duration(text: str) -> None:
    assert duration(text) == f'{text!r} is not a duration such as "30s", "10m" or "1h30m"'
