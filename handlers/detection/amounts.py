"""Find amounts of money in tokens: `$45k`, `45.000,00 EUR`, `CHF 11'750`, `12 lakh`, `500万円`, `2,1 MSEK`, `4k/mo`.

Not a library's: price-parser, the maintained one, reads one price from a clean string. On the labelled posts it finds
the right number in 37 %, this module in all: it has no multipliers, no lakhs, no choice between several amounts.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from handlers.detection.markup import BOLD
from handlers.detection.money import MoneyWords, money_words
from handlers.detection.numerals import has_exponent, is_grouped, parse_number
from handlers.detection.price_roles import assign_roles
from handlers.detection.spelled_numbers import NumberWords, parse_spelled
from handlers.detection.tokens import Token, TokenKind

if TYPE_CHECKING:
    from handlers.detection.types import Period

LARGEST = Decimal(10) ** 13
SMALLEST_BARE = 100
"""The smallest number that counts as an amount without a currency or multiplier."""
LOWEST_RANK = -5
"""An amount of a lower rank is something else than a price: a salary, a list price, what somebody saved."""

_BRACKET_DISTANCE = 6
_HUNDRED = 100
_THOUSAND = 1000
_MONTHS = 12
_MAX_MONTHS = 120
_LABELS = frozenset({"arr", "acv", "tcv", "mrr"})
_AFTER_LABEL = frozenset({":", "of", "-", "–", "=", "is", "at", "\n", BOLD})
_AFTER_NAMED_PERIOD = frozenset({":", "=", "of", "value", "fee", "contract", "price", "\n", BOLD})
_NOT_BEFORE_AMOUNTS = frozenset("/№_")
_LABEL_ENDS = frozenset({":", "=", "\n", BOLD})
_DASHES = frozenset("-–—‑−")
_SHARED_SIGNS = frozenset({"dollar", "krona", "yen"})


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount: its value in units of `currency`, and its tokens [start, end).

    `currency` is an ISO 4217 code, or `dollar`, `krona`, `yen` for a shared sign, or None. `upper` is the upper end of
    a range (`$40-50k`), whose lower end is `value`. `per_unit`: it is the price of one of several (`$99 per seat`).
    Neither is what the deal is worth. `rank` orders the other amounts: the highest is what the customer pays.
    """

    value: Decimal
    currency: str | None
    period: Period | None
    start: int
    end: int
    rank: int = 0
    upper: Decimal | None = None
    per_unit: bool = False

    @property
    def is_total(self) -> bool:
        """Whether it can be the whole sum of a deal: neither a range nor a unit price."""
        return self.upper is None and not self.per_unit


class _Suffix(NamedTuple):
    """What follows a number: its end, multiplier and currency."""

    end: int
    times: Decimal | None
    currency: str | None


class _Number(NamedTuple):
    """A number with its multiplier and currency, at the tokens [start, end).

    `prefixed`: the currency stands before it. `is_money`: it is an amount on its own; `is_count`: or it may be a count.
    """

    value: Decimal
    times: Decimal | None
    currency: str | None
    prefixed: bool
    start: int
    end: int
    is_money: bool
    is_count: bool

    @property
    def total(self) -> Decimal:
        return self.value * (self.times or 1)

    @property
    def is_marked(self) -> bool:
        """Whether a currency or a multiplier says that it is money."""
        return self.currency is not None or self.times is not None


def _ends(first: _Number, second: _Number) -> tuple[Decimal, Decimal]:
    """Return the ends of a range. One multiplier serves both: `40-50k`, but not `$800-1.2k`."""
    rising = first.value < second.value
    lower_times = first.times or (second.times if rising and first.value < _THOUSAND else None)
    upper_times = second.times or (first.times if rising and second.value < _THOUSAND else None)
    return first.value * (lower_times or 1), second.value * (upper_times or 1)


def find_amounts(text: str, tokens: list[Token], language: str = "en", below: Decimal = LARGEST) -> list[Amount]:
    """Return the amounts in `tokens` of `text`, in order. `language` decides words such as `mil`.

    What is not less than `below` is no amount of money, but an identifier.
    """
    words = money_words()
    spelled = words.spelled.get(language, words.spelled["en"])
    reader = _AmountParser(text, tokens, words, spelled, language, below)
    number, openers = TokenKind.NUMBER, spelled.openers
    found: list[Amount] = []
    free = 0
    for at in [at for at, (kind, low, _, _) in enumerate(tokens) if kind is number or low in openers]:
        amount = reader.parse(at) if at >= free else None
        if amount is not None:
            found.append(amount)
            free = amount.end
    return assign_roles(text, tokens, found, words) if found else found


def best_amount(amounts: list[Amount]) -> Amount | None:
    """Return what the customer pays: the highest rank; of equals the first with a currency, or else the first.

    None if the post has only ranges, unit prices and sums of something else: then somebody has to be asked.
    """
    totals = [amount for amount in amounts if amount.is_total and amount.rank >= LOWEST_RANK]
    best = max(totals, key=lambda amount: (amount.rank, amount.currency is not None), default=None)
    if best is None or best.currency:
        return best
    return next((amount for amount in totals if amount.currency and amount.value == best.value), best)


def _plain(low: str) -> str:
    """Return full-width and mathematical letters as plain ones: the `ｋ` of `４５ｋ`."""
    return unicodedata.normalize("NFKC", low).lower()


@dataclass(frozen=True, slots=True)
class _AmountParser:
    """Parses the amount around a number."""

    text: str
    tokens: list[Token]
    words: MoneyWords
    spelled: NumberWords
    language: str
    below: Decimal

    def parse(self, at: int) -> Amount | None:
        """Return the amount whose number begins at token `at`."""
        first = self._number(at)
        if first is None:
            return None
        second = self._range_end(first)
        if second is not None:
            return self._build_range(first, second)
        return self._build_single(first) if first.is_money else None

    def _opens_number(self, at: int) -> bool:
        token = self.tokens[at]
        return token.kind is TokenKind.NUMBER or token.low in self.spelled.openers

    def _number(self, at: int) -> _Number | None:
        if at >= len(self.tokens) or not self._opens_number(at):
            return None
        return self._digits(at) if self.tokens[at].kind is TokenKind.NUMBER else self._words(at)

    def _digits(self, at: int) -> _Number | None:
        number = self.tokens[at]
        start, prefix = self._currency_before(at)
        tail = self._suffix(at + 1, number.end, prefix)
        # There are no fractions before 万: `1,200万` is grouped.
        scaled = tail.times is not None and self._text_at(at + 1) < "\u3040"
        value = parse_number(number.low, scaled=scaled)
        if value is None or self._is_not_money(at, tail, prefix):
            return None
        named = tail.currency if (prefix is None or prefix in _SHARED_SIGNS) and tail.currency else prefix
        currency = named or self.words.implied.get(self._text_at(at + 1))
        grouped = is_grouped(number.low)
        bare = tail.times is None and currency is None
        is_money = not bare or (
            value >= SMALLEST_BARE
            and (
                grouped
                or has_exponent(number.low)
                or self._period(tail.end)[0] is not None
                or self._period_before(start) is not None
                or self._is_labelled(start)
            )
        )
        return _Number(value, tail.times, currency, prefix is not None, start, tail.end, is_money, bare and grouped)

    def _words(self, at: int) -> _Number | None:
        spelled = parse_spelled(self.tokens, at, self.spelled)
        if spelled is None:
            return None
        end, currency = self._currency_after(spelled.end, self.tokens[spelled.end - 1].end, scaled=True)
        if currency is None and self._text_at(end) == "," and (named := self._currency_at(end + 1)):
            end, currency = end + 2, named  # "thirty five k, dollars"
        if spelled.words > 1:  # "twelve lakh"
            currency = currency or self.words.implied.get(self._text_at(spelled.end - 1))
        # "a million thanks": a single word counts with its currency only
        told = spelled.words > 1 and (spelled.scale > 1 or self._period(end)[0] is not None)
        is_money = (
            spelled.value >= SMALLEST_BARE
            and (currency is not None or told)
            and self._text_at(end) not in self.words.not_money
        )
        times = Decimal(spelled.scale) if spelled.scale > 1 else None
        value = spelled.value / (times or 1)
        return _Number(value, times, currency, False, spelled.start, end, is_money, False)

    def _range_end(self, first: _Number) -> _Number | None:
        """Return the second number of a range: `$40-50k`, `20k to 25k`, `between 40 and 50k`."""
        if first.end >= len(self.tokens):
            return None
        link, at = self.tokens[first.end], first.end + 1
        between = self._text_at(first.start - 1) in self.words.between_two
        spaced = True
        if self.text[link.start - 1] in _DASHES and link.low not in _DASHES:  # "US$40k-US$50k": no token of its own
            spaced, at = False, first.end
        elif link.low in _DASHES:
            spaced = self.text[link.end : link.end + 1].isspace()
            if spaced and not first.is_marked:
                return None
        elif not self._is_range_word(link.low, first.start, between=between):
            return None
        number = next((one for one in range(at, min(at + 3, len(self.tokens))) if self._opens_number(one)), at)
        second = self._number(number)
        if second is None or second.start != at:
            return None
        return second if self._spans(first, second, between=between, spaced=spaced) else None

    def _is_range_word(self, low: str, start: int, *, between: bool) -> bool:
        """Whether a word links two numbers to a range: `40k to 50k`. `From 40k to 50k` is a change of price."""
        if between and low in self.words.range_and:
            return True
        changed = self._text_at(start - 1) in self.words.change_from
        return low in self.words.range_to and (not changed or self._text_at(start - 2) in self.words.ranging)

    def _spans(self, first: _Number, second: _Number, *, between: bool, spaced: bool) -> bool:
        """Whether two numbers with a dash or `to` between them are the ends of a range of money."""
        lower, upper = _ends(first, second)
        if lower >= upper:
            return False
        if second.is_money and not second.is_count:
            # "2024-$50k": a currency before the second number only
            return first.is_marked or between or not second.prefixed
        # "$40-50", but "$45k - 24 months" and "20k-2025"
        bare = not spaced and second.value <= first.value * 10 and not self._is_word(second.end)
        return first.is_marked and (second.is_count or bare)

    def _is_word(self, at: int) -> bool:
        return at < len(self.tokens) and self.tokens[at].kind is TokenKind.WORD

    def _build_range(self, first: _Number, second: _Number) -> Amount | None:
        lower, upper = _ends(first, second)
        at_least = self._says_at_least(first.start)
        currency = first.currency or second.currency
        return self._build_amount(lower, currency, first.start, second.end, upper=None if at_least else upper)

    def _says_at_least(self, start: int) -> bool:
        before = [self._text_at(at) for at in range(max(start - 3, 0), start)]
        return any(" ".join(before[-length:]) in self.words.at_least for length in (1, 2, 3))

    def _build_single(self, number: _Number) -> Amount | None:
        found = self._build_amount(number.total, number.currency, number.start, number.end)
        # "1,200 tents, $156,000": a grouped number may be a count
        return replace(found, rank=-1) if found and number.is_count and not found.period else found

    def _build_amount(
        self, value: Decimal, currency: str | None, start: int, end: int, *, upper: Decimal | None = None
    ) -> Amount | None:
        if not 0 < value < self.below:
            return None
        period, end = self._period(end)
        if currency is None and self._text_at(end) in self.words.currency_after:  # "14,200 a year in USD"
            currency = self._currency_at(end + 1)
            end += 2 if currency else 0
        currency = currency or self._currency_in_brackets(end)
        value, period, end = self._times_months(value, period or self._period_before(start), end)
        whole = value == value.to_integral_value()
        value = value.quantize(Decimal(1)) if whole and value < LARGEST else value.normalize()
        return Amount(value, currency, period, start, end, upper=upper)

    def _text_at(self, at: int) -> str:
        if not 0 <= at < len(self.tokens):
            return ""
        low = self.tokens[at].low
        return low if low.isascii() else _plain(low)

    def _is_labelled(self, at: int) -> bool:
        """Whether a label says that a number is an amount: `Value = 9000`."""
        return self._text_at(at - 1) in {":", "="} and self._text_at(at - 2) in self.words.amount_labels

    def _currency_before(self, at: int) -> tuple[int, str | None]:
        """Return the start of the amount, and the currency before its number."""
        if at == 0:
            return at, None
        mark = self.tokens[at - 1]
        if mark.low in _LABEL_ENDS and (labelled := self._labelled_currency(at - 1)):
            return at, labelled
        if mark.low == "." and self._text_at(at - 2) in self.words.dotted:
            return at - 2, self.words.dotted[self._text_at(at - 2)]
        if self.tokens[at].start - mark.end > 1:
            return at, None
        if mark.low in self.words.signs:
            return self._sign_before(at - 1)
        word = "ZAR" if self.text[mark.start : mark.end] == "R" else self._currency_word(mark)
        return (at - 1, word) if word else (at, None)

    def _labelled_currency(self, at: int) -> str | None:
        """Return the currency of a label that ends at token `at`: `Amount (EUR): 5,000`, `Net £: 5,000`."""
        while at > 0 and self.tokens[at].low in _LABEL_ENDS:
            at -= 1
        if self.tokens[at].low == ")" and self._text_at(at - 2) == "(":
            return self._currency_at(at - 1)
        return self.words.signs.get(self.tokens[at].low)

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
        if self._is_dash_for_cents(at, last):  # "45'000.- CHF"
            at += 2
            last = self.tokens[at - 1].end
        low = self._text_at(at)
        near = at < len(self.tokens) and self.tokens[at].start - last <= 1
        if near and low in self.words.bundles:
            return _Suffix(at + 1, *self.words.bundles[low])
        speakers = self.words.multipliers.get(self.words.spoken.get(prefix or "", self.language), {})
        scale = speakers.get(low) or self.words.all_multipliers.get(low)
        if scale and near and (self.tokens[at].start == last or prefix or len(low) > 1 or self._currency_at(at + 1)):
            times = Decimal(scale)
        elif near and low in self.words.before_currency:
            times = self._times_beside_currency(at, prefix)
        if times:
            last = self.tokens[at].end
            at += 1
            more = self.words.all_multipliers.get(self._text_at(at))
            if times == _HUNDRED and more:  # "2 hundred thousand"
                times *= more
                last = self.tokens[at].end
                at += 1
            if self._text_at(at) == "." and self._currency_at(at + 1):  # "3 Mio. €"
                last = self.tokens[at].end
                at += 1
        end, currency = self._currency_after(at, last, scaled=times is not None)
        return _Suffix(end, times, currency)

    def _times_beside_currency(self, at: int, prefix: str | None) -> Decimal | None:
        """`45 t€`, `45 t.kr.`, `3.4L INR`, `₹3.4L`."""
        times, only = self.words.before_currency[self._text_at(at)]
        following = self._currency_at(at + 1 + (self._text_at(at + 1) == "."))
        word = len(self._text_at(at)) > 1  # "₽1,2 млн", but not "$5 t"
        told = (prefix or following) if only or word else following
        return times if told and only in ("", told) else None

    def _is_dash_for_cents(self, at: int, last: int) -> bool:
        """`.-` or `,-` right behind a number says that there are no cents."""
        if at + 1 >= len(self.tokens) or self.tokens[at].low not in ".," or self.tokens[at].start != last:
            return False
        dash = self.tokens[at + 1]
        return dash.low in _DASHES and dash.start == last + 1 and not self.text[dash.end : dash.end + 1].isalnum()

    def _currency_after(self, at: int, last: int, *, scaled: bool) -> tuple[int, str | None]:
        """Return the end and the currency of what follows a number that ends at character `last`."""
        if scaled and self._text_at(at) in self.words.between and self._currency_at(at + 1):  # "1,1 milioni di euro"
            last = self.tokens[at].end
            at += 1
        mark = self._text_at(at)
        if mark == "(" and self._text_at(at + 2) == ")" and (currency := self._currency_at(at + 1)):
            return at + 3, currency
        if mark == "#" and (currency := self._currency_at(at + 1)):  # "#35k #gbp"
            return at + 2, currency
        if at < len(self.tokens) and self.tokens[at].start - last <= 1 and (currency := self._currency_at(at, last)):
            country = self._country_after(at + 1) if self.tokens[at].low == "$" else None
            return (at + 2, country) if country else (at + 1, currency)
        if mark in self.words.countries and self._currency_at(at + 1):  # "45k Canadian dollars"
            return at + 2, self.words.countries[mark]
        return at, None

    def _country_after(self, at: int) -> str | None:
        """`65 000 $ CA`."""
        if not self._is_word(at):
            return None
        return self.words.signs.get(f"{self.text[self.tokens[at].start : self.tokens[at].end]}$")

    def _currency_in_brackets(self, end: int) -> str | None:
        """`26k extra per year ($)`."""
        limit = min(len(self.tokens) - 2, end + _BRACKET_DISTANCE)
        at = next(
            (at for at in range(end, limit) if self.tokens[at].low == "(" and self.tokens[at + 2].low == ")"), None
        )
        return None if at is None else self._currency_at(at + 1)

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
        return self.words.words.get(token.low if token.low.isascii() else _plain(token.low))

    def _is_not_money(self, at: int, tail: _Suffix, prefix: str | None) -> bool:
        """Whether the number is a percentage, a date, a time, an identifier, or counts something else."""
        number = self.tokens[at]
        after = self.text[number.end : number.end + 2]
        if after[:1] == "%" or after == " %" or (after[:1] in {"/", ":"} and after[1:].isdigit()):
            return True
        if prefix is not None:
            return False
        if self._is_in_identifier(number.start, scaled=tail.times is not None):
            return True
        end = tail.end + (self._text_at(tail.end) == "+")  # "100k+ rows"
        return tail.currency is None and (
            self._text_at(end) in self.words.not_money
            or (tail.times is None and self._text_at(end) == "of")  # "20,000 of the boxes"
            or self._text_at(at - 1) in self.words.not_money_before
            or self._counts_things(end)
        )

    def _is_in_identifier(self, start: int, *, scaled: bool) -> bool:
        """Whether what touches a number makes it a part of something: `#4500129`, `11:58`, `B45`; but `#35k`."""
        before = self.text[start - 1 : start] if start else ""
        if before == "#":
            return not scaled
        if before == ":":
            return self.text[start - 2 : start - 1].isdigit()
        return bool(before) and (before in _NOT_BEFORE_AMOUNTS or (before.isalpha() and before < "\u3040"))

    def _counts_things(self, at: int) -> bool:
        """Whether the word at token `at` is a plural: `12,400 trailers`, `5k doors`."""
        if self.language != "en" or not self._is_word(at):
            return False
        token = self.tokens[at]
        written = self.text[token.start : token.end]
        plural = len(written) > 3 and written.endswith("s") and not written.endswith("ss") and written.islower()
        return plural and token.low not in self.words.no_plurals and self._period(at)[0] is None

    def _period(self, at: int) -> tuple[Period | None, int]:
        """Return the period right after an amount, and its end."""
        if self._text_at(at) == "." and self._text_at(at - 1) in self.words.dotted:  # "1,2 mio. kr. om året"
            inner, end = self._named_period(at + 1)
            return (inner, end) if inner else (None, at)
        if self._text_at(at) in {"(", ","}:
            inner, end = self._named_period(at + 1)
            return (inner, end) if inner and self._text_at(end) in {")", ",", ".", "\n", ""} else (None, at)
        return self._named_period(at)

    def _named_period(self, at: int) -> tuple[Period | None, int]:
        if at >= len(self.tokens) or self.tokens[at].low not in self.words.period_openers:
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
        named = True
        for back in range(1, 4):
            low = self._text_at(at - back)
            if low in _LABELS:
                return self.words.periods[low]
            if named and low in self.words.named_periods:  # "Annual: $45,000"
                return self.words.periods[low]
            named = named and low in _AFTER_NAMED_PERIOD
            if not named and low not in _AFTER_LABEL:
                return None
        return None

    def _times_months(self, value: Decimal, period: Period | None, end: int) -> tuple[Decimal, Period | None, int]:
        """`$1,600/mo x 12` is a yearly amount, `$99/mo x 40 seats` a unit price."""
        count = self._text_at(end + 1)
        if period == "month" and self._text_at(end) in self.words.times and count.isdecimal() and len(count) < 4:
            months, thing = int(count), self._text_at(end + 2)
            things = thing in self.words.unit_things or (
                thing in self.words.not_money and thing not in self.words.months
            )
            if 1 < months <= _MAX_MONTHS and not things:
                return value * months, "year" if months == _MONTHS else "total", end + 2
        return value, period, end
