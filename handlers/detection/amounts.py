"""Find sums of money in tokens: `$45k`, `45.000,00 EUR`, `CHF 11'750`, `12 lakh`, `500万円`, `2,1 MSEK`, `4k/mo`.

A library was measured against this (see tests/detection/test_amounts.py): price-parser reads one price from a clean string, and has
no multipliers, no lakh grouping, no periods, no choice between several sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, cast

from handlers.detection.tokens import Kind, Token
from prompts.detection import languages, table

if TYPE_CHECKING:
    from handlers.detection.posts import Period

LARGEST = Decimal(10) ** 13
LONGEST_NUMBER = 24
"""Characters of the longest run of digits that can be a sum; longer ones are identifiers."""

_ONE_LETTER = 1
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum: its value in units of `currency` (ISO 4217, or `dollar`, `krona`, `yen` for a sign that several share, or None).

    `start` and `end` are token positions [start, end). `rank` orders the sums of a post: the highest is what the customer pays.
    """

    value: Decimal
    currency: str | None
    period: Period | None
    start: int
    end: int
    rank: int = 0


@dataclass(frozen=True, slots=True)
class MoneyWords:
    """The language data about money, merged over all languages, with what one language overrides."""

    signs: Mapping[str, str]
    words: Mapping[str, str]
    shy: frozenset[str]
    shy_upper: frozenset[str]
    bundles: Mapping[str, tuple[Decimal, str]]
    implied: Mapping[str, str]
    multipliers: Mapping[str, int]
    by_language: Mapping[str, Mapping[str, int]]
    units: Mapping[str, int]
    not_money: frozenset[str]
    not_price_before: frozenset[str]
    not_price_after: frozenset[str]
    times: frozenset[str]
    periods: Mapping[str, Period]
    longest_period: int


@cache
def money_words() -> MoneyWords:
    """Read the money tables of every language once."""
    currencies = table("currencies")
    every = languages()
    numbers = {code: tables.get("numbers", {}) for code, tables in every.items()}
    multipliers: dict[str, int] = {}
    for tables in reversed(list(numbers.values())):  # English last: its reading wins where languages disagree
        multipliers.update(tables.get("multipliers", {}))
    periods = {
        phrase: cast("Period", period)
        for tables in reversed(list(every.values()))
        for period, phrases in tables.get("periods", {}).items()
        for phrase in phrases
    }

    def merged(name: str) -> frozenset[str]:
        return frozenset(word for tables in numbers.values() for word in tables.get(name, ()))

    return MoneyWords(
        signs=currencies["signs"],
        words=currencies["words"],
        shy=frozenset(currencies["shy"]["words"]),
        shy_upper=frozenset(currencies["shy"]["upper"]),
        bundles={word: (Decimal(times), code) for word, (times, code) in currencies["bundles"].items()},
        implied=currencies["implied"],
        multipliers=multipliers,
        by_language={code: tables.get("multipliers", {}) for code, tables in numbers.items()},
        units={word: value for tables in numbers.values() for word, value in tables.get("units", {}).items()},
        not_money=merged("not_money"),
        not_price_before=merged("not_the_price"),
        not_price_after=merged("not_the_price_after"),
        times=merged("times"),
        periods=periods,
        longest_period=max(len(phrase.split()) for phrase in periods),
    )


def find_amounts(text: str, tokens: list[Token], language: str = "en") -> list[Amount]:
    """Return the sums of money in `tokens` of `text`, in order. `language` settles words such as `mil`."""
    words = money_words()
    found: list[Amount] = []
    at = 0
    while at < len(tokens):
        kind = tokens[at].kind
        amount = None
        if kind is Kind.NUMBER:
            amount = _Reader(text, tokens, words, language).at_number(at)
        elif kind is Kind.WORD and tokens[at].low in words.units:
            amount = _Reader(text, tokens, words, language).at_words(at)
        if amount is None:
            at += 1
        else:
            found.append(amount)
            at = max(amount.end, at + 1)
    return found


def best_amount(amounts: list[Amount]) -> Amount | None:
    """Return what the customer pays: the highest rank, the first of equals; said twice, the one with its currency."""
    best = max(amounts, key=lambda amount: amount.rank, default=None)
    if best is None or best.currency:
        return best
    return next((amount for amount in amounts if amount.currency and amount.value == best.value), best)


def parse_number(written: str, *, scaled: bool) -> Decimal | None:
    """Read digits with separators; `scaled` says that a multiplier follows, so that `1.250` is one and a quarter."""
    if len(written) > LONGEST_NUMBER:
        return None
    plain = written.replace("’", "'").replace("'", "").replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    dots, commas = plain.count("."), plain.count(",")
    if not dots and not commas:
        return Decimal(plain)
    if dots and commas:
        decimal, grouping = (".", ",") if plain.rfind(".") > plain.rfind(",") else (",", ".")
        if plain.count(decimal) > 1:
            return None
        return Decimal(plain.replace(grouping, "").replace(decimal, "."))
    separator = "." if dots else ","
    groups = plain.split(separator)
    if len(groups) > 2:
        if len(groups[-1]) != 3 or any(len(group) not in (2, 3) for group in groups[1:]):
            return None
        return Decimal("".join(groups))
    head, tail = groups
    if len(tail) == 3 and len(head) <= 3 and head != "0" and not scaled:
        return Decimal(head + tail)
    return Decimal(f"{head}.{tail}")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one sum around a number."""

    text: str
    tokens: list[Token]
    words: MoneyWords
    language: str

    def at_number(self, at: int) -> Amount | None:
        number = self.tokens[at]
        start, prefix = self._currency_before(at)
        end, times, suffix, implied = self._after(at + 1, number.end, has_currency=prefix is not None)
        # Nobody writes 1.2 with a comma before 万.
        value = parse_number(number.low, scaled=times is not None and self.tokens[at + 1].low < "\u3040")
        if value is None or self._is_something_else(at, end, prefix):
            return None
        if times is not None:
            value *= times
        currency = suffix if suffix and (prefix in (None, "dollar") or suffix == prefix) else prefix or suffix
        return self._settle(value, currency or implied, start, end, explicit=bool(currency or times), number=number.low)

    def at_words(self, at: int) -> Amount | None:
        """Read `seventy five thousand euros`, and `sixty two fifty` for 6,250."""
        total, group, end, scaled, chunks = 0, 0, at, False, []
        while end < len(self.tokens) and self.tokens[end].kind is Kind.WORD:
            low = self.tokens[end].low
            if low in self.words.units:
                unit = self.words.units[low]
                if group and not (group % 10 == 0 and group % 100 and unit < 10) and group % 100:
                    chunks.append(group)
                    group = 0
                group += unit
            elif low in self.words.multipliers and len(low) > 2 and (group or chunks):
                times = self.words.multipliers[low]
                scaled = True
                group = (group or 1) * times
                if times >= 1000:
                    total, group = total + group, 0
            elif not (low == "and" and group):
                break
            end += 1
        chunks.append(group)
        if total:
            value = total + group
        elif len(chunks) == 2 and 10 <= chunks[1] < 100:
            value = chunks[0] * 100 + chunks[1]
        else:
            value = group if len(chunks) == 1 else 0
        end, _, currency, _ = self._after(end, self.tokens[end - 1].end, has_currency=True)
        if (
            value < 100
            or not (currency or (scaled and value >= 1000) or self._period(end)[0])
            or self._counts_other(end)
        ):
            return None
        return self._settle(Decimal(value), currency, at, end, explicit=True, number="")

    def _settle(
        self, value: Decimal, currency: str | None, start: int, end: int, *, explicit: bool, number: str
    ) -> Amount | None:
        period, end = self._period(end)
        before = self._period_before(start)
        if not explicit and not (period or before or _is_grouped(number)):
            return None
        if value <= 0 or value >= LARGEST or (not explicit and value < 100):
            return None
        value, period, end = self._times_months(value, period or before, end)
        amount = Amount(
            value.normalize() if value != value.to_integral_value() else value.quantize(Decimal(1)),
            currency,
            period,
            start,
            end,
        )
        return replace(amount, rank=self._rank(amount))

    def _currency_before(self, at: int) -> tuple[int, str | None]:
        if at == 0:
            return at, None
        mark = self.tokens[at - 1]
        gap = self.tokens[at].start - mark.end
        if mark.low == "." and at > 1 and self.tokens[at - 2].low in ("rs", "kr", "sfr", "fr"):
            return at - 2, self.words.words[self.tokens[at - 2].low] if self.tokens[at - 2].low != "fr" else "CHF"
        if gap > 1 or mark.kind not in (Kind.MARK, Kind.WORD):
            return at, None
        if mark.kind is Kind.MARK:
            if mark.low not in self.words.signs:
                return at, None
            if at > 1 and self.tokens[at - 2].end == mark.start and self.tokens[at - 2].kind is Kind.WORD:
                sign = self.words.signs.get(self.text[self.tokens[at - 2].start : mark.end].upper())
                if sign:
                    return at - 2, sign
            if (
                at > 1
                and self.tokens[at - 2].kind is Kind.WORD
                and self.tokens[at - 2].low in ("usd", "cad", "aud", "nzd", "sgd", "hkd")
            ):
                return at - 2, self.words.words[self.tokens[at - 2].low]
            return at - 1, self.words.signs[mark.low]
        written = self.text[mark.start : mark.end]
        if written == "R":
            return at - 1, "ZAR"
        if mark.low in self.words.words and (mark.low not in self.words.shy or written in self.words.shy_upper):
            return at - 1, self.words.words[mark.low]
        return at, None

    def _after(self, at: int, last: int, *, has_currency: bool) -> tuple[int, Decimal | None, str | None, str | None]:
        """Return where the sum ends, its multiplier, its currency, and the currency that the multiplier implies."""
        times: Decimal | None = None
        implied = None
        if at < len(self.tokens) and self.tokens[at].kind is Kind.WORD:
            low, start = self.tokens[at].low, self.tokens[at].start
            if low in self.words.bundles and start - last <= 1:
                times, currency = self.words.bundles[low]
                return at + 1, times, currency, None
            own = self.words.by_language.get(self.language, {})
            scale = own.get(low) or self.words.multipliers.get(low)
            glued = start == last
            if scale and (
                glued or (start - last <= 1 and (len(low) > _ONE_LETTER or has_currency or self._sign_at(at + 1)))
            ):
                times = Decimal(scale)
                implied = self.words.implied.get(low)
                last = self.tokens[at].end
                at += 1
                if at < len(self.tokens) and self.tokens[at].low == "." and self._sign_at(at + 1):
                    at += 1
                    last = self.tokens[at - 1].end
        if at + 2 < len(self.tokens) and self.tokens[at].low == "(" and self.tokens[at + 2].low == ")":
            currency = self._currency_of(self.tokens[at + 1], glued=True)
            if currency:
                return at + 3, times, currency, implied
        if at < len(self.tokens) and self.tokens[at].start - last <= 1:
            token = self.tokens[at]
            if token.low == "-" and at + 1 < len(self.tokens) and self.tokens[at + 1].low in self.words.words:
                token, at = self.tokens[at + 1], at + 1
            currency = self._currency_of(token, glued=token.start == last)
            if currency:
                return at + 1, times, currency, implied
        return at, times, None, implied

    def _sign_at(self, at: int) -> bool:
        return at < len(self.tokens) and self._currency_of(self.tokens[at], glued=False) is not None

    def _currency_of(self, token: Token, *, glued: bool) -> str | None:
        if token.kind is Kind.MARK:
            # "5 $ 10" cannot be told apart; a sign after a space belongs to what follows when a digit touches it.
            if token.low in self.words.signs and (glued or not self.text[token.end : token.end + 1].isdigit()):
                return self.words.signs[token.low]
            return None
        if token.low not in self.words.words:
            return None
        written = self.text[token.start : token.end]
        if (
            token.low in self.words.shy
            and written not in self.words.shy_upper
            and token.low not in ("bucks", "francs", "sterling", "rand")
        ):
            return None
        return self.words.words[token.low]

    def _is_something_else(self, at: int, end: int, prefix: str | None) -> bool:
        number = self.tokens[at]
        before = self.text[number.start - 1 : number.start]
        after = self.text[number.end : number.end + 1]
        if prefix is None and (before in {"#", "/", ":", "№", "_"} or (before.isalpha() and before < "\u3040")):
            return True
        if after in {"%", ":"} and self.text[number.end + 1 : number.end + 2].strip() != "" and after == ":":
            return True
        if after == "%" or (after == " " and self.text[number.end + 1 : number.end + 2] == "%"):
            return True
        if after == "/" and self.text[number.end + 1 : number.end + 2].isdigit():
            return True
        return prefix is None and self._counts_other(end)

    def _counts_other(self, end: int) -> bool:
        return end < len(self.tokens) and self.tokens[end].low in self.words.not_money

    def _period(self, at: int) -> tuple[Period | None, int]:
        """Return the period named right after a sum, and where its words end."""
        if at < len(self.tokens) and self.tokens[at].low in {"(", ","} and at + 1 < len(self.tokens):
            inner, end = self._period(at + 1)
            if inner and (end >= len(self.tokens) or self.tokens[end].low in {")", ",", ".", "\n"}):
                return inner, end
            return None, at
        slash = at < len(self.tokens) and self.text[self.tokens[at].start - 1 : self.tokens[at].start] == "/"
        for length in range(min(self.words.longest_period, len(self.tokens) - at), 0, -1):
            phrase = " ".join(token.low for token in self.tokens[at : at + length])
            if length == 2 and phrase.startswith("/ "):
                phrase = "/" + phrase[2:]
            period = self.words.periods.get("/" + phrase if slash else phrase) or self.words.periods.get(phrase)
            if period:
                return period, at + length
        return None, at

    def _period_before(self, at: int) -> Period | None:
        """Return the period of a label right before a sum: `ARR: 45000`."""
        for back in range(1, 4):
            if at - back < 0:
                return None
            low = self.tokens[at - back].low
            if low in {"arr", "acv", "tcv", "mrr"}:
                return self.words.periods[low]
            if low not in {":", "of", "-", "–", "=", "*", "is", "\ue003", "at", "\n"}:
                return None
        return None

    def _times_months(self, value: Decimal, period: Period | None, end: int) -> tuple[Decimal, Period | None, int]:
        """`$1,600/mo x 12` is a year's sum."""
        if period == "month" and end + 1 < len(self.tokens) and self.tokens[end].low in self.words.times:
            factor = self.tokens[end + 1]
            if factor.kind is Kind.NUMBER and factor.low.isdigit() and 1 < int(factor.low[:4]) <= 10 * _MONTHS:
                return value * int(factor.low), "year" if int(factor.low) == _MONTHS else "total", end + 2
        return value, period, end

    def _rank(self, amount: Amount) -> int:
        rank = -2 if amount.period in ("month", "week") else 0
        before = self.tokens[max(amount.start - 3, 0) : amount.start]
        lows = [token.low for token in before]
        if lows[-1:] == ["="]:
            rank += 5
        if (
            lows[-1:] in (["-"], ["–"], ["−"])
            and self.text[before[-1].end : before[-1].end + 1].strip()
            and not amount_follows_space(self.text, before[-1])
        ):
            rank -= 3
        if "(" in lows:
            rank -= 1
        if self._said(lows, self.words.not_price_before):
            rank -= 3
        after = [token.low for token in self.tokens[amount.end : amount.end + 2]]
        if after and (after[0] in self.words.not_price_after or " ".join(after) in self.words.not_price_after):
            rank -= 3
        return rank

    @staticmethod
    def _said(lows: list[str], phrases: frozenset[str]) -> bool:
        return any(" ".join(lows[-length:]) in phrases for length in (1, 2, 3) if len(lows) >= length)


def amount_follows_space(text: str, mark: Token) -> bool:
    """Whether a dash before a sum is a dash between words (`Acme - $5k`) and no minus sign (`-$5k`)."""
    return text[mark.end : mark.end + 1].isspace() or not text[max(mark.start - 1, 0) : mark.start].isspace()


def _is_grouped(number: str) -> bool:
    """`9,500` and `45.000` read as sums even when bare; `2024` and `3.5` do not."""
    digits = number.replace("’", "'")
    return len(digits) >= 5 and digits[-4] in ",.'\u00a0\u202f" and digits[-3:].isdigit()
