"""A planned call as an iCalendar file (RFC 5545): one event, an alarm before it, for the rep's own calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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


def icalendar(event: CalendarEvent) -> bytes:
    """Return the file: UTF-8, with lines that end in CR LF and are folded between characters."""
    return b"".join(_folded(line) for line in _lines(event))


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
