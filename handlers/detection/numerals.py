"""Read numbers in digits: with the separators of any country, in any script, with an exponent (`1.2E+4`)."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

MAX_NUMBER_LENGTH = 24
"""Characters of a number; a longer run of digits is an identifier."""

_SPACES = str.maketrans("", "", "'’ \u00a0\u2009\u202f")
_MARKS = str.maketrans({"，": ",", "．": ".", "٬": ",", "٫": ".", "ｅ": "e", "Ｅ": "E"})
_SEPARATOR = r"[.,'’ \u00a0\u2009\u202f]"
_GROUPED = re.compile(rf"[1-9]\d{{0,2}}(?:{_SEPARATOR}\d{{2,3}}){{0,6}}({_SEPARATOR})\d{{3}}(?:(?!\1)[.,]\d{{1,2}})?")
_GROUP = 3


def plain_digits(written: str) -> str:
    """Return the number with the digits 0 to 9, the point and the comma: `４５，０００` and `٤٥٬٠٠٠` are `45,000`."""
    marks = written.translate(_MARKS)
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in marks)


def parse_number(written: str, *, scaled: bool) -> Decimal | None:
    """Parse digits with separators; `scaled`: a multiplier follows, so `1.250` is one and a quarter.

    None for anything that is not one number: a version, an address, an identifier.
    """
    if len(written) > MAX_NUMBER_LENGTH:
        return None
    mantissa, _, exponent = written.lower().partition("e")
    if exponent:
        significant = parse_number(mantissa, scaled=True)
        return None if significant is None else significant.scaleb(int(exponent))
    plain = written.translate(_SPACES)
    if "." in plain and "," in plain:
        decimal, grouping = (".", ",") if plain.rfind(".") > plain.rfind(",") else (",", ".")
        return None if plain.count(decimal) > 1 else Decimal(plain.replace(grouping, "").replace(decimal, "."))
    groups = plain.replace(",", ".").split(".")
    if len(groups) == 1:
        return Decimal(plain)
    if len(groups) > 2:
        sizes = (2, _GROUP) if "," in plain else (_GROUP,)  # 1,25,000 in India; 192.30.252.131 is an address
        grouped = len(groups[-1]) == _GROUP and all(len(group) in sizes for group in groups[1:])
        return Decimal("".join(groups)) if grouped else None
    head, tail = groups
    thousands = len(tail) == _GROUP and 0 < len(head) <= _GROUP and head != "0" and not scaled
    return Decimal(head + tail) if thousands else Decimal(f"{head}.{tail}")


def is_grouped(written: str) -> bool:
    """Whether a number has thousands separators: `9,500`, `45.000` and `1.250.000,00`, but not `2024` and `3.5`."""
    return len(written) > _GROUP + 1 and _GROUPED.fullmatch(written) is not None


def has_exponent(written: str) -> bool:
    """Whether a number is written as `1.2E+4`, the way spreadsheets and exports shorten it."""
    return "e" in written.lower()
