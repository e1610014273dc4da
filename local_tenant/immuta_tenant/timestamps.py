"""Points in time as the API writes them: ISO 8601, UTC, milliseconds, `Z`."""

from __future__ import annotations

from datetime import UTC, datetime


def timestamp(moment: datetime | None = None) -> str:
    """Return a moment, by default now, as the API writes it (`2024-01-10T15:52:38.060Z`)."""
    value = moment or datetime.now(UTC)
    return f"{value.strftime('%Y-%m-%dT%H:%M:%S')}.{value.microsecond // 1000:03d}Z"


def parse_timestamp(text: str) -> datetime:
    """Return the moment that `timestamp` has written."""
    return datetime.fromisoformat(text)
