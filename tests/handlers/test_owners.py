"""Nobody but its owner sees or changes a deal, and nobody from another workspace learns that it exists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from handlers.call import (
    brief,
    call_contact,
    card_actions,
    checklist,
    deal_search,
    read_all,
    read_back,
    recap,
    reopening,
    scheduling,
    wrap_up,
)
from handlers.call.brief import CommitmentsPrepared, WhoPrepared, WordsPrepared
from handlers.call.call_contact import PersonChosen
from handlers.call.card_actions import DealTapped
from handlers.call.checklist import ChecklistFilled
from handlers.call.contacts import DECISION_MAKER
from handlers.call.deal_search import DealsAsked
from handlers.call.read_all import AllRead, OneMarked, ScreenAsked
from handlers.call.read_back import CorrectionAsked, StatementAnswered, StatementCorrected
from handlers.call.recap import RecapSent
from handlers.call.reopening import StatementsReopened
from handlers.call.scheduling import CallChosen, CallTyped
from handlers.call.wrap_up import WrapUpFilled
from handlers.errors import NoSuchDealError, NotNowError, NotYoursError, Refusal
from handlers.intake import corrections
from handlers.intake.corrections import DealFixed, OwnerPicked
from handlers.method.offered_times import Snooze
from handlers.method.statements import Said
from handlers.reminders import snoozing
from handlers.reminders.snoozing import ReminderSnoozed
from handlers.requests import Caller
from tests.handlers.world import ANNA, BEN, ELSEWHERE, OBJECTIVES, World

Attempt = Callable[[World, Caller, int, int], object]

ATTEMPTS: dict[str, Attempt] = {
    "go on": lambda w, who, deal, _: w.do(card_actions.go_on, DealTapped(who, deal)),
    "edit the list": lambda w, who, deal, _: w.do(card_actions.edit_list, DealTapped(who, deal)),
    "show the record": lambda w, who, deal, _: w.do(card_actions.show_record, DealTapped(who, deal)),
    "stand by": lambda w, who, deal, _: w.do(card_actions.stand_by, DealTapped(who, deal)),
    "ask for the fix": lambda w, who, deal, _: w.do(corrections.ask, DealTapped(who, deal)),
    "hand on": lambda w, who, deal, _: w.do(corrections.pick_owner, OwnerPicked(who, deal, BEN)),
    "fix": lambda w, who, deal, _: w.do(corrections.save, DealFixed(who, deal, "Mine", "$1", BEN)),
    "ask for a time": lambda w, who, deal, _: w.do(scheduling.ask, DealTapped(who, deal)),
    "type a time": lambda w, who, deal, _: w.do(scheduling.type_in, CallTyped(who, deal, "in 2 hours")),
    "choose a time": lambda w, who, deal, _: w.do(scheduling.choose, CallChosen(who, deal, w.now + timedelta(hours=1))),
    "take the time off": lambda w, who, deal, _: w.do(scheduling.take_off, DealTapped(who, deal)),
    "snooze": lambda w, who, deal, _: w.do(snoozing.snooze, ReminderSnoozed(who, deal, Snooze.HOUR)),
    "ask for the brief": lambda w, who, deal, _: w.do(brief.ask, DealTapped(who, deal)),
    "change the brief": lambda w, who, deal, _: w.do(brief.change, DealTapped(who, deal)),
    "send the brief": lambda w, who, deal, _: w.do(brief.send, DealTapped(who, deal)),
    "brief: who": lambda w, who, deal, _: w.do(brief.save_who, WhoPrepared(who, deal, "Ivan", "", "", "mine")),
    "brief: commitments": lambda w, who, deal, _: w.do(
        brief.save_commitments, CommitmentsPrepared(who, deal, 1, {1: "mine"})
    ),
    "brief: words": lambda w, who, deal, _: w.do(brief.save_words, WordsPrepared(who, deal, "mine", "", "", "")),
    "dismiss": lambda w, who, deal, _: w.do(card_actions.dismiss, DealTapped(who, deal)),
    "capture": lambda w, who, deal, _: w.do(
        checklist.save, ChecklistFilled(who, deal, "Ivan", frozenset(), "mine", "")
    ),
    "answer": lambda w, who, deal, s: w.do(read_back.answer, StatementAnswered(who, deal, s, 1, Said.WITHDRAWN)),
    "ask for a correction": lambda w, who, deal, s: w.do(read_back.ask_correction, CorrectionAsked(who, deal, s)),
    "see all": lambda w, who, deal, s: w.do(read_all.show, ScreenAsked(who, deal, ((s, 1),))),
    "mark one of all": lambda w, who, deal, s: w.do(
        read_all.mark_one, OneMarked(StatementAnswered(who, deal, s, 1, Said.AGREED), ((s, 1),))
    ),
    "correct one of all": lambda w, who, deal, s: w.do(
        read_all.mark_one, OneMarked(StatementCorrected(who, deal, s, 1, "mine"), ((s, 1),))
    ),
    "agree to all": lambda w, who, deal, s: w.do(read_all.agree_to_all, AllRead(who, deal, ((s, 1),), confirmed=True)),
    "say who is on the phone": lambda w, who, deal, _: w.do(
        call_contact.choose, PersonChosen(who, deal, DECISION_MAKER)
    ),
    "correct": lambda w, who, deal, s: w.do(read_back.correct, StatementCorrected(who, deal, s, 1, "mine")),
    "wrap up": lambda w, who, deal, _: w.do(
        wrap_up.save, WrapUpFilled(who, deal, OBJECTIVES, "agreed", "5", "Dentists")
    ),
    "ask what was corrected": lambda w, who, deal, _: w.do(reopening.ask, DealTapped(who, deal)),
    "reopen": lambda w, who, deal, s: w.do(reopening.reopen, StatementsReopened(who, deal, frozenset({(s, 1)}))),
    "send the recap": lambda w, who, deal, _: w.do(recap.sent, RecapSent(who, deal, "mine")),
}


@pytest.fixture
def deal(world: World) -> int:
    """Anna's deal, in the middle of the call."""
    deal = world.a_deal()
    world.capture(deal)
    return deal


def test_only_the_owner_may(world: World, deal: int) -> None:
    statement = world.statements(deal)[0].id
    somebody = [
        (world.caller(BEN), deal, NotYoursError),
        (world.caller(BEN, workspace=ELSEWHERE), deal, NoSuchDealError),
        (world.caller(ANNA, workspace=ELSEWHERE), deal, NoSuchDealError),
        (world.caller(ANNA), deal + 1, NoSuchDealError),
    ]
    before = world.everything()

    for name, attempt in ATTEMPTS.items():
        for who, which, expected in somebody:
            with pytest.raises(Refusal) as refused:
                attempt(world, who, which, statement)
            assert refused.type is expected, name

    assert world.everything() == before


def test_neither_a_list_nor_a_search_shows_somebody_elses_deals(world: World, deal: int) -> None:
    for who in (world.caller(BEN), world.caller(ANNA, workspace=ELSEWHERE)):
        assert world.do(deal_search.my_deals, DealsAsked(who)).total == 0
        assert world.do(deal_search.next_up, DealsAsked(who)) is None
        for asked in (deal_search.show, deal_search.call, deal_search.my_deals, deal_search.next_up):
            with pytest.raises(NotNowError):
                world.do(asked, DealsAsked(who, "northwind"))

    assert world.do(deal_search.my_deals, DealsAsked(world.caller(ANNA))).deals[0].deal.id == deal
