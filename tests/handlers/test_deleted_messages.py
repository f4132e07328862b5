"""A message that is deleted or taken back before the call: the rep is asked, privately, and nothing is decided."""

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


def in_doubt(world: World, **how: object) -> int:
    """A deal whose message was deleted."""
    message = world.new_message()
    deal = world.a_deal(message=message, text=SECRET, **how)
    world.delete(message)
    return deal


def asks(world: World, deal: int) -> Doubt | None:
    return world.look(lambda session: card(session, session.get_one(Deal, deal), world.now)).doubt


@pytest.mark.parametrize("decision", [Decision.SURE, Decision.MAYBE])
def test_a_deleted_message_raises_a_doubt_and_decides_nothing(world: World, decision: Decision) -> None:
    deal = in_doubt(world, decision=decision)

    assert asks(world, deal) is Doubt.DELETED
    assert world.stage(deal) == (Stage.OPEN if decision is Decision.SURE else Stage.SIGHTED)
    assert world.actions(deal) == ["heard", "doubted"]
    assert len(world.waiting("card")) == 1


@pytest.mark.parametrize(
    "said", ["scratch that, they pulled out", "False alarm, sorry all", "Northwind Dental fell through"]
)
def test_a_retraction_raises_a_doubt(world: World, said: str) -> None:
    deal = world.a_deal()

    assert world.say(said)
    assert asks(world, deal) is Doubt.RETRACTED
    assert said not in str(world.everything())


def test_a_weaker_word_needs_the_thread(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message)

    assert not world.say("never mind, found it")
    assert not world.say("they pulled out", person=BEN, answering=message.ts)
    assert world.say("they pulled out", answering=message.ts)
    assert asks(world, deal) is Doubt.RETRACTED


def test_a_retraction_a_day_later_is_about_something_else(world: World) -> None:
    world.a_deal()
    world.later(hours=25)

    assert not world.say("scratch that, they pulled out")


def test_an_edit_that_leaves_no_deal_raises_a_doubt_and_one_that_brings_it_back_settles_it(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message, text=SECRET)

    world.hear(None, message=message, text="Lunch?", decision=Decision.NO)
    assert asks(world, deal) is Doubt.RETRACTED
    world.hear(message=message, text=SECRET)
    assert asks(world, deal) is None
    assert world.actions(deal) == ["heard", "doubted", "stood_by"]


def test_still_a_deal_settles_it_and_keeps_the_message(world: World) -> None:
    deal = in_doubt(world)

    shown = world.stand_by(deal)

    assert (shown.doubt, shown.deal.stage) == (None, Stage.OPEN)
    assert world.actions(deal) == ["heard", "doubted", "stood_by"]
    assert world.all(Sighting)[0].text == SECRET
    assert len(world.waiting("reminder")) == 2


def test_a_suspected_deal_that_is_stood_by_is_open(world: World) -> None:
    deal = in_doubt(world, decision=Decision.MAYBE)

    assert world.stand_by(deal).doubt is None
    assert world.stage(deal) == Stage.OPEN


def test_not_a_deal_leaves_no_text_of_any_message_about_it(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message, text=SECRET)
    world.hear("Northwind Dental", person=BEN, text=f"{SECRET} Wow!")
    world.delete(message)

    shown = world.dismiss(deal)

    assert (shown.doubt, shown.deal.stage) == (None, Stage.DISMISSED)
    assert "Globex" not in str(world.everything())


def test_what_is_said_about_a_dismissed_deal_is_not_kept_either(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message, text=SECRET)
    world.dismiss(deal)

    world.hear(message=message, text=f"{SECRET} Edited.")
    world.hear("Northwind", person=BEN, text=SECRET)

    assert "Globex" not in str(world.everything())
    assert world.stage(deal) == Stage.DISMISSED


def test_only_the_rep_answers(world: World) -> None:
    deal = in_doubt(world)

    for tap in (world.stand_by, world.dismiss):
        with pytest.raises(NotYoursError):
            tap(deal, BEN)
    assert asks(world, deal) is Doubt.DELETED


def test_who_told_of_it_tells_it_anew_and_the_doubt_is_settled(world: World) -> None:
    deal = in_doubt(world)

    assert world.hear("Northwind Dental", person=BEN).deal_id == deal
    assert asks(world, deal) is Doubt.DELETED
    assert world.hear("Northwind Dental").deal_id == deal
    assert asks(world, deal) is None


def test_a_message_that_only_told_of_it_again_may_go_unasked(world: World) -> None:
    deal = world.a_deal()
    again = world.new_message()
    world.hear("Northwind Dental", person=BEN, message=again)

    world.delete(again, person=BEN)
    world.delete(world.new_message())

    assert asks(world, deal) is None


def test_once_the_call_was_made_the_rep_knows_better(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message)
    world.capture(deal)

    world.delete(message)
    assert not world.say("scratch that, they pulled out")

    assert asks(world, deal) is None


def test_starting_the_call_settles_the_doubt(world: World) -> None:
    deal = in_doubt(world)
    world.capture(deal)

    assert (asks(world, deal), world.stage(deal)) == (None, Stage.IN_CALL)


def test_a_deal_in_doubt_is_told_to_nobody(world: World) -> None:
    deal = in_doubt(world, said_at=world.now)
    world.a_deal("Contoso", said_at=world.now)
    monday = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)

    def customers() -> list[str]:
        summary = world.look(lambda session: wins.wins_of_week(session, session.get_one(Tenant, 1), monday - wins.WEEK))
        return [win.deal.customer for win in summary.wins]

    assert customers() == ["Contoso"]
    world.stand_by(deal)
    assert customers() == ["Northwind Dental", "Contoso"]
