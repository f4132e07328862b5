"""Changes of an order after the close: each is evidence, stands in the timeline, and reaches whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from handlers.deal.planning import advance, hand_over, refresh_card, resume
from handlers.deal.posted_wins import put_right
from handlers.deal.sent_reminders import settle_questions
from handlers.errors import NotNowError
from handlers.method.order_changes import ENDINGS, TAKEN_BACK, OrderChangeKind, possible_changes
from handlers.method.stages import Stage
from storage import audit_log, orders
from storage.models import Deal, Person

QUESTION = "order_question"
"""The kind of message that asks whether what a tool reported about the order is so."""


@dataclass(frozen=True, slots=True)
class Because:
    """Who changes the order, when, and why if they say so."""

    actor_id: int
    now: datetime
    reason: str | None = None


class Amount(NamedTuple):
    """An order's amount in minor units, with its currency and what it covers."""

    minor: int
    currency: str | None
    period: str | None


def is_possible(deal: Deal, kind: OrderChangeKind) -> bool:
    """Whether the order can be changed so now."""
    return kind in possible_changes(Stage(deal.stage), refunded=deal.refunded_at is not None)


def end_order(session: Session, deal: Deal, kind: OrderChangeKind, why: Because) -> None:
    """The customer cancelled, or the deal was lost after all: its reminders stop.

    Raises `NotNowError` if the deal is over.
    """
    was, stage = deal.stage, ENDINGS[kind]
    if was == stage:
        return
    _require(deal, kind)
    _record(session, deal, kind, was, stage, why)
    advance(session, deal, stage, why.actor_id, why.now)
    settle_questions(session, deal, QUESTION, why.now)


def refund(session: Session, deal: Deal, why: Because) -> None:
    """The order was refunded: the deal keeps its stage, and counts as a win no longer."""
    if deal.refunded_at is not None:
        return
    _require(deal, OrderChangeKind.REFUNDED)
    deal.refunded_at = why.now
    _record(session, deal, OrderChangeKind.REFUNDED, None, None, why)
    audit_log.record(session, deal.id, why.actor_id, "refunded", why.now)
    _show(session, deal, why.now)


def reopen(session: Session, deal: Deal, why: Because) -> None:
    """A cancelled or lost deal goes on where it was; a refunded one was not refunded after all."""
    _require(deal, OrderChangeKind.REOPENED)
    if deal.stage in TAKEN_BACK:
        resume(session, deal, why.actor_id, why.now, why.reason)
        settle_questions(session, deal, QUESTION, why.now)
        return
    deal.refunded_at = None
    _record(session, deal, OrderChangeKind.REOPENED, OrderChangeKind.REFUNDED, None, why)
    audit_log.record(session, deal.id, why.actor_id, "not_refunded", why.now)
    _show(session, deal, why.now)


def change_amount(session: Session, deal: Deal, amount: Amount, why: Because) -> None:
    """The customer ordered more or less than it was."""
    was, was_minor = _written_amount(deal), deal.amount_minor
    if amount == (deal.amount_minor, deal.currency, deal.period):
        return
    _require(deal, OrderChangeKind.AMOUNT_CHANGED)
    deal.amount_minor, deal.currency, deal.period = amount
    _record(session, deal, OrderChangeKind.AMOUNT_CHANGED, was, _written_amount(deal), why)
    audit_log.record(session, deal.id, why.actor_id, "amount_changed", why.now, was=was_minor, became=amount.minor)
    _show(session, deal, why.now)


def change_owner(session: Session, deal: Deal, owner: Person, why: Because) -> None:
    """Somebody else looks after the customer from now on: they get the card and what is still to come."""
    if deal.owner_id == owner.id:
        return
    _require(deal, OrderChangeKind.OWNER_CHANGED)
    was = deal.owner.external_id
    _record(session, deal, OrderChangeKind.OWNER_CHANGED, was, owner.external_id, why)
    hand_over(session, deal, owner, why.actor_id, why.now)
    settle_questions(session, deal, QUESTION, why.now)


def _written_amount(deal: Deal) -> str | None:
    """The amount as evidence has it: in minor units, with currency and period; None without one."""
    if deal.amount_minor is None:
        return None
    return " ".join(str(part) for part in (deal.amount_minor, deal.currency, deal.period) if part is not None)


def _require(deal: Deal, kind: OrderChangeKind) -> None:
    if not is_possible(deal, kind):
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)


def _record(
    session: Session, deal: Deal, kind: OrderChangeKind, was: str | None, became: str | None, why: Because
) -> None:
    orders.record_change(
        session,
        deal_id=deal.id,
        kind=kind,
        was=was,
        became=became,
        reason=why.reason,
        actor_id=why.actor_id,
        now=why.now,
    )


def _show(session: Session, deal: Deal, now: datetime) -> None:
    """The stage stays: the card and the posted summary say what has changed."""
    refresh_card(session, deal, now)
    put_right(session, deal, now)
    settle_questions(session, deal, QUESTION, now)
