"""The calendar file, read back by an independent library."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar as rfc5545
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.icalendar_file import LINE_OCTETS, CalendarEvent, FeedEvent, icalendar, icalendar_feed

NOON = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)
UTC_TIMES = st.integers(0, 7 * 365 * 86_400).map(lambda seconds: NOON + timedelta(seconds=seconds))


def an_event(**changed: Any) -> CalendarEvent:
    given_before: dict[str, Any] = {
        "uid": "deal-7.T1@firstcall",
        "sequence": 0,
        "made_at": NOON - timedelta(days=1),
        "starts_at": NOON,
        "lasts": timedelta(minutes=30),
        "summary": "Call Northwind Dental: what they expect",
        "description": "Begin with: hello",
        "alarm": timedelta(minutes=15),
    }
    return CalendarEvent(**(given_before | changed))


def read(content: bytes) -> tuple[Any, Any]:
    """The event and its alarm."""
    calendar = rfc5545.Calendar.from_ical(content)
    assert not calendar.errors
    (event,) = calendar.walk("VEVENT")
    (alarm,) = calendar.walk("VALARM")
    assert not event.errors
    return event, alarm


def test_a_calendar_library_reads_the_event() -> None:
    event, alarm = read(icalendar(an_event(sequence=3)))

    assert (str(event["UID"]), int(event["SEQUENCE"])) == ("deal-7.T1@firstcall", 3)
    assert (event.start, event.end) == (NOON, NOON + timedelta(minutes=30))
    assert event["DTSTAMP"].dt == NOON - timedelta(days=1)
    assert str(event["SUMMARY"]) == "Call Northwind Dental: what they expect"
    assert str(event["DESCRIPTION"]) == "Begin with: hello"
    assert (str(alarm["ACTION"]), alarm["TRIGGER"].dt) == ("DISPLAY", -timedelta(minutes=15))


@given(text=st.text(max_size=300), starts_at=UTC_TIMES, sequence=st.integers(0, 999))
def test_any_text_survives_and_no_line_is_too_long(text: str, starts_at: datetime, sequence: int) -> None:
    content = icalendar(an_event(summary=text, description=text, starts_at=starts_at, sequence=sequence))

    assert content.endswith(b"END:VCALENDAR\r\n")
    for line in content.split(b"\r\n"):
        assert len(line) <= LINE_OCTETS
        line.decode()  # no character is torn
        assert not any(octet < 32 or octet == 127 for octet in line)
    event, _ = read(content)
    shown = "\n".join(text.splitlines())
    shown = "".join(c for c in shown if c == "\n" or (c >= " " and c != "\x7f"))
    assert str(event["DESCRIPTION"]) == shown
    assert (event.start, int(event["SEQUENCE"])) == (starts_at, sequence)


def test_typed_text_cannot_add_a_line() -> None:
    event, _ = read(icalendar(an_event(summary="Acme\r\nATTENDEE:mailto:all@example.com\r\n; \\, x")))

    assert "ATTENDEE" not in event
    assert str(event["SUMMARY"]) == "Acme\nATTENDEE:mailto:all@example.com\n; \\, x"


@given(texts=st.lists(st.text(max_size=200), max_size=4), starts=UTC_TIMES | UTC_TIMES.map(datetime.date))
def test_a_feed_is_read_back_as_it_was_meant(texts: list[str], starts: datetime | date) -> None:
    """Days stay days and moments stay moments, so no calendar's zone shifts them."""
    events = [
        FeedEvent(f"step-{number}.T1@firstcall", number, NOON, starts, timedelta(minutes=30), text, "")
        for number, text in enumerate(texts)
    ]
    content = icalendar_feed("FirstCall", events)

    assert all(len(line) <= LINE_OCTETS for line in content.split(b"\r\n"))
    calendar = rfc5545.Calendar.from_ical(content)
    assert calendar.subcomponents, "a calendar without any component is invalid"
    found = calendar.walk("VEVENT")
    assert [each.start for each in found] == [starts] * len(texts)
    assert [str(each["UID"]) for each in found] == [event.uid for event in events]
    if not isinstance(starts, datetime):
        assert all(each.end == starts + timedelta(days=1) for each in found)
