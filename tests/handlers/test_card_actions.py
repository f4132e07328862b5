"""Actions on a card: start or resume the call, confirm or dismiss the deal; each is applied once."""

from __future__ import annotations

import pytest

from handlers.call import card_actions
from handlers.detection import Decision
from handlers.errors import NotNowError
from handlers.method.stages import Stage
from handlers.screens.call import ChecklistScreen, RecordScreen
from tests.handlers.world import ANNA, World


def test_starting_the_call_opens_the_checklist_and_changes_nothing(world: World) -> None:
    deal = world.a_deal()
    before = world.all_rows()

    assert isinstance(world.click(card_actions.continue_call, deal, event=""), ChecklistScreen)
    assert world.all_rows() == before


def test_starting_the_call_confirms_a_suspected_deal(world: World) -> None:
    deal = world.a_deal(decision=Decision.MAYBE)

    assert isinstance(world.click(card_actions.continue_call, deal), ChecklistScreen)
    assert world.stage(deal) == Stage.OPEN
    assert len(world.queued("reminder")) == 2


def test_confirming_opens_a_suspected_deal(world: World) -> None:
    deal = world.a_deal(decision=Decision.MAYBE)

    card = world.confirm_deal(deal)

    assert card.deal.stage is Stage.OPEN
    assert world.actions(deal) == ["heard", "open"]


def test_a_dismissal_can_be_undone(world: World) -> None:
    deal = world.a_deal()

    assert world.dismiss(deal).deal.stage is Stage.DISMISSED
    assert not world.queued("reminder")

    world.advance(seconds=5)
    assert world.confirm_deal(deal).deal.stage is Stage.OPEN
    assert len(world.queued("reminder")) == 2
    assert world.actions(deal) == ["heard", "dismissed", "open"]


def test_repeating_an_action_changes_nothing(world: World) -> None:
    deal = world.a_deal()
    world.dismiss(deal)
    world.dismiss(deal)
    assert world.actions(deal) == ["heard", "dismissed"]

    world.advance(seconds=5)
    world.confirm_deal(deal)
    world.confirm_deal(deal)
    assert world.actions(deal) == ["heard", "dismissed", "open"]


def test_a_redelivered_action_does_not_override_a_later_one(world: World) -> None:
    """Data rule 2."""
    deal = world.a_deal()
    world.click(card_actions.dismiss, deal, event="tap:1")
    world.advance(seconds=5)
    world.click(card_actions.confirm, deal, event="tap:2")

    assert world.click(card_actions.dismiss, deal, event="tap:1").deal.stage is Stage.OPEN
    world.advance(seconds=5)
    world.dismiss(deal)
    assert world.click(card_actions.confirm, deal, event="tap:2").deal.stage is Stage.DISMISSED
    world.click(card_actions.continue_call, deal, event="tap:2")
    assert world.stage(deal) == Stage.DISMISSED


def test_a_deal_can_be_dismissed_during_the_call_but_not_once_aligned(world: World) -> None:
    begun = world.a_deal()
    world.capture(begun)
    assert world.dismiss(begun).deal.stage is Stage.DISMISSED

    aligned = world.an_aligned_deal("Contoso")
    before = world.all_rows()
    with pytest.raises(NotNowError):
        world.dismiss(aligned)
    assert world.all_rows() == before


def test_the_list_can_be_opened_at_any_step(world: World) -> None:
    deal = world.an_aligned_deal()

    screen = world.click(card_actions.show_checklist, deal)

    assert isinstance(screen, ChecklistScreen)
    assert len(screen.expectations) == len(screen.priorities) == 2


def test_the_record_of_a_new_deal(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message, period="year")

    screen = world.click(card_actions.show_record, deal)

    assert isinstance(screen, RecordScreen)
    assert (screen.card.deal.customer, screen.card.deal.amount, screen.card.deal.period) == (
        "Northwind Dental",
        "$45,000",
        "year",
    )
    source = screen.card.source
    assert source is not None
    assert (source.author, source.channel, source.message_ts) == (ANNA, *message)
    assert (screen.statements, screen.reached, screen.recap) == ((), "", None)
    assert (screen.card.referral, screen.card.recap_sent_at) == (None, None)


def test_the_record_of_an_aligned_deal_shows_what_was_promised(world: World) -> None:
    deal = world.an_aligned_deal()

    card = world.click(card_actions.show_record, deal).card

    assert card.referral is not None
    assert (card.referral.outcome, card.referral.number) == ("agreed", 5)
    assert (card.counts.expectations, card.counts.priorities) == (2, 2)
    assert card.progress.complete
