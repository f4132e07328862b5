"""Undoes the rep's last change of the statements by adding versions; the change stays on record (M4.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.statement_changes import Change, apply_change, details_from, require_changeable
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import statements_of
from handlers.errors import NotNowError
from handlers.method.details import Details
from handlers.method.statements import Kind, Said
from handlers.requests import Caller, open_request
from storage import audit_log, statements
from storage.models import AuditEntry, Deal

UNDONE = "undone"
CHANGES = frozenset({"captured", "added", "edited", "moved", "sharpened", "taken_off", "noted"})
"""The audit log's actions for the rep's changes of statements. The customer's answers are not among them."""


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """The rep undoes the change that the screen named, by the id of its audit entry."""

    caller: Caller
    deal_id: int
    change: int


def last_change(session: Session, deal_id: int) -> AuditEntry | None:
    """The change that can be undone: the rep's last one, unless it was undone already. One step only."""
    newest = audit_log.latest(session, deal_id, CHANGES | {UNDONE})
    return None if newest is None or newest.action == UNDONE else newest


def undo_last_change(session: Session, request: UndoRequest, now: datetime) -> Deal:
    """Undo the change and return the deal.

    Each changed statement gets a new version with its previous content, to be read back again; an added one is taken
    off the list; details are stored as they were. Raises `NotNowError` if the change is no longer the last one, or if
    the customer has corrected or withdrawn a statement since then.
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
        previous = statements.version(session, statement_id, was)
        wanted[statement_id] = replace(
            statement,
            kind=Kind(previous.kind),
            wording=previous.wording,
            position=previous.position,
            target=previous.target,
            on_list=previous.on_list,
            baseline=previous.baseline,
        )
    noted: dict[int, Details] = {}
    for statement_id, (was, became) in _by_id(change.detail["details"]).items():
        latest = statements.latest_details(session, statement_id)
        if latest is None or latest.id != became:
            raise NotNowError("refusal.changed_since")
        noted[statement_id] = details_from(statements.details_row(session, was)) if was else Details()
    apply_change(session, deal, before, list(wanted.values()), Change(UNDONE, opened.person.id, now), noted=noted)
    return deal


def _by_id(changed: dict[str, list[int]]) -> dict[int, tuple[int, int]]:
    return {int(statement_id): (was, became) for statement_id, (was, became) in changed.items()}
