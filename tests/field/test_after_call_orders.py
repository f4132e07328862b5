"""Orders that change after the close, as they went wrong in CRMs, shops and their integrations."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.ui.ids import ActionId
from handlers.call import card_actions, next_steps
from handlers.call.next_steps import StepTyped
from handlers.detection import Decision, Detection
from handlers.intake.reports import FoundDeal, Recognition
from handlers.method.order_changes import OrderChangeKind
from handlers.method.reminders_due import Kind
from handlers.screens.orders import OrderQuestion
from handlers.screens.team import WinSummary
from storage.database import Database
from storage.models import Deal
from tests.handlers.test_order_changes import change, everything_sent, post_the_wins
from tests.handlers.world import ANNA, BEN, World
from tests.slack.slack_driver import Office
from tests.slack.test_one_deal_once import app_posts, attachment
from tests.wording import wording

RECORD = "https://app.hubspot.com/contacts/1/record/0-3/123"


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def saved_in_the_crm(world: World, *, amount: str = "45000") -> Recognition:
    """The CRM posts the won deal again, because somebody has saved it."""
    detection = Detection(
        Decision.SURE, 0.9, customer="Northwind Dental", amount=Decimal(amount), currency="USD", record_url=RECORD
    )
    [outcome] = world.detect_deals(FoundDeal(detection, ANNA), person="U_APP", by_app=True)
    return outcome.recognition


@pytest.mark.reported("frappe/erpnext#41216")
@pytest.mark.parametrize("days", [0, 6, 8, 30, 200])
def test_a_record_that_is_saved_again_is_the_same_deal(world: World, days: int) -> None:
    """Each save made the integration report the record again."""
    assert saved_in_the_crm(world) is Recognition.NEW
    world.advance(days=days)
    assert saved_in_the_crm(world) is Recognition.KNOWN
    assert len(world.all(Deal)) == 1


@pytest.mark.reported("reapit/foundations#6882")
def test_an_amount_that_is_reported_twice_is_asked_about_once(world: World) -> None:
    saved_in_the_crm(world)
    everything_sent(world)
    for _ in range(3):
        saved_in_the_crm(world, amount="52000")
    asked = [screen for screen in everything_sent(world) if isinstance(screen, OrderQuestion)]
    assert [each.amount for each in asked] == ["$52,000"]
    assert world.facts(1).amount == "$45,000"


@pytest.mark.reported("1Panel-dev/CordysCRM#2260")
def test_a_deal_that_is_handed_on_or_reopened_does_not_start_over(world: World) -> None:
    """A new owner put every opportunity back into its first stage."""
    deal = world.a_recapped_deal()
    change(world, deal, OrderChangeKind.OWNER_CHANGED, owner=BEN)
    assert world.stage(deal) == "recapped"

    world.click(card_actions.lose, deal, person=BEN)
    world.confirm_deal(deal, person=BEN)

    assert (world.stage(deal), len(world.statements(deal))) == ("recapped", 4)


@pytest.mark.reported("liberusoftware/ecommerce-laravel#748")
def test_what_was_refunded_counts_no_longer(world: World) -> None:
    """Refunded orders stayed in the revenue, because they kept their state."""
    deal = world.a_recapped_deal()
    world.a_deal("Harbor Point Hotels")
    post_the_wins(world)
    world.advance(hours=1)

    change(world, deal, OrderChangeKind.REFUNDED)

    [summary] = [screen for screen in everything_sent(world) if isinstance(screen, WinSummary)]
    assert [win.deal.customer for win in summary.wins] == ["Harbor Point Hotels"]
    assert world.stage(deal) == "recapped"


@pytest.mark.reported("actingoffice/ActingOffice.App.Dev#438")
def test_a_lost_deal_asks_for_no_next_step(world: World) -> None:
    """A lead that was marked as lost still asked for the date of its set-up."""
    deal = world.a_recapped_deal()
    world.do(next_steps.save, StepTyped(world.caller(), deal, "Set-up", "Friday"))

    change(world, deal, OrderChangeKind.LOST)

    assert (world.queued(Kind.NEXT_STEP), world.card(deal).step) == ([], None)
    assert [row for row in world.queued(Kind.DIGEST) if row.deal_id == deal] == []


@pytest.mark.reported("OCA/crm#692")
@pytest.mark.parametrize("stage", ["Closed Lost", "Cancelled", "Churned"])
async def test_a_crm_card_on_slack_asks_the_rep(office: Office, stage: str) -> None:
    """Whoever worked on the deal did not hear that it was lost."""
    await office.monday_morning(timedelta(0))  # the question comes in working hours
    won = attachment("Northwind Dental", "$45,000.00", "Ada Kemp")
    await app_posts(office, **won)
    await office.card(wording("card.title_open", customer="Northwind Dental"))
    lost = json.loads(json.dumps(won).replace("Closed Won", stage))

    await app_posts(office, **lost)

    kind = "cancelled" if stage == "Cancelled" else "lost"
    asked = await office.card(wording(f"order.reported_{kind}", customer="Northwind Dental"))
    (deal,) = await office.export()
    assert deal["stage"] == "open"
    await office.tap(asked, ActionId.ORDER_IS_SO)
    await office.card(wording("card.title_other", customer="Northwind Dental", stage=wording(f"stage.{kind}")))
    (deal,) = await office.export()
    assert (deal["stage"], [each["kind"] for each in deal["order_changes"]]) == (kind, [kind])


@pytest.mark.reported("frappe/crm#2588")
def test_a_next_step_in_words_has_a_day_and_a_reminder(world: World) -> None:
    """A step that was only a text reminded nobody."""
    deal = world.a_deal()
    world.capture(deal)
    world.agree_to_all(deal)

    world.wrap_up(deal, next_step="the kickoff call on Thursday, 12 March")

    assert [row.due_at.date().isoformat() for row in world.queued(Kind.NEXT_STEP)] == ["2026-03-12"]
