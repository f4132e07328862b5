"""Asking for the referrals that were earned: a meeting of its own, and what the customer answered (M5.2, M10.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from handlers.call import referral as agreement
from handlers.call.call_screens import referral_screen
from handlers.deal.deal_playbook import playbook_of
from handlers.deal.facts import card, facts, statements_of
from handlers.deal.planning import plan_messages
from handlers.deal.reminder_facts import referral_facts, working_time
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.offered_times import call_offers
from handlers.method.referral_words import asking
from handlers.method.referrals import ANSWERS, AskStep, may_record
from handlers.method.time_parsing.resolve import MAX_AHEAD, format_moment, resolve_time
from handlers.referrals.gate import gate_of, last_step
from handlers.referrals.named import add_names, checked_names, forget_earlier
from handlers.referrals.page import deal_with_referrals, known_of_ask, page_of
from handlers.requests import Caller, DealRequest, OpenedRequest, open_request
from handlers.screens.call import ReferralScreen
from handlers.screens.deals import DealCard
from handlers.screens.referrals import ReferralAskedForm, ReferralMeetingForm, ReferralsScreen
from storage import audit_log, referrals
from storage.models import Deal, ReferralAsk


@dataclass(frozen=True, slots=True)
class MeetingTyped:
    """The rep typed when they will ask."""

    caller: Caller
    deal_id: int
    typed: str


@dataclass(frozen=True, slots=True)
class MeetingChosen:
    """The rep chose one of the offered times."""

    caller: Caller
    deal_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AskAnswered:
    """The rep asked. `answer` is one of `ANSWERS`, or empty; `names` has one name a line."""

    caller: Caller
    deal_id: int
    answer: str
    names: str


def show_times(session: Session, request: DealRequest, now: datetime) -> ReferralMeetingForm:
    """The form to plan the meeting. Raises `NotNowError` as long as the referrals are not earned."""
    opened = open_request(session, request.caller, now)
    deal = deal_with_referrals(session, opened, request.deal_id)
    _require_earned(session, deal, AskStep.PLANNED)
    work, latest = working_time(deal.current_rep, opened.tenant), referrals.latest_ask(session, deal.id)
    planned = None if latest is None else latest.meeting_at
    return ReferralMeetingForm(
        facts(deal),
        offers=tuple(offered for offered in call_offers(now, work) if offered.at != planned),
        planned=None if planned is None else format_moment(planned.astimezone(work.local)),
        zone=work.local.key,
    )


def save_typed(session: Session, request: MeetingTyped, now: datetime) -> ReferralsScreen:
    """Plan the meeting at the typed time, in the rep's zone.

    Raises `InvalidEntryError` if the time is invalid, `NotNowError` as long as the referrals are not earned.
    """
    opened = open_request(session, request.caller, now)
    deal = deal_with_referrals(session, opened, request.deal_id)
    if not opened.repeated:
        work = working_time(deal.current_rep, opened.tenant)
        _plan(session, opened, deal, resolve_time(request.typed, now, work).at.astimezone(UTC), now)
    return page_of(session, deal, now)


def choose_time(session: Session, request: MeetingChosen, now: datetime) -> ReferralsScreen:
    """Plan the meeting at an offered time. Raises `NotNowError` if it has passed, or as `save_typed`."""
    opened = open_request(session, request.caller, now)
    deal = deal_with_referrals(session, opened, request.deal_id)
    if not opened.repeated:
        if not now < request.at <= now + MAX_AHEAD:
            raise NotNowError("refusal.when_past")
        _plan(session, opened, deal, request.at.astimezone(UTC), now)
    return page_of(session, deal, now)


def clear_time(session: Session, request: DealRequest, now: datetime) -> ReferralsScreen:
    """The meeting has no time any more."""
    opened = open_request(session, request.caller, now)
    deal = deal_with_referrals(session, opened, request.deal_id)
    if not opened.repeated and last_step(session, deal) is AskStep.PLANNED:
        _record(session, opened, deal, AskStep.CLEARED, now)
    return page_of(session, deal, now)


def show_asked(session: Session, request: DealRequest, now: datetime) -> ReferralAskedForm:
    """The form for what they answered. Raises `NotNowError` as long as the referrals are not earned."""
    opened = open_request(session, request.caller, now)
    deal = deal_with_referrals(session, opened, request.deal_id)
    _require_earned(session, deal, AskStep.NAMES)
    return ReferralAskedForm(facts(deal), asking(playbook_of(session, deal), known_of_ask(session, deal)))


def save_asked(session: Session, request: AskAnswered, now: datetime) -> ReferralsScreen:
    """Record what they answered, with the names they gave.

    Raises `InvalidEntryError` without an answer, or without a name if they gave some; `NotNowError` if it asks for what
    is not earned.
    """
    opened = open_request(session, request.caller, now)
    deal = deal_with_referrals(session, opened, request.deal_id)
    if opened.repeated:
        return page_of(session, deal, now)
    if request.answer not in ANSWERS:
        raise InvalidEntryError("answer", "refusal.outcome_missing")
    step, names = AskStep(request.answer), checked_names(request.names)
    if step is AskStep.NAMES and not names:
        raise InvalidEntryError("names", "refusal.referral_names")
    _require_earned(session, deal, step)
    forget_earlier(session, opened, deal)
    add_names(session, opened, deal, names, now)
    _record(session, opened, deal, step, now)
    return page_of(session, deal, now)


def ask_again(session: Session, request: DealRequest, now: datetime) -> ReferralsScreen | ReferralScreen:
    """What to say when asking again: for what was earned, or on a running deal for the promise itself (M5.1)."""
    opened = open_request(session, request.caller, now)
    deal = deal_with_referrals(session, opened, request.deal_id)
    if _is_about_the_promise(session, deal):
        return referral_screen(session, deal, statements_of(session, deal.id))
    return page_of(session, deal, now)


def answer_not_now(session: Session, request: DealRequest, now: datetime) -> DealCard:
    """They (or the rep) said "not now" to a reminder: it comes back."""
    return _answer_reminder(session, request, AskStep.NOT_NOW, now)


def answer_declined(session: Session, request: DealRequest, now: datetime) -> DealCard:
    """They declined: it is not brought up again."""
    return _answer_reminder(session, request, AskStep.DECLINED, now)


def leave_introductions(session: Session, request: DealRequest, now: datetime) -> DealCard:
    """The rep leaves the introductions that wait as they are: no reminder of them until one moves."""
    opened = open_request(session, request.caller, now)
    deal = deal_with_referrals(session, opened, request.deal_id)
    if not opened.repeated and referral_facts(session, deal).waiting_since is not None:
        audit_log.record(session, deal.id, opened.person.id, "referral_rested", now)
        session.flush()
        plan_messages(session, deal, now)
    return card(session, deal, now)


def _answer_reminder(session: Session, request: DealRequest, step: AskStep, now: datetime) -> DealCard:
    """An answer beside the reminder. Before the referrals were asked for, it is about the promise of them (M5.1)."""
    opened = open_request(session, request.caller, now)
    deal = deal_with_referrals(session, opened, request.deal_id)
    if opened.repeated:
        return card(session, deal, now)
    if last_step(session, deal) is None and _is_about_the_promise(session, deal):
        current = statements_of(session, deal.id)
        offered = referral_screen(session, deal, current)
        answer = agreement.Answer(step.value, offered.number, offered.definition)
        agreement.record_answer(session, opened, deal, current, answer, now)
        session.flush()
        plan_messages(session, deal, now)
    else:
        _record(session, opened, deal, step, now)
    return card(session, deal, now)


def _is_about_the_promise(session: Session, deal: Deal) -> bool:
    """Whether nothing is earned yet, and the customer said "not now" to promising any (M5.1)."""
    return not gate_of(session, deal).earned and agreement.may_ask_again(session, deal)


def _plan(session: Session, opened: OpenedRequest, deal: Deal, at: datetime, now: datetime) -> None:
    _require_earned(session, deal, AskStep.PLANNED)
    latest = referrals.latest_ask(session, deal.id)
    if latest is None or latest.meeting_at != at:
        _record(session, opened, deal, AskStep.PLANNED, now, meeting_at=at)


def _require_earned(session: Session, deal: Deal, step: AskStep) -> None:
    """Raises `NotNowError`: the page says what is missing."""
    if not may_record(gate_of(session, deal).earned, step):
        raise NotNowError("refusal.referrals_closed", customer=deal.customer)


def _record(
    session: Session,
    opened: OpenedRequest,
    deal: Deal,
    step: AskStep,
    now: datetime,
    meeting_at: datetime | None = None,
) -> None:
    by = opened.person.id
    session.add(ReferralAsk(deal_id=deal.id, step=step.value, meeting_at=meeting_at, recorded_by=by, at=now))
    if step is AskStep.PLANNED:
        audit_log.record(session, deal.id, by, "referral_planned", now)
    elif step is AskStep.CLEARED:
        audit_log.record(session, deal.id, by, "referral_cleared", now)
    else:
        audit_log.record(session, deal.id, by, "referral_asked", now, answer=step.value)
    session.flush()
    plan_messages(session, deal, now)
