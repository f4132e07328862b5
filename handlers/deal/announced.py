"""The post that announces a deal: queued, found again, and put right in place when the deal changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storage import outbox, outbox_reminders
from storage.models import Deal, OutboxRow

ANNOUNCEMENT, ANNOUNCEMENT_UPDATE = "announcement", "announcement_update"
"""The kinds of messages: the post, and what updates it."""
KINDS = frozenset({ANNOUNCEMENT, ANNOUNCEMENT_UPDATE})
EDIT_EVERY = timedelta(seconds=3)
"""What changes within this time makes one edit: a whole team may say thanks at once."""
STANDING = frozenset({"queued", "claimed", "sent"})
"""The states of a post that is there, or will be."""


def post_of(session: Session, deal_id: int) -> OutboxRow | None:
    """The deal's post, whatever became of it; None if it never was announced."""
    rows = outbox_reminders.of_deal(session, deal_id, (ANNOUNCEMENT,))
    return rows[-1] if rows else None


def is_standing(session: Session, deal_id: int) -> bool:
    """Whether the deal is announced. A post that was refused or withheld is not, and can be tried again."""
    post = post_of(session, deal_id)
    return post is not None and post.state in STANDING


def draw_again(session: Session, deal: Deal, now: datetime) -> None:
    """Have the post show the present state, a moment later. One that is still to be sent shows it anyway."""
    post = post_of(session, deal.id)
    if post is None or post.state not in ("claimed", "sent"):
        return
    if outbox.has_queued(session, deal_id=deal.id, kind=ANNOUNCEMENT_UPDATE):
        return
    number = outbox.count_rows(session, deal_id=deal.id, kind=ANNOUNCEMENT_UPDATE) + 1
    outbox.enqueue(
        session,
        kind=ANNOUNCEMENT_UPDATE,
        dedupe_key=f"{ANNOUNCEMENT_UPDATE}:{deal.id}:{number}",
        due_at=now + EDIT_EVERY,
        zone=post.zone,
        deal_id=deal.id,
        channel=post.channel,
        payload={"row": post.id},
        now=now,
    )
