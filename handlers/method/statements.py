"""Expectations and priorities, and the rule that nothing is agreed by default (M3, M4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """An expectation is about the sale (M3.1), a priority about the product (M3.2)."""

    EXPECTATION = "expectation"
    PRIORITY = "priority"


class Said(StrEnum):
    """What the customer said when a statement was read back (M4.2)."""

    AGREED = "agreed"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class Manner(StrEnum):
    """How an answer was recorded: for one statement, or for all that the rep had just read aloud (M4.2)."""

    EACH = "each"
    READ_ALL = "read_all"


@dataclass(frozen=True, slots=True)
class Statement:
    """The current version of a statement, and the customer's answer to that version.

    `position` counts from 1 within the kind; for a priority it is the rank. `said` is None until the customer answers,
    and again after every change (M4.3). `target` is the measure that the rep set; None means that of the wording
    (M3.5); `baseline` is today's value beside it, if known (M10.7). `on_list` is False once
    the rep took it off the list, which is not an answer of the customer.
    """

    id: int
    kind: Kind
    version: int
    wording: str
    position: int
    said: Said | None
    target: str | None = None
    on_list: bool = True
    baseline: str | None = None

    @property
    def settled(self) -> bool:
        """The customer agreed to the current version or withdrew it, or it is off the list."""
        return not self.on_list or self.said in (Said.AGREED, Said.WITHDRAWN)

    @property
    def active(self) -> bool:
        """On the list, and not withdrawn by the customer."""
        return self.on_list and self.said is not Said.WITHDRAWN


def in_reading_order(statements: Iterable[Statement]) -> list[Statement]:
    """Sort for the read-back and the recap: expectations, then priorities, each in their order (M6.1)."""
    return sorted(statements, key=lambda s: (s.kind is Kind.PRIORITY, s.position, s.id))


def next_to_read(statements: Iterable[Statement]) -> Statement | None:
    """Return the first statement that is not settled; None when all are."""
    return next((s for s in in_reading_order(statements) if not s.settled), None)


def active_statements(statements: Iterable[Statement], kind: Kind) -> list[Statement]:
    """Return the active statements of a kind, in order."""
    return [s for s in in_reading_order(statements) if s.kind is kind and s.active]


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of the read-back."""

    settled: int
    total: int

    @property
    def complete(self) -> bool:
        """Every statement is settled, and there is at least one."""
        return self.total > 0 and self.settled == self.total


def progress(statements: Sequence[Statement]) -> Progress:
    """Count the statements on the list, and those that are settled."""
    listed = [s for s in statements if s.on_list]
    return Progress(settled=sum(s.settled for s in listed), total=len(listed))


@dataclass(frozen=True, slots=True)
class AgreedCounts:
    """The number of expectations and priorities that the referral promise refers to (M5.1)."""

    expectations: int
    priorities: int


def agreed_counts(statements: Iterable[Statement]) -> AgreedCounts:
    """Count the statements that the customer agreed to."""
    agreed = [s for s in statements if s.said is Said.AGREED]
    expectations = sum(s.kind is Kind.EXPECTATION for s in agreed)
    return AgreedCounts(expectations=expectations, priorities=len(agreed) - expectations)


def referral_may_be_asked(statements: Sequence[Statement]) -> bool:
    """Whether every statement is settled and at least one was agreed (M5.1)."""
    counts = agreed_counts(statements)
    return progress(statements).complete and counts.expectations + counts.priorities > 0
