"""The brief can be edited, and a mistake in it is an error with its line."""

from __future__ import annotations

from importlib.resources import files

import pytest

from prompts.brief import Gap, brief_book
from prompts.errors import PlaybookError
from tests.prompts.conftest import WriteLocale

TEXT = (files("prompts") / "locales" / "en" / "brief.toml").read_text(encoding="utf-8")


def test_the_shipped_brief_has_a_question_for_every_gap_and_no_markup() -> None:
    book = brief_book()

    assert {question.when for question in book.questions} == set(Gap)
    for text in (
        book.no_decision_maker,
        book.no_functional_decision_maker,
        *(question.text for question in book.questions),
    ):
        assert text
        assert not set(text) & set("*_~<>`&{}")


def test_a_team_can_write_its_own(write_locale: WriteLocale) -> None:
    write_locale("b-own", "brief.toml", f'{TEXT}\n[[questions]]\nwhen = "elephant"\ntext = "What about the dog?"\n')
    assert brief_book("b-own").questions[-1].text == "What about the dog?"


@pytest.mark.parametrize(
    ("locale", "old", "new", "at", "said"),
    [
        ("b-toml", "[missing]", "[missing", "[missing", "this is not TOML"),
        ("b-more", "[missing]", "[missing]\nnobody = 'x'", "nobody =", "unknown entry 'nobody'"),
        ("b-gone", "functional_decision_maker = ", "# ", "[missing]", "functional_decision_maker is missing"),
        ("b-when", 'when = "proposal"', 'when = "price"', 'when = "price"', "is not a gap of the brief"),
        ("b-none", 'when = "proposal"', 'when = "always"', "LAST", 'there is no question for "proposal"'),
        ("b-long", 'text = "Who has', f'text = "{"x" * 150}Who has', "Who has", "at most 150"),
        ("b-name", 'text = "Who has', 'text = "{{ name }} Who has', "Who has", "unknown placeholder {{ name }}"),
    ],
)
def test_a_mistake_is_an_error_with_its_line(
    write_locale: WriteLocale, locale: str, old: str, new: str, at: str, said: str
) -> None:
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    write_locale(locale, "brief.toml", text)
    lines = text.splitlines()
    line = next(number for number, each in enumerate(lines, start=1) if at in each or number == len(lines) - 2)

    with pytest.raises(PlaybookError) as refused:
        brief_book(locale)

    assert said in str(refused.value)
    assert str(refused.value).startswith(f"prompts/locales/{locale}/brief.toml:{line}: ")


def test_a_locale_without_the_file_is_an_error(write_locale: WriteLocale) -> None:
    write_locale("b-empty", "brief.toml", None)
    with pytest.raises(PlaybookError, match=r"brief\.toml cannot be read"):
        brief_book("b-empty")
