"""The referrals of a deal as its rep sees them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_contact import contact_on_call
from handlers.call.call_screens import contact_reached, referral_screen
from handlers.call.deal_search import DealSearch, find_by_customer
from handlers.call.talk import first_name
from handlers.deal.deal_access import owned_deal
from handlers.deal.deal_playbook import playbook_of
from handlers.deal.facts import facts, statements_of
from handlers.deal.referral_counts import counts_of, dates_of
from handlers.deal.reminder_facts import working_time
from handlers.errors import NotNowError
from handlers.method.referral_words import KnownOfAsk, asking, inviting, thanking
from handlers.method.referrals import ANSWERS, AskStep, ask_state
from handlers.method.stages import ALIGNED_OR_LATER, Stage
from handlers.method.time_parsing.resolve import format_moment
from handlers.referrals.gate import gate_of
from handlers.requests import DealRequest, OpenedRequest, open_request
from handlers.screens.deals import DealChoice
from handlers.screens.referrals import ReferralRow, ReferralsScreen
from prompts.playbook import Playbook
from prompts.recap_rules import recap_rules
from storage import referrals, statements
from storage.models import Deal, Referral, Tenant


def find(session: Session, request: DealSearch, now: datetime) -> ReferralsScreen | DealChoice:
    """The referrals of the matching deal, completed ones first. Raises `NotNowError` if none matches."""
    opened = open_request(session, request.caller, now)
    try:
        found = find_by_customer(session, opened, request.typed, frozenset({Stage.COMPLETED}))
    except NotNowError:
        found = find_by_customer(session, opened, request.typed, ALIGNED_OR_LATER)
    if not isinstance(found, Deal):
        return DealChoice(request.typed, "referrals", found)
    return show(session, DealRequest(replace(request.caller, event_key=""), found.id), now)


def show(session: Session, request: DealRequest, now: datetime) -> ReferralsScreen:
    """The page. Changes nothing. Raises `NotNowError` before the call is done."""
    opened = open_request(session, request.caller, now)
    return page_of(session, deal_with_referrals(session, opened, request.deal_id), now)


def deal_with_referrals(session: Session, opened: OpenedRequest, deal_id: int) -> Deal:
    """The caller's own deal, locked, once it is aligned. Raises `NoSuchDealError`, `NotYoursError`, `NotNowError`."""
    deal = owned_deal(session, opened, deal_id)
    if deal.stage not in ALIGNED_OR_LATER:
        raise NotNowError("refusal.referrals_later")
    return deal


def page_of(session: Session, deal: Deal, now: datetime) -> ReferralsScreen:
    """The page as it looks now."""
    gate, latest = gate_of(session, deal), referrals.latest_ask(session, deal.id)
    step = None if latest is None else AskStep(latest.step)
    local = working_time(deal.current_rep, session.get_one(Tenant, deal.tenant_id)).local
    meeting_at = None if latest is None else latest.meeting_at
    book, known = playbook_of(session, deal), known_of_ask(session, deal)
    rows = [_row(each, book, known.name) for each in referrals.of_deals(session, [deal.id])]
    return ReferralsScreen(
        facts(deal),
        state=ask_state(gate.earned, step),
        name=known.name,
        words=asking(book, known),
        invitation=inviting(book, known),
        definition=known.definition,
        gaps=gate.gaps,
        counts=counts_of(session, [deal.id])[deal.id],
        referrals=tuple(sorted(rows, key=lambda row: (not row.dates.is_open, row.id))),
        meeting=None if meeting_at is None else format_moment(meeting_at.astimezone(local)),
        meeting_over=meeting_at is not None and meeting_at <= now,
        answered_at=latest.at if latest is not None and step in ANSWERS else None,
    )


def known_of_ask(session: Session, deal: Deal) -> KnownOfAsk:
    """What is filled into the words: the number and the definition that were agreed on the call."""
    offered = referral_screen(session, deal, statements_of(session, deal.id))
    agreement = statements.referral(session, deal.id)
    return KnownOfAsk(
        name=first_name(contact_on_call(deal) or contact_reached(deal)),
        number=offered.number,
        number_in_words=recap_rules().in_words(offered.number),
        definition=offered.definition,
        agreed=agreement is not None and agreement.outcome == "agreed",
    )


def _row(row: Referral, book: Playbook, name: str) -> ReferralRow:
    dates = dates_of(row)
    return ReferralRow(
        row.id,
        row.name,
        row.how_known or "",
        row.introduction or "",
        dates,
        thanks=thanking(book, dates.step, name, first_name(row.name) or row.name),
    )
