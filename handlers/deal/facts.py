"""From rows to what screens say of a deal: its facts, its statements, its card."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.errors import NoSuchDealError, NotYoursError
from handlers.method import money
from handlers.method.stages import CALL_NOT_MADE, Doubt, Stage
from handlers.method.statements import Kind, Said, Statement, agreed_counts, progress
from handlers.method.urgency import urgency
from handlers.requests import OpenedRequest
from handlers.screens.deals import CallTime, DealCard, DealFacts, HeardIn, ReferralAnswer
from storage import deals, statements
from storage.models import Deal, Sighting


def owned(session: Session, arrival: OpenedRequest, deal_id: int) -> Deal:
    """The deal, held for a change by its owner.

    Raises `NoSuchDealError` when the workspace has no such deal, `NotYoursError` when somebody else owns it.
    """
    deal = deals.lock(session, deal_id)
    if deal is None:
        raise NoSuchDealError
    if deal.owner_id != arrival.person.id:
        raise NotYoursError
    return deal


def facts(deal: Deal, locale: str = "en") -> DealFacts:
    """What every screen says of the deal, amounts written for a reader of `locale`."""
    return DealFacts(
        id=deal.id,
        customer=deal.customer,
        amount=None if deal.amount_minor is None else money.format_amount(deal.amount_minor, deal.currency, locale),
        period=deal.period,
        stage=Stage(deal.stage),
        owner=deal.owner.external_id,
        close_date=deal.close_date,
        helped_by=tuple(who for who in deal.helped_by if who != deal.owner.external_id),
        record_url=deal.record_url,
        owner_known=deal.owner_known,
        term_months=deal.term_months,
    )


def statements_of(session: Session, deal_id: int) -> list[Statement]:
    """The deal's statements as they stand now."""
    return [
        Statement(
            id=row.id,
            kind=Kind(row.kind),
            version=row.version,
            wording=row.wording,
            position=row.position,
            said=None if row.said is None else Said(row.said),
            target=row.target,
            on_list=row.on_list,
        )
        for row in statements.current(session, deal_id)
    ]


def _heard(sighting: Sighting) -> HeardIn:
    return HeardIn(sighting.author, sighting.channel, sighting.message_ts, sighting.app, sighting.link)


def card(session: Session, deal: Deal, now: datetime) -> DealCard:
    """The deal's card as it looks at `now`."""
    current = statements_of(session, deal.id)
    referral = statements.referral(session, deal.id)
    recap = statements.latest_recap(session, deal.id)
    sighting = deal.sightings[0] if deal.sightings else None
    return DealCard(
        deal=facts(deal),
        heard=None if sighting is None else _heard(sighting),
        urgency=urgency(deal.closed_at, now, deal.sellers),
        progress=progress(current),
        counts=agreed_counts(current),
        referral=None if referral is None else ReferralAnswer(referral.outcome, referral.number),
        recap_sent_at=None if recap is None else recap.sent_at,
        doubt=None if deal.doubt is None else Doubt(deal.doubt),
        call=None if deal.call_at is None else CallTime(deal.call_at, is_over=deal.call_at <= now),
        introduces=deal.owner.introduced_with == deal.id and deal.stage in CALL_NOT_MADE,
    )
