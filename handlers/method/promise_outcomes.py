"""What becomes of what was agreed: each statement met, exceeded or missed, and the deal as a whole (M3.3, M7.3).

A missed promise weighs ten kept ones in what is shown first (M8.4), and an expectation that the customer had only
inflated costs them twice (M1.3). A referral is earned when the customer says themselves that both lists were met (M5.2,
M10.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from handlers.method.statements import Kind


class PromiseState(StrEnum):
    """What became of a promise. `PENDING`: nobody has said yet, or took it back. `RENEGOTIATED`: reworded since."""

    PENDING = "pending"
    KEPT = "kept"
    EXCEEDED = "exceeded"
    MISSED = "missed"
    RENEGOTIATED = "renegotiated"


MET = frozenset({PromiseState.KEPT, PromiseState.EXCEEDED})


class SaidBy(StrEnum):
    """Whose word it is that a promise was met or missed."""

    CUSTOMER = "customer"
    US = "us"


class MissReason(StrEnum):
    """The five reasons for which promises break (M8.1)."""

    TECHNICAL = "technical"
    COMMUNICATION = "communication"
    DELIVERY = "delivery"
    EXPECTATIONS = "expectations"
    DISHONESTY = "dishonesty"


@dataclass(frozen=True, slots=True)
class TrackedPromise:
    """An agreed statement, and what became of it. `due` is the last day that it names, if any.

    `inflated`: what they expected of it was more than anybody could keep, or what another seller had promised.
    """

    statement_id: int
    kind: Kind
    wording: str
    state: PromiseState
    said_by: SaidBy | None = None
    due: date | None = None
    inflated: bool = False

    @property
    def settled(self) -> bool:
        """Somebody has said what became of it."""
        return self.state is not PromiseState.PENDING

    @property
    def met_by_their_word(self) -> bool:
        """The customer said themselves that it was met (M10.2)."""
        return self.state in MET and self.said_by is SaidBy.CUSTOMER


@dataclass(frozen=True, slots=True)
class DealOutcome:
    """What became of all promises of a deal."""

    pending: int
    kept: int
    exceeded: int
    missed: int
    met_by_their_word: int
    both_lists_met: bool
    """Every expectation and every priority was met; false while one is pending (M3.3)."""
    earned: bool
    """A referral is earned: both lists were met, by the customer's own word (M5.2, M10.2)."""

    @property
    def settled(self) -> bool:
        """Nothing is pending, and there was something to keep."""
        return self.pending == 0 and self.kept + self.exceeded + self.missed > 0


def outcome_of(promises: Sequence[TrackedPromise]) -> DealOutcome:
    """Count what became of the promises, and say whether the deal was met and its referrals earned."""
    states = [each.state for each in promises]
    met = bool(promises) and all(state in MET for state in states)
    by_their_word = sum(each.met_by_their_word for each in promises)
    return DealOutcome(
        pending=states.count(PromiseState.PENDING),
        kept=states.count(PromiseState.KEPT),
        exceeded=states.count(PromiseState.EXCEEDED),
        missed=states.count(PromiseState.MISSED),
        met_by_their_word=by_their_word,
        both_lists_met=met,
        earned=met and by_their_word == len(promises),
    )


def gaps(promises: Iterable[TrackedPromise]) -> list[TrackedPromise]:
    """What stands between the deal and its referrals: missed ones first, then pending, then met only by our word."""
    order = {PromiseState.MISSED: 0, PromiseState.PENDING: 1}

    def place(each: TrackedPromise) -> tuple[int, int, date, int]:
        return (order.get(each.state, 2), -letdown(each), each.due or date.max, each.statement_id)

    return sorted((each for each in promises if not each.met_by_their_word), key=place)


MISSED_WEIGHS = 10
"""A missed promise weighs as much as so many kept ones (M8.4)."""
INFLATED_WEIGHS = 2
"""Each degree of inflated expectation costs so many degrees of disappointment (M1.3)."""


def letdown(promise: TrackedPromise) -> int:
    """How much the promise disappointed the customer, as the number of kept promises that make up for it."""
    if promise.state is not PromiseState.MISSED:
        return 0
    return MISSED_WEIGHS * (INFLATED_WEIGHS if promise.inflated else 1)


def in_board_order(promises: Iterable[TrackedPromise], today: date) -> list[TrackedPromise]:
    """Sort for the board: missed first (M8.4), then what is overdue, then pending by due date, then what was met.

    Of those that were missed, what was inflated comes before the others (M1.3).
    """

    def place(each: TrackedPromise) -> int:
        match each.state:
            case PromiseState.MISSED:
                return 0
            case PromiseState.KEPT | PromiseState.EXCEEDED:
                return 3
            case _:
                return 1 if is_overdue(each, today) else 2

    return sorted(promises, key=lambda each: (place(each), -letdown(each), each.due or date.max, each.statement_id))


def is_overdue(promise: TrackedPromise, today: date) -> bool:
    """Its day is over, and nobody has said what became of it. It is not missed by itself."""
    return not promise.settled and promise.due is not None and promise.due < today


def lists_met(promises: Iterable[TrackedPromise]) -> dict[Kind, bool]:
    """Whether each list that has promises was met as a whole: one without the other is not enough (M3.3)."""
    promises = list(promises)
    lists = {kind: [each for each in promises if each.kind is kind] for kind in Kind}
    return {kind: all(each.state in MET for each in some) for kind, some in lists.items() if some}
