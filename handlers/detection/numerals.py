"""Read numbers: digits with the separators of any country, and English words (`seventy five thousand`)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from handlers.detection.tokens import Token

MAX_NUMBER_LENGTH = 24
"""Characters of a number; a longer run of digits is an identifier."""

MAX_SPELLED_WORDS = 12
"""The maximum number of words in a spelled number."""

_SPACES = str.maketrans("", "", "'’ \u00a0\u202f")
_GROUP = 3
_THOUSAND = 1000


class SpelledNumber(NamedTuple):
    """A number in words: its value, its end, and whether a word such as `thousand` scales it."""

    value: int
    end: int
    scaled: bool


def parse_number(written: str, *, scaled: bool) -> Decimal | None:
    """Parse digits with separators; `scaled`: a multiplier follows, so `1.250` is one and a quarter.

    None for anything that is not one number: a version, an address, an identifier.
    """
    if len(written) > MAX_NUMBER_LENGTH:
        return None
    plain = written.translate(_SPACES)
    if "." in plain and "," in plain:
        decimal, grouping = (".", ",") if plain.rfind(".") > plain.rfind(",") else (",", ".")
        return None if plain.count(decimal) > 1 else Decimal(plain.replace(grouping, "").replace(decimal, "."))
    groups = plain.replace(",", ".").split(".")
    if len(groups) == 1:
        return Decimal(plain)
    if len(groups) > 2:
        grouped = len(groups[-1]) == _GROUP and all(len(group) in (2, _GROUP) for group in groups[1:])
        return Decimal("".join(groups)) if grouped else None
    head, tail = groups
    thousands = len(tail) == _GROUP and len(head) <= _GROUP and head != "0" and not scaled
    return Decimal(head + tail) if thousands else Decimal(f"{head}.{tail}")


def is_grouped(written: str) -> bool:
    """Whether a number has thousands separators: `9,500` and `45.000`, but not `2024` and `3.5`."""
    return len(written) > _GROUP + 1 and not written[-_GROUP - 1].isdigit() and written[-_GROUP:].isdigit()


def parse_spelled(
    tokens: list[Token], at: int, units: Mapping[str, int], multipliers: Mapping[str, int]
) -> SpelledNumber:
    """Parse the number words from token `at`: `seventy five thousand`, or `sixty two fifty` for 6,250."""
    total, group, scaled = 0, 0, False
    chunks: list[int] = []
    limit = min(len(tokens), at + MAX_SPELLED_WORDS)
    while at < limit:
        low = tokens[at].low
        if low in units:
            unit = units[low]
            if group % 100 and not (group % 10 == 0 and unit < 10):
                chunks.append(group)
                group = 0
            group += unit
        elif low in multipliers and len(low) > 2 and (group or chunks):
            scaled = True
            group *= multipliers[low]
            if multipliers[low] >= _THOUSAND:
                total, group = total + group, 0
        elif low != "and" or not group:
            break
        at += 1
    if total or not chunks:
        return SpelledNumber(total + group, at, scaled)
    said_in_pairs = len(chunks) == 1 and 10 <= group < 100
    return SpelledNumber(chunks[0] * 100 + group if said_in_pairs else 0, at, scaled)
