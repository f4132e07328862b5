"""Composes what the outbox sends about delivery, from the state at that moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.delivery import (
    BRIEF,
    DOUBT,
    ENDED_WORD,
    FEASIBILITY,
    FELL_THROUGH,
    NOTE,
    OFFER,
    PROMISE_MISSED,
    QUESTIONS,
    REDRAWABLE,
    REDRAWN,
    REMINDERS,
    RETURNED,
    state_of,
    status_of,
)
from handlers.deal.facts import facts
from handlers.handoff.brief import handoff_brief
from handlers.handoff.feasibility import doubt_screen, question_screen
from handlers.handoff.handing_over import HANDED_OVER, questions_of
from handlers.handoff.missed_promise import missed_promise
from handlers.handoff.taking import offer_screen, returned_screen
from handlers.method.handoff import STANDING
from handlers.method.stages import ENDED
from handlers.promises.notes import note_told
from handlers.screens.handoff import (
    DeliveryDoubt,
    FeasibilityQuestion,
    HandoffLate,
    HandoffMessage,
    HandoffNudge,
    HandoffOffer,
    HandoffQuestions,
    HandoffReturned,
    MissReported,
    PostedBrief,
)
from handlers.screens.promises import NoteTold
from storage import handoffs, outbox_reminders
from storage.models import Deal, FeasibilityAsk, Handoff, OutboxRow


def compose_handoff(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> HandoffMessage | str:
    """The message as it stands; a text instead says why it is not needed any more."""
    shown = _redrawn(session, row) if row.kind == REDRAWN else row
    if shown is None:
        return "the message is gone"
    if shown.kind in REDRAWABLE:
        shown.payload = {**shown.payload, "shown": state_of(session, shown, deal)}
    if shown.kind == BRIEF:
        found: HandoffMessage | None = (
            PostedBrief(handoff_brief(session, deal, now)) if deal.stage in HANDED_OVER else None
        )
    elif shown.kind == NOTE:
        found = note_told(session, shown, deal, now)
    elif shown.kind == PROMISE_MISSED:
        found = missed_promise(session, shown, deal, now)
    elif shown.kind in (FEASIBILITY, DOUBT):
        found = _about_promise(session, shown, deal)
    else:
        found = _about_handoff(session, shown, deal, now)
    if row.kind in REMINDERS and row.person is not None and not row.person.reminded:
        return "they want no reminders"
    if found is None or (row.kind != REDRAWN and _is_over(found)):
        return "it is not needed any more"
    return found


def _redrawn(session: Session, row: OutboxRow) -> OutboxRow | None:
    return outbox_reminders.find(session, int(row.payload["row"]))


def _about_promise(session: Session, row: OutboxRow, deal: Deal) -> HandoffMessage | None:
    known: FeasibilityAsk | None = handoffs.ask(session, int(row.payload["ask"]))
    if known is None:
        return None
    if row.kind == FEASIBILITY:
        return question_screen(session, deal, known)
    return doubt_screen(session, deal, known) if row.person_id == deal.current_rep_id else None


def _about_handoff(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> HandoffMessage | None:
    handoff = handoffs.find(session, int(row.payload["handoff"]))
    if handoff is None:
        return None
    if row.person_id == handoff.receiver_id:
        return _for_receiver(session, row, deal, handoff, now)
    return _for_rep(session, row, deal, handoff) if row.person_id == deal.current_rep_id else None


def _for_receiver(session: Session, row: OutboxRow, deal: Deal, handoff: Handoff, now: datetime) -> HandoffMessage:
    if row.kind == OFFER:
        return offer_screen(session, deal, handoff, now)
    what = str(row.payload.get("what", ""))
    over = not _is_due(session, deal, handoff, what)
    return HandoffNudge(handoff.id, deal.customer, deal.owner.external_id, what, over)


def _for_rep(session: Session, row: OutboxRow, deal: Deal, handoff: Handoff) -> HandoffMessage:
    if row.kind == QUESTIONS:
        return questions_of(session, deal, handoff)
    if row.kind == RETURNED:
        return returned_screen(session, deal, handoff)
    what = str(row.payload.get("what", ""))
    over = not _is_due(session, deal, handoff, what)
    done = {"introduction": handoff.introduced_at, "kickoff": handoff.kickoff_on}.get(what) is not None
    return HandoffLate(facts(deal), handoff.receiver.external_id, what, over, done=done)


def _is_due(session: Session, deal: Deal, handoff: Handoff, what: str) -> bool:
    """Whether the receiver still has to do it."""
    newest = handoffs.latest(session, deal.id)
    if newest is None or newest.id != handoff.id or handoff.state not in STANDING:
        return False
    if what == ENDED_WORD or deal.stage in ENDED:
        return what == ENDED_WORD and deal.stage in FELL_THROUGH
    if what == "introduction":
        return handoff.introduced_at is None
    if what == "kickoff":
        return handoff.kickoff_on is None
    return status_of(session, deal, handoff).to_read > 0


def _is_over(screen: HandoffMessage) -> bool:
    """Whether a new message would ask for what is done."""
    match screen:
        case FeasibilityQuestion() | HandoffOffer() | HandoffReturned() | HandoffNudge() | HandoffLate():
            return screen.over
        case MissReported():
            return screen.over
        case DeliveryDoubt():
            return not screen.open
        case HandoffQuestions():
            return not screen.questions
        case PostedBrief() | NoteTold():
            return False
