"""What happens to an order after the close: each change is evidence, stops what is pointless, and is put right."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from handlers.call import card_actions, order_changes
from handlers.call.deal_search import DealSearch
from handlers.call.order_changes import AmountTyped, OrderAsked, OrderChanged, QuestionAnswered
from handlers.detection import Decision, Detection, Post
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.intake import order_reports
from handlers.intake.order_reports import OrderReport, read_ending
from handlers.intake.reports import FoundDeal
from handlers.method.order_changes import RESUMABLE, TAKEN_BACK, OrderChangeKind, possible_changes, resumed_stage
from handlers.method.stages import WON, Stage
from handlers.reminders.outcomes import Pointless
from handlers.requests import DealRequest
from handlers.screens.deals import DealChoice
from handlers.screens.orders import AmountChanged, EndingQuestion, OrderForm, OrderQuestion
from handlers.screens.team import ChangedSince, WinSummary
from handlers.team import channels
from handlers.team.channels import SummaryChannel
from storage.models import Deal, OrderChange, OutboxRow
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, BEN, WINS, World

RECORD = "https://app.hubspot.com/contacts/1/record/0-3/123"
REMINDERS = {"reminder", "call_soon", "call_over", "read_back_open", "recap_due", "corrections", "promise", "update"}
REMINDERS |= {"next_step", "look_back"}


def change(world: World, deal: int, kind: OrderChangeKind, *, person: str = ANNA, **entries: str) -> None:
    world.do(order_changes.save, OrderChanged(world.caller(person), deal, kind, **entries))


def changes(world: World) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(row.kind, row.was, row.became, row.reason) for row in world.all(OrderChange)]


def everything_sent(world: World) -> list[object]:
    """Send what is due; returns the screens."""
    screens: list[object] = []
    while (composed := compose_next(world)) is not None:
        if not isinstance(composed, Pointless):
            screens.append(getattr(composed, "screen", composed))
    return screens


def at_stage(world: World, stage: Stage) -> int:
    """A deal that the rep has brought to this stage."""
    deal = world.a_deal()
    match stage:
        case Stage.SCHEDULED:
            world.schedule(deal, "in 2 hours")
        case Stage.IN_CALL:
            world.capture(deal)
        case Stage.ALIGNED | Stage.RECAPPED:
            world.capture(deal)
            world.agree_to_all(deal)
            world.wrap_up(deal)
            if stage is Stage.RECAPPED:
                world.send_recap(deal)
        case Stage.DELIVERING | Stage.COMPLETED:
            world.capture(deal)
            world.agree_to_all(deal)
            world.wrap_up(deal)
            world.send_recap(deal)
            world.write(lambda session: setattr(session.get_one(Deal, deal), "stage", stage))
    return deal


REACHED = (Stage.OPEN, Stage.SCHEDULED, Stage.IN_CALL, Stage.ALIGNED, Stage.RECAPPED, Stage.DELIVERING)


# --- the rules ---


@given(st.sampled_from(Stage), st.booleans())
def test_what_can_change_follows_the_stage(stage: Stage, refunded: bool) -> None:
    found = possible_changes(stage, refunded=refunded)
    assert (OrderChangeKind.REOPENED in found) == (stage in TAKEN_BACK or (stage in WON and refunded))
    assert (OrderChangeKind.AMOUNT_CHANGED in found) == (stage in WON)
    assert (OrderChangeKind.REFUNDED in found) == (stage in WON and not refunded)
    assert len(found) == len(set(found))


@given(st.sampled_from([*Stage, None]))
def test_a_reopened_deal_goes_on_where_it_was(was: Stage | None) -> None:
    assert resumed_stage(was) == (was if was in RESUMABLE else Stage.OPEN)
    assert resumed_stage(was) in WON


# --- what the rep does ---


@pytest.mark.parametrize("kind", [OrderChangeKind.CANCELLED, OrderChangeKind.LOST])
@pytest.mark.parametrize("stage", REACHED)
def test_an_ended_order_stops_its_reminders_and_reopens_where_it_was(
    world: World, stage: Stage, kind: OrderChangeKind
) -> None:
    deal = at_stage(world, stage)

    change(world, deal, kind, reason="their  budget was cut")

    assert world.stage(deal) == kind
    assert [row for name in REMINDERS for row in world.queued(name)] == []
    assert changes(world) == [(kind, stage, kind, "their budget was cut")]
    assert world.actions(deal)[-1] == kind

    change(world, deal, OrderChangeKind.REOPENED)

    back = Stage.OPEN if stage is Stage.SCHEDULED else stage
    assert world.stage(deal) == back
    assert changes(world)[1] == ("reopened", kind, back, None)
    assert world.actions(deal)[-1] == ("open" if back is Stage.OPEN else "resumed")
    assert [row for name in REMINDERS for row in world.queued(name)] != []


def test_the_button_of_the_card_reopens_where_it_was_too(world: World) -> None:
    deal = world.a_recapped_deal()
    world.click(card_actions.lose, deal)
    assert changes(world) == [("lost", "recapped", "lost", None)]

    assert world.confirm_deal(deal).deal.stage is Stage.RECAPPED


def test_a_refund_keeps_the_stage_and_can_be_taken_back(world: World) -> None:
    deal = world.a_recapped_deal()
    change(world, deal, OrderChangeKind.REFUNDED)

    assert (world.stage(deal), world.card(deal).refunded_at) == ("recapped", world.now)
    assert world.actions(deal)[-1] == "refunded"

    change(world, deal, OrderChangeKind.REOPENED)
    assert (world.card(deal).refunded_at, world.actions(deal)[-1]) == (None, "not_refunded")


@pytest.mark.parametrize("stage", [*REACHED, Stage.COMPLETED])
def test_the_amount_can_change_after_the_call(world: World, stage: Stage) -> None:
    deal = at_stage(world, stage)

    change(world, deal, OrderChangeKind.AMOUNT_CHANGED, amount="52k", reason="two more seats")

    assert (world.facts(deal).amount, world.stage(deal)) == ("$52,000", stage)
    assert changes(world) == [("amount_changed", "4500000 USD", "5200000 USD", "two more seats")]
    with pytest.raises(InvalidEntryError):
        change(world, deal, OrderChangeKind.AMOUNT_CHANGED, amount="a lot")


@pytest.mark.parametrize("stage", [*REACHED, Stage.COMPLETED])
def test_another_owner_gets_the_deal_as_it_stands(world: World, stage: Stage) -> None:
    """Nothing of it starts over, and nothing is lost."""
    deal = at_stage(world, stage)
    everything_sent(world)
    statements = world.statements(deal)

    change(world, deal, OrderChangeKind.OWNER_CHANGED, owner=BEN)

    assert (world.stage(deal), world.facts(deal).owner, world.statements(deal)) == (stage, BEN, statements)
    assert changes(world) == [("owner_changed", ANNA, BEN, None)]
    assert {row.person_id for name in (*REMINDERS, "card") for row in world.queued(name)} == {world.deal(deal).owner_id}
    with pytest.raises(NotYoursError):
        change(world, deal, OrderChangeKind.CANCELLED)


def test_only_what_is_possible_is_offered_and_done(world: World) -> None:
    deal = world.a_recapped_deal()
    form = world.do(order_changes.show_form, OrderAsked(world.caller(event=""), deal, OrderChangeKind.CANCELLED))
    assert isinstance(form, OrderForm)
    assert (form.chosen, form.amount) == (OrderChangeKind.CANCELLED, "45000 USD")
    assert OrderChangeKind.REOPENED not in form.choices
    with pytest.raises(NotNowError):
        change(world, deal, OrderChangeKind.REOPENED)
    with pytest.raises(InvalidEntryError):
        world.do(order_changes.save, OrderChanged(world.caller(), deal, ""))
    before = world.all_rows()
    with pytest.raises(NotYoursError):
        change(world, deal, OrderChangeKind.CANCELLED, person=BEN)
    assert {name: rows for name, rows in world.all_rows().items() if name not in ("people", "inbound_events")} == {
        name: rows for name, rows in before.items() if name not in ("people", "inbound_events")
    }


def test_the_same_event_changes_an_order_once(world: World) -> None:
    deal = world.a_recapped_deal()
    request = OrderChanged(world.caller(event="again"), deal, OrderChangeKind.CANCELLED)
    for _ in range(2):
        world.do(order_changes.save, request)
    assert len(changes(world)) == 1


def test_changes_are_evidence(world: World) -> None:
    change(world, world.a_recapped_deal(), OrderChangeKind.CANCELLED)
    with pytest.raises(DBAPIError):
        world.write(lambda session: setattr(session.get_one(OrderChange, 1), "reason", "another"))


# --- commands ---


def test_commands_name_a_part_of_the_customer(world: World) -> None:
    deal = world.a_recapped_deal("Northwind Dental")
    world.a_deal("Harbor Point Hotels")

    asked = world.do(order_changes.ask(OrderChangeKind.CANCELLED), DealSearch(world.caller(event=""), "northwind"))
    assert isinstance(asked, EndingQuestion)
    assert (asked.deal.id, world.stage(deal)) == (deal, "recapped")
    assert isinstance(
        world.do(order_changes.ask(OrderChangeKind.CANCELLED), DealSearch(world.caller(event=""), "")), DealChoice
    )
    changed = world.do(order_changes.change_amount, AmountTyped(world.caller(), "northwind dental $52k"))
    assert isinstance(changed, AmountChanged)
    assert (changed.was, changed.deal.amount) == ("$45,000", "$52,000")
    assert isinstance(world.do(order_changes.change_amount, AmountTyped(world.caller(), "north")), OrderForm)
    with pytest.raises(NotNowError):
        world.do(order_changes.change_amount, AmountTyped(world.caller(), "fabrikam 3k"))

    world.do(order_changes.end(OrderChangeKind.CANCELLED), DealRequest(world.caller(), deal))
    world.do(order_changes.reopen, DealSearch(world.caller(), "northwind"))
    assert world.stage(deal) == "recapped"


# --- the posted wins ---


def post_the_wins(world: World) -> None:
    world.do(channels.start_summaries, SummaryChannel(world.caller(), WINS, shared_externally=False))
    everything_sent(world)
    world.now = world.queued("summary")[0].due_at + timedelta(minutes=1)
    assert any(isinstance(screen, WinSummary) for screen in everything_sent(world))


@pytest.mark.parametrize(
    ("kind", "entries", "totals", "since"),
    [
        (OrderChangeKind.CANCELLED, {}, ("$45,000",), ChangedSince(cancelled=1)),
        (OrderChangeKind.LOST, {}, ("$45,000",), ChangedSince(cancelled=1)),
        (OrderChangeKind.REFUNDED, {}, ("$45,000",), ChangedSince(refunded=1)),
        (OrderChangeKind.AMOUNT_CHANGED, {"amount": "$52k"}, ("$97,000",), ChangedSince(amounts=1)),
    ],
)
def test_the_posted_summary_is_put_right_in_place(
    world: World, kind: OrderChangeKind, entries: dict[str, str], totals: tuple[str, ...], since: ChangedSince
) -> None:
    deal = world.a_deal("Northwind Dental")
    world.a_deal("Harbor Point Hotels")
    post_the_wins(world)
    posted = next(row for row in world.all(OutboxRow) if row.kind == "summary" and row.state == "sent")

    world.advance(hours=1)

    change(world, deal, kind, **entries)

    updates = []
    while (composed := compose_next(world)) is not None:
        if isinstance(getattr(composed, "screen", None), WinSummary):
            updates.append(composed)
    (update,) = updates
    assert (update.replaces, update.only_if_there) == ((posted.sent_channel, posted.sent_ts), True)
    assert (tuple(each.amount for each in update.screen.totals), update.screen.since) == (totals, since)


def test_an_old_summary_and_another_weeks_stay_as_they_are(world: World) -> None:
    deal = world.a_deal("Northwind Dental")
    post_the_wins(world)
    younger = world.a_deal("Harbor Point Hotels")
    change(world, younger, OrderChangeKind.CANCELLED)
    assert world.queued("summary_update") == []
    world.advance(days=61)
    change(world, deal, OrderChangeKind.CANCELLED)
    assert world.queued("summary_update") == []


# --- what an app reports ---


def report(world: World, text: str, *, customer: str = "", record_url: str | None = None) -> bool:
    """An app posts a card. Returns whether it concerned a deal."""
    kind = read_ending(Post(text=text, author_is_bot=True))
    if kind is None:
        return False
    message = OrderReport(world.caller("U_APP"), "C_CRM", kind, customer, record_url, text)
    if not world.read(lambda session: order_reports.concerns_a_deal(session, message, world.now)):
        return False
    world.do(order_reports.ask_about_ending, message)
    return True


def question(world: World) -> OrderQuestion:
    (asked,) = [screen for screen in everything_sent(world) if isinstance(screen, OrderQuestion)]
    return asked


def answer(world: World, asked: OrderQuestion, *, is_so: bool, person: str = ANNA) -> None:
    world.do(order_changes.answer, QuestionAnswered(world.caller(person), asked.deal.id, asked.row_id, is_so))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Opportunity: Northwind Dental\nStage: Closed Lost\nLoss reason: price", "lost"),
        ("Account: Northwind Dental\nStatus: Churned", "lost"),
        ("Northwind Dental moved from *Closed Won* to *Closed Lost* by Bruno", "lost"),
        ("Stage: Closed Won → Cancelled\nAccount: Northwind Dental", "cancelled"),
        ("Subscription canceled: Northwind Dental (Pro plan)", "cancelled"),
        ("Deal *Northwind Dental* was refunded", "refunded"),
        ("Opportunity Northwind Dental\nPhase: Storniert", "cancelled"),
    ],
)
def test_a_card_about_a_known_deal_asks_its_rep_and_changes_nothing(world: World, text: str, kind: str) -> None:
    deal = world.a_recapped_deal()

    assert report(world, text)

    asked = question(world)
    assert (asked.deal.id, asked.kind, world.stage(deal)) == (deal, kind, "recapped")
    with pytest.raises(NotYoursError):
        answer(world, asked, is_so=True, person=BEN)
    answer(world, asked, is_so=True)
    assert changes(world)[0][0] == kind
    sent = next(row for row in world.all(OutboxRow) if row.id == asked.row_id)
    assert sent.payload["retired"] == "answered"


@pytest.mark.parametrize(
    "text",
    [
        "Quote declined by Northwind Dental",
        "Invoice payment failed: Northwind Dental",
        "Meeting cancelled: Northwind Dental demo",
        "Northwind Dental: stage changed from Closed Lost to Negotiation",
        "Stage: Closed Lost → Negotiation\nAccount: Northwind Dental",
        "Deal not cancelled: Northwind Dental",
        "Opportunity: Fabrikam\nStage: Closed Lost",
    ],
)
def test_a_card_about_something_else_asks_nothing(world: World, text: str) -> None:
    world.a_recapped_deal()
    assert not report(world, text)


def test_a_tool_that_reports_the_same_again_asks_once(world: World) -> None:
    deal = world.a_recapped_deal()
    card = "Account: Northwind Dental\nStage: Closed Lost"
    report(world, card)
    report(world, card)
    answer(world, question(world), is_so=False)
    assert (world.stage(deal), world.actions(deal)[-1]) == ("recapped", "still_on")
    report(world, card)
    assert [screen for screen in everything_sent(world) if isinstance(screen, OrderQuestion)] == []

    change(world, deal, OrderChangeKind.CANCELLED)
    change(world, deal, OrderChangeKind.REOPENED)
    report(world, card)
    assert question(world).kind is OrderChangeKind.LOST


def test_a_question_that_was_answered_elsewhere_is_not_asked(world: World) -> None:
    deal = world.a_recapped_deal()
    report(world, "Account: Northwind Dental\nStage: Closed Lost")
    change(world, deal, OrderChangeKind.CANCELLED)
    assert [screen for screen in everything_sent(world) if isinstance(screen, OrderQuestion)] == []


def crm(world: World, *, amount: str = "45000", owner: str = ANNA) -> None:
    """A CRM posts the won deal."""
    detection = Detection(
        Decision.SURE,
        0.9,
        customer="Northwind Dental",
        amount=Decimal(amount),
        currency="USD",
        record_url=RECORD,
        closed_by=(owner,),
    )
    world.detect_deals(FoundDeal(detection, owner), person="U_APP", by_app=True)


@pytest.mark.parametrize("days", [1, 30])
def test_another_amount_of_the_same_record_is_asked_about(world: World, days: int) -> None:
    crm(world)
    everything_sent(world)
    world.advance(days=days)

    crm(world, amount="52000")
    crm(world, amount="52000")

    assert len(world.all(Deal)) == 1
    asked = question(world)
    assert (asked.kind, asked.amount, world.facts(1).amount) == (OrderChangeKind.AMOUNT_CHANGED, "$52,000", "$45,000")
    answer(world, asked, is_so=True)
    assert world.facts(1).amount == "$52,000"


def test_another_owner_of_the_same_record_is_asked_about(world: World) -> None:
    crm(world)
    everything_sent(world)

    crm(world, owner=BEN)

    asked = question(world)
    assert (asked.kind, asked.owner, world.facts(1).owner) == (OrderChangeKind.OWNER_CHANGED, BEN, ANNA)
    answer(world, asked, is_so=True)
    assert world.facts(1).owner == BEN


def test_a_lost_deal_that_is_won_again_asks_whether_it_is_back_on(world: World) -> None:
    crm(world)
    change(world, 1, OrderChangeKind.LOST)
    everything_sent(world)

    crm(world)

    asked = question(world)
    assert (asked.kind, world.stage(1)) == (OrderChangeKind.REOPENED, "lost")
    answer(world, asked, is_so=True)
    assert world.stage(1) == "open"
