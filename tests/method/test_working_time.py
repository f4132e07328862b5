"""Working time in every zone: hours, days, holidays and absence, over the clock changes from 2024 to 2030."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.public_holidays import country_of, public_holidays
from handlers.method.working_time import WorkingTime
from prompts.cadence import BY_ZONE, NO_HOLIDAYS, Hours, cadence
from tests.method.zones import ZONES, moments

USUAL = Hours(time(8, 30), time(18, 0))
hours = (
    st.tuples(st.integers(0, 95), st.integers(0, 95))
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: Hours(*(time(quarter // 4, quarter % 4 * 15) for quarter in pair)))
)
working_times = st.builds(
    WorkingTime,
    st.sampled_from(ZONES).map(ZoneInfo),
    hours | st.just(USUAL),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from([None, "US", "DE", "JP", "SE", "IL"]),
    st.none() | st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)


def berlin(text: str, **more: object) -> tuple[WorkingTime, datetime]:
    local = ZoneInfo("Europe/Berlin")
    work = WorkingTime(local, USUAL, frozenset(range(5)), **{"country": "DE", **more})  # type: ignore[arg-type]
    return work, datetime.fromisoformat(text).replace(tzinfo=local).astimezone(UTC)


@given(working_times, moments)
def test_the_next_working_time_is_working_time_and_not_earlier(work: WorkingTime, moment: datetime) -> None:
    found = work.next(moment)

    assert found >= moment
    assert found.tzinfo is UTC
    there = found.astimezone(work.local)
    assert there.weekday() in work.days
    assert work.hours.starts <= there.time() < work.hours.ends
    assert work.away_until is None or there.date() >= work.away_until
    assert work.includes(found)


@given(working_times, moments, st.integers(1, 40))
def test_working_hours_take_at_least_as_long_in_elapsed_time(work: WorkingTime, moment: datetime, count: int) -> None:
    found = work.after(moment, timedelta(hours=count))

    assert found >= moment + timedelta(hours=count)
    assert work.includes(found)
    assert found >= work.after(moment, timedelta(hours=count - 1)) or count == 1


@given(working_times, moments)
def test_the_morning_after_is_on_another_day(work: WorkingTime, moment: datetime) -> None:
    found = work.morning_after(moment)

    assert work.includes(found)
    assert found.astimezone(work.local).date() > moment.astimezone(work.local).date()


@pytest.mark.parametrize(
    ("moment", "hours_of_work", "expected"),
    [
        ("2026-03-02 09:00", 4, "Mon 02 Mar 13:00"),
        ("2026-03-02 16:00", 4, "Tue 03 Mar 10:30"),
        ("2026-03-02 14:00", 4, "Tue 03 Mar 08:30"),  # the end of a day is the next one's begin
        ("2026-03-06 17:00", 4, "Mon 09 Mar 11:30"),
        ("2026-04-02 17:00", 4, "Tue 07 Apr 11:30"),  # Good Friday and Easter Monday are free
        ("2026-12-24 17:00", 4, "Mon 28 Dec 11:30"),
    ],
)
def test_hours_of_work_in_berlin(moment: str, hours_of_work: int, expected: str) -> None:
    work, at = berlin(moment)
    found = work.after(at, timedelta(hours=hours_of_work)).astimezone(work.local)
    assert f"{found:%a %d %b %H:%M}" == expected


def test_an_absent_person_is_reached_on_the_day_of_return() -> None:
    work, at = berlin("2026-03-02 09:00", away_until=date(2026, 3, 16))
    assert f"{work.next(at).astimezone(work.local):%a %d %b %H:%M}" == "Mon 16 Mar 08:30"


@pytest.mark.parametrize(
    ("zone", "hours_there", "moment", "expected"),
    [
        # 02:30 is skipped on 29 March: the same time by the old clock is 03:30.
        ("Europe/Berlin", Hours(time(2, 30), time(5)), "2026-03-28T23:00+00:00", "2026-03-29T01:30+00:00"),
        # The whole of the working time is skipped: there is none that day.
        ("Europe/Berlin", Hours(time(2), time(3)), "2026-03-28T23:00+00:00", "2026-03-30T00:00+00:00"),
        # 02:15 comes twice on 25 October: the second one is working time, too.
        ("Europe/Berlin", Hours(time(2, 15), time(2, 30)), "2026-10-25T00:20+00:00", "2026-10-25T00:20+00:00"),
        ("Europe/Berlin", Hours(time(2, 15), time(2, 30)), "2026-10-25T00:40+00:00", "2026-10-25T01:15+00:00"),
    ],
)
def test_skipped_and_repeated_hours(zone: str, hours_there: Hours, moment: str, expected: str) -> None:
    work = WorkingTime(ZoneInfo(zone), hours_there, frozenset(range(7)))
    assert work.next(datetime.fromisoformat(moment)) == datetime.fromisoformat(expected)


def test_the_country_is_that_of_the_zone_unless_the_workspace_sets_one() -> None:
    assert country_of(BY_ZONE, "Europe/Berlin") == "DE"
    assert country_of("AT", "Europe/Berlin") == "AT"
    assert country_of(NO_HOLIDAYS, "Europe/Berlin") is None
    assert country_of(BY_ZONE, "Mars/Olympus_Mons") is None


def test_an_unknown_country_has_no_holidays() -> None:
    assert date(2026, 11, 26) in public_holidays("US", 2026)
    assert date(2026, 11, 26) not in public_holidays("DE", 2026)
    assert public_holidays("001", 2026) == frozenset()


def test_the_default_working_time_comes_from_the_cadence() -> None:
    work = WorkingTime.default(ZoneInfo("Asia/Tokyo"), cadence())
    assert (work.hours, work.days, work.country) == (USUAL, frozenset(range(5)), "JP")
