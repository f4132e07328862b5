"""The win that a rep announced in a channel, and who said thanks for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import Base
from storage.models.workspace import Person
from storage.tenancy import TenantOwned


class Announcement(TenantOwned, Base):
    """The post about one deal: a deal has one at most, and it is edited in place. The outbox has where it is."""

    __tablename__ = "announcements"
    __table_args__ = (UniqueConstraint("deal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"))
    channel: Mapped[str]
    """The platform's id of the channel."""
    thread: Mapped[str | None]
    """The message of the channel that it answers, by the platform's id; null if it stands by itself."""
    note: Mapped[str | None] = mapped_column(LongText)
    """The rep's own line; null without one."""
    shows_amount: Mapped[bool]
    announced_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    announced_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    """When somebody last changed what it says; null if nobody did."""

    announcer: Mapped[Person] = relationship()


class Thanks(TenantOwned, Base):
    """A colleague said thanks for an announced win: once."""

    __tablename__ = "thanks"
    __table_args__ = (UniqueConstraint("announcement_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
