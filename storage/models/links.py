"""Secret links that open something of one person without a password: their calendar feed, their export."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.workspace import Person
from storage.tenancy import TenantOwned


class PersonalLink(TenantOwned, Base):
    """A person's only link of its purpose that works: a new one replaces its hash, and turning it off deletes the row.

    `purpose`: `calendar` until it is turned off, `export` once within a few minutes.
    """

    __tablename__ = "personal_links"
    __table_args__ = (
        UniqueConstraint("person_id", "purpose"),
        UniqueConstraint("token_hash"),
        CheckConstraint("purpose IN ('calendar', 'export')", name="purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    purpose: Mapped[str]
    token_hash: Mapped[str]
    """SHA-256 of the link's token, in hex. The token itself is stored nowhere."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """When it stops working; null if only the person can stop it."""
