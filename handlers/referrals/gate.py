"""Whether the referrals of a deal are earned, and what came of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy.orm import Session

from handlers.method.promise_outcomes import TrackedPromise, gaps, outcome_of
from handlers.method.referrals import AskStep, ReferralCounts, ReferralDates, referral_counts
from handlers.promises.tracked import tracked_promises
from storage import referrals
from storage.models import Deal, Referral


class Gate(NamedTuple):
    """Whether the referrals are earned; if not, what is missing, the worst first."""

    earned: bool
    gaps: tuple[TrackedPromise, ...]


def gate_of(session: Session, deal: Deal) -> Gate:
    """Look at what became of each promise: referrals are earned by the customer's own word on every one (M5.2)."""
    promises = tracked_promises(session, deal)
    return Gate(outcome_of(promises).earned, tuple(gaps(promises)))


def last_step(session: Session, deal: Deal) -> AskStep | None:
    """The newest step of asking for what was earned."""
    latest = referrals.latest_ask(session, deal.id)
    return None if latest is None else AskStep(latest.step)


def dates_of(row: Referral) -> ReferralDates:
    """How far the introduction has come."""
    return ReferralDates(row.named_at, row.introduced_at, row.met_at, row.won_at, row.dropped_at)


def counts_of(session: Session, deal_ids: Collection[int]) -> dict[int, ReferralCounts]:
    """Agreement against outcome of each of these deals, for the report: numbers, and nobody's name."""
    agreed = referrals.agreed_numbers(session, deal_ids)
    named: dict[int, list[ReferralDates]] = {deal_id: [] for deal_id in deal_ids}
    for row in referrals.of_deals(session, deal_ids):
        named[row.deal_id].append(dates_of(row))
    return {deal_id: referral_counts(agreed.get(deal_id), found) for deal_id, found in named.items()}
