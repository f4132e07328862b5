"""Lists a workspace's queued messages for operators: what, for whom, when and why."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from handlers.export import Workspace
from handlers.method.reminders_due import Kind
from handlers.reminders.my_reminders import planned_reminders
from prompts.wording import Wording
from storage import outbox_reminders
from storage.tenancy import scope


class PlannedMessage(NamedTuple):
    """A queued row. `zone` is the recipient's IANA zone, `to` the platform's id of a person or channel."""

    due_at: datetime
    zone: str
    to: str
    kind: str
    deal_id: int | None
    why: str


def next_messages(session: Session, workspace: Workspace, most: int) -> list[PlannedMessage]:
    """The workspace's next messages, at most `most`. Scopes the session, which must be unscoped, to the workspace.

    A reminder says why it is sent at that time, and any message why it was postponed.
    """
    scope(session, workspace.id)
    words = Wording()
    found = []
    rows = outbox_reminders.next_due(session, most)
    reminders = [row for row in rows if row.kind in tuple(Kind)]
    planned = {row.id: each for row, each in zip(reminders, planned_reminders(session, reminders), strict=True)}
    for row in rows:
        each = planned.get(row.id)
        why = words(f"reminders.why_{each.why}") if each is not None else ""
        to = row.person.external_id if row.person is not None else row.channel or ""
        late = f"put off: {row.reason}" if row.reason else ""
        found.append(
            PlannedMessage(row.due_at, row.zone, to, row.kind, row.deal_id, " ".join(filter(None, (why, late))))
        )
    return found
