"""Language data about money: currency signs and words, multipliers, periods, and words that rule out a price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, cast

from prompts.detection import languages, table

if TYPE_CHECKING:
    from handlers.detection.types import Period


@dataclass(frozen=True, slots=True)
class MoneyWords:
    """The money tables of every language. Currencies are ISO 4217 codes, or `dollar`, `krona`, `yen` for a shared sign.

    `shy` words (`try`, `won`) are currencies only when written as in `shy_upper`; a `bundle` is a multiplier and a
    currency in one word (`MSEK`); `between` words may separate the two (`million US dollars`);
    `multipliers[language]` takes precedence (`mil` is a thousand in Portuguese).
    """

    signs: Mapping[str, str]
    words: Mapping[str, str]
    dotted: Mapping[str, str]
    dollars: frozenset[str]
    shy: frozenset[str]
    shy_upper: frozenset[str]
    between: frozenset[str]
    bundles: Mapping[str, tuple[Decimal, str]]
    implied: Mapping[str, str]
    spoken: Mapping[str, str]
    multipliers: Mapping[str, Mapping[str, int]]
    all_multipliers: Mapping[str, int]
    units: Mapping[str, int]
    not_money: frozenset[str]
    not_price_before: frozenset[str]
    not_price_after: frozenset[str]
    times: frozenset[str]
    periods: Mapping[str, Period]
    longest_period: int


@cache
def money_words() -> MoneyWords:
    """Read the money tables once. Where languages disagree, the post's language wins, then English."""
    currencies = table("currencies")
    english_last = list(reversed(languages().items()))
    numbers = {code: tables.get("numbers", {}) for code, tables in english_last}
    multipliers: dict[str, int] = {}
    units: dict[str, int] = {}
    for listed in numbers.values():
        multipliers.update(listed.get("multipliers", {}))
        units.update(listed.get("units", {}))
    periods = {
        phrase: cast("Period", period)
        for _, tables in english_last
        for period, phrases in tables.get("periods", {}).items()
        for phrase in phrases
    }

    def merged(name: str) -> frozenset[str]:
        return frozenset(word for listed in numbers.values() for word in listed.get(name, ()))

    return MoneyWords(
        signs=currencies["signs"],
        words=currencies["words"],
        dotted=currencies["dotted"],
        dollars=frozenset(currencies["dollars"]["codes"]),
        shy=frozenset(currencies["shy"]["words"]),
        shy_upper=frozenset(currencies["shy"]["upper"]),
        between=frozenset(currencies["between"]["words"]),
        bundles={word: (Decimal(times), code) for word, (times, code) in currencies["bundles"].items()},
        implied=currencies["implied"],
        spoken=currencies["spoken"],
        multipliers={code: listed.get("multipliers", {}) for code, listed in numbers.items()},
        all_multipliers=multipliers,
        units=units,
        not_money=merged("not_money"),
        not_price_before=merged("not_the_price"),
        not_price_after=merged("not_the_price_after"),
        times=merged("times"),
        periods=periods,
        longest_period=max(len(phrase.split()) for phrase in periods),
    )
