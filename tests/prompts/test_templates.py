"""Plurals by the rules of a locale."""

from __future__ import annotations

import pytest

from prompts.templates import template_environment

FILES = "{{ count | plural(one='# plik', few='# pliki', many='# plików', other='# pliku') }}"


@pytest.mark.parametrize(
    ("locale", "count", "said"),
    [("pl", 1, "1 plik"), ("pl", 3, "3 pliki"), ("pl", 5, "5 plików"), ("pl", 22, "22 pliki"), ("en", 3, "3 pliku")],
)
def test_a_locale_has_its_own_plurals(locale: str, count: int, said: str) -> None:
    assert template_environment(locale).from_string(FILES).render(count=count) == said


def test_the_number_is_written_as_the_locale_does() -> None:
    text = "{{ count | plural(one='# deal', other='# deals') }}"
    written = [template_environment(locale).from_string(text).render(count=12345) for locale in ("en", "de")]
    assert written == ["12,345 deals", "12.345 deals"]
