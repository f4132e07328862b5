"""Messages in and out: which inbound events were applied, and every outbound message as a row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import Base
from storage.models.workspace import Person
from storage.tenancy import TenantOwned


class InboundEvent(TenantOwned, Base):
    """An event, click or submission that was applied. The unique key makes a second delivery harmless (data rule 2)."""

    __tablename__ = "inbound_events"
    __table_args__ = (UniqueConstraint("tenant_id", "key"), Index(None, "received_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    received_at: Mapped[datetime]


class OutboxRow(TenantOwned, Base):
    """One message that shall reach a person or a channel. Its text is made when it is sent (data rule 3).

    `state`: `queued` -> `claimed` -> `sent`, or `cancelled` (had become pointless), or `folded` (told in the person's
    digest instead), or `dead` (given up).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("tenant_id", "dedupe_key"),
        Index(None, "tenant_id", "state", "due_at"),
        Index(None, "tenant_id", "deal_id", "state"),
        Index(None, "tenant_id", "person_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """`card`, `handed`, `invite`, `brief`, `summary`, or a kind of reminder (`Kind`): names who composes it."""
    dedupe_key: Mapped[str]
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """The recipient of a DM; null when it goes to `channel`."""
    channel: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    """When it goes, or is tried again."""
    planned_at: Mapped[datetime | None]
    """When it should have gone, once it was put off; null while `due_at` is as planned."""
    zone: Mapped[str]
    """The recipient's IANA zone when the row was planned."""
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    first_tried_at: Mapped[datetime | None]
    last_tried_at: Mapped[datetime | None]
    """A message that nobody heard the answer of may have been taken from the one time on; null before the first try."""
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(LongText)
    """Why it was cancelled, folded, given up or put off; null for a plain success."""
    folded_into: Mapped[int | None]
    """The digest that tells of it instead."""
    sent_channel: Mapped[str | None]
    sent_ts: Mapped[str | None]

    person: Mapped[Person | None] = relationship()

    @property
    def meant_for(self) -> datetime:
        """When it should go, or should have gone."""
        return self.planned_at or self.due_at
