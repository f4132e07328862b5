"""The rep changes an order: from the card's form, by a command, or by answering what a tool reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.deal_search import DealSearch, find_by_customer
from handlers.call.name_and_time import split_name
from handlers.deal import order_changes
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import card, facts
from handlers.deal.order_changes import QUESTION, Amount, Because
from handlers.deal.order_questions import reported_in
from handlers.deal.sent_reminders import settle_questions
from handlers.detection import find_typed_amount
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method import money
from handlers.method.customers import customer_key
from handlers.method.order_changes import ENDINGS, TAKEN_BACK, OrderChangeKind, possible_changes
from handlers.method.stages import WON, Stage
from handlers.requests import Caller, DealRequest, OpenedRequest, Profile, apply_profile, open_request
from handlers.screens.deals import DealCard, DealChoice
from handlers.screens.orders import AmountChanged, EndingQuestion, OrderForm
from storage import audit_log, deals, outbox_reminders, workspaces
from storage.models import Deal

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class OrderAsked:
    """The rep opens the form, perhaps with a change in mind."""

    caller: Caller
    deal_id: int
    kind: OrderChangeKind | None = None


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """The submitted form. `change` is an `OrderChangeKind`; `amount` and `reason` are as typed, `owner` is an id."""

    caller: Caller
    deal_id: int
    change: str
    amount: str = ""
    owner: str = ""
    reason: str = ""
    owner_profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class AmountTyped:
    """The rep typed a part of a customer's name, and the amount."""

    caller: Caller
    typed: str


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """The rep says whether what a tool reported is so. `row_id` is that of the question."""

    caller: Caller
    deal_id: int
    row_id: int
    is_so: bool


def show_form(session: Session, request: OrderAsked, now: datetime) -> OrderForm:
    """The form. Changes nothing. Raises `NotNowError` if nothing of the order can change now."""
    opened = open_request(session, request.caller, now)
    return _form(owned_deal(session, opened, request.deal_id), request.kind)


def save(session: Session, request: OrderChanged, now: datetime) -> None:
    """Change the order. Raises `InvalidEntryError` for an invalid entry, `NotNowError` if it can't change so now."""
    opened = open_request(session, request.caller, now)
    deal = deals.lock(session, request.deal_id)
    if opened.repeated and deal is not None and deal.owner_id != opened.person.id:
        return  # this very form has handed it over
    deal = owned_deal(session, opened, request.deal_id)
    if opened.repeated:
        return
    try:
        kind = OrderChangeKind(request.change)
    except ValueError as error:
        raise InvalidEntryError("change", "refusal.order_change") from error
    reason = " ".join(request.reason.split())
    if len(reason) > LONGEST_REASON:
        raise InvalidEntryError("reason", "refusal.text_too_long", most=LONGEST_REASON)
    why = Because(opened.person.id, now, reason or None)
    match kind:
        case OrderChangeKind.CANCELLED | OrderChangeKind.LOST:
            order_changes.end_order(session, deal, kind, why)
        case OrderChangeKind.REFUNDED:
            order_changes.refund(session, deal, why)
        case OrderChangeKind.REOPENED:
            order_changes.reopen(session, deal, why)
        case OrderChangeKind.AMOUNT_CHANGED:
            order_changes.change_amount(session, deal, _amount(request.amount, deal), why)
        case OrderChangeKind.OWNER_CHANGED:
            _change_owner(session, opened, deal, request, why)


def end(kind: OrderChangeKind) -> Callable[[Session, DealRequest, datetime], DealCard]:
    """The handler of a tap that says so: the order was cancelled, lost or refunded."""

    def handler(session: Session, request: DealRequest, now: datetime) -> DealCard:
        opened = open_request(session, request.caller, now)
        deal = owned_deal(session, opened, request.deal_id)
        if not opened.repeated:
            _apply(session, opened, deal, kind, now)
        return card(session, deal, now)

    return handler


def ask(kind: OrderChangeKind) -> Callable[[Session, DealSearch, datetime], EndingQuestion | DealChoice]:
    """The handler of a command: ask whether the matching deal was cancelled or refunded. Changes nothing."""

    def handler(session: Session, request: DealSearch, now: datetime) -> EndingQuestion | DealChoice:
        opened = open_request(session, request.caller, now)
        found = find_by_customer(session, opened, request.typed, _stages(kind))
        return EndingQuestion(facts(found), kind) if isinstance(found, Deal) else DealChoice(request.typed, kind, found)

    return handler


def reopen(session: Session, request: DealSearch, now: datetime) -> DealCard | DealChoice:
    """Reopen the matching deal: cancelled or lost, it goes on where it was; refunded, it counts again."""
    opened = open_request(session, request.caller, now)
    try:
        found = find_by_customer(session, opened, request.typed, TAKEN_BACK)
    except NotNowError:
        found = find_by_customer(session, opened, request.typed, WON)
    if not isinstance(found, Deal):
        return DealChoice(request.typed, "reopen", found)
    deal = owned_deal(session, opened, found.id)
    if not opened.repeated:
        order_changes.reopen(session, deal, Because(opened.person.id, now))
    return card(session, deal, now)


def change_amount(session: Session, request: AmountTyped, now: datetime) -> AmountChanged | OrderForm | DealChoice:
    """Change the amount of the matching deal; without an amount, show the form.

    Raises `InvalidEntryError` for an amount that cannot be read, `NotNowError` if no deal matches.
    """
    opened = open_request(session, request.caller, now)
    kind = OrderChangeKind.AMOUNT_CHANGED
    known = {customer_key(deal.customer) for deal in deals.of_rep(session, opened.person.id, _stages(kind))}
    name, typed = split_name(request.typed, known)
    found = find_by_customer(session, opened, name, _stages(kind))
    if not isinstance(found, Deal):
        return DealChoice(name, "amount", found, typed)
    deal = owned_deal(session, opened, found.id)
    if not typed:
        return _form(deal, kind)
    was = facts(deal).amount
    if not opened.repeated:
        order_changes.change_amount(session, deal, _amount(typed, deal), Because(opened.person.id, now))
    return AmountChanged(facts(deal), was)


def answer(session: Session, request: QuestionAnswered, now: datetime) -> DealCard:
    """Change the order as the tool reported it, or leave it. Raises `NotNowError` if the question is no longer open."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    row = outbox_reminders.find(session, request.row_id)
    if row is None or row.kind != QUESTION or row.deal_id != deal.id:
        raise NotNowError("refusal.old_button")
    if opened.repeated:
        return card(session, deal, now)
    if not request.is_so:
        audit_log.record(session, deal.id, opened.person.id, "still_on", now, reported=row.payload["kind"])
        settle_questions(session, deal, QUESTION, now)
        return card(session, deal, now)
    reported = reported_in(row.payload)
    why = Because(opened.person.id, now)
    if reported.kind is OrderChangeKind.OWNER_CHANGED and reported.owner is not None:
        to = workspaces.get_or_create_person(session, reported.owner, now)
        order_changes.change_owner(session, deal, to, why)
    elif reported.kind is OrderChangeKind.AMOUNT_CHANGED and reported.amount_minor is not None:
        amount = Amount(reported.amount_minor, reported.currency or deal.currency, reported.period or deal.period)
        order_changes.change_amount(session, deal, amount, why)
    else:
        _apply(session, opened, deal, reported.kind, now)
    return card(session, deal, now)


def _apply(session: Session, opened: OpenedRequest, deal: Deal, kind: OrderChangeKind, now: datetime) -> None:
    why = Because(opened.person.id, now)
    if kind in ENDINGS:
        order_changes.end_order(session, deal, kind, why)
    elif kind is OrderChangeKind.REOPENED:
        order_changes.reopen(session, deal, why)
    else:
        order_changes.refund(session, deal, why)


def _change_owner(session: Session, opened: OpenedRequest, deal: Deal, request: OrderChanged, why: Because) -> None:
    if not request.owner:
        raise InvalidEntryError("owner", "refusal.owner_missing")
    to = workspaces.get_or_create_person(session, request.owner, why.now)
    if request.owner_profile is not None:
        apply_profile(session, opened.tenant, to, request.owner_profile, why.now)
    order_changes.change_owner(session, deal, to, why)


def _form(deal: Deal, chosen: OrderChangeKind | None) -> OrderForm:
    choices = possible_changes(Stage(deal.stage), refunded=deal.refunded_at is not None)
    if not choices:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    amount = "" if deal.amount_minor is None else money.as_typed(deal.amount_minor, deal.currency)
    return OrderForm(facts(deal), choices, chosen if chosen in choices else None, amount)


def _amount(typed: str, deal: Deal) -> Amount:
    """The amount in what was typed; a currency or period that it does not name stays as it was."""
    found = find_typed_amount(typed)
    if found is None or not money.is_storable(found.amount):
        raise InvalidEntryError("amount", "refusal.amount_unreadable")
    currency = found.currency or deal.currency
    return Amount(money.to_minor(found.amount, currency), currency, found.period or deal.period)


def _stages(kind: OrderChangeKind) -> frozenset[Stage]:
    return frozenset(stage for stage in Stage if kind in possible_changes(stage, refunded=False))
