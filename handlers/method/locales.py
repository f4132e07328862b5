"""A person's locale: what a platform says of it, and how numbers are written for them."""

from __future__ import annotations

from babel.core import Locale, UnknownLocaleError

LONGEST = 35
"""Characters of a language tag that matter."""


def known_locale(said: str | None) -> str | None:
    """The locale that a platform names (`en-GB`, `pt_BR`), as Babel writes it (`en_GB`); None for one that is none."""
    try:
        locale = Locale.parse((said or "").strip()[:LONGEST].replace("-", "_"), resolve_likely_subtags=False)
    except (ValueError, UnknownLocaleError):
        return None
    return "_".join(filter(None, (locale.language, locale.script, locale.territory)))


def number_locale(person: str | None, texts: str = "en") -> str:
    """The locale for the numbers in texts of the locale `texts`: the person's region counts, not another language."""
    if person is None or Locale.parse(person).language != Locale.parse(texts).language:
        return texts
    return person
