"""The playbook has every step and objective of the method, and fits every surface."""

from __future__ import annotations

import pytest

from bot.slack.blocks import LABEL_LIMIT, message
from bot.ui.components import Checkbox, Checkboxes, Message
from prompts.challenge_rules import OCCASIONS
from prompts.errors import PlaybookError
from prompts.playbook import MAX_DEFINITION, MAX_REFERRALS, playbook
from tests.prompts.conftest import WriteLocale

BOOK = playbook()
WHOLE = """
[[steps]]
rule = "M2.1"
text = "reach"
why = "today"
say = "who decides?"
[[objectives]]
rule = "M2.a"
text = "clear"
why = "dates"
say = "when?"
[referral]
number = 3
definition = " somebody \\n"
[referral_ask]
invitation = "{{ name }}, 15 minutes?"
agreed = "{{ name }}, who are the {{ people }}?"
not_agreed = "{{ name }}, who are {{ people }}?"
one = "one"
several = "{{ number }}"
[referral_thanks]
named = "{{ name }}, thanks"
introduced = "{{ name }}, thanks"
met = "{{ name }}, thanks"
won = "{{ name }}, thanks"
[coaching]
fear_antidote = "they stay"
[opening]
line = "Hi {{ name }}"
line_nobody = "Hi"
[message]
line = "Hi {{ name }}, it's {{ rep }}"
line_nobody = "Hi"
[up_front]
line = "The price stands."
[listening]
prompts = ["More."]
silence = "Wait."
[[situations]]
name = "cold_feet"
advice = "ask"
say = "why?"
[[situations]]
name = "discount"
advice = "ask"
say = "why?"
[[situations]]
name = "new_person"
advice = "ask"
say = "who?"
[delivery]
say_at_risk = "it is tight"
say_cannot = "it is mine"
if_cannot = "call the rep"
if_at_risk = "tell the rep"
if_reset = "say so"
if_unmeasured = "ask"
[challenges]
tell_hours_1 = 3
tell_hours_2 = 2
tell_hours_3 = 1
telling = ["tell"]
problems = ["delay"]
mending = ["fix"]
working = ["business"]
within_the_hour = ["in the hour"]
same_day = ["same day"]
next_day = ["next day"]
""" + "".join(f'[challenges.{occasion}]\nadvice = "ask"\nsay = "why?"\nsay_nobody = "why?"\n' for occasion in OCCASIONS)


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

    texts += [text for each in BOOK.situations for text in (each.advice, each.say)]
    texts += [*BOOK.listening, BOOK.silence]
    for text in (*texts, BOOK.referral_definition, BOOK.fear_antidote):
        assert text.strip() == text != ""
        assert not set(text) & set("*_~<>`&{}")


def test_the_default_referral_can_be_saved() -> None:
    """M5.1: five of them, unless the rep says otherwise."""
    assert BOOK.referral_number == 5 <= MAX_REFERRALS
    assert len(BOOK.referral_definition) <= MAX_DEFINITION


def test_a_team_can_write_its_own(write_locale: WriteLocale) -> None:
    write_locale("x-own", "playbook.toml", WHOLE)

    own = playbook("x-own")

    assert (own.referral_number, own.referral_definition, own.fear_antidote) == (3, "somebody", "they stay")
    assert [(item.rule, item.text, item.why) for item in own.steps] == [("M2.1", "reach", "today")]


def test_a_missing_playbook_is_an_error_with_its_path(write_locale: WriteLocale) -> None:
    write_locale("x-none", "playbook.toml", None)

    with pytest.raises(PlaybookError, match=r"prompts/locales/x-none/playbook\.toml cannot be read"):
        playbook("x-none")


@pytest.mark.parametrize(
    ("locale", "text", "error"),
    [
        ("x-toml", "[[steps]\n", "1: this is not TOML"),
        ("x-why", WHOLE.replace('why = "today"', ""), r"2: \[steps\] no. 1 why is missing"),
        ("x-number", WHOLE.replace("number = 3", ""), r"12: \[referral\] number is missing"),
        ("x-coaching", WHOLE.replace("[coaching]", "[other]"), r"1: \[coaching\] fear_antidote is missing"),
        (
            "x-name",
            WHOLE.replace("{{ name }}, 15", "15"),
            r"16: invitation does not begin with '\{\{ name \}\}, ', or has the name again",
        ),
        ("x-twice", WHOLE.replace("M2.a", "M2.1"), "8: the rule M2.1 is there twice"),
    ],
)
def test_a_mistake_is_an_error_with_its_line(write_locale: WriteLocale, locale: str, text: str, error: str) -> None:
    write_locale(locale, "playbook.toml", text)

    with pytest.raises(PlaybookError, match=rf"prompts/locales/{locale}/playbook\.toml:{error}"):
        playbook(locale)
