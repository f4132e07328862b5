"""Referrals: closed until they are earned, asked for in a meeting of their own, followed one by one (M5.2, M10.8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from handlers.deal.planning import plan_reminders
from handlers.deal.referral_counts import counts_of
from handlers.deal.reminder_facts import referral_facts
from handlers.deal.tracked_promises import promises_of
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError, Refusal
from handlers.method.promise_outcomes import PromiseState, outcome_of
from handlers.method.referrals import AskState, ReferralStep
from handlers.method.reminders_due import REFERRAL_KINDS, Kind
from handlers.referrals import asking, export, named, page
from handlers.referrals.asking import AskAnswered, MeetingChosen, MeetingTyped
from handlers.referrals.named import ReferralMove, ReferralRequest, ReferralSaved
from handlers.screens.call import ReferralScreen
from handlers.screens.referrals import ReferralsScreen
from handlers.screens.reminders import Digest, Nudge
from storage import audit_log
from storage.models import Deal, Person, PromiseOutcome, Referral, ReferralAgreement, ReferralAsk
from tests.handlers.test_reminders import planned, rows, sweep
from tests.handlers.world import ANNA, BEN, World


def a_completed_deal(world: World, *, kept: bool = True) -> int:
    deal = world.a_recapped_deal()
    if kept:
        world.keep_promises(deal)
    world.complete(deal)
    return deal


def show(world: World, deal: int, person: str = ANNA) -> ReferralsScreen:
    return world.click(page.show, deal, person)


def asked(
    world: World, deal: int, answer: str = "names", names: str = "Jo Miller\nKim Lee", **who: str
) -> ReferralsScreen:
    return world.do(asking.save_asked, AskAnswered(world.caller(**who), deal, answer, names))


def move(
    world: World,
    deal: int,
    number: int,
    step: ReferralStep = ReferralStep.INTRODUCED,
    *,
    back: bool = False,
    **who: str,
) -> ReferralsScreen:
    handler = named.take_back if back else named.move
    return world.do(handler, ReferralMove(world.caller(**who), deal, number, step))


def save(
    world: World, deal: int, name: str, number: int = 0, how: str = "", introduction: str = "", **who: str
) -> ReferralsScreen:
    request = ReferralSaved(world.caller(**who), deal, number, name, how, introduction)
    return world.do(named.save, request)


def praise(world: World, deal: int) -> None:
    """What the room of the challenges records."""

    def record(session: Session) -> None:
        audit_log.record(session, deal, None, "complimented", world.now)
        session.flush()
        plan_reminders(session, session.get_one(Deal, deal), world.now)

    world.write(record)


def told(world: World) -> list[Kind]:
    """Send what is due: the kinds of the lines about referrals, alone or in a list."""
    found = [each for each in sweep(world) if isinstance(each, Nudge | Digest)]
    lines = [line for each in found for line in (each.items if isinstance(each, Digest) else (each,))]
    return [line.kind for line in lines if line.kind in REFERRAL_KINDS]


def unanswered(world: World) -> list[str]:
    """The lines about referrals, of messages that were sent, that still have their buttons."""
    found = []
    for row in rows(world):
        items = row.payload.get("items") or [{"kind": row.kind}]
        if row.state == "sent" and "retired" not in row.payload:
            found += [item["kind"] for n, item in enumerate(items) if n not in row.payload.get("settled", ())]
    return [kind for kind in found if kind in REFERRAL_KINDS]


def of_referrals(world: World) -> list[str]:
    return planned(world, *REFERRAL_KINDS)


# --- the gate ---


def test_what_was_agreed_is_tracked_in_reading_order(world: World) -> None:
    deal = world.a_recapped_deal()
    world.keep_promises(deal, "exceeded", "missed", reason="delivery")

    found = world.read(lambda session: promises_of(session, session.get_one(Deal, deal)))

    assert [(each.wording, each.state) for each in found] == [
        ("A call every Friday", PromiseState.EXCEEDED),
        ("Go-live by 1 May", PromiseState.MISSED),
        ("Check-in in 2 minutes", PromiseState.KEPT),
        ("40 seats", PromiseState.KEPT),
    ]
    assert [each.due and each.due.isoformat() for each in found] == [None, "2026-05-01", None, None]


@pytest.mark.parametrize(
    ("states", "said_by", "gaps"),
    [
        (("missed",), "customer", ["missed"]),
        ((), "us", ["kept"] * 4),
        (None, "", ["pending"] * 4),
    ],
)
def test_the_ask_stays_closed_and_says_what_is_missing(
    world: World, states: tuple[str, ...] | None, said_by: str, gaps: list[str]
) -> None:
    """M5.2: a missed promise, one that nobody spoke of, and one that only we say we kept."""
    deal = world.a_recapped_deal()
    if states is not None:
        world.keep_promises(deal, *states, said_by=said_by)
    world.complete(deal)

    screen = show(world, deal)

    assert screen.state is AskState.CLOSED
    assert [each.state for each in screen.gaps] == gaps
    assert of_referrals(world) == []
    for handler in (asking.show_times, asking.show_asked):
        with pytest.raises(NotNowError, match="referrals_closed"):
            world.click(handler, deal)
    with pytest.raises(NotNowError, match="referrals_closed"):
        world.do(asking.save_typed, MeetingTyped(world.caller(), deal, "tomorrow 10"))
    with pytest.raises(NotNowError, match="referrals_closed"):
        asked(world, deal)
    assert world.all(ReferralAsk) == []
    assert world.all(Referral) == []


def test_a_promise_that_is_missed_later_closes_the_ask_again(world: World) -> None:
    deal = a_completed_deal(world)
    world.do(asking.save_typed, MeetingTyped(world.caller(), deal, "Fri 14:00"))
    assert show(world, deal).state is AskState.PLANNED
    assert of_referrals(world) == [
        "referral_soon Fri 06 13:45",
        "referral_over Fri 06 14:30",
        "referral_over Fri 13 08:30",
    ]

    world.keep_promises(deal, "missed", last=True, reason="delivery")

    assert show(world, deal).state is AskState.CLOSED
    assert of_referrals(world) == []

    world.keep_promises(deal, "kept", last=True)
    assert show(world, deal).state is AskState.PLANNED
    assert of_referrals(world) == [
        "referral_soon Fri 06 13:45",
        "referral_over Fri 06 14:30",
        "referral_over Fri 13 08:30",
    ]


def test_a_reminder_that_waits_while_a_promise_is_missed_is_not_sent(world: World) -> None:
    """What is planned is looked at again when it is sent."""
    deal = a_completed_deal(world)

    def miss_silently(session: Session) -> None:
        found = promises_of(session, session.get_one(Deal, deal))
        first = {"statement_id": found[0].statement_id, "version": 1, "recorded_by": 1, "at": world.now}
        session.add(PromiseOutcome(**first, state="missed", said_by="customer"))

    world.write(miss_silently)
    world.advance(days=1)
    assert told(world) == []
    assert [row.reason for row in rows(world, Kind.REFERRAL)] == ["the referrals are not earned"]


def test_it_is_earned_exactly_when_the_reminders_say_so(world: World) -> None:
    """The plan of reminders and the page look at the same promises."""
    deal = world.a_recapped_deal()
    for state, said_by in (("missed", "customer"), ("kept", "us"), ("exceeded", "customer"), ("kept", "customer")):
        world.keep_promises(deal, state, said_by=said_by)

        def both(session: Session) -> tuple[bool, bool]:
            row = session.get_one(Deal, deal)
            return outcome_of(promises_of(session, row)).earned, referral_facts(session, row).earned_at is not None

        earned, planned_as = world.read(both)
        assert earned == planned_as == (state != "missed" and said_by == "customer")


# --- asking ---


def test_on_completion_the_rep_asks_and_follows_three_names(world: World) -> None:
    """The whole path: reminded, planned, asked, three introductions, one won."""
    deal = a_completed_deal(world)
    assert of_referrals(world) == ["referral_due Tue 03 08:30"]
    world.advance(days=1)
    assert told(world) == unanswered(world) == [Kind.REFERRAL]

    screen = show(world, deal)
    assert screen.state is AskState.READY
    assert screen.words.startswith("Olga, ")
    assert "five people" in screen.words
    assert "a clinic that takes our call" in screen.words
    offers = world.click(asking.show_times, deal).offers
    world.do(asking.choose_time, MeetingChosen(world.caller(), deal, offers[0].at))
    assert unanswered(world) == []

    world.now = offers[0].at.astimezone(UTC) - timedelta(minutes=15)
    assert told(world) == [Kind.REFERRAL_SOON]
    world.advance(minutes=30)
    screen = asked(world, deal, names="- Jo Miller\n• Kim Lee\n\nJO MILLER\nSam Ortiz")

    assert [each.name for each in screen.referrals] == ["Jo Miller", "Kim Lee", "Sam Ortiz"]
    assert screen.state is AskState.NAMED
    assert [row.state for row in rows(world, Kind.REFERRAL_OVER)] == ["cancelled", "cancelled"]
    jo, kim, _ = (each.id for each in screen.referrals)
    for step in (ReferralStep.INTRODUCED, ReferralStep.MET, ReferralStep.WON):
        world.advance(days=1)
        screen = move(world, deal, jo, step)
    move(world, deal, kim, ReferralStep.DROPPED)

    screen = show(world, deal)
    assert asdict(screen.counts) == {"agreed": 5, "got": 3, "introduced": 1, "met": 1, "won": 1}
    assert [each.name for each in screen.referrals] == ["Sam Ortiz", "Jo Miller", "Kim Lee"]
    assert "Jo" in screen.referrals[1].thanks
    counted = ("referral_planned", "referral_asked", "referral_named", "referral_step")
    assert [world.actions(deal).count(each) for each in counted] == [1, 1, 3, 4]


def test_a_compliment_is_the_best_moment_once_it_is_earned(world: World) -> None:
    deal = world.a_recapped_deal()
    praise(world, deal)
    assert of_referrals(world) == []

    world.advance(days=2)
    world.keep_promises(deal)

    assert of_referrals(world) == ["referral_due Thu 05 08:30"]


@pytest.mark.parametrize(
    ("answer", "state", "comes_back"),
    [
        ("thinking", AskState.THINKING, ["referral_again Mon 09 08:30"]),
        ("not_now", AskState.NOT_NOW, ["referral_again Mon 30 08:30"]),
        ("declined", AskState.DECLINED, []),
    ],
)
def test_each_answer_comes_back_when_it_should(
    world: World, answer: str, state: AskState, comes_back: list[str]
) -> None:
    deal = a_completed_deal(world)

    screen = asked(world, deal, answer, "")

    assert (screen.state, screen.answered_at) == (state, world.now)
    assert of_referrals(world) == comes_back


@pytest.mark.parametrize(
    ("handler", "state", "planned_then"),
    [
        (asking.answer_not_now, AskState.NOT_NOW, 1),
        (asking.answer_declined, AskState.DECLINED, 0),
    ],
)
def test_not_now_comes_back_and_its_buttons_answer_it(
    world: World, handler: Callable[..., object], state: AskState, planned_then: int
) -> None:
    deal = a_completed_deal(world)
    asked(world, deal, "not_now", "")
    world.now = datetime(2026, 3, 30, 8, 30, tzinfo=UTC)
    assert told(world) == unanswered(world) == [Kind.REFERRAL_AGAIN]
    assert isinstance(world.click(asking.ask_again, deal), ReferralsScreen)

    world.click(handler, deal)

    assert show(world, deal).state is state
    assert len(of_referrals(world)) == planned_then
    assert unanswered(world) == []


def test_before_it_is_earned_not_now_is_about_the_promise_itself(world: World) -> None:
    """M5.1: on a running deal the same buttons answer the ask of the call."""
    deal = world.a_deal()
    world.capture(deal)
    world.agree_to_all(deal)
    world.wrap_up(deal, outcome="not_now")
    world.send_recap(deal)
    assert of_referrals(world) == ["referral_again Mon 30 08:30"]
    world.now = datetime(2026, 3, 30, 8, 30, tzinfo=UTC)
    sweep(world)
    assert isinstance(world.click(asking.ask_again, deal), ReferralScreen)

    world.click(asking.answer_not_now, deal)
    world.click(asking.answer_declined, deal)

    assert [each.outcome for each in world.all(ReferralAgreement)] == ["not_now", "not_now", "declined"]
    assert world.all(ReferralAsk) == []
    assert of_referrals(world) == []


def test_a_meeting_is_moved_and_cleared(world: World) -> None:
    deal = a_completed_deal(world)
    world.do(asking.save_typed, MeetingTyped(world.caller(), deal, "Fri 14:00"))
    world.do(asking.save_typed, MeetingTyped(world.caller(), deal, "Fri 14:00"))
    screen = world.do(asking.save_typed, MeetingTyped(world.caller(), deal, "Fri 15:00"))
    assert screen.meeting == "Fri 6 Mar 15:00"
    assert of_referrals(world) == [
        "referral_soon Fri 06 14:45",
        "referral_over Fri 06 15:30",
        "referral_over Fri 13 08:30",
    ]

    assert world.click(asking.clear_time, deal).state is AskState.READY
    world.click(asking.clear_time, deal)

    assert [each.step for each in world.all(ReferralAsk)] == ["planned", "planned", "cleared"]
    assert of_referrals(world) == ["referral_due Tue 03 08:30"]


@pytest.mark.parametrize("typed", ["", "yesterday", "soon"])
def test_a_time_that_cannot_be_read_is_refused(world: World, typed: str) -> None:
    deal = a_completed_deal(world)
    with pytest.raises(InvalidEntryError):
        world.do(asking.save_typed, MeetingTyped(world.caller(), deal, typed))
    with pytest.raises(NotNowError, match="when_past"):
        world.do(asking.choose_time, MeetingChosen(world.caller(), deal, world.now))


@pytest.mark.parametrize(
    ("answer", "names", "field"),
    [
        ("", "", "answer"),
        ("perhaps", "Jo", "answer"),
        ("names", " \n - \n", "names"),
        ("names", "x" * 121, "names"),
        ("names", "\n".join(map(str, range(51))), "names"),
    ],
)
def test_an_answer_that_is_incomplete_is_refused(world: World, answer: str, names: str, field: str) -> None:
    deal = a_completed_deal(world)
    with pytest.raises(InvalidEntryError) as refused:
        asked(world, deal, answer, names)
    assert refused.value.field == field
    assert world.all(Referral) == []


# --- following each one ---


def test_a_name_is_added_before_anything_is_earned(world: World) -> None:
    """A customer may name somebody at any time; only asking has to be earned."""
    deal = world.an_aligned_deal()
    save(world, deal, "  Jo   Miller ", how="From the trade fair", introduction="An email on Monday")
    (row,) = show(world, deal).referrals
    assert (row.name, row.how_known, row.introduction) == ("Jo Miller", "From the trade fair", "An email on Monday")


def test_a_person_can_be_corrected_and_removed_with_all_that_is_kept(world: World) -> None:
    deal = a_completed_deal(world)
    asked(world, deal)
    jo, kim = (each.id for each in show(world, deal).referrals)
    save(world, deal, "Joanna Miller", jo, "Sisters")
    form = world.do(named.ask_edit, ReferralRequest(world.caller(), deal, jo))
    assert (form.name, form.how_known) == ("Joanna Miller", "Sisters")
    with pytest.raises(InvalidEntryError, match="referral_twice"):
        save(world, deal, "kim LEE", jo)

    save(world, deal, " ", jo)

    assert [each.id for each in world.all(Referral)] == [kim]
    everything = str({name: found for name, found in world.all_rows().items() if name != "people"})
    assert "Joanna" not in everything
    with pytest.raises(NotNowError, match="no_such_referral"):
        move(world, deal, jo)


def test_an_introduction_that_waits_is_asked_about_once_in_the_weekly_digest(world: World) -> None:
    deal = a_completed_deal(world)
    asked(world, deal)
    jo, kim = (each.id for each in show(world, deal).referrals)
    assert of_referrals(world) == ["referral_slot Mon 09 08:30"]
    world.advance(days=1)
    move(world, deal, jo)
    assert of_referrals(world) == ["referral_slot Mon 09 08:30"]  # the other one still waits

    world.now = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    assert told(world) == unanswered(world) == [Kind.REFERRAL_SLOT]
    world.click(asking.leave_introductions, deal)

    assert of_referrals(world) == unanswered(world) == []
    world.advance(days=30)
    assert told(world) == []
    move(world, deal, kim)
    move(world, deal, jo, ReferralStep.MET)  # they move again: so does the reminder
    assert of_referrals(world) == ["referral_slot Wed 15 08:30"]


def test_a_second_tap_and_a_late_one_change_nothing(world: World) -> None:
    deal = a_completed_deal(world)
    asked(world, deal)
    jo = show(world, deal).referrals[0].id
    move(world, deal, jo)
    before = world.all_rows()["referrals"]
    world.advance(hours=1)
    move(world, deal, jo)
    assert world.all_rows()["referrals"] == before
    move(world, deal, jo, ReferralStep.MET, back=True)
    assert world.all_rows()["referrals"] == before
    assert move(world, deal, jo, back=True).referrals[0].dates.step is ReferralStep.NAMED


# --- who sees what ---


def test_only_the_deals_rep_sees_and_changes_anything(world: World) -> None:
    deal = a_completed_deal(world)
    asked(world, deal)
    jo = show(world, deal).referrals[0].id
    before = world.all_rows()
    attempts: list[Callable[[], object]] = [
        lambda: show(world, deal, BEN),
        lambda: asked(world, deal, person=BEN),
        lambda: move(world, deal, jo, person=BEN),
        lambda: save(world, deal, "", jo, person=BEN),
        lambda: world.do(named.ask_edit, ReferralRequest(world.caller(BEN), deal, jo)),
        lambda: world.do(asking.save_typed, MeetingTyped(world.caller(BEN), deal, "Fri 14:00")),
        *(
            (lambda handler=handler: world.click(handler, deal, BEN))  # type: ignore[misc]
            for handler in (
                asking.show_times,
                asking.show_asked,
                asking.ask_again,
                asking.clear_time,
                asking.answer_not_now,
                asking.answer_declined,
                asking.leave_introductions,
                named.ask_new,
            )
        ),
    ]
    for attempt in attempts:
        with pytest.raises(NotYoursError):
            attempt()
    after = world.all_rows()
    assert {name: found for name, found in after.items() if name != "people"} == {
        name: found for name, found in before.items() if name != "people"
    }


def test_another_deals_referral_cannot_be_reached_through_an_own_deal(world: World) -> None:
    deal = a_completed_deal(world)
    asked(world, deal)
    jo = show(world, deal).referrals[0].id
    other = world.an_aligned_deal("Harbor Foods")
    with pytest.raises(Refusal, match="no_such_referral"):
        move(world, other, jo)


def test_report_and_export_have_numbers_and_dates_but_no_name(world: World) -> None:
    deal = a_completed_deal(world)
    asked(world, deal)
    move(world, deal, show(world, deal).referrals[0].id)

    people = {row.id: {"id": row.external_id, "name": row.name} for row in world.all(Person)}
    counts = world.read(lambda session: counts_of(session, [deal])[deal])
    exported = str(world.read(lambda session: export.exported(session, [deal], people)))
    assert asdict(counts) == {"agreed": 5, "got": 2, "introduced": 1, "met": 0, "won": 0}
    assert "introduced" in exported
    assert "Jo" not in exported
    assert "Kim" not in exported
    assert "Jo Miller" not in str(world.all_rows()["audit_log"])
    assert "Jo Miller" not in str(world.all_rows()["outbox"])
