"""What happened to an order after the close, and the next steps that the rep and the customer agreed on (M9.1)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base
from storage.tenancy import TenantOwned


class OrderChange(TenantOwned, Base):
    """One change of an order: what it was, what it became, and why."""

    __tablename__ = "order_changes"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('cancelled', 'lost', 'refunded', 'amount_changed', 'owner_changed', 'reopened')", name="kind"
        ),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    kind: Mapped[str]
    was: Mapped[str | None]
    """A stage, an amount in minor units with its currency (`4500000 USD`), or the platform's id of a person."""
    became: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(LongText)
    """In the words of the person who recorded it; null if they gave none."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class NextStep(TenantOwned, Base):
    """One entry about a deal's next step: it was agreed, done, moved to another day, or dropped for another one."""

    __tablename__ = "next_steps"
    __table_args__ = (CheckConstraint("outcome IN ('done', 'moved', 'dropped')", name="outcome"), {"info": EVIDENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    step: Mapped[str] = mapped_column(LongText)
    """In the rep's words."""
    due_on: Mapped[date | None]
    """Its day, the new one if it was moved; null if none was agreed."""
    outcome: Mapped[str | None]
    """What became of it; null when it was agreed."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
