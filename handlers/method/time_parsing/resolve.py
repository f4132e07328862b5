"""Turn what a rep types into a moment, or refuse it and say what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

from babel.dates import format_date

from handlers.errors import InvalidEntryError
from handlers.method.time_parsing import lexer
from handlers.method.time_parsing.lexer import Clock, Date, ParsedTime, UnreadableError, parse_time
from prompts.time_words import appointment_words

FIELD = "when"
"""The form field."""
MAX_AHEAD = timedelta(days=183)
"""A call more than half a year ahead is a typo in the year or the month."""
NIGHT_ENDS = 7
"""An hour before this one, without "am" or a leading zero, is in the afternoon."""
NOON = 12 * 60
MAX_QUOTED = 60
"""Characters of a text that is quoted because it cannot be read."""


def resolve_time(
    typed: str,
    now: datetime,
    local: ZoneInfo,
    locale: str = "en",
    *,
    a_day_means: time | None = None,
    quoted: bool = False,
) -> datetime:
    """Return the moment that `typed` means at `now`, to the minute, in `local`; always after `now`.

    A weekday is the next one, or today if its time is still to come; a date without a year is the next one; a time
    alone is today's. A repeated hour means the first one still to come. A day without a time is refused, unless
    `a_day_means` a time. `quoted`: a refusal quotes what cannot be read, because the person no longer sees it.

    Raises `InvalidEntryError` when nothing was typed, it cannot be read, the time or a unique day is missing, the
    weekday does not match, or the moment is past, more than half a year away, or skipped by a clock change.
    """
    try:
        parsed = parse_time(typed, appointment_words(locale))
        if parsed == ParsedTime():
            _refuse("missing")
        if a_day_means is not None and replace(parsed, days=None, weekday=None, week=None, date=None) == ParsedTime():
            parsed = replace(parsed, clock=Clock(a_day_means.hour, a_day_means.minute, exact=True))
        return _moment(parsed, now, local, locale)
    except UnreadableError:
        if quoted:
            _refuse_quoting(typed)
        _refuse("unreadable")


def is_time_phrase(typed: str, locale: str = "en") -> bool:
    """Whether the text reads as a day or a time, even one that does not exist."""
    try:
        return parse_time(typed, appointment_words(locale)) != ParsedTime()
    except UnreadableError:
        return False


def begins_like_time(typed: str, locale: str = "en") -> bool:
    """Whether the text begins as only a time does, even if the whole of it cannot be read."""
    return lexer.begins_like_time(typed, appointment_words(locale))


def is_time_span(typed: str, locale: str = "en") -> bool:
    """Whether the text counts from now ("in 2 hours") instead of naming a time of day."""
    try:
        return parse_time(typed, appointment_words(locale)).minutes is not None
    except UnreadableError:
        return False


def resolve_day(typed: str, now: datetime, local: ZoneInfo, locale: str = "en") -> date:
    """Return the day that `typed` means at `now` in `local`, read as by `resolve_time`; a time of day is ignored.

    Raises `InvalidEntryError` when nothing was typed, it cannot be read or is not unique, or the day is not in the
    future or more than half a year away.
    """
    today = now.astimezone(local).date()
    try:
        parsed = parse_time(typed, appointment_words(locale))
        day = _day(parsed, today, locale)
    except UnreadableError:
        _refuse("unreadable")
    if parsed == ParsedTime():
        _refuse("missing")
    if parsed.minutes is not None:
        _refuse("past" if parsed.minutes < 0 else "unreadable")
    if day == today and parsed.weekday is not None:  # "Monday" on a Monday: the next one
        day += timedelta(days=7)
    if day <= today:
        _refuse("past")
    if day - today > MAX_AHEAD:
        _refuse("too_far")
    return day


def format_moment(moment: datetime, locale: str = "en") -> str:
    """Format a moment in its own zone: `Fri 27 Nov 14:30`."""
    return f"{format_day(moment.date(), locale)} {moment:%H:%M}"


def format_day(day: date, locale: str = "en") -> str:
    """Format a day: `Fri 27 Nov`."""
    return str(format_date(day, "EEE d MMM", locale=locale))


def format_weekday(day: date, locale: str = "en") -> str:
    """Format the weekday of a day: `Fri`."""
    return str(format_date(day, "EEE", locale=locale))


def local_moment(day: date, at: time, now: datetime, local: ZoneInfo) -> datetime | None:
    """Return the moment of the local time `at` on `day`, in UTC; None when a clock change skips it.

    For a repeated time, the first one after `now`, or the second when neither is.
    """
    there = datetime.combine(day, at, tzinfo=local)
    first, second = (there.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(local).time() != at:
        return None
    return first if first > now else second


def _moment(parsed: ParsedTime, now: datetime, local: ZoneInfo, locale: str) -> datetime:
    there = now.astimezone(local)
    if parsed.minutes is not None:
        if replace(parsed, minutes=None) != ParsedTime():
            raise UnreadableError
        moment = (now + timedelta(minutes=parsed.minutes)).astimezone(UTC).replace(second=0, microsecond=0)
        return _check_range(moment, now, local)
    if parsed.clock is not None and parsed == ParsedTime(clock=parsed.clock) and parsed.clock.marked:
        _refuse_hours_or_time(parsed.clock, now, local, locale)
    day = _day(parsed, there.date(), locale)
    if day - there.date() > MAX_AHEAD + timedelta(days=1):
        _refuse("too_far")
    if day < there.date():
        _refuse("past")
    at = _time(parsed)
    moment = _local_moment_or_refuse(day, at, now, local)
    by_weekday = (
        parsed.weekday is not None and parsed.days is None and parsed.date is None and parsed.week in (None, "this")
    )
    if moment <= now and by_weekday:  # today's time is over: the next such weekday
        moment = _local_moment_or_refuse(day + timedelta(days=7), at, now, local)
    return _check_range(moment, now, local)


def _check_range(moment: datetime, now: datetime, local: ZoneInfo) -> datetime:
    if moment <= now:
        _refuse("past")
    if moment - now > MAX_AHEAD:
        _refuse("too_far")
    return moment.astimezone(local)


def _local_moment_or_refuse(day: date, at: time, now: datetime, local: ZoneInfo) -> datetime:
    moment = local_moment(day, at, now, local)
    if moment is None:
        _refuse("skipped", time=f"{at:%H:%M}")
    return moment


def _time(parsed: ParsedTime) -> time:
    """The time of day; a named time excludes a different one."""
    if parsed.clock is not None:
        minutes = _hour(parsed.clock, parsed.part) * 60 + parsed.clock.minute + parsed.clock.shift
        if parsed.at not in (None, minutes):  # but "12 noon"
            raise UnreadableError
    else:
        found = parsed.part if parsed.at is None else parsed.at
        if found is None:
            _refuse("no_time")
        minutes = found
    if not 0 <= minutes < 24 * 60:
        raise UnreadableError
    return time(minutes // 60, minutes % 60)


def _hour(clock: Clock, part: int | None) -> int:
    hour = clock.hour
    if clock.minute > 59 or (clock.after_noon is not None and not 1 <= hour <= 12):
        raise UnreadableError
    if clock.after_noon is not None:
        return hour % 12 + (12 if clock.after_noon else 0)
    if part is not None:
        return hour + 12 if part >= NOON and hour < 12 else hour
    return hour + 12 if 1 <= hour < NIGHT_ENDS and not clock.exact else hour


def _day(parsed: ParsedTime, today: date, locale: str) -> date:
    if parsed.week == "last":
        _refuse("past")
    if parsed.date is not None or parsed.days is not None:
        if parsed.week is not None or (parsed.date is not None and parsed.days is not None):
            raise UnreadableError
        if parsed.date is not None:
            day = _date(parsed.date, today, locale)
        elif int(parsed.days or 0) > MAX_AHEAD.days:
            _refuse("too_far")
        else:
            day = today + timedelta(days=parsed.days or 0)
        if parsed.weekday not in (None, day.weekday()):
            _refuse("other_weekday", date=format_day(day, locale))
        return day
    if parsed.weekday is not None:
        return _weekday(parsed.weekday, parsed.week, today, locale)
    if parsed.week is not None and not (parsed.week == "this" and parsed.part is not None):
        raise UnreadableError
    return today


def _weekday(weekday: int, week: str | None, today: date, locale: str) -> date:
    ahead = (weekday - today.weekday()) % 7
    day = today + timedelta(days=ahead)
    if week == "this_week":
        return today + timedelta(days=weekday - today.weekday())
    if week == "next_week":
        return today + timedelta(days=7 + weekday - today.weekday())
    if week == "next" and ahead == 0:
        return today + timedelta(days=7)
    if week == "next" and (ahead == 1 or weekday > today.weekday()):
        # Some mean the coming one, others the one in the week after.
        _refuse_both(format_day(day, locale), format_day(day + timedelta(days=7), locale))
    return day


def _date(parsed: Date, today: date, locale: str) -> date:
    day = _next_date(parsed, today)
    if parsed.either:
        other = _next_date(Date(parsed.month, parsed.day, parsed.year), today)
        _refuse_both(format_day(day, locale), format_day(other, locale))
    return day


def _next_date(parsed: Date, today: date) -> date:
    """The date; without a year, this year's or, when that is past, next year's."""
    for year in (parsed.year,) if parsed.year is not None else (today.year, today.year + 1):
        try:
            day = date(year, parsed.month, parsed.day)
        except ValueError:
            continue
        if parsed.year is not None or day >= today:
            return day
    raise UnreadableError


def _refuse_hours_or_time(clock: Clock, now: datetime, local: ZoneInfo, locale: str) -> None:
    """ "2h" alone may mean in two hours or at two; from seven on it can only be a time."""
    if 1 <= clock.hour < NIGHT_ENDS and clock.minute < 60 and not clock.exact:
        there = now.astimezone(local)
        hours = (now + timedelta(hours=clock.hour, minutes=clock.minute)).astimezone(local)
        time_of_day = f"{clock.hour + 12}:{clock.minute:02}"
        _refuse_both(format_moment(hours, locale), f"{format_day(there.date(), locale)} {time_of_day}")


def _refuse_both(one: str, other: str) -> NoReturn:
    _refuse("ambiguous", one=one, other=other)


def _refuse_quoting(typed: str) -> NoReturn:
    shown = " ".join(typed.split())
    shown = shown if len(shown) <= MAX_QUOTED else f"{shown[:MAX_QUOTED]}…"
    raise InvalidEntryError(FIELD, "refusal.time_not_understood", typed=shown)


def _refuse(why: str, **values: str) -> NoReturn:
    raise InvalidEntryError(FIELD, f"refusal.when_{why}", **values)
