"""Who has the Home tab before their eyes: Slack says when it is opened, never when it is closed."""

from __future__ import annotations

from datetime import datetime, timedelta

LOOKED_AT = timedelta(minutes=15)
"""For so long after it was shown, the tab is drawn again when its person saves a form."""
MOST_KNOWN = 1000


class OpenHomes:
    """When each person's Home tab was last shown, in this process."""

    def __init__(self) -> None:
        self._shown: dict[str, datetime] = {}

    def shown(self, person: str, now: datetime) -> None:
        """The tab was shown. Only the people of late are remembered."""
        self._shown.pop(person, None)
        self._shown[person] = now
        if len(self._shown) > MOST_KNOWN:
            self._shown.pop(next(iter(self._shown)))

    def is_open(self, person: str, now: datetime) -> bool:
        """Whether the person may still look at it."""
        shown_at = self._shown.get(person)
        return shown_at is not None and now - shown_at <= LOOKED_AT
