"""A person's calendar feed, and the link to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class CalendarLinkScreen:
    """The link. `token` is set when it was just made: it can be shown only then. `made_at` is null without a link."""

    token: str | None
    made_at: datetime | None


class DateKind(StrEnum):
    """What a date of the feed is."""

    CALL = "call"
    STEP = "step"
    PROMISE = "promise"
    KICKOFF = "kickoff"


@dataclass(frozen=True, slots=True)
class FeedDate:
    """A date of a deal: a moment (`at`, in UTC) or a whole `day`."""

    kind: DateKind
    uid: str
    """Stable, without the workspace."""
    sequence: int
    """Rises with each change that keeps the uid."""
    made_at: datetime
    customer: str
    text: str
    """The next step or the promise, as its rep sees it; empty for the others."""
    at: datetime | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """Everything that the person's calendar shows; `workspace` is the platform's id."""

    workspace: str
    dates: tuple[FeedDate, ...]
