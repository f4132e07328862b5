"""What a rep answers about themselves: the deal review and the self-check (M7.4, M7.6). Nobody else is shown it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base
from storage.tenancy import TenantOwned


class DealReview(TenantOwned, Base):
    """A rep's answers about a deal that was won or lost (M7.6). The newest of a person and deal counts."""

    __tablename__ = "deal_reviews"
    __table_args__ = ({"info": EVIDENCE},)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    did: Mapped[str] = mapped_column(LongText)
    """What did I do?"""
    more: Mapped[str] = mapped_column(LongText)
    """What more could I have done?"""
    without_us: Mapped[str] = mapped_column(LongText)
    """What would the customer lose without us?"""
    at: Mapped[datetime]


class SelfCheck(TenantOwned, Base):
    """A rep's answers to the three questions about themselves (M7.4), each from 1 to 5."""

    __tablename__ = "self_checks"
    __table_args__ = (
        CheckConstraint("expectations BETWEEN 1 AND 5", name="expectations"),
        CheckConstraint("knowledge BETWEEN 1 AND 5", name="knowledge"),
        CheckConstraint("ownership BETWEEN 1 AND 5", name="ownership"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    expectations: Mapped[int]
    """Do my customers' expectations match what can be delivered?"""
    knowledge: Mapped[int]
    """Do I understand what I sell well enough to create confidence?"""
    ownership: Mapped[int]
    """Do I own the sales process?"""
    at: Mapped[datetime]
