"""Composes what the outbox sends about cover, from the state at that moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.cover.asking import end_all
from handlers.cover.screens import answered_screen, ask_screen, back_screen
from handlers.deal.covering import ANSWERED, BACK, REDRAWN, CoverState, listed
from handlers.screens.cover import CoverAnswered, CoverAsk, CoverMessage
from storage import covers, deals, outbox_reminders
from storage.models import Cover, OutboxRow


def compose_cover(session: Session, row: OutboxRow, now: datetime) -> CoverMessage | str:
    """The message as it stands; a text instead says why it is not needed any more."""
    if row.kind == REDRAWN:
        sent = outbox_reminders.find(session, int(row.payload["row"]))
        return "the message is gone" if sent is None else _asked(session, sent)
    if row.kind == BACK:
        return _back(session, row, now)
    screen = _asked(session, row)
    if isinstance(screen, CoverAsk) and screen.state != CoverState.ASKED:
        return "it was called back or answered"
    return screen


def _asked(session: Session, row: OutboxRow) -> CoverAsk | CoverAnswered | str:
    cover = covers.find(session, int(row.payload["cover"]))
    if cover is None:
        return "the deals are gone"
    return answered_screen(session, cover) if row.kind == ANSWERED else ask_screen(session, cover)


def _back(session: Session, row: OutboxRow, now: datetime) -> CoverMessage | str:
    """What happened meanwhile. The message of the day that was agreed on ends the cover, and brings its own news."""
    cover = covers.find(session, int(row.payload["cover"]))
    if cover is None:
        return "the deals are gone"
    if "ended" not in row.payload:
        standing = listed(session, cover, (CoverState.ASKED, CoverState.ACCEPTED))
        end_all(session, deals.lock_all(session, [each.deal_id for each in standing]), None, now)
        return "the day has come: the deals are back"
    ended = [each for each in covers.together(session, cover) if _ended_then(each, row)]
    if not ended:
        return "the deals are gone"
    return back_screen(session, ended, to_rep=row.person_id == cover.rep_id)


def _ended_then(cover: Cover, row: OutboxRow) -> bool:
    return (
        cover.ended_at is not None
        and cover.answered_at is not None
        and cover.ended_at == datetime.fromisoformat(row.payload["ended"])
    )
