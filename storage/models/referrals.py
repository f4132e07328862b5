"""The referrals that were earned: each step of asking for them, and whom the customer named (M5.2, M10.8)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base
from storage.tenancy import TenantOwned


class ReferralAsk(TenantOwned, Base):
    """A step of asking for the referrals that were earned: a planned meeting, or the customer's answer.

    The newest row counts. What was agreed on the call, before they were earned, is a `ReferralAgreement`.
    """

    __tablename__ = "referral_asks"
    __table_args__ = (
        CheckConstraint("step IN ('planned', 'cleared', 'names', 'thinking', 'not_now', 'declined')", name="step"),
        CheckConstraint("(step = 'planned') = (meeting_at IS NOT NULL)", name="a_planned_meeting_has_a_time"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    step: Mapped[str]
    meeting_at: Mapped[datetime | None]
    """When the rep asks; null unless the step is `planned`."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Referral(TenantOwned, Base):
    """A person whom the customer named, and how far the introduction has come. Only the deal's rep sees who it is."""

    __tablename__ = "referrals"
    __table_args__ = (
        CheckConstraint("met_at IS NULL OR introduced_at IS NOT NULL", name="met_after_the_introduction"),
        CheckConstraint("won_at IS NULL OR met_at IS NOT NULL", name="won_after_the_meeting"),
        Index(None, "tenant_id", "named_at"),
        Index(None, "tenant_id", "won_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    name: Mapped[str] = mapped_column(LongText)
    how_known: Mapped[str | None] = mapped_column(LongText)
    """How the customer knows them, in the rep's words; null if nobody said."""
    introduction: Mapped[str | None] = mapped_column(LongText)
    """How the customer introduces the rep, in the rep's words; null if nobody said."""
    named_at: Mapped[datetime]
    introduced_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    won_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
    """It came to nothing; null if it did not, or if the rep took it up again."""
