"""Composes what the outbox sends about cover, from the state at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.cover import patience
from handlers.cover.away import compose_who
from handlers.cover.screens import answered_screen, ask_screen, back_screen, moved_screen
from handlers.deal.absence import end_covers, standing_with
from handlers.deal.covering import (
    ASK,
    BACK,
    MOVED,
    OFFER,
    REDRAWN,
    WHO,
    CoverState,
    Why,
    listed,
    morning_of,
)
from handlers.screens.cover import CoverAnswered, CoverAsk, CoverMessage
from storage import covers, deals, outbox_reminders
from storage.models import Cover, Deal, OutboxRow, Tenant


def compose_cover(  # noqa: PLR0911 (one line per kind of message)
    session: Session, row: OutboxRow, now: datetime
) -> CoverMessage | str | datetime:
    """The message as it stands; a text instead says why it is not needed any more, a time that it comes later."""
    if row.kind == REDRAWN:
        sent = outbox_reminders.find(session, int(row.payload["row"]))
        return "the message is gone" if sent is None else _redrawn(session, sent, now)
    if row.kind == BACK:
        return _back(session, row, now)
    if row.kind == WHO:
        who = compose_who(session, row)
        return who if who is not None and who.total else "nobody needs to cover"
    if row.kind == MOVED:
        return _moved(session, row)
    screen = _asked(session, row, now)
    if row.payload.get("why") == Why.AWAY and isinstance(screen, CoverAnswered) and screen.away is None:
        return "the colleague is back, or it is over"
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


def _redrawn(session: Session, sent: OutboxRow, now: datetime) -> CoverMessage | str:
    if sent.kind == WHO:
        return compose_who(session, sent) or "the message is gone"
    if sent.kind == OFFER:
        deal = deals.find(session, sent.deal_id or 0)
        return (
            "the deal is gone" if deal is None else patience.offer_screen(session, deal, sent.payload.get("round", 0))
        )
    if sent.kind == BACK:
        return _told(session, sent)
    if sent.kind == MOVED:
        cover = covers.find(session, int(sent.payload["cover"]))
        return "the deals are gone" if cover is None else moved_screen(session, cover)
    return _asked(session, sent, now)


def _asked(session: Session, row: OutboxRow, now: datetime) -> CoverAsk | CoverAnswered | str:
    cover = covers.find(session, int(row.payload["cover"]))
    if cover is None:
        return "the deals are gone"
    if row.kind == ASK:
        return ask_screen(session, cover)
    return answered_screen(session, cover, now, row.payload.get("why"))


def _moved(session: Session, row: OutboxRow) -> CoverMessage | str:
    cover = covers.find(session, int(row.payload["cover"]))
    standing = [] if cover is None else listed(session, cover, (CoverState.ACCEPTED,))
    if not standing or cover is None:
        return "nobody covers any more"
    until = standing[0].until
    if "until" in row.payload and row.payload["until"] != (None if until is None else until.isoformat()):
        return "the day was moved again"
    return moved_screen(session, cover)


def _back(session: Session, row: OutboxRow, now: datetime) -> CoverMessage | str | datetime:
    """What happened meanwhile. The message of the day that was agreed on ends the cover, and brings its own news."""
    if "ended" in row.payload:
        return _told(session, row)
    cover = covers.find(session, int(row.payload["cover"]))
    if cover is None:
        return "the deals are gone"
    asked = listed(session, cover, (CoverState.ASKED,))
    if row.payload.get("unanswered"):
        end_covers(session, _deals(session, asked), None, now, why=Why.UNANSWERED)
        return "the time for an answer is over"
    standing = standing_with(session, cover)
    ends = morning_of(session, standing[0]) if standing else None
    if ends is None:
        return "nobody covers any more, or until no certain day"
    if ends > now:
        return ends
    end_covers(session, _deals(session, asked), None, now, why=Why.UNANSWERED)
    end_covers(session, _deals(session, listed(session, cover, (CoverState.ACCEPTED,))), None, now)
    return "the day has come: the deals are back"


def _deals(session: Session, rows: Sequence[Cover]) -> Sequence[Deal]:
    return deals.lock_all(session, [each.deal_id for each in rows])


def _told(session: Session, row: OutboxRow) -> CoverMessage | str:
    cover = covers.find(session, int(row.payload["cover"]))
    ended = [] if cover is None else [each for each in covers.together(session, cover) if _ended_then(each, row)]
    if not ended or cover is None:
        return "the deals are gone"
    if row.person is not None and row.person.left_at is not None:
        return "the account is deactivated"
    return back_screen(session, ended, to_rep=row.person_id == cover.rep_id, asks="why" in row.payload)


def _ended_then(cover: Cover, row: OutboxRow) -> bool:
    return (
        cover.ended_at is not None
        and cover.answered_at is not None
        and cover.ended_at == datetime.fromisoformat(row.payload["ended"])
    )
