"""Advice on a statement, given what the rep has already noted, and which statements need it most (M1.2, M3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.method.details import Details, PromisedBy, Source
from handlers.method.statements import Kind, Statement
from handlers.method.vagueness import Coaching, Reason, Rules, coach, other_list

_SEVERITY = (Reason.COMPETITOR, Reason.GENERIC, Reason.VAGUE)


@dataclass(frozen=True, slots=True)
class Advice:
    """What the coach says about the wording, and the list that it seems to belong to. At least one is set."""

    coaching: Coaching | None
    other_list: Kind | None


def advice(statement: Statement, details: Details, rules: Rules) -> Advice | None:
    """Return the advice on a statement; None when there is none.

    Questions that are already answered are not asked: whether the customer said so, and whose promise it was. The
    measure that the rep noted counts as part of the statement.
    """
    text = statement.wording if statement.target is None else f"{statement.wording}, {statement.target}"
    coaching = coach(text, statement.kind, rules)
    if coaching is not None and _answered(coaching, details):
        coaching = None
    kind = other_list(statement.wording, statement.kind, rules)
    return Advice(coaching, kind) if coaching or kind else None


def worst_first(advised: Iterable[tuple[Statement, Advice]]) -> list[tuple[Statement, Advice]]:
    """Sort: competitors' promises, common assumptions, vague statements by how much is missing, then those that are
    only on the wrong list. The sort is stable."""
    return sorted(advised, key=lambda pair: _severity(pair[1].coaching))


def _severity(coaching: Coaching | None) -> tuple[int, int]:
    return (len(_SEVERITY), 0) if coaching is None else (_SEVERITY.index(coaching.reason), -len(coaching.asks))


def _answered(coaching: Coaching, details: Details) -> bool:
    match coaching.reason:
        case Reason.COMPETITOR:
            return details.promised_by is PromisedBy.COMPETITOR
        case Reason.GENERIC:
            return details.source is Source.CUSTOMER
        case Reason.VAGUE:
            return False
