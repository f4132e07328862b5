"""A deal of which nobody can tell whose it is: one person is asked, and it becomes a call once it has its rep."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.call import card_actions
from handlers.detection import Decision
from handlers.errors import NotNowError, NotYoursError
from handlers.intake import corrections, detected_deal
from handlers.intake.corrections import OwnerPicked
from handlers.intake.detected_deal import DealReported, Recognition
from handlers.method.stages import Doubt, Stage
from handlers.screens.deals import DealCard, HandedOver
from tests.handlers.test_compose import letter
from tests.handlers.world import ANNA, BEN, Message, World

KEEPER = "U_KEEPER"
CRM = "B_CRM"


def unclaimed(world: World, customer: str = "Northwind Dental", **how: Any) -> int:
    """A card of the CRM that names nobody."""
    return world.a_deal(customer, person=CRM, owner=KEEPER, owner_known=False, by_app=True, **how)


def pick(
    world: World, deal: int, owner: str = ANNA, *, person: str = KEEPER, event: str | None = None
) -> DealCard | HandedOver | None:
    return world.do(corrections.pick_owner, OwnerPicked(world.caller(person, event=event), deal, owner))


def owner(world: World, deal: int) -> tuple[str, bool]:
    row = world.deal(deal)
    return row.owner.external_id, row.owner_known


@pytest.mark.parametrize("decision", [Decision.SURE, Decision.MAYBE])
def test_the_keeper_is_asked_and_nobody_is_sent_to_the_phone(world: World, decision: Decision) -> None:
    deal = unclaimed(world, decision=decision)

    assert (world.stage(deal), owner(world, deal)) == (Stage.SIGHTED, (KEEPER, False))
    assert not world.waiting("reminder")
    card = letter(world)
    assert card.person == KEEPER
    assert isinstance(card.screen, DealCard)
    assert not card.screen.deal.owner_known
    assert card.screen.source is not None
    assert card.screen.source.app == "CRM"


def test_who_is_picked_gets_the_call_and_the_keeper_is_done(world: World) -> None:
    deal = unclaimed(world)
    old = letter(world)
    world.later(hours=1)

    outcome = pick(world, deal, event="tap:1")
    assert pick(world, deal, event="tap:1") is None

    assert isinstance(outcome, HandedOver)
    assert (world.stage(deal), owner(world, deal)) == (Stage.OPEN, (ANNA, True))
    line, card = letter(world), letter(world)
    assert (line.person, line.replaces, type(line.screen)) == (KEEPER, (f"D{KEEPER}", f"{old.row_id}.1"), HandedOver)
    assert card.person == ANNA
    assert len(world.waiting("reminder")) == 2
    assert world.actions(deal) == ["heard", "handed_over", "open"]
    with pytest.raises(NotYoursError):
        pick(world, deal, BEN)


def test_a_keeper_who_closed_it_picks_themselves(world: World) -> None:
    deal = unclaimed(world)

    outcome = pick(world, deal, KEEPER)

    assert isinstance(outcome, DealCard)
    assert (world.stage(deal), owner(world, deal)) == (Stage.OPEN, (KEEPER, True))


def test_not_a_deal_is_taken_back_into_the_question(world: World) -> None:
    deal = unclaimed(world)
    world.dismiss(deal, KEEPER)

    world.stand_by(deal, KEEPER)

    assert (world.stage(deal), owner(world, deal)) == (Stage.SIGHTED, (KEEPER, False))


def test_a_message_that_went_away_is_asked_about_first_and_then_whose_it_is(world: World) -> None:
    message = world.new_message()
    deal = unclaimed(world, message=message)
    world.delete(message, person=CRM)
    assert world.deal(deal).doubt == Doubt.DELETED

    world.stand_by(deal, KEEPER)

    assert (world.deal(deal).doubt, world.stage(deal), owner(world, deal)) == (None, Stage.SIGHTED, (KEEPER, False))


def test_the_same_card_again_does_not_make_it_the_keepers(world: World) -> None:
    deal = unclaimed(world)

    assert unclaimed(world) == deal

    assert (world.stage(deal), owner(world, deal)) == (Stage.SIGHTED, (KEEPER, False))


@pytest.mark.parametrize(
    ("card", "post", "stage"),
    [
        (Decision.SURE, Decision.SURE, Stage.OPEN),
        (Decision.SURE, Decision.MAYBE, Stage.OPEN),
        (Decision.MAYBE, Decision.SURE, Stage.OPEN),
        (Decision.MAYBE, Decision.MAYBE, Stage.SIGHTED),
    ],
)
def test_a_rep_who_tells_of_it_has_it(world: World, card: Decision, post: Decision, stage: Stage) -> None:
    deal = unclaimed(world, decision=card)
    letter(world)

    assert world.a_deal("Northwind Dental", person=ANNA, decision=post) == deal

    assert (world.stage(deal), owner(world, deal)) == (stage, (ANNA, True))
    assert [letter(world).person, letter(world).person] == [KEEPER, ANNA]


def test_a_keeper_who_tells_of_it_keeps_the_card(world: World) -> None:
    deal = unclaimed(world)
    first = letter(world)

    world.a_deal("Northwind Dental", person=KEEPER)

    assert (world.stage(deal), owner(world, deal)) == (Stage.OPEN, (KEEPER, True))
    assert letter(world).replaces == (f"D{KEEPER}", f"{first.row_id}.1")


def test_an_edit_that_names_the_rep_gives_it_to_them(world: World) -> None:
    message = world.new_message()
    deal = unclaimed(world, message=message)

    world.hear("Northwind Dental", person=CRM, owner=ANNA, by_app=True, message=message, text="... by Anna")

    assert (world.stage(deal), owner(world, deal)) == (Stage.OPEN, (ANNA, True))


@pytest.mark.parametrize(("decision", "stage"), [(Decision.SURE, Stage.OPEN), (Decision.MAYBE, Stage.DISMISSED)])
def test_a_rep_knows_better_than_a_keeper_who_called_it_no_deal(world: World, decision: Decision, stage: Stage) -> None:
    deal = unclaimed(world)
    world.dismiss(deal, KEEPER)

    world.hear("Northwind Dental", person=ANNA, decision=decision)

    assert world.stage(deal) == stage


def test_a_rep_who_reports_it_has_it_and_somebody_elses_deal_stays_theirs(world: World) -> None:
    deal = unclaimed(world)
    others = world.a_deal("Contoso", person=BEN)

    for customer in ("Northwind Dental", "Contoso"):
        report = DealReported(world.caller(ANNA), customer, None, None)
        assert world.do(detected_deal.record_reported, report).recognition is (
            Recognition.KNOWN if "North" in customer else Recognition.NEW
        )

    assert (world.stage(deal), owner(world, deal)) == (Stage.OPEN, (ANNA, True))
    assert owner(world, others) == (BEN, True)


def test_starting_the_call_takes_it_on(world: World) -> None:
    deal = unclaimed(world)

    world.tap(card_actions.continue_call, deal, KEEPER)

    assert (world.stage(deal), owner(world, deal)) == (Stage.OPEN, (KEEPER, True))


def test_what_a_rep_hands_on_is_asked_for_by_the_next(world: World) -> None:
    sure, suspected = world.a_deal(), world.a_deal("Contoso", decision=Decision.MAYBE)

    pick(world, sure, BEN, person=ANNA)
    pick(world, suspected, BEN, person=ANNA)

    assert (world.stage(sure), world.stage(suspected)) == (Stage.OPEN, Stage.SIGHTED)
    assert owner(world, sure) == owner(world, suspected) == (BEN, True)


def test_nobody_hands_on_a_deal_whose_call_has_begun_or_that_is_not_theirs(world: World) -> None:
    deal = world.a_deal(message=Message("C1", "1.1"))
    with pytest.raises(NotYoursError):
        pick(world, deal, BEN, person=BEN)
    world.capture(deal)
    with pytest.raises(NotNowError):
        pick(world, deal, BEN, person=ANNA)

    assert owner(world, deal) == (ANNA, True)
