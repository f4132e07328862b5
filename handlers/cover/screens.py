"""Builds the screens about cover from the state at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.cover.rep_deals import still_to_cover
from handlers.deal.absence import absence_of
from handlers.deal.covering import CoverState, Why, listed
from handlers.deal.facts import facts, statements_of
from handlers.method.statements import Said, in_reading_order
from handlers.screens.cover import Away, CoverAnswered, CoverAsk, CoverBack, CoverBrief, CoverMoved, Meanwhile
from storage import audit_log, covers, deals
from storage.models import Cover, Deal, Tenant

MOST_DEALS = 8
"""In one message; the others are in the list of deals."""
MOST_PROMISES = 5
MOST_ACTIONS = 5
OWN_ACTIONS = frozenset({"cover_asked", "cover_accepted", "cover_declined", "cover_ended", "cover_moved"})


def ask_screen(session: Session, cover: Cover) -> CoverAsk:
    """The question to the stand-in: with the briefs as long as it stands."""
    cover, rows, state = _as_it_stands(session, cover)
    standing = state in (CoverState.ASKED, CoverState.ACCEPTED)
    shown = _deals(session, rows[:MOST_DEALS]) if standing else []
    briefs = tuple(_brief(session, deal) for deal in shown)
    shown_as = "over" if state is CoverState.RETURNED and rows[0].answered_at is None else state
    return CoverAsk(cover.id, cover.rep.external_id, shown_as, rows[0].until, briefs, len(rows))


def answered_screen(session: Session, cover: Cover, now: datetime, why: str | None = None) -> CoverAnswered:
    """What the rep sees of it; `why` it ended, if not by their own wish, as a value of `Why`.

    Somebody else can be asked if it came to nothing, or the colleague is away.
    """
    cover, rows, state = _as_it_stands(session, cover)
    shown = tuple(facts(deal) for deal in _deals(session, rows[:MOST_DEALS]))
    standing = state in (CoverState.ASKED, CoverState.ACCEPTED)
    away = _away(session, cover, now) if standing else None
    over = state if why in (None, Why.AWAY) or state is not CoverState.RETURNED else Why(why)
    came_to_nothing = over not in (CoverState.ASKED, CoverState.ACCEPTED, CoverState.RETURNED)
    asks = (came_to_nothing or away is not None) and bool(still_to_cover(session, rows))
    return CoverAnswered(cover.id, cover.stand_in.external_id, over, rows[0].until, shown, len(rows), away, asks)


def _away(session: Session, cover: Cover, now: datetime) -> Away | None:
    found = absence_of(cover.stand_in, session.get_one(Tenant, cover.tenant_id), now)
    return Away(found.back_on) if found is not None and found.long else None


def moved_screen(session: Session, cover: Cover) -> CoverMoved:
    """The rep is away for longer, or has left: until when the stand-in has the deals."""
    cover, rows, state = _as_it_stands(session, cover)
    standing = state is CoverState.ACCEPTED
    left = cover.rep.left_at is not None
    return CoverMoved(cover.id, cover.rep.external_id, rows[0].until, len(rows), standing, left)


def _as_it_stands(session: Session, cover: Cover) -> tuple[Cover, Sequence[Cover], CoverState]:
    """The first of those asked together, those that are meant, and their state.

    A deal that was called back or handed over alone is no longer meant, as long as another stands.
    """
    session.flush()
    everyone = covers.together(session, cover)
    for state in (CoverState.ACCEPTED, CoverState.ASKED, CoverState.DECLINED):
        found = listed(session, cover, (state,))
        if found:
            return everyone[0], found, state
    return everyone[0], everyone, CoverState.RETURNED


def back_screen(session: Session, ended: Sequence[Cover], *, to_rep: bool, asks: bool = False) -> CoverBack:
    """What happened while the colleague stood in. `asks`: the rep can ask somebody else, as long as it makes sense."""
    other = ended[0].stand_in if to_rep else ended[0].rep
    shown = []
    for cover in ended[:MOST_DEALS]:
        deal = deals.find(session, cover.deal_id)
        if deal is not None:
            shown.append(Meanwhile(facts(deal), _actions(session, cover)))
    asks = asks and to_rep and bool(still_to_cover(session, ended))
    return CoverBack(other.external_id, to_rep, tuple(shown), len(ended), ended[0].id if asks else None)


def _actions(session: Session, cover: Cover) -> tuple[str, ...]:
    """What others than the rep did meanwhile, each once, the latest last."""
    done = [
        entry.action
        for entry in audit_log.timeline(session, cover.deal_id)
        if entry.actor_id not in (None, cover.rep_id)
        and entry.action not in OWN_ACTIONS
        and cover.answered_at is not None
        and cover.answered_at <= entry.at
        and (cover.ended_at is None or entry.at <= cover.ended_at)
    ]
    return tuple(dict.fromkeys(done))[-MOST_ACTIONS:]


def _deals(session: Session, rows: Sequence[Cover]) -> list[Deal]:
    found = (deals.find(session, each.deal_id) for each in rows)
    return [deal for deal in found if deal is not None]


def _brief(session: Session, deal: Deal) -> CoverBrief:
    standing = [
        s for s in in_reading_order(statements_of(session, deal.id)) if s.on_list and s.said is not Said.WITHDRAWN
    ]
    wordings = tuple(s.wording for s in standing[:MOST_PROMISES])
    return CoverBrief(facts(deal), wordings, len(standing) - len(wordings), deal.next_step or "")
