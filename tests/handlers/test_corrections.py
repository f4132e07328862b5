"""Before the call the rep corrects what was detected, or hands the deal over."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from handlers.detection import Decision
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.intake import corrections
from handlers.intake.corrections import DealCorrected
from handlers.method.stages import Stage
from handlers.reminders import compose
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.outcomes import Pointless
from handlers.requests import DealRequest
from handlers.screens.deals import DealCard, HandedOver
from storage.models import OutboxRow
from storage.tenancy import scope
from tests.handlers.test_compose import compose_next, next_message
from tests.handlers.world import ANNA, BEN, World


def test_the_form_is_prefilled_and_saving_it_unchanged_changes_nothing(world: World) -> None:
    deal = world.a_deal(amount="45000.50", period="year")
    form = world.click(corrections.show_form, deal, event="")
    before = world.deal(deal)

    assert (form.deal.customer, form.amount, form.deal.owner) == ("Northwind Dental", "45000.5 USD", ANNA)
    world.correct_deal(deal, amount=form.amount)

    after = world.deal(deal)
    assert (after.amount_minor, after.currency, after.period) == (before.amount_minor, "USD", "year")
    assert world.actions(deal) == ["heard"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("$23k", (2_300_000, "USD", "year")),
        ("23k", (2_300_000, "USD", "year")),
        ("23.000 EUR", (2_300_000, "EUR", "year")),
        ("$2k a month", (200_000, "USD", "month")),
        ("¥500,000", (500_000, "JPY", "year")),
        ("  ", (None, None, None)),
    ],
)
def test_customer_and_amount_are_corrected(world: World, typed: str, expected: tuple[object, ...]) -> None:
    deal = world.a_deal("Northwnd", amount="32000", period="year")

    world.correct_deal(deal, " Northwind \n Dental ", typed)

    row = world.deal(deal)
    assert (row.customer, row.customer_key) == ("Northwind Dental", "northwind dental")
    assert (row.amount_minor, row.currency, row.period) == expected
    assert world.actions(deal) == ["heard", "fixed"]
    assert len(world.queued("card")) == 1


def test_correcting_a_suspected_deal_confirms_it(world: World) -> None:
    deal = world.a_deal(decision=Decision.MAYBE)

    world.correct_deal(deal)

    assert world.stage(deal) == Stage.OPEN


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ({"customer": " "}, "customer"),
        ({"customer": "x" * 201}, "customer"),
        ({"amount": "a lot"}, "amount"),
        ({"owner": ""}, "owner"),
    ],
)
def test_invalid_entries_are_refused_at_their_field(world: World, entries: dict[str, str], field: str) -> None:
    deal = world.a_deal()
    before = world.all_rows()

    with pytest.raises(InvalidEntryError) as refused:
        world.correct_deal(deal, **entries)

    assert refused.value.field == field
    assert world.all_rows() == before


def test_nothing_can_be_corrected_once_the_call_has_begun(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal)

    with pytest.raises(NotNowError):
        world.correct_deal(deal)
    with pytest.raises(NotNowError):
        world.do(corrections.show_form, DealRequest(world.caller(), deal))


def test_a_handover_makes_a_new_card_and_reminders_and_updates_the_old_card(world: World) -> None:
    deal = world.a_deal()
    old = next_message(world)
    world.advance(hours=1)

    world.correct_deal(deal, owner=BEN, event="form:1")
    world.correct_deal(deal, owner=BEN, event="form:1")

    assert world.deal(deal).owner.external_id == BEN
    assert world.actions(deal) == ["heard", "handed_over"]
    line, card = next_message(world), next_message(world)
    assert isinstance(line.screen, HandedOver)
    assert (line.person, line.screen.to) == (ANNA, BEN)
    assert line.replaces == (f"D{ANNA}", f"{old.row_id}.1")
    assert (card.person, card.replaces) == (BEN, None)
    assert isinstance(card.screen, DealCard)
    assert world.deal(deal).card_channel == f"D{BEN}"
    waiting = world.queued("reminder")
    assert [row.person_id for row in waiting] == [world.deal(deal).owner_id] * 2
    assert min(row.due_at for row in waiting) >= world.now + timedelta(hours=4)
    with pytest.raises(NotYoursError):
        world.dismiss(deal, ANNA)
    assert world.dismiss(deal, BEN).deal.stage is Stage.DISMISSED


def test_a_suspected_deal_stays_suspected_after_a_handover(world: World) -> None:
    deal = world.a_deal(decision=Decision.MAYBE)

    world.correct_deal(deal, owner=BEN)

    assert world.stage(deal) == Stage.SIGHTED
    assert next_message(world).person == BEN


def test_an_unsent_card_goes_to_the_new_owner_only(world: World) -> None:
    deal = world.a_deal()
    world.correct_deal(deal, owner=BEN)

    card = next_message(world)
    assert (card.person, isinstance(card.screen, DealCard)) == (BEN, True)
    assert compose_next(world) is None
    assert world.actions(deal) == ["heard", "handed_over"]


def test_a_card_delivered_after_the_handover_is_retired(world: World) -> None:
    deal = world.a_deal()
    on_its_way = next_message(world, settle=False)
    world.correct_deal(deal, owner=BEN)

    def arrives(session: Session) -> None:
        scope(session, on_its_way.tenant_id)
        row = session.get_one(OutboxRow, on_its_way.row_id)
        compose.record_delivery(session, row, channel="DOLD", ts="1.1", now=world.now)

    world.database.write_sync(arrives)

    card, line = next_message(world), next_message(world)
    assert (card.person, card.replaces) == (BEN, None)
    assert (line.person, line.replaces, type(line.screen)) == (ANNA, ("DOLD", "1.1"), HandedOver)
    assert world.deal(deal).card_channel == f"D{BEN}"


def is_waiting_for_lock(session: Session) -> bool:
    """Whether a transaction in this PostgreSQL database waits for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(session.connection().scalar(text(waiting)))


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # SQLite writes one at a time
def test_a_card_delivered_during_the_handover_is_not_taken_for_the_new_owners(world: World) -> None:
    """Once it was stored as the new owner's card, so that the new owner never got one."""
    deal = world.a_deal()
    on_its_way = next_message(world, settle=False)
    handed_over, go_on = threading.Event(), threading.Event()

    def hands_over_slowly(session: Session, request: DealCorrected, now: datetime) -> None:
        corrections.save(session, request, now)
        session.flush()
        handed_over.set()
        go_on.wait(10)

    def arrives(session: Session) -> None:
        scope(session, on_its_way.tenant_id)
        row = session.get_one(OutboxRow, on_its_way.row_id)
        compose.record_delivery(session, row, channel="DOLD", ts="1.1", now=world.now)

    with ThreadPoolExecutor() as threads:
        request = DealCorrected(world.caller(), deal, "Northwind Dental", "45000 USD", BEN)
        fixing_it = threads.submit(world.do, hands_over_slowly, request)
        assert handed_over.wait(10)
        arriving = threads.submit(world.database.write_sync, arrives)
        until = time.monotonic() + 60
        while not world.database.read_sync(is_waiting_for_lock):
            assert time.monotonic() < until
            time.sleep(0.01)
        go_on.set()
        fixing_it.result(10)
        arriving.result(10)

    card, line = next_message(world), next_message(world)
    assert (card.person, card.replaces) == (BEN, None)
    assert (line.person, line.replaces, type(line.screen)) == (ANNA, ("DOLD", "1.1"), HandedOver)
    assert world.deal(deal).card_channel == f"D{BEN}"


def test_an_unfinished_card_is_pointless_after_the_handover(world: World) -> None:
    deal = world.a_deal()
    next_message(world, settle=False)
    world.correct_deal(deal, owner=BEN)
    world.advance(minutes=5)

    seen = [compose_next(world) for _ in range(3)]

    assert isinstance(seen[0], Pointless)
    assert [each.person for each in seen if isinstance(each, OutboundMessage)] == [BEN]
    assert world.deal(deal).card_channel == f"D{BEN}"


def test_a_deal_that_is_handed_back_gets_a_new_card(world: World) -> None:
    deal = world.a_deal()
    next_message(world)
    world.advance(minutes=1)
    world.correct_deal(deal, owner=BEN)
    next_message(world), next_message(world)
    world.advance(minutes=1)

    world.correct_deal(deal, owner=ANNA, person=BEN)

    assert [next_message(world).person, next_message(world).person] == [BEN, ANNA]
    assert len(world.queued("reminder")) == 2
    assert {row.person_id for row in world.all(OutboxRow) if row.kind == "reminder" and row.state == "queued"} == {
        world.deal(deal).owner_id
    }
