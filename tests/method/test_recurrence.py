"""A promise that recurs is read as meant, and each of its occasions has exactly one reminder, on its day (M3.1)."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handlers.method.measurables import measure_rules
from handlers.method.measure import measurable_parts, stored_recurrences
from handlers.method.recurrence import WHAT, Recurrence
from handlers.method.recurrence_reader import read_recurrences
from handlers.method.reminders_due import DealSnapshot, DueReminder, Kind, RecurringPromise, due_reminders
from handlers.method.stages import Stage
from handlers.method.working_time import A_DAY, WorkingTime
from prompts.cadence import cadence
from tests.method.test_working_time import working_times

EN = measure_rules()
TODAY = date(2026, 3, 2)  # a Monday
BERLIN = WorkingTime.default(ZoneInfo("Europe/Berlin"), cadence())
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NTH = {"first": 0, "second": 1, "third": 2, "last": -1}


def read(wording: str) -> list[dict[str, Any]]:
    """The rules in the wording, as they are stored."""
    stored = [found.rule.to_json() for found in read_recurrences(wording, EN, TODAY)]
    return [{name: value for name, value in rule.items() if name not in ("what", "text", "means")} for rule in stored]


def weekly(*weekdays: int, **more: Any) -> dict[str, Any]:
    return {"per": "week", "weekdays": list(weekdays), **more}


@pytest.mark.parametrize(
    ("wording", "rule"),
    [
        (
            "Update by phone every Thursday before noon, until go-live",
            weekly(3, before="12:00", until_event="go_live"),
        ),
        ("an email every Friday by 10am", weekly(4, before="10:00")),
        ("before noon every Thursday", weekly(3, before="12:00")),
        ("a call every Thursday at 4", weekly(3, at="16:00")),
        ("every Thursday by close of business", weekly(3, before="17:00")),
        ("no later than 10am every Friday", weekly(4, before="10:00")),
        ("a weekly call on Thursdays between 10 and 12", weekly(3, after="10:00", before="12:00")),
        ("Friday mornings", weekly(4, before="12:00")),
        ("every single Thursday, first thing", weekly(3, before="12:00")),
        ("call every weekday", weekly(0, 1, 2, 3, 4)),
        ("weekly, every Thursday", weekly(3)),
        ("twice a week, on Mondays and Thursdays", weekly(0, 3)),
        ("A call every other Friday until the end of March", weekly(4, interval=2, ends="2026-03-31")),
        ("every second week on Friday", weekly(4, interval=2)),
        ("every third Thursday", weekly(3, interval=3)),
        ("daily", {"per": "day"}),
        ("every 3 days", {"per": "day", "interval": 3}),
        ("each morning", {"per": "day", "before": "12:00"}),
        ("every day until Friday", {"per": "day", "ends": "2026-03-06"}),
        ("weekly through delivery", {"per": "week", "until_event": "delivery"}),
        ("once every two weeks", {"per": "week", "interval": 2}),
        ("a report fortnightly", {"per": "week", "interval": 2}),
        ("twice a week", {"per": "week", "times": 2}),
        ("weekly for the first six weeks", {"per": "week", "lasts": [6, "week"]}),
        ("weekly from go-live on", {"per": "week", "from_event": "go_live"}),
        ("call me Tuesdays until we're live", weekly(1, until_event="go_live")),
        ("every Thursday until March", weekly(3, ends="2026-02-28")),
        ("every Thursday through March", weekly(3, ends="2026-03-31")),
        ("every Thursday starting 12 March", weekly(3, starts="2026-03-12")),
        ("monthly", {"per": "month"}),
        ("quarterly", {"per": "month", "interval": 3}),
        ("monthly on the 15th", {"per": "month", "days": [15]}),
        ("by the 12th of each month", {"per": "month", "days": [12]}),
        ("at the end of every month", {"per": "month", "days": [-1]}),
        ("the first Monday of the month", {"per": "month", "weekdays": [0], "weeks": [1]}),
        ("ring the plant at seven each morning", {"per": "day", "at": "07:00"}),
        ("Every Tuesday & Thursday at half past nine", weekly(1, 3, at="09:30")),
        ("on alternate Fridays, last one on 27 March", weekly(4, interval=2, ends="2026-03-27")),
        ("one call a week, not before 10", {"per": "week", "after": "10:00"}),
        ("every third Thursday of the month", {"per": "month", "weekdays": [3], "weeks": [3]}),
        ("last Friday of each month", {"per": "month", "weekdays": [4], "weeks": [-1]}),
        ("the first working day of the month", {"per": "month", "days": [1], "workday": True}),
        ("never miss a weekly call", {"per": "week"}),
        ("not monthly but weekly", {"per": "week"}),
    ],
)
def test_a_promise_that_recurs(wording: str, rule: dict[str, Any]) -> None:
    assert read(wording) == [rule]


@pytest.mark.parametrize(
    "wording",
    [
        "within 4 hours of discovering a problem",
        "tell us of any problem within 2 hours, 24/7",
        "at each visit",
        "hourly backups",
        "every 4 hours",
        "the first Monday after go-live",
        "by the end of the month",
        "by Friday noon",
        "No weekly meetings, please",
        "don't call every day",
        "no more than one call a week",
        "at most twice a month",
        "max two price changes a year",
        "keep me posted",
        "",
    ],
)
def test_what_is_not_due_on_days_of_a_calendar(wording: str) -> None:
    assert read(wording) == []


def test_two_promises_in_one_statement() -> None:
    assert read("daily until go-live, then weekly") == [
        {"per": "day", "until_event": "go_live"},
        {"per": "week", "from_event": "go_live"},
    ]


def test_the_measure_of_a_statement_keeps_the_rule() -> None:
    stored = measurable_parts("a call every Thursday", "before noon", EN, TODAY)
    assert [(part["what"], part.get("before")) for part in stored][-1] == (WHAT, "12:00")
    (rule,) = stored_recurrences(stored, "reworded", None, EN, TODAY)
    assert (rule.weekdays, rule.before, rule.means) == ((3,), time(12), "call")
    assert stored_recurrences([], "a call every Thursday", "before noon", EN, TODAY) == [rule]  # of an earlier version


@pytest.mark.parametrize(
    ("wording", "target", "rules"),
    [
        ("keep me posted until go-live", "every Thursday by phone", [("call", (3,), "go_live")]),
        ("keep me posted", "every weekday by 10", [("update", (0, 1, 2, 3, 4), None)]),
        ("an email every Monday", "every Tuesday", [("email", (1,), None)]),
        ("A short email every Monday and a call every Thursday", None, [("email", (0,), None), ("call", (3,), None)]),
        ("call twice a month, mondays", None, [("call", (0,), None)]),
        ("the crew leaves by 5 every day", None, []),
        ("hotline open 6am to 10 pm weekdays", None, []),
        ("a reply within 2 hours, on weekdays", None, []),
        ("pay in 3 monthly instalments", None, []),
        ("the price stays at $640 monthly", None, []),
    ],
)
def test_the_rules_of_a_statement(
    wording: str, target: str | None, rules: list[tuple[str, tuple[int, ...], str | None]]
) -> None:
    found = stored_recurrences([], wording, target, EN, TODAY)
    assert [(rule.means, rule.weekdays, rule.until_event) for rule in found] == rules


class Said(NamedTuple):
    """A cadence in words, and whether it is due on a day: `agreed` and `begins` are the first days that it may be."""

    wording: str
    is_due: Callable[[date, date, date], bool]


def _every_nth_week(weekday: int, number: int) -> Callable[[date, date, date], bool]:
    def is_due(day: date, agreed: date, _begins: date) -> bool:
        first = next(agreed + ahead * A_DAY for ahead in range(7) if (agreed + ahead * A_DAY).weekday() == weekday)
        return day >= first and (day - first).days % (7 * number) == 0

    return is_due


def _nth_of_month(weekday: int, nth: int) -> Callable[[date, date, date], bool]:
    def is_due(day: date, _agreed: date, _begins: date) -> bool:
        weeks = [week[weekday] for week in calendar.monthcalendar(day.year, day.month) if week[weekday]]
        return day.day == weeks[nth]

    return is_due


def _on_day_of_month(number: int) -> Callable[[date, date, date], bool]:
    return lambda day, _agreed, _begins: day.day == min(number, calendar.monthrange(day.year, day.month)[1])


def _ordinal(number: int) -> str:
    return f"{number}{'th' if 10 < number < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


weekdays = st.integers(0, 6)
CADENCES: st.SearchStrategy[Said] = st.one_of(
    st.builds(lambda day: Said(f"every {DAYS[day]}", _every_nth_week(day, 1)), weekdays),
    st.builds(lambda day: Said(f"every other {DAYS[day]}", _every_nth_week(day, 2)), weekdays),
    st.builds(lambda day: Said(f"every 3 weeks on {DAYS[day]}", _every_nth_week(day, 3)), weekdays),
    st.builds(
        lambda day, nth: Said(f"the {nth} {DAYS[day]} of each month", _nth_of_month(day, NTH[nth])),
        weekdays,
        st.sampled_from(sorted(NTH)),
    ),
    st.builds(lambda day: Said(f"on the {_ordinal(day)} of every month", _on_day_of_month(day)), st.integers(1, 31)),
    st.just(Said("every weekday", lambda day, _agreed, _begins: day.weekday() < 5)),
    st.just(Said("daily", lambda day, _agreed, begins: day >= begins)),
    st.just(Said("weekly", lambda day, _agreed, begins: day >= begins and (day - begins).days % 7 == 0)),
    st.just(Said("fortnightly", lambda day, _agreed, begins: day >= begins and (day - begins).days % 14 == 0)),
    st.just(
        Said(
            "monthly",
            lambda day, _agreed, begins: day >= begins and _on_day_of_month(begins.day)(day, begins, begins),
        )
    ),
)
CLOCKS = st.sampled_from(["", " before noon", " by 16:00", " at 14:00", " after 15:00", " between 10 and 12"])
HORIZON = 100


def reminders_sent(promise: RecurringPromise, work: WorkingTime, now: datetime, until: datetime) -> list[DueReminder]:
    """What is sent if each reminder is planned by the time at which the one before it was sent."""
    sent: list[DueReminder] = []
    while now < until:
        deal = DealSnapshot(Stage.RECAPPED, now, now, recap_sent_at=now, recurring=(promise,))
        found = due_reminders(deal, True, work, cadence(), now)
        coming = [each for each in found if each.kind is Kind.UPDATE and each.at > now]
        if not coming:
            break
        sent.append(coming[0])
        now = coming[0].at
    return [each for each in sent if each.at < until]


@given(CADENCES, CLOCKS, working_times, st.dates(date(2024, 1, 1), date(2030, 6, 30)), st.none() | st.integers(0, 90))
@settings(max_examples=150, deadline=None)
def test_each_agreed_occasion_has_one_reminder_on_its_day_in_that_persons_hours(
    said: Said, clock: str, work: WorkingTime, agreed_on: date, lasts: int | None
) -> None:
    assume(work.hours.ends.hour - work.hours.starts.hour > 3)  # a shorter day may be skipped by a change of clocks
    work = replace(work, away_until=None)
    ends = None if lasts is None else agreed_on + timedelta(days=lasts)
    wording = f"a call {said.wording}{clock}{'' if ends is None else f' until {ends.isoformat()}'}"
    (found,) = read_recurrences(wording, EN, agreed_on)
    promise = RecurringPromise(1, found.rule, agreed_on, agreed_on)
    now = datetime.combine(agreed_on, time(23, 59), tzinfo=work.local).astimezone(UTC)
    horizon = agreed_on + HORIZON * A_DAY
    sent = reminders_sent(promise, work, now, datetime.combine(horizon, time.min, tzinfo=work.local).astimezone(UTC))

    begins = work.day_after(agreed_on)
    last = min(ends or date.max, horizon - A_DAY)
    days = [agreed_on + ahead * A_DAY for ahead in range(1, HORIZON)]
    agreed = {day for day in days if day <= last and said.is_due(day, agreed_on + A_DAY, begins)}
    on = {each.occasion: each.at.astimezone(work.local).date() for each in sent}
    deadline = found.rule.at or found.rule.before or time.max

    assert all(work.includes(each.at) for each in sent)
    assert len(on) == len(sent) == len(set(on.values()))
    assert all(agreed_on < day <= (ends or date.max) for day in on.values())
    # One that is moved from a day off beyond the horizon may belong to an occasion before it, and the other way round.
    assert {occasion for occasion in on if occasion and occasion < horizon} <= agreed
    for occasion in agreed:
        if work.works_on(occasion) and deadline > work.hours.starts:
            assert on[occasion] == occasion
        elif not found.rule.is_daily and occasion in on:
            before, after = work.day_after(occasion, -1), work.day_after(occasion)
            assert on[occasion] in (before, after) if not work.works_on(occasion) else (before, occasion)


@pytest.mark.parametrize(
    ("wording", "agreed", "days"),
    [
        # On the day of the agreement it is not due yet.
        ("every Thursday before noon", "2026-03-05", ["03-12 08:30", "03-19 08:30", "03-26 08:30"]),
        ("every other Friday at 14:00", "2026-03-05", ["03-06 13:45", "03-20 13:45", "04-02 08:30"]),  # Good Friday
        ("the first Monday of the month", "2026-03-05", ["04-02 08:30", "05-04 08:30", "06-01 08:30"]),  # Easter
        ("the first working day of the month", "2026-03-05", ["04-01 08:30", "05-04 08:30", "06-01 08:30"]),
        ("monthly on the 31st", "2026-03-05", ["03-31 08:30", "04-30 08:30", "05-29 08:30"]),  # a Sunday
        ("every Thursday before 8", "2026-03-05", ["03-11 08:30", "03-18 08:30", "03-25 08:30"]),
        ("every Thursday after 19:00", "2026-03-05", ["03-12 17:30", "03-19 17:30", "03-26 17:30"]),
        ("weekly", "2026-03-05", ["03-06 08:30", "03-13 08:30", "03-20 08:30"]),
        ("monthly", "2026-03-05", ["03-06 08:30", "04-07 08:30", "05-06 08:30"]),  # Easter Monday
        ("once a quarter", "2026-03-05", ["06-08 08:30"]),  # the 6th is a Saturday
        ("twice a week", "2026-03-05", ["03-06 08:30", "03-09 08:30", "03-13 08:30"]),
        ("every Thursday until 19 March", "2026-03-05", ["03-12 08:30", "03-19 08:30"]),
        ("every Thursday for two weeks", "2026-03-05", ["03-12 08:30", "03-19 08:30"]),
    ],
)
def test_when_a_promise_is_reminded_of(wording: str, agreed: str, days: list[str]) -> None:
    agreed_on = date.fromisoformat(agreed)
    (found,) = read_recurrences(wording, EN, agreed_on)
    promise = RecurringPromise(1, found.rule, agreed_on, agreed_on)
    now = datetime.combine(agreed_on, time(7), tzinfo=BERLIN.local).astimezone(UTC)
    sent = reminders_sent(promise, BERLIN, now, now + timedelta(days=110))[:3]
    assert [f"{each.at.astimezone(BERLIN.local):%m-%d %H:%M}" for each in sent] == days


def test_what_falls_into_a_break_is_reminded_of_once_on_the_day_of_return() -> None:
    work = replace(BERLIN, away_until=date(2026, 3, 30))
    promise = RecurringPromise(1, Recurrence("every Thursday", "week", weekdays=(3,)), TODAY, TODAY)
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    sent = reminders_sent(promise, work, now, now + timedelta(days=35))
    assert [(each.occasion, f"{each.at.astimezone(work.local):%d %b}") for each in sent] == [
        (date(2026, 3, 26), "30 Mar"),
        (date(2026, 4, 2), "02 Apr"),
    ]


def test_a_settled_occasion_has_no_reminder_and_a_moved_one_another() -> None:
    rule = Recurrence("every Thursday", "week", weekdays=(3,))
    promise = RecurringPromise(
        1, rule, TODAY, TODAY, done=frozenset({date(2026, 3, 12)}), moved={date(2026, 3, 5): date(2026, 3, 6)}
    )
    sent = reminders_sent(promise, BERLIN, datetime(2026, 3, 5, 9, tzinfo=UTC), datetime(2026, 3, 21, tzinfo=UTC))
    assert [each.of for each in sent] == ["1 0 2026-03-05 moved", "1 0 2026-03-19"]


@given(
    st.lists(
        st.sampled_from(
            [
                "every",
                "other",
                "Thursday",
                "Mondays",
                "first",
                "last",
                "of the month",
                "2nd",
                "the",
                "before",
                "noon",
                "at",
                "9",
                "until",
                "go-live",
                "end of",
                "March",
                "twice",
                "a week",
                "for",
                "six",
                "weeks",
                "and",
                "monthly",
                "on",
                "31st",
                "no",
                "between",
                "10",
                "then",
                "daily",
                "from",
                "quarter",
                ",",
                "0",
                "99",
            ]
        )
        | st.text(max_size=4),
        max_size=20,
    ).map(" ".join),
    st.dates(),
)
@settings(deadline=None)
def test_any_text_is_read_and_stored(wording: str, today: date) -> None:
    for found in read_recurrences(wording, EN, today):
        assert Recurrence.from_json(found.rule.to_json()) == found.rule
        assert 0 <= found.start < found.end <= len(wording)
