"""Turn what a rep types into a moment, to come or past, or refuse it and say what is missing."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, NoReturn
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import format_date

from handlers.errors import InvalidEntryError
from handlers.method.time_parsing import lexer
from handlers.method.time_parsing.lexer import (
    Clock,
    Date,
    ParsedTime,
    PeriodEnd,
    SaidZone,
    UnreadableError,
    parse_time,
)
from handlers.method.working_time import A_DAY, WorkingTime
from prompts.time_words import appointment_words

FIELD = "when"
"""The form field."""
MAX_AHEAD = timedelta(days=183)
"""A call more than half a year ahead is a typo in the year or the month."""
MAX_AGO = timedelta(days=31)
"""What happened longer ago than this is a typo, or too late to note."""
NIGHT_ENDS = 7
"""An hour before this one, without "am" or a leading zero, is in the afternoon."""
NOON = 12 * 60
MIDNIGHT = 0
"""Midnight, said by name, is the end of the day."""
BEFORE = timedelta(minutes=30)
"""How long before a time what is to be done "before" it begins: a call takes that long."""
LAST_HOUR = timedelta(hours=1)
"""The end of the working day, said by name, is this long before work ends: there is time left for a call."""
SATURDAY, SUNDAY = 5, 6
MOST_HOURS = 12
"""A number without a unit up to this one may be hours: "in 5"."""
AFTERNOON_ENDS = 17 * 60
MAX_QUOTED = 60
"""Characters of a text that is quoted because it cannot be read."""


MONTH_FIRST = frozenset({"US"})
"""The countries, of a person's time zone, in which 05/06 is the sixth of May."""


class ResolvedTime(NamedTuple):
    """What a typed time means, in the person's zone, and what it may also mean: the person is told both."""

    at: datetime
    otherwise: datetime | None = None


class _Day(NamedTuple):
    """What a typed day means, and what it may also mean."""

    day: date
    otherwise: date | None = None


def resolve_time(
    typed: str,
    now: datetime,
    work: WorkingTime,
    locale: str = "en",
    *,
    a_day_means: time | None = None,
    quoted: bool = False,
) -> ResolvedTime:
    """Return the moment that `typed` means at `now`, to the minute, in the zone of `work`; always after `now`.

    A weekday is the next one, or today if its time is still to come, and "next Tuesday" is that of the next calendar
    week; a date without a year is the next one; a time alone is today's, or that of the next working day when today's
    is over. "EOD", "end of March" and "in 3 business days" are in the person's working time. A time in another zone
    ("3pm EST") is converted. A repeated hour means the first one still to come. A day without a time is refused, unless
    `a_day_means` a time and it is not today. `quoted`: a refusal quotes what cannot be read, because the person no
    longer sees it.

    Raises `InvalidEntryError` when nothing was typed, it cannot be read, names no single time, the time is missing, the
    weekday does not match, or the moment is past, more than half a year away, or skipped by a clock change.
    """
    try:
        parsed = parse_time(typed, appointment_words(locale))
        if parsed == ParsedTime():
            _refuse("missing")
        return _moment(parsed, now, work, locale, a_day_means)
    except UnreadableError as error:
        if quoted:
            _refuse_quoting(typed)
        _refuse(error.why)


def resolve_past_time(typed: str, now: datetime, work: WorkingTime, locale: str = "en") -> datetime:
    """Return the moment up to `now` that `typed` means, to the minute, in UTC; `now` if nothing was typed.

    A time alone is today's, or yesterday's when today's is still to come; a weekday is the last one, a date without a
    year too. A day without a time is refused, except today. A repeated hour means the last one up to `now`.

    Raises `InvalidEntryError` when it cannot be read, the time is missing, the weekday does not match, or the moment is
    still to come, more than a month ago, or skipped by a clock change.
    """
    try:
        parsed = parse_time(typed, appointment_words(locale))
        if parsed in (ParsedTime(), ParsedTime(days=0), ParsedTime(at_once="now")):
            return now
        moment = _past_moment(parsed, now, work, locale)
    except UnreadableError:
        _refuse("unreadable_past")
    if moment > now:
        _refuse("to_come")
    if now - moment > MAX_AGO:
        _refuse("long_ago")
    return moment


def _past_moment(parsed: ParsedTime, now: datetime, work: WorkingTime, locale: str) -> datetime:
    local = work.local
    if parsed.at_once is not None or parsed.before is not None:
        raise UnreadableError
    if parsed.minutes is not None:
        return (now + timedelta(minutes=parsed.minutes)).astimezone(UTC).replace(second=0, microsecond=0)
    today = now.astimezone(local).date()
    if not _names_time(parsed):
        _refuse("no_past_time")
    day, at = _past_day(parsed, today, work, locale), _time_of_day(parsed, now, work)
    zone = _zone(parsed.zone, now, local)
    moment = _last_moment(day, at, now, zone)
    if moment > now and _is_guessed_afternoon(parsed):  # at noon, "at 6" was this morning
        at -= timedelta(hours=12)
        moment = _last_moment(day, at, now, zone)
    if moment > now and _without_time(parsed) == ParsedTime():  # today's is still to come
        return _last_moment(day - A_DAY, at, now, zone)
    if moment > now and parsed.weekday is not None and parsed.date is None:
        return _last_moment(day - 7 * A_DAY, at, now, zone)
    return moment


def _is_guessed_afternoon(parsed: ParsedTime) -> bool:
    """Whether `_hour` takes the hour for one in the afternoon because nothing says which it is."""
    clock = parsed.clock
    if clock is None or parsed.part is not None:
        return False
    return 1 <= clock.hour < NIGHT_ENDS and clock.after_noon is None and not clock.exact


def _last_moment(day: date, at: timedelta, now: datetime, zone: tzinfo) -> datetime:
    whole_days, clock = _days_and_clock(at)
    there = datetime.combine(day + whole_days, clock, tzinfo=zone)
    first, second = (there.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).time() != clock:
        _refuse("skipped", time=f"{clock:%H:%M}")
    return second if second <= now else first


def _past_day(parsed: ParsedTime, today: date, work: WorkingTime, locale: str) -> date:
    ahead = (parsed.days_after, parsed.ends) != (None, None) or (parsed.workdays or 0) > 0 or (parsed.months or 0) > 0
    if ahead or parsed.week in ("next", "next_week", "next_month"):
        _refuse("to_come")
    if parsed.months is not None:
        _refuse("long_ago")
    if parsed.workdays is not None:
        return work.day_after(today, max(parsed.workdays, -MAX_AGO.days))
    if parsed.date is not None:
        day = _last_date(parsed.date, today)
    elif parsed.days is not None:
        day = today + timedelta(days=max(parsed.days, -2 * MAX_AGO.days))
    elif parsed.weekday is not None:
        return today - timedelta(days=(today.weekday() - parsed.weekday) % 7 or (7 if parsed.week == "last" else 0))
    elif parsed.week == "last":  # last night
        day = today - A_DAY
    else:
        day = today
    if parsed.weekday not in (None, day.weekday()):
        _refuse("other_weekday", date=format_day(day, locale))
    return day


def _last_date(parsed: Date, today: date) -> date:
    """The date; without a year the last one, without a month too."""
    if parsed.month is None:
        back = (today - timedelta(days=days) for days in range(MAX_AGO.days + 1))
        found = next((day for day in back if day.day == parsed.day), None)
        if found is None:
            raise UnreadableError
        return found
    for year in (parsed.year,) if parsed.year is not None else (today.year, today.year - 1):
        try:
            day = date(year, parsed.month, parsed.day)
        except ValueError:
            continue
        if parsed.year is not None or day <= today + A_DAY:
            return day
    raise UnreadableError


def is_time_phrase(typed: str, locale: str = "en") -> bool:
    """Whether the text reads as a day or a time, even one that does not exist."""
    try:
        return parse_time(typed, appointment_words(locale)) != ParsedTime()
    except UnreadableError:
        return False


def is_at_once(typed: str, locale: str = "en") -> bool:
    """Whether the text means this moment: "now", "asap"."""
    try:
        parsed = parse_time(typed, appointment_words(locale))
    except UnreadableError:
        return False
    return parsed.at_once is not None and parsed == ParsedTime(at_once=parsed.at_once)


def begins_like_time(typed: str, locale: str = "en") -> bool:
    """Whether the text begins as only a time does, even if the whole of it cannot be read."""
    return lexer.begins_like_time(typed, appointment_words(locale))


def is_time_span(typed: str, locale: str = "en") -> bool:
    """Whether the text counts from now ("in 2 hours") instead of naming a time of day."""
    try:
        return parse_time(typed, appointment_words(locale)).minutes is not None
    except UnreadableError:
        return False


def resolve_day(typed: str, now: datetime, work: WorkingTime, locale: str = "en", *, or_today: bool = False) -> date:
    """Return the day that `typed` means at `now`, read as by `resolve_time`; a time of day is ignored.

    `or_today`: today is a day, too. Raises `InvalidEntryError` when nothing was typed, it cannot be read or may be two
    dates, or the day is past, more than half a year away, or today and that is not wanted.
    """
    today = now.astimezone(work.local).date()
    try:
        parsed = parse_time(typed, appointment_words(locale))
        if parsed.minutes is not None:
            day, otherwise = _span(parsed, now, work.local).at.date(), None
        else:
            day, otherwise = _day(parsed, today, work, locale)
    except UnreadableError as error:
        _refuse("day_unreadable" if error.why in ("unreadable", "which_unit") else error.why)
    if parsed == ParsedTime():
        _refuse("missing")
    if otherwise is not None and parsed.date is not None:
        _refuse("two_dates", first=format_day(day, locale), second=format_day(otherwise, locale))
    if parsed.before is not None and not _names_time(parsed):
        day = work.day_after(day, -1)
    if day == today and parsed.weekday is not None and not or_today:  # "Monday" on a Monday: the next one
        day += timedelta(days=7)
    if day < today or (day == today and not or_today):
        _refuse("past" if day < today else "day_today")
    if day - today > MAX_AHEAD:
        _refuse("too_far")
    return day


def format_moment(moment: datetime, locale: str = "en") -> str:
    """Format a moment in its own zone: `Fri 27 Nov 14:30`."""
    return f"{format_day(moment.date(), locale)} {moment:%H:%M}"


def format_day(day: date, locale: str = "en", *, with_year: bool = False) -> str:
    """Format a day: `Fri 27 Nov`; with its year for one that may be long ago: `Fri 27 Nov 2026`."""
    return str(format_date(day, "EEE d MMM y" if with_year else "EEE d MMM", locale=locale))


def format_weekday(day: date, locale: str = "en") -> str:
    """Format the weekday of a day: `Fri`."""
    return str(format_date(day, "EEE", locale=locale))


def local_moment(day: date, at: time, now: datetime, local: tzinfo) -> datetime | None:
    """Return the moment of the local time `at` on `day`, in UTC; None when a clock change skips it.

    For a repeated time, the first one after `now`, or the second when neither is.
    """
    there = datetime.combine(day, at, tzinfo=local)
    first, second = (there.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(local).time() != at:
        return None
    return first if first > now else second


def _moment(
    parsed: ParsedTime, now: datetime, work: WorkingTime, locale: str, a_day_means: time | None
) -> ResolvedTime:
    local = work.local
    if parsed.at_once is not None:
        _refuse("now")
    if parsed.minutes is not None:
        return _span(parsed, now, local)
    hours = _hours_or_time(parsed, now, local)
    if hours is not None:
        return hours
    today = now.astimezone(local).date()
    day, otherwise = _day(parsed, today, work, locale)
    if parsed.before is not None and not _names_time(parsed):
        day, otherwise = work.day_after(day, -1), None
    if day - today > MAX_AHEAD + A_DAY:
        _refuse("too_far")
    zone = _zone(parsed.zone, now, local)
    if day < min(today, now.astimezone(zone).date()):
        _refuse("past")
    at = _time_or_default(parsed, now, work, None if day == today else a_day_means)
    if parsed.at == MIDNIGHT and day > today:
        otherwise = otherwise or day - A_DAY
    moment = _check_range(_on_day(parsed, day, at, now, zone, work), now, local)
    return ResolvedTime(moment, _other_day(otherwise, at, now, local, zone))


def _time_or_default(parsed: ParsedTime, now: datetime, work: WorkingTime, default: time | None) -> timedelta:
    """The time since the beginning of the day; if none is named, the default. Half an hour earlier for "before 5"."""
    if _names_time(parsed):
        at = _time_of_day(parsed, now, work) - (timedelta(0) if parsed.before is None else BEFORE)
        if at < timedelta(0):
            raise UnreadableError
        return at
    if default is None:
        _refuse("no_time")
    return timedelta(hours=default.hour, minutes=default.minute)


def _span(parsed: ParsedTime, now: datetime, local: ZoneInfo) -> ResolvedTime:
    """From now: "in 2 hours". "In 5" means minutes, and may mean hours."""
    minutes = parsed.minutes or 0
    if replace(parsed, minutes=None, unit_unsaid=None) != ParsedTime():
        raise UnreadableError
    if 0 <= minutes < 1:
        _refuse("now")
    may_be_hours = parsed.unit_unsaid is not None and minutes <= MOST_HOURS
    return ResolvedTime(_after(minutes, now, local), _after(minutes * 60, now, local) if may_be_hours else None)


def _on_day(parsed: ParsedTime, day: date, at: timedelta, now: datetime, zone: tzinfo, work: WorkingTime) -> datetime:
    """The time on that day, or on the next that may be meant when that one is over."""
    moment = _local_moment_or_refuse(day, at, now, zone)
    if moment > now:
        return moment
    if _without_time(parsed) == ParsedTime():  # today's is over
        later = _local_moment_or_refuse(day + A_DAY, at, now, zone)
        if work.works_on(later.astimezone(work.local).date()):
            return later
        on_workday = local_moment(work.day_after(day), _days_and_clock(at)[1], now, zone)
        return on_workday if on_workday is not None and work.includes(on_workday) else later
    by_weekday = parsed.weekday is not None and parsed.week in (None, "this")
    if by_weekday and parsed.days is None and parsed.date is None:
        return _local_moment_or_refuse(day + 7 * A_DAY, at, now, zone)
    return moment


def _other_day(day: date | None, at: timedelta, now: datetime, local: ZoneInfo, zone: tzinfo) -> datetime | None:
    """The time on the other day that may be meant, if it can be."""
    if day is None:
        return None
    whole_days, clock = _days_and_clock(at)
    moment = local_moment(day + whole_days, clock, now, zone)
    return moment.astimezone(local) if moment is not None and now < moment <= now + MAX_AHEAD else None


def _after(minutes: float, now: datetime, local: ZoneInfo) -> datetime:
    moment = (now + timedelta(minutes=minutes)).astimezone(UTC).replace(second=0, microsecond=0)
    return _check_range(moment, now, local)


def _names_time(parsed: ParsedTime) -> bool:
    named = (parsed.clock, parsed.at, parsed.part, parsed.same_time, parsed.day_end, parsed.ends)
    return any(each is not None for each in named)


def _without_day(parsed: ParsedTime) -> ParsedTime:
    return replace(
        parsed, days=None, weekday=None, week=None, days_after=None, date=None, workdays=None, months=None, ends=None
    )


def _without_time(parsed: ParsedTime) -> ParsedTime:
    return replace(parsed, clock=None, at=None, part=None, same_time=None, day_end=None, zone=None)


def _zone(zone: SaidZone | None, now: datetime, local: ZoneInfo) -> tzinfo:
    """The zone that was named; the person's own if its time has that name, as CST in Shanghai and IST in Dublin."""
    own = (datetime(now.year, month, 1, tzinfo=local).tzname() or "" for month in (1, 7))
    return local if zone is None or zone.said in [name.casefold() for name in own] else zone.zone


def _check_range(moment: datetime, now: datetime, local: ZoneInfo) -> datetime:
    if moment <= now:
        _refuse("past")
    if moment - now > MAX_AHEAD:
        _refuse("too_far")
    return moment.astimezone(local)


def _local_moment_or_refuse(day: date, at: timedelta, now: datetime, local: tzinfo) -> datetime:
    whole_days, clock = _days_and_clock(at)
    moment = local_moment(day + whole_days, clock, now, local)
    if moment is None:
        _refuse("skipped", time=f"{clock:%H:%M}")
    return moment


def _days_and_clock(at: timedelta) -> tuple[timedelta, time]:
    """A time since the beginning of a day: the whole days in it, and the time of day."""
    hours, seconds = divmod(at.seconds, 3600)
    return timedelta(days=at.days), time(hours, seconds // 60)


def _time_of_day(parsed: ParsedTime, now: datetime, work: WorkingTime) -> timedelta:
    """The time since the beginning of the day: a whole day for midnight. A named time excludes a different one.

    A morning does not begin before the person's work does, and a working day ends while there is time left for a call.
    """
    starts, ends = (timedelta(hours=at.hour, minutes=at.minute) for at in work.hours)
    if parsed.same_time:
        if replace(_without_day(parsed), same_time=None) != ParsedTime():
            raise UnreadableError
        there = now.astimezone(work.local)
        return timedelta(hours=there.hour, minutes=there.minute)
    named = A_DAY if parsed.at == MIDNIGHT else None if parsed.at is None else timedelta(minutes=parsed.at)
    if parsed.clock is not None:
        minutes = _hour(parsed.clock, parsed.part) * 60 + parsed.clock.minute + parsed.clock.shift
        at = timedelta(minutes=minutes)
        if named == A_DAY and minutes in (0, NOON):  # 12 midnight
            at = A_DAY
        if named not in (None, at):  # but "12 noon"
            raise UnreadableError
    elif named is not None:
        at = named
    elif parsed.part is not None:
        at = timedelta(minutes=parsed.part)
        at = max(at, starts) if parsed.part < NOON and starts < timedelta(minutes=NOON) else at
    else:
        at = max(starts, ends - LAST_HOUR)
    if not timedelta(0) <= at <= A_DAY:
        raise UnreadableError
    return at


def _hour(clock: Clock, part: int | None) -> int:
    hour = clock.hour
    if clock.after_noon and 13 <= hour <= 23:  # "15:00 pm"
        clock = clock._replace(after_noon=None)
    if clock.minute > 59 or hour > 24 or (clock.after_noon is not None and not 1 <= hour <= 12):
        raise UnreadableError(why="no_hour")
    if part is not None and part > AFTERNOON_ENDS and hour == NOON // 60:  # "12 at night"
        raise UnreadableError
    if clock.after_noon is not None:
        return hour % 12 + (12 if clock.after_noon else 0)
    if part is not None:
        return hour + 12 if part >= NOON and hour < 12 else hour
    return hour + 12 if 1 <= hour < NIGHT_ENDS and not clock.exact else hour


def _day(parsed: ParsedTime, today: date, work: WorkingTime, locale: str) -> _Day:
    if parsed.week == "last":
        _refuse("past")
    if (parsed.workdays, parsed.months, parsed.ends) != (None, None, None):
        return _Day(_working_day(parsed, today, work))
    if parsed.date is not None or parsed.days is not None:
        found = _date_or_days(parsed, today, work.local)
        if parsed.weekday not in (None, found.day.weekday()):
            _refuse("other_weekday", date=format_day(found.day, locale))
        return found
    if parsed.weekday is not None:
        found = _weekday(parsed.weekday, parsed.week, today)
        return found if parsed.days_after is None else _Day(found.day + timedelta(days=parsed.days_after))
    return _week(parsed, today)


def _week(parsed: ParsedTime, today: date) -> _Day:
    match parsed.week:
        case "next_week":
            return _Day(today + timedelta(days=7 - today.weekday()))
        case "next_month":
            return _Day((today.replace(day=1) + timedelta(days=31)).replace(day=1))
        case None:
            return _Day(today)
        case "this" if parsed.part is not None:
            return _Day(today)
        case _:
            raise UnreadableError(why="which_day")


def _working_day(parsed: ParsedTime, today: date, work: WorkingTime) -> date:
    """The day of "in 3 business days", "in 2 months" and "end of March": a working day of the person."""
    named = (parsed.workdays, parsed.months, parsed.ends)
    if named.count(None) != len(named) - 1 or replace(parsed, workdays=None, months=None, ends=None, **_TIMES) != (
        ParsedTime()
    ):
        raise UnreadableError
    if parsed.workdays is not None:
        if not parsed.workdays:
            raise UnreadableError
        return work.day_after(today, min(max(parsed.workdays, -1), MAX_AHEAD.days))
    if parsed.ends is not None:
        last = _period_end(parsed.ends, today, work)
        return work.day_after(last + A_DAY, -1)
    months = parsed.months or 0
    if not 0 < months <= MAX_AHEAD.days // 28:
        _refuse("too_far" if months > 0 else "past")
    year, month = _later_month(today, months)
    return date(year, month, min(today.day, monthrange(year, month)[1]))


_TIMES: dict[str, None] = dict.fromkeys(("clock", "at", "part", "same_time", "day_end", "before", "zone"))


def _period_end(ends: PeriodEnd, today: date, work: WorkingTime) -> date:
    """The last day of the period. A week ends on Sunday, or on Saturday where people work on Sunday."""
    if not ends.months:
        last = SATURDAY if SUNDAY in work.days and SATURDAY not in work.days else SUNDAY
        return today + timedelta(days=(last - today.weekday()) % 7 + 7 * ends.ahead)
    if ends.month is not None:
        year = ends.year or today.year + (ends.month < today.month)
        return date(year, ends.month, monthrange(year, ends.month)[1])
    left = -today.month % ends.months + ends.months * ends.ahead
    year, month = _later_month(today, left)
    return date(year, month, monthrange(year, month)[1])


def _later_month(day: date, months: int) -> tuple[int, int]:
    years, month = divmod(day.month - 1 + months, 12)
    return day.year + years, month + 1


def _date_or_days(parsed: ParsedTime, today: date, local: ZoneInfo) -> _Day:
    if parsed.week is not None or (parsed.date is not None and parsed.days is not None):
        raise UnreadableError
    if parsed.date is not None:
        return _date(parsed.date, today, local)
    if int(parsed.days or 0) > MAX_AHEAD.days:
        _refuse("too_far")
    return _Day(today + timedelta(days=parsed.days or 0))


def _weekday(weekday: int, week: str | None, today: date) -> _Day:
    ahead = (weekday - today.weekday()) % 7
    day = today + timedelta(days=ahead)
    if week == "this_week":
        return _Day(today + timedelta(days=weekday - today.weekday()))
    following = today + timedelta(days=7 + weekday - today.weekday())
    if week == "next_week":
        return _Day(following)
    if week == "next_month":
        raise UnreadableError
    if week == "next":
        # Some mean the coming one, others the one of the next calendar week.
        if weekday > today.weekday():
            return _Day(following, otherwise=day)
        return _Day(following, otherwise=following + timedelta(days=7) if ahead == 1 else None)
    return _Day(day)


def _date(parsed: Date, today: date, local: ZoneInfo) -> _Day:
    """The date; of two that can be meant, the one that is written like that where the person is."""
    if not parsed.either or parsed.month is None:
        return _Day(_next_date(parsed, today))
    days = _next_date(parsed, today), _next_date(Date(parsed.month, parsed.day, parsed.year), today)
    zone = get_global("zone_aliases").get(local.key, local.key)
    if get_global("zone_territories").get(zone) in MONTH_FIRST:
        days = days[1], days[0]
    first, second = days
    return _Day(second) if not today <= first <= today + MAX_AHEAD else _Day(first, otherwise=second)


def _next_date(parsed: Date, today: date) -> date:
    """The date; without a year, this year's or, when that is past, next year's; without a month, the next such day."""
    if parsed.month is None:
        return _next_day_of_month(parsed.day, today)
    for year in (parsed.year,) if parsed.year is not None else (today.year, today.year + 1):
        try:
            day = date(year, parsed.month, parsed.day)
        except ValueError:
            continue
        if parsed.year is not None or day >= today:
            return day
    raise UnreadableError(why="no_such_day")


def _next_day_of_month(day: int, today: date) -> date:
    if not 1 <= day <= 31:
        raise UnreadableError(why="no_such_day")
    while today.day != day:
        today += A_DAY
    return today


def _hours_or_time(parsed: ParsedTime, now: datetime, local: ZoneInfo) -> ResolvedTime | None:
    """ "2h" alone is in two hours, but may also mean at two; from seven on it can only be a time: None."""
    clock = parsed.clock
    if clock is None or not clock.marked or parsed != ParsedTime(clock=clock):
        return None
    if not 1 <= clock.hour < NIGHT_ENDS or clock.minute >= 60 or clock.exact:
        return None
    time_of_day = local_moment(now.astimezone(local).date(), time(clock.hour + 12, clock.minute), now, local)
    other = time_of_day.astimezone(local) if time_of_day is not None and time_of_day > now else None
    return ResolvedTime(_after(clock.hour * 60 + clock.minute, now, local), otherwise=other)


def _refuse_quoting(typed: str) -> NoReturn:
    shown = " ".join(typed.split())
    shown = shown if len(shown) <= MAX_QUOTED else f"{shown[:MAX_QUOTED]}…"
    raise InvalidEntryError(FIELD, "refusal.time_not_understood", typed=shown)


def _refuse(why: str, **values: str) -> NoReturn:
    raise InvalidEntryError(FIELD, f"refusal.when_{why}", **values)
