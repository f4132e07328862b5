"""What went wrong after the call, what was done about it, and what the customer praised (M7.1, M7.2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base
from storage.tenancy import TenantOwned


class Challenge(TenantOwned, Base):
    """A problem with what was promised. The rep may correct its entries; what was done about it is evidence."""

    __tablename__ = "challenges"
    __table_args__ = (
        CheckConstraint("severity BETWEEN 1 AND 3", name="severity"),
        CheckConstraint("whose IN ('ours', 'theirs', 'nobody')", name="whose"),
        CheckConstraint("tell_by >= discovered_at", name="told_after_the_discovery"),
        Index(None, "tenant_id", "tell_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    what: Mapped[str] = mapped_column(LongText)
    """In the words that the rep confirmed."""
    severity: Mapped[int]
    """How bad it is for the customer: 1 to 3, 3 is the worst."""
    whose: Mapped[str]
    """Whose mistake it is: `ours`, `theirs`, or `nobody`."""
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("statements.id"))
    """The agreed statement that it touches; null if the rep named none."""
    discovered_at: Mapped[datetime]
    tell_by: Mapped[datetime]
    """By when the customer is to be told."""
    agreed_in: Mapped[int | None] = mapped_column(ForeignKey("statements.id"))
    """The statement in which the customer agreed to that time; null if it is the playbook's."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    steps: Mapped[list[ChallengeStep]] = relationship(order_by="ChallengeStep.id")


class ChallengeStep(TenantOwned, Base):
    """What the rep did about a challenge. The steps in their order make its state (`handlers.method.challenges`)."""

    __tablename__ = "challenge_steps"
    __table_args__ = (
        CheckConstraint("step IN ('told', 'updated', 'solved', 'confirmed', 'reopened', 'withdrawn')", name="step"),
        CheckConstraint("how IN ('phone', 'email', 'visit', 'chat')", name="how"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"), index=True)
    step: Mapped[str]
    how: Mapped[str | None]
    """How the customer was told; null for a step that tells them nothing."""
    words: Mapped[str | None] = mapped_column(LongText)
    """What they were told, or how it was solved; null if the rep wrote nothing."""
    happened_at: Mapped[datetime]
    """When it was done, as the rep says."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Compliment(TenantOwned, Base):
    """The customer praised us, in their words: the best moment to ask for a referral (M5)."""

    __tablename__ = "compliments"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    contact: Mapped[str | None]
    """The name of the person who said it; null if the rep named nobody."""
    words: Mapped[str] = mapped_column(LongText)
    said_at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
