"""What came of a deal's referrals, in numbers: agreement against outcome, and nobody's name (M5.2)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from handlers.method.referrals import ReferralCounts, ReferralDates, referral_counts
from storage import referrals
from storage.models import Referral


def dates_of(row: Referral) -> ReferralDates:
    """How far the introduction has come."""
    return ReferralDates(row.named_at, row.introduced_at, row.met_at, row.won_at, row.dropped_at)


def counts_of(session: Session, deal_ids: Collection[int]) -> dict[int, ReferralCounts]:
    """Agreement against outcome of each of these deals: what managers and reports may show."""
    agreed = referrals.agreed_numbers(session, deal_ids)
    named: dict[int, list[ReferralDates]] = {deal_id: [] for deal_id in deal_ids}
    for row in referrals.of_deals(session, deal_ids):
        named[row.deal_id].append(dates_of(row))
    return {deal_id: referral_counts(agreed.get(deal_id), found) for deal_id, found in named.items()}
