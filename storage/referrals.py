"""Queries for referrals: the steps of asking, and the people whom the customer named."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.models import Referral, ReferralAgreement, ReferralAsk

# Built once: every change of a deal runs these.
_LATEST_ASK = (
    select(ReferralAsk).where(ReferralAsk.deal_id == bindparam("deal_id")).order_by(ReferralAsk.id.desc()).limit(1)
)
_OF_DEALS = select(Referral).where(Referral.deal_id.in_(bindparam("deal_ids", expanding=True))).order_by(Referral.id)


def latest_ask(session: Session, deal_id: int) -> ReferralAsk | None:
    """The newest step of asking for the referrals that were earned; None if there is none."""
    return session.scalar(_LATEST_ASK, {"deal_id": deal_id})


def asks(session: Session, deal_ids: Collection[int]) -> Sequence[ReferralAsk]:
    """Every step of asking for these deals, oldest first."""
    return session.scalars(select(ReferralAsk).where(ReferralAsk.deal_id.in_(deal_ids)).order_by(ReferralAsk.id)).all()


def of_deals(session: Session, deal_ids: Collection[int]) -> Sequence[Referral]:
    """The people whom these customers named, in the order in which they were noted."""
    return session.scalars(_OF_DEALS, {"deal_ids": list(deal_ids)}).all()


def find(session: Session, deal_id: int, referral_id: int) -> Referral | None:
    """One of the deal's referrals."""
    return session.scalar(select(Referral).where(Referral.deal_id == deal_id, Referral.id == referral_id))


def agreed_numbers(session: Session, deal_ids: Collection[int]) -> dict[int, int]:
    """How many referrals each customer agreed to, by deal id; deals without a yes as the newest answer are left out."""
    newest: dict[int, ReferralAgreement] = {}
    for row in session.scalars(
        select(ReferralAgreement).where(ReferralAgreement.deal_id.in_(deal_ids)).order_by(ReferralAgreement.id)
    ):
        newest[row.deal_id] = row
    return {deal_id: row.number for deal_id, row in newest.items() if row.outcome == "agreed"}
