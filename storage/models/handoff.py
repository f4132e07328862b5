"""Delivery on board: who is asked, whether a promise can be kept, and who has taken a deal over (M8.2, M8.3, M10.1)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base
from storage.models.workspace import Person
from storage.tenancy import TenantOwned


class DeliveryContact(TenantOwned, Base):
    """Who delivers: a rule of the workspace. Of several that fit a deal, the first one counts."""

    __tablename__ = "delivery_contacts"
    __table_args__ = (
        CheckConstraint("person_id IS NOT NULL OR channel IS NOT NULL", name="somebody"),
        Index(None, "tenant_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product: Mapped[str | None]
    """A word that must stand in the deal's statements or be its kind; null for every deal."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who takes the deals over, and is asked if there is no channel."""
    channel: Mapped[str | None]
    """Where questions are asked, by the platform's id; null if they go to the person."""
    added_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])


class FeasibilityAsk(TenantOwned, Base):
    """The question whether one version of a statement can be kept, and who was asked."""

    __tablename__ = "feasibility_asks"
    __table_args__ = (
        CheckConstraint("person_id IS NOT NULL OR channel IS NOT NULL", name="somebody"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), index=True)
    version: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str | None]
    """The platform's id of the channel; null if the person was asked directly."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class FeasibilityAnswer(TenantOwned, Base):
    """The answer to a question: `can_do`, `at_risk` or `cannot` (M8.2). Each question has one answer: the first."""

    __tablename__ = "feasibility_answers"
    __table_args__ = (
        CheckConstraint("answer IN ('can_do', 'at_risk', 'cannot')", name="answer"),
        CheckConstraint("(answer = 'can_do') = (reason IS NULL)", name="a_doubt_has_a_reason"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ask_id: Mapped[int] = mapped_column(ForeignKey("feasibility_asks.id"), unique=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), index=True)
    version: Mapped[int]
    answer: Mapped[str]
    reason: Mapped[str | None] = mapped_column(LongText)
    answered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Handoff(TenantOwned, Base):
    """A deal handed to delivery. `state`: `offered` -> `taken`, `sent_back` or `withdrawn`. The newest counts."""

    __tablename__ = "handoffs"
    __table_args__ = (
        CheckConstraint("state IN ('offered', 'taken', 'sent_back', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'sent_back') = (reason IS NOT NULL)", name="sent_back_with_a_reason"),
        Index(None, "tenant_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    sent_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str]
    sent_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """When it was taken, sent back or withdrawn."""
    reason: Mapped[str | None] = mapped_column(LongText)
    """Why it was sent back."""
    introduced_at: Mapped[datetime | None]
    """When the receiver said that they had introduced themselves to the customer."""
    kickoff_on: Mapped[date | None]
    """The day of the kickoff, as the receiver typed it."""

    receiver: Mapped[Person] = relationship(foreign_keys=[receiver_id])


class HandoffReading(TenantOwned, Base):
    """The read-back of one promise by the receiver (M10.1). The newest of its current wording counts.

    `said`: `confirmed` in the receiver's own words, `unclear` with a question, `answered` by the rep with a note.
    """

    __tablename__ = "handoff_readings"
    __table_args__ = (
        CheckConstraint("said IN ('confirmed', 'unclear', 'answered')", name="said"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    handoff_id: Mapped[int] = mapped_column(ForeignKey("handoffs.id"), index=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    version: Mapped[int]
    said: Mapped[str]
    words: Mapped[str] = mapped_column(LongText)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
