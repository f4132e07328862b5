"""Thanks for an announced win, with one tap.

A second tap changes nothing: the post follows a moment later, so people tap again before they see their name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.announced import draw_again, is_standing
from handlers.deal.facts import facts
from handlers.errors import NotNowError
from handlers.method.stages import WON
from handlers.requests import Caller, open_request
from handlers.screens.announcements import Thanked
from storage import announcements, audit_log, deals


@dataclass(frozen=True, slots=True)
class ThanksGiven:
    """Somebody says thanks for an announced win."""

    caller: Caller
    announcement_id: int


def say_thanks(session: Session, request: ThanksGiven, now: datetime) -> Thanked:
    """Count the person once; the post shows it a moment later. Nobody gets a message.

    Raises `NotNowError` for the deal's own rep, and once the deal is no win any more.
    """
    opened = open_request(session, request.caller, now)
    announcement = announcements.find(session, request.announcement_id)
    deal = None if announcement is None else deals.find(session, announcement.deal_id)
    if announcement is None or deal is None or not is_standing(session, deal.id):
        raise NotNowError("announce.gone")
    if deal.stage not in WON or deal.refunded_at is not None:
        raise NotNowError("announce.thanks_over")
    if opened.person.id == deal.owner_id:
        raise NotNowError("announce.thanks_own")
    new = announcements.thank(session, announcement.id, opened.person.id, now)
    if new:
        audit_log.record(session, deal.id, opened.person.id, "thanked", now)
        draw_again(session, deal, now)
    return Thanked(facts(deal), again=not new)
