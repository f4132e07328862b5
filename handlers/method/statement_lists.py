"""Changes to the two lists of statements, and their effect on every statement (M3, M4.3).

Each function takes the statements and returns the changed ones; the caller compares the two and stores the
difference. A new statement has a negative id and version 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from handlers.method.statement_capture import Added, Changed, edits
from handlers.method.statements import Kind, Statement, active_statements

Statements = Sequence[Statement]

MOST_IMPORTANT = 2
"""Statements that are too important for a tick for all: the customer answers each of them (M4.1)."""


def reword_statement(statements: Statements, kind: Kind, wordings: Sequence[str]) -> list[Statement]:
    """Make the list of a kind read `wordings`; a statement whose line is gone is off the list."""
    after = {s.id: s for s in statements}
    for change in edits(kind, wordings, statements):
        if isinstance(change, Added):
            new = _new(after.values(), kind, change.wording, change.position)
            after[new.id] = new
        elif isinstance(change, Changed):
            before = after[change.id]
            # The rep's measure belongs to the old wording.
            target = before.target if before.wording == change.wording else None
            after[change.id] = replace(before, wording=change.wording, position=change.position, target=target)
        else:
            after[change.id] = replace(after[change.id], on_list=False)
    return in_ranks(list(after.values()))


def add_statement(statements: Statements, kind: Kind, wording: str, target: str | None) -> list[Statement]:
    """Add a statement at the end of its list."""
    return in_ranks([*statements, replace(_new(statements, kind, wording, _end(statements, kind)), target=target)])


def move_statement(statements: Statements, statement_id: int, kind: Kind) -> list[Statement]:
    """Move the statement to the end of the other list."""
    end = _end(statements, kind)
    return in_ranks([replace(s, kind=kind, position=end) if s.id == statement_id else s for s in statements])


def remove_statement(statements: Statements, statement_id: int) -> list[Statement]:
    """Take the statement off the list. That is not a withdrawal by the customer."""
    return in_ranks([replace(s, on_list=False) if s.id == statement_id else s for s in statements])


def rerank_statement(statements: Statements, statement_id: int, rank: int) -> list[Statement]:
    """Give the priority a rank, from 1; those between its old and new place move by one."""
    others = [s for s in active_statements(statements, Kind.PRIORITY) if s.id != statement_id]
    order = [s.id for s in others]
    order.insert(max(0, rank - 1), statement_id)
    return [replace(s, position=order.index(s.id) + 1) if s.id in order else s for s in statements]


def in_ranks(statements: Statements, ahead: int | None = None) -> list[Statement]:
    """Rank the active priorities 1, 2, 3 and so on, in their current order.

    When one is withdrawn or removed, those after it move up: no. 2 becomes no. 1. The customer did not agree to that,
    so they are read back at their new rank (M4.3). Those before it keep their rank, and their agreement. A statement
    that is no longer active keeps its rank for the record. `ahead` is the statement that goes first when two have the
    same rank: one that the customer took up again.
    """
    order = sorted(active_statements(statements, Kind.PRIORITY), key=lambda s: (s.position, s.id != ahead))
    ranks = {s.id: rank for rank, s in enumerate(order, start=1)}
    return [replace(s, position=ranks.get(s.id, s.position)) for s in statements]


def most_important(statements: Statements) -> list[Statement]:
    """Return the two statements that matter most: the first priority and the first expectation, or two of one list.

    A withdrawn one counts: the customer was asked about it.
    """
    listed = sorted((s for s in statements if s.on_list), key=lambda s: (s.position, s.active, s.id))
    first = {kind: next((s for s in listed if s.kind is kind), None) for kind in (Kind.PRIORITY, Kind.EXPECTATION)}
    chosen = [s for s in first.values() if s is not None]
    return [*chosen, *(s for s in listed if s not in chosen)][:MOST_IMPORTANT]


def differs(before: Statement, after: Statement) -> bool:
    """Whether the change needs a new version. An expectation has no rank, so its position alone does not matter."""
    if after.kind is Kind.EXPECTATION and before.kind is Kind.EXPECTATION:
        after = replace(after, position=before.position)
    return before != after


def _new(statements: Iterable[Statement], kind: Kind, wording: str, position: int) -> Statement:
    free = min((s.id for s in statements), default=0)
    return Statement(min(free, 0) - 1, kind, 0, wording, position, None)


def _end(statements: Statements, kind: Kind) -> int:
    return max((s.position for s in active_statements(statements, kind)), default=0) + 1
