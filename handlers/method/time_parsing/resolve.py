"""When the call will be: from what a rep types on a phone to a moment, or a refusal that says what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

from babel.dates import format_date

from handlers.errors import InvalidEntryError
from handlers.method.time_parsing.lexer import Clock, Date, ParsedTime, UnreadableError, parse_time
from prompts.time_words import appointment_words

FIELD = "when"
"""The field that it is typed in."""
MAX_AHEAD = timedelta(days=183)
"""A call that is later than in half a year is a slip of the year or the month."""
NIGHT_ENDS = 7
"""An hour before this one, without a word or a zero before it, is one of the afternoon."""
NOON = 12 * 60


def resolve_time(
    typed: str, now: datetime, local: ZoneInfo, locale: str = "en", *, a_day_means: time | None = None
) -> datetime:
    """The moment that `typed` means at `now`, to the minute, in `local`; always after `now`.

    A weekday is the coming one, today's while its time is still to come; a date without a year is the coming one; a
    time alone is today's. An hour that the clocks go through twice means the first that is still to come. A day
    without a time is refused, unless `a_day_means` a time.

    Raises `InvalidEntryError` when nothing was typed, it cannot be read, the time or a unique day is missing, the
    weekday is another one, or the moment is past, more than half a year away, or skipped by the clocks.
    """
    try:
        said = parse_time(typed, appointment_words(locale))
        if said == ParsedTime():
            _refuse("missing")
        if a_day_means is not None and replace(said, days=None, weekday=None, week=None, date=None) == ParsedTime():
            said = replace(said, clock=Clock(a_day_means.hour, a_day_means.minute, exact=True))
        return _moment(said, now, local, locale)
    except UnreadableError:
        _refuse("unreadable")


def is_time_phrase(typed: str, locale: str = "en") -> bool:
    """Whether these are the words of a day or a time; whether there is such a time is another question."""
    try:
        return parse_time(typed, appointment_words(locale)) != ParsedTime()
    except UnreadableError:
        return False


def resolve_day(typed: str, now: datetime, local: ZoneInfo, locale: str = "en") -> date:
    """The day that `typed` means at `now` in `local`, read as `appointment` reads it; a time of day is passed over.

    Raises `InvalidEntryError` when nothing was typed, it cannot be read or is not unique, or the day is not to come or
    more than half a year away.
    """
    today = now.astimezone(local).date()
    try:
        said = parse_time(typed, appointment_words(locale))
        day = _day(said, today, locale)
    except UnreadableError:
        _refuse("unreadable")
    if said == ParsedTime():
        _refuse("missing")
    if said.minutes is not None:
        _refuse("unreadable")
    if day == today and said.weekday is not None:  # "Monday" on a Monday: the next one
        day += timedelta(days=7)
    if day <= today:
        _refuse("past")
    if day - today > MAX_AHEAD:
        _refuse("too_far")
    return day


def format_moment(moment: datetime, locale: str = "en") -> str:
    """A moment in its own zone, ready to read: `Fri 27 Nov 14:30`."""
    return f"{format_day(moment.date(), locale)} {moment:%H:%M}"


def format_day(day: date, locale: str = "en") -> str:
    """A day, ready to read: `Fri 27 Nov`."""
    return str(format_date(day, "EEE d MMM", locale=locale))


def format_weekday(day: date, locale: str = "en") -> str:
    """A day by its weekday alone: `Fri`."""
    return str(format_date(day, "EEE", locale=locale))


def local_moment(day: date, at: time, now: datetime, local: ZoneInfo) -> datetime | None:
    """The moment when clocks in `local` show `at` on `day`, in UTC; None when they skip it.

    When they show it twice, the first that lies after `now`, or the second when none does.
    """
    there = datetime.combine(day, at, tzinfo=local)
    first, second = (there.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(local).time() != at:
        return None
    return first if first > now else second


def _moment(said: ParsedTime, now: datetime, local: ZoneInfo, locale: str) -> datetime:
    there = now.astimezone(local)
    if said.minutes is not None:
        if replace(said, minutes=None) != ParsedTime():
            raise UnreadableError
        moment = (now + timedelta(minutes=said.minutes)).astimezone(UTC).replace(second=0, microsecond=0)
        return _check_range(moment, now, local)
    if said.clock is not None and said == ParsedTime(clock=said.clock) and said.clock.marked:
        _refuse_hours_or_time(said.clock, now, local, locale)
    day = _day(said, there.date(), locale)
    if day - there.date() > MAX_AHEAD + timedelta(days=1):
        _refuse("too_far")
    at = _time(said)
    moment = _local_moment_or_refuse(day, at, now, local)
    by_weekday = said.weekday is not None and said.days is None and said.date is None and said.week in (None, "this")
    if moment <= now and by_weekday:  # a weekday is the coming one, and today's time is over
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


def _time(said: ParsedTime) -> time:
    """The time of day; a named one cannot stand beside another."""
    if said.clock is not None:
        if said.at is not None:
            raise UnreadableError
        minutes = _hour(said.clock, said.part) * 60 + said.clock.minute + said.clock.shift
    else:
        found = said.part if said.at is None else said.at
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


def _day(said: ParsedTime, today: date, locale: str) -> date:
    if said.date is not None or said.days is not None:
        if said.week is not None or (said.date is not None and said.days is not None):
            raise UnreadableError
        if said.date is not None:
            day = _date(said.date, today, locale)
        elif int(said.days or 0) > MAX_AHEAD.days:
            _refuse("too_far")
        else:
            day = today + timedelta(days=said.days or 0)
        if said.weekday not in (None, day.weekday()):
            _refuse("other_weekday", date=format_day(day, locale))
        return day
    if said.weekday is not None:
        return _weekday(said.weekday, said.week, today, locale)
    if said.week is not None and not (said.week == "this" and said.part is not None):
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
        # To some the coming one, to others the one of the week after.
        _refuse_both(format_day(day, locale), format_day(day + timedelta(days=7), locale))
    return day


def _date(said: Date, today: date, locale: str) -> date:
    day = _next_date(said, today)
    if said.either:
        other = _next_date(Date(said.month, said.day, said.year), today)
        _refuse_both(format_day(day, locale), format_day(other, locale))
    return day


def _next_date(said: Date, today: date) -> date:
    """The date; without a year the one of this year, or of the next when that is over."""
    for year in (said.year,) if said.year is not None else (today.year, today.year + 1):
        try:
            day = date(year, said.month, said.day)
        except ValueError:
            continue
        if said.year is not None or day >= today:
            return day
    raise UnreadableError


def _refuse_hours_or_time(clock: Clock, now: datetime, local: ZoneInfo, locale: str) -> None:
    """ "2h" alone: in two hours, or at two? From seven on it can only be a time."""
    if 1 <= clock.hour < NIGHT_ENDS and clock.minute < 60 and not clock.exact:
        there = now.astimezone(local)
        hours = (now + timedelta(hours=clock.hour, minutes=clock.minute)).astimezone(local)
        time_of_day = f"{clock.hour + 12}:{clock.minute:02}"
        _refuse_both(format_moment(hours, locale), f"{format_day(there.date(), locale)} {time_of_day}")


def _refuse_both(one: str, other: str) -> NoReturn:
    _refuse("ambiguous", one=one, other=other)


def _refuse(why: str, **values: str) -> NoReturn:
    raise InvalidEntryError(FIELD, f"refusal.when_{why}", **values)
