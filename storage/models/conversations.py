"""Conversation references: how the bot reaches a person, channel or group chat in Teams."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.tenancy import TenantOwned


class ConversationReference(TenantOwned, Base):
    """How to reach a person, a channel or a group chat in Teams. Slack needs none: its ids are addresses."""

    __tablename__ = "conversation_references"
    __table_args__ = (UniqueConstraint("tenant_id", "external_id"), Index(None, "tenant_id", "team"))

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str]
    """The recipient: a person's Entra object id, or the id of the channel or group chat."""
    conversation: Mapped[str | None]
    """The conversation's id; null for a known person without a conversation so far."""
    service_url: Mapped[str]
    """The Bot Connector's URL for this conversation, from the latest activity: it may change."""
    bot: Mapped[str]
    """The bot's own id in this conversation."""
    user: Mapped[str | None]
    """The person's id on the platform, used to open a conversation; null for a channel or a chat."""
    team: Mapped[str | None]
    """The id of the channel's team; null for a person or a chat."""
    seen_at: Mapped[datetime]
    blocked_reason: Mapped[str | None]
    """Why nothing can be sent (the app was removed, the channel was deleted); null if it can."""
