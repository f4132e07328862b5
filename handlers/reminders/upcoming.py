"""What waits in the outbox of a workspace: what, for whom, when and why, for who runs FirstCall."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from handlers.export import Workspace
from handlers.method.reminders_due import Kind
from handlers.reminders.my_reminders import planned_reminder
from prompts.wording import Wording
from storage import outbox_reminders
from storage.tenancy import scope


class PlannedMessage(NamedTuple):
    """A row that waits. `zone` is the IANA zone of who gets it, `to` the platform's id of a person or channel."""

    due_at: datetime
    zone: str
    to: str
    kind: str
    deal_id: int | None
    why: str


def next_messages(session: Session, workspace: Workspace, most: int) -> list[PlannedMessage]:
    """The next messages of the workspace, at most so many. The session is fresh; it is bound to the workspace here.

    A reminder says why it comes just then, and any message why it was put off.
    """
    scope(session, workspace.id)
    words = Wording()
    found = []
    for row in outbox_reminders.next_due(session, most):
        each = planned_reminder(session, row) if row.kind in tuple(Kind) else None
        why = words(f"reminders.why_{each.why}") if each is not None else ""
        to = row.person.external_id if row.person is not None else row.channel or ""
        late = f"put off: {row.reason}" if row.reason else ""
        found.append(
            PlannedMessage(row.due_at, row.zone, to, row.kind, row.deal_id, " ".join(filter(None, (why, late))))
        )
    return found
