"""The reminders of a deal: their times, reasons and order, never outside the rep's working time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.recurrence import Recurrence
from handlers.method.reminder_profiles import ReminderProfile, profile_rules
from handlers.method.reminders_due import (
    AT_THE_HOUR,
    REFERRAL_KINDS,
    DealSnapshot,
    DueReason,
    DueReminder,
    Kind,
    Promise,
    RecurringPromise,
    ReferralFacts,
    due_reminders,
)
from handlers.method.stages import NOT_STOOD_BY, Stage
from handlers.method.working_time import A_DAY, WorkingTime
from prompts.cadence import cadence, cadence_with
from tests.method.test_working_time import working_times
from tests.method.zones import moments

BERLIN = WorkingTime.default(ZoneInfo("Europe/Berlin"), cadence())
BOOK = cadence()

stages = st.sampled_from(sorted(Stage))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN.local).astimezone(UTC)


MONDAY = berlin("2026-03-02 09:00")
A_DEAL = DealSnapshot(Stage.OPEN, MONDAY, MONDAY)
MONDAYS = tuple(f"digest Mon {day:02} Mar 08:30 daily" for day in (9, 16, 23))


@st.composite
def recurring_promises(draw: st.DrawFn, since: date) -> RecurringPromise:
    """A promise that recurs, agreed on around `since`."""
    days = st.frozensets(st.integers(0, 6)).map(lambda found: tuple(sorted(found)))
    ends = since + timedelta(days=draw(st.integers(1, 90)))
    rule = Recurrence(
        "text",
        draw(st.sampled_from(["day", "week", "month"])),
        draw(st.integers(1, 3)),
        weekdays=draw(days),
        before=draw(st.none() | st.times()),
        ends=draw(st.none() | st.just(ends)),
    )
    recap_on = draw(st.none() | st.just(since))
    return RecurringPromise(1, rule, since, recap_on, draw(st.integers(0, 9)))


@st.composite
def deals(draw: st.DrawFn) -> tuple[DealSnapshot, datetime]:
    """A deal at any stage with any valid facts, and a moment after its last change."""
    since = draw(moments)
    stage = draw(stages)
    closed = since - draw(st.timedeltas(timedelta(0), timedelta(days=20)))
    span = st.timedeltas(timedelta(0), timedelta(days=60))
    return DealSnapshot(
        stage,
        since,
        closed,
        sellers=draw(st.sampled_from([None, 0, 2, 4])),
        call_at=since + draw(span) if stage is Stage.SCHEDULED else None,
        snoozed_until=since + draw(span) if draw(st.booleans()) else None,
        recap_sent_at=since,
        promises=tuple(Promise(number, since.date() + draw(span)) for number in range(draw(st.integers(0, 3)))),
        recurring=tuple(
            draw(st.lists(recurring_promises(since.date()), max_size=2, unique_by=lambda each: each.number))
        ),
        referral=draw(referral_facts),
    ), since + draw(span)


perhaps = st.none() | moments
referral_facts = st.builds(
    ReferralFacts, st.booleans(), perhaps, perhaps, perhaps, st.booleans(), perhaps, perhaps, perhaps
)


def said(found: list[DueReminder]) -> list[str]:
    return [f"{each.kind} {each.at.astimezone(BERLIN.local):%a %d %b %H:%M} {each.why}" for each in found]


@given(deals(), working_times)
def test_only_the_reminder_before_a_call_comes_outside_working_time(
    given_deal: tuple[DealSnapshot, datetime], work: WorkingTime
) -> None:
    deal, now = given_deal
    found = due_reminders(deal, True, work, BOOK, now)

    assert [each for each in found if not work.includes(each.at) and each.kind not in AT_THE_HOUR] == []
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert all(each.at.tzinfo is UTC for each in found)


@given(deals(), working_times)
def test_each_reminder_has_a_unique_stable_name(given_deal: tuple[DealSnapshot, datetime], work: WorkingTime) -> None:
    deal, now = given_deal
    found = due_reminders(deal, True, work, BOOK, now)
    later = due_reminders(deal, True, work, BOOK, now + timedelta(hours=5))

    assert len({(each.kind, each.of) for each in found}) == len(found)
    assert [each for each in found if each.kind is not Kind.UPDATE] == [
        each for each in later if each.kind is not Kind.UPDATE
    ]
    assert {each.of for each in found if each.kind is Kind.UPDATE and each.at > now + timedelta(hours=5)} <= {
        each.of for each in later
    }


@given(deals(), working_times)
def test_a_rep_who_opted_out_has_no_reminders(given_deal: tuple[DealSnapshot, datetime], work: WorkingTime) -> None:
    deal, now = given_deal
    assert due_reminders(deal, False, work, BOOK, now) == []
    assert due_reminders(replace(deal, quiet=True), True, work, BOOK, now) == []


@given(deals(), working_times)
def test_an_open_task_is_in_a_bounded_number_of_digests(
    given_deal: tuple[DealSnapshot, datetime], work: WorkingTime
) -> None:
    """The digest tells of it once, asks weekly, and says which time is the last."""
    deal, now = given_deal
    for profile in ReminderProfile:
        rules = profile_rules(profile)
        found = due_reminders(deal, True, work, BOOK, now, rules)
        digests = [each for each in found if each.kind is Kind.DIGEST]
        if deal.stage in (Stage.OPEN, Stage.SCHEDULED, Stage.IN_CALL, Stage.ALIGNED):
            assert [each.nth for each in digests] == [*range(1, rules.weekly_questions + 2)]
            assert [each.nth for each in digests if each.last] == [len(digests)]
            promised = (Kind.DIGEST, Kind.PROMISE, Kind.UPDATE)
            assert max(each.at for each in found if each.kind not in promised) < digests[0].at
        else:
            assert digests == []
        if deal.stage in NOT_STOOD_BY:
            assert found == []


@given(deals(), working_times)
def test_every_profile_keeps_what_the_method_asks_for(
    given_deal: tuple[DealSnapshot, datetime], work: WorkingTime
) -> None:
    """M1.1, M6.1, M7.1: a reminder of the call, the call's time, the recap, and what was promised.

    The first reminder of a planned call is the question after it.
    """
    deal, now = given_deal
    always = {Kind.CALL_SOON, Kind.CALL_OVER, Kind.READ_BACK, Kind.RECAP, Kind.PROMISE, Kind.UPDATE, Kind.REFERRAL}
    active, standard, light = (
        due_reminders(deal, True, work, BOOK, now, profile_rules(each)) for each in ("active", None, "light")
    )
    for fewer in (standard, light):
        assert [each for each in fewer if each.kind in always] == [each for each in active if each.kind in always]
        first_reminders = [
            [each.at for each in found if each.kind is Kind.CALL and each.nth == 1] for found in (fewer, active)
        ]
        assert first_reminders[0] == first_reminders[1]
    assert len(light) <= len(standard) <= len(active)


@pytest.mark.parametrize(
    ("sellers", "closed", "first", "why"),
    [
        (None, "2026-03-02 09:00", "13:00", DueReason.HOURS),
        (0, "2026-03-02 09:00", "13:00", DueReason.HOURS),
        (2, "2026-03-02 09:00", "11:00", DueReason.URGENT),
        (None, "2026-02-27 09:00", "10:00", DueReason.URGENT),
    ],
)
def test_an_urgent_call_is_reminded_of_sooner(sellers: int | None, closed: str, first: str, why: DueReason) -> None:
    """M1.4."""
    found = due_reminders(replace(A_DEAL, sellers=sellers, closed_at=berlin(closed)), True, BERLIN, BOOK, MONDAY)
    assert said(found) == [
        f"reminder Mon 02 Mar {first} {why}",
        "reminder Tue 03 Mar 08:30 morning",
        "digest Wed 04 Mar 08:30 daily",
        *MONDAYS,
    ]


def test_around_a_planned_call() -> None:
    deal = replace(A_DEAL, stage=Stage.SCHEDULED, call_at=berlin("2026-03-03 17:45"))
    assert said(due_reminders(deal, True, BERLIN, BOOK, MONDAY)) == [
        "call_soon Tue 03 Mar 17:30 before",
        "call_over Wed 04 Mar 08:30 after",  # 18:15 is no working time
        "reminder Thu 05 Mar 08:30 morning",
        "digest Fri 06 Mar 08:30 daily",
        *MONDAYS,
    ]


def test_a_snoozed_call_starts_over_from_then() -> None:
    deal = replace(A_DEAL, snoozed_until=berlin("2026-03-05 14:00"))
    assert said(due_reminders(deal, True, BERLIN, BOOK, MONDAY)) == [
        "reminder Thu 05 Mar 14:00 put_off",
        "reminder Fri 06 Mar 08:30 morning",
        "digest Mon 09 Mar 08:30 daily",
        "digest Mon 16 Mar 08:30 daily",
        "digest Mon 23 Mar 08:30 daily",
        "digest Mon 30 Mar 08:30 daily",
    ]


@pytest.mark.parametrize(
    ("since", "at"),
    [("10:00", "Mon 02 Mar 17:00"), ("16:30", "Mon 02 Mar 17:30"), ("17:30", "Tue 03 Mar 08:30")],
)
def test_the_recap_is_due_on_the_same_day(since: str, at: str) -> None:
    """M6.1."""
    deal = replace(A_DEAL, stage=Stage.ALIGNED, since=berlin(f"2026-03-02 {since}"))
    assert said(due_reminders(deal, True, BERLIN, BOOK, MONDAY))[0] == f"recap_due {at} same_day"


def test_a_half_finished_read_back_is_due_the_next_morning() -> None:
    deal = replace(A_DEAL, stage=Stage.IN_CALL)
    assert said(due_reminders(deal, True, BERLIN, BOOK, MONDAY))[0] == "read_back_open Tue 03 Mar 08:30 half_done"


def test_after_the_recap() -> None:
    deal = replace(
        A_DEAL,
        stage=Stage.RECAPPED,
        promises=(Promise(7, date(2026, 4, 6)),),  # Easter Monday
        recurring=(RecurringPromise(8, Recurrence("weekly", "week"), MONDAY.date(), MONDAY.date()),),
    )
    assert said(due_reminders(deal, True, BERLIN, BOOK, MONDAY)) == [
        "update Tue 03 Mar 08:30 agreed_often",
        "corrections Thu 05 Mar 08:30 silence",
        "dip Fri 20 Mar 08:30 dip",
        "promise Tue 31 Mar 08:30 day_near",
        "look_back Wed 01 Apr 08:30 look_back",
        "promise Thu 02 Apr 08:30 day_come",  # the last working day before the free one
        "look_back Mon 01 Jun 08:30 look_back",
    ]


@pytest.mark.parametrize("agreed", [True, False])
def test_referrals_are_asked_for_when_they_were_agreed_on(agreed: bool) -> None:
    """M5.2."""
    asked = ReferralFacts(agreed=agreed, earned_at=MONDAY)
    found = due_reminders(replace(A_DEAL, stage=Stage.COMPLETED, referral=asked), True, BERLIN, BOOK, MONDAY)
    assert (said(found)[0] == "referral_due Tue 03 Mar 08:30 earned") == agreed


@pytest.mark.parametrize(
    ("stage", "facts", "expected"),
    [
        # Not earned: nothing is asked for, whatever was agreed, planned or said.
        (Stage.COMPLETED, ReferralFacts(agreed=True), []),
        (Stage.COMPLETED, ReferralFacts(agreed=True, meeting_at=MONDAY), []),
        (Stage.DELIVERING, ReferralFacts(praised_at=MONDAY), []),
        (Stage.COMPLETED, ReferralFacts(asked_at=MONDAY, not_now_at=MONDAY), []),
        # Earned later than completed, or than praised: the next working morning.
        (
            Stage.COMPLETED,
            ReferralFacts(agreed=True, earned_at=MONDAY + 9 * A_DAY),
            ["referral_due Thu 12 Mar 08:30 earned"],
        ),
        (
            Stage.DELIVERING,
            ReferralFacts(praised_at=MONDAY, earned_at=MONDAY),
            ["referral_due Tue 03 Mar 08:30 praised"],
        ),
        # Answers come back; declined and named do not.
        (
            Stage.COMPLETED,
            ReferralFacts(earned_at=MONDAY, asked_at=MONDAY, not_now_at=MONDAY),
            ["referral_again Mon 30 Mar 08:30 not_now"],
        ),
        (
            Stage.COMPLETED,
            ReferralFacts(earned_at=MONDAY, asked_at=MONDAY, thinking=True),
            ["referral_again Mon 09 Mar 08:30 thinking"],
        ),
        (Stage.COMPLETED, ReferralFacts(agreed=True, earned_at=MONDAY, asked_at=MONDAY), []),
        # "Not now" to the promise, on the call: nothing has to be earned to ask for it again.
        (Stage.RECAPPED, ReferralFacts(not_now_at=MONDAY), ["referral_again Mon 30 Mar 08:30 not_now"]),
        (
            Stage.COMPLETED,
            ReferralFacts(agreed=True, earned_at=MONDAY, meeting_at=MONDAY + timedelta(hours=26)),
            [
                "referral_soon Tue 03 Mar 10:45 meeting_before",
                "referral_over Tue 03 Mar 11:30 meeting_after",
                "referral_over Tue 10 Mar 08:30 meeting_after",  # asked once more, if nobody answered
            ],
        ),
        (Stage.COMPLETED, ReferralFacts(waiting_since=MONDAY), ["referral_slot Mon 09 Mar 08:30 not_moved"]),
    ],
)
def test_referrals_are_asked_for_once_they_are_earned(stage: Stage, facts: ReferralFacts, expected: list[str]) -> None:
    """M5.2, M10.8."""
    deal = replace(A_DEAL, stage=stage, referral=facts)
    found = [each for each in due_reminders(deal, True, BERLIN, BOOK, MONDAY) if each.kind in REFERRAL_KINDS]
    assert said(found) == expected


def test_a_workspace_overrides_the_cadence() -> None:
    own = cadence_with({"call_not_made": {"fresh_hours": 1}, "person": {"hours": "10:00-16:00"}})
    work = WorkingTime.default(BERLIN.local, own)
    assert said(due_reminders(A_DEAL, True, work, own, MONDAY))[0] == "reminder Mon 02 Mar 11:00 hours"
