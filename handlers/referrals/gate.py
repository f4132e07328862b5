"""Whether the referrals of a deal are earned, and how far asking for them has come."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from handlers.deal.tracked_promises import promises_of
from handlers.method.promise_outcomes import TrackedPromise, gaps, outcome_of
from handlers.method.referrals import AskStep
from storage import referrals
from storage.models import Deal


class Gate(NamedTuple):
    """Whether the referrals are earned; if not, what is missing, the worst first."""

    earned: bool
    gaps: tuple[TrackedPromise, ...]


def gate_of(session: Session, deal: Deal) -> Gate:
    """Look at what became of each promise: referrals are earned by the customer's own word on every one (M5.2)."""
    promises = promises_of(session, deal)
    return Gate(outcome_of(promises).earned, tuple(gaps(promises)))


def last_step(session: Session, deal: Deal) -> AskStep | None:
    """The newest step of asking for what was earned."""
    latest = referrals.latest_ask(session, deal.id)
    return None if latest is None else AskStep(latest.step)
