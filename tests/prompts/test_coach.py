"""The coach's files can be edited, and a mistake in them is an error with its line."""

from __future__ import annotations

from importlib.resources import files

import pytest

from handlers.method.statements import Kind
from prompts.coach import KINDS, MAX_QUESTION, MAX_SENTENCE, Ask, coach_book
from prompts.errors import PlaybookError
from prompts.measures import What, measures
from tests.prompts.conftest import WriteLocale

BOOK = coach_book()
COACH = (files("prompts") / "locales" / "en" / "coach.toml").read_text("utf-8")
MEASURES = (files("prompts") / "locales" / "en" / "measures.toml").read_text("utf-8")


def test_a_topic_has_a_question_and_what_settles_it() -> None:
    for topic in BOOK.topics:
        assert topic.kind in KINDS
        assert topic.questions
        assert topic.enough
        assert topic.vague or topic.about
        for _, words in topic.questions:
            assert len(words) <= MAX_QUESTION


def test_the_kinds_are_those_of_the_method() -> None:
    assert set(KINDS) == set(Kind)


def test_every_kind_of_question_is_asked_somewhere() -> None:
    assert {ask for topic in BOOK.topics for ask, _ in topic.questions} == set(Ask)
    assert frozenset().union(*(topic.enough for topic in BOOK.topics)) <= set(What)


def test_two_questions_fit_in_a_sentence() -> None:
    longest = BOOK.sentences.two.replace("{{ first }}", "").replace("{{ second }}", "")
    assert len(longest) + 2 * MAX_QUESTION <= MAX_SENTENCE


def test_no_text_holds_markup() -> None:
    texts = [getattr(BOOK.sentences, name) for name in BOOK.sentences.__slots__]
    texts += [words for topic in BOOK.topics for _, words in topic.questions]
    for text in (*texts, BOOK.competitor.script, BOOK.competitor.script_sentence):
        assert not set(text) & set("*_~<>`&")


def line_with(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def test_a_team_can_write_its_own(write_locale: WriteLocale) -> None:
    write_locale("x-own", "coach.toml", COACH.replace('how_often = "How often"', 'how_often = "Each day"'))
    assert coach_book("x-own").topics[0].questions[0] == (Ask.HOW_OFTEN, "Each day")


@pytest.mark.parametrize(
    ("locale", "old", "new", "at", "said"),
    [
        ("c-toml", "[sentences]", "[sentences", "[sentences", "this is not TOML"),
        ("c-gone", 'two = "{{ first }}, and {{ second }}?"', "", "[sentences]", "[sentences] two is missing"),
        ("c-more", "[generic]", "[generic]\nsings = []", "sings", "unknown entry 'sings'"),
        (
            "c-name",
            "works for {{ customer }}",
            "works for {{ cutsomer }}",
            "cutsomer",
            "unknown placeholder {{ cutsomer }}",
        ),
        ("c-open", 'one = "{{ first }}?"', 'one = "{{ first?"', "{{ first?", "the braces do not match"),
        ("c-long", '"Did the customer', f'"{"x" * 150}Did the customer', "Did the customer", "at most 150"),
        ("c-twice", '"in the loop"', '"in the loop", "In the Loop"', "In the Loop", "is there twice"),
        ("c-phrase", '"in the loop"', '"in (the loop"', '"in (the loop"', "is no phrase"),
        ("c-text", 'name = "being kept informed"', "name = 3", "name = 3", "is not a text"),
        ("c-list", '"no", "not", "nobody"', '3, "no", "not", "nobody"', "checkable", "is no text"),
        ("c-same", '"visits and reviews"', '"being kept informed"', "XX", "two topics"),
        ("c-kind", 'kind = "expectation"', 'kind = "wish"', 'kind = "wish"', "is not a kind"),
        ("c-what", 'enough = ["frequency"', 'enough = ["rhythm"', '"rhythm"', "is not measurable"),
        ("c-ask", 'how_often = "How often"', 'how_ofen = "How often"', "how_ofen", "unknown entry"),
    ],
)
def test_a_mistake_is_an_error_with_its_line(
    write_locale: WriteLocale, locale: str, old: str, new: str, at: str, said: str
) -> None:
    text = COACH.replace(old, new, 1)
    assert text != COACH
    write_locale(locale, "coach.toml", text)
    with pytest.raises(PlaybookError) as refused:
        coach_book(locale)
    if at != "XX":
        assert str(refused.value).startswith(f"prompts/locales/{locale}/coach.toml:{line_with(text, at)}: ")
    assert said in str(refused.value)


def test_a_topic_without_a_question_is_an_error(write_locale: WriteLocale) -> None:
    text = COACH + '\n[[topics]]\nname = "new"\nkind = "priority"\nvague = ["x"]\nabout = []\nenough = ["date"]\n'
    write_locale("c-mute", "coach.toml", text)
    line = line_with(text, 'name = "new"') - 1
    with pytest.raises(PlaybookError, match=rf'coach\.toml:{line}: the topic "new" has no question'):
        coach_book("c-mute")


@pytest.mark.parametrize(
    ("locale", "old", "new", "said"),
    [
        ("m-gone", 'thousands = ","', "", "thousands"),
        ("m-word", "one = 1", 'one = "1"', "is not a number"),
        ("m-table", "[weekday]", "[weekdayz]", "weekday.* is missing or empty"),
        ("m-sign", "article = ", "artikel = ", "article is missing"),
    ],
)
def test_a_mistake_in_the_measures_is_an_error(
    write_locale: WriteLocale, locale: str, old: str, new: str, said: str
) -> None:
    assert old in MEASURES
    write_locale(locale, "measures.toml", MEASURES.replace(old, new, 1))
    with pytest.raises(PlaybookError, match=rf"measures\.toml:\d+: .*{said}"):
        measures(locale)


@pytest.mark.parametrize("name", ["coach", "measures"])
def test_a_locale_without_the_file_is_an_error(write_locale: WriteLocale, name: str) -> None:
    write_locale(f"none-{name}", f"{name}.toml", None)
    with pytest.raises(PlaybookError, match=f"{name}.toml cannot be read"):
        {"coach": coach_book, "measures": measures}[name](f"none-{name}")
