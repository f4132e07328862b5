"""The recap mail has each agreed statement once and word for word, and looks like a note (M6)."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.recap import MAX_STATEMENTS_PER_SENTENCE, MAX_WORDS_PER_SENTENCE, VARIANTS, draft, fixed_phrases
from handlers.method.recap_lint import lint
from handlers.method.statements import Kind, Said, Statement, in_reading_order
from prompts.recap_rules import recap_rules
from prompts.wording import Wording
from tests.method.given import a_statement, lists_of_statements, words
from tests.method.golden_recaps import DEALS, MARK, PAGE, all_mails, mail

WORDS = Wording()
RULES = recap_rules()


def a_mail(statements: list[Statement], contact: str = "Olga Petrova", *, rep: str = "Ada Kemp", deal: int = 1) -> str:
    return draft(WORDS, deal_id=deal, customer="Northwind Dental", contact=contact, rep=rep, statements=statements)


def numbered(statements: list[Statement]) -> list[Statement]:
    """The same statements with unique words, so that each can be found in a mail."""
    return [
        a_statement(s.id, kind=s.kind, wording=f"item{s.id:02}", position=s.position, said=s.said) for s in statements
    ]


@given(lists_of_statements(), st.integers(1, 1000))
def test_the_mail_has_each_agreed_statement_once_and_no_other(statements: list[Statement], deal: int) -> None:
    statements = numbered(statements)

    said = re.findall(r"item\d\d", a_mail(statements, deal=deal))

    assert said == [s.wording for s in in_reading_order(statements) if s.said is Said.AGREED]


@given(lists_of_statements(said=st.just(Said.AGREED)))
def test_the_mail_quotes_nothing_that_the_customer_did_not_quote(statements: list[Statement]) -> None:
    """M6.2."""
    text = a_mail(statements)

    assert sum(map(text.count, '“”"«»')) == sum(s.wording.count(mark) for s in statements for mark in '“”"«»')


@given(lists_of_statements(), st.sampled_from(["Olga", "", "Dr. Roe"]), st.integers(1, 1000))
def test_it_does_not_look_like_documentation(statements: list[Statement], contact: str, deal: int) -> None:
    """M6.2: no headings, no list, no numbering, no table, no markup."""
    text = a_mail(numbered(statements), contact, deal=deal)

    for line in text.splitlines():
        assert not re.match(r"\s*([-*•–—#>|]|\d+[.)])", line)
        assert not line.endswith(":")
    assert not set(text) & set("*_~`<>|#\t")
    *paragraphs, signature = text.split("\n\n")
    assert all(paragraph.endswith((".", ",")) for paragraph in paragraphs)
    assert signature == "Best,\nAda"


@pytest.mark.parametrize(
    ("wording", "told"),
    [
        ("No surprises", "you'd like no surprises."),
        ("No surprises.", "you'd like no surprises."),
        ("Who calls us?", "In your own words: Who calls us?"),
        ("and so on…", "In your own words: and so on…"),
        ("a\nb  c", "you'd like a b c."),
        ("שיחה כל יום", "In your own words: \u2068שיחה כל יום\u2069."),
    ],
)
def test_a_sentence_ends_once(wording: str, told: str) -> None:
    _, _, paragraph, _, _ = a_mail([a_statement(1, wording=wording, said=Said.AGREED)]).split("\n\n")

    assert paragraph.endswith(told)


def test_a_sentence_is_short() -> None:
    short = [a_statement(n, wording=f"item{n}", said=Said.AGREED) for n in range(1, 8)]
    long = [a_statement(n, wording=" ".join(["word"] * (MAX_WORDS_PER_SENTENCE - 5)), said=Said.AGREED) for n in (1, 2)]

    assert max(sentence.count("item") for sentence in a_mail(short).split(". ")) == MAX_STATEMENTS_PER_SENTENCE
    assert len(re.findall(r"word\.", a_mail(long))) == len(long)


def test_the_next_step_is_the_last_thing_before_the_signature() -> None:
    """M9.1."""
    statements = [a_statement(1, said=Said.AGREED)]

    text = draft(
        WORDS,
        deal_id=1,
        customer="Contoso",
        contact="",
        rep="Ada",
        statements=statements,
        next_step=" the kickoff call on Tuesday,\n12 March. ",
    )

    assert text.endswith("Our next step, as agreed: the kickoff call on Tuesday, 12 March.\n\nBest,\nAda")


def test_a_kind_without_an_agreed_statement_is_not_mentioned() -> None:
    for deal in range(1, 10):
        only_priority = a_mail([a_statement(1, kind=Kind.PRIORITY, said=Said.AGREED)], deal=deal)
        only_expectation = a_mail([a_statement(1, said=Said.AGREED)], deal=deal)

        assert "expect" not in only_priority
        assert "product" not in only_expectation


def test_without_names_the_greeting_and_signature_are_neutral() -> None:
    text = a_mail([a_statement(1, said=Said.AGREED)], "", rep="")

    assert text.startswith("Hello,\n")
    assert "Best" not in text


def test_an_unknown_customer_name_is_left_out() -> None:
    for deal in range(1, 10):
        text = draft(WORDS, deal_id=deal, customer="", contact="", rep="", statements=[])
        assert not re.search(r"(at|about|for)\s*[.,]|\s[.,]", text)


def test_mails_differ_between_customers_but_not_for_one() -> None:
    statements = [a_statement(n, said=Said.AGREED, kind=kind) for n, kind in enumerate(Kind, 1)]

    mails = [a_mail(statements, deal=deal) for deal in range(1, 60)]

    assert mails == [a_mail(statements, deal=deal) for deal in range(1, 60)]
    assert len(set(mails)) > VARIANTS**2
    for paragraph in (1, 2, 3, 4):
        assert len({each.split("\n\n")[paragraph] for each in mails}) == VARIANTS


# --- five hundred deals ---

SAYINGS = (
    "we want a call every Friday",
    "No invoice before go-live.",
    "Problems told within 2 hours, by phone",
    "tell us first!",
    "hereby the terms and conditions stay as they are",
    "- 40 seats",
    "**bold** and <b>html</b> & more",
    "1) fast 2) cheap",
    "Summary:",
    "# a heading | a table",
    'the word "error" never',
    "call it “pilot”, don’t say ‘test’",
    "שיחה כל יום ראשון",
    "🙂",
    "see https://example.com/a?b=1&c=2",
    "on or before 12 March 2027",
    "fast",
    "fast check-in",
    "please let me know",
    "a\tb\nc",
)


def a_deal(number: int) -> tuple[str, str, str, list[Statement]]:
    """A random deal, always the same for a number: customer, contact, rep, statements."""
    chance = random.Random(number)
    places = dict.fromkeys(Kind, 0)
    made: list[Statement] = []
    for statement in range(1, chance.choice([1, 2, 3, 4, 5, 6, 6, 9, 15, 40]) + 1):
        kind = chance.choice(list(Kind))
        places[kind] += 1
        wording = chance.choice(SAYINGS) if chance.random() < 0.6 else " ".join(["word"] * chance.randint(1, 14))
        made.append(
            a_statement(
                statement,
                kind=kind,
                wording=f"{wording} {statement}" if chance.random() < 0.8 else wording,
                position=places[kind],
                version=chance.randint(1, 3),
                said=chance.choice([Said.AGREED, Said.AGREED, Said.AGREED, Said.WITHDRAWN]),
            )
        )
    customer = chance.choice(
        ["Northwind Dental", "The Contractual Liability Company 24/7 of North Wales", "", "*A* | <B>"]
    )
    contact = chance.choice(["Olga Petrova", "Roe, Jane", "Dr. Roe", "", "Ольга Петрова", "Lena & Tom", "1) Jo:"])
    return customer, contact, chance.choice(["Ada Kemp", "", "ada.kemp"]), made


def test_five_hundred_drafts_have_no_finding() -> None:
    complaints = {}
    for number in range(1, 501):
        customer, contact, rep, statements = a_deal(number)
        text = draft(WORDS, deal_id=number, customer=customer, contact=contact, rep=rep, statements=statements)
        complaints[number] = lint(text, statements, RULES, [customer, contact, rep], fixed_phrases(WORDS, customer))
    assert {number: found for number, found in complaints.items() if found} == {}


@given(lists_of_statements(), words, words, st.integers(1, 1000))
def test_a_draft_has_no_finding(statements: list[Statement], customer: str, contact: str, deal: int) -> None:
    text = draft(WORDS, deal_id=deal, customer=customer, contact=contact, rep="Ada Kemp", statements=statements)

    assert lint(text, statements, RULES, [customer, contact, "Ada Kemp"], fixed_phrases(WORDS, customer)) == []


def test_six_ordinary_statements_make_a_short_mail() -> None:
    for deal in range(1, 200):
        for expectations in range(7):
            statements = [
                a_statement(
                    n,
                    kind=Kind.EXPECTATION if n <= expectations else Kind.PRIORITY,
                    wording=f"{'word ' * 13}word.",
                    said=Said.AGREED,
                )
                for n in range(1, 7)
            ]
            assert len(a_mail(statements, "Roe Jane van der Berg", deal=deal).split()) <= 180


# --- twenty of them to read aloud ---


def test_the_twenty_mails_in_the_docs_are_current() -> None:
    _, mark, rest = PAGE.read_text("utf-8").partition(MARK)

    assert mark + rest == all_mails()


def test_the_twenty_mails_have_no_finding() -> None:
    for number, deal in enumerate(DEALS, 1):
        known = [deal.customer, deal.contact, deal.rep, deal.next_step]
        assert lint(mail(number, deal), deal.statements(), RULES, known) == []
