"""The playbook names every step and objective of the method, in words that no surface cuts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.slack.blocks import LABEL_LIMIT, message
from bot.ui.components import Checkbox, Checkboxes, Message
from handlers.call.wrap_up import LONGEST_DEFINITION, MOST_REFERRALS
from prompts.errors import PlaybookError
from prompts.playbook import playbook

BOOK = playbook()
WHOLE = """
[[steps]]
rule = "M2.1"
text = "reach"
why = "today"
[[objectives]]
rule = "M2.a"
text = "clear"
why = "dates"
[referral]
number = 3
definition = " somebody \\n"
[coaching]
fear_antidote = "they stay"
"""


def test_the_four_steps_and_three_objectives_of_the_method() -> None:
    assert [item.rule for item in BOOK.steps] == ["M2.1", "M2.2", "M2.3", "M2.4"]
    assert [item.rule for item in BOOK.objectives] == ["M2.a", "M2.b", "M2.c"]


def test_nothing_is_cut_off_in_slack() -> None:
    for item in (*BOOK.steps, *BOOK.objectives):
        field = Checkboxes("t", "t", (Checkbox(item.rule, item.text, item.why),))
        (block,) = message(Message("", (field,)))["blocks"]
        (option,) = block["element"]["options"]
        assert (option["text"]["text"], option["description"]["text"]) == (item.text, item.why)
        assert len(item.text) <= LABEL_LIMIT
        assert len(item.why) <= LABEL_LIMIT


def test_no_text_holds_markup() -> None:
    texts = [text for item in (*BOOK.steps, *BOOK.objectives) for text in (item.text, item.why)]

    for text in (*texts, BOOK.referral_definition, BOOK.fear_antidote):
        assert text.strip() == text != ""
        assert not set(text) & set("*_~<>`&{}")


def test_the_referral_that_is_offered_can_be_saved() -> None:
    """M5.1: five of them, unless the rep says otherwise."""
    assert BOOK.referral_number == 5 <= MOST_REFERRALS
    assert len(BOOK.referral_definition) <= LONGEST_DEFINITION


def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str | None) -> None:
    folder = tmp_path / "locales" / name
    folder.mkdir(parents=True)
    if text is not None:
        (folder / "playbook.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("prompts.playbook.files", lambda _package: tmp_path)


def test_a_team_may_write_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book(tmp_path, monkeypatch, "x-own", WHOLE)

    own = playbook("x-own")

    assert (own.referral_number, own.referral_definition, own.fear_antidote) == (3, "somebody", "they stay")
    assert [(item.rule, item.text, item.why) for item in own.steps] == [("M2.1", "reach", "today")]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x-none", None, "cannot be read"),
        ("x-toml", "[[steps]\n", "cannot be read"),
        ("x-why", WHOLE.replace('why = "today"', ""), "lacks the entry 'why'"),
        ("x-number", WHOLE.replace("number = 3", ""), "lacks the entry 'number'"),
        ("x-coaching", WHOLE.replace("[coaching]", "[other]"), "lacks the entry 'coaching'"),
    ],
)
def test_a_playbook_that_is_of_no_use_is_refused_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str | None, said: str
) -> None:
    book(tmp_path, monkeypatch, name, text)

    with pytest.raises(PlaybookError, match=f"prompts/locales/{name}/playbook.toml.*{said}"):
        playbook(name)
