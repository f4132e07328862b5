"""Parse an amount that a person typed for a deal: `$45k a year`, `12 500,50 EUR`, `45000`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from handlers.detection.amounts import best_amount, find_amounts
from handlers.detection.lexicon import lexicon
from handlers.detection.name_words import is_name_like_sum
from handlers.detection.tokens import TokenKind, tokenize
from handlers.detection.types import ChannelContext, Period

SMALLEST_BARE = 1000
"""The smallest final number without a currency that counts as an amount: `Studio 54` is a name."""

_DEFAULT = ChannelContext()


@dataclass(frozen=True, slots=True)
class TypedAmount:
    """The amount, and its position in the text."""

    amount: Decimal
    currency: str | None
    period: Period | None
    start: int
    end: int


def find_typed_amount(text: str, setting: ChannelContext = _DEFAULT) -> TypedAmount | None:
    """Return the amount in the text, or None."""
    tokens = tokenize(text, lexicon().cjk)
    amounts = find_amounts(text, tokens)
    found = best_amount([amount for amount in amounts if not is_name_like_sum(text, tokens, amount, amounts)])
    if found is not None:
        shared = {"dollar": setting.dollar, "yen": setting.yen, "krona": setting.krona or "SEK"}
        currency = None if found.currency is None else shared.get(found.currency, found.currency)
        return TypedAmount(found.value, currency, found.period, tokens[found.start].start, tokens[found.end - 1].end)
    last = tokens[-1] if tokens else None
    if last is not None and last.kind is TokenKind.NUMBER and last.low.isdecimal() and int(last.low) >= SMALLEST_BARE:
        return TypedAmount(Decimal(last.low), None, None, last.start, last.end)
    return None
