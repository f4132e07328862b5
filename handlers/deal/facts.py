"""Builds what screens show of a deal from its rows: facts, statements, card."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.deal.delivery import handoff_status
from handlers.deal.next_steps import step_on_card
from handlers.deal.open_challenges import open_challenges
from handlers.deal.other_orders import offered_sum
from handlers.deal.rep_calls import fear_of
from handlers.deal.tracked_promises import tracked_promises
from handlers.method import money
from handlers.method.locales import number_locale
from handlers.method.promise_outcomes import outcome_of
from handlers.method.reminders_due import AGREED
from handlers.method.stages import (
    ALIGNED_OR_LATER,
    CALL_NOT_MADE,
    CALL_TO_MAKE,
    RECAPPED_OR_LATER,
    WON,
    Doubt,
    Stage,
)
from handlers.method.statements import Kind, Said, Statement, agreed_counts, progress
from handlers.method.team_roles import TeamRole
from handlers.method.time_zones import zone
from handlers.method.urgency import urgency
from handlers.screens.deals import (
    CallTime,
    DealCard,
    DealFacts,
    OfferedOrder,
    OpenChallenges,
    PromiseProgress,
    ReferralAnswer,
    SourceMessage,
    TeamMember,
    Tries,
)
from prompts.cadence import TRIES
from storage import audit_log, deal_members, deals, statements
from storage.models import Deal, Sighting, Tenant
from storage.statements import CurrentStatement


def facts(deal: Deal, locale: str | None = None) -> DealFacts:
    """What every screen shows of the deal, with amounts formatted for `locale`; by default, its rep's."""
    locale = locale or number_locale(deal.current_rep.locale)
    return DealFacts(
        id=deal.id,
        customer=deal.customer,
        amount=None if deal.amount_minor is None else money.format_amount(deal.amount_minor, deal.currency, locale),
        period=deal.period,
        stage=Stage(deal.stage),
        owner=deal.owner.external_id,
        close_date=deal.close_date,
        helped_by=tuple(helper for helper in deal.helped_by if helper != deal.owner.external_id),
        record_url=deal.record_url,
        owner_known=deal.owner_known,
        term_months=deal.term_months,
        kind=deal.kind,
    )


def team_of(session: Session, deal: Deal) -> tuple[TeamMember, ...]:
    """Who is on the deal's team beside its rep, in the order in which they were added."""
    return tuple(
        TeamMember(each.person_id, each.person.external_id, each.person.name or "", TeamRole(each.role))
        for each in deal_members.of_deal(session, deal.id)
        if each.person_id != deal.owner_id
    )


def helpers_of(session: Session, deal: Deal) -> tuple[str, ...]:
    """The people whom the messages name beside the rep, as written, without those who are or were on the team."""
    named = [each for each in deal.helped_by if each != deal.owner.external_id]
    known = deal_members.everybody(session, deal.id) if named else frozenset()
    return tuple(each for each in named if each not in known)


def statements_of(session: Session, deal_id: int) -> list[Statement]:
    """The current version of each of the deal's statements."""
    return [_statement(row) for row in statements.current(session, deal_id)]


def statements_of_deals(session: Session, deal_ids: Collection[int]) -> dict[int, list[Statement]]:
    """The same for several deals in one query, by deal id; without the deals that have no statements."""
    found = statements.current_of_deals(session, deal_ids)
    return {deal_id: [_statement(row) for row in rows] for deal_id, rows in found.items()}


def _statement(row: CurrentStatement) -> Statement:
    return Statement(
        id=row.id,
        kind=Kind(row.kind),
        version=row.version,
        wording=row.wording,
        position=row.position,
        said=None if row.said is None else Said(row.said),
        target=row.target,
        on_list=row.on_list,
        baseline=row.baseline,
    )


def _source_message(sighting: Sighting) -> SourceMessage:
    return SourceMessage(sighting.author, sighting.channel, sighting.message_ts, sighting.app, sighting.link)


def _offered_order(deal: Deal, now: datetime) -> OfferedOrder | None:
    offered = offered_sum(deal, now)
    if offered is None:
        return None
    amount = money.format_amount(offered.sum.amount_minor, offered.sum.currency, number_locale(deal.current_rep.locale))
    return OfferedOrder(amount, offered.sum.period, offered.sightings[0].id)


def _local(session: Session, deal: Deal) -> ZoneInfo:
    return zone(deal.current_rep.zone, session.get_one(Tenant, deal.tenant_id).zone)


def _decision_maker(deal: Deal) -> str:
    """The name of the person who decides at the customer, if the rep has said so."""
    return next((contact.name for contact in deal.contacts if contact.role == "decision_maker"), "")


def _tries(session: Session, deal: Deal, now: datetime) -> Tries | None:
    if deal.stage not in CALL_TO_MAKE:
        return None
    count = audit_log.count(session, deal.id, *TRIES)
    planned = deal.snoozed_until is not None and deal.snoozed_until > now
    return Tries(count, deal.snoozed_until if planned else None) if count else None


def _challenges(session: Session, deal: Deal, now: datetime) -> OpenChallenges | None:
    found = open_challenges(session, deal) if deal.stage in AGREED else []
    if not found:
        return None
    first = found[0]
    return OpenChallenges(len(found), first.id, first.state, first.tell_by, first.is_overdue(now))


def _promises(session: Session, deal: Deal, now: datetime) -> PromiseProgress | None:
    """How far the promises are, once the recap has been sent."""
    if deal.stage not in RECAPPED_OR_LATER:
        return None
    tracked = tracked_promises(session, deal, now)
    first = next((each for each in tracked if not each.settled), None)
    return PromiseProgress(outcome_of(tracked), None if first is None else first.due)


def card(session: Session, deal: Deal, now: datetime) -> DealCard:
    """The deal's card as it looks at `now`."""
    current = statements_of(session, deal.id)
    referral = statements.referral(session, deal.id)
    recap = statements.latest_recap(session, deal.id)
    sighting = deal.sightings[0] if deal.sightings else None
    deals_before = deals.count_before(session, deal) if deal.stage in CALL_TO_MAKE else 0
    return DealCard(
        deal=facts(deal),
        source=None if sighting is None else _source_message(sighting),
        urgency=urgency(deal.closed_at, now, deal.sellers, _local(session, deal)),
        progress=progress(current),
        counts=agreed_counts(current),
        referral=None if referral is None else ReferralAnswer(referral.outcome, referral.number),
        recap_sent_at=None if recap is None else recap.sent_at,
        doubt=None if deal.doubt is None else Doubt(deal.doubt),
        call=None if deal.call_at is None else CallTime(deal.call_at, is_over=deal.call_at <= now),
        offered=_offered_order(deal, now),
        decides=_decision_maker(deal) if deal.stage in CALL_TO_MAKE else "",
        deals_before=deals_before,
        fear=fear_of(session, deal, deals_before),
        tries=_tries(session, deal, now),
        challenges=_challenges(session, deal, now),
        promises=_promises(session, deal, now),
        step=step_on_card(session, deal, now),
        refunded_at=deal.refunded_at,
        handoff=handoff_status(session, deal) if deal.stage in ALIGNED_OR_LATER else None,
        team=team_of(session, deal),
        helpers=helpers_of(session, deal) if deal.stage in WON and deal.stage not in RECAPPED_OR_LATER else (),
        introduces=deal.current_rep.introduced_with == deal.id and deal.stage in CALL_NOT_MADE,
    )
