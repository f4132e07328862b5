"""When two spellings name the same customer: case, marks, spaces and legal forms do not count."""

from __future__ import annotations

import re
import unicodedata

_LEGAL_FORMS = frozenset(
    ("inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "plc", "corp", "corporation", "co", "company", "pty")
    + ("pte", "gmbh", "ag", "kg", "ug", "se", "sa", "sas", "sarl", "sl", "srl", "spa", "bv", "nv", "ab", "as", "asa")
    + ("aps", "oy", "oyj", "kk")
)
_WORDS = re.compile(r"[^\W_]+")
KEY_LENGTH = 255


def customer_key(name: str) -> str:
    """The name folded for comparing: `Northwind Dental, Inc.` and `northwind  dental` give the same key.

    Marks and accents are dropped, `&` reads as "and". A name that consists of legal forms only keeps them.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = _WORDS.findall(plain.casefold().replace("&", " and "))
    meaningful = [w for w in words if w not in _LEGAL_FORMS] or words
    if meaningful[-1:] == ["and"]:  # what is left of "& Co"
        meaningful = meaningful[:-1] or meaningful
    return (" ".join(meaningful) or name.strip().casefold())[:KEY_LENGTH]
