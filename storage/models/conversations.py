"""Where somebody can be written to on a platform that wants to be told: conversations that we were let into."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.tenancy import TenantOwned


class ConversationReference(TenantOwned, Base):
    """How to reach a person, a channel or a group chat in Teams. Slack needs none: there the id is the address."""

    __tablename__ = "conversation_references"
    __table_args__ = (UniqueConstraint("tenant_id", "external_id"), Index(None, "tenant_id", "team"))

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str]
    """Whom a message is addressed to: the person's object id in Entra, the id of the channel or of the group chat."""
    conversation: Mapped[str | None]
    """The conversation's id; null for a person whom we have met, but have no conversation with yet."""
    service_url: Mapped[str]
    """The address that messages to it go to, as it was told last: it may change."""
    bot: Mapped[str]
    """Our own id there."""
    user: Mapped[str | None]
    """The person's id on the platform, by which a conversation is opened; null for a channel or a chat."""
    team: Mapped[str | None]
    """The id of the channel's team; null for a person or a chat."""
    seen_at: Mapped[datetime]
    blocked_reason: Mapped[str | None]
    """Why nothing can be sent there (we were removed, the channel was deleted); null while all is well."""
