"""Undo: the rep's last change of the statements is taken back by new versions; what was done stays on record (M4.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.statement_changes import Change, apply_change, details_from, require_changeable
from handlers.deal.facts import owned_deal, statements_of
from handlers.errors import NotNowError
from handlers.method.details import Details
from handlers.method.statements import Kind, Said
from handlers.requests import Caller, open_request
from storage import audit_log, statements
from storage.models import AuditEntry, Deal

UNDONE = "undone"
CHANGES = frozenset({"captured", "added", "edited", "moved", "sharpened", "taken_off", "noted"})
"""What the rep does to statements, as the timeline calls it. What the customer says is not among it."""


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """The rep takes back the change that the screen named, by the id of its line in the timeline."""

    caller: Caller
    deal_id: int
    change: int


def last_change(session: Session, deal_id: int) -> AuditEntry | None:
    """The change that can be taken back: the rep's last one, unless it was taken back already. One step, no more."""
    newest = audit_log.latest(session, deal_id, CHANGES | {UNDONE})
    return None if newest is None or newest.action == UNDONE else newest


def undo_last_change(session: Session, request: UndoRequest, now: datetime) -> Deal:
    """Take the change back, and give the deal.

    What it touched gets a new version that says what the one before it said, to be read back again; what it added is
    taken off the list; details are noted as they were. A change that is no longer the last one is left alone, and so
    is what the customer has corrected or withdrawn since. Raises `NotNowError` then.
    """
    opened = open_request(session, request.caller, now)
    deal = require_changeable(owned_deal(session, opened, request.deal_id))
    if opened.repeated:
        return deal
    change = last_change(session, deal.id)
    if change is None or change.id != request.change:
        raise NotNowError("refusal.nothing_to_undo")
    before = statements_of(session, deal.id)
    wanted = {s.id: s for s in before}
    for statement_id, (was, became) in _by_id(change.detail["versions"]).items():
        statement = wanted[statement_id]
        if statement.version != became or statement.said is Said.WITHDRAWN:
            raise NotNowError("refusal.changed_since")
        if was == 0:
            wanted[statement_id] = replace(statement, on_list=False)
            continue
        says = statements.version(session, statement_id, was)
        wanted[statement_id] = replace(
            statement,
            kind=Kind(says.kind),
            wording=says.wording,
            position=says.position,
            target=says.target,
            on_list=says.on_list,
        )
    noted: dict[int, Details] = {}
    for statement_id, (was, became) in _by_id(change.detail["details"]).items():
        held = statements.latest_details(session, statement_id)
        if held is None or held.id != became:
            raise NotNowError("refusal.changed_since")
        noted[statement_id] = details_from(statements.details_row(session, was)) if was else Details()
    apply_change(session, deal, before, list(wanted.values()), Change(UNDONE, opened.person.id, now), noted=noted)
    return deal


def _by_id(changed: dict[str, list[int]]) -> dict[int, tuple[int, int]]:
    return {int(statement_id): (was, became) for statement_id, (was, became) in changed.items()}
