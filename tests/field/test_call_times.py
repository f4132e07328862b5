"""Times as people say them, snoozed reminders, and the times that are offered for a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.slack.mrkdwn import SlackMarkup
from bot.ui.components import ActionRow, Button, Message, Modal
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from bot.views import call_schedule
from handlers.call import scheduling
from handlers.call.name_and_time import split_name_and_time
from handlers.call.scheduling import CallChosen, CallCommand, CallTyped
from handlers.errors import InvalidEntryError
from handlers.method.customers import customer_key
from handlers.method.next_step import day_in
from handlers.method.offered_times import Snooze
from handlers.method.reminders_due import Kind
from handlers.method.time_parsing.resolve import format_day, format_moment, is_time_phrase, resolve_time
from handlers.method.working_time import TimeOff, WorkingTime
from handlers.reminders import my_reminders, snoozing
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.my_reminders import HoursSaved
from handlers.reminders.snoozing import SnoozeChosen, SnoozeTyped
from handlers.requests import DealRequest
from handlers.screens.call import CallScreen
from handlers.screens.reminders import CallOver, CallPlanned, ReminderSnoozed
from prompts.cadence import Hours, cadence
from storage.database import Database
from tests.handlers.test_compose import compose_next
from tests.handlers.world import World
from tests.wording import wording

WORDS = Texts(SlackMarkup(), "/firstcall")

reported = pytest.mark.reported

BERLIN = "Europe/Berlin"
WEDNESDAY = "2026-11-25T10:20"
MONDAY = "2026-11-30T11:00"


def read(typed: str, now: str = WEDNESDAY, zone: str = BERLIN) -> str:
    """What is read, in the person's zone; the other reading after "or"; or the key of the refusal."""
    local = ZoneInfo(zone)
    work = WorkingTime.default(local, cadence())
    try:
        found = resolve_time(typed, datetime.fromisoformat(now).replace(tzinfo=local).astimezone(UTC), work)
    except InvalidEntryError as refused:
        return refused.key
    return " or ".join(f"{moment:%a %-d %b %H:%M}" for moment in found if moment is not None)


def said(typed: str, want: str, *sources: str, now: str = WEDNESDAY, zone: str = BERLIN) -> object:
    return pytest.param(typed, want, now, zone, id=f"{typed} @ {now} {zone}", marks=reported(*sources))


@pytest.mark.parametrize(
    ("typed", "want", "now", "zone"),
    [
        # halves, quarters and numbers in words
        said("half 3", "Wed 25 Nov 15:30", "joestelmach/natty#106"),
        said("tomorrow half nine", "Thu 26 Nov 09:30", "joestelmach/natty#106"),
        said("fri half 4pm", "Fri 27 Nov 16:30", "joestelmach/natty#106"),
        said("quarter past 4", "Wed 25 Nov 16:15", "joestelmach/natty#106"),
        said("a quarter to five", "Wed 25 Nov 16:45", "joestelmach/natty#106"),
        said("quarter after 2", "Wed 25 Nov 14:15", "joestelmach/natty#106"),
        said("ten after two", "Wed 25 Nov 14:10", "joestelmach/natty#106"),
        said("twenty before four", "Wed 25 Nov 15:40", "joestelmach/natty#106"),
        said("one thirty", "Wed 25 Nov 13:30", "bear/parsedatetime#144"),
        said("friday two forty five pm", "Fri 27 Nov 14:45", "bear/parsedatetime#144"),
        said("3p", "Wed 25 Nov 15:00", "scrapinghub/dateparser#943"),
        said("tomorrow 9a", "Thu 26 Nov 09:00", "scrapinghub/dateparser#943"),
        said("around 3ish", "Wed 25 Nov 15:00", "scrapinghub/dateparser#943"),
        said("at 4 sharp please", "Wed 25 Nov 16:00", "scrapinghub/dateparser#943"),
        said("1500 hrs", "Wed 25 Nov 15:00", "scrapinghub/dateparser#943"),
        said("tuesday 9 o clock", "Tue 1 Dec 09:00", "bear/parsedatetime#144"),
        # from an hour to another: it begins with the first
        said("tomorrow 10-11", "Thu 26 Nov 10:00", "tickbin/tickbin#153"),
        said("3-4pm", "Wed 25 Nov 15:00", "tickbin/tickbin#153"),
        said("11-1pm", "Wed 25 Nov 11:00", "tickbin/tickbin#153"),
        said("fri 10:30 - 11:00", "Fri 27 Nov 10:30", "tickbin/tickbin#153"),
        # spans
        said("hour and a half", "Wed 25 Nov 11:50", "kvh/parsedatetime#2"),
        said("in 1h 30m", "Wed 25 Nov 11:50", "kvh/parsedatetime#2"),
        said("1h 30min", "Wed 25 Nov 11:50", "kvh/parsedatetime#2"),
        said("1.5h", "Wed 25 Nov 11:50", "kvh/parsedatetime#2"),
        said("in an hour and a half", "Wed 25 Nov 11:50", "kvh/parsedatetime#2"),
        said("in two and a half hours", "Wed 25 Nov 12:50", "kvh/parsedatetime#2"),
        said("an hour and 15 minutes", "Wed 25 Nov 11:35", "kvh/parsedatetime#2"),
        said("in a half hour", "Wed 25 Nov 10:50", "kvh/parsedatetime#2"),
        said("in half hour", "Wed 25 Nov 10:50", "kvh/parsedatetime#2"),
        said("in three quarters of an hour", "Wed 25 Nov 11:05", "kvh/parsedatetime#2"),
        said("in a quarter of an hour", "Wed 25 Nov 10:35", "kvh/parsedatetime#2"),
        said("in a few hours", "Wed 25 Nov 13:20", "kvh/parsedatetime#2"),
        said("in a couple hours", "Wed 25 Nov 12:20", "kvh/parsedatetime#2"),
        said("in an hour and", "refusal.when_unreadable", "kvh/parsedatetime#2"),
        said("2h", "Wed 25 Nov 12:20 or Wed 25 Nov 14:00", "scrapinghub/dateparser#943"),
        # names of times and of parts of a day
        said("noon tomorrow", "Thu 26 Nov 12:00", "dateutil/dateutil#781"),
        said("12 noon tomorrow", "Thu 26 Nov 12:00", "dateutil/dateutil#781"),
        said("midnight", "Thu 26 Nov 00:00", "substack/parse-messy-time#7"),
        said("12 midnight", "Thu 26 Nov 00:00", "substack/parse-messy-time#7"),
        said("tonight at midnight", "Thu 26 Nov 00:00", "scrapinghub/dateparser#772"),
        said("midnight", "Thu 26 Nov 00:00", "scrapinghub/dateparser#772", now="2026-11-25T00:30"),
        said("friday midnight", "Sat 28 Nov 00:00 or Fri 27 Nov 00:00", "scrapinghub/dateparser#772"),
        said("fri 24:00", "Sat 28 Nov 00:00", "scrapinghub/dateparser#772"),
        said("end of day", "Wed 25 Nov 17:00", "mojombo/chronic#369"),
        said("end of the day Friday", "Fri 27 Nov 17:00", "mojombo/chronic#369"),
        said("first thing Monday", "Mon 30 Nov 09:00", "mojombo/chronic#369"),
        said("first thing", "Thu 26 Nov 09:00", "mojombo/chronic#369"),
        said("first thing in the morning", "Thu 26 Nov 09:00", "mojombo/chronic#369"),
        said("in the morning", "Thu 26 Nov 09:00", "mojombo/chronic#369"),
        said("monday first thing", "Mon 30 Nov 09:00", "mojombo/chronic#369"),
        said("tomorrow am", "Thu 26 Nov 09:00", "mojombo/chronic#369"),
        said("Thursday pm", "Thu 26 Nov 14:00", "mojombo/chronic#369"),
        said("after lunch", "Wed 25 Nov 13:00", "mojombo/chronic#369"),
        said("mid-afternoon tomorrow", "Thu 26 Nov 15:00", "mojombo/chronic#369"),
        said("9 tomorrow night", "Thu 26 Nov 21:00", "matthewmueller/date#72"),
        said("tonight at 9:30", "Wed 25 Nov 21:30", "matthewmueller/date#72"),
        said("3 in the afternoon", "Wed 25 Nov 15:00", "matthewmueller/date#72"),
        said("same time tomorrow", "Thu 26 Nov 10:20", "mojombo/chronic#369"),
        said("this time next week", "Mon 30 Nov 10:20", "mojombo/chronic#369"),
        # a time of today that is over
        said("9", "Thu 26 Nov 09:00", "own trial: 9 typed at 17:30", now="2026-11-25T17:30"),
        said("noon", "Thu 26 Nov 12:00", "own trial: noon typed at 17:30", now="2026-11-25T17:30"),
        said("today 9", "refusal.when_past", "own trial: 9 typed at 17:30", now="2026-11-25T17:30"),
        # zones
        said("3pm EST", "Wed 25 Nov 21:00", "wanasit/chrono#105"),
        said("tomorrow 3 pm (et)", "Thu 26 Nov 21:00", "wanasit/chrono#105"),
        said("monday 7:00pm edt", "Tue 1 Dec 01:00", "abritinthebay/datejs#220"),
        said("12 June 3pm EST", "refusal.when_too_far", "abritinthebay/datejs#220"),
        said("noon pacific time", "Wed 25 Nov 21:00", "wanasit/chrono#105"),
        said("9.15 gmt tomorrow", "Thu 26 Nov 10:15", "wanasit/chrono#105"),
        said("fri 10 UTC+2", "Fri 27 Nov 09:00", "wanasit/chrono#105"),
        said("2026-11-30T15:00Z", "Mon 30 Nov 16:00", "wanasit/chrono#105"),
        said("3pm CST", "Wed 25 Nov 15:00", "wanasit/chrono#105", zone="Asia/Shanghai"),
        said("3pm CST", "Thu 26 Nov 06:00", "wanasit/chrono#105", zone="Asia/Tokyo"),
        said("3pm IST", "Wed 25 Nov 15:00", "wanasit/chrono#105", zone="Asia/Jerusalem"),
        said("15:00 New York time", "Wed 25 Nov 21:00", "wanasit/chrono#105"),
        said("3pm eastern standard time", "Wed 25 Nov 21:00", "wanasit/chrono#105"),
        said("3pm my time", "Wed 25 Nov 15:00", "wanasit/chrono#105"),
        # days
        said("next Tuesday 9", "Tue 8 Dec 09:00 or Tue 1 Dec 09:00", "argenos/nldates-obsidian#111", now=MONDAY),
        said("next tuesday 9", "Tue 8 Dec 09:00", "argenos/nldates-obsidian#111", now="2026-12-01T08:00"),
        said("next fri 10", "Fri 4 Dec 10:00 or Fri 27 Nov 10:00", "facebook/duckling#297"),
        said("next Monday 10", "Mon 30 Nov 10:00", "devinvs/fuzzydate#17", now="2026-11-28T10:00"),
        said("next Monday 10", "Mon 30 Nov 10:00 or Mon 7 Dec 10:00", "devinvs/fuzzydate#17", now="2026-11-29T10:00"),
        said("a week on Tuesday at 10", "Tue 8 Dec 10:00", "joestelmach/natty#70"),
        said("two weeks from Friday 9:30", "Fri 11 Dec 09:30", "joestelmach/natty#70"),
        said("monday week 10", "Mon 7 Dec 10:00", "joestelmach/natty#70"),
        said("next week 10", "Mon 30 Nov 10:00", "wanasit/chrono#291"),
        said("early next week 10", "Mon 30 Nov 10:00", "wanasit/chrono#291"),
        said("tuesday after next 10", "refusal.when_vague", "devinvs/fuzzydate#17"),
        said("the next day at 9", "Thu 26 Nov 09:00", "wanasit/chrono#291"),
        said("the 12th at 3", "Sat 12 Dec 15:00", "bear/parsedatetime#144"),
        said("3pm on the 1st", "Tue 1 Dec 15:00", "bear/parsedatetime#144"),
        said("05/06 10:00", "Thu 6 May 10:00", "page: date order by country", zone="America/New_York"),
        said("12/01 10:00", "Tue 12 Jan 10:00 or Tue 1 Dec 10:00", "page: date order by country"),
        said("12/01 10:00", "Tue 1 Dec 10:00 or Tue 12 Jan 10:00", "page: date order by country", zone="US/Eastern"),
        # at once, and no single time
        said("now", "refusal.when_now", "joestelmach/natty#132"),
        said("asap please", "refusal.when_now", "joestelmach/natty#132"),
        said("in 30 seconds", "refusal.when_now", "anoadragon453/matrix-reminder-bot#100"),
        said("in 15", "Wed 25 Nov 10:35", "skoczen/will#170"),
        said("in 5", "Wed 25 Nov 10:25 or Wed 25 Nov 15:20", "skoczen/will#170"),
        said("in 2", "refusal.when_which_unit", "skoczen/will#170"),
        said("in 2 hours 30", "Wed 25 Nov 12:50", "skoczen/will#170"),
        said("in 2-3 hours", "refusal.when_two_times", "messai-engineering/Yuga#54"),
        said("10 to 11", "refusal.when_two_times", "messai-engineering/Yuga#54"),
        said("ten to four", "Wed 25 Nov 15:50", "scrapinghub/dateparser#239"),
        said("later today", "refusal.when_vague", "reminder-bot/bot#10"),
        said("mid March", "refusal.when_which_day", "microsoft/Recognizers-Text#2011"),
        said("this weekend", "refusal.when_weekend", "wanasit/chrono#572"),
        said("3pm their time", "refusal.when_their_time", "own trial: the customer's zone"),
        said("31 Apr 10", "refusal.when_no_such_day", "own trial: days that do not exist"),
        said("15:00 pm", "Wed 25 Nov 15:00", "own trial: a clock of 24 hours with pm"),
        # working days and ends of periods
        said("in 3 business days at 10", "Mon 30 Nov 10:00", "zapier/transformer#28"),
        said("next working day 9", "Thu 26 Nov 09:00", "wanasit/chrono#572"),
        said("next business day 9", "Mon 30 Nov 09:00", "wanasit/chrono#572", now="2026-11-27T10:00"),
        said(
            "in 5 business days 10", "Mon 28 Dec 10:00", "datejs/Datejs#23", now="2026-12-18T10:00", zone="US/Eastern"
        ),
        said("in 2 days' time at 10", "Fri 27 Nov 10:00", "parsify-dev/desktop#82"),
        said("in an hour’s time", "Wed 25 Nov 11:20", "parsify-dev/desktop#82"),
        said("2 weeks from tomorrow 10", "Thu 10 Dec 10:00", "microsoft/Recognizers-Text#1564"),
        said("in 2 months 10", "Mon 25 Jan 10:00", "microsoft/Recognizers-Text#1564"),
        said("in 3 months 10", "Sun 28 Feb 10:00", "microsoft/Recognizers-Text#1564", now="2026-11-30T11:00"),
        said("end of the month", "Mon 30 Nov 17:00", "wanasit/chrono#521"),
        said("end of January", "Fri 29 Jan 17:00", "wanasit/chrono#521"),
        said("by the end of the year, 10am", "Thu 31 Dec 10:00", "microsoft/Recognizers-Text#2860"),
        said("before end of this month", "Mon 30 Nov 16:30", "microsoft/Recognizers-Text#2011"),
        said("end of next week", "Fri 4 Dec 17:00", "joestelmach/natty#240"),
        said("next quarter", "refusal.when_which_day", "microsoft/Recognizers-Text#2011"),
        said("eom 15:00", "Mon 30 Nov 15:00", "wanasit/chrono#521"),
        said("9", "Mon 30 Nov 09:00", "own trial: 9 typed on Friday evening", now="2026-11-27T17:30"),
        # ranges and limits
        said("Monday between 2 and 3", "Mon 30 Nov 14:00", "tickbin/tickbin#153"),
        said("from 2pm to 3pm tomorrow", "Thu 26 Nov 14:00", "wanasit/chrono#14"),
        said("11 - 1pm", "Wed 25 Nov 11:00", "wanasit/chrono#14"),
        said("between 11 and 1pm", "Wed 25 Nov 11:00", "wanasit/chrono#14"),
        said("2pm - 3pm", "Wed 25 Nov 14:00", "wanasit/chrono#14"),
        said("14h-15h", "Wed 25 Nov 14:00", "microsoft/Recognizers-Text#284"),
        said("before 5", "Wed 25 Nov 16:30", "microsoft/Recognizers-Text#2011"),
        said("before 11", "refusal.when_past", "microsoft/Recognizers-Text#2011", now="2026-11-25T10:40"),
        # figures
        said("1530h", "Wed 25 Nov 15:30", "microsoft/Recognizers-Text#284"),
        said("15h30", "Wed 25 Nov 15:30", "benjypng/logseq-datenlp-plugin#12"),
        said("~3pm", "Wed 25 Nov 15:00", "own trial: signs for about"),
        said("3pm UTC+5:30", "Wed 25 Nov 10:30", "sisyphsu/dateparser#3"),
        said("15:00 +0545", "Thu 26 Nov 10:15", "sisyphsu/dateparser#3"),
        said("2026-11-30 15:00 +02:00", "Mon 30 Nov 14:00", "datejs/Datejs#30"),
        said("2026-11-30 09:00-10:00", "Mon 30 Nov 09:00", "datejs/Datejs#30"),
        said("20261130T150000Z", "Mon 30 Nov 16:00", "spencermountain/spacetime#108"),
    ],
)
def test_a_time_in_words(typed: str, want: str, now: str, zone: str) -> None:
    assert read(typed, now, zone) == want


OFFICE = WorkingTime(ZoneInfo(BERLIN), Hours(time(9), time(17)), frozenset(range(5)))
LATE = WorkingTime(ZoneInfo("Asia/Kathmandu"), Hours(time(11), time(20)), frozenset({6, 0, 1, 2, 3}))
"""Works from Sunday to Thursday."""


@pytest.mark.parametrize(
    ("typed", "work", "want"),
    [
        pytest.param("EOD", OFFICE, "Wed 25 Nov 16:00", id="an hour before work ends"),
        pytest.param("EOD", LATE, "Wed 25 Nov 19:00", id="an hour before a late end"),
        pytest.param("first thing tomorrow", LATE, "Thu 26 Nov 11:00", id="not before work begins"),
        pytest.param("tomorrow 9", LATE, "Thu 26 Nov 09:00", id="an hour that was said"),
        pytest.param("end of the week", LATE, "Thu 26 Nov 19:00", id="a week that ends on Thursday"),
        pytest.param("end of January", LATE, "Sun 31 Jan 19:00", id="a month that ends on a working Sunday"),
        pytest.param("in 2 business days 12", LATE, "Sun 29 Nov 12:00", id="over a weekend of Friday and Saturday"),
    ],
)
@reported("joestelmach/natty#132", "joestelmach/natty#240")
def test_words_of_work_are_read_in_the_persons_own(typed: str, work: WorkingTime, want: str) -> None:
    now = datetime(2026, 11, 25, 10, 20, tzinfo=work.local).astimezone(UTC)
    assert format_moment(resolve_time(typed, now, work).at) == want


@pytest.fixture
def world(database: Database) -> World:
    """An empty workspace, on a Monday at noon UTC: people work 08:30-18:00, Mon-Fri."""
    return World(database)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def buttons(view: Message | Modal) -> dict[str, str]:
    """The buttons of a view, by action id, with their labels."""
    rows = [piece for piece in view.components if isinstance(piece, ActionRow)]
    return {each.action_id: each.text for row in rows for each in row.elements if isinstance(each, Button)}


# --- a reminder that is put off ---


@reported("quarck/CalendarNotification#20", "quarck/CalendarNotification#358")
@pytest.mark.parametrize(
    ("now", "typed", "until", "why"),
    [
        (at(12, 15), None, at(13, 15), None),
        (at(16, 55), None, at(17, 55), None),
        (at(17, 15), None, at(8, 30, day=3), TimeOff.LATE),
        (at(12), "tonight 8", at(8, 30, day=3), TimeOff.LATE),
        (at(12), "tomorrow 6am", at(8, 30, day=3), TimeOff.EARLY),
        (at(12), "sat 10", at(8, 30, day=9), TimeOff.DAY_OFF),
        (at(12), "in 8 hours", at(8, 30, day=3), TimeOff.LATE),
        (at(12), "tomorrow 9", at(9, day=3), None),
    ],
)
def test_a_reminder_comes_when_it_was_asked_for_or_says_why_not(
    world: World, now: datetime, typed: str | None, until: datetime, why: TimeOff | None
) -> None:
    deal = world.a_deal()
    world.now = now
    if typed is None:
        screen = world.do(snoozing.snooze, SnoozeChosen(world.caller(), deal, Snooze.HOUR))
    else:
        screen = world.do(snoozing.snooze_until_typed, SnoozeTyped(world.caller(), deal, typed))
    assert (screen.until, screen.moved and screen.moved.why) == (until, why)
    assert min(row.due_at for row in world.queued(Kind.CALL)) == until
    shown = call_schedule.snoozed(screen, WORDS)
    assert (ActionId.SNOOZE_OTHER in buttons(shown)) == (why is not None)
    assert why is not TimeOff.LATE or "18:00" in shown.text


@reported("quarck/CalendarNotification#20")
def test_somebody_who_is_away_is_told_so(world: World) -> None:
    deal = world.a_deal()
    world.do(
        my_reminders.save_hours,
        HoursSaved(world.caller(), "08:30-18:00", frozenset({"mon", "tue", "wed", "thu", "fri"}), "12 March"),
    )
    screen = world.do(snoozing.snooze, SnoozeChosen(world.caller(), deal, Snooze.HOUR))
    assert screen.moved is not None
    assert screen.moved.why is TimeOff.AWAY
    assert "Thu 12 Mar" in call_schedule.snoozed(screen, WORDS).text


@reported("argenos/nldates-obsidian#111")
def test_an_ambiguous_reminder_says_what_it_may_also_mean(world: World) -> None:
    deal = world.a_deal()
    screen = world.do(snoozing.snooze_until_typed, SnoozeTyped(world.caller(), deal, "next Tuesday 9"))
    assert isinstance(screen, ReminderSnoozed)
    assert (screen.until, screen.otherwise) == (at(9, day=10), at(9, day=3))
    shown = call_schedule.snoozed(screen, WORDS)
    assert "Tue 3 Mar 09:00" in shown.text
    assert ActionId.SNOOZE_OTHER in buttons(shown)


@reported("own trial: the examples of the forms, every hour of a fortnight")
@pytest.mark.parametrize("key", ["snooze.hint", "schedule.hint", "snooze.example", "schedule.example"])
def test_the_examples_of_a_form_are_never_refused(key: str) -> None:
    text = wording(key, zone="").partition(".")[0].removeprefix("For example: ")
    examples = [each.strip() for each in text.split(",")]
    assert examples
    for hour in range(14 * 24):
        now = f"2026-03-{1 + hour // 24:02}T{hour % 24:02}:05"
        assert [read(each, now) for each in examples if read(each, now).startswith("refusal")] == []


# --- one reader for every day and time ---

DAYS = [
    ("in 3 business days", "Thu 5 Mar"),
    ("in 2 days' time", "Wed 4 Mar"),
    ("a week from Tuesday", "Tue 10 Mar"),
    ("end of the month", "Tue 31 Mar"),
    ("end of next week", "Fri 13 Mar"),
    ("before Friday", "Thu 5 Mar"),
    ("in a month", "Thu 2 Apr"),
    ("Thu 12 March", "Thu 12 Mar"),
]


@reported("wanasit/chrono#572", "microsoft/Recognizers-Text#2860")
@pytest.mark.parametrize(("typed", "day"), DAYS, ids=[typed for typed, _ in DAYS])
def test_every_form_reads_the_same_days(world: World, typed: str, day: str) -> None:
    deal = world.a_deal()
    if typed != "before Friday":  # with a time, it is before that time
        assert schedule(world, f"{typed} 9:10", deal).at == f"{day} 09:10"
    world.now += timedelta(seconds=1)
    hours = HoursSaved(world.caller(), "08:30-18:00", frozenset({"mon", "tue", "wed", "thu", "fri"}), typed)
    assert world.do(my_reminders.save_hours, hours).away_until == day
    world.do(my_reminders.save_hours, replace(hours, away=""))
    assert format_day(day_in(f"kickoff {typed}", world.now, OFFICE) or date.max) == day


@reported("wanasit/chrono#245")
def test_a_date_that_may_be_two_is_asked_about_where_only_one_can_be_shown(world: World) -> None:
    hours = HoursSaved(world.caller(), "08:30-18:00", frozenset({"mon"}), "4/6")
    with pytest.raises(InvalidEntryError) as refused:
        world.do(my_reminders.save_hours, hours)
    assert (refused.value.key, refused.value.values) == (
        "refusal.when_two_dates",
        {"first": "Thu 4 Jun", "second": "Mon 6 Apr"},
    )


@reported("joestelmach/natty#132")
@pytest.mark.parametrize("typed", ["northwind now", "north asap"])
def test_a_call_right_now_is_begun(world: World, typed: str) -> None:
    world.a_deal()
    assert isinstance(world.do(scheduling.call_command, CallCommand(world.caller(), typed)), CallScreen)


# --- the time of the call ---


def schedule(world: World, typed: str, deal: int) -> CallPlanned:
    return world.do(scheduling.save_typed, CallTyped(world.caller(), deal, typed))


@reported("own trial: a call scheduled three days later")
def test_a_time_more_than_a_day_after_the_close_is_warned_about(world: World) -> None:
    deal = world.a_deal()
    soon = schedule(world, "tomorrow 10", deal)
    assert soon.days_after_close is None
    assert ActionId.SCHEDULE_SOONER not in buttons(call_schedule.call_planned(soon, WORDS))

    late = schedule(world, "Thursday 10", deal)
    assert (late.at, late.days_after_close) == ("Thu 5 Mar 10:00", 3)
    shown = call_schedule.call_planned(late, WORDS)
    assert buttons(shown)[ActionId.SCHEDULE_SOONER] == wording("schedule.hour", time="13:00")

    assert late.sooner is not None
    chosen = world.do(scheduling.choose, CallChosen(world.caller(), deal, late.sooner.at))
    assert (chosen.at, chosen.days_after_close) == ("Mon 2 Mar 13:00", None)


@reported("own trial: a call scheduled three days later")
def test_the_earliest_time_for_an_old_deal_is_not_warned_about(world: World) -> None:
    deal = world.a_deal()
    world.advance(days=3)
    assert schedule(world, "in 1 hour", deal).days_after_close is None
    assert schedule(world, "tomorrow 10", deal).days_after_close == 4


@reported("argenos/nldates-obsidian#111", "joestelmach/natty#86")
def test_the_other_reading_of_a_time_is_one_tap_away(world: World) -> None:
    deal = world.a_deal()
    screen = schedule(world, "next Tuesday 9", deal)
    assert (screen.at, screen.otherwise) == ("Tue 10 Mar 09:00", at(9, day=3))
    shown = call_schedule.call_planned(screen, WORDS)
    assert buttons(shown)[ActionId.SCHEDULE_OTHERWISE] == "Tue 3 Mar 09:00"
    assert screen.otherwise is not None
    assert world.do(scheduling.choose, CallChosen(world.caller(), deal, screen.otherwise)).at == "Tue 3 Mar 09:00"


@reported("own trial: Schedule at 17:15")
def test_today_is_recommended_only_while_there_is_a_time_today(world: World) -> None:
    deal = world.a_deal()
    for now, today in ((at(7), True), (at(12), True), (at(17, 15), True), (at(18, 30), False)):
        world.now = now
        form = world.do(scheduling.show_times, DealRequest(world.caller(), deal))
        text = str(call_schedule.schedule_form(form, WORDS).components[0])
        assert (form.offers[0].days == 0) == today
        assert (wording("schedule.intro", customer="Northwind Dental") in text) == today


@reported("own trial: a scheduled time that passes without a word")
def test_a_scheduled_time_that_passes_is_followed_up_once(world: World) -> None:
    deal = world.a_deal()
    schedule(world, "tomorrow 10", deal)
    asked = 0
    for _ in range(14 * 24):
        world.advance(hours=1)
        while (sent := compose_next(world)) is not None:
            asked += isinstance(sent, OutboundMessage) and isinstance(sent.screen, CallOver)
    assert asked == 1


# --- a customer and a time in one command ---

CUSTOMERS = ["Central Perk", "Pacific Foods", "Half Moon Bay", "Noon Systems", "Few & Sons", "Eastern Rail", "PM Tools"]


@reported("own trial: customers named like the new words")
@pytest.mark.parametrize("customer", CUSTOMERS)
@pytest.mark.parametrize(
    "when", ["tomorrow 10", "3pm EST", "in an hour and a half", "half 3", "first thing monday", ""]
)
def test_a_customer_named_like_a_time_keeps_the_name(customer: str, when: str) -> None:
    known = {customer_key(each) for each in CUSTOMERS}
    first = customer.split(maxsplit=1)[0].lower()
    short = [] if is_time_phrase(first) or first == "half" else [first]
    for name in (customer, customer.lower(), *short):
        split = split_name_and_time(f"{name} {when}".strip(), known)
        assert (customer_key(split.name), split.when) == (customer_key(name), when)
