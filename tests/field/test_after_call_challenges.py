"""What went wrong for the users of other timers and incident bots: weekends, nights, clock changes, edited times."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.errors import InvalidEntryError
from handlers.method.challenge_clock import AgreedSpan, tell_by
from handlers.method.challenges import How, Step
from handlers.method.reminders_due import Kind
from handlers.method.time_parsing.resolve import format_moment, resolve_past_time
from handlers.method.working_time import WorkingTime
from prompts.cadence import Hours
from prompts.playbook import playbook
from storage.database import Database
from tests.handlers.test_challenges import KINDS, a_deal, logged, saved, took
from tests.handlers.test_reminders import planned, sweep
from tests.handlers.world import World

BERLIN = ZoneInfo("Europe/Berlin")
WORK = WorkingTime(BERLIN, Hours(time(8, 30), time(18)), frozenset(range(5)))


@pytest.fixture
def world(database: Database) -> World:
    """An empty workspace, on a Monday at noon UTC."""
    return World(database)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("discovered", "span", "ends"),
    [
        pytest.param(
            "2026-03-06 16:00",
            AgreedSpan(1, 4, "hour", working=True),
            "2026-03-09 10:30",
            id="a weekend is no working time",
            marks=pytest.mark.reported("osTicket/osTicket#1168"),
        ),
        pytest.param(
            "2026-03-07 11:00",
            AgreedSpan(1, 4, "hour", working=True),
            "2026-03-09 12:30",
            id="discovered outside of working hours",
            marks=pytest.mark.reported("glpi-project/glpi#687"),
        ),
        pytest.param(
            "2026-03-02 14:00",
            AgreedSpan(1, 4, "hour", working=True),
            "2026-03-02 18:00",
            id="the end of work is an end, and not the next morning",
            marks=pytest.mark.reported("zammad/zammad#390"),
        ),
        pytest.param(
            "2026-03-02 14:00",
            AgreedSpan(1, 10, "hour", working=True),
            "2026-03-03 14:30",
            id="over the end of a day",
            marks=pytest.mark.reported("zammad/zammad#390"),
        ),
        pytest.param(
            "2026-03-28 23:00",
            AgreedSpan(1, 4, "hour"),
            "2026-03-29 04:00",
            id="four hours are four hours although the clock skips one",
            marks=pytest.mark.reported("mnemosyne-systems/billetsys#175"),
        ),
        pytest.param(
            "2026-10-24 12:00",
            AgreedSpan(1, 1, "day"),
            "2026-10-25 12:00",
            id="a day ends at the same time of day",
            marks=pytest.mark.reported("autolab/Autolab#939"),
        ),
        pytest.param(
            "2026-10-23 16:00",
            AgreedSpan(1, 4, "hour", working=True),
            "2026-10-26 10:30",
            id="hours of work by the clock of each day",
            marks=pytest.mark.reported("fivetran/dbt_zendesk#25"),
        ),
        pytest.param(
            "2026-03-06 16:00",
            AgreedSpan(1, 1, "day", working=True),
            "2026-03-09 16:00",
            id="a working day later, the same time",
            marks=pytest.mark.reported("osTicket/osTicket#6739"),
        ),
    ],
)
def test_by_when_they_are_told(discovered: str, span: AgreedSpan, ends: str) -> None:
    assert tell_by(local(discovered), 1, [span], playbook().challenges, WORK).at == local(ends)


@pytest.mark.reported("zammad/zammad#4432")
def test_no_reminder_at_midnight_or_at_the_weekend_while_there_is_time(world: World) -> None:
    deal = a_deal(world, "Problems told within 72 hours")
    world.now = datetime(2026, 3, 6, 17, tzinfo=UTC)  # a Friday
    logged(world, deal)
    assert planned(world, Kind.CHALLENGE_HALF, Kind.CHALLENGE_END) == [
        "challenge_half Mon 09 08:30",
        "challenge_end Mon 09 16:30",
    ]


@pytest.mark.reported("ResultadosDigitais/hellper#68")
def test_nobody_is_asked_for_an_update_once_it_is_solved(world: World) -> None:
    deal = a_deal(world)
    challenge = logged(world, deal)
    took(world, challenge.id, Step.TOLD, How.PHONE)
    assert planned(world, Kind.CHALLENGE_OPEN)
    saved(world, challenge.id, Step.SOLVED, words="It runs again.")
    assert not planned(world, Kind.CHALLENGE_OPEN)
    took(world, challenge.id, Step.CONFIRMED)
    assert not planned(world, *KINDS)


@pytest.mark.reported("DRYTRIX/TimeTracker#451")
def test_an_edited_time_moves_what_follows_from_it(world: World) -> None:
    deal = a_deal(world)
    world.advance(hours=2)
    challenge = logged(world, deal)
    took(world, challenge.id, Step.TOLD, How.PHONE)
    assert challenge.tell_by == world.now + timedelta(hours=4)
    world.advance(hours=1)
    with pytest.raises(InvalidEntryError, match="after_told"):
        logged(world, deal, when="10 minutes ago", challenge=challenge.id)
    changed = logged(world, deal, when="today 5:00", challenge=challenge.id)
    assert (changed.tell_by.hour, changed.told_in_time) == (9, False)


@pytest.mark.reported("own trial: the time is edited after its reminder was sent")
def test_a_reminder_that_was_sent_comes_again_only_for_another_time(world: World) -> None:
    deal = a_deal(world)
    challenge = logged(world, deal)
    world.advance(hours=2)
    assert len(sweep(world)) == 1
    logged(world, deal, "The scanner arrives on Friday", challenge=challenge.id)
    assert planned(world, Kind.CHALLENGE_HALF) == []
    logged(world, deal, when="today 10:30", challenge=challenge.id)
    assert planned(world, Kind.CHALLENGE_HALF) == ["challenge_half Tue 03 12:30"]


@pytest.mark.reported("checkly/public-roadmap#278")
def test_an_update_counts_at_the_time_at_which_it_was_given(world: World) -> None:
    deal = a_deal(world)
    challenge = logged(world, deal)
    world.advance(hours=5)
    told = saved(world, challenge.id, Step.TOLD, how="phone", when="2 hours ago")
    assert told.told_in_time is True
    assert told.steps[0].at == world.now - timedelta(hours=2)


@pytest.mark.reported("own trial: the bot stood still until the night")
def test_a_late_reminder_does_not_ring_at_night(world: World) -> None:
    deal = a_deal(world, "Problems told within 8 hours")
    world.advance(hours=7)  # 16:00
    logged(world, deal)
    world.advance(hours=7, minutes=30)
    assert sweep(world) == []
    world.advance(hours=9)
    (told,) = sweep(world)
    assert told


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("this morning 9:00", "Wed 4 Mar 09:00"),
        ("yesterday 16:00", "Tue 3 Mar 16:00"),
        ("15:00", "Tue 3 Mar 15:00"),
        ("Monday 10:00", "Mon 2 Mar 10:00"),
        ("last Wednesday 10:00", "Wed 25 Feb 10:00"),
        ("at 6", "Wed 4 Mar 06:00"),
        ("2 hours ago", "Wed 4 Mar 11:07"),
        ("", "Wed 4 Mar 13:07"),
        ("Wed 4 Mar 13:07", "Wed 4 Mar 13:07"),
    ],
)
@pytest.mark.reported("checkly/public-roadmap#278")
def test_when_it_happened(typed: str, meant: str) -> None:
    now = datetime(2026, 3, 4, 12, 7, 30, tzinfo=UTC)
    assert format_moment(resolve_past_time(typed, now, WORK).astimezone(BERLIN)) == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [("tomorrow 9", "to_come"), ("in 2 hours", "to_come"), ("1 Jan 9:00", "long_ago"), ("dunno", "unreadable_past")],
)
@pytest.mark.reported("checkly/public-roadmap#278")
def test_when_it_cannot_have_happened(typed: str, why: str) -> None:
    with pytest.raises(InvalidEntryError, match=why):
        resolve_past_time(typed, datetime(2026, 3, 4, 12, tzinfo=UTC), WORK)
