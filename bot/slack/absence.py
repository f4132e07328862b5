"""Until when a Slack user takes no messages: by their status ("Vacationing"), and by "Pause notifications"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

A_DAY = timedelta(days=1)
"""A status without an end is looked at again a day later."""

AWAY_EMOJI = frozenset(
    {
        ":palm_tree:",  # Slack's own "Vacationing"
        ":desert_island:",
        ":beach_with_umbrella:",
        ":airplane:",
        ":face_with_thermometer:",  # Slack's own "Out sick"
        ":baby:",
        ":ooo:",
    }
)
_AWAY = re.compile(
    r"\b(vacation(ing)?|on holiday|annual leave|(parental|maternity|paternity|sick) leave|on leave|pto|ooo|out sick"
    r"|out of (the )?office|urlaub|abwesend|en vacances|de vacaciones)\b",
    re.IGNORECASE,
)


def away_until(profile: dict[str, Any], now: datetime) -> datetime | None:
    """Until when the status of a profile (of `users.info`) says that the user is away; None if it does not."""
    text, emoji = profile.get("status_text"), profile.get("status_emoji")
    says_so = (isinstance(emoji, str) and emoji in AWAY_EMOJI) or (isinstance(text, str) and _AWAY.search(text))
    if not says_so:
        return None
    ends = _moment(profile.get("status_expiration"))
    if ends is None:
        return now + A_DAY
    return ends if ends > now else None


def paused_until(dnd: dict[str, Any], now: datetime) -> datetime | None:
    """Until when notifications are paused, by the answer of `dnd.info`; None if they are not now."""
    starts, ends = (_moment(dnd.get(f"next_dnd_{name}_ts")) for name in ("start", "end"))
    if dnd.get("dnd_enabled") is not True or starts is None or ends is None:
        return None
    return ends if starts <= now < ends else None


def _moment(seconds: Any) -> datetime | None:
    """A time as Slack sends it; None for 0 ("never ends") and for anything else that is no time."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
