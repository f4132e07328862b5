"""Inbound events that were applied, versions of messages, and the outbox: every outbound message as a row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import Base, index_of
from storage.models.workspace import Person
from storage.tenancy import TenantOwned


class InboundEvent(TenantOwned, Base):
    """An applied event, action or submission. The unique key makes a second delivery harmless (data rule 2)."""

    __tablename__ = "inbound_events"
    __table_args__ = (UniqueConstraint("tenant_id", "key"), Index(None, "received_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    received_at: Mapped[datetime]


class MessageVersion(TenantOwned, Base):
    """The newest version that was seen of a message about a deal. It holds no text.

    A message that was deleted, or edited to something else, has one, too: an older version may still arrive.
    """

    __tablename__ = "message_versions"
    __table_args__ = (UniqueConstraint("tenant_id", "channel", "message_ts"), Index(None, "seen_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    message_ts: Mapped[str]
    edited_at: Mapped[datetime | None]
    """When it was edited or deleted; null if it was not."""
    sent_at: Mapped[datetime]
    """When the platform sent the event; tells apart edits within one second."""
    seen_at: Mapped[datetime]


IS_DIGEST = "kind = 'digest'"
"""Which rows of the outbox are digests. A query must say it in these words, so that SQLite takes the index of them."""


class OutboxRow(TenantOwned, Base):
    """One message to a person or a channel. Its text is rendered when it is sent (data rule 3).

    `state`: `queued` -> `claimed` -> `sent`, or `cancelled` (no longer needed), or `folded` (sent as part of the
    person's digest), or `dead` (given up).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("tenant_id", "dedupe_key"),
        Index(None, "tenant_id", "state", "due_at"),
        Index(None, "tenant_id", "deal_id", "state"),
        Index(None, "tenant_id", "person_id", "state"),
        # Small ones: of all rows, few are digests, and a row is folded into one at most.
        index_of("ix_outbox_digests", "tenant_id", "state", "settled_at", only=IS_DIGEST),
        index_of("ix_outbox_digests_of_person", "tenant_id", "person_id", only=IS_DIGEST),
        index_of("ix_outbox_folded", "tenant_id", "folded_into", only="folded_into IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """`card`, `handed`, `invite`, `brief`, `summary` or a kind of reminder (`Kind`): selects how it is composed."""
    dedupe_key: Mapped[str]
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """The recipient of a DM; null if the message goes to `channel`."""
    channel: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    """When to send it, or to try again."""
    planned_at: Mapped[datetime | None]
    """The original `due_at`, once it was postponed; null before that."""
    zone: Mapped[str]
    """The recipient's IANA time zone when the row was created."""
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    first_tried_at: Mapped[datetime | None]
    last_tried_at: Mapped[datetime | None]
    """The message may have been posted at any time since the first try, if its answer was lost; null before it."""
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(LongText)
    """Why it was cancelled, folded, given up or postponed; null on success."""
    folded_into: Mapped[int | None]
    """The digest that includes it."""
    sent_channel: Mapped[str | None]
    sent_ts: Mapped[str | None]

    person: Mapped[Person | None] = relationship()

    @property
    def meant_for(self) -> datetime:
        """When it is or was planned to go, before any postponement."""
        return self.planned_at or self.due_at
