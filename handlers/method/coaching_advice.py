"""What to say about a statement in the light of what the rep has noted already, and which are the worst (M1.2, M3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.method.details import Details, PromisedBy, Source
from handlers.method.statements import Kind, Statement
from handlers.method.vagueness import Coaching, Reason, Rules, coach, other_list

_GRAVITY = (Reason.COMPETITOR, Reason.GENERIC, Reason.VAGUE)


@dataclass(frozen=True, slots=True)
class Advice:
    """What the coach says of the words, and the list where they sound as if they belonged. At least one is there."""

    coaching: Coaching | None
    other_list: Kind | None


def advice(statement: Statement, details: Details, rules: Rules) -> Advice | None:
    """What there is to say; None when nothing is.

    What was answered before is not asked: whether the customer said so, and whose promise it was. What the rep put
    down as its measure counts as if the statement said it.
    """
    spoken = statement.wording if statement.target is None else f"{statement.wording}, {statement.target}"
    coaching = coach(spoken, statement.kind, rules)
    if coaching is not None and _answered(coaching, details):
        coaching = None
    kind = other_list(statement.wording, statement.kind, rules)
    return Advice(coaching, kind) if coaching or kind else None


def worst_first(found: Iterable[tuple[Statement, Advice]]) -> list[tuple[Statement, Advice]]:
    """A competitor's promise first, then what any rep assumes, then what is vague, by how much is missing; what is
    only in the wrong list last. Within these in the order given."""
    return sorted(found, key=lambda pair: _gravity(pair[1].coaching))


def _gravity(coaching: Coaching | None) -> tuple[int, int]:
    return (len(_GRAVITY), 0) if coaching is None else (_GRAVITY.index(coaching.reason), -len(coaching.asks))


def _answered(coaching: Coaching, details: Details) -> bool:
    match coaching.reason:
        case Reason.COMPETITOR:
            return details.promised_by is PromisedBy.COMPETITOR
        case Reason.GENERIC:
            return details.source is Source.CUSTOMER
        case Reason.VAGUE:
            return False
