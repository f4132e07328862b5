"""A deal whose owner is unknown: one person is asked, and the call is planned once the owner is known."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.call import card_actions
from handlers.detection import Decision
from handlers.errors import NotNowError, NotYoursError
from handlers.intake import corrections, reported_deal
from handlers.intake.corrections import OwnerPicked
from handlers.intake.reports import DealReported, Recognition
from handlers.method.stages import Doubt, Stage
from handlers.screens.deals import DealCard, HandedOver
from tests.handlers.test_compose import next_message
from tests.handlers.world import ANNA, BEN, Message, World

MANAGER = "U_KEEPER"
CRM = "B_CRM"


def unclaimed(world: World, customer: str = "Northwind Dental", **how: Any) -> int:
    """A deal from a CRM card that names nobody."""
    return world.a_deal(customer, person=CRM, owner=MANAGER, owner_known=False, by_app=True, **how)


def pick(
    world: World, deal: int, owner: str = ANNA, *, person: str = MANAGER, event: str | None = None
) -> DealCard | HandedOver | None:
    return world.do(corrections.pick_owner, OwnerPicked(world.caller(person, event=event), deal, owner))


def owner_of(world: World, deal: int) -> tuple[str, bool]:
    row = world.deal(deal)
    return row.owner.external_id, row.owner_known


@pytest.mark.parametrize("decision", [Decision.SURE, Decision.MAYBE])
def test_the_manager_is_asked_and_nobody_is_asked_to_call(world: World, decision: Decision) -> None:
    deal = unclaimed(world, decision=decision)

    assert (world.stage(deal), owner_of(world, deal)) == (Stage.SIGHTED, (MANAGER, False))
    assert not world.queued("reminder")
    card = next_message(world)
    assert card.person == MANAGER
    assert isinstance(card.screen, DealCard)
    assert not card.screen.deal.owner_known
    assert card.screen.source is not None
    assert card.screen.source.app == "CRM"


def test_the_picked_rep_gets_the_call_and_the_manager_is_done(world: World) -> None:
    deal = unclaimed(world)
    old = next_message(world)
    world.advance(hours=1)

    outcome = pick(world, deal, event="tap:1")
    assert pick(world, deal, event="tap:1") is None

    assert isinstance(outcome, HandedOver)
    assert (world.stage(deal), owner_of(world, deal)) == (Stage.OPEN, (ANNA, True))
    line, card = next_message(world), next_message(world)
    assert (line.person, line.replaces, type(line.screen)) == (MANAGER, (f"D{MANAGER}", f"{old.row_id}.1"), HandedOver)
    assert card.person == ANNA
    assert len(world.queued("reminder")) == 2
    assert world.actions(deal) == ["heard", "handed_over", "open"]
    with pytest.raises(NotYoursError):
        pick(world, deal, BEN)


def test_a_manager_can_pick_themselves(world: World) -> None:
    deal = unclaimed(world)

    outcome = pick(world, deal, MANAGER)

    assert isinstance(outcome, DealCard)
    assert (world.stage(deal), owner_of(world, deal)) == (Stage.OPEN, (MANAGER, True))


def test_undoing_a_dismissal_asks_for_the_owner_again(world: World) -> None:
    deal = unclaimed(world)
    world.dismiss(deal, MANAGER)

    world.confirm_deal(deal, MANAGER)

    assert (world.stage(deal), owner_of(world, deal)) == (Stage.SIGHTED, (MANAGER, False))


def test_a_deleted_message_is_asked_about_before_the_owner(world: World) -> None:
    message = world.new_message()
    deal = unclaimed(world, message=message)
    world.delete(message, person=CRM)
    assert world.deal(deal).doubt == Doubt.DELETED

    world.confirm_deal(deal, MANAGER)

    assert (world.deal(deal).doubt, world.stage(deal), owner_of(world, deal)) == (None, Stage.SIGHTED, (MANAGER, False))


def test_a_repeated_crm_card_does_not_make_the_manager_its_owner(world: World) -> None:
    deal = unclaimed(world)

    assert unclaimed(world) == deal

    assert (world.stage(deal), owner_of(world, deal)) == (Stage.SIGHTED, (MANAGER, False))


@pytest.mark.parametrize(
    ("card", "post", "stage"),
    [
        (Decision.SURE, Decision.SURE, Stage.OPEN),
        (Decision.SURE, Decision.MAYBE, Stage.OPEN),
        (Decision.MAYBE, Decision.SURE, Stage.OPEN),
        (Decision.MAYBE, Decision.MAYBE, Stage.SIGHTED),
    ],
)
def test_a_rep_who_announces_it_becomes_the_owner(world: World, card: Decision, post: Decision, stage: Stage) -> None:
    deal = unclaimed(world, decision=card)
    next_message(world)

    assert world.a_deal("Northwind Dental", person=ANNA, decision=post) == deal

    assert (world.stage(deal), owner_of(world, deal)) == (stage, (ANNA, True))
    assert [next_message(world).person, next_message(world).person] == [MANAGER, ANNA]


def test_a_manager_who_announces_it_keeps_the_card(world: World) -> None:
    deal = unclaimed(world)
    first = next_message(world)

    world.a_deal("Northwind Dental", person=MANAGER)

    assert (world.stage(deal), owner_of(world, deal)) == (Stage.OPEN, (MANAGER, True))
    assert next_message(world).replaces == (f"D{MANAGER}", f"{first.row_id}.1")


def test_an_edit_that_names_a_rep_makes_them_the_owner(world: World) -> None:
    message = world.new_message()
    deal = unclaimed(world, message=message)

    world.detect("Northwind Dental", person=CRM, owner=ANNA, by_app=True, message=message, text="... by Anna")

    assert (world.stage(deal), owner_of(world, deal)) == (Stage.OPEN, (ANNA, True))


@pytest.mark.parametrize(("decision", "stage"), [(Decision.SURE, Stage.OPEN), (Decision.MAYBE, Stage.DISMISSED)])
def test_a_sure_message_by_a_rep_revives_a_deal_that_the_manager_dismissed(
    world: World, decision: Decision, stage: Stage
) -> None:
    deal = unclaimed(world)
    world.dismiss(deal, MANAGER)

    world.detect("Northwind Dental", person=ANNA, decision=decision)

    assert world.stage(deal) == stage


def test_reporting_claims_an_unowned_deal_but_nobody_elses(world: World) -> None:
    deal = unclaimed(world)
    others = world.a_deal("Contoso", person=BEN)

    for customer in ("Northwind Dental", "Contoso"):
        report = DealReported(world.caller(ANNA), customer, None, None)
        assert world.do(reported_deal.record_reported, report).recognition is (
            Recognition.KNOWN if "North" in customer else Recognition.NEW
        )

    assert (world.stage(deal), owner_of(world, deal)) == (Stage.OPEN, (ANNA, True))
    assert owner_of(world, others) == (BEN, True)


def test_starting_the_call_makes_the_manager_the_owner(world: World) -> None:
    deal = unclaimed(world)

    world.click(card_actions.continue_call, deal, MANAGER)

    assert (world.stage(deal), owner_of(world, deal)) == (Stage.OPEN, (MANAGER, True))


def test_a_handed_over_deal_keeps_its_stage(world: World) -> None:
    sure, suspected = world.a_deal(), world.a_deal("Contoso", decision=Decision.MAYBE)

    pick(world, sure, BEN, person=ANNA)
    pick(world, suspected, BEN, person=ANNA)

    assert (world.stage(sure), world.stage(suspected)) == (Stage.OPEN, Stage.SIGHTED)
    assert owner_of(world, sure) == owner_of(world, suspected) == (BEN, True)


def test_a_deal_cannot_be_handed_over_by_others_or_after_the_call_began(world: World) -> None:
    deal = world.a_deal(message=Message("C1", "1.1"))
    with pytest.raises(NotYoursError):
        pick(world, deal, BEN, person=BEN)
    world.capture(deal)
    with pytest.raises(NotNowError):
        pick(world, deal, BEN, person=ANNA)

    assert owner_of(world, deal) == (ANNA, True)
