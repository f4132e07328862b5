"""What `firstcall export` writes of referrals: agreement against outcome and every date, but nobody's name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.deal.referral_counts import counts_of, dates_of
from storage import referrals


def exported(
    session: Session, deal_ids: Collection[int], people: Mapping[int, dict[str, str | None]]
) -> dict[int, dict[str, Any]]:
    """The fields of each deal, by deal id: `referral_counts`, `referral_asks` and `introductions`, as plain data.

    Whom the customer named is personal data of people who are not customers: their names stay with the deal's rep.
    `people` are by their database id.
    """
    counts = counts_of(session, deal_ids)
    found: dict[int, dict[str, Any]] = {
        deal_id: {"referral_counts": asdict(counts[deal_id]), "referral_asks": [], "introductions": []}
        for deal_id in deal_ids
    }
    for ask in referrals.asks(session, deal_ids):
        found[ask.deal_id]["referral_asks"].append(
            {
                "step": ask.step,
                "meeting_at": _time(ask.meeting_at),
                "recorded_by": people[ask.recorded_by],
                "at": _time(ask.at),
            }
        )
    for row in referrals.of_deals(session, deal_ids):
        dates = {name: _time(at) for name, at in asdict(dates_of(row)).items()}
        found[row.deal_id]["introductions"].append({"step": dates_of(row).step.value, **dates})
    return found


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
