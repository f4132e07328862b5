"""iCalendar (RFC 5545): a planned call as a file with an alarm, and a person's dates as a feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LINE_OCTETS = 75
"""The maximum length of a line without its end. The rest continues on the next line, after a space."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """The entry for the calendar. Times are aware; texts are plain."""

    uid: str
    """The same for every version of the event, so that a calendar replaces the previous one."""
    sequence: int
    """The version, from 0."""
    made_at: datetime
    starts_at: datetime
    lasts: timedelta
    summary: str
    description: str
    alarm: timedelta
    """How long before the start the alarm sounds."""


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """An entry of a feed: from `starts` (aware) for as long as it `lasts`, or on a whole day. No alarm sounds."""

    uid: str
    sequence: int
    made_at: datetime
    starts: datetime | date
    lasts: timedelta
    """Ignored for a whole day."""
    summary: str
    description: str


def icalendar(event: CalendarEvent) -> bytes:
    """Return the file: UTF-8, with lines that end in CR LF and are folded between characters."""
    return b"".join(_folded(line) for line in _lines(event))


def icalendar_feed(name: str, events: Sequence[FeedEvent]) -> bytes:
    """The feed, as `icalendar`. Its content depends on nothing but the arguments, so an unchanged feed is the same."""
    return b"".join(_folded(line) for line in _feed_lines(name, events))


def _feed_lines(name: str, events: Sequence[FeedEvent]) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//FirstCall//Dates//EN"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    yield f"NAME:{_text(name)}"
    yield f"X-WR-CALNAME:{_text(name)}"
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT1H"
    yield "X-PUBLISHED-TTL:PT1H"
    if not events:
        yield from _EMPTY
    for event in events:
        yield "BEGIN:VEVENT"
        yield f"UID:{_text(event.uid)}"
        yield f"SEQUENCE:{event.sequence}"
        yield f"DTSTAMP:{_utc(event.made_at)}"
        if isinstance(event.starts, datetime):
            yield f"DTSTART:{_utc(event.starts)}"
            yield f"DTEND:{_utc(event.starts + event.lasts)}"
        else:
            yield f"DTSTART;VALUE=DATE:{event.starts:%Y%m%d}"
            yield f"DTEND;VALUE=DATE:{event.starts + timedelta(days=1):%Y%m%d}"
            yield "TRANSP:TRANSPARENT"
        yield f"SUMMARY:{_text(event.summary)}"
        if event.description:
            yield f"DESCRIPTION:{_text(event.description)}"
        yield "STATUS:CONFIRMED"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


_EMPTY = (
    *("BEGIN:VTIMEZONE", "TZID:Etc/UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000"),
    *("TZOFFSETTO:+0000", "TZNAME:UTC", "END:STANDARD", "END:VTIMEZONE"),
)
"""A calendar without any component is invalid, and some clients drop the subscription."""


def _lines(event: CalendarEvent) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//FirstCall//Alignment call//EN"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_utc(event.made_at)}"
    yield f"DTSTART:{_utc(event.starts_at)}"
    yield f"DTEND:{_utc(event.starts_at + event.lasts)}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"DESCRIPTION:{_text(event.description)}"
    yield "STATUS:CONFIRMED"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{_text(event.summary)}"
    yield f"TRIGGER:-PT{int(event.alarm.total_seconds()) // 60}M"
    yield "END:VALARM"
    yield "END:VEVENT"
    yield "END:VCALENDAR"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A TEXT value: separators are escaped, characters that are not allowed are removed."""
    breaks = "\n".join(value.splitlines())
    kept = "".join(c for c in breaks if c == "\n" or (c >= " " and c != "\x7f" and not "\ud800" <= c <= "\udfff"))
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Fold the line, without splitting a character, and end it."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        encoded = character.encode()
        if len(piece) + len(encoded) > LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
