"""When two spellings name the same customer: case, marks, spaces and legal forms do not count."""

from __future__ import annotations

import re
import unicodedata

_LEGAL_FORMS = frozenset(
    {"inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "plc", "corp", "corporation", "co", "company", "pty"}
    | {"pte", "gmbh", "ag", "kg", "ug", "se", "sa", "sas", "sarl", "sl", "srl", "spa", "bv", "nv", "ab", "as", "asa"}
    | {"aps", "oy", "oyj", "kk"}
)
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_WORDS = re.compile(r"[^\W_]+")
KEY_LENGTH = 255


def customer_key(name: str) -> str:
    """The name folded for comparing: `Northwind Dental, Inc.` and `northwind  dental` give the same key.

    Marks and accents are dropped, `&` reads as "and", `S.A.` as "sa". Legal forms count only where they are part of the
    name: before its last word, or as all there is (`AB Foods`, `Limited`).
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = _WORDS.findall(_INITIALS.sub("", plain.casefold().replace("&", " and ")))
    while len(words) > 1 and (words[-1] in _LEGAL_FORMS or words[-1] == "and"):  # "and" is left of "& Co"
        words.pop()
    return (" ".join(words) or name.strip().casefold())[:KEY_LENGTH].rstrip()
