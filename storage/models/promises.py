"""What became of the promises after the call: met, exceeded or missed, in whose word (M7.3)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base
from storage.tenancy import TenantOwned


class PromiseOutcome(TenantOwned, Base):
    """What became of one version of a statement, or of one occasion of a promise that recurs. The newest row counts."""

    __tablename__ = "promise_outcomes"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'kept', 'exceeded', 'missed', 'renegotiated')", name="state"),
        CheckConstraint("said_by IN ('customer', 'us')", name="said_by"),
        CheckConstraint(
            "reason IN ('technical', 'communication', 'delivery', 'expectations', 'dishonesty')", name="reason"
        ),
        Index(None, "tenant_id", "at"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), index=True)
    version: Mapped[int]
    occasion: Mapped[date | None]
    """The day of a promise that recurs; null for the statement as a whole."""
    number: Mapped[int | None]
    """Which of the statement's rules recurs on that day, counted from 0; null for the statement as a whole."""
    state: Mapped[str]
    """`pending` takes back what was recorded before."""
    said_by: Mapped[str]
    """`customer` if they said so themselves: only that earns a referral (M10.2)."""
    contact: Mapped[str | None]
    """The name of the customer's contact who said it."""
    evidence: Mapped[str | None] = mapped_column(LongText)
    """A sentence or a link, in the words of the person who recorded it; null if they gave none."""
    reason: Mapped[str | None]
    """Why it was missed (M8.1); null otherwise, and until somebody says."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class StatementNote(TenantOwned, Base):
    """What somebody noted about one version of a statement, for whom. Rows are only added."""

    __tablename__ = "statement_notes"
    __table_args__ = ({"info": EVIDENCE},)

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), index=True)
    version: Mapped[int]
    text: Mapped[str] = mapped_column(LongText)
    mentioned_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """The colleague who was told of it; null if it names nobody, or somebody who does not see the deal."""
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
