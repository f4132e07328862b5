"""What is stored of the promises of some deals, read at once: a list of deals costs as many statements as one deal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storage import audit_log, promises, statements
from storage.models import AuditEntry, PromiseOutcome, StatementDetails
from storage.statements import Agreement, CurrentStatement

DONE, MISSED, MOVED = "promise_done", "promise_missed", "promise_moved"
"""What the rep recorded about an occasion of a promise that recurs: actions in the audit log."""


@dataclass(frozen=True, slots=True)
class RecurrenceRows:
    """What tells when promises recur: of each statement, and of each deal."""

    agreements: dict[int, Agreement] = field(default_factory=dict)
    measures: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    recaps: dict[int, list[datetime | None]] = field(default_factory=dict)
    """By deal id: when each version of the recap was sent."""
    occasions: dict[int, list[AuditEntry]] = field(default_factory=dict)
    """By deal id: the entries about occasions."""


@dataclass(frozen=True, slots=True)
class PromiseRows:
    """The current statements by deal id; what became of each, and its details, by statement id."""

    current: dict[int, list[CurrentStatement]]
    recurrence: RecurrenceRows
    outcomes: dict[int, PromiseOutcome]
    details: dict[int, StatementDetails]


def recurrence_rows(session: Session, deal_ids: Collection[int]) -> RecurrenceRows:
    """When the promises of these deals recur."""
    return RecurrenceRows(
        statements.agreements(session, *deal_ids),
        statements.measures(session, *deal_ids),
        statements.recap_times(session, deal_ids),
        audit_log.entries_of(session, deal_ids, (DONE, MISSED, MOVED)),
    )


def promise_rows(session: Session, deal_ids: Collection[int], promised: Collection[int] | None = None) -> PromiseRows:
    """The statements of these deals; what became of them only for the deals in `promised`, by default all."""
    after = deal_ids if promised is None else promised
    return PromiseRows(
        statements.current_of(session, deal_ids),
        recurrence_rows(session, after),
        promises.outcomes(session, *after),
        statements.details(session, *after),
    )
