"""The figures of a team's wins in a period, from plain rows: pure, so that they can be recomputed and compared.

Recurring sums are added as what they bring in a year; one-off sums and sums of which nobody said what they cover stay
apart. Currencies are never added to each other, and what a sum leaves out is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from handlers.method.close_to_call import close_to_call
from handlers.method.promise_outcomes import PromiseState
from handlers.method.stages import WON

A_DAY = timedelta(hours=24)
"""The call is best made within so long after the close (M1.1)."""
A_YEAR = {"week": 52, "month": 12, "quarter": 4, "year": 1}
"""How often a sum of this period comes in a year."""


class Over(StrEnum):
    """What a sum covers: a year of what recurs, one order, or nobody said."""

    YEAR = "year"
    ONCE = "once"
    UNSAID = "unsaid"


class LeftOut(StrEnum):
    """Why a deal is not in the sums. One in doubt is not counted as a win either."""

    NO_AMOUNT = "no_amount"
    NO_CURRENCY = "no_currency"
    HIDDEN = "hidden"
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal that closed. `rep` is the owner's id in the database; `period` and `kind` are as of the deal."""

    id: int
    rep: int
    stage: str
    closed_at: datetime
    amount_minor: int | None
    currency: str | None
    period: str | None
    kind: str | None
    in_doubt: bool = False
    refunded_at: datetime | None = None
    amount_hidden: bool = False
    imported: bool = False
    """It came from a file of past deals: nobody was to make the call."""

    @property
    def is_win(self) -> bool:
        """It counts: the order stands, and nobody doubts it."""
        return self.stage in WON and not self.in_doubt and self.refunded_at is None

    @property
    def over(self) -> Over:
        """What its amount covers."""
        if self.period in A_YEAR:
            return Over.YEAR
        return Over.ONCE if self.period == "total" else Over.UNSAID

    @property
    def left_out(self) -> LeftOut | None:
        """Why its amount is in no sum; None if it is in one."""
        if self.amount_hidden:
            return LeftOut.HIDDEN
        if self.amount_minor is None:
            return LeftOut.NO_AMOUNT
        return LeftOut.NO_CURRENCY if self.currency is None else None

    @property
    def worth(self) -> int:
        """Its amount in minor units, for a year if it recurs; 0 if it has none."""
        return (self.amount_minor or 0) * A_YEAR.get(self.period or "", 1)


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """An entry of a deal's timeline: the begin of a call, or a try that reached nobody. Oldest first."""

    deal_id: int
    action: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What somebody said became of a promise, oldest first. `promise` is the statement, its version and occasion."""

    promise: tuple[int, int, date | None, int | None]
    deal_id: int
    state: PromiseState
    at: datetime


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """When the customer named somebody, and when that person became a customer."""

    named_at: datetime
    won_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChallengeRow:
    """By when the customer was to be told of a problem, and when they first were."""

    tell_by: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class WinRows:
    """What figures are made of, of any time; each counts in the period that it happened in."""

    deals: Sequence[DealRow] = ()
    timeline: Sequence[TimelineRow] = ()
    outcomes: Sequence[OutcomeRow] = ()
    referrals: Sequence[ReferralRow] = ()
    challenges: Sequence[ChallengeRow] = ()


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of amounts in the minor units of one currency."""

    over: Over
    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class CallFigures:
    """How soon the first calls came.

    Of `due` wins, whose first day is over or whose customer was called, `in_time` were called within 24 hours. `middle`
    is the median from the close to the call, None if nobody was called, after `tries` that reached nobody.
    """

    due: int = 0
    in_time: int = 0
    middle: timedelta | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class WinFigures:
    """The figures of a period. Nothing in them compares people."""

    wins: int
    kinds: Mapping[str | None, int]
    sums: tuple[Sum, ...]
    left_out: Mapping[LeftOut, int]
    calls: CallFigures
    promises: Mapping[PromiseState, int]
    referrals_named: int
    referrals_won: int
    problems_due: int
    """Problems that customers were to be told of in the period, and how many of them they were told in time."""
    problems_in_time: int


def win_figures(rows: WinRows, start: datetime, end: datetime, now: datetime) -> WinFigures:
    """The figures of `[start, end)`, as far as it is over at `now`."""
    closed = [deal for deal in rows.deals if start <= deal.closed_at < end]
    wins = [deal for deal in closed if deal.is_win]
    doubted = sum(deal.in_doubt and deal.stage in WON and deal.refunded_at is None for deal in closed)
    reasons = [deal.left_out for deal in wins] + [LeftOut.IN_DOUBT] * doubted
    due = [each for each in rows.challenges if start <= each.tell_by < min(end, now)]
    return WinFigures(
        wins=len(wins),
        kinds=Counter(deal.kind for deal in wins),
        sums=_sums(wins),
        left_out=Counter(reason for reason in reasons if reason is not None),
        calls=_calls([deal for deal in wins if not deal.imported], rows.timeline, now),
        promises=_promises(rows.outcomes, start, end),
        referrals_named=sum(start <= each.named_at < end for each in rows.referrals),
        referrals_won=sum(each.won_at is not None and start <= each.won_at < end for each in rows.referrals),
        problems_due=len(due),
        problems_in_time=sum(each.told_at is not None and each.told_at <= each.tell_by for each in due),
    )


def _sums(wins: Iterable[DealRow]) -> tuple[Sum, ...]:
    """What recurs first, then one-off sums, then the others; the largest of each first."""
    found: Counter[tuple[Over, str]] = Counter()
    for deal in wins:
        if deal.left_out is None and deal.currency is not None:
            found[deal.over, deal.currency] += deal.worth
    order = list(Over)
    sums = (Sum(over, currency, minor) for (over, currency), minor in found.items())
    return tuple(sorted(sums, key=lambda each: (order.index(each.over), -each.minor, each.currency)))


def _calls(wins: Sequence[DealRow], timeline: Iterable[TimelineRow], now: datetime) -> CallFigures:
    entries: dict[int, list[tuple[str, datetime]]] = {deal.id: [] for deal in wins}
    for row in timeline:
        if row.deal_id in entries:
            entries[row.deal_id].append((row.action, row.at))
    spans, tries, due = [], 0, 0
    for deal in wins:
        found = close_to_call(entries[deal.id])
        if found.call_at is not None:
            spans.append(max(found.call_at - deal.closed_at, timedelta(0)))
            tries += found.tries
        due += found.call_at is not None or deal.closed_at + A_DAY <= now
    return CallFigures(due, sum(span <= A_DAY for span in spans), _median(spans), tries)


def _median(spans: Sequence[timedelta]) -> timedelta | None:
    """The median in whole seconds; None of none."""
    return timedelta(seconds=int(median(span.total_seconds() for span in spans))) if spans else None


def _promises(outcomes: Iterable[OutcomeRow], start: datetime, end: datetime) -> Mapping[PromiseState, int]:
    """The last that was said of each promise in the period. What was taken back counts as nothing."""
    newest = {row.promise: row.state for row in outcomes if start <= row.at < end}
    return Counter(state for state in newest.values() if state is not PromiseState.PENDING)


def exceeded_last(outcomes: Sequence[OutcomeRow], start: datetime, end: datetime) -> OutcomeRow | None:
    """The newest promise that was exceeded in the period and still counts so; None if there is none."""
    newest = {row.promise: row for row in outcomes if start <= row.at < end}
    exceeded = (row for row in newest.values() if row.state is PromiseState.EXCEEDED)
    return max(exceeded, key=lambda row: row.at, default=None)


class Milestone(StrEnum):
    """What makes a win a special one."""

    BIGGEST = "biggest"
    """The biggest of the quarter so far, of those in its currency that cover the same."""
    FIRST = "first"
    """The rep's first."""


def milestones(
    wins: Iterable[DealRow], best: Mapping[tuple[str, Over], int], newcomers: Collection[int], quarter: datetime
) -> list[tuple[DealRow, Milestone]]:
    """The special wins among `wins`, the oldest first.

    `best` is the largest worth in the quarter before the period, by currency and what it covers: the first win of a
    quarter is not yet its biggest. `newcomers` are the reps who had no win before; `quarter` is its begin.
    """
    wins = sorted((deal for deal in wins if deal.is_win), key=lambda deal: (deal.closed_at, deal.id))
    tops: dict[tuple[str, Over], DealRow] = {}
    firsts: dict[int, DealRow] = {}
    for deal in wins:
        if deal.rep in newcomers:
            firsts.setdefault(deal.rep, deal)
        if deal.left_out is None and deal.currency is not None and deal.closed_at >= quarter:
            key = (deal.currency, deal.over)
            before = tops[key].worth if key in tops else best.get(key)
            if before is not None and deal.worth > before:
                tops[key] = deal
    found = [(deal, Milestone.BIGGEST) for deal in tops.values()]
    return found + [(deal, Milestone.FIRST) for deal in firsts.values()]
