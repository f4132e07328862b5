"""The call ends once all is settled, objectives attested, the referral asked (M2, M5); then comes the recap (M6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.manifest import COMMAND
from bot.slack.mrkdwn import SlackMarkup
from bot.ui.texts import Texts
from bot.views.record import render
from handlers.call import card_actions, recap, referral
from handlers.call.recap import RecapEdited, RecapSent
from handlers.call.referral import LONGEST_DEFINITION, MOST_REFERRALS, OUTCOMES, ReferralAnswered
from handlers.call.wrap_up import ALL_OBJECTIVES, LONGEST_STEP
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.alignment import Missing, WhyMissing
from handlers.method.recap_lint import Rule
from handlers.method.stages import Stage
from handlers.method.statements import Said
from handlers.screens.call import (
    ChecklistScreen,
    ReadBackScreen,
    RecapScreen,
    RecordScreen,
    ReferralScreen,
    WrapUpScreen,
)
from prompts.playbook import playbook
from storage.models import Attestation, Recap, ReferralAgreement
from tests.handlers.world import ANNA, BEN, ELSEWHERE, OBJECTIVES, REACHED_THEM, World
from tests.wording import fixed_part, wording

CHANGED = "Hi Olga,\n\nlovely to talk to you."


@pytest.fixture
def deal(world: World) -> int:
    """A deal with all statements settled: one withdrawn, the others agreed."""
    deal = world.a_deal()
    world.capture(deal, "weekly call\nno surprises", "fast")
    first, *others = world.statements(deal)
    world.answer(deal, first, Said.WITHDRAWN)
    for statement in others:
        world.answer(deal, statement)
    return deal


def test_the_screen_counts_what_the_customer_agreed_to(world: World, deal: int) -> None:
    screen = world.next_screen(deal)

    assert isinstance(screen, WrapUpScreen)
    assert (screen.counts.expectations, screen.counts.priorities) == (1, 1)
    assert (screen.number, screen.definition) == (playbook().referral_number, playbook().referral_definition)
    assert screen.outcome is None
    assert not any(tick.holds for tick in screen.objectives)


@pytest.mark.parametrize("outcome", ["agreed", "not_now", "declined"])
def test_any_answer_to_the_referral_ask_ends_the_call(world: World, deal: int, outcome: str) -> None:
    screen = world.wrap_up(deal, outcome=outcome, number=" 3 ", definition=" Dentists \n we like ")

    assert world.stage(deal) == Stage.ALIGNED
    (agreement,) = world.all(ReferralAgreement)
    assert (agreement.outcome, agreement.number, agreement.definition) == (outcome, 3, "Dentists we like")
    assert (agreement.expectations, agreement.priorities) == (1, 1)
    assert {(a.item, a.holds) for a in world.all(Attestation)} == {(r, True) for r in OBJECTIVES | REACHED_THEM}
    assert isinstance(screen, RecapScreen)
    assert "no surprises" in screen.body
    assert "weekly call" not in screen.body
    assert screen.sent_at is None


def test_a_reps_own_definition_is_offered_for_the_next_deal(world: World, deal: int) -> None:
    world.wrap_up(deal, definition="Dentists with two chairs")
    other = world.a_deal("Contoso")
    world.capture(other)

    screen = world.agree_to_all(other)

    assert isinstance(screen, WrapUpScreen)
    assert screen.definition == "Dentists with two chairs"


def test_without_an_own_definition_the_teams_latest_is_offered(world: World, deal: int) -> None:
    world.wrap_up(deal, definition="Dentists with two chairs")
    world.advance(hours=1)
    other = world.an_aligned_deal("Contoso")
    assert world.all(ReferralAgreement)[-1].definition == "A clinic that takes our call"
    bens = world.a_deal("Fabrikam", person=BEN)
    world.capture(bens, person=BEN)
    for statement in world.statements(bens):
        world.answer(bens, statement, person=BEN)

    screen = world.next_screen(bens)

    assert isinstance(screen, WrapUpScreen)
    assert screen.definition == "A clinic that takes our call"
    world.wrap_up(bens, person=BEN, definition="Whoever pays")
    assert world.deal(other).owner.referral_definition == "A clinic that takes our call"


def test_another_workspaces_definition_is_not_offered(world: World, deal: int) -> None:
    world.wrap_up(deal, definition="Dentists with two chairs")
    elsewhere = World(world.database, workspace=ELSEWHERE)
    theirs = elsewhere.a_deal()
    elsewhere.capture(theirs)

    screen = elsewhere.agree_to_all(theirs)

    assert isinstance(screen, WrapUpScreen)
    assert screen.definition == playbook().referral_definition


def test_every_answer_to_the_referral_ask_stays_on_record(world: World, deal: int) -> None:
    for outcome, number in (("not_now", "5"), ("declined", "5"), ("agreed", "2")):
        world.wrap_up(deal, outcome=outcome, number=number)
        world.reopen(deal, world.statements(deal)[1])
        world.agree_to_all(deal)
        world.advance(hours=1)

    record = world.click(card_actions.show_record, deal)

    assert [(ask.answer.outcome, ask.answer.number, ask.actor) for ask in record.referrals] == [
        ("agreed", 2, ANNA),
        ("declined", 5, ANNA),
        ("not_now", 5, ANNA),
    ]
    assert record.referrals[0].at - record.referrals[1].at == timedelta(hours=1)
    shown = str(render(record, Texts(SlackMarkup(), COMMAND)))
    agreed, declined, not_now = (fixed_part(f"record.asked_{outcome}") for outcome in ("agreed", "declined", "not_now"))
    assert shown.index(agreed) < shown.index(declined) < shown.index(not_now)


def _nothing_captured(world: World) -> int:
    return world.a_deal()


def _one_waits(world: World) -> int:
    deal = world.a_deal()
    world.capture(deal)
    world.read_all(deal, *world.statements(deal)[:-1])
    return deal


def _corrected_at_last(world: World) -> int:
    deal = world.a_deal()
    world.capture(deal)
    world.agree_to_all(deal)
    world.correct(deal, world.statements(deal)[0], "something else")
    return deal


def _ranks_changed(world: World) -> int:
    deal = world.a_deal()
    world.capture(deal)
    world.agree_to_all(deal)
    world.capture(deal, priorities="40 seats\nCheck-in in 2 minutes")
    return deal


def _recap_corrected(world: World) -> int:
    deal = world.a_recapped_deal()
    world.reopen(deal, world.statements(deal)[0])
    return deal


@pytest.mark.parametrize(
    "prepare", [_nothing_captured, _one_waits, _corrected_at_last, _ranks_changed, _recap_corrected]
)
def test_the_referral_cannot_be_asked_before_all_is_settled(world: World, prepare: Callable[[World], int]) -> None:
    """M5.1: neither offered, nor accepted from a screen still open on another device."""
    deal = prepare(world)
    before = world.all_rows()

    assert isinstance(world.next_screen(deal), ChecklistScreen | ReadBackScreen)
    for outcome in OUTCOMES:
        with pytest.raises(NotNowError) as refused:
            world.wrap_up(deal, outcome=outcome)
        assert refused.value.key == "refusal.not_all_settled"

    assert world.all_rows() == before


def test_wrapping_up_is_refused_while_a_statement_is_open(world: World, deal: int) -> None:
    """M5.1."""
    world.correct(deal, world.statements(deal)[1], "no surprises on the bill")
    before = world.all_rows()

    with pytest.raises(NotNowError) as refused:
        world.wrap_up(deal)

    assert refused.value.key == "refusal.not_all_settled"
    assert world.all_rows() == before


def test_wrapping_up_is_refused_if_everything_was_withdrawn(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "")
    world.answer(deal, world.statements(deal)[0], Said.WITHDRAWN)

    with pytest.raises(NotNowError):
        world.wrap_up(deal)


def test_an_invalid_entry_changes_nothing(world: World, deal: int) -> None:
    entries: list[tuple[str, dict[str, Any]]] = [
        ("objectives", {"ticked": frozenset()}),
        ("objectives", {"ticked": OBJECTIVES - {"M2.b"}}),
        ("outcome", {"outcome": ""}),
        ("outcome", {"outcome": "maybe"}),
        *(
            ("number", {"number": typed})
            for typed in ("", "0", "-1", "five", "2.5", str(MOST_REFERRALS + 1), "9" * 5000)
        ),
        ("definition", {"definition": "x" * (LONGEST_DEFINITION + 1)}),
    ]
    before = world.all_rows()

    for field, entry in entries:
        with pytest.raises(InvalidEntryError) as refused:
            world.wrap_up(deal, **entry)
        assert refused.value.field == field, entry

    assert world.all_rows() == before


@pytest.mark.parametrize("number", ["1", str(MOST_REFERRALS)])
def test_the_limits_of_the_number_of_referrals(world: World, deal: int, number: str) -> None:
    world.wrap_up(deal, number=number)

    assert [a.number for a in world.all(ReferralAgreement)] == [int(number)]


def test_a_redelivered_submission_is_applied_once(world: World, deal: int) -> None:
    world.wrap_up(deal, event="form:1")
    before = world.all_rows()

    assert isinstance(world.wrap_up(deal, event="form:1"), RecapScreen)
    assert world.all_rows() == before


def test_wrapping_up_an_aligned_deal_records_nothing(world: World, deal: int) -> None:
    world.wrap_up(deal)

    assert isinstance(world.wrap_up(deal, outcome="declined"), RecapScreen)
    assert len(world.all(ReferralAgreement)) == len(world.all(Recap)) == 1


def test_undoing_a_dismissal_resumes_the_call(world: World, deal: int) -> None:
    world.dismiss(deal)
    world.advance(seconds=5)
    world.confirm_deal(deal)
    assert isinstance(world.next_screen(deal), WrapUpScreen)

    assert isinstance(world.wrap_up(deal), RecapScreen)
    assert world.actions(deal)[-3:] == ["in_call", "missing_follows", "aligned"]
    assert not world.queued("reminder")


def test_a_reopened_call_shows_the_previous_answer(world: World, deal: int) -> None:
    world.wrap_up(deal, outcome="not_now", number="3", definition="Dentists")
    world.correct(deal, world.statements(deal)[1], "no surprises on the bill")

    screen = world.agree_to_all(deal)

    assert isinstance(screen, WrapUpScreen)
    assert (screen.outcome, screen.number, screen.definition) == ("not_now", 3, "Dentists")
    assert all(tick.holds for tick in screen.objectives)


@pytest.mark.parametrize("outcome", ["not_now", "declined"])
def test_without_a_promise_nothing_more_is_asked_for(world: World, deal: int, outcome: str) -> None:
    world.wrap_up(deal, outcome=outcome, number="", definition="")

    (agreement,) = world.all(ReferralAgreement)
    assert (agreement.number, agreement.definition) == (playbook().referral_number, playbook().referral_definition)
    assert world.deal(deal).owner.referral_definition is None


def test_not_now_is_asked_again_and_the_new_answer_is_kept(world: World, deal: int) -> None:
    world.wrap_up(deal, outcome="not_now")
    world.send_recap(deal)
    assert world.queued("referral_again")
    assert isinstance(world.click(referral.ask_again, deal), ReferralScreen)

    world.advance(days=30)
    answered = ReferralAnswered(world.caller(), deal, "agreed", "2", "Dentists we like")
    record = world.do(referral.save_second_answer, answered)

    assert [(ask.answer.outcome, ask.answer.number) for ask in record.referrals] == [("agreed", 2), ("not_now", 5)]
    assert not record.may_ask_again
    assert not world.queued("referral_again")
    assert isinstance(world.click(referral.ask_again, deal), RecordScreen)
    again = ReferralAnswered(world.caller(), deal, "declined", "", "")
    assert len(world.do(referral.save_second_answer, again).referrals) == 2


@pytest.mark.parametrize("outcome", ["agreed", "declined"])
def test_an_answer_is_not_asked_for_again(world: World, deal: int, outcome: str) -> None:
    world.wrap_up(deal, outcome=outcome)
    world.send_recap(deal)

    assert not world.queued("referral_again")
    assert isinstance(world.click(referral.ask_again, deal), RecordScreen)


# --- what the call lacks ---


def _wrapped_up_with(world: World, reached: str, ticked: frozenset[str], expectations: str, priorities: str) -> int:
    deal = world.a_deal()
    world.capture(deal, expectations, priorities, reached=reached, ticked=ticked)
    world.agree_to_all(deal)
    return deal


@pytest.mark.parametrize(
    ("reached", "ticked", "expectations", "priorities", "missing"),
    [
        ("Olga", REACHED_THEM, "weekly call", "fast", ()),
        ("", REACHED_THEM, "weekly call", "fast", (Missing.NOBODY,)),
        ("Olga", frozenset(), "weekly call", "fast", (Missing.STEPS,)),
        ("Olga", REACHED_THEM, "weekly call", "", (Missing.PRIORITIES,)),
        ("", frozenset(), "", "fast", (Missing.NOBODY, Missing.STEPS, Missing.EXPECTATIONS)),
    ],
)
def test_a_call_that_lacks_something_is_not_aligned_silently(
    world: World, reached: str, ticked: frozenset[str], expectations: str, priorities: str, missing: tuple[Missing, ...]
) -> None:
    deal = _wrapped_up_with(world, reached, ticked, expectations, priorities)
    screen = world.next_screen(deal)
    assert isinstance(screen, WrapUpScreen)
    assert screen.missing == missing

    if missing:
        with pytest.raises(InvalidEntryError) as refused:
            world.wrap_up(deal, why_missing="")
        assert refused.value.field == "why_missing"
    world.wrap_up(deal, why_missing="no_time")

    record = world.click(card_actions.show_record, deal)
    assert (record.missing, record.why_missing) == (missing, WhyMissing.NO_TIME if missing else None)
    actions = world.actions(deal)
    assert ("missing_no_time" in actions) is bool(missing)
    shown = str(render(record, Texts(SlackMarkup(), COMMAND)))
    assert (wording("record.why_no_time") in shown) is bool(missing)


def test_what_is_added_later_is_missing_no_more(world: World) -> None:
    deal = _wrapped_up_with(world, "Olga", REACHED_THEM, "weekly call", "")
    world.wrap_up(deal)
    world.reopen(deal, world.statements(deal)[0])
    world.capture(deal, "weekly call", "fast")
    world.agree_to_all(deal)
    world.wrap_up(deal, why_missing="")

    record = world.click(card_actions.show_record, deal)
    assert (record.missing, record.why_missing) == ((), None)


def test_a_form_from_before_the_question_is_saved(world: World) -> None:
    deal = _wrapped_up_with(world, "", frozenset(), "weekly call", "")

    assert isinstance(world.wrap_up(deal, why_missing=None), RecapScreen)

    assert "missing_other" in world.actions(deal)


def test_one_box_attests_the_three_objectives(world: World, deal: int) -> None:
    """M2.a, M2.b, M2.c."""
    world.wrap_up(deal, ticked=frozenset({ALL_OBJECTIVES}))

    held = {(a.item, a.holds) for a in world.all(Attestation)}
    assert held == {(rule, True) for rule in OBJECTIVES | REACHED_THEM}


def test_m10_3_what_could_still_stop_it_is_asked_once_and_kept(world: World, deal: int) -> None:
    wrap = world.next_screen(deal)
    assert isinstance(wrap, WrapUpScreen)
    assert wrap.asks_obstacle
    told = "Their old supplier calls. Dana tells them it's decided."
    asked = world.wrap_up(deal)
    assert isinstance(asked, RecapScreen)
    assert asked.asks_obstacle
    world.do(recap.record_sent, RecapSent(world.caller(), deal, None, obstacle=f" {told}\n"))

    assert world.click(card_actions.show_record, deal).obstacle == told
    assert world.actions(deal).count("obstacle_noted") == 1
    world.correct(deal, world.statements(deal)[0], "A call every Monday")
    world.agree_to_all(deal)
    again = world.next_screen(deal)
    assert isinstance(again, WrapUpScreen)
    assert not again.asks_obstacle
    world.wrap_up(deal)
    world.send_recap(deal)
    assert world.deal(deal).obstacle == told
    other = world.an_aligned_deal("Harbor Foods")
    with pytest.raises(InvalidEntryError, match="text_too_long"):
        world.do(recap.record_sent, RecapSent(world.caller(), other, None, obstacle="x" * 501))


def test_the_next_step_closes_the_recap_and_is_kept(world: World, deal: int) -> None:
    """M9.1."""
    screen = world.wrap_up(deal, next_step=" the kickoff call on\n Tuesday, 12 May ")

    assert isinstance(screen, RecapScreen)
    assert wording("recap.next_step", step="the kickoff call on Tuesday, 12 May") in screen.body
    assert world.deal(deal).next_step == "the kickoff call on Tuesday, 12 May"
    assert world.click(card_actions.show_record, deal).next_step == "the kickoff call on Tuesday, 12 May"
    other = world.a_deal("Contoso")
    world.capture(other)
    world.agree_to_all(other)
    with pytest.raises(InvalidEntryError):
        world.wrap_up(other, next_step="x" * (LONGEST_STEP + 1))


# --- the recap ---


def test_the_recap_can_be_sent_as_drafted(world: World, deal: int) -> None:
    world.wrap_up(deal)

    screen = world.send_recap(deal, None)

    assert world.stage(deal) == Stage.RECAPPED
    (mail,) = world.all(Recap)
    assert (mail.version, mail.sent_at) == (1, world.now)
    assert isinstance(screen, RecordScreen)
    assert screen.recap == mail.body
    assert screen.card.recap_sent_at == world.now


def test_a_changed_recap_is_a_new_version(world: World, deal: int) -> None:
    world.wrap_up(deal)

    world.send_recap(deal, f"\n{CHANGED}  ")

    draft, mail = world.all(Recap)
    assert (draft.version, draft.sent_at) == (1, None)
    assert (mail.version, mail.body, mail.sent_at) == (2, CHANGED, world.now)


def test_a_changed_mail_with_findings_is_stored_and_shown_again(world: World, deal: int) -> None:
    world.wrap_up(deal)

    screen = world.send_recap(deal, f" {CHANGED}\n", hints_seen=False, event="form:1")

    assert isinstance(screen, RecapScreen)
    assert (screen.body, screen.sent_at) == (CHANGED, None)
    assert {finding.rule for finding in screen.findings} == {Rule.MISSING, Rule.INVITATION}
    assert world.stage(deal) == Stage.ALIGNED
    assert [(mail.body == CHANGED, mail.sent_at) for mail in world.all(Recap)] == [(False, None), (True, None)]
    before = world.all_rows()
    assert world.send_recap(deal, CHANGED, hints_seen=False, event="form:1") == screen
    assert world.all_rows() == before


@pytest.mark.parametrize("body", [CHANGED, "Hi Olga, all as agreed. Ada"])
def test_submitting_again_after_hints_stores_that_text_as_sent(world: World, deal: int, body: str) -> None:
    world.wrap_up(deal)
    world.send_recap(deal, CHANGED, hints_seen=False)

    assert isinstance(world.send_recap(deal, body, hints_seen=True), RecordScreen)

    assert world.stage(deal) == Stage.RECAPPED
    *_, mail = world.all(Recap)
    assert (mail.body, mail.sent_at) == (body, world.now)


def test_closing_the_hints_keeps_the_changed_text(world: World, deal: int) -> None:
    world.wrap_up(deal)
    world.send_recap(deal, CHANGED, hints_seen=False)

    screen = world.next_screen(deal)

    assert isinstance(screen, RecapScreen)
    assert (screen.body, screen.findings) == (CHANGED, ())
    assert isinstance(world.send_recap(deal, CHANGED, hints_seen=False), RecordScreen)


def test_a_changed_mail_without_findings_is_sent_at_once(world: World, deal: int) -> None:
    world.wrap_up(deal)
    body = world.all(Recap)[0].body.replace("Hi Olga,", "Dear Olga,")

    assert isinstance(world.send_recap(deal, body, hints_seen=False), RecordScreen)


def test_unchanged_text_is_no_new_version(world: World, deal: int) -> None:
    world.wrap_up(deal)

    world.send_recap(deal, world.all(Recap)[0].body)

    assert [mail.version for mail in world.all(Recap)] == [1]


def test_an_edit_is_a_version_of_its_own_and_sends_nothing(world: World, deal: int) -> None:
    world.wrap_up(deal)
    editor = world.click(recap.show_editor, deal)
    assert isinstance(editor, RecapScreen)
    assert editor.editing

    screen = world.do(recap.save_edit, RecapEdited(world.caller(), deal, f"{CHANGED}\n"))

    assert isinstance(screen, RecapScreen)
    assert (screen.body, screen.editing, screen.sent_at) == (CHANGED, False, None)
    assert [finding.rule for finding in screen.findings] == [Rule.MISSING, Rule.INVITATION]
    assert world.stage(deal) == Stage.ALIGNED
    world.send_recap(deal, None)
    assert [(mail.body == CHANGED, mail.sent_at is not None) for mail in world.all(Recap)] == [
        (False, False),
        (True, True),
    ]
    assert isinstance(world.click(recap.show_editor, deal), RecordScreen)
    assert isinstance(world.do(recap.save_edit, RecapEdited(world.caller(), deal, "Too late")), RecordScreen)


def test_an_empty_mail_is_refused(world: World, deal: int) -> None:
    world.wrap_up(deal)
    before = world.all_rows()

    with pytest.raises(InvalidEntryError) as refused:
        world.send_recap(deal, " \n ")

    assert refused.value.field == "body"
    assert world.all_rows() == before


def test_the_mail_is_sent_once(world: World, deal: int) -> None:
    world.wrap_up(deal)
    world.send_recap(deal, event="form:1")
    sent_at = world.now
    world.advance(hours=1)

    world.send_recap(deal, CHANGED, event="form:1")
    world.send_recap(deal, CHANGED, event="form:2")

    assert [(mail.version, mail.sent_at) for mail in world.all(Recap)] == [(1, sent_at)]


def test_without_a_finished_call_there_is_no_mail_to_send(world: World, deal: int) -> None:
    assert isinstance(world.send_recap(deal, CHANGED), WrapUpScreen)
    world.correct(deal, world.statements(deal)[1], "no surprises on the bill")
    assert isinstance(world.send_recap(deal, CHANGED), ReadBackScreen)

    assert not world.all(Recap)


def test_the_record_shows_who_did_what(world: World, deal: int) -> None:
    world.detect(person=BEN, amount="1", currency="EUR")
    world.wrap_up(deal)
    screen = world.send_recap(deal)

    assert isinstance(screen, RecordScreen)
    assert [(entry.action, entry.actor is None) for entry in screen.timeline] == [
        ("heard", True),
        ("in_call", False),
        ("captured", False),
        ("aligned", False),
        ("recapped", False),
    ]
    assert screen.reached == "Olga Petrova"
    assert [s.said for s in screen.statements] == [Said.WITHDRAWN, Said.AGREED, Said.AGREED]
