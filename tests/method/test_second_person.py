"""What the customer said becomes what the rep says, or stays as it is where that is not certain (M6.1)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.second_person import Form, Turned, as_fact, turned
from prompts.recap_rules import recap_rules
from tests.method.given import wordings

GRAMMAR = recap_rules().grammar
THING, YOUR_DOING, OUR_DOING, FACT, WORDS = Form


def said(wording: str) -> Turned:
    return turned(wording, GRAMMAR, personal=True)


@pytest.mark.parametrize(
    ("wording", "form", "text"),
    [
        # things; a call and an email are the rep's own
        ("A call every Friday until go-live", THING, "a call from me every Friday until go-live"),
        ("Update by phone every Thursday before noon", THING, "an update from me by phone every Thursday before noon"),
        ("weekly mail, short, to me only", THING, "a weekly mail from me, short, to you only"),
        ("A visit by the technician every month", THING, "a visit by the technician every month"),
        ("No invoice before 15 January", THING, "no invoice before 15 January"),
        ("Less manual work for our nurses", THING, "less manual work for your nurses"),
        ("dedicated account manager", THING, "a dedicated account manager"),
        ("quick repairs", THING, "quick repairs"),
        ("Someone we can call", THING, "someone you can call"),
        ("Salesforce integration", THING, "Salesforce integration"),
        ("at least 99.9% uptime", THING, "at least 99.9% uptime"),
        ("Labels printed in under 10 seconds", THING, "labels printed in under 10 seconds"),
        ("We want one person to call, not a hotline.", THING, "one person to call, not a hotline"),
        ("We need 40 seats by May", THING, "40 seats by May"),
        ("We don't want any surprises", THING, "no surprises"),
        # what they do, and what the rep or the company does
        ("We hear of any delay within 4 hours", YOUR_DOING, "hear of any delay within four hours"),
        ("I'd like to be told first", YOUR_DOING, "be told first"),
        ("told at least 48 hours ahead", YOUR_DOING, "be told at least 48 hours ahead"),
        ("wants to know who to talk to", YOUR_DOING, "know who to talk to"),
        ("know who to talk to", YOUR_DOING, "know who to talk to"),
        ("Keep us posted", OUR_DOING, "keep you posted"),
        ("please send the report to me, not to IT", OUR_DOING, "send the report to you, not to IT"),
        ("Notify us 2 weeks before you ship!", OUR_DOING, "notify you two weeks before we ship"),
        ("Call Hannah, not me", OUR_DOING, "call Hannah, not you"),
        ("We'd like you to call Jim first", OUR_DOING, "call Jim first"),
        ("Keep our US team in the loop", OUR_DOING, "keep your US team in the loop"),
        # whole sentences, and what only lacks its beginning
        ("Our data stays in the EU", FACT, "your data stays in the EU"),
        ("Guests must be able to check in", FACT, "guests must be able to check in"),
        ("Hannah signs off on every change", FACT, "Hannah signs off on every change"),
        ("We can reach someone on Sundays", FACT, "you can reach someone on Sundays"),
        ("You call us, we don't call you", FACT, "we call you, you don't call us"),
        ("If anything slips, tell us the same day", FACT, "if anything slips, I tell you the same day"),
        ("fast", FACT, "it's fast"),
        ("blue, not green", FACT, "it's blue, not green"),
        ("The manager approves each delivery", FACT, "the manager approves each delivery"),
        ("honest with us", FACT, "we're honest with you"),
        ("Needs no training", FACT, "it needs no training"),
        ("no training needed", FACT, "no training is needed"),
        # nothing is certain
        ("Who calls us?", WORDS, "Who calls us?"),
        ("within 24 hours", WORDS, "within 24 hours"),
        ("before it gets cold", WORDS, "before it gets cold"),
        ("bad news fast, they can handle it", WORDS, "bad news fast, they can handle it"),
        ("The price you quoted stays", WORDS, "The price you quoted stays"),
        ("Tell us. Then wait for us", WORDS, "Tell us. Then wait for us"),
        ("the screen says “we are on it”", WORDS, "the screen says “we are on it”"),
        ("1) fast 2) cheap", WORDS, "1) fast 2) cheap"),
        ("Bitte jeden Freitag anrufen", WORDS, "Bitte jeden Freitag anrufen"),
        ("שיחה כל יום", WORDS, "שיחה כל יום"),
    ],
)
def test_a_wording_is_turned(wording: str, form: Form, text: str) -> None:
    found = said(wording)

    assert (found.form, found.text) == (form, text)


@pytest.mark.parametrize(
    ("wording", "fact"),
    [
        ("Don't bill us before May", "we don't bill you before May"),
        ("Never call our customers", "I never call your customers"),
        ("Integrate with our ERP", "we integrate with your ERP"),
        ("We don't want to be called at night", "you are not called at night"),
        ("We want to be told first", "you are told first"),
    ],
)
def test_a_doing_as_a_fact(wording: str, fact: str) -> None:
    assert as_fact(said(wording)) == fact


@given(st.text() | wordings)
def test_any_text_is_one_line_with_all_its_words(wording: str) -> None:
    found = said(wording)

    assert found.text == " ".join(found.text.split())
    if found.form is WORDS:
        assert " ".join(wording.split()).startswith(found.text)


WORDS_OF_A_CUSTOMER = [
    *(
        "we",
        "us",
        "our",
        "I",
        "me",
        "you",
        "your",
        "keep",
        "tell",
        "call",
        "wants",
        "a",
        "call",
        "every",
        "Friday",
        "no",
    ),
    *(
        "invoice",
        "if",
        ",",
        "anything",
        "slips",
        "until",
        "and",
        "it",
        "is",
        "not",
        "don't",
        "4",
        "hours",
        "Jim",
        "never",
    ),
]


@given(st.lists(st.sampled_from(WORDS_OF_A_CUSTOMER), min_size=1, max_size=8))
def test_the_customers_other_words_keep_their_order(tokens: list[str]) -> None:
    """Only the persons change, and small words are added."""
    wording = " ".join(tokens)

    def others(text: str) -> list[str]:
        small = {
            *GRAMMAR.swap,
            *GRAMMAR.swap.values(),
            *GRAMMAR.wishes,
            *GRAMMAR.wants,
            *GRAMMAR.polite,
            "you",
            "a",
            "an",
            "from",
            "no",
        }
        words = re.findall(r"[\w']+", text.casefold())
        return [
            word for word in words if word not in small | {"it's", "it", "is", "not", "don't", "never", "four", "4"}
        ]

    assert others(said(wording).text) == others(wording)
