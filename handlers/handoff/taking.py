"""The receiver of a handoff: reads it back, takes it or sends it back, introduces themselves, sets the kickoff (M10.1).

Delivery sees the promises of its own deal here, and nothing else of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from handlers.deal.delivery import QUESTIONS, RETURNED, said_of, send, settle, status_of
from handlers.deal.facts import facts
from handlers.deal.planning import advance, plan_reminders, refresh_card
from handlers.deal.reminder_facts import cadence_for, working_time
from handlers.errors import InvalidEntryError, NotNowError
from handlers.handoff.brief import handoff_brief, measure_of, promises_of
from handlers.handoff.members import received
from handlers.method.handoff import (
    STANDING,
    HandoffState,
    Said,
    may_answer,
    may_send_back,
    says_little,
    to_read,
    unclear,
)
from handlers.method.stages import ENDED, Stage
from handlers.method.time_parsing.resolve import resolve_day
from handlers.method.working_time import WorkingTime
from handlers.requests import Caller, open_request
from handlers.screens.handoff import (
    HandoffOffer,
    HandoffReturned,
    KickoffForm,
    KickoffSet,
    PromiseToRead,
    ReadBackDone,
    ReadBackForm,
    SendBackForm,
)
from prompts.cadence import Cadence
from storage import audit_log, handoffs
from storage.models import Deal, Handoff, Tenant

PAGE_SIZE = 5
"""Promises on one page of the read-back: with two fields each, as much as a person likes to fill in on a phone."""
LONGEST_ENTRY = 500


@dataclass(frozen=True, slots=True)
class HandoffRequest:
    """The receiver acts on a handoff."""

    caller: Caller
    handoff_id: int


@dataclass(frozen=True, slots=True)
class PromisesRead:
    """A submitted page of the read-back. `words` and `questions` are typed, by statement id, and may be empty.

    `seen` are the promises of the page with the version that the receiver saw.
    """

    caller: Caller
    handoff_id: int
    words: Mapping[int, str]
    questions: Mapping[int, str]
    seen: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class SentBack:
    """The receiver does not take the deal."""

    caller: Caller
    handoff_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class KickoffTyped:
    """The receiver typed when the kickoff is."""

    caller: Caller
    handoff_id: int
    when: str


def ask_read_back(session: Session, request: HandoffRequest, now: datetime) -> ReadBackForm | ReadBackDone:
    """The first promises that still have to be read back. Raises `NotNowError` if the handoff is over."""
    opened = open_request(session, request.caller, now)
    handoff, deal = received(session, opened, request.handoff_id)
    _require_standing(handoff, deal)
    return _page(session, deal, handoff)


def read_back(session: Session, request: PromisesRead, now: datetime) -> ReadBackForm | ReadBackDone:
    """Record the read-back of a page, and return the next one. The deal is taken once every promise is confirmed.

    What the customer has changed since the page was opened is not recorded: it is shown again. After the last page the
    rep gets the questions. Raises `InvalidEntryError` for a promise without words or question, or with too few words of
    their own, `NotNowError` if the handoff is over.
    """
    opened = open_request(session, request.caller, now)
    handoff, deal = received(session, opened, request.handoff_id)
    _require_standing(handoff, deal)
    if opened.repeated:
        return _page(session, deal, handoff)
    promises = {s.id: s for s in promises_of(session, deal)}
    said = said_of(session, handoff)
    shown = [
        promises[each]
        for each, version in request.seen.items()
        if each in promises and promises[each].version == version
    ]
    for statement in shown:
        words = " ".join(request.words.get(statement.id, "").split())
        question = " ".join(request.questions.get(statement.id, "").split())
        if said.get(statement.id) is Said.CONFIRMED and not question:
            continue
        _check(statement.id, words, question, statement.wording)
        handoffs.read_back(
            session,
            handoff=handoff,
            statement_id=statement.id,
            version=statement.version,
            said=Said.UNCLEAR if question else Said.CONFIRMED,
            words=question or words,
            by=opened.person.id,
            now=now,
        )
    session.flush()
    changed = len(shown) < len(request.seen)
    following = _page(session, deal, handoff, changed=changed)
    was_taken = handoff.state == HandoffState.TAKEN
    settle(session, deal, handoff, now)
    if isinstance(following, ReadBackDone) and following.unclear:
        key = f"{QUESTIONS}:{handoff.id}:{now.isoformat()}"
        send(session, deal, QUESTIONS, key, now, person=deal.current_rep, handoff=handoff.id)
    if handoff.state == HandoffState.TAKEN and not was_taken and deal.stage == Stage.RECAPPED:
        advance(session, deal, Stage.DELIVERING, opened.person.id, now)
    elif handoff.state == HandoffState.TAKEN and not was_taken:
        plan_reminders(session, deal, now)
    refresh_card(session, deal, now)
    return following


def ask_why(session: Session, request: HandoffRequest, now: datetime) -> SendBackForm:
    """The form for the reason. Raises `NotNowError` if the deal was taken or is over."""
    opened = open_request(session, request.caller, now)
    handoff, deal = received(session, opened, request.handoff_id)
    _require_offered(handoff, deal)
    return SendBackForm(handoff.id, deal.customer)


def send_back(session: Session, request: SentBack, now: datetime) -> HandoffReturned:
    """Send the deal back to the rep. Raises `InvalidEntryError` without a reason, `NotNowError` as `ask_why`."""
    opened = open_request(session, request.caller, now)
    handoff, deal = received(session, opened, request.handoff_id)
    if not (opened.repeated and handoff.state == HandoffState.SENT_BACK):
        _require_offered(handoff, deal)
        reason = " ".join(request.reason.split())
        if not reason:
            raise InvalidEntryError("reason", "handoff.reason_missing")
        if len(reason) > LONGEST_ENTRY:
            raise InvalidEntryError("reason", "refusal.text_too_long", most=LONGEST_ENTRY)
        handoff.state, handoff.reason, handoff.settled_at = HandoffState.SENT_BACK, reason, now
        audit_log.record(session, deal.id, opened.person.id, "handoff_sent_back", now, handoff=handoff.id)
        session.flush()
        send(session, deal, RETURNED, f"{RETURNED}:{handoff.id}", now, person=deal.current_rep, handoff=handoff.id)
        refresh_card(session, deal, now)
    return returned_screen(session, deal, handoff)


def introduce(session: Session, request: HandoffRequest, now: datetime) -> HandoffOffer:
    """The receiver has introduced themselves to the customer. Raises `NotNowError` if the handoff is over."""
    opened = open_request(session, request.caller, now)
    handoff, deal = received(session, opened, request.handoff_id)
    _require_standing(handoff, deal)
    if handoff.introduced_at is None:
        handoff.introduced_at = now
        audit_log.record(session, deal.id, opened.person.id, "handoff_introduced", now, handoff=handoff.id)
        session.flush()
        refresh_card(session, deal, now)
    return offer_screen(session, deal, handoff, now)


def ask_kickoff(session: Session, request: HandoffRequest, now: datetime) -> KickoffForm:
    """The form for the kickoff's day. Raises `NotNowError` if the handoff is over."""
    opened = open_request(session, request.caller, now)
    handoff, deal = received(session, opened, request.handoff_id)
    _require_standing(handoff, deal)
    earliest, latest = _kickoff_days(handoff, _cadence(session, deal), _work(session, handoff))
    return KickoffForm(handoff.id, deal.customer, earliest, latest)


def set_kickoff(session: Session, request: KickoffTyped, now: datetime) -> KickoffSet:
    """Store the kickoff's day, which the receiver typed in words.

    Raises `InvalidEntryError` if it cannot be read, `NotNowError` if the handoff is over.
    """
    opened = open_request(session, request.caller, now)
    handoff, deal = received(session, opened, request.handoff_id)
    _require_standing(handoff, deal)
    work = _work(session, handoff)
    on = resolve_day(request.when, now, work, or_today=True)
    if not opened.repeated and handoff.kickoff_on != on:
        handoff.kickoff_on = on
        audit_log.record(session, deal.id, opened.person.id, "kickoff_set", now, handoff=handoff.id, on=on.isoformat())
        session.flush()
        refresh_card(session, deal, now)
    earliest, latest = _kickoff_days(handoff, _cadence(session, deal), work)
    return KickoffSet(deal.customer, on, earliest, latest)


def offer_screen(session: Session, deal: Deal, handoff: Handoff, now: datetime) -> HandoffOffer:
    """The handoff in the receiver's messages, as it stands. Of one that is over only the customer's name is shown."""
    newest = handoffs.latest(session, deal.id)
    over = newest is None or newest.id != handoff.id or handoff.state not in STANDING or deal.stage in ENDED
    heard_at = _work(session, handoff).next(handoff.sent_at)
    by = heard_at + timedelta(hours=_cadence(session, deal).introduction_hours)
    brief = handoff_brief(session, deal, now)
    return HandoffOffer(handoff.id, brief, status_of(session, deal, handoff), by, over, deal.id)


def returned_screen(session: Session, deal: Deal, handoff: Handoff) -> HandoffReturned:
    """What the rep hears of a deal that was sent back."""
    newest = handoffs.latest(session, deal.id)
    over = newest is None or newest.id != handoff.id or deal.stage in ENDED
    return HandoffReturned(facts(deal), handoff.receiver.external_id, handoff.reason or "", over)


def _page(session: Session, deal: Deal, handoff: Handoff, *, changed: bool = False) -> ReadBackForm | ReadBackDone:
    promises = {s.id: s for s in promises_of(session, deal)}
    said, readings = said_of(session, handoff), handoffs.readings(session, handoff.id)
    open_ones = to_read(promises, said)
    if not open_ones:
        return ReadBackDone(deal.customer, deal.owner.external_id, len(unclear(promises, said)))
    earlier = {
        row.statement_id: row.words
        for row in handoffs.history(session, [deal.id]).readings
        if row.handoff_id == handoff.id and row.said == Said.UNCLEAR
    }
    return ReadBackForm(
        handoff.id,
        deal.customer,
        tuple(
            PromiseToRead(
                promises[each],
                measure_of(promises[each]),
                earlier.get(each, ""),
                readings[each].words if said.get(each) is Said.ANSWERED else "",
            )
            for each in open_ones[:PAGE_SIZE]
        ),
        later=max(0, len(open_ones) - PAGE_SIZE),
        changed=changed,
    )


def _check(statement_id: int, words: str, question: str, wording: str) -> None:
    """Raises `InvalidEntryError` unless it is either a question or a read-back in own words."""
    if question:
        if len(question) > LONGEST_ENTRY:
            raise InvalidEntryError(f"question_{statement_id}", "refusal.text_too_long", most=LONGEST_ENTRY)
        return
    if len(words) > LONGEST_ENTRY:
        raise InvalidEntryError(f"words_{statement_id}", "refusal.text_too_long", most=LONGEST_ENTRY)
    if says_little(words, wording):
        raise InvalidEntryError(f"words_{statement_id}", "handoff.own_words")


def _require_standing(handoff: Handoff, deal: Deal) -> None:
    if not may_answer(HandoffState(handoff.state)) or deal.stage in ENDED:
        raise NotNowError("handoff.is_over", customer=deal.customer)


def _require_offered(handoff: Handoff, deal: Deal) -> None:
    if not may_send_back(HandoffState(handoff.state)) or deal.stage in ENDED:
        raise NotNowError("handoff.is_over", customer=deal.customer)


def _kickoff_days(handoff: Handoff, cadence: Cadence, work: WorkingTime) -> tuple[date, date]:
    first, last = cadence.kickoff_days
    start = handoff.sent_at.astimezone(work.local).date()
    return start + timedelta(days=first), start + timedelta(days=last)


def _cadence(session: Session, deal: Deal) -> Cadence:
    return cadence_for(session.get_one(Tenant, deal.tenant_id))


def _work(session: Session, handoff: Handoff) -> WorkingTime:
    return working_time(handoff.receiver, session.get_one(Tenant, handoff.tenant_id))
