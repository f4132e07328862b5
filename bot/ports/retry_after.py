"""The header Retry-After, which platforms send with 429 and 503: seconds or an HTTP date, and never to be trusted."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

DEFAULT_WAIT = timedelta(seconds=30)
"""If the header is missing or unreadable."""
MIN_WAIT = timedelta(seconds=1)
MAX_WAIT = timedelta(minutes=5)
"""Slack and Teams ask for up to a minute. A longer wait is a mistake of theirs, or of a proxy, and must not keep a
workspace silent; an early try costs one request in five minutes."""
MAX_CHARACTERS = 64


def retry_after(header: str | None, now: datetime | None = None) -> timedelta:
    """How long to wait: from `MIN_WAIT` to `MAX_WAIT`, whatever the header says.

    Args:
        header: `30`, `1.5`, or a date such as `Wed, 21 Oct 2026 07:28:00 GMT`.
        now: the machine's time, aware; for dates.
    """
    text = (header or "").strip()
    if not text or len(text) > MAX_CHARACTERS or not text.isascii():
        return DEFAULT_WAIT
    seconds = _seconds(text, now or datetime.now(UTC))
    if seconds is None or math.isnan(seconds) or seconds < 0:
        return DEFAULT_WAIT
    return timedelta(seconds=math.ceil(min(max(seconds, MIN_WAIT.total_seconds()), MAX_WAIT.total_seconds())))


def _seconds(text: str, now: datetime) -> float | None:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
