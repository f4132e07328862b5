"""Who stands in for a rep on a deal, and for how long."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.workspace import Person
from storage.tenancy import TenantOwned


class Cover(TenantOwned, Base):
    """A rep asked a colleague to stand in on a deal. `state`: `asked` -> `accepted` or `declined` -> `returned`.

    What is called back before the answer is `returned`, too. One per deal is asked or accepted at a time.
    """

    __tablename__ = "covers"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'accepted', 'declined', 'returned')", name="state"),
        CheckConstraint("(state = 'returned') = (ended_at IS NOT NULL)", name="returned_has_a_time"),
        Index(None, "tenant_id", "rep_id", "state"),
        Index(None, "tenant_id", "stand_in_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    rep_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str]
    until: Mapped[date | None]
    """The day on which the rep has the deal back, in the rep's zone; null until one of them says so."""
    asked_at: Mapped[datetime]
    """The same for all deals that were asked about in one message."""
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    rep: Mapped[Person] = relationship(foreign_keys=[rep_id])
    stand_in: Mapped[Person] = relationship(foreign_keys=[stand_in_id])
