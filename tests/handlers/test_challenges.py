"""Challenges from the log to the customer's word that it is solved, their reminders, and compliments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy.orm import Session

from bot.slack.mrkdwn import SlackMarkup
from bot.ui.texts import Texts
from bot.views import challenges as view
from bot.views import reminders
from handlers.call.call_screens import record_screen
from handlers.challenges import challenge_list, log, praise, steps
from handlers.challenges.challenge_list import ChallengesRequest
from handlers.challenges.log import ChallengeInMessage, ChallengeLogged, ChallengeTyped
from handlers.challenges.praise import PraiseSaved, PraiseTyped
from handlers.challenges.steps import ChallengeRequest, StepRequest, StepSaved
from handlers.deal.planning import advance
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.method.challenges import ChallengeState, How, Step
from handlers.method.reminders_due import CHALLENGE_KINDS, Kind
from handlers.method.stages import Stage
from handlers.requests import DealRequest
from handlers.screens.challenges import ChallengeFacts, ChallengeStepForm
from handlers.screens.reminders import Digest, Nudge
from prompts.playbook import playbook
from storage import deals, workspaces
from storage.models import Challenge, ChallengeStep, Compliment, Deal, OutboxRow
from storage.tenant_move import move_deals
from tests.handlers.test_reminders import planned, sweep
from tests.handlers.world import ANNA, BEN, ELSEWHERE, MONDAY_NOON, WORKSPACE, World
from tests.wording import fixed_part

R = TypeVar("R")
TUESDAY_NINE = MONDAY_NOON + timedelta(hours=21)
SLACK = Texts(SlackMarkup(), "/firstcall")
DELAYS = "Tell us about any delay within 4 hours"
KINDS = tuple(sorted(CHALLENGE_KINDS))


def a_deal(world: World, *expectations: str, customer: str = "Northwind Dental") -> int:
    deal = world.a_deal(customer)
    world.capture(deal, "\n".join(expectations or (DELAYS,)), "40 seats")
    world.agree_to_all(deal)
    world.wrap_up(deal)
    world.send_recap(deal)
    world.now = TUESDAY_NINE
    sweep(world)
    return deal


def logged(
    world: World,
    deal: int,
    what: str = "The scanner arrives late.",
    *,
    severity: int = 2,
    whose: str = "ours",
    when: str = "",
    challenge: int = 0,
    event: str | None = None,
    person: str = ANNA,
) -> ChallengeFacts:
    caller = world.caller(person, event=event)
    request = ChallengeLogged(caller, deal, what, str(severity), whose, when, challenge_id=challenge)
    return world.do(log.save, request).challenge


def took(world: World, challenge: int, step: Step, how: How | None = None, event: str | None = None) -> ChallengeFacts:
    return world.do(steps.take, StepRequest(world.caller(event=event), challenge, step, how)).challenge


def saved(world: World, challenge: int, step: Step, **entered: str) -> ChallengeFacts:
    return world.do(steps.save, StepSaved(world.caller(), challenge, step, **entered)).challenge


def confirmed(world: World, deal: int, **how: Any) -> ChallengeFacts:
    shown = logged(world, deal, **how)
    took(world, shown.id, Step.TOLD, How.PHONE)
    saved(world, shown.id, Step.SOLVED, words="A spare scanner is there.")
    return took(world, shown.id, Step.CONFIRMED)


# --- the clock ---


def test_the_customers_own_agreement_sets_the_time(world: World) -> None:
    """M3.5, M7.2: the strictest of what they agreed to about problems; how soon those are mended is another promise."""
    deal = a_deal(world, DELAYS, "Any outage reported within 2 hours", "Every fault repaired within 1 hour")
    shown = logged(world, deal, severity=1)
    assert shown.tell_by == world.now + timedelta(hours=2)
    assert shown.agreed == "Any outage reported within 2 hours"


@pytest.mark.parametrize(("severity", "hours"), [(1, 24), (2, 8), (3, 2)])
def test_without_one_the_severity_sets_it(world: World, severity: int, hours: int) -> None:
    """M10.10."""
    shown = logged(world, a_deal(world, "A call every Friday"), severity=severity)
    assert (shown.tell_by - shown.discovered_at, shown.agreed) == (timedelta(hours=hours), "")


def test_it_runs_from_the_discovery_that_the_rep_says(world: World) -> None:
    world.now = TUESDAY_NINE
    deal = a_deal(world)
    world.advance(hours=3)
    shown = logged(world, deal, when="this morning 9:30")
    assert (f"{shown.discovered_at:%H:%M}", f"{shown.tell_by:%H:%M}") == ("09:30", "13:30")
    with pytest.raises(InvalidEntryError, match="when_to_come"):
        logged(world, deal, when="tomorrow 9:00")


def test_business_hours_are_hours_of_work(world: World) -> None:
    deal = a_deal(world, "Tell us about problems within 4 business hours")
    world.advance(hours=7)  # 16:00, work ends at 18:00
    shown = logged(world, deal)
    assert f"{shown.tell_by:%a %H:%M}" == "Wed 10:30"


# --- reminders ---


def test_the_rep_is_reminded_at_half_time_and_before_the_end(world: World) -> None:
    deal = a_deal(world)
    challenge = logged(world, deal)
    assert planned(world, *KINDS)[:2] == ["challenge_half Tue 03 11:00", "challenge_end Tue 03 12:30"]

    world.advance(hours=2)
    (nudge,) = sweep(world)
    assert isinstance(nudge, Nudge)
    assert nudge.challenge is not None
    message = view.reminder(nudge.challenge, SLACK)
    assert challenge.line is not None
    assert challenge.line.say in message.components[1].text  # type: ignore[union-attr]


def test_an_answer_ends_the_reminders_and_takes_the_buttons_of_the_sent_one(world: World) -> None:
    deal = a_deal(world)
    challenge = logged(world, deal)
    world.advance(hours=2)
    sweep(world)
    took(world, challenge.id, Step.TOLD, How.PHONE)
    assert not planned(world, Kind.CHALLENGE_HALF, Kind.CHALLENGE_END)
    (sent,) = [row for row in world.all(OutboxRow) if row.kind == Kind.CHALLENGE_HALF]
    assert sent.payload["retired"] == "answered"


@pytest.mark.parametrize(
    ("severity", "comes"),
    [(2, ["challenge_half Tue 03 20:00", "challenge_end Tue 03 21:30"]),
     (3, ["challenge_half Tue 03 20:00", "challenge_end Tue 03 23:30"])],
)  # fmt: skip
def test_only_the_worst_rings_at_night(world: World, severity: int, comes: list[str]) -> None:
    deal = a_deal(world, "Problems told within 8 hours")
    world.advance(hours=7)
    logged(world, deal, severity=severity)
    assert planned(world, Kind.CHALLENGE_HALF, Kind.CHALLENGE_END) == comes


def test_with_time_until_the_next_working_hour_it_waits(world: World) -> None:
    deal = a_deal(world, "Problems told within 24 hours")
    world.advance(hours=8)  # 17:00
    logged(world, deal, severity=3)
    assert planned(world, Kind.CHALLENGE_HALF, Kind.CHALLENGE_END) == [
        "challenge_half Wed 04 08:30",
        "challenge_end Wed 04 16:30",
    ]


def test_what_is_solved_is_called_back_on_the_next_working_morning(world: World) -> None:
    """M10.9; "Not yet" opens it again."""
    deal = a_deal(world)
    challenge = logged(world, deal)
    took(world, challenge.id, Step.TOLD, How.PHONE)
    saved(world, challenge.id, Step.SOLVED, words="A spare scanner is there.")
    world.now = datetime.fromisoformat("2026-03-04T08:30:00+00:00")
    (digest,) = sweep(world)
    assert isinstance(digest, Digest)
    assert [item.challenge.state for item in digest.items if item.challenge] == ["solved"]

    assert took(world, challenge.id, Step.REOPENED).state is ChallengeState.REOPENED
    saved(world, challenge.id, Step.SOLVED, words="Another one came.")
    assert took(world, challenge.id, Step.CONFIRMED).state is ChallengeState.CONFIRMED
    assert not planned(world, *KINDS)


def test_the_mornings_question_is_a_line_of_the_list(world: World) -> None:
    first, second = a_deal(world), a_deal(world, customer="Alpine Toys")
    for deal in (first, second):
        took(world, logged(world, deal).id, Step.TOLD, How.EMAIL)
    world.now = datetime.fromisoformat("2026-03-04T08:30:00+00:00")
    (digest,) = sweep(world)
    assert isinstance(digest, Digest)
    assert [item.challenge.state for item in digest.items if item.challenge] == ["told", "told"]


@pytest.mark.parametrize("stage", [Stage.CANCELLED, Stage.LOST])
def test_a_deal_that_ends_ends_its_reminders(world: World, stage: Stage) -> None:
    deal = a_deal(world)
    challenge = logged(world, deal)

    def end(session: Session) -> None:
        found = deals.lock(session, deal)
        assert found is not None
        advance(session, found, stage, None, world.now)

    world.write(end)
    assert not planned(world, *KINDS)
    assert world.card(deal).challenges is None
    with pytest.raises(NotNowError):
        took(world, challenge.id, Step.TOLD, How.PHONE)


# --- steps ---


def test_it_is_recorded_whether_the_customer_heard_in_time(world: World) -> None:
    deal = a_deal(world)
    in_time, late = logged(world, deal), logged(world, deal, "Two boxes are missing")
    assert took(world, in_time.id, Step.TOLD, How.PHONE).told_in_time is True
    world.advance(hours=5)
    assert world.card(deal).challenges is not None
    assert took(world, late.id, Step.TOLD, How.CHAT).told_in_time is False


def test_what_was_told_earlier_counts_as_told_then(world: World) -> None:
    deal = a_deal(world)
    challenge = logged(world, deal)
    world.advance(hours=6)
    told = saved(world, challenge.id, Step.TOLD, how="visit", when="today 12:00")
    assert (told.told_in_time, told.steps[0].how) == (True, How.VISIT)
    with pytest.raises(InvalidEntryError, match="too_early"):
        saved(world, challenge.id, Step.UPDATED, how="phone", words="It ships", when="today 11:00")


def test_a_second_tap_tells_nothing_twice(world: World) -> None:
    challenge = logged(world, a_deal(world))
    took(world, challenge.id, Step.TOLD, How.PHONE, event="tap")
    took(world, challenge.id, Step.TOLD, How.PHONE, event="tap")
    assert len(took(world, challenge.id, Step.TOLD, How.EMAIL).steps) == 1


def test_each_update_is_kept_with_its_words(world: World) -> None:
    challenge = logged(world, a_deal(world))
    took(world, challenge.id, Step.TOLD, How.PHONE)
    for words in ("It ships on Friday", "It has left the plant"):
        world.advance(minutes=1)
        shown = saved(world, challenge.id, Step.UPDATED, how="email", words=words)
    assert [step.words for step in shown.steps] == ["", "It ships on Friday", "It has left the plant"]
    with pytest.raises(InvalidEntryError):
        saved(world, challenge.id, Step.SOLVED, words=" ")


def test_one_that_was_logged_by_mistake_is_withdrawn_before_they_are_told(world: World) -> None:
    deal = a_deal(world)
    challenge = logged(world, deal)
    assert took(world, challenge.id, Step.WITHDRAWN).state is ChallengeState.WITHDRAWN
    assert not planned(world, *KINDS)
    assert world.card(deal).challenges is None
    told = logged(world, deal)
    took(world, told.id, Step.TOLD, How.PHONE)
    assert took(world, told.id, Step.WITHDRAWN).state is ChallengeState.TOLD


def test_each_mistake_has_its_words(world: World) -> None:
    """M7.2: own it and propose; save face; facts. The name and the thing stand in the line."""
    deal = a_deal(world)
    scripts = playbook().challenges.scripts
    for whose in ("ours", "theirs", "nobody"):
        line = logged(world, deal, whose=whose).line
        assert line is not None
        assert line.advice == scripts[whose].advice
        assert "The scanner arrives late" in line.say
        assert "Olga" in line.say
        assert "{{" not in line.say


def test_only_the_rep_answers_for_it(world: World) -> None:
    """M7.1."""
    deal = a_deal(world)
    challenge = logged(world, deal)
    with pytest.raises(NotYoursError):
        logged(world, deal, person=BEN)
    for handler, request in (
        (steps.show, ChallengeRequest(world.caller(BEN), challenge.id)),
        (steps.take, StepRequest(world.caller(BEN), challenge.id, Step.TOLD, How.PHONE)),
    ):
        with pytest.raises(NotYoursError):
            world.do(handler, request)  # type: ignore[arg-type]


def test_a_step_that_was_taken_elsewhere_has_no_form(world: World) -> None:
    challenge = logged(world, a_deal(world))
    form = world.do(steps.ask, StepRequest(world.caller(), challenge.id, Step.TOLD))
    assert isinstance(form, ChallengeStepForm)
    took(world, challenge.id, Step.TOLD, How.PHONE)
    assert not isinstance(world.do(steps.ask, StepRequest(world.caller(), challenge.id, Step.TOLD)), ChallengeStepForm)


# --- the form ---


def test_nothing_is_stored_before_the_rep_confirms_it(world: World) -> None:
    deal = a_deal(world)
    before = world.all_rows()
    said = "Northwind Dental is furious, the scanner is late"
    form = world.do(log.ask_about_message, ChallengeInMessage(world.caller(event=""), said))
    assert (form.deal_id, form.what) == (deal, said)
    assert world.all_rows() == before


def test_the_command_takes_the_customer_and_the_words(world: World) -> None:
    deal, other = a_deal(world), a_deal(world, customer="Northwind Toys")

    def asked(typed: str) -> tuple[int, str, int]:
        form = world.do(log.ask_typed, ChallengeTyped(world.caller(event=""), typed))
        return form.deal_id, form.what, len(form.deals)

    assert asked("northwind dental the scanner is late") == (deal, "the scanner is late", 2)
    assert asked("Northwind Toys: two boxes missing") == (other, "two boxes missing", 2)
    assert asked("northwind the scanner is late") == (0, "the scanner is late", 2)
    assert asked("") == (0, "", 2)
    assert asked("the scanner is late") == (0, "the scanner is late", 2)


def test_before_the_call_there_is_nothing_to_log(world: World) -> None:
    deal = world.a_deal()
    with pytest.raises(NotNowError):
        world.do(log.ask_typed, ChallengeTyped(world.caller(), "northwind"))
    with pytest.raises(NotNowError):
        logged(world, deal)


def test_a_form_that_was_changed_and_sent_again_makes_one_challenge(world: World) -> None:
    deal = a_deal(world)
    for what, content in (("The scanner is late", "a"), ("The scanner is two days late", "b")):
        world.advance(seconds=5)
        caller = replace(world.caller(event="form"), content=content)
        world.do(log.save, ChallengeLogged(caller, deal, what, "1", "ours", ""))
    assert [row.what for row in world.all(Challenge)] == ["The scanner is two days late"]


@pytest.mark.parametrize("step", [Step.UPDATED, Step.SOLVED])
def test_a_step_that_was_changed_and_sent_again_is_one_step_with_the_last_words(world: World, step: Step) -> None:
    shown = logged(world, a_deal(world))
    took(world, shown.id, Step.TOLD, How.PHONE)
    for words, content in (("Half of it is in", "a"), ("All of it is in", "b"), ("All of it is in", "b")):
        world.advance(seconds=5)
        caller = replace(world.caller(event="form"), content=content)
        world.do(steps.save, StepSaved(caller, shown.id, step, how="phone", words=words))

    took(world, shown.id, Step.SOLVED if step is Step.UPDATED else Step.CONFIRMED)
    caller = replace(world.caller(event="form"), content="c")  # too late: something has followed
    world.do(steps.save, StepSaved(caller, shown.id, step, how="phone", words="None of it is in"))

    assert [row.words for row in world.all(ChallengeStep) if row.step == step and row.words] == ["All of it is in"]


def test_a_corrected_discovery_moves_the_clock_and_its_reminders(world: World) -> None:
    deal = a_deal(world)
    world.advance(hours=1)
    challenge = logged(world, deal)
    assert planned(world, Kind.CHALLENGE_END) == ["challenge_end Tue 03 13:30"]
    form = world.do(log.ask_correction, ChallengeRequest(world.caller(), challenge.id))
    changed = logged(world, deal, form.what, when="this morning 9:30", challenge=challenge.id)
    assert f"{changed.tell_by:%H:%M}" == "13:30"
    assert planned(world, Kind.CHALLENGE_END) == ["challenge_end Tue 03 13:00"]
    assert world.actions(deal)[-1] == "challenge_corrected"
    unchanged = logged(world, deal, form.what, when="Tue 3 Mar 09:30", challenge=challenge.id)
    assert unchanged.discovered_at == changed.discovered_at


# --- the list, the card, the record ---


def test_the_most_urgent_comes_first(world: World) -> None:
    deal = a_deal(world, "A call every Friday")
    mild, worst = logged(world, deal, severity=1), logged(world, deal, severity=3)
    told = logged(world, deal, severity=2)
    took(world, told.id, Step.TOLD, How.PHONE)
    confirmed(world, deal)
    screen = world.do(challenge_list.show, ChallengesRequest(world.caller()))
    assert [each.id for each in screen.challenges] == [worst.id, mild.id, told.id]
    card = world.card(deal).challenges
    assert card is not None
    assert (card.count, card.challenge_id) == (3, worst.id)


def test_the_record_and_the_timeline_show_it(world: World) -> None:
    deal = a_deal(world)
    challenge = confirmed(world, deal)
    world.do(praise.save, PraiseSaved(world.caller(), deal, "Best crew we've had", "Olga Petrova", ""))
    record = world.read(lambda session: record_screen(session, session.get_one(Deal, deal), world.now))
    assert [(each.id, each.state, each.told_in_time) for each in record.challenges] == [
        (challenge.id, ChallengeState.CONFIRMED, True)
    ]
    assert [each.words for each in record.praise] == ["Best crew we've had"]
    assert world.actions(deal)[-5:] == [
        "challenge_logged",
        "challenge_told",
        "challenge_solved",
        "challenge_confirmed",
        "complimented",
    ]


# --- compliments ---


def test_a_compliment_is_kept_with_who_and_when(world: World) -> None:
    """M5: the best moment to ask for a referral; `referrals` reads the row that the audit log names."""
    deal = a_deal(world)
    form = world.do(praise.ask_typed, PraiseTyped(world.caller(), "northwind best crew we've had"))
    assert (form.deal_id, form.words, form.contacts) == (deal, "best crew we've had", ("Olga Petrova",))
    world.do(praise.save, PraiseSaved(world.caller(), deal, form.words, "Olga Petrova", "yesterday 16:00"))
    (row,) = world.all(Compliment)
    assert (row.deal_id, row.contact, row.words, f"{row.said_at:%a %H:%M}") == (
        deal, "Olga Petrova", "best crew we've had", "Mon 16:00",
    )  # fmt: skip
    (entry,) = [entry for entry in world.all_rows()["audit_log"] if entry.action == "complimented"]
    assert entry.detail == {"compliment": row.id}
    with pytest.raises(InvalidEntryError):
        world.do(praise.save, PraiseSaved(world.caller(), deal, " ", "", ""))


@pytest.mark.parametrize("handler", [log.ask, praise.ask])
def test_the_card_opens_the_form_of_its_deal(world: World, handler: Callable[..., Any]) -> None:
    deal, _ = a_deal(world), a_deal(world, customer="Alpine Toys")
    form = world.do(handler, DealRequest(world.caller(), deal))
    assert (form.deal_id, form.deals[0].id) == (deal, deal)


def test_the_countdown_stands_below_the_deals_line_in_the_digest(world: World) -> None:
    deal = a_deal(world)
    logged(world, deal)
    digest = Digest((Nudge(world.card(deal), Kind.LOOK_BACK, days=30),), total=1)
    shown = str(reminders.digest(digest, SLACK).components)
    assert fixed_part("challenge.card_to_tell") in shown


def test_two_workspaces_that_are_merged_keep_it(world: World) -> None:
    deal = world.an_aligned_deal()
    took(world, logged(world, deal).id, Step.TOLD, How.PHONE)
    world.do(praise.save, PraiseSaved(world.caller(), deal, "Best crew", "", ""))

    def move(session: Session, _request: None, now: datetime) -> int:
        source = workspaces.get_or_create_tenant(session, "slack", WORKSPACE, now)
        target = workspaces.get_or_create_tenant(session, "slack", ELSEWHERE, now)
        move_deals(session, source, target, [ANNA], now)
        return target.id

    target = world.do(move, None)
    rows = [*world.all(Challenge), *world.all(ChallengeStep), *world.all(Compliment)]
    assert [row.tenant_id for row in rows] == [target] * 3
