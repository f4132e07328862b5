"""Read numbers in words: `a hundred and twenty thousand`, `two and a half million`, `fünfzigtausend`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from handlers.detection.tokens import Token

MAX_SPELLED_WORDS = 12
"""The maximum number of words in a spelled number."""

_HUNDRED = 100
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The number words of a language, and English.

    `units` are added (`twenty`, `hundertzwanzigtausend`), `parts` are fractions (`half`), of which the `plural_parts`
    are counted (`three quarters`), `scales` multiply (`million`). `joins` may stand inside a number (`and`), `articles`
    before a scale (`a million`). `vague` words before it make it no number (`several thousand`). `in_pairs`: `sixty two
    fifty` is 6,250.
    """

    units: Mapping[str, int]
    parts: Mapping[str, Decimal]
    plural_parts: frozenset[str]
    scales: Mapping[str, int]
    joins: frozenset[str]
    articles: frozenset[str]
    vague: frozenset[str]
    point: frozenset[str]
    in_pairs: bool
    openers: frozenset[str]
    """The words that may open a number, apart from articles."""


class SpelledNumber(NamedTuple):
    """A number in words: its value, its tokens [start, end), how many number words, and the last scale (or 1)."""

    value: Decimal
    start: int
    end: int
    words: int
    scale: int


def number_words(tables: Mapping[str, Any], scales: Mapping[str, int], english: NumberWords | None) -> NumberWords:
    """Build the words of a language from its `numbers` table; `english` is None for English itself."""

    def listed(name: str, inherited: frozenset[str]) -> frozenset[str]:
        return frozenset(tables.get(name, ())) | inherited

    nothing: frozenset[str] = frozenset()
    units = (dict(english.units) if english else {}) | _with_compounds(tables)
    parts = (dict(english.parts) if english else {}) | {
        word: Decimal(str(part)) for word, part in tables.get("parts", {}).items()
    }
    spelled = {word: scale for word, scale in scales.items() if len(word) > 2 or word == "k"}
    return NumberWords(
        units=units,
        parts=parts,
        plural_parts=listed("plural_parts", english.plural_parts if english else nothing),
        scales=spelled,
        joins=listed("joins", english.joins if english else nothing),
        articles=listed("articles", english.articles if english else nothing),
        vague=listed("vague", english.vague if english else nothing),
        point=listed("point", english.point if english else nothing),
        in_pairs=english is None,
        openers=frozenset((*units, *parts, *(word for word in spelled if len(word) > 2))),
    )


def _with_compounds(tables: Mapping[str, Any]) -> dict[str, int]:
    """The units and the words built of them: `fünfundvierzig` where a language says 5 and 40, and `fünfzigtausend`."""
    units = {word: int(value) for word, value in tables.get("units", {}).items()}
    compounds: Mapping[str, str] = tables.get("compounds", {})
    if not compounds:
        return units
    ones = {word: value for word, value in units.items() if 0 < value < 10}
    tens = {word: value for word, value in units.items() if 20 <= value < _HUNDRED}
    for ten, tens_value in tens.items():
        for one, value in ones.items():
            units[f"{one}{compounds['and']}{ten}" if "and" in compounds else f"{ten}{one}"] = tens_value + value
    below_hundred = {word: value for word, value in units.items() if 0 < value < _HUNDRED}
    hundred, thousand = compounds.get("hundred", ""), compounds["thousand"]
    if hundred:
        for count, value in {"": 1, **ones}.items():
            units[count + hundred] = value * _HUNDRED
            units[count + hundred + thousand] = value * _HUNDRED * _THOUSAND
            for ten, more in tens.items():
                units[count + hundred + ten + thousand] = (value * _HUNDRED + more) * _THOUSAND
    units |= {word + thousand: value * _THOUSAND for word, value in below_hundred.items()}
    return units


def parse_spelled(tokens: list[Token], at: int, words: NumberWords) -> SpelledNumber | None:
    """Parse the number words from token `at`, which is an opener. None for `several thousand` and half-read numbers."""
    start = _opening(tokens, at, words)
    if start is None:
        return None
    total, group, pair = Decimal(0), Decimal(0), Decimal(0)
    count, said_scale, end, last = 0, 1, at, ""
    joined = False
    limit = min(len(tokens), at + MAX_SPELLED_WORDS)
    while at < limit:
        low = tokens[at].low
        if low in words.units and _fits(words.units[low], group):
            total, group = _add_unit(words.units[low], total, group)
            said_scale = _THOUSAND if group == 0 else said_scale
        elif low in words.units and words.in_pairs and group and not pair:
            pair, group = group, Decimal(words.units[low])
        elif low in words.parts:
            total, group = _add_part(low, total, group, last, said_scale, words, joined=joined)
        elif low in words.scales:
            said_scale = words.scales[low] if words.scales[low] >= _THOUSAND else said_scale
            total, group = _scale(words.scales[low], total, group + pair * _HUNDRED)
            pair = Decimal(0)
        elif low in words.point and count and at + 1 < limit and tokens[at + 1].low in words.units:
            at, fraction = _fraction(tokens, at + 1, words)
            group += fraction
        elif low not in words.joins or not _goes_on(tokens, at + 1, last, group, words):
            break
        else:
            at, joined = at + 1, True
            continue
        last, count, at, joined = low, count + 1, at + 1, False
        end = at
    if pair and (total or not 10 <= group < _HUNDRED):
        return None
    return SpelledNumber(total + group + pair * _HUNDRED, start, end, count, said_scale)


def _opening(tokens: list[Token], at: int, words: NumberWords) -> int | None:
    """Return the first token of the number: the article of `a million`. None inside a number, and for a vague one."""
    before = tokens[at - 1].low if at else ""
    start = at - 1 if before in words.articles and tokens[at].low not in words.units else at
    vague = start > 0 and tokens[start - 1].low in words.vague
    return None if vague or before in words.units else start


def _fits(unit: int, group: Decimal) -> bool:
    """Whether a unit can follow what was said: `twenty` and `two`, but not `sixty two` and `fifty`."""
    room = 10 if unit < 10 else _HUNDRED
    return (group % room == 0 and (group == 0 or group >= 20)) or (unit == _HUNDRED and 0 < group < 10)


def _add_unit(unit: int, total: Decimal, group: Decimal) -> tuple[Decimal, Decimal]:
    if unit >= _THOUSAND:
        return total + group + unit, Decimal(0)
    return total, group * unit if unit == _HUNDRED and group else group + unit


def _scale(scale: int, total: Decimal, group: Decimal) -> tuple[Decimal, Decimal]:
    scaled = (group or Decimal(1)) * scale
    return (total, scaled) if scale < _THOUSAND else (total + scaled, Decimal(0))


def _add_part(
    low: str, total: Decimal, group: Decimal, last: str, scale: int, words: NumberWords, *, joined: bool
) -> tuple[Decimal, Decimal]:
    part = words.parts[low]
    if group and low in words.plural_parts:  # "three quarters"
        return total, group * part
    if last in words.articles and not joined:  # "un demi-million", "one half"
        return total, part
    if total and not group:  # "a million and a half"
        return total + part * scale, group
    return total, group + part


def _fraction(tokens: list[Token], at: int, words: NumberWords) -> tuple[int, Decimal]:
    """Read the digits after `point`; return the position of the last, and their value below 1."""
    digits = ""
    while at < len(tokens) and len(digits) < MAX_SPELLED_WORDS and 0 <= words.units.get(tokens[at].low, -1) < 10:
        digits += str(words.units[tokens[at].low])
        at += 1
    return at - 1, Decimal(f"0.{digits}")


def _goes_on(tokens: list[Token], at: int, last: str, group: Decimal, words: NumberWords) -> bool:
    """Whether the number goes on behind a join: `hundred and twenty`, `two and a half`, `half a million`."""
    limit = min(len(tokens), at + 2)
    while at < limit and tokens[at].low in words.joins:
        at += 1
    low = tokens[at].low if at < len(tokens) else ""
    if low in words.scales:
        return last in words.parts
    return low in words.parts or (group > 0 and low in words.units and _fits(words.units[low], group))
