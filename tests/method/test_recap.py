"""The recap mail says each agreed statement once, in the words that were read back, and looks like a note (M6)."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from handlers.method.recap import draft
from handlers.method.statements import Kind, Said, Statement, in_reading_order
from prompts.wording import Wording
from tests.method.given import a_statement, lists_of_statements

WORDS = Wording()


def mail(statements: list[Statement], contact: str | None = "Olga Petrova") -> str:
    return draft(WORDS, customer="Northwind Dental", contact=contact, statements=statements)


def numbered(statements: list[Statement]) -> list[Statement]:
    """The same statements with words of their own, so that each can be found in a mail."""
    return [
        a_statement(s.id, kind=s.kind, wording=f"item{s.id:02}", position=s.position, said=s.said) for s in statements
    ]


@given(lists_of_statements())
def test_each_agreed_statement_is_said_once_and_no_other_one(statements: list[Statement]) -> None:
    statements = numbered(statements)

    said = re.findall(r"item\d\d", mail(statements))

    assert said == [s.wording for s in in_reading_order(statements) if s.said is Said.AGREED]


@given(lists_of_statements(said=st.just(Said.AGREED)))
def test_the_words_are_those_that_were_read_back(statements: list[Statement]) -> None:
    """M4.3: what was agreed to is what is written, to the letter."""
    text = mail(statements)

    assert all(f"“{s.wording}”" in text for s in statements)


@given(lists_of_statements(), st.sampled_from(["Olga", "", None]))
def test_it_does_not_look_like_documentation(statements: list[Statement], contact: str | None) -> None:
    """M6.2: no headings, no list, no numbering, no table, no markup."""
    text = mail(numbered(statements), contact)

    for line in text.splitlines():
        assert not re.match(r"\s*([-*•–—#>|]|\d+[.)])", line)
        assert not line.endswith(":")
    assert not set(text) & set("*_~`<>|#\t")
    assert all(paragraph.endswith((".", ",")) for paragraph in text.split("\n\n"))


def test_what_a_mail_looks_like() -> None:
    statements = [
        a_statement(1, wording="A call every Friday", said=Said.AGREED),
        a_statement(2, wording="Go-live by 1 May", said=Said.AGREED),
        a_statement(3, kind=Kind.PRIORITY, wording="Check-in in 2 minutes", position=1, said=Said.AGREED),
    ]

    greeting, thanks, understanding, invitation = mail(statements).split("\n\n")

    assert greeting == "Hi Olga,"
    assert "Northwind Dental" in thanks
    assert "Every customer is different" in thanks
    assert "“A call every Friday” and “Go-live by 1 May”" in understanding
    assert understanding.index("Go-live") < understanding.index("Check-in")
    assert "let me know" in invitation


def test_a_kind_without_an_agreed_statement_is_not_mentioned() -> None:
    only_priority = mail([a_statement(1, kind=Kind.PRIORITY, said=Said.AGREED)])
    only_expectation = mail([a_statement(1, said=Said.AGREED)])

    assert "expect" not in only_priority
    assert "matters most" not in only_expectation


def test_nobody_is_greeted_by_a_name_that_nobody_knows() -> None:
    assert mail([a_statement(1, said=Said.AGREED)], None).startswith("Hello,")
    assert mail([a_statement(1, said=Said.AGREED)], "").startswith("Hello,")
