"""Wordings are whole sentences in plain text, and typed text is escaped in them."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.exceptions import UndefinedError

from bot.slack.mrkdwn import SlackMarkup
from prompts.errors import PlaybookError
from prompts.templates import placeholders_in
from prompts.wording import Ready, Wording, raw_words
from tests.prompts.conftest import WriteLocale

WORDS = Wording()
escape = SlackMarkup.escape
RAW = raw_words("en")
NUMBERS = {
    *("count", "days", "expectations", "found", "hours", "most"),
    *("number", "priorities", "rank", "settled", "total", "version", "cancelled", "minutes", "tries"),
}
MAY_BE_MISSING = {"amount", "totals"}
MARKUP = re.compile(r"[*_~<>`&]|https?:|(?<!\w)@|#\w")

MODALS = ("checklist", "readback", "correction", "wrapup", "recap", "reopen", "record", "won", "notice")
BUTTON_LABELS = (
    "card.start",
    "card.continue",
    "card.recap",
    "card.record",
    "card.corrected",
    "card.not_a_deal",
    "card.yes_closed",
    "card.undo",
)


def names(key: str) -> set[str]:
    return set(placeholders_in(RAW[key]))


def renderings(key: str) -> list[str]:
    """The wording with zero, one and many, and with and without optional values."""
    choices = {
        name: (0, 1, 2) if name in NUMBERS else ("Acme", "") if name in MAY_BE_MISSING else ("Acme",)
        for name in sorted(names(key))
    }
    return [WORDS(key, **dict(zip(choices, values, strict=True))) for values in product(*choices.values())]


def wrong_with(text: str) -> str | None:
    """Return what is wrong with a rendered wording; None when nothing is."""
    if text.strip() != text or text == "":
        return "is empty, or begins or ends with a space"
    if re.search(r"[{}]|\bNone\b(?! of)|Undefined|  ", text):
        return "is not filled in wholly"
    return "holds markup" if MARKUP.search(text) else None


# One test for all wordings, which lists every one that is wrong: to have a test for each took longer than to try it.


def test_a_wording_has_no_gaps_and_no_markup() -> None:
    assert [(key, text, wrong) for key in sorted(RAW) for text in renderings(key) if (wrong := wrong_with(text))] == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "empty"),
        (" Call them", "space"),
        ("Call {customer}", "wholly"),
        ("Call None", "wholly"),
        ("Call  them", "wholly"),
        ("Call *them*", "markup"),
        ("Call @them", "markup"),
        ("None of them", None),
        ("Call them", None),
    ],
)
def test_a_bad_wording_is_found(text: str, wrong: str | None) -> None:
    found = wrong_with(text)
    assert found is None if wrong is None else wrong in str(found)


def test_a_value_that_is_missing_is_an_error() -> None:
    wanting = [key for key in sorted(RAW) if names(key)]
    assert wanting
    assert [key for key in wanting if not refuses_to_guess(key)] == []


def refuses_to_guess(key: str) -> bool:
    """Whether rendering without values is an error."""
    try:
        WORDS(key)
    except UndefinedError:
        return True
    return False


def test_an_unknown_key_is_an_error_that_names_it_and_the_file() -> None:
    with pytest.raises(PlaybookError, match=r"'card\.nothing'.*prompts/locales/en/words\.toml"):
        WORDS("card.nothing")


def test_singular_and_plural() -> None:
    assert WORDS("card.agreed", expectations=1, priorities=1) == "1 expectation and 1 priority agreed"
    assert WORDS("card.agreed", expectations=0, priorities=2) == "2 priorities agreed"


def test_nothing_is_cut_by_slacks_limits_for_titles_and_buttons() -> None:
    for table in MODALS:
        for name in ("title", "submit", "close"):
            assert len(RAW.get(f"{table}.{name}", "")) <= 24
    for key in BUTTON_LABELS:
        assert len(RAW[key]) <= 75
    for key in RAW:
        if key.endswith("_example"):
            assert len(RAW[key]) <= 150


# --- what people typed ---


@given(st.text())
@settings(deadline=None)
def test_typed_text_is_inserted_as_is_or_escaped(typed: str) -> None:
    assert WORDS("list.item", customer=typed, amount="") == typed
    assert Wording("en", escape)("list.item", customer=typed, amount="") == escape(typed)


def test_a_value_is_not_a_template() -> None:
    assert WORDS("list.item", customer="{{ 7 * 7 }}{% raw %}", amount=None) == "{{ 7 * 7 }}{% raw %}"


def test_a_mention_in_a_customers_name_is_escaped() -> None:
    rich = Wording("en", escape)

    assert "<!channel>" not in rich("card.title_open", customer="<!channel>")
    assert "<!here>" not in rich("list.item", customer="x", amount="<!here>")


def test_markup_is_not_escaped_again() -> None:
    rich = Wording("en", escape)

    assert rich("card.heard_app", channel=Ready("<#C1>")) == "Heard in <#C1>"


# --- files ---


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x-none", None, "x-none/words.toml cannot be read"),
        ("x-toml", "[card\n", "words.toml:1: this is not TOML"),
        ("x-template", '[card]\nstart = "{{ customer"\n', r"'card\.start'"),
        ("x-filter", '[card]\nstart = "{{ customer | shout }}"\n', r"'card\.start'.*shout"),
    ],
)
def test_a_mistake_in_the_words_is_an_error_with_its_line(
    write_locale: WriteLocale, name: str, text: str | None, said: str
) -> None:
    write_locale(name, "words.toml", text)

    with pytest.raises(PlaybookError, match=said):
        Wording(name)


def test_another_locale_has_its_own_words(write_locale: WriteLocale) -> None:
    write_locale("x-de", "words.toml", '[card]\nstart = "Anrufen"\n')

    words = Wording("x-de")

    assert words("card.start") == "Anrufen"
    assert words.keys() == {"card.start"}
    assert WORDS.keys() == set(RAW)
