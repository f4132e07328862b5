"""Find amounts of money in tokens: `$45k`, `45.000,00 EUR`, `CHF 11'750`, `12 lakh`, `500万円`, `2,1 MSEK`, `4k/mo`.

Not a library's: price-parser, the maintained one, reads one price from a clean string. On the labelled posts it finds
the right number in 37 %, this module in all: it has no multipliers, no lakhs, no choice between several amounts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from handlers.detection.money import MoneyWords, money_words
from handlers.detection.numerals import is_grouped, parse_number, parse_spelled
from handlers.detection.tokens import Token, TokenKind

if TYPE_CHECKING:
    from handlers.detection.types import Period

LARGEST = Decimal(10) ** 13
SMALLEST_BARE = 100
"""The smallest number that counts as an amount without a currency or multiplier."""

_MONTHS = 12
_MAX_MONTHS = 120
_LABELS = frozenset({"arr", "acv", "tcv", "mrr"})
_AFTER_LABEL = frozenset({":", "of", "-", "–", "=", "is", "at", "\n", "\ue003"})
_NOT_BEFORE_AMOUNTS = frozenset("#/:№_")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount: its value in units of `currency`, and its tokens [start, end).

    `currency` is an ISO 4217 code, or `dollar`, `krona`, `yen` for a shared sign, or None. `rank` orders the
    amounts of a post: the highest is what the customer pays.
    """

    value: Decimal
    currency: str | None
    period: Period | None
    start: int
    end: int
    rank: int = 0


class _Suffix(NamedTuple):
    """What follows a number: its end, multiplier and currency."""

    end: int
    times: Decimal | None
    currency: str | None


def find_amounts(text: str, tokens: list[Token], language: str = "en") -> list[Amount]:
    """Return the amounts in `tokens` of `text`, in order. `language` decides words such as `mil`."""
    reader = _AmountParser(text, tokens, money_words(), language)
    found: list[Amount] = []
    at = 0
    while at < len(tokens):
        amount = None
        if tokens[at].kind is TokenKind.NUMBER:
            amount = reader.parse_digits(at)
        elif tokens[at].low in reader.words.units:
            amount = reader.parse_words(at)
        if amount is None:
            at += 1
        else:
            found.append(amount)
            at = max(amount.end, at + 1)
    return found


def best_amount(amounts: list[Amount]) -> Amount | None:
    """Return what the customer pays: the highest rank, the first of equals; if repeated, the one with a currency."""
    best = max(amounts, key=lambda amount: amount.rank, default=None)
    if best is None or best.currency:
        return best
    return next((amount for amount in amounts if amount.currency and amount.value == best.value), best)


@dataclass(frozen=True, slots=True)
class _AmountParser:
    """Parses the amount around a number."""

    text: str
    tokens: list[Token]
    words: MoneyWords
    language: str

    def parse_digits(self, at: int) -> Amount | None:
        number = self.tokens[at]
        start, prefix = self._currency_before(at)
        tail = self._suffix(at + 1, number.end, prefix)
        # There are no fractions before 万: `1,200万` is grouped.
        scaled = tail.times is not None and self._text_at(at + 1) < "\u3040"
        value = parse_number(number.low, scaled=scaled)
        if value is None or self._is_not_money(number, tail.end, prefix):
            return None
        named = tail.currency if prefix in (None, "dollar") and tail.currency else prefix
        currency = named or self.words.implied.get(self._text_at(at + 1))
        if tail.times is None and currency is None:
            return self._bare_amount(value, start, tail.end, number.low)
        return self._build_amount(value * (tail.times or 1), currency, start, tail.end)

    def parse_words(self, at: int) -> Amount | None:
        spelled = parse_spelled(self.tokens, at, self.words.units, self.words.all_multipliers)
        tail = self._suffix(spelled.end, self.tokens[spelled.end - 1].end, None)
        says_money = tail.currency or (spelled.scaled and spelled.value >= 1000) or self._period(tail.end)[0]
        if spelled.value < SMALLEST_BARE or not says_money or self._text_at(tail.end) in self.words.not_money:
            return None
        return self._build_amount(Decimal(spelled.value), tail.currency, at, tail.end)

    def _bare_amount(self, value: Decimal, start: int, end: int, written: str) -> Amount | None:
        """A bare number is an amount when it has thousands separators or a period."""
        grouped = is_grouped(written)
        told = grouped or self._period(end)[0] or self._period_before(start)
        found = self._build_amount(value, None, start, end) if told and value >= SMALLEST_BARE else None
        # "1,200 tents, $156,000": a grouped number may be a count
        return replace(found, rank=found.rank - 1) if found and grouped and not found.period else found

    def _build_amount(self, value: Decimal, currency: str | None, start: int, end: int) -> Amount | None:
        if not 0 < value < LARGEST:
            return None
        period, end = self._period(end)
        value, period, end = self._times_months(value, period or self._period_before(start), end)
        whole = value == value.to_integral_value()
        amount = Amount(value.quantize(Decimal(1)) if whole else value.normalize(), currency, period, start, end)
        return replace(amount, rank=self._rank(amount))

    def _text_at(self, at: int) -> str:
        return self.tokens[at].low if 0 <= at < len(self.tokens) else ""

    def _currency_before(self, at: int) -> tuple[int, str | None]:
        """Return the start of the amount, and the currency before its number."""
        if at == 0:
            return at, None
        mark = self.tokens[at - 1]
        if mark.low == "." and self._text_at(at - 2) in self.words.dotted:
            return at - 2, self.words.dotted[self._text_at(at - 2)]
        if self.tokens[at].start - mark.end > 1:
            return at, None
        if mark.low in self.words.signs:
            return self._sign_before(at - 1)
        written = self.text[mark.start : mark.end]
        if written == "R":
            return at - 1, "ZAR"
        word = self._currency_word(mark)
        return (at - 1, word) if word else (at, None)

    def _sign_before(self, at: int) -> tuple[int, str]:
        """`CA$` and `USD $` are more specific than `$`."""
        sign, letters = self.tokens[at], self.tokens[at - 1] if at else None
        if letters and letters.kind is TokenKind.WORD:
            if letters.end == sign.start and (
                code := self.words.signs.get(self.text[letters.start : sign.end].upper())
            ):
                return at - 1, code
            if letters.low in self.words.dollars:
                return at - 1, letters.low.upper()
        return at, self.words.signs[sign.low]

    def _suffix(self, at: int, last: int, prefix: str | None) -> _Suffix:
        """Parse what follows a number that ends at character `last`: multiplier, then currency.

        The currency before it, `prefix`, decides a multiplier that differs between languages: `R$ 180 mil`.
        """
        times: Decimal | None = None
        low = self._text_at(at)
        near = at < len(self.tokens) and self.tokens[at].start - last <= 1
        if near and low in self.words.bundles:
            return _Suffix(at + 1, *self.words.bundles[low])
        speakers = self.words.multipliers.get(self.words.spoken.get(prefix or "", self.language), {})
        scale = speakers.get(low) or self.words.all_multipliers.get(low)
        if scale and near and (self.tokens[at].start == last or prefix or len(low) > 1 or self._currency_at(at + 1)):
            times = Decimal(scale)
            last = self.tokens[at].end
            at += 1
            if self._text_at(at) == "." and self._currency_at(at + 1):  # "3 Mio. €"
                last = self.tokens[at].end
                at += 1
        if times and self._text_at(at) in self.words.between and self._currency_at(at + 1):  # "1,1 milioni di euro"
            last = self.tokens[at].end
            at += 1
        if self._text_at(at) == "(" and self._text_at(at + 2) == ")" and (currency := self._currency_at(at + 1)):
            return _Suffix(at + 3, times, currency)
        if at < len(self.tokens) and self.tokens[at].start - last <= 1 and (currency := self._currency_at(at, last)):
            country = self.words.signs.get(f"{self._text_at(at + 1).upper()}$") if currency == "dollar" else None
            return _Suffix(at + 2, times, country) if country else _Suffix(at + 1, times, currency)  # "65 000 $ CA"
        return _Suffix(at, times, None)

    def _currency_at(self, at: int, last: int = -1) -> str | None:
        """The currency at token `at` for the number before it, which ends at character `last`."""
        if at >= len(self.tokens):
            return None
        token = self.tokens[at]
        if token.kind is not TokenKind.MARK:
            return self._currency_word(token)
        # In "5 $ 10" the sign belongs to the digit that it touches.
        takes_next = token.start != last and self.text[token.end : token.end + 1].isdigit()
        return None if takes_next else self.words.signs.get(token.low)

    def _currency_word(self, token: Token) -> str | None:
        if token.low in self.words.shy and self.text[token.start : token.end] not in self.words.shy_upper:
            return None
        return self.words.words.get(token.low)

    def _is_not_money(self, number: Token, end: int, prefix: str | None) -> bool:
        """Whether the number is a percentage, a date, a time, an identifier, or counts something else."""
        before = self.text[number.start - 1 : number.start] if number.start else ""
        after = self.text[number.end : number.end + 2]
        if after[:1] == "%" or after == " %":
            return True
        if after[:1] in {"/", ":"} and after[1:].isdigit():
            return True
        if prefix is not None:
            return False
        in_word = before in _NOT_BEFORE_AMOUNTS or (before.isalpha() and before < "\u3040")
        return bool(before and in_word) or self._text_at(end) in self.words.not_money

    def _period(self, at: int) -> tuple[Period | None, int]:
        """Return the period right after an amount, and its end."""
        if self._text_at(at) in {"(", ","}:
            inner, end = self._named_period(at + 1)
            return (inner, end) if inner and self._text_at(end) in {")", ",", ".", "\n", ""} else (None, at)
        return self._named_period(at)

    def _named_period(self, at: int) -> tuple[Period | None, int]:
        if at >= len(self.tokens):
            return None, at
        slashed = self.text[self.tokens[at].start - 1] == "/"
        for length in range(min(self.words.longest_period, len(self.tokens) - at), 0, -1):
            phrase = " ".join(token.low for token in self.tokens[at : at + length]).replace("/ ", "/")
            period = self.words.periods.get(f"/{phrase}" if slashed else phrase) or self.words.periods.get(phrase)
            if period:
                return period, at + length
        return None, at

    def _period_before(self, at: int) -> Period | None:
        """Return the period of a label right before an amount: `ARR: 45000`, `年額500万円`."""
        if self._text_at(at - 1) >= "\u3040" and at:
            return self.words.periods.get(self._text_at(at - 1))
        for back in range(1, 4):
            low = self._text_at(at - back)
            if low in _LABELS:
                return self.words.periods[low]
            if low not in _AFTER_LABEL:
                return None
        return None

    def _times_months(self, value: Decimal, period: Period | None, end: int) -> tuple[Decimal, Period | None, int]:
        """`$1,600/mo x 12` is a yearly amount."""
        count = self._text_at(end + 1)
        if period == "month" and self._text_at(end) in self.words.times and count.isdecimal() and len(count) < 4:
            months = int(count)
            if 1 < months <= _MAX_MONTHS:
                return value * months, "year" if months == _MONTHS else "total", end + 2
        return value, period, end

    def _rank(self, amount: Amount) -> int:
        rank = -2 if amount.period in ("month", "week") else 0
        before = [self._text_at(at) for at in range(max(amount.start - 3, 0), amount.start)]
        after = [self._text_at(amount.end), self._text_at(amount.end + 1)]
        if before[-1:] == ["="]:
            rank += 5
        if before[-1:] == ["-"] and self._is_minus(amount.start - 1):
            rank -= 3
        if "(" in before:
            rank -= 1
        if any(" ".join(before[-length:]) in self.words.not_price_before for length in (1, 2, 3)):
            rank -= 3
        if after[0] in self.words.not_price_after or " ".join(after) in self.words.not_price_after:
            rank -= 3
        return rank

    def _is_minus(self, at: int) -> bool:
        """`-$5k` is negative; `Acme - $5k` is not."""
        dash = self.tokens[at]
        spaced_before = dash.start == 0 or self.text[dash.start - 1].isspace()
        return spaced_before and not self.text[dash.end : dash.end + 1].isspace()
