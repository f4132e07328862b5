"""The brief that the rep prepares before the call (M2, M9): each save adds a version; versions never change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base
from storage.tenancy import TenantOwned


class Brief(TenantOwned, Base):
    """One complete version of a deal's brief. A text left empty is an empty string, not null."""

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
    """Both names (M2.1) at that time; the current names are in `contacts`."""
    sellers: Mapped[int | None]
    """`deals.sellers` at that time (M1.4)."""
    opening: Mapped[str] = mapped_column(LongText)
    """The opening line in the rep's own words (M9.1); empty if the rep kept the suggestion."""
    elephant: Mapped[str] = mapped_column(LongText)
    """What might stand in the way; the rep names it first (M9.2)."""
    proposal: Mapped[str] = mapped_column(LongText)
    """The final proposal's http(s) URL (M2.4)."""
    notes: Mapped[str] = mapped_column(LongText)
    """Links and pasted notes from the customer record (M2.2)."""
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    requirements: Mapped[list[Requirement]] = relationship(order_by="Requirement.position")


class Requirement(TenantOwned, Base):
    """A key requirement of the customer, and the commitment on how to meet or exceed it (M2.3)."""

    __tablename__ = "requirements"
    __table_args__ = (UniqueConstraint("brief_id", "position"), {"info": EVIDENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    brief_id: Mapped[int] = mapped_column(ForeignKey("briefs.id"))
    position: Mapped[int]
    """From 1, in the rep's order."""
    need: Mapped[str] = mapped_column(LongText)
    commitment: Mapped[str] = mapped_column(LongText)
    """Empty until somebody says how to meet the requirement."""
