"""The rep's open challenges, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.challenges.shown import challenges_shown, open_rows
from handlers.errors import NotNowError
from handlers.method.customers import customer_key
from handlers.method.reminders_due import AGREED
from handlers.requests import Caller, open_request
from handlers.screens.challenges import ChallengeList
from storage import deals

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ChallengesRequest:
    """A rep asks for their open challenges. `typed` is a part of a customer's name, empty for all deals."""

    caller: Caller
    typed: str = ""


def show(session: Session, request: ChallengesRequest, now: datetime) -> ChallengeList:
    """The open challenges of the rep's deals. Raises `NotNowError` if no deal matches what was typed."""
    opened = open_request(session, request.caller, now)
    wanted = customer_key(request.typed)
    own = {deal.id: deal for deal in deals.of_rep(session, opened.person.id, AGREED)}
    matching = [deal for deal in own.values() if wanted in customer_key(deal.customer)]
    if request.typed and not matching:
        raise NotNowError("refusal.nothing_fits", typed=request.typed)
    rows = open_rows(session, matching)
    shown = [(own[row.deal_id], row) for row in rows[:MOST_SHOWN]]
    return ChallengeList(challenges_shown(session, shown, now), total=len(rows))
