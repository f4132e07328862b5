"""Tell what each amount of a post stands for: what the customer pays, a unit price, a list price, somebody's salary."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from handlers.detection.markup import BOLD

if TYPE_CHECKING:
    from handlers.detection.amounts import Amount
    from handlers.detection.money import MoneyWords
    from handlers.detection.tokens import Token

_LINE_BREAK = "\n"
_LABEL_MARKS = frozenset({":", "=", "of", BOLD, _LINE_BREAK})
_TOTAL_LABEL = "tcv"
"""Beside a yearly sum it is one more figure; "36k in total" is what they signed for."""
_CHANGES = frozenset({"→", "➡", "⇒", ">"})
_HUGE = Decimal(10) ** 9
_MIN_PARTS = 2
_TOTAL_RANK = 2
"""Of the sum of all others: "year 1 $20k, year 2 $25k, TCV $45k"."""
_SMALL = 1000
"""`40 seats at $99` names a unit price, `200 seats at $45,000` a total."""
_WINDOW = 6
"""The number of tokens around an amount that tell what it is."""
_LONGEST_PHRASE = 3
_MAX_COUNT = 100_000


def assign_roles(text: str, tokens: list[Token], amounts: list[Amount], words: MoneyWords) -> list[Amount]:
    """Return the amounts with their `rank`, and with `per_unit` where one is the price of one of several."""
    values = {amount.value for amount in amounts}
    every = sum((amount.value for amount in amounts), Decimal(0))
    total = every / 2 if len(amounts) > _MIN_PARTS and every / 2 in values else None
    return [_assign_role(_Surroundings(text, tokens, amount), values, total, words) for amount in amounts]


class _Surroundings:
    """The words before and after an amount."""

    __slots__ = ("after", "amount", "before", "text", "tokens")

    def __init__(self, text: str, tokens: list[Token], amount: Amount) -> None:
        self.text = text
        self.tokens = tokens
        self.amount = amount
        self.before = [token.low for token in tokens[max(amount.start - _WINDOW, 0) : amount.start]]
        self.after = [token.low for token in tokens[amount.end : amount.end + _WINDOW]]

    def phrases_before(self) -> list[str]:
        """The phrases that may lead to the amount: `was $80k`, `list price of $80k`, `List: $80k`."""
        told = self.before
        phrases = _endings(told)
        if not told or told[-1] not in _LABEL_MARKS:
            return phrases
        told = told.copy()
        line = False
        while told and told[-1] in _LABEL_MARKS:
            line = told.pop() == _LINE_BREAK or line
        if not line:
            return phrases + _endings(told)
        # A label has a line of its own; "72k list" in the line above is no label.
        own_line = told[-told[::-1].index(_LINE_BREAK) :] if _LINE_BREAK in told[:-1] else told
        return [*phrases, " ".join(own_line)]

    def phrases_after(self) -> list[str]:
        """The phrases that may follow the amount: `$80k list`."""
        first, second, third, *_ = (*self.after, "", "", "")
        return [first, f"{first} {second}", f"{first} {second} {third}"]

    def slashed(self) -> str:
        """The word behind a slash right after the amount: `seat` in `$99/seat`."""
        at = self.amount.end + (self.after[:1] == ["/"])
        if at == len(self.tokens) or self.text[self.tokens[at].start - 1] != "/":
            return ""
        return self.tokens[at].low

    def counts(self) -> list[int]:
        """The whole numbers beside the amount."""
        return [int(low) for low in (*self.before, *self.after) if _is_count(low)]


def _endings(words: list[str]) -> list[str]:
    *_, third, second, last = ("", "", "", *words)
    return [last, f"{second} {last}", f"{third} {second} {last}"]


def _is_count(low: str) -> bool:
    return low.isdecimal() and len(low) < 6 and 1 < int(low) < _MAX_COUNT


def _assign_role(near: _Surroundings, values: set[Decimal], total: Decimal | None, words: MoneyWords) -> Amount:
    amount = near.amount
    after = near.phrases_after()
    rank = amount.rank + _rank(near, after, words) + (_TOTAL_RANK if amount.value == total else 0)
    # "4 x $8,250, annual value $33k": one of several payments
    if len(values) > 1 and amount.period != "year" and any(amount.value * count in values for count in near.counts()):
        rank -= 3
    per_unit = _follows_unit(near, after, words) or _is_counted(near, words)
    return amount if rank == amount.rank and not per_unit else replace(amount, rank=rank, per_unit=per_unit)


def _follows_unit(near: _Surroundings, phrases: list[str], words: MoneyWords) -> bool:
    """Whether a unit follows: `$99 per seat`, `$99/seat`, `$99 each`, `£85 an hour`, `$99 x 40`."""
    after = near.after
    if not after:
        return False
    if not words.each.isdisjoint(phrases) or near.slashed() in words.unit_things:
        return True
    if after[0] in words.unit_per and not words.unit_things.isdisjoint(after[1:3]):
        return "ago" not in after[2:4]  # "$45k an hour ago"
    if near.amount.period == "year" or after[0] not in words.times or not _is_count("".join(after[1:2])):
        return False
    return words.years.isdisjoint(after[2:3])  # "12k x 3 years"


def _is_counted(near: _Surroundings, words: MoneyWords) -> bool:
    """Whether a count leads to the amount: `40 x $99`, `40 seats at $99`."""
    before = near.before
    if len(before) < 2 or near.amount.period == "year":
        return False
    if before[-1] in words.times:
        return _is_count(before[-2])
    if before[-1] not in words.unit_at or near.amount.value >= _SMALL:
        return False
    counted = next((low for low in reversed(before[-1 - _LONGEST_PHRASE : -1]) if not low.isalpha()), "")
    return _is_count(counted)


def _rank(near: _Surroundings, after: list[str], words: MoneyWords) -> int:
    amount, before = near.amount, near.before
    rank = -2 if amount.period in ("month", "week") else 0
    if before:
        if before[-1] == "=":
            rank += 5
        elif before[-1] == "-" and _is_minus(near):
            rank -= 3
        elif before[-1] in _CHANGES:
            rank += 3  # "4.8k → 36k": what stands before the arrow was the price until now
        if "(" in before[-_LONGEST_PHRASE:]:
            rank -= 1
    if amount.currency is None and amount.value >= _HUGE:
        rank -= 3
    weights = {words.said_before[phrase] for phrase in near.phrases_before() if phrase in words.said_before}
    weights |= {words.said_after[phrase] for phrase in after if phrase in words.said_after}
    if amount.period == "total" and _TOTAL_LABEL not in (near.tokens[amount.end - 1].low, *before[-2:]):
        weights.add(words.said_after[amount.period])
    return rank + sum(weights)


def _is_minus(near: _Surroundings) -> bool:
    """`-$5k` is negative; `Acme - $5k` is not."""
    dash = near.tokens[near.amount.start - 1]
    spaced_before = dash.start == 0 or near.text[dash.start - 1].isspace()
    return spaced_before and not near.text[dash.end : dash.end + 1].isspace()
