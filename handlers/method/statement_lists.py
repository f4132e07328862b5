"""The two lists of statements as a rep changes them: what each change makes of all of them (M3, M4.3).

Statements go in and come out; who writes them down compares the two. A new one has a negative id and version 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from handlers.method.statement_capture import Added, Changed, edits
from handlers.method.statements import Kind, Statement, standing

Statements = Sequence[Statement]


def reword_statement(statements: Statements, kind: Kind, wordings: Sequence[str]) -> list[Statement]:
    """The list of a kind reads `wordings`; a statement whose line is gone is off the list."""
    after = {s.id: s for s in statements}
    for change in edits(kind, wordings, statements):
        if isinstance(change, Added):
            new = _new(after.values(), kind, change.wording, change.position)
            after[new.id] = new
        elif isinstance(change, Changed):
            before = after[change.id]
            # What the rep said of the old wording does not hold for the new one.
            target = before.target if before.wording == change.wording else None
            after[change.id] = replace(before, wording=change.wording, position=change.position, target=target)
        else:
            after[change.id] = replace(after[change.id], on_list=False)
    return in_ranks(list(after.values()))


def add_statement(statements: Statements, kind: Kind, wording: str, target: str | None) -> list[Statement]:
    """A new statement at the end of its list."""
    return in_ranks([*statements, replace(_new(statements, kind, wording, _end(statements, kind)), target=target)])


def move_statement(statements: Statements, statement_id: int, kind: Kind) -> list[Statement]:
    """The statement stands at the end of the other list."""
    end = _end(statements, kind)
    return in_ranks([replace(s, kind=kind, position=end) if s.id == statement_id else s for s in statements])


def remove_statement(statements: Statements, statement_id: int) -> list[Statement]:
    """The rep took the statement off the list. The customer did not withdraw it: nobody says so."""
    return in_ranks([replace(s, on_list=False) if s.id == statement_id else s for s in statements])


def rerank_statement(statements: Statements, statement_id: int, rank: int) -> list[Statement]:
    """The priority has that rank, from 1; those between its old place and its new one move by one."""
    others = [s for s in standing(statements, Kind.PRIORITY) if s.id != statement_id]
    order = [s.id for s in others]
    order.insert(max(0, rank - 1), statement_id)
    return [replace(s, position=order.index(s.id) + 1) if s.id in order else s for s in statements]


def in_ranks(statements: Statements, ahead: int | None = None) -> list[Statement]:
    """The priorities that stand have the ranks 1, 2, 3 and so on, in the order that they had.

    When one is withdrawn or taken off, those behind it move up: no. 2 is now no. 1. Nobody agreed to that, so their
    agreement does not carry over and they are read back at their new rank (M4.3). Those ahead of it keep their rank,
    and with it their agreement. What no longer stands keeps the rank that it had, for the record. `ahead` is the
    statement that comes first of two with the same rank: one that the customer took up again.
    """
    order = sorted(standing(statements, Kind.PRIORITY), key=lambda s: (s.position, s.id != ahead))
    ranks = {s.id: rank for rank, s in enumerate(order, start=1)}
    return [replace(s, position=ranks.get(s.id, s.position)) for s in statements]


def differs(before: Statement, after: Statement) -> bool:
    """Whether it takes a new version: an expectation has no rank, so its place alone makes no difference."""
    if after.kind is Kind.EXPECTATION and before.kind is Kind.EXPECTATION:
        after = replace(after, position=before.position)
    return before != after


def _new(statements: Iterable[Statement], kind: Kind, wording: str, position: int) -> Statement:
    free = min((s.id for s in statements), default=0)
    return Statement(min(free, 0) - 1, kind, 0, wording, position, None)


def _end(statements: Statements, kind: Kind) -> int:
    return max((s.position for s in standing(statements, kind)), default=0) + 1
