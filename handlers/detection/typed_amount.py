"""Parse an amount that a person typed for a deal: `$45k a year`, `12 500,50 EUR`, `45000`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from handlers.detection.amounts import LARGEST, best_amount, find_amounts
from handlers.detection.lexicon import lexicon
from handlers.detection.name_words import is_name_like_sum
from handlers.detection.numerals import MAX_NUMBER_LENGTH
from handlers.detection.tokens import TokenKind, tokenize
from handlers.detection.types import ChannelContext, Period
from handlers.errors import InvalidEntryError

SMALLEST_BARE = 1000
"""The smallest final number without a currency that counts as an amount: `Studio 54` is a name."""

_ANY_SIZE = Decimal("Infinity")
_DEFAULT = ChannelContext()


@dataclass(frozen=True, slots=True)
class TypedAmount:
    """The amount, and its position in the text."""

    amount: Decimal
    currency: str | None
    period: Period | None
    start: int
    end: int


class AmountTooLargeError(InvalidEntryError):
    """The amount is larger than any order, or its digits are too many to be one. Nothing was kept."""

    def __init__(self) -> None:
        super().__init__("amount", "refusal.amount_too_large")


class AmountUnclearError(InvalidEntryError):
    """There are only ranges (`$40-50k`) and unit prices (`$99 per seat`), so it is not clear what the deal is worth.

    Nothing was kept.
    """

    def __init__(self, written: str) -> None:
        super().__init__("amount", "refusal.amount_unclear", written=written)


def find_typed_amount(text: str, setting: ChannelContext = _DEFAULT) -> TypedAmount | None:
    """Return the amount in the text, or None.

    Raises `AmountTooLargeError` for an absurd number, and `AmountUnclearError` where only a range or a unit price is
    named.
    """
    tokens = tokenize(text, lexicon().cjk)
    if any(token.kind is TokenKind.NUMBER and len(token.low) > MAX_NUMBER_LENGTH for token in tokens):
        raise AmountTooLargeError
    amounts = find_amounts(text, tokens, below=_ANY_SIZE)
    found = best_amount([amount for amount in amounts if not is_name_like_sum(text, tokens, amount, amounts)])
    if found is not None:
        if found.value >= LARGEST:
            raise AmountTooLargeError
        shared = {"dollar": setting.dollar, "yen": setting.yen, "krona": setting.krona or "SEK"}
        currency = None if found.currency is None else shared.get(found.currency, found.currency)
        return TypedAmount(found.value, currency, found.period, tokens[found.start].start, tokens[found.end - 1].end)
    unclear = next((amount for amount in amounts if not amount.is_total), None)
    if unclear is not None:
        raise AmountUnclearError(text[tokens[unclear.start].start : tokens[unclear.end - 1].end])
    last = tokens[-1] if tokens else None
    if last is not None and last.kind is TokenKind.NUMBER and last.low.isdecimal() and int(last.low) >= SMALLEST_BARE:
        if int(last.low) >= LARGEST:
            raise AmountTooLargeError
        return TypedAmount(Decimal(last.low), None, None, last.start, last.end)
    return None
