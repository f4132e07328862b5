"""The newest version seen of each message: an older one that arrives late does not win over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.insert_or_ignore import insert_or_ignore
from storage.models import MessageVersion
from storage.tenancy import ALL_TENANTS

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Version:
    """When a message got the content that an event brings. `edited_at` is None for a message as it was posted.

    `sent_at`, when the platform sent the event, tells apart edits that the platform dates to the same second.
    """

    edited_at: datetime | None
    sent_at: datetime

    @property
    def order(self) -> tuple[datetime, datetime]:
        """Larger for the newer one of two versions. A message is older than each of its edits."""
        return self.edited_at or _NEVER, self.sent_at


def is_outdated(session: Session, channel: str, message_ts: str, version: Version, now: datetime) -> bool:
    """Whether a newer version of the message was seen. If not, this one is recorded as the newest.

    The caller must hold the lock of the workspace.
    """
    row = session.scalar(
        select(MessageVersion).where(MessageVersion.channel == channel, MessageVersion.message_ts == message_ts)
    )
    if row is None:
        insert_or_ignore(
            session,
            MessageVersion,
            ("tenant_id", "channel", "message_ts"),
            channel=channel,
            message_ts=message_ts,
            edited_at=version.edited_at,
            sent_at=version.sent_at,
            seen_at=now,
        )
        return False
    if version.order < Version(row.edited_at, row.sent_at).order:
        return True
    row.edited_at, row.sent_at, row.seen_at = version.edited_at, version.sent_at, now
    return False


def forget_versions(session: Session, before: datetime) -> int:
    """Delete the versions seen before `before`, in all tenants; returns how many. No platform delivers older ones."""
    statement = delete(MessageVersion).where(MessageVersion.seen_at < before).returning(MessageVersion.id)
    return len(session.scalars(statement, execution_options={ALL_TENANTS: True}).all())
