"""The secret links to people's calendar feeds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.tenancy import TenantOwned


class CalendarLink(TenantOwned, Base):
    """The one link to a person's dates that works: a new one replaces its hash, and turning it off deletes the row."""

    __tablename__ = "calendar_links"
    __table_args__ = (UniqueConstraint("person_id"), UniqueConstraint("token_hash"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    token_hash: Mapped[str]
    """SHA-256 of the link's token, in hex. The token itself is stored nowhere."""
    made_at: Mapped[datetime]
