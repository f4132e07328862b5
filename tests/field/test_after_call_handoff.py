"""What went wrong for people who approve things in chats: stale buttons, two answers at once, approvers who left."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.call import card_actions
from handlers.deal.delivery import FEASIBILITY, NUDGE, OFFER, REDRAWN
from handlers.errors import Refusal
from handlers.handoff import feasibility, handing_over
from handlers.handoff.feasibility import DeliveryAsked, FeasibilityAnswered
from handlers.handoff.handing_over import DealHanded
from handlers.method.handoff import Feasible
from handlers.method.stages import Stage
from handlers.screens.handoff import AskDeliveryForm, FeasibilityQuestion, HandoffOffer
from storage.models import FeasibilityAnswer, FeasibilityAsk, OutboxRow
from tests.handlers.test_handoff import (
    CARLA,
    a_handoff,
    answer,
    ask,
    composed,
    newest_ask,
    open_form,
    read,
    sent,
    set_delivery,
    state,
    take,
)
from tests.handlers.world import BEN, World


@pytest.fixture
def world(database: Any) -> World:
    return World(database)


def redraws(world: World, row: OutboxRow) -> list[OutboxRow]:
    return [each for each in world.queued(REDRAWN) if each.payload["row"] == row.id]


@pytest.mark.reported("denoland/clawpatrol#595")
def test_a_question_that_is_settled_elsewhere_loses_its_buttons_at_once(world: World) -> None:
    """The rep takes the promise off the list while they are still on the call."""
    deal = world.a_deal()
    world.capture(deal)
    set_delivery(world)
    statement = world.statements(deal)[0]
    ask(world, deal, statement)
    row = sent(world, FEASIBILITY)
    world.remove(deal, statement)
    (redraw,) = redraws(world, row)
    shown = composed(world, redraw)
    assert isinstance(shown, FeasibilityQuestion)
    assert shown.over


@pytest.mark.reported("activepieces/activepieces#11665")
def test_an_answer_from_the_form_takes_the_place_of_the_buttons(world: World) -> None:
    deal = world.a_recapped_deal()
    set_delivery(world)
    ask(world, deal, world.statements(deal)[0])
    row = sent(world, FEASIBILITY)
    answer(world, newest_ask(world), Feasible.CANNOT, "no parts")
    (redraw,) = redraws(world, row)
    shown = composed(world, redraw)
    assert isinstance(shown, FeasibilityQuestion)
    assert shown.word is not None
    assert shown.word.who == BEN


@pytest.mark.reported("nesquena/hermes-webui#4955")
def test_a_stale_button_is_no_dead_end(world: World) -> None:
    """The form for the reason is not opened: the question says how it stands."""
    deal = world.a_recapped_deal()
    set_delivery(world)
    first = world.statements(deal)[0]
    ask(world, deal, first)
    before = newest_ask(world)
    world.correct(deal, first, "a call every Monday, by phone")
    late = world.do(feasibility.ask_reason, FeasibilityAnswered(world.caller(BEN), before, Feasible.AT_RISK))
    assert isinstance(late, FeasibilityQuestion)
    assert late.over


@pytest.mark.reported("danmunn/redmine_dmsf#880")
def test_somebody_who_left_is_not_asked_and_what_they_said_stays(world: World) -> None:
    deal = world.a_recapped_deal()
    set_delivery(world)
    first, second, *_ = world.statements(deal)
    ask(world, deal, first)
    answer(world, newest_ask(world), Feasible.CANNOT, "no parts")
    set_delivery(world, CARLA)
    assert world.list(deal).listed[0].delivery is not None
    asked = world.do(feasibility.ask, DeliveryAsked(world.caller(), deal, second.id, gone=True))
    assert isinstance(asked, AskDeliveryForm)
    assert len(world.all(FeasibilityAsk)) == 1


@pytest.mark.reported("vercel/eve#2471")
def test_each_answer_settles_its_own_question(world: World) -> None:
    deal = world.a_recapped_deal()
    set_delivery(world)
    for statement in world.statements(deal)[:3]:
        ask(world, deal, statement)
    first, second, third = (each.id for each in world.all(FeasibilityAsk))
    answer(world, second)
    answer(world, first, Feasible.AT_RISK, "tight")
    assert {each.ask_id: each.answer for each in world.all(FeasibilityAnswer)} == {second: "can_do", first: "at_risk"}
    answer(world, third)


@pytest.mark.reported("unidoc/isms#197")
def test_a_measure_that_changes_after_the_answer_takes_the_answer_away(world: World) -> None:
    """The wording stays, the target does not: an approval is of a state, not of a ticket."""
    deal = world.a_recapped_deal()
    set_delivery(world)
    first = world.statements(deal)[0]
    ask(world, deal, first)
    answer(world, newest_ask(world))
    world.edit(deal, first, target="by video, an hour each")
    assert world.list(deal).listed[0].delivery is None


@pytest.mark.reported("kcigeospatial/sha_oed_issues#93")
def test_one_confirmed_promise_is_no_handoff(world: World) -> None:
    deal, handoff = a_handoff(world)
    others = [s.id for s in world.statements(deal)[1:]]
    read(world, handoff, open_form(world, handoff), *others)
    assert state(world, handoff) == "offered"
    assert world.stage(deal) == Stage.RECAPPED


@pytest.mark.reported("PostHog/posthog#48048")
def test_a_handoff_of_an_order_that_fell_through_is_over(world: World) -> None:
    deal, handoff = a_handoff(world)
    row = sent(world, OFFER)
    world.click(card_actions.lose, deal)
    (redraw,) = redraws(world, row)
    shown = composed(world, redraw)
    assert isinstance(shown, HandoffOffer)
    assert shown.over
    with pytest.raises(Refusal):
        take(world, handoff)
    assert [each.payload["what"] for each in world.queued(NUDGE)][-1] == "ended"


@pytest.mark.reported("NousResearch/hermes-agent#100408")
def test_a_receiver_who_never_answers_does_not_keep_the_deal(world: World) -> None:
    deal, first = a_handoff(world)
    world.do(handing_over.hand_over, DealHanded(world.caller(), deal, CARLA))
    assert state(world, first) == "withdrawn"
