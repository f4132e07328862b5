"""Advice on a statement, given what the rep has already noted, and what a one-sided list lacks (M1.2, M3, M10.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.method.competitor_promise import NOBODY, Parties
from handlers.method.details import Details, PromisedBy, Source
from handlers.method.statements import Kind, Statement, active_statements
from handlers.method.vagueness import Coaching, Reason, Rules, coach, coach_own, lacks_baseline, other_list, topics_of
from prompts.coach import Missing

_SEVERITY = (Reason.COMPETITOR, Reason.GENERIC, Reason.VAGUE)
FEWEST_STATEMENTS = 3
"""A shorter list is not one-sided yet: the customer may still be talking."""
FEWEST_EXPECTATIONS = 3
"""As many expectations, all of them about the same thing, are one-sided."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What the coach says about the wording, the list that it seems to belong to, and whether today's value is missing.

    At least one is set.
    """

    coaching: Coaching | None
    other_list: Kind | None
    baseline: bool = False


def advice(statement: Statement, details: Details, rules: Rules, parties: Parties = NOBODY) -> Advice | None:
    """Return the advice on a statement; None when there is none.

    Questions that are already answered are not asked: whether the customer said so, and whose promise it was. The
    measure that the rep noted counts as part of the statement. A competitor's promise is on no list of ours.
    """
    if details.promised_by is PromisedBy.COMPETITOR:
        return None
    text = statement.wording if statement.target is None else f"{statement.wording}, {statement.target}"
    coaching = coach(text, statement.kind, rules, parties)
    if coaching is not None and coaching.reason is Reason.COMPETITOR:
        if details.source is not Source.CUSTOMER:
            return Advice(coaching, None)
        coaching = coach_own(text, statement.kind, rules)  # it is our promise: can it be kept?
    if coaching is not None and coaching.reason is Reason.GENERIC and details.source is Source.CUSTOMER:
        coaching = None
    kind = other_list(statement.wording, statement.kind, rules)
    is_priority = Kind.PRIORITY in (statement.kind, kind) and kind is not Kind.EXPECTATION
    baseline = coaching is None and is_priority and statement.baseline is None and lacks_baseline(text, rules)
    return Advice(coaching, kind, baseline) if coaching or kind or baseline else None


def worst_first(advised: Iterable[tuple[Statement, Advice]]) -> list[tuple[Statement, Advice]]:
    """Sort: competitors' promises, common assumptions, vague statements by how much is missing, those that are only on
    the wrong list, then targets without today's value. The sort is stable."""
    return sorted(advised, key=lambda pair: _severity(pair[1]))


def missing_subject(statements: Sequence[Statement], rules: Rules) -> Missing | None:
    """Return what a one-sided list lacks: a whole list, or what all its expectations leave out (M3.1); None when it is
    balanced or still short."""
    expectations = active_statements(statements, Kind.EXPECTATION)
    priorities = active_statements(statements, Kind.PRIORITY)
    if len(expectations) + len(priorities) < FEWEST_STATEMENTS:
        return None
    missing = {each.name: each for each in rules.book.missing}
    if not expectations or not priorities:
        return missing.get("priorities" if expectations else "expectations")
    said = frozenset[str]().union(*(topics_of(s.wording, rules) for s in expectations))
    subjects = [each for each in rules.book.missing if each.topics]
    lacking = [each for each in subjects if not said.intersection(each.topics)]
    one_sided = len(expectations) >= FEWEST_EXPECTATIONS and len(lacking) >= len(subjects) - 1
    return lacking[0] if one_sided else None


def _severity(found: Advice) -> tuple[int, int]:
    if found.coaching is None:
        return len(_SEVERITY), found.other_list is None
    return _SEVERITY.index(found.coaching.reason), -len(found.coaching.asks)
