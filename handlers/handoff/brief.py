"""The handoff brief: what delivery needs of a deal, and nothing else (M8.3, M10.1).

It is built from the statements, the contacts and the next step alone: no note, price, urgency, other seller or referral
can get into it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.contacts import reachable_contacts
from handlers.call.statement_changes import details_of
from handlers.call.statement_list import listed_statement
from handlers.deal.deal_playbook import playbook_of
from handlers.deal.delivery import words_of_delivery
from handlers.deal.facts import statements_of
from handlers.deal.reminder_facts import agreed_statements, dated_promises, recurring_promises
from handlers.method.details import Details, Owner, PromisedBy, Source
from handlers.method.handoff import Risk, risk_of, risk_rank
from handlers.method.statements import Said, Statement, in_reading_order
from handlers.method.time_zones import zone
from handlers.screens.deals import DeliveryWord
from handlers.screens.handoff import HandedPromise, HandoffBrief
from prompts.playbook import DeliveryWords
from storage import handoffs
from storage.models import Deal, Tenant


def promises_of(session: Session, deal: Deal) -> list[Statement]:
    """What the customer agreed to, in reading order: the promises that delivery takes over."""
    return [s for s in in_reading_order(statements_of(session, deal.id)) if s.on_list and s.said is Said.AGREED]


def handoff_brief(session: Session, deal: Deal, now: datetime) -> HandoffBrief:
    """The brief as it stands, the riskiest promises first."""
    tenant = session.get_one(Tenant, deal.tenant_id)
    agreed = agreed_statements(session, deal)
    closed_on = deal.closed_at.astimezone(zone(deal.owner.zone, tenant.zone)).date()
    due = dict(dated_promises(agreed, closed_on))
    rhythms = {each.statement_id for each in recurring_promises(session, deal, agreed, tenant)}
    first, details = handoffs.first_wordings(session, deal.id), details_of(session, deal.id)
    words, says = words_of_delivery(session, deal.id), playbook_of(session, deal).delivery
    promises = []
    for statement in promises_of(session, deal):
        noted = details.get(statement.id, Details())
        listed = listed_statement(statement, noted, words.get(statement.id))
        said_first = first.get(statement.id, "")
        own = noted.source is not Source.ASSUMPTION and said_first != statement.wording
        risk = _risk(noted, listed.measure, words.get(statement.id))
        promises.append(
            HandedPromise(
                statement,
                listed.measure,
                None if noted.owner is None else Owner(noted.owner),
                said_first if own else "",
                due.get(statement.id),
                statement.id in rhythms,
                risk,
                words.get(statement.id),
                _what_if(risk, says),
            )
        )
    return HandoffBrief(
        customer=deal.customer,
        rep=deal.owner.external_id,
        contacts=reachable_contacts(deal, now),
        promises=tuple(sorted(promises, key=lambda each: risk_rank(each.risk))),
        reset=_reset(session, deal, details),
        next_step=deal.next_step or "",
    )


def measure_of(statement: Statement) -> str:
    """What makes the statement measurable, or an empty text."""
    return listed_statement(statement, None).measure


def _risk(noted: Details, measure: str, word: DeliveryWord | None) -> Risk | None:
    by_competitor = noted.promised_by is PromisedBy.COMPETITOR
    return risk_of(None if word is None else word.answer, by_competitor=by_competitor, measured=bool(measure))


def _what_if(risk: Risk | None, says: DeliveryWords) -> str:
    match risk:
        case None:
            return ""
        case Risk.CANNOT:
            return says.if_cannot
        case Risk.AT_RISK:
            return says.if_at_risk
        case Risk.RESET:
            return says.if_reset
        case Risk.UNMEASURED:
            return says.if_unmeasured


def _reset(session: Session, deal: Deal, details: dict[int, Details]) -> tuple[str, ...]:
    """What another seller had promised and the customer gave up when the rep said so (M1.2)."""
    theirs = [
        s
        for s in in_reading_order(statements_of(session, deal.id))
        if details.get(s.id, Details()).promised_by is PromisedBy.COMPETITOR
    ]
    return tuple(s.wording for s in theirs if s.said is Said.WITHDRAWN or not s.on_list)
