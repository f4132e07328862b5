"""The rep hands a deal to delivery: the brief, the receiver, and what comes back (M8.3, M10.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.deal_search import DealSearch, find_by_customer
from handlers.deal.deal_access import acts_as_rep, owned_deal
from handlers.deal.delivery import (
    BRIEF,
    LATE,
    NUDGE,
    OFFER,
    handoff_status,
    said_of,
    send,
    send_nudge,
    standing_handoff,
)
from handlers.deal.facts import facts
from handlers.deal.planning import plan_reminders, refresh_card
from handlers.deal.reminder_facts import cadence_for, working_time
from handlers.errors import InvalidEntryError, NoSuchDealError, NotNowError
from handlers.handoff.brief import handoff_brief, promises_of
from handlers.handoff.delivery_contacts import delivery_contact
from handlers.method.handoff import STANDING, HandoffState, Said, clock, unclear
from handlers.method.stages import ENDED, Stage
from handlers.requests import Caller, DealRequest, OpenedRequest, Profile, apply_profile, open_request
from handlers.screens.deals import DealChoice, DealFacts
from handlers.screens.handoff import AnswerForm, HandoffForm, HandoffQuestions, OpenQuestion
from storage import audit_log, deals, handoffs, outbox, outbox_reminders, workspaces
from storage.models import Deal, Handoff, Person, Tenant

HANDED_OVER = frozenset({Stage.RECAPPED, Stage.DELIVERING})
"""The stages in which a deal can be handed to delivery: the customer has it in writing."""
LONGEST_NOTE = 500
MOST_QUESTIONS = 10
"""In one form; the others stay in the message."""


@dataclass(frozen=True, slots=True)
class DealHanded:
    """The rep hands the deal to `receiver`, the platform's id."""

    caller: Caller
    deal_id: int
    receiver: str
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class QuestionsAnswered:
    """The rep answers what was unclear: notes by statement id. `seen` are the versions that they saw."""

    caller: Caller
    handoff_id: int
    notes: dict[int, str]
    seen: dict[int, int]


@dataclass(frozen=True, slots=True)
class QuestionsRequest:
    """The rep wants to answer the receiver's questions."""

    caller: Caller
    handoff_id: int


@dataclass(frozen=True, slots=True)
class BriefPosted:
    """The rep posts the brief in a channel, by the platform's id."""

    caller: Caller
    deal_id: int
    channel: str


def show(session: Session, request: DealRequest, now: datetime) -> HandoffForm:
    """The brief as delivery gets it, and the receiver by rule. Changes nothing.

    Raises `NotNowError` before the recap, and once the deal has ended.
    """
    opened = open_request(session, request.caller, now)
    return form(session, _handed_over(owned_deal(session, opened, request.deal_id)), now)


def hand_over(session: Session, request: DealHanded, now: datetime) -> HandoffForm:
    """Hand the deal to the receiver. Who had it before, or was about to take it, has it no more.

    Raises `InvalidEntryError` if the rep picked themselves, `NotNowError` as `show`.
    """
    opened = open_request(session, request.caller, now)
    deal = _handed_over(owned_deal(session, opened, request.deal_id))
    receiver = workspaces.get_or_create_person(session, request.receiver, now)
    if acts_as_rep(session, receiver, deal):
        raise InvalidEntryError("receiver", "handoff.not_yourself")
    if request.profile is not None:
        apply_profile(session, opened.tenant, receiver, request.profile, now)
    standing = standing_handoff(session, deal.id)
    if opened.repeated or (standing is not None and standing.receiver_id == receiver.id):
        return form(session, deal, now)
    if standing is not None:
        standing.state, standing.settled_at = HandoffState.WITHDRAWN, now
        outbox.cancel(session, deal_ids=[deal.id], kinds=(NUDGE, LATE), reason="the deal was handed on", now=now)
        audit_log.record(session, deal.id, opened.person.id, "handoff_withdrawn", now, handoff=standing.id)
    handoff = Handoff(
        deal_id=deal.id, receiver_id=receiver.id, sent_by=opened.person.id, state=HandoffState.OFFERED, sent_at=now
    )
    session.add(handoff)
    session.flush()
    audit_log.record(session, deal.id, opened.person.id, "handed_to_delivery", now, handoff=handoff.id)
    send(session, deal, OFFER, f"{OFFER}:{handoff.id}", now, person=receiver, handoff=handoff.id)
    _start_clocks(session, deal, handoff, receiver, now)
    plan_reminders(session, deal, now)
    refresh_card(session, deal, now)
    return form(session, deal, now)


def form(session: Session, deal: Deal, now: datetime) -> HandoffForm:
    """The form: who has the deal, else who gets it by rule."""
    status = handoff_status(session, deal)
    rule = delivery_contact(session, deal)
    preset = "" if rule is None or rule.person is None else rule.person.external_id
    if status is not None and status.state in STANDING:
        preset = status.receiver
    return HandoffForm(facts(deal), handoff_brief(session, deal, now), preset, status)


def show_questions(session: Session, request: QuestionsRequest, now: datetime) -> AnswerForm:
    """The form of the rep's answers. Raises `NotNowError` if nothing is unclear any more."""
    opened = open_request(session, request.caller, now)
    handoff = _found(session, request.handoff_id)
    deal = owned_deal(session, opened, handoff.deal_id)
    asked = questions_of(session, deal, handoff)
    if not asked.questions:
        raise NotNowError("handoff.nothing_unclear")
    return AnswerForm(replace(asked, questions=asked.questions[:MOST_QUESTIONS]))


def answer_questions(session: Session, request: QuestionsAnswered, now: datetime) -> HandoffQuestions:
    """Store the rep's notes, and ask the receiver to read those promises back.

    A note on a wording that has changed is not stored: the new one is read back anyway. Raises `InvalidEntryError` if
    there is no note, or one is too long.
    """
    opened = open_request(session, request.caller, now)
    handoff = _found(session, request.handoff_id)
    deal = owned_deal(session, opened, handoff.deal_id)
    asked = questions_of(session, deal, handoff)
    if opened.repeated:
        return asked
    notes = {each: " ".join(note.split()) for each, note in request.notes.items()}
    for each, note in notes.items():
        if len(note) > LONGEST_NOTE:
            raise InvalidEntryError(f"note_{each}", "refusal.text_too_long", most=LONGEST_NOTE)
    if asked.questions and not any(notes.values()):
        raise InvalidEntryError(f"note_{asked.questions[0].statement.id}", "handoff.note_missing")
    answered = [
        each.statement
        for each in asked.questions
        if notes.get(each.statement.id) and request.seen.get(each.statement.id) == each.statement.version
    ]
    for statement in answered:
        handoffs.read_back(
            session,
            handoff=handoff,
            statement_id=statement.id,
            version=statement.version,
            said=Said.ANSWERED,
            words=notes[statement.id],
            by=opened.person.id,
            now=now,
        )
    if answered:
        ids = [statement.id for statement in answered]
        audit_log.record(
            session, deal.id, opened.person.id, "handoff_answered", now, handoff=handoff.id, statements=ids
        )
        session.flush()
        send_nudge(session, deal, handoff, "answered", now, of=now.isoformat())
        refresh_card(session, deal, now)
    return questions_of(session, deal, handoff)


def questions_of(session: Session, deal: Deal, handoff: Handoff) -> HandoffQuestions:
    """What is unclear to the receiver, as it stands."""
    said, readings = said_of(session, handoff), handoffs.readings(session, handoff.id)
    promises = promises_of(session, deal)
    waiting = set(unclear((s.id for s in promises), said))
    standing = HandoffState(handoff.state) in STANDING
    return HandoffQuestions(
        handoff.id,
        facts(deal),
        handoff.receiver.external_id,
        tuple(OpenQuestion(s, readings[s.id].words) for s in promises if standing and s.id in waiting),
    )


def command(session: Session, request: DealSearch, now: datetime) -> HandoffForm | DealChoice:
    """The form for the deal that the rep names. Raises `NotNowError` if none can be handed over."""
    opened = open_request(session, request.caller, now)
    found = _named(session, opened, request.typed)
    return form(session, found, now) if isinstance(found, Deal) else DealChoice(request.typed, "handoff", found)


def offer_post(session: Session, request: DealSearch, now: datetime) -> DealFacts | DealChoice:
    """The deal that the rep names in a channel, to be handed over or to have its brief posted."""
    opened = open_request(session, request.caller, now)
    found = _named(session, opened, request.typed)
    return facts(found) if isinstance(found, Deal) else DealChoice(request.typed, "handoff", found)


def posted_brief(session: Session, platform: str, workspace: str, deal_id: int, channel: str) -> str | None:
    """The platform's id of the newest brief of the deal in the channel; None if there is none yet. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return None
    rows = outbox_reminders.of_deal(session, deal_id, (BRIEF,))
    sent = [row.sent_ts for row in rows if row.state == "sent" and row.channel == channel and row.sent_ts]
    return sent[-1] if sent else None


def note_pinned(session: Session, request: BriefPosted, now: datetime) -> DealFacts:
    """The brief is pinned in the channel."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if not opened.repeated:
        audit_log.record(session, deal.id, opened.person.id, "brief_pinned", now)
    return facts(deal)


def post_brief(session: Session, request: BriefPosted, now: datetime) -> DealFacts:
    """Post the brief in the channel. Raises `NotNowError` as `show`."""
    opened = open_request(session, request.caller, now)
    deal = _handed_over(owned_deal(session, opened, request.deal_id))
    if not opened.repeated:
        number = outbox.count_rows(session, deal_id=deal.id, kind=BRIEF) + 1
        send(session, deal, BRIEF, f"{BRIEF}:{deal.id}:{number}", now, channel=request.channel, at_once=True)
        audit_log.record(session, deal.id, opened.person.id, "brief_posted", now)
    return facts(deal)


def _start_clocks(session: Session, deal: Deal, handoff: Handoff, receiver: Person, now: datetime) -> None:
    """Plan the receiver's reminders, and the line to the rep when something is late (M10.6).

    The hours count from when the receiver hears of it.
    """
    tenant = session.get_one(Tenant, deal.tenant_id)
    cadence = cadence_for(tenant)
    theirs, own = working_time(receiver, tenant), working_time(deal.current_rep, tenant)
    for what, hours in (("introduction", cadence.introduction_hours), ("kickoff", cadence.kickoff_date_hours)):
        due = clock(theirs.next(now), hours, theirs, own)
        key = f"{handoff.id}:{what}"
        send(
            session,
            deal,
            NUDGE,
            f"{NUDGE}:{key}",
            now,
            due_at=due.remind_at,
            person=receiver,
            handoff=handoff.id,
            what=what,
        )
        send(
            session,
            deal,
            LATE,
            f"{LATE}:{key}",
            now,
            due_at=due.late_at,
            person=deal.current_rep,
            handoff=handoff.id,
            what=what,
        )


def _named(session: Session, opened: OpenedRequest, typed: str) -> Deal | tuple[DealFacts, ...]:
    found = find_by_customer(session, opened, typed, HANDED_OVER)
    return owned_deal(session, opened, found.id) if isinstance(found, Deal) else found


def _found(session: Session, handoff_id: int) -> Handoff:
    known = handoffs.find(session, handoff_id)
    if known is None:
        raise NoSuchDealError
    deals.lock(session, known.deal_id)
    return known


def _handed_over(deal: Deal) -> Deal:
    if deal.stage not in HANDED_OVER:
        raise NotNowError(
            "refusal.not_at_this_stage" if deal.stage in ENDED else "handoff.not_yet", customer=deal.customer
        )
    return deal
