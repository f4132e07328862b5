"""A tool reports that an order was changed: its rep is asked once, and nothing changes before they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.deal.facts import facts
from handlers.deal.order_changes import QUESTION, is_possible
from handlers.deal.reminder_facts import working_time
from handlers.method import money
from handlers.method.locales import number_locale
from handlers.method.order_changes import OrderChangeKind
from handlers.screens.orders import OrderQuestion
from storage import orders, outbox
from storage.models import Deal, OutboxRow, Tenant


@dataclass(frozen=True, slots=True)
class ReportedChange:
    """What a tool reports: the change, with the new amount in minor units or the platform's id of the new owner."""

    kind: OrderChangeKind
    amount_minor: int | None = None
    currency: str | None = None
    period: str | None = None
    owner: str | None = None


def ask(session: Session, deal: Deal, reported: ReportedChange, now: datetime) -> None:
    """Ask the deal's rep in their working hours, once: a tool that reports the same again raises no new question.

    After another change of the order it may be asked again.
    """
    if not _is_news(deal, reported):
        return
    tenant = session.get_one(Tenant, deal.tenant_id)
    work = working_time(deal.current_rep, tenant)
    payload = {
        name: value
        for name, value in (
            ("kind", reported.kind.value),
            ("amount_minor", reported.amount_minor),
            ("currency", reported.currency),
            ("period", reported.period),
            ("owner", reported.owner),
        )
        if value is not None
    }
    value = reported.owner or reported.amount_minor or ""
    number = orders.count_changes(session, deal.id)
    outbox.enqueue(
        session,
        kind=QUESTION,
        dedupe_key=f"{QUESTION}:{deal.id}:{reported.kind}:{value}:{number}",
        due_at=now if work.includes(now) else work.next(now),
        zone=work.local.key,
        deal_id=deal.id,
        person_id=deal.current_rep_id,
        payload=payload,
        now=now,
    )


def reported_in(payload: dict[str, Any]) -> ReportedChange:
    """The change that a question's row stores."""
    return ReportedChange(**{**payload_fields(payload), "kind": OrderChangeKind(payload["kind"])})


def payload_fields(payload: dict[str, Any]) -> dict[str, Any]:
    """The fields of the change, without what else the row stores."""
    return {name: payload[name] for name in ("amount_minor", "currency", "period", "owner") if name in payload}


def why_pointless(deal: Deal, payload: dict[str, Any]) -> str | None:
    """Why the question is pointless now; None if it is not."""
    if deal.doubt is not None:
        return f"the message was {deal.doubt}, and the card asks about that"
    return None if _is_news(deal, reported_in(payload)) else f"the deal is {deal.stage}, and as reported"


def order_question(deal: Deal, row: OutboxRow) -> OrderQuestion:
    """What the message asks."""
    reported = reported_in(row.payload)
    amount = None
    if reported.amount_minor is not None:
        currency, locale = reported.currency or deal.currency, number_locale(deal.owner.locale)
        amount = money.format_amount(reported.amount_minor, currency, locale)
    return OrderQuestion(facts(deal), reported.kind, row.id, amount, reported.owner)


def _is_news(deal: Deal, reported: ReportedChange) -> bool:
    match reported.kind:
        case OrderChangeKind.AMOUNT_CHANGED if reported.amount_minor == deal.amount_minor:
            return reported.currency not in (None, deal.currency)
        case OrderChangeKind.OWNER_CHANGED if reported.owner == deal.owner.external_id:
            return False
    return is_possible(deal, reported.kind)
