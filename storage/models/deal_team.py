"""The team on a deal: who is on it beside its rep, and who keeps which promise."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import EVIDENCE, Base
from storage.models.workspace import Person
from storage.tenancy import TenantOwned


class DealMember(TenantOwned, Base):
    """Somebody on a deal's team, until they are removed. Who is added again gets another row."""

    __tablename__ = "deal_members"
    __table_args__ = (
        CheckConstraint("role IN ('co_owner', 'engineer', 'partner', 'customer_success')", name="role"),
        Index(None, "person_id", "removed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str]
    added_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """When they were removed, or left the company; null while they are on the team."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)


class PromiseKeeper(TenantOwned, Base):
    """Who keeps a statement, by name. The newest row counts; without a person, nobody is named."""

    __tablename__ = "promise_keepers"
    __table_args__ = ({"info": EVIDENCE},)

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Null if their account was deactivated, which nobody did in the app."""
    at: Mapped[datetime]
