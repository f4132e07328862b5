"""Time and place: zones by any of their names, people who move, times in words, weeks that were slept through."""

from __future__ import annotations

import logging
import zoneinfo
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import Running
from bot.cli import doctor_checks
from bot.ui.ids import ActionId
from handlers.call import scheduling
from handlers.call.name_and_time import split_name_and_time
from handlers.call.scheduling import CallCommand
from handlers.errors import InvalidEntryError, NotNowError
from handlers.intake import corrections
from handlers.intake.corrections import DealCorrected
from handlers.method.customers import customer_key
from handlers.method.public_holidays import country_of, public_holidays
from handlers.method.reminders_due import Kind
from handlers.method.time_parsing.resolve import format_moment, resolve_time
from handlers.method.time_zones import known_zone, zone
from handlers.method.working_time import WorkingTime
from handlers.reminders import my_reminders, replanning, snoozing
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.my_reminders import HoursSaved, RemindersRequest
from handlers.reminders.snoozing import SnoozeCommand, SnoozeTyped
from handlers.requests import Profile
from handlers.screens.reminders import CallPlanned
from handlers.screens.team import WinSummary
from handlers.team import channels, summaries
from handlers.team.channels import SummaryChannel
from prompts.cadence import BY_ZONE, cadence
from prompts.wording import Wording
from sandbox.teams.chats import ADA as TEAMS_ADA
from storage.database import Database
from storage.models import OutboxRow, Person, Tenant
from storage.tenancy import ALL_TENANTS
from tests.delivery.test_scheduler import RunningScheduler
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, BEN, WINS, World
from tests.sandbox.user_driver import ADA, MARIT
from tests.slack.conftest import office
from tests.slack.slack_driver import Office
from tests.slack.test_delivery import allowed
from tests.teams.teams_driver import WINS as TEAMS_WINS
from tests.teams.teams_driver import at_work
from tests.wording import wording

__all__ = ["office"]


@pytest.fixture
def world(database: Database) -> World:
    """An empty workspace, on a Monday at noon UTC."""
    return World(database)


# --- a zone by any of its names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "country"),
    [
        pytest.param("Asia/Calcutta", "IN", marks=pytest.mark.reported("iansinnott/jstz#23")),
        pytest.param("Asia/Katmandu", "NP", marks=pytest.mark.reported("manuelmhtr/countries-and-timezones#3")),
        pytest.param("Asia/Saigon", "VN", marks=pytest.mark.reported("manuelmhtr/countries-and-timezones#109")),
        pytest.param("Europe/Kiev", "UA", marks=pytest.mark.reported("gerrymanoim/exchange_calendars#338")),
        pytest.param("US/Pacific", "US", marks=pytest.mark.reported("tzinfo/tzinfo#163")),
        pytest.param("America/Buenos_Aires", "AR", marks=pytest.mark.reported("google/libphonenumber#1265")),
        pytest.param("GB", "GB", marks=pytest.mark.reported("moment/moment-timezone#879")),
        pytest.param("asia/kolkata", "IN", marks=pytest.mark.reported("own trial: a zone in small letters")),
        pytest.param("EUROPE/LONDON", "GB", marks=pytest.mark.reported("own trial: a zone in capitals")),
        pytest.param("India Standard Time", "IN", marks=pytest.mark.reported("microsoft/botbuilder-dotnet#2293")),
        pytest.param("GMT Standard Time", "GB", marks=pytest.mark.reported("microsoft/botframework-sdk#5827")),
    ],
)
def test_every_name_of_a_zone_has_the_holidays_of_its_country(name: str, country: str) -> None:
    assert country_of(BY_ZONE, name) == country
    assert public_holidays(country, 2020)


@pytest.mark.reported("own trial: every name that the machine knows")
def test_every_zone_of_a_place_has_a_country() -> None:
    newer_than_cldr = {"America/Coyhaique"}
    places = {name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")}

    assert {name for name in places if country_of(BY_ZONE, name) is None} <= newer_than_cldr


@pytest.mark.reported("python/cpython#85702", "python/cpython#96463", "pganssle/zoneinfo#87")
@pytest.mark.parametrize(
    "name",
    ["America", "US", "x" * 300, "__init__.py", "leapseconds", "localtime", "posix/Europe/London", "a\ud800", " "],
)
def test_a_name_that_is_no_zone_gives_the_workspaces_zone_and_is_logged(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    known_zone.cache_clear()

    with caplog.at_level(logging.WARNING):
        assert zone(name, "Europe/Berlin").key == "Europe/Berlin"

    assert name == " " or "time zone" in caplog.text


@pytest.mark.reported("python/cpython#140040")
def test_a_machine_without_any_zone_keeps_utc(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(key: str) -> ZoneInfo:
        raise zoneinfo.ZoneInfoNotFoundError(key)

    monkeypatch.setattr("handlers.method.time_zones._load", missing)
    known_zone.cache_clear()

    with caplog.at_level(logging.WARNING):
        found = zone("Europe/Berlin", "Europe/London")

    (finding,) = doctor_checks.time_zones()
    known_zone.cache_clear()

    assert finding.state == "problem"
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert (found.key, noon.astimezone(found).hour) == ("UTC", 12)
    assert "Europe/Berlin" in caplog.text


@pytest.mark.reported("gerrymanoim/exchange_calendars#338", "tzinfo/tzinfo#163")
@pytest.mark.parametrize(
    ("missing", "asked"),
    [("Asia/Calcutta", "Asia/Calcutta"), ("Europe/Kyiv", "Europe/Kyiv"), ("Europe/Kyiv", "Europe/Kiev")],
)
def test_a_machine_that_knows_only_the_other_name_is_enough(
    missing: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_one(key: str) -> ZoneInfo:
        if key == missing:
            raise zoneinfo.ZoneInfoNotFoundError(key)
        return ZoneInfo(key)

    monkeypatch.setattr("handlers.method.time_zones._load", without_one)
    known_zone.cache_clear()
    found = zone(asked, "Europe/London")
    known_zone.cache_clear()

    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert summer.astimezone(found).utcoffset() == summer.astimezone(ZoneInfo(asked)).utcoffset()
    assert country_of(BY_ZONE, found.key) == ("IN" if "Asia" in asked else "UA")


# --- people who move ------------------------------------------------------------------------------------------------

MONDAY_NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONDON, LOS_ANGELES, TOKYO = "Europe/London", "America/Los_Angeles", "Asia/Tokyo"


def move(world: World, name: str, person: str = ANNA) -> None:
    """The platform sends the person's zone, as Teams does with each activity."""
    world.do(my_reminders.show, RemindersRequest(world.caller(person, zone=name)))


def planned_in(world: World, name: str) -> list[str]:
    """What is queued for Anna, in the local time of a zone."""
    rows = [row for row in world.all(OutboxRow) if row.state == "queued" and row.kind in tuple(Kind)]
    return [
        f"{row.kind} {row.due_at.astimezone(ZoneInfo(name)):%a %H:%M}" for row in sorted(rows, key=lambda r: r.due_at)
    ]


@pytest.mark.both_databases
@pytest.mark.reported("xtreamsrl/clockify-nlp-bot#74")
@pytest.mark.parametrize("there", [LOS_ANGELES, TOKYO, "US/Pacific", "Asia/Calcutta", "Pacific/Kiritimati"])
def test_reminders_move_with_the_rep_and_none_is_at_night(world: World, there: str) -> None:
    world.now = MONDAY_NINE.replace(hour=16)
    world.a_deal(owner_zone=LONDON)
    world.a_deal("Harbor Point Hotels", owner_zone=LONDON)
    nudges = len(world.queued(Kind.CALL))

    move(world, there)

    after = [datetime.strptime(each.split()[-1], "%H:%M").time() for each in planned_in(world, there)]  # noqa: DTZ007
    assert len(world.queued(Kind.CALL)) == nudges
    assert all(time(8, 30) <= each < time(18, 0) for each in after), planned_in(world, there)
    assert {row.zone for row in world.all(OutboxRow) if row.state == "queued"} == {zone(there).key}


@pytest.mark.reported("xtreamsrl/clockify-nlp-bot#74")
@pytest.mark.parametrize(
    ("typed", "there", "reminder"),
    [
        ("tomorrow 10", LOS_ANGELES, "Tue 10:00"),
        ("tomorrow 10", "Europe/Berlin", "Tue 10:00"),
        ("Wed", TOKYO, "Wed 09:00"),
        ("in 3 hours", "Europe/Berlin", "Mon 13:00"),
    ],
)
def test_a_snooze_in_words_keeps_its_words(world: World, typed: str, there: str, reminder: str) -> None:
    world.now = MONDAY_NINE
    deal = world.a_deal(owner_zone=LONDON)
    world.do(snoozing.snooze_until_typed, SnoozeTyped(world.caller(), deal, typed))

    move(world, there)
    move(world, LONDON)
    move(world, there)

    assert f"reminder {reminder}" in planned_in(world, there)


@pytest.mark.reported("own trial: a snooze whose time is over where the rep has landed")
def test_a_snooze_until_a_time_that_is_over_there_is_not_lost(world: World) -> None:
    world.now = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)  # 10:30 in Los Angeles, 18:30 in London
    deal = world.a_deal(owner_zone=LOS_ANGELES)
    world.do(snoozing.snooze_until_typed, SnoozeTyped(world.caller(), deal, "15:00"))

    move(world, LONDON)

    assert planned_in(world, LONDON)[0] == "reminder Tue 08:30"


@pytest.mark.reported("own trial: a call at an agreed moment")
def test_a_scheduled_call_and_the_reminder_before_it_stay(world: World) -> None:
    world.now = MONDAY_NINE
    deal = world.a_deal(owner_zone=LONDON)
    world.schedule(deal, "tomorrow 10")
    (before,) = (row.due_at for row in world.queued(Kind.CALL_SOON))

    move(world, LOS_ANGELES)

    assert [row.due_at for row in world.queued(Kind.CALL_SOON)] == [before]
    assert "call_over Tue 08:30" in planned_in(world, LOS_ANGELES)


@pytest.mark.reported("own trial: the digest of a rep who moves")
@pytest.mark.parametrize("there", [LOS_ANGELES, TOKYO])
def test_a_rep_who_moves_gets_one_digest_a_day(world: World, there: str) -> None:
    world.now = MONDAY_NINE
    world.a_deal(owner_zone=LONDON)
    world.a_deal("Harbor Point Hotels", owner_zone=LONDON)
    world.now = datetime(2026, 3, 4, 8, 30, tzinfo=UTC)
    while compose_next(world) is not None:
        pass

    move(world, there)
    for _ in range(6 * 24):
        world.advance(hours=1)
        while compose_next(world) is not None:
            pass

    sent = [row.settled_at for row in world.all(OutboxRow) if row.kind == Kind.DIGEST and row.state == "sent"]
    local = [each.astimezone(ZoneInfo(there)) for each in sent if each is not None]
    assert local
    assert len({each.date() for each in local}) == len(local)
    assert all(8 <= each.hour < 18 for each in local)


@pytest.mark.reported("own trial: a zone that nobody knows")
def test_a_rep_in_an_unknown_zone_has_the_workspaces(world: World, caplog: pytest.LogCaptureFixture) -> None:
    known_zone.cache_clear()
    world.a_deal(owner_zone=TOKYO)
    move(world, "Mars/Olympus_Mons")

    screen = world.do(my_reminders.show, RemindersRequest(world.caller()))

    assert screen.zone == "UTC"
    assert "Mars/Olympus_Mons" in caplog.text


@pytest.mark.reported("own trial: a colleague is chosen, whose zone Teams does not tell")
def test_choosing_an_owner_without_a_zone_keeps_the_one_that_is_known(world: World) -> None:
    move(world, TOKYO, BEN)
    deal = world.a_deal()
    world.do(
        corrections.save,
        DealCorrected(world.caller(), deal, "Northwind Dental", "45000 USD", BEN, Profile("Ben", None)),
    )

    assert {person.external_id: person.zone for person in world.all(Person)}[BEN] == TOKYO


@pytest.mark.reported("MicrosoftDocs/msteams-docs#1950", "microsoft/botbuilder-js#1612")
@pytest.mark.parametrize(
    ("clock", "found"),
    [
        ("2026-03-02T17:00:00+08:00", "Etc/GMT-8"),
        ("2026-03-02T04:00:00-05:00", "Etc/GMT+5"),
        ("2026-03-02T09:00:00+00:00", LONDON),
        ("2026-03-02T14:30:00+05:30", LONDON),
    ],
)
def test_a_clock_without_a_zone_name_tells_that_the_rep_has_moved(world: World, clock: str, found: str) -> None:
    world.now = MONDAY_NINE
    world.a_deal(owner_zone=LONDON)
    caller = replace(world.caller(), profile=Profile("Anna", None, datetime.fromisoformat(clock)))

    assert world.do(my_reminders.show, RemindersRequest(caller)).zone == found


# --- people who move, on Slack --------------------------------------------------------------------------------------


async def zones(bot: Running) -> dict[str, str | None]:
    """The stored zone of each person."""

    def read(session: Session) -> dict[str, str | None]:
        people = session.scalars(select(Person), execution_options={ALL_TENANTS: True})
        return {person.external_id: person.zone for person in people}

    return await bot.database.read(read)


async def reminder_hours(bot: Running, name: str) -> set[int]:
    """The local hours at which reminders are queued."""

    def read(session: Session) -> list[datetime]:
        rows = select(OutboxRow.due_at).where(OutboxRow.state == "queued", OutboxRow.kind.in_(tuple(Kind)))
        return list(session.scalars(rows, execution_options={ALL_TENANTS: True}))

    return {due_at.astimezone(ZoneInfo(name)).hour for due_at in await bot.database.read(read)}


@pytest.mark.both_databases
@pytest.mark.reported("xtreamsrl/clockify-nlp-bot#74")
async def test_slack_says_that_a_rep_has_moved(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    assert (await zones(office.bot))[ADA] == LONDON

    await office.people.post("profile", as_=ADA, tz=LOS_ANGELES)
    await office.people.post("profile", as_=MARIT, tz=TOKYO)
    await office.people.idle()

    assert await zones(office.bot) == {ADA: LOS_ANGELES}  # and nobody new is stored
    hours = await reminder_hours(office.bot, LOS_ANGELES)
    assert hours
    assert all(8 <= hour < 18 for hour in hours)


@pytest.mark.reported("mtthwhggns/tomatobot#21")
async def test_before_a_reminder_the_rep_is_looked_up(office: Office) -> None:
    await office.monday_morning(timedelta(days=1))
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    await office.people.post("profile", as_=ADA, tz=LOS_ANGELES, quiet=True)  # the event was lost

    await office.later(timedelta(hours=5))  # the reminder in London's afternoon: six in the morning there
    await office.until(lambda found: found[ADA] == LOS_ANGELES, lambda: zones(office.bot))
    await office.people.idle()

    assert not [message for message in await office.dm() if ActionId.SNOOZE_HOUR in str(message["blocks"])]
    assert all(8 <= hour < 18 for hour in await reminder_hours(office.bot, LOS_ANGELES))


@pytest.mark.reported("slack-mcp/slack-mcp#56")
async def test_a_failed_look_up_before_a_reminder_does_not_hold_it_up(office: Office) -> None:
    await office.monday_morning(timedelta(days=1))
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    await office.people.post("faults", errors={"users.info": {"error": "fatal_error", "count": 50}})

    await office.later(timedelta(hours=5))

    await office.card(ActionId.SNOOZE_HOUR)
    await office.people.post("faults", clear=True)
    await allowed(office, "fatal_error")


@pytest.mark.reported("looker/lookerbot#137")
async def test_an_older_change_that_comes_late_is_ignored(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    for at, name in (("1790000000.000002", TOKYO), ("1790000000.000001", LOS_ANGELES)):
        user = {"id": ADA, "tz": name, "profile": {}, "is_bot": False}
        office.sandbox.state.events.publish({"type": "user_change", "user": user, "event_ts": at})
        await office.people.idle()

    assert (await zones(office.bot))[ADA] == TOKYO


@pytest.mark.reported("caiosba/slack-timezone-converter#3")
@pytest.mark.parametrize("user", [None, "U0ADAKEMP", {}, {"id": ADA}, {"id": ADA, "tz": None}, {"id": ADA, "tz": 7}])
async def test_a_change_without_a_zone_changes_nothing(office: Office, user: object) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")

    office.sandbox.state.events.publish({"type": "user_change", "user": user, "event_ts": "1.1"})
    await office.people.idle()

    assert (await zones(office.bot))[ADA] == LONDON


@pytest.mark.reported("timescale/tiger-slack#13")
async def test_a_time_typed_by_somebody_new_is_in_their_own_zone(office: Office) -> None:
    await office.people.post("profile", as_=ADA, tz=LOS_ANGELES, quiet=True)

    await office.command("/firstcall won Northwind Dental $45k")

    assert (await zones(office.bot))[ADA] == LOS_ANGELES


# --- people who move, on Teams --------------------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.reported("microsoft/botbuilder-js#2395", "microsoft/botframework-sdk#5973")
@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ({"entities": [{"type": "clientInfo", "timezone": TOKYO}]}, TOKYO),
        ({"entities": [], "localTimezone": "Asia/Calcutta"}, "Asia/Kolkata"),
        ({"entities": [{"type": "clientInfo", "timezone": "Tokyo Standard Time"}]}, TOKYO),
        ({"entities": [], "localTimestamp": "2026-03-02T04:30:17.8951823-08:00"}, "Etc/GMT+8"),
        ({"entities": [], "localTimestamp": "yesterday"}, "Europe/Berlin"),
        ({"entities": [{"type": "clientInfo", "timezone": "Moon/Tranquility"}]}, "Europe/Berlin"),
    ],
)
async def test_teams_shows_with_any_activity_that_a_rep_has_moved(
    database_url: str, shown: dict[str, object], found: str
) -> None:
    async with at_work(database_url) as company:
        assert (await company.post(company.activity(text="won Northwind Dental $45k")))[0] == 200
        assert (await zones(company.bot))[TEAMS_ADA.person] == "Europe/Berlin"

        small_talk = company.activity(channel=TEAMS_WINS, text="lunch, anybody?") | shown
        assert (await company.post(small_talk))[0] == 200

        assert await zones(company.bot) == {TEAMS_ADA.person: found}
        hours = await reminder_hours(company.bot, found)
        assert hours
        assert all(8 <= hour < 18 for hour in hours)


# --- weeks whose Monday was slept through ---------------------------------------------------------------------------

MONDAY, TUESDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC), datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
A_WEEK = timedelta(days=7)


def hourly_job(world: World) -> None:
    world.database.write_sync(summaries.plan_next, 1, world.now)


def posted(world: World) -> list[WinSummary]:
    """Send what is due; returns the summaries."""
    screens = []
    while (composed := compose_next(world)) is not None:
        screens += [composed.screen] if isinstance(composed, OutboundMessage) else []
    return [screen for screen in screens if isinstance(screen, WinSummary)]


def weeks(found: list[WinSummary]) -> list[str]:
    return [f"{each.start:%d %b}{' late' if each.late else ''}" for each in found]


def wins_channel(world: World) -> None:
    """A wins channel whose first summary was posted, and then the bot went down before its hourly job ran."""
    world.now = MONDAY_NINE - A_WEEK
    world.a_deal("Earlier Ltd", channel_name="wins")
    world.now = MONDAY_NINE
    assert weeks(posted(world)) == ["23 Feb"]
    world.advance(hours=3)
    world.a_deal()


@pytest.mark.both_databases
@pytest.mark.reported("Abilityai/trinity#158", "rfsbraz/deleterr#292")
def test_a_week_is_summed_up_late_and_once_by_two_bots(world: World) -> None:
    wins_channel(world)

    world.now = TUESDAY
    hourly_job(world)
    hourly_job(world)

    assert weeks(posted(world)) == ["02 Mar late"]
    hourly_job(world)
    assert posted(world) == []
    world.now = MONDAY + A_WEEK
    hourly_job(world)
    world.a_deal("Next Ltd", said_at=world.now - timedelta(days=2))
    assert weeks(posted(world)) == ["09 Mar"]


@pytest.mark.reported("anoadragon453/matrix-reminder-bot#9", "zylos-ai/zylos-core#270")
@pytest.mark.parametrize(("slept", "found"), [(1, ["02 Mar late"]), (2, ["02 Mar late"]), (6, [])])
def test_after_weeks_only_recent_weeks_with_wins_are_posted(world: World, slept: int, found: list[str]) -> None:
    wins_channel(world)

    world.now = TUESDAY + slept * A_WEEK
    hourly_job(world)

    assert weeks(posted(world)) == found


@pytest.mark.reported("own trial: the bot comes back in the night")
def test_a_late_summary_waits_for_working_hours(world: World) -> None:
    wins_channel(world)
    world.now = TUESDAY.replace(hour=2)
    hourly_job(world)

    assert posted(world) == []
    world.now = TUESDAY.replace(hour=8, minute=30)
    assert weeks(posted(world)) == ["02 Mar late"]


@pytest.mark.reported("own trial: a channel switched on in the middle of a week")
def test_a_channel_that_is_switched_on_again_missed_nothing(world: World) -> None:
    wins_channel(world)
    world.do(channels.stop_summaries, SummaryChannel(world.caller(), WINS))
    world.now = TUESDAY + A_WEEK
    hourly_job(world)
    world.do(channels.start_summaries, SummaryChannel(world.caller(), WINS))
    hourly_job(world)

    assert posted(world) == []
    assert [row.due_at for row in world.queued("summary")] == [MONDAY + 2 * A_WEEK]


@pytest.mark.reported("simpleanalytics/roadmap#270")
@pytest.mark.parametrize("name", ["Pacific/Auckland", LOS_ANGELES, "Pacific/Kiritimati"])
def test_the_summary_moves_with_the_workspace_and_keeps_its_week(world: World, name: str) -> None:
    world.a_deal(channel_name="wins")
    world.advance(hours=10)

    world.do(channels.start_summaries, SummaryChannel(world.caller(zone=name), WINS))

    (row,) = world.queued("summary")
    assert f"{row.due_at.astimezone(ZoneInfo(name)):%a %d %b %H:%M}" == "Mon 09 Mar 09:00"
    world.now = row.due_at
    assert weeks(posted(world)) == ["02 Mar"]


@pytest.mark.reported("own trial: a summary that was planned before the workspace moved")
@pytest.mark.parametrize("name", ["Pacific/Auckland", LOS_ANGELES])
def test_a_summary_planned_in_another_zone_has_its_own_week(world: World, name: str) -> None:
    world.a_deal(channel_name="wins", owner_zone="Pacific/Auckland")

    def elsewhere(session: Session) -> None:
        session.get_one(Tenant, 1).zone = name

    world.database.write_sync(elsewhere)
    (row,) = world.queued("summary")
    world.now = row.due_at + timedelta(hours=1)

    assert [f"{each.start:%d %b}" for each in posted(world)] == ["02 Mar"]


@pytest.mark.reported("agronholm/apscheduler#339")
def test_a_clock_that_was_far_ahead_hides_no_week(world: World) -> None:
    wins_channel(world)
    right = world.now
    world.now = right + timedelta(days=3650)
    hourly_job(world)

    world.now = right + timedelta(days=8)
    hourly_job(world)

    assert "02 Mar late" in weeks(posted(world))


@pytest.mark.reported("TelemetryDeck/Issues#587")
async def test_slack_shows_which_week_a_late_summary_is_of(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    start = datetime.now(ZoneInfo(LONDON))
    monday = start - timedelta(days=start.weekday())

    await office.monday_morning(timedelta(0))
    await office.later(timedelta(days=1))

    posts = await office.until(
        lambda found: any(f"{monday:%d %b}" in str(m["text"]) for m in found), lambda: office.people.reads("#wins")
    )
    assert sum("Wins of" in m["text"] for m in posts) == 1


# --- times in words -------------------------------------------------------------------------------------------------

TUESDAY_NINE = datetime(2026, 11, 24, 9, 0, 30, tzinfo=UTC)


def read(typed: str, now: datetime = TUESDAY_NINE, *, a_day_means: time | None = None) -> str:
    """What it means in London, or the key of the refusal."""
    try:
        return format_moment(
            resolve_time(typed, now, WorkingTime.default(ZoneInfo(LONDON), cadence()), a_day_means=a_day_means).at
        )
    except InvalidEntryError as refused:
        refused.sentence(Wording())  # fails without a wording
        return refused.key.removeprefix("refusal.when_")


TIMES = [
    ("in -5 min", "past", "seveneightn9ne/keybase-reminder-bot#24"),
    ("in −5 min", "past", "own trial: a typographic minus"),
    ("in - 5 min", "past", "own trial: a minus and a space"),
    ("-5 min", "past", "own trial: a minus alone"),
    ("in -3 days 10", "past", "own trial: minus three days"),
    ("tomorrow -10", "unreadable", "own trial: a negative hour"),
    ("Fri 27 Nov - 14:30", "Fri 27 Nov 14:30", "own trial: a dash"),
    ("Fri 27 Nov – 14:30", "Fri 27 Nov 14:30", "own trial: a long dash"),
    ("in 0 minutes", "now", "finos/spring-bot#250"),
    ("yesterday", "past", "neilgupta/Sherlock#3"),
    ("day before yesterday", "past", "fymmot/inclusive-dates#20"),
    ("10 days ago", "past", "wanasit/chrono#15"),
    ("last monday", "past", "scrapinghub/dateparser#1177"),
    ("25:00", "no_hour", "taylorhakes/fecha#70"),
    ("31 February 10", "no_such_day", "microsoft/Recognizers-Text#1698"),
    ("31 April 10", "no_such_day", "facebook/duckling#188"),
    ("2027-02-31 10:00", "no_such_day", "bear/parsedatetime#154"),
    ("13/31/2026 10", "no_such_day", "wanasit/chrono#245"),
    ("July 42nd 10", "no_such_day", "wanasit/chrono#54"),
    ("in 3 fortnights 10", "Tue 5 Jan 10:00", "own trial: fortnights"),
    ("12 noon", "Tue 24 Nov 12:00", "dateutil/dateutil#781"),
    ("tomorrow 12:00 noon", "Wed 25 Nov 12:00", "mojombo/chronic#225"),
    ("half past nine", "Tue 24 Nov 09:30", "wanasit/chrono#401"),
    ("quarter to four", "Tue 24 Nov 15:45", "joestelmach/natty#106"),
    ("5 past seven", "Wed 25 Nov 07:05", "wanasit/chrono#401"),
    ("twenty to 3", "Tue 24 Nov 14:40", "joestelmach/natty#106"),
    ("tomorrow 9 to 10", "two_times", "own trial: two hours, not one time"),
    ("three o'clock", "Tue 24 Nov 15:00", "scrapinghub/dateparser#239"),
    ("tomorrow at three in the afternoon", "Wed 25 Nov 15:00", "scrapinghub/dateparser#239"),
    ("in half an hour", "Tue 24 Nov 09:30", "kvh/parsedatetime#2"),
    ("in ½ hour", "Tue 24 Nov 09:30", "kvh/parsedatetime#2"),
    ("in 1½ hours", "Tue 24 Nov 10:30", "kvh/parsedatetime#2"),
    ("in a couple of hours", "Tue 24 Nov 11:00", "own trial: a couple"),
    ("in forty-five minutes", "Tue 24 Nov 09:45", "own trial: a number in words"),
    ("in 30m", "Tue 24 Nov 09:30", "WA-WF-Bot/WA-WF-Bot-Public#258"),
    ("end of the day", "Tue 24 Nov 17:00", "own trial: the end of the day"),
    ("COB", "Tue 24 Nov 17:00", "own trial: close of business"),
    ("EOW", "Fri 27 Nov 17:00", "own trial: end of week"),
    ("first thing tomorrow", "Wed 25 Nov 09:00", "own trial: first thing"),
    ("in ٣ hours", "Tue 24 Nov 12:00", "own trial: Arabic digits"),
    ("in " + "9" * 5000 + " min", "unreadable", "own trial: 5,000 digits"),
    ("2026-11-25T15:00:00Z", "Wed 25 Nov 15:00", "knowledgecode/date-and-time#36"),
    ("2026-11-25T15:00:00.000Z", "Wed 25 Nov 15:00", "nleeper/goment#36"),
    ("2026-11-25T15:00:00+02:00", "Wed 25 Nov 13:00", "andrewplummer/Sugar#125"),
    ("2026-11-25T15:00-05:30", "Wed 25 Nov 20:30", "LonamiWebs/Lonabot#20"),
    ("2026-11-25 15:00+00", "Wed 25 Nov 15:00", "colinhacks/zod#4666"),
    ("2026-11-25 15:00:00", "Wed 25 Nov 15:00", "own trial: a time with seconds"),
    ("2026-11-25T25:00:00Z", "unreadable", "own trial: no hour"),
    ("25-11-2026 15:00", "Wed 25 Nov 15:00", "araddon/dateparse#154"),
    ("11-25-2026 15:00", "Wed 25 Nov 15:00", "mootools/mootools-more#35"),
    ("5,30 pm", "Tue 24 Nov 17:30", "spencermountain/compromise#1015"),
    ("in 1,5 hours", "Tue 24 Nov 10:30", "spencermountain/compromise#1015"),
    ("Nov 25,10", "Wed 25 Nov 10:00", "own trial: a comma without a space"),
    ("17:00h", "Tue 24 Nov 17:00", "own trial: an hour mark after the minutes"),
    ("5pm Friday Pacific", "Sat 28 Nov 01:00", "own trial: the zone at the end"),
    ("tommorow 3pm", "Wed 25 Nov 15:00", "own trial: tomorrow, as many write it"),
    ("“tomorrow 10”", "Wed 25 Nov 10:00", "kmaida/rota-slackbot#29"),
    ("‘tomorrow 10’", "Wed 25 Nov 10:00", "wilhelmklopp/simple-poll#2"),
    ("`tomorrow 10`", "Wed 25 Nov 10:00", "fusebit/fusebot#26"),
    ("tomorrow\u200e 10\u202f\u200bam", "Wed 25 Nov 10:00", "fplbot/fplbot#234"),
    (
        "\N{ALARM CLOCK}\ufe0f tomorrow 10 \N{PERSON WITH FOLDED HANDS}\U0001f3fd",
        "Wed 25 Nov 10:00",
        "own trial: emoji",
    ),
    ("tomorrow at 10∶30", "Wed 25 Nov 10:30", "own trial: a ratio sign"),
    ("pls tomorrow 10, thanks!", "Wed 25 Nov 10:00", "own trial: politeness"),
    ("remind me tomorrow at 10", "Wed 25 Nov 10:00", "own trial: the whole sentence"),
]
"""What is typed on a Tuesday at nine in London, what it means or why it is refused, and the source."""


@pytest.mark.parametrize(
    ("typed", "found"),
    [pytest.param(typed, found, marks=pytest.mark.reported(source)) for typed, found, source in TIMES],
)
def test_a_time_in_words_is_understood_or_refused(typed: str, found: str) -> None:
    assert read(typed) == found


def run(world: World, command: str, typed: str) -> object:
    if command == "snooze":
        return world.do(snoozing.snooze_command, SnoozeCommand(world.caller(), typed))
    return world.do(scheduling.call_command, CallCommand(world.caller(), typed))


@pytest.mark.reported("scottleedavis/mattermost-plugin-remind#71", "scottleedavis/mattermost-plugin-remind#56")
@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("northwind in -5 min", "past"),
        ("in -5 min", "past"),
        ("in a while", "unreadable"),
        ("northwind in a while", "unreadable"),
        ("north in a while", "unreadable"),
        ("later", "unreadable"),
        ("northwind later", "unreadable"),
        ("northwind at 25:00", "unreadable"),
        ("25:00", "no_hour"),
        ("9:5", "unreadable"),
        ("in 3 moons", "unreadable"),
        ("northwind 31 February", "unreadable"),
        ("northwind dental whenever", "unreadable"),
        ("yesterday", "past"),
        ("in " + "9" * 5000 + " min", "unreadable"),
        ("northwind " + "9" * 5000, "unreadable"),
    ],
)
@pytest.mark.parametrize("command", ["snooze", "call"])
def test_an_unreadable_time_is_not_taken_for_a_customer(world: World, command: str, typed: str, refusal: str) -> None:
    world.a_deal()
    world.a_deal("Inland Power")

    with pytest.raises(InvalidEntryError) as refused:
        run(world, command, typed)

    sentence = refused.value.sentence(Wording())
    assert refused.value.key == ("refusal.when_past" if refusal == "past" else "refusal.time_not_understood")
    assert len(sentence) < 200
    if refusal == "unreadable" and len(typed) < 60:
        assert typed.rsplit(maxsplit=1)[-1][:20] in sentence


@pytest.mark.reported("scottleedavis/mattermost-plugin-remind#58")
@pytest.mark.parametrize(
    ("typed", "customer"),
    [
        ("fabrikam in -5 min", "fabrikam"),
        ("fabrikam tomorrow 10", "fabrikam"),
        ("fabrikam", "fabrikam"),
        ("24 hours gym", "24 hours gym"),
    ],
)
def test_a_name_that_is_nobodys_is_said_without_the_time(world: World, typed: str, customer: str) -> None:
    world.a_deal()

    with pytest.raises((NotNowError, InvalidEntryError)) as refused:
        world.do(snoozing.snooze_command, SnoozeCommand(world.caller(), typed))

    assert f"“{customer}”" in refused.value.sentence(Wording())


@pytest.mark.reported("own trial: customers who are called like times")
@pytest.mark.parametrize(
    ("customer", "typed", "left"),
    [
        ("Monday Coffee", "monday coffee", ""),
        ("Studio One", "studio one", ""),
        ("Studio One", "studio one tomorrow 10", "tomorrow 10"),
        ("Last Mile Logistics", "last mile", ""),
        ("Last Mile Logistics", "last mile in a while", "in a while"),
        ("24 Hour Fitness", "24 hour fitness fri 10", "fri 10"),
        ("In-N-Out", "in-n-out 25:00", "25:00"),
        ("Next", "next next tue 9", "next tue 9"),
        ("Harbor Point", "harbor at 25:00", "at 25:00"),
        ("Harbor Point", "arbo", ""),
    ],
)
def test_a_customer_called_like_a_time_keeps_the_name(customer: str, typed: str, left: str) -> None:
    assert split_name_and_time(typed, {customer_key(customer)}).when == left


@pytest.mark.reported("own trial: a call is scheduled by command")
def test_a_call_with_a_time_is_scheduled(world: World) -> None:
    world.now = MONDAY_NINE
    deal = world.a_deal("Harbor Point Hotels")

    screen = world.do(scheduling.call_command, CallCommand(world.caller(), "harbor tomorrow 10"))

    assert isinstance(screen, CallPlanned)
    assert screen.at == "Tue 3 Mar 10:00"
    assert world.actions(deal) == ["heard", "scheduled"]


@pytest.mark.reported("scottleedavis/mattermost-plugin-remind#71")
async def test_on_slack_a_rep_learns_what_was_not_understood(office: Office) -> None:
    await office.post("Just closed Harbor Point Hotels! $45k ARR")
    await office.card("Harbor Point Hotels")

    for typed, quoted in (("call harbor at 25:00", "at 25:00"), ("snooze in a while", "in a while")):
        assert wording("refusal.time_not_understood", typed=quoted) in await office.command(f"/firstcall {typed}")
    assert wording("refusal.when_past") in await office.command("/firstcall snooze harbor in -5 min")
    assert wording("refusal.nothing_fits", typed="northwind") in await office.command("/firstcall call northwind")


@pytest.mark.reported("own trial: the day on which a rep is back")
@pytest.mark.parametrize(
    ("away", "refusal"), [("yesterday", "past"), ("31 February", "no_such_day"), ("in -5 days", "past")]
)
def test_a_pause_until_no_day_is_refused(world: World, away: str, refusal: str) -> None:
    with pytest.raises(InvalidEntryError, match=f"when_{refusal}"):
        world.do(my_reminders.save_hours, HoursSaved(world.caller(), "08:30-18:00", frozenset({"mon"}), away))


# --- clocks that jump -----------------------------------------------------------------------------------------------


@pytest.mark.reported("agronholm/apscheduler#339")
@pytest.mark.parametrize("job", ["calendar", "sweep"])
async def test_the_hourly_job_runs_on_when_the_clock_is_set_back(database: Database, job: str) -> None:
    hands = RunningScheduler(database)
    hands.schedule.start()
    await hands.until(lambda: hands.sender.sweeps > 0 and hands.schedule.planned > 0 and hands.schedule.at_rest)
    # To APScheduler, a clock that was set back looks like a next run that is a day away.
    hands.schedule._scheduler.modify_job(job, next_run_time=datetime.now(UTC) + timedelta(days=1))
    sweeps, planned = hands.sender.sweeps, hands.schedule.planned

    hands.schedule.wake()

    await hands.until(lambda: hands.sender.sweeps > sweeps and (job == "sweep" or hands.schedule.planned > planned))
    await hands.schedule.shutdown(5)


@pytest.mark.reported("zylos-ai/zylos-core#270", "Kaeks/wiktor-bot#7")
@pytest.mark.parametrize("days", [1, 4, 12, 40])
def test_after_downtime_a_rep_gets_no_heap(world: World, days: int) -> None:
    world.now = MONDAY_NINE
    for number in range(6):
        world.a_deal(f"Customer {number}")
    for number in range(6, 9):
        world.schedule(world.a_deal(f"Customer {number}"), "tomorrow 10")
    while compose_next(world) is not None:
        pass

    world.advance(days=days)
    sent: list[object] = []
    while (composed := compose_next(world)) is not None:
        sent += [composed.screen] if isinstance(composed, OutboundMessage) and composed.replaces is None else []

    assert len(sent) <= 4, sent


@pytest.mark.reported("own trial: a workspace whose zone becomes known")
def test_people_without_a_zone_move_with_the_workspace(world: World) -> None:
    world.now = MONDAY_NINE
    world.a_deal()
    world.do(channels.start_summaries, SummaryChannel(world.caller(BEN, zone=LOS_ANGELES), WINS))

    while world.database.write_sync(replanning.replan_next_batch, 1, world.now):
        pass

    nudges = [row.due_at.astimezone(ZoneInfo(LOS_ANGELES)).hour for row in world.queued(Kind.CALL)]
    assert nudges
    assert all(8 <= hour < 18 for hour in nudges)
