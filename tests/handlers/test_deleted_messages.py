"""A message is deleted or taken back before the call: the rep is asked privately, nothing is decided."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers.deal.facts import card
from handlers.detection import Decision
from handlers.errors import NotYoursError
from handlers.method.stages import Doubt, Stage
from handlers.team import wins
from storage.models import Deal, Sighting, Tenant
from tests.handlers.world import BEN, World

SECRET = "Just closed Northwind Dental, do not tell Globex!"


def a_doubted_deal(world: World, **how: object) -> int:
    """A deal whose first message was deleted."""
    message = world.new_message()
    deal = world.a_deal(message=message, text=SECRET, **how)
    world.delete(message)
    return deal


def doubt_of(world: World, deal: int) -> Doubt | None:
    return world.read(lambda session: card(session, session.get_one(Deal, deal), world.now)).doubt


@pytest.mark.parametrize("decision", [Decision.SURE, Decision.MAYBE])
def test_a_deleted_message_raises_a_doubt_and_decides_nothing(world: World, decision: Decision) -> None:
    deal = a_doubted_deal(world, decision=decision)

    assert doubt_of(world, deal) is Doubt.DELETED
    assert world.stage(deal) == (Stage.OPEN if decision is Decision.SURE else Stage.SIGHTED)
    assert world.actions(deal) == ["heard", "doubted"]
    assert len(world.queued("card")) == 1


@pytest.mark.parametrize(
    "said", ["scratch that, they pulled out", "False alarm, sorry all", "Northwind Dental fell through"]
)
def test_a_retraction_raises_a_doubt(world: World, said: str) -> None:
    deal = world.a_deal()

    assert world.follow_up(said)
    assert doubt_of(world, deal) is Doubt.RETRACTED
    assert said not in str(world.all_rows())


def test_a_vague_retraction_counts_only_in_the_thread(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message)

    assert not world.follow_up("never mind, found it")
    assert not world.follow_up("they pulled out", person=BEN, answering=message.ts)
    assert world.follow_up("they pulled out", answering=message.ts)
    assert doubt_of(world, deal) is Doubt.RETRACTED


def test_a_retraction_a_day_later_is_ignored(world: World) -> None:
    world.a_deal()
    world.advance(hours=25)

    assert not world.follow_up("scratch that, they pulled out")


def test_an_edit_can_raise_a_doubt_and_settle_it(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message, text=SECRET)

    world.detect(None, message=message, text="Lunch?", decision=Decision.NO)
    assert doubt_of(world, deal) is Doubt.RETRACTED
    world.detect(message=message, text=SECRET)
    assert doubt_of(world, deal) is None
    assert world.actions(deal) == ["heard", "doubted", "stood_by"]


def test_confirming_settles_the_doubt_and_keeps_the_message(world: World) -> None:
    deal = a_doubted_deal(world)

    shown = world.confirm_deal(deal)

    assert (shown.doubt, shown.deal.stage) == (None, Stage.OPEN)
    assert world.actions(deal) == ["heard", "doubted", "stood_by"]
    assert world.all(Sighting)[0].text == SECRET
    assert len(world.queued("reminder")) == 2


def test_confirming_a_doubted_suspected_deal_opens_it(world: World) -> None:
    deal = a_doubted_deal(world, decision=Decision.MAYBE)

    assert world.confirm_deal(deal).doubt is None
    assert world.stage(deal) == Stage.OPEN


def test_dismissing_erases_the_text_of_every_message_about_the_deal(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message, text=SECRET)
    world.detect("Northwind Dental", person=BEN, text=f"{SECRET} Wow!")
    world.delete(message)

    shown = world.dismiss(deal)

    assert (shown.doubt, shown.deal.stage) == (None, Stage.DISMISSED)
    assert "Globex" not in str(world.all_rows())


def test_later_messages_about_a_dismissed_deal_are_not_stored(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message, text=SECRET)
    world.dismiss(deal)

    world.detect(message=message, text=f"{SECRET} Edited.")
    world.detect("Northwind", person=BEN, text=SECRET)

    assert "Globex" not in str(world.all_rows())
    assert world.stage(deal) == Stage.DISMISSED


def test_only_the_rep_can_answer(world: World) -> None:
    deal = a_doubted_deal(world)

    for act in (world.confirm_deal, world.dismiss):
        with pytest.raises(NotYoursError):
            act(deal, BEN)
    assert doubt_of(world, deal) is Doubt.DELETED


def test_the_first_author_announcing_it_again_settles_the_doubt(world: World) -> None:
    deal = a_doubted_deal(world)

    assert world.detect("Northwind Dental", person=BEN).deal_id == deal
    assert doubt_of(world, deal) is Doubt.DELETED
    assert world.detect("Northwind Dental").deal_id == deal
    assert doubt_of(world, deal) is None


def test_deleting_a_later_mention_raises_no_doubt(world: World) -> None:
    deal = world.a_deal()
    again = world.new_message()
    world.detect("Northwind Dental", person=BEN, message=again)

    world.delete(again, person=BEN)
    world.delete(world.new_message())

    assert doubt_of(world, deal) is None


def test_after_the_call_a_deletion_raises_no_doubt(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message)
    world.capture(deal)

    world.delete(message)
    assert not world.follow_up("scratch that, they pulled out")

    assert doubt_of(world, deal) is None


def test_starting_the_call_settles_the_doubt(world: World) -> None:
    deal = a_doubted_deal(world)
    world.capture(deal)

    assert (doubt_of(world, deal), world.stage(deal)) == (None, Stage.IN_CALL)


def test_a_doubted_deal_is_in_no_summary(world: World) -> None:
    deal = a_doubted_deal(world, said_at=world.now)
    world.a_deal("Contoso", said_at=world.now)
    monday = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)

    def customers() -> list[str]:
        summary = world.read(lambda session: wins.wins_of_week(session, session.get_one(Tenant, 1), monday - wins.WEEK))
        return [win.deal.customer for win in summary.wins]

    assert customers() == ["Contoso"]
    world.confirm_deal(deal)
    assert customers() == ["Northwind Dental", "Contoso"]
