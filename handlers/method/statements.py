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
    """How an answer was recorded: for one statement by itself, or for all that the rep had just read aloud (M4.2)."""

    EACH = "each"
    READ_ALL = "read_all"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as it stands: its current version, and what the customer said to exactly that version.

    `position` counts from 1 within the kind; for a priority it is the rank. `said` is None until the customer answered,
    and again after every change (M4.3). `target` is what makes it measurable where the rep put that right; None: what
    the wording itself says (M3.5). `on_list` is False once the rep took it off the list: no word of the customer's.
    """

    id: int
    kind: Kind
    version: int
    wording: str
    position: int
    said: Said | None
    target: str | None = None
    on_list: bool = True

    @property
    def settled(self) -> bool:
        """Nothing is left to ask: the customer agreed to the current version or withdrew it, or it is off the list."""
        return not self.on_list or self.said in (Said.AGREED, Said.WITHDRAWN)

    @property
    def stands(self) -> bool:
        """Part of the alignment: on the list, and not withdrawn by the customer."""
        return self.on_list and self.said is not Said.WITHDRAWN


def in_reading_order(statements: Iterable[Statement]) -> list[Statement]:
    """Expectations first, then priorities, each in its own order: how they are read back and recapped (M6.1)."""
    return sorted(statements, key=lambda s: (s.kind is Kind.PRIORITY, s.position, s.id))


def next_to_read(statements: Iterable[Statement]) -> Statement | None:
    """The first statement that the customer has not answered in its current version, or None when all are settled."""
    return next((s for s in in_reading_order(statements) if not s.settled), None)


def standing(statements: Iterable[Statement], kind: Kind) -> list[Statement]:
    """The statements of a kind that are on the list and were not withdrawn, in order."""
    return [s for s in in_reading_order(statements) if s.kind is kind and s.stands]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the read-back has come."""

    settled: int
    total: int

    @property
    def complete(self) -> bool:
        """Every statement is settled, and there is at least one."""
        return self.total > 0 and self.settled == self.total


def progress(statements: Sequence[Statement]) -> Progress:
    """Count what is settled, of what is on the list."""
    listed = [s for s in statements if s.on_list]
    return Progress(settled=sum(s.settled for s in listed), total=len(listed))


@dataclass(frozen=True, slots=True)
class AgreedCounts:
    """N expectations and M priorities: what the referral promise is given for (M5.1)."""

    expectations: int
    priorities: int


def agreed_counts(statements: Iterable[Statement]) -> AgreedCounts:
    """Count the statements that the customer agreed to."""
    agreed = [s for s in statements if s.said is Said.AGREED]
    expectations = sum(s.kind is Kind.EXPECTATION for s in agreed)
    return AgreedCounts(expectations=expectations, priorities=len(agreed) - expectations)


def referral_may_be_asked(statements: Sequence[Statement]) -> bool:
    """Only once every statement is settled, and at least one was agreed (M5.1)."""
    counts = agreed_counts(statements)
    return progress(statements).complete and counts.expectations + counts.priorities > 0
