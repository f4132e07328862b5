"""Language data about money: currency signs and words, multipliers, periods, and words that rule out a price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, cast

from handlers.detection.spelled_numbers import NumberWords, number_words
from prompts.detection import languages, table

if TYPE_CHECKING:
    from handlers.detection.types import Period

_MIN_LABEL = 5
"""Characters of a period that may label an amount: `annual`, not `pm`."""

_SAID_BEFORE = {"approximate": -1, "the_price": 2, "not_the_price": -3, "another_sum": -8}
_SAID_AFTER = {"the_price_after": 2, "not_the_price_after": -3, "another_sum_after": -8}
"""What the words beside an amount add to its rank."""


@dataclass(frozen=True, slots=True)
class MoneyWords:
    """The money tables of every language. Currencies are ISO 4217 codes, or `dollar`, `krona`, `yen` for a shared sign.

    `shy` words (`try`, `won`) are currencies only when written as in `shy_upper`; a `bundle` is a multiplier and a
    currency in one word (`MSEK`); `between` words may separate the two (`milioni di euro`);
    `countries` tell whose shared currency it is (`Canadian dollars`);
    `multipliers[language]` takes precedence (`mil` is a thousand in Portuguese); those of `before_currency` count only
    beside a currency (`45 t€`), or beside one (`3.4L INR`). `said_before` and `said_after` rank an amount;
    `named_periods` may label it (`Annual: $45,000`). The other sets hold the words of prompts/detection/*.toml under
    `numbers`, `ranges` and `unit_prices`, where comments say what they are for.
    """

    signs: Mapping[str, str]
    words: Mapping[str, str]
    dotted: Mapping[str, str]
    dollars: frozenset[str]
    shy: frozenset[str]
    shy_upper: frozenset[str]
    between: frozenset[str]
    countries: Mapping[str, str]
    bundles: Mapping[str, tuple[Decimal, str]]
    implied: Mapping[str, str]
    spoken: Mapping[str, str]
    multipliers: Mapping[str, Mapping[str, int]]
    all_multipliers: Mapping[str, int]
    before_currency: Mapping[str, tuple[Decimal, str]]
    currency_after: frozenset[str]
    spelled: Mapping[str, NumberWords]
    not_money: frozenset[str]
    not_money_before: frozenset[str]
    no_plurals: frozenset[str]
    said_before: Mapping[str, int]
    said_after: Mapping[str, int]
    between_two: frozenset[str]
    range_and: frozenset[str]
    range_to: frozenset[str]
    change_from: frozenset[str]
    ranging: frozenset[str]
    at_least: frozenset[str]
    unit_per: frozenset[str]
    unit_at: frozenset[str]
    unit_things: frozenset[str]
    each: frozenset[str]
    amount_labels: frozenset[str]
    times: frozenset[str]
    years: frozenset[str]
    months: frozenset[str]
    periods: Mapping[str, Period]
    named_periods: frozenset[str]
    period_openers: frozenset[str]
    longest_period: int


@cache
def money_words() -> MoneyWords:
    """Read the money tables once. Where languages disagree, the post's language wins, then English."""
    currencies = table("currencies")
    english_last = list(reversed(languages().items()))
    numbers = {code: tables.get("numbers", {}) for code, tables in english_last}
    multipliers: dict[str, int] = {}
    for listed in numbers.values():
        multipliers.update(listed.get("multipliers", {}))
    english = number_words(numbers["en"], numbers["en"]["multipliers"], None)
    spelled = {
        code: number_words(listed, multipliers | listed.get("multipliers", {}), english)
        for code, listed in numbers.items()
        if code != "en"
    }
    periods = {
        phrase.replace(".", " . "): cast("Period", period)
        for _, tables in english_last
        for period, phrases in tables.get("periods", {}).items()
        for phrase in phrases
    }

    def merged(name: str, group: str = "numbers") -> frozenset[str]:
        return frozenset(word for _, tables in english_last for word in tables.get(group, {}).get(name, ()))

    return MoneyWords(
        signs=currencies["signs"],
        words=currencies["words"],
        dotted=currencies["dotted"],
        dollars=frozenset(currencies["dollars"]["codes"]),
        shy=frozenset(currencies["shy"]["words"]),
        shy_upper=frozenset(currencies["shy"]["upper"]),
        between=frozenset(currencies["between"]["words"]),
        countries=currencies["countries"],
        bundles={word: (Decimal(times), code) for word, (times, code) in currencies["bundles"].items()},
        implied=currencies["implied"],
        spoken=currencies["spoken"],
        multipliers={code: listed.get("multipliers", {}) for code, listed in numbers.items()},
        all_multipliers=multipliers,
        before_currency={word: (Decimal(times), code) for word, (times, code) in currencies["before_currency"].items()},
        currency_after=merged("currency_after"),
        spelled=spelled | {"en": english},
        not_money=merged("not_money"),
        not_money_before=merged("not_money_before"),
        no_plurals=merged("no_plurals"),
        said_before={phrase: rank for name, rank in _SAID_BEFORE.items() for phrase in merged(name)},
        said_after={phrase: rank for name, rank in _SAID_AFTER.items() for phrase in merged(name)},
        between_two=merged("between", "ranges"),
        range_and=merged("and", "ranges"),
        range_to=merged("to", "ranges"),
        change_from=merged("from", "ranges"),
        ranging=merged("ranging", "ranges"),
        at_least=merged("at_least", "ranges"),
        unit_per=merged("per", "unit_prices"),
        unit_at=merged("at", "unit_prices"),
        unit_things=merged("things", "unit_prices"),
        each=merged("each", "unit_prices"),
        amount_labels=frozenset(label.split()[-1] for label in merged("amount", "fields")),
        times=merged("times"),
        years=merged("years", "terms"),
        months=merged("months", "terms"),
        periods=periods,
        named_periods=frozenset(phrase for phrase in periods if len(phrase) >= _MIN_LABEL and phrase.isalpha()),
        period_openers=frozenset(phrase.lstrip("/").split()[0] for phrase in periods) | {"/"},
        longest_period=max(len(phrase.split()) for phrase in periods),
    )
