"""Only its owner sees or changes a deal, and other workspaces do not learn that it exists."""

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
from handlers.call.brief import BriefCommitmentsSaved, BriefContactsSaved, BriefNotesSaved
from handlers.call.call_contact import ContactChosen
from handlers.call.checklist import ChecklistFilled
from handlers.call.contacts import DECISION_MAKER
from handlers.call.deal_search import DealSearch
from handlers.call.read_all import AllRead, ReadAllRequest, StatementMarked
from handlers.call.read_back import CorrectionRequest, StatementAnswered, StatementCorrected
from handlers.call.recap import RecapSent
from handlers.call.reopening import StatementsReopened
from handlers.call.scheduling import CallChosen, CallTyped
from handlers.call.wrap_up import WrapUpFilled
from handlers.errors import NoSuchDealError, NotNowError, NotYoursError, Refusal
from handlers.intake import corrections
from handlers.intake.corrections import DealCorrected, OwnerPicked
from handlers.method.offered_times import Snooze
from handlers.method.statements import Said
from handlers.reminders import snoozing
from handlers.reminders.snoozing import SnoozeChosen
from handlers.requests import Caller, DealRequest
from tests.handlers.world import ANNA, BEN, ELSEWHERE, OBJECTIVES, World

Attempt = Callable[[World, Caller, int, int], object]

ATTEMPTS: dict[str, Attempt] = {
    "continue the call": lambda w, who, deal, _: w.do(card_actions.continue_call, DealRequest(who, deal)),
    "show the checklist": lambda w, who, deal, _: w.do(card_actions.show_checklist, DealRequest(who, deal)),
    "show the record": lambda w, who, deal, _: w.do(card_actions.show_record, DealRequest(who, deal)),
    "confirm": lambda w, who, deal, _: w.do(card_actions.confirm, DealRequest(who, deal)),
    "show the correction form": lambda w, who, deal, _: w.do(corrections.show_form, DealRequest(who, deal)),
    "pick the owner": lambda w, who, deal, _: w.do(corrections.pick_owner, OwnerPicked(who, deal, BEN)),
    "correct the deal": lambda w, who, deal, _: w.do(corrections.save, DealCorrected(who, deal, "Mine", "$1", BEN)),
    "show times": lambda w, who, deal, _: w.do(scheduling.show_times, DealRequest(who, deal)),
    "type a time": lambda w, who, deal, _: w.do(scheduling.save_typed, CallTyped(who, deal, "in 2 hours")),
    "choose a time": lambda w, who, deal, _: w.do(scheduling.choose, CallChosen(who, deal, w.now + timedelta(hours=1))),
    "unschedule": lambda w, who, deal, _: w.do(scheduling.unschedule, DealRequest(who, deal)),
    "snooze": lambda w, who, deal, _: w.do(snoozing.snooze, SnoozeChosen(who, deal, Snooze.HOUR)),
    "show the brief": lambda w, who, deal, _: w.do(brief.show, DealRequest(who, deal)),
    "edit the brief": lambda w, who, deal, _: w.do(brief.edit, DealRequest(who, deal)),
    "send the brief": lambda w, who, deal, _: w.do(brief.send, DealRequest(who, deal)),
    "brief: contacts": lambda w, who, deal, _: w.do(
        brief.save_contacts, BriefContactsSaved(who, deal, "Ivan", "", "", "mine")
    ),
    "brief: commitments": lambda w, who, deal, _: w.do(
        brief.save_commitments, BriefCommitmentsSaved(who, deal, 1, {1: "mine"})
    ),
    "brief: notes": lambda w, who, deal, _: w.do(brief.save_notes, BriefNotesSaved(who, deal, "mine", "", "", "")),
    "dismiss": lambda w, who, deal, _: w.do(card_actions.dismiss, DealRequest(who, deal)),
    "capture": lambda w, who, deal, _: w.do(
        checklist.save, ChecklistFilled(who, deal, "Ivan", frozenset(), "mine", "")
    ),
    "answer": lambda w, who, deal, s: w.do(read_back.answer, StatementAnswered(who, deal, s, 1, Said.WITHDRAWN)),
    "show the correction of a statement": lambda w, who, deal, s: w.do(
        read_back.ask_correction, CorrectionRequest(who, deal, s)
    ),
    "read all": lambda w, who, deal, s: w.do(read_all.show, ReadAllRequest(who, deal, ((s, 1),))),
    "mark one of all": lambda w, who, deal, s: w.do(
        read_all.mark_one, StatementMarked(StatementAnswered(who, deal, s, 1, Said.AGREED), ((s, 1),))
    ),
    "correct one of all": lambda w, who, deal, s: w.do(
        read_all.mark_one, StatementMarked(StatementCorrected(who, deal, s, 1, "mine"), ((s, 1),))
    ),
    "agree to all": lambda w, who, deal, s: w.do(read_all.agree_to_all, AllRead(who, deal, ((s, 1),), confirmed=True)),
    "choose the contact": lambda w, who, deal, _: w.do(
        call_contact.choose_contact, ContactChosen(who, deal, DECISION_MAKER)
    ),
    "correct": lambda w, who, deal, s: w.do(read_back.correct, StatementCorrected(who, deal, s, 1, "mine")),
    "wrap up": lambda w, who, deal, _: w.do(
        wrap_up.save, WrapUpFilled(who, deal, OBJECTIVES, "agreed", "5", "Dentists")
    ),
    "show what can be reopened": lambda w, who, deal, _: w.do(reopening.ask_what_changed, DealRequest(who, deal)),
    "reopen": lambda w, who, deal, s: w.do(reopening.reopen, StatementsReopened(who, deal, frozenset({(s, 1)}))),
    "report the recap as sent": lambda w, who, deal, _: w.do(recap.record_sent, RecapSent(who, deal, "mine")),
}


@pytest.fixture
def deal(world: World) -> int:
    """Anna's deal, in the middle of the call."""
    deal = world.a_deal()
    world.capture(deal)
    return deal


def test_only_the_owner_can_act_on_a_deal(world: World, deal: int) -> None:
    statement = world.statements(deal)[0].id
    others = [
        (world.caller(BEN), deal, NotYoursError),
        (world.caller(BEN, workspace=ELSEWHERE), deal, NoSuchDealError),
        (world.caller(ANNA, workspace=ELSEWHERE), deal, NoSuchDealError),
        (world.caller(ANNA), deal + 1, NoSuchDealError),
    ]
    before = world.all_rows()

    for name, attempt in ATTEMPTS.items():
        for who, which, expected in others:
            with pytest.raises(Refusal) as refused:
                attempt(world, who, which, statement)
            assert refused.type is expected, name

    assert world.all_rows() == before


def test_lists_and_searches_show_only_the_callers_deals(world: World, deal: int) -> None:
    for who in (world.caller(BEN), world.caller(ANNA, workspace=ELSEWHERE)):
        assert world.do(deal_search.my_deals, DealSearch(who)).total == 0
        assert world.do(deal_search.next_deal, DealSearch(who)) is None
        for handler in (
            deal_search.show_record,
            deal_search.continue_call,
            deal_search.my_deals,
            deal_search.next_deal,
        ):
            with pytest.raises(NotNowError):
                world.do(handler, DealSearch(who, "northwind"))

    assert world.do(deal_search.my_deals, DealSearch(world.caller(ANNA))).deals[0].deal.id == deal
