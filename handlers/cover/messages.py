"""Composes what the outbox sends about cover, from the state at that moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.cover import patience
from handlers.cover.asking import end_all
from handlers.cover.away import compose_who
from handlers.cover.screens import answered_screen, ask_screen, back_screen
from handlers.deal.covering import ANSWERED, ASK, BACK, OFFER, REDRAWN, WHO, CoverState, listed
from handlers.screens.cover import CoverAnswered, CoverAsk, CoverMessage
from storage import covers, deals, outbox_reminders
from storage.models import Cover, Deal, OutboxRow, Tenant


def compose_cover(session: Session, row: OutboxRow, now: datetime) -> CoverMessage | str:
    """The message as it stands; a text instead says why it is not needed any more."""
    if row.kind == REDRAWN:
        sent = outbox_reminders.find(session, int(row.payload["row"]))
        return "the message is gone" if sent is None else _redrawn(session, sent)
    if row.kind == BACK:
        return _back(session, row, now)
    if row.kind == WHO:
        who = compose_who(session, row)
        return who if who is not None and who.total else "nobody needs to cover"
    screen = _asked(session, row)
    if row.kind == ASK and isinstance(screen, CoverAsk) and screen.state != CoverState.ASKED:
        return "it was called back or answered"
    return screen


def compose_step(
    session: Session, row: OutboxRow, deal: Deal, tenant: Tenant, now: datetime
) -> CoverMessage | str | datetime:
    """The offer to the rep, or the line to the manager; a time if it comes later."""
    step = patience.due_step(session, row, deal, tenant, now)
    if isinstance(step, str | datetime):
        return step
    if row.kind == OFFER:
        return patience.offer_screen(session, deal, step.number)
    return patience.waits_screen(deal)


def _redrawn(session: Session, sent: OutboxRow) -> CoverMessage | str:
    if sent.kind == WHO:
        return compose_who(session, sent) or "the message is gone"
    if sent.kind == OFFER:
        deal = deals.find(session, sent.deal_id or 0)
        return (
            "the deal is gone" if deal is None else patience.offer_screen(session, deal, sent.payload.get("round", 0))
        )
    return _asked(session, sent)


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
