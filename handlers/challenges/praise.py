"""The customer complimented us: who, what and when. It is the best moment to ask for a referral (M5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.challenges.meant_deals import MeantDeals, meant_by, with_deal
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts
from handlers.deal.planning import plan_messages
from handlers.deal.reminder_facts import working_time
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.reminders_due import AGREED
from handlers.method.stages import Stage
from handlers.method.time_parsing.resolve import resolve_past_time
from handlers.requests import Caller, DealRequest, OpenedRequest, open_request
from handlers.screens.challenges import PraiseForm, PraiseKept, PraiseShown
from storage import audit_log, challenges
from storage.models import Compliment, Deal

MAY_BE_PRAISED = AGREED | {Stage.COMPLETED}
LONGEST_WORDS = 1000
LONGEST_CONTACT = 150


@dataclass(frozen=True, slots=True)
class PraiseTyped:
    """The rep typed a command: a part of a customer's name and the customer's words, both optional."""

    caller: Caller
    typed: str


@dataclass(frozen=True, slots=True)
class PraiseSaved:
    """The submitted form, as typed. An empty `when` is now."""

    caller: Caller
    deal_id: int
    words: str
    contact: str
    when: str


def ask(session: Session, request: DealRequest, now: datetime) -> PraiseForm:
    """The form for this deal. Raises `NotNowError` before its call, and for a deal that was given up."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    _require_stage(deal)
    return _form(opened, with_deal(session, opened, deal, MAY_BE_PRAISED))


def ask_typed(session: Session, request: PraiseTyped, now: datetime) -> PraiseForm:
    """The form, filled with what was typed. If several deals match, the rep chooses in it."""
    opened = open_request(session, request.caller, now)
    return _form(opened, meant_by(session, opened, request.typed, MAY_BE_PRAISED))


def save(session: Session, request: PraiseSaved, now: datetime) -> PraiseKept:
    """Record the compliment. A form that was changed and sent again replaces what it recorded first.

    Raises `InvalidEntryError` for an invalid entry.
    """
    opened = open_request(session, request.caller, now)
    if not request.deal_id:
        raise InvalidEntryError("deal", "refusal.challenge_deal")
    deal = owned_deal(session, opened, request.deal_id)
    if opened.repeated:
        return _kept(deal, challenges.compliments(session, [deal.id])[-1])
    _require_stage(deal)
    words, contact = request.words.strip(), " ".join(request.contact.split())
    if not words or len(words) > LONGEST_WORDS:
        raise InvalidEntryError("words", "refusal.praise_words", most=LONGEST_WORDS)
    said_at = resolve_past_time(request.when, now, working_time(deal.current_rep, opened.tenant))
    row = challenges.compliment_at(session, deal.id, opened.person.id, opened.earlier)
    if row is None:
        row = Compliment(deal_id=deal.id, words=words, said_at=said_at, recorded_by=opened.person.id, at=now)
        session.add(row)
        session.flush()
        audit_log.record(session, deal.id, opened.person.id, "complimented", now, compliment=row.id)
    row.words, row.said_at, row.contact = words, said_at, contact[:LONGEST_CONTACT] or None
    session.flush()
    plan_messages(session, deal, now)
    return _kept(deal, row)


def _kept(deal: Deal, row: Compliment) -> PraiseKept:
    return PraiseKept(facts(deal), PraiseShown(row.contact or "", row.words, row.said_at))


def _require_stage(deal: Deal) -> None:
    if deal.stage not in MAY_BE_PRAISED:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)


def _form(opened: OpenedRequest, found: MeantDeals) -> PraiseForm:
    meant = found.meant
    return PraiseForm(
        deals=found.deals,
        deal_id=0 if meant is None else meant.id,
        zone=working_time(opened.person, opened.tenant).local.key,
        words=found.words.strip()[:LONGEST_WORDS],
        contacts=() if meant is None else tuple(contact.name for contact in meant.contacts if contact.name),
    )
