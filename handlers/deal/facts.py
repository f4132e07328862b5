"""Builds what screens show of a deal from its rows: facts, statements, card."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.deal.delivery import handoff_statuses
from handlers.deal.next_steps import step_on_card
from handlers.deal.open_challenges import open_challenges_of
from handlers.deal.other_orders import offered_sum
from handlers.deal.promise_rows import PromiseRows, promise_rows
from handlers.deal.rep_calls import fears_of
from handlers.deal.tracked_promises import tracked_among
from handlers.method import money
from handlers.method.challenges import Challenge
from handlers.method.locales import number_locale
from handlers.method.promise_outcomes import TrackedPromise, outcome_of
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
    Fear,
    HandoffStatus,
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
from storage.models import AuditEntry, Deal, DealMember, ReferralAgreement, Sighting, Tenant
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
    return _team(deal, deal_members.of_deal(session, deal.id))


def _team(deal: Deal, members: Iterable[DealMember]) -> tuple[TeamMember, ...]:
    return tuple(
        TeamMember(each.person_id, each.person.external_id, each.person.name or "", TeamRole(each.role))
        for each in members
        if each.person_id != deal.owner_id
    )


def helpers_of(session: Session, deal: Deal) -> tuple[str, ...]:
    """The people whom the messages name beside the rep, as written, without those who are or were on the team."""
    return _helpers(deal, deal_members.everybody(session, [deal.id])[deal.id])


def _helpers(deal: Deal, known: Collection[str]) -> tuple[str, ...]:
    return tuple(each for each in deal.helped_by if each != deal.owner.external_id and each not in known)


def statements_of(session: Session, deal_id: int) -> list[Statement]:
    """The current version of each of the deal's statements."""
    return _as_statements(statements.current(session, deal_id))


def statements_of_deals(session: Session, deal_ids: Collection[int]) -> dict[int, list[Statement]]:
    """The same for several deals in one query, by deal id."""
    return {deal_id: _as_statements(rows) for deal_id, rows in statements.current_of(session, deal_ids).items()}


def _as_statements(rows: Iterable[CurrentStatement]) -> list[Statement]:
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
            baseline=row.baseline,
        )
        for row in rows
    ]


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


def _tries(deal: Deal, tries: Sequence[AuditEntry], now: datetime) -> Tries | None:
    planned = deal.snoozed_until is not None and deal.snoozed_until > now
    return Tries(len(tries), deal.snoozed_until if planned else None) if tries else None


def _challenges(found: Sequence[Challenge], now: datetime) -> OpenChallenges | None:
    if not found:
        return None
    first = found[0]
    return OpenChallenges(len(found), first.id, first.state, first.tell_by, first.is_overdue(now))


def _promises(tracked: Sequence[TrackedPromise]) -> PromiseProgress:
    """How far the promises are, once the recap has been sent."""
    first = next((each for each in tracked if not each.settled), None)
    return PromiseProgress(outcome_of(tracked), None if first is None else first.due)


def card(session: Session, deal: Deal, now: datetime) -> DealCard:
    """The deal's card as it looks at `now`."""
    return cards(session, [deal], now)[0]


def cards(
    session: Session, found: Sequence[Deal], now: datetime, promises: PromiseRows | None = None
) -> tuple[DealCard, ...]:
    """The cards of these deals, in their order: as many statements as for one.

    `promises` are the rows of their promises, if they were read before.
    """
    deals.load_around(session, found)
    rows = _rows(session, found, promises)
    return tuple(_card(session, deal, rows, now) for deal in found)


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the cards of some deals show besides the deals themselves, by deal id."""

    promises: PromiseRows
    recaps: dict[int, list[datetime | None]]
    referrals: dict[int, ReferralAgreement]
    deals_before: dict[int, int]
    fears: dict[int, Fear]
    tries: dict[int, list[AuditEntry]]
    challenges: dict[int, list[Challenge]]
    handoffs: dict[int, HandoffStatus]
    teams: dict[int, list[DealMember]]
    ever_on_team: dict[int, frozenset[str]]


def _rows(session: Session, found: Sequence[Deal], promises: PromiseRows | None) -> _Rows:
    ids = [deal.id for deal in found]
    to_call = [deal for deal in found if deal.stage in CALL_TO_MAKE]
    aligned = [deal.id for deal in found if deal.stage in ALIGNED_OR_LATER]
    kept = [deal.id for deal in found if deal.stage in RECAPPED_OR_LATER]
    promises = promises or promise_rows(session, ids, promised=kept)
    before = deals.count_before(session, [deal.id for deal in to_call])
    return _Rows(
        promises,
        statements.recap_times(session, ids),
        statements.referral_answers(session, ids),
        before,
        fears_of(session, to_call, before),
        audit_log.entries_of(session, [deal.id for deal in to_call], TRIES),
        open_challenges_of(session, [deal.id for deal in found if deal.stage in AGREED]),
        handoff_statuses(session, {each: promises.current[each] for each in aligned}),
        deal_members.of_deals(session, ids),
        deal_members.everybody(session, [deal.id for deal in found if deal.helped_by]),
    )


def _card(session: Session, deal: Deal, rows: _Rows, now: datetime) -> DealCard:
    current = _as_statements(rows.promises.current[deal.id])
    referral = rows.referrals.get(deal.id)
    recaps = rows.recaps.get(deal.id)
    sighting = deal.sightings[0] if deal.sightings else None
    asks_for_team = deal.stage in WON and deal.stage not in RECAPPED_OR_LATER
    kept = deal.stage in RECAPPED_OR_LATER
    return DealCard(
        deal=facts(deal),
        source=None if sighting is None else _source_message(sighting),
        urgency=urgency(deal.closed_at, now, deal.sellers, _local(session, deal)),
        progress=progress(current),
        counts=agreed_counts(current),
        referral=None if referral is None else ReferralAnswer(referral.outcome, referral.number),
        recap_sent_at=recaps[-1] if recaps else None,
        doubt=None if deal.doubt is None else Doubt(deal.doubt),
        call=None if deal.call_at is None else CallTime(deal.call_at, is_over=deal.call_at <= now),
        offered=_offered_order(deal, now),
        decides=_decision_maker(deal) if deal.stage in CALL_TO_MAKE else "",
        deals_before=rows.deals_before.get(deal.id, 0),
        fear=rows.fears.get(deal.id),
        tries=_tries(deal, rows.tries.get(deal.id, ()), now),
        challenges=_challenges(rows.challenges.get(deal.id, ()), now),
        promises=_promises(tracked_among(session, deal, rows.promises, now)) if kept else None,
        step=step_on_card(session, deal, now),
        refunded_at=deal.refunded_at,
        handoff=rows.handoffs.get(deal.id),
        team=_team(deal, rows.teams.get(deal.id, ())),
        helpers=_helpers(deal, rows.ever_on_team.get(deal.id, ())) if asks_for_team else (),
        introduces=deal.current_rep.introduced_with == deal.id and deal.stage in CALL_NOT_MADE,
    )
