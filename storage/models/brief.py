"""What the rep prepared before the call (M2, M9): each save is a version, and no version is ever changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base
from storage.tenancy import TenantOwned


class Brief(TenantOwned, Base):
    """One version of a deal's brief, whole. A text that was left empty is empty, not null."""

    __tablename__ = "briefs"
    __table_args__ = (
        CheckConstraint("sellers IS NULL OR sellers >= 0", name="sellers_not_negative"),
        UniqueConstraint("deal_id", "version"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    version: Mapped[int]
    decision_maker: Mapped[str]
    functional_decision_maker: Mapped[str]
    """Both (M2.1) as they were named then; the names that hold now are in `contacts`."""
    sellers: Mapped[int | None]
    """As `deals.sellers` was then (M1.4)."""
    opening: Mapped[str] = mapped_column(LongText)
    """The opening line in the rep's own words (M9.1); empty when the suggested one stood."""
    elephant: Mapped[str] = mapped_column(LongText)
    """What might stand in the way, to be named first (M9.2)."""
    proposal: Mapped[str] = mapped_column(LongText)
    """Where the final proposal is (M2.4): an http(s) address."""
    notes: Mapped[str] = mapped_column(LongText)
    """Links and pasted notes from the customer record (M2.2)."""
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    requirements: Mapped[list[Requirement]] = relationship(order_by="Requirement.position")


class Requirement(TenantOwned, Base):
    """A key requirement that the customer gave, and what we committed to on how it is met or exceeded (M2.3)."""

    __tablename__ = "requirements"
    __table_args__ = (UniqueConstraint("brief_id", "position"), {"info": EVIDENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    brief_id: Mapped[int] = mapped_column(ForeignKey("briefs.id"))
    position: Mapped[int]
    """From 1, in the rep's order."""
    need: Mapped[str] = mapped_column(LongText)
    commitment: Mapped[str] = mapped_column(LongText)
    """Empty while nobody has said how it is met."""
