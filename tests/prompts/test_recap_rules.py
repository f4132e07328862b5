"""The recap rules can be edited, and a mistake in them is an error with its line."""

from __future__ import annotations

from importlib.resources import files

import pytest

from prompts.errors import PlaybookError
from prompts.recap_rules import recap_rules
from tests.prompts.conftest import WriteLocale

RECAP = (files("prompts") / "locales" / "en" / "recap.toml").read_text(encoding="utf-8")


def test_the_english_lists_are_usable() -> None:
    rules = recap_rules()

    assert all(before and after for before, after in rules.quotes)
    for words in (rules.legal, rules.inviting):
        assert list(words) == sorted(set(words))
        assert all(word == word.strip().casefold() for word in words)
    for names in (rules.names.titles, rules.names.suffixes, rules.names.roles, rules.names.particles):
        assert all(word == word.strip(" .,").casefold() for word in names)


def test_missing_rules_are_an_error_with_their_path(write_locale: WriteLocale) -> None:
    write_locale("x-no-rules", "recap.toml", None)

    with pytest.raises(PlaybookError, match=r"prompts/locales/x-no-rules/recap\.toml cannot be read"):
        recap_rules("x-no-rules")


@pytest.mark.parametrize(
    ("locale", "old", "new", "error"),
    [
        ("x-broken-rules", "quotes = [", "quotes = [[", "this is not TOML"),
        ("x-few-rules", "legal = [", "leagl = [", r"\[legal\] is missing"),
        ("x-no-names", "[names]", "[name]", r"\[names\] joining is missing"),
        ("x-no-titles", "titles = [", "title = [", r"\[names\] titles is missing"),
        ("x-more", "[names]", "[names]\nnames = []", "unknown entry 'names'"),
        ("x-number", '"hereby",', "3,", "3 is no text"),
        ("x-quotes", '"“”"', '"“"', "'“' is not a pair"),
    ],
)
def test_a_mistake_is_an_error_with_its_line(
    write_locale: WriteLocale, locale: str, old: str, new: str, error: str
) -> None:
    assert old in RECAP
    write_locale(locale, "recap.toml", RECAP.replace(old, new, 1))

    with pytest.raises(PlaybookError, match=rf"prompts/locales/{locale}/recap\.toml:\d+: {error}"):
        recap_rules(locale)
