"""Notes beside a promise: who said what, and which colleague is told of it (M8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.deal_access import may_see_promises, promised_deal
from handlers.deal.delivery import NOTE, send
from handlers.deal.facts import facts
from handlers.errors import InvalidEntryError
from handlers.promises.board import board_promise, board_screen, require_promises
from handlers.promises.settle import PromiseRequest
from handlers.requests import open_request
from handlers.screens.promises import BoardNote, BoardScreen, NoteForm, NoteTold
from storage import audit_log, promise_notes, workspaces
from storage.models import Deal, OutboxRow, Person, StatementNote

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """The submitted form. `colleague` is whom to tell, by the platform's id; empty for nobody."""

    promise: PromiseRequest
    text: str
    colleague: str = ""


def ask(session: Session, request: PromiseRequest, now: datetime) -> NoteForm:
    """The form. Changes nothing. Raises `NotYoursError` for somebody who does not see the deal's promises."""
    opened = open_request(session, request.caller, now)
    deal = require_promises(promised_deal(session, opened, request.deal_id))
    return NoteForm(facts(deal), board_promise(session, deal, request.statement_id, now, viewer=opened.person))


def add(session: Session, request: NoteAdded, now: datetime) -> BoardScreen:
    """Add the note, and tell the colleague if they see the deal's promises; the board says so if they do not.

    Raises `InvalidEntryError` for a note that is empty or too long.
    """
    wanted = request.promise
    opened = open_request(session, wanted.caller, now)
    deal = require_promises(promised_deal(session, opened, wanted.deal_id))
    promise = board_promise(session, deal, wanted.statement_id, now, viewer=opened.person)
    text = " ".join(request.text.split())
    if not text:
        raise InvalidEntryError("text", "note.missing")
    if len(text) > LONGEST_NOTE:
        raise InvalidEntryError("text", "refusal.text_too_long", most=LONGEST_NOTE)
    named = request.colleague not in ("", opened.person.external_id)
    told = _told(session, deal, request.colleague) if named else None
    if not opened.repeated:
        note = StatementNote(
            statement_id=wanted.statement_id,
            version=promise.statement.version,
            text=text,
            mentioned_id=None if told is None else told.id,
            written_by=opened.person.id,
            at=now,
        )
        session.add(note)
        session.flush()
        ids = {"statement": wanted.statement_id, "version": promise.statement.version}
        audit_log.record(session, deal.id, opened.person.id, "note_added", now, **ids)
        if told is not None:
            send(session, deal, NOTE, f"{NOTE}:{note.id}", now, person=told, note=note.id)
    said = BoardNote.NOT_TOLD if named and told is None else None
    return board_screen(session, deal, now, wanted.page, said, viewer=opened.person)


def _told(session: Session, deal: Deal, colleague: str) -> Person | None:
    """The colleague, if they see the deal's promises. Nobody new is stored."""
    person = workspaces.find_person(session, colleague)
    if person is None or person.left_at is not None or not may_see_promises(session, person, deal):
        return None
    return person


def note_told(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> NoteTold | None:
    """The message to the colleague; None if they do not see the deal's promises any more."""
    note = promise_notes.find(session, int(row.payload["note"]))
    if note is None or row.person is None or not may_see_promises(session, row.person, deal):
        return None
    promise = board_promise(session, deal, note.statement_id, now, viewer=row.person)
    by = session.get_one(Person, note.written_by).external_id
    return NoteTold(facts(deal), promise.statement.wording, note.text, by)
