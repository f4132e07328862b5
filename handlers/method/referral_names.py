"""The names of people whom a customer named, as they are typed or pasted: one a line, each person once."""

from __future__ import annotations

import re
import unicodedata

from handlers.method.statement_capture import normalize_statement

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Soft hyphens, spaces without width, marks of direction: the clipboard brings them, and nobody sees them."""


def clean_name(typed: str) -> str:
    """The name on one line, without what nobody sees. Macs write "ë" in two characters: it is stored as one."""
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", typed)).split())


def name_key(name: str) -> str:
    """The same for two spellings of one name: case and forms of letters do not tell people apart."""
    return unicodedata.normalize("NFKC", clean_name(name)).casefold()


def read_names(typed: str) -> list[str]:
    """The names, one a line, each once; bullets and numbers of a pasted list are left out."""
    found: dict[str, str] = {}
    for line in typed.splitlines():
        name = normalize_statement(clean_name(line))
        if any(map(str.isalnum, name)):
            found.setdefault(name_key(name), name)
    return list(found.values())
