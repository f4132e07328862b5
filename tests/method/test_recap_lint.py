"""Each hint of the recap's linter has its cause, which is never the customer's own words (M6)."""

from __future__ import annotations

import pytest

from handlers.method.recap_lint import Finding, Rule, lint
from handlers.method.statements import Kind, Said, Statement
from prompts.recap_rules import recap_rules
from tests.method.given import a_statement

RULES = recap_rules()
KNOWN = ("Northwind Dental", "Olga Petrova", "Ada Kemp", "$45,000")
CALL, INVOICE, FAST, SEATS, GONE = (
    a_statement(1, wording="A call every Friday", said=Said.AGREED),
    a_statement(2, wording="No invoice before 1 May", said=Said.AGREED),
    a_statement(3, kind=Kind.PRIORITY, wording="fast", position=1, said=Said.AGREED),
    a_statement(4, kind=Kind.PRIORITY, wording="40 seats", position=2, said=Said.AGREED),
    a_statement(5, wording="one bill for all our houses", said=Said.WITHDRAWN),
)
STATEMENTS = [CALL, INVOICE, FAST, SEATS, GONE]
GOOD = """Hi Olga,

it was good to talk. You want a call every Friday, and no invoice
before 1 May. The most important thing is that it is “fast”, and next come the 40 seats.

Let me know if I got any of it wrong.

Ada"""


def findings(body: str, statements: list[Statement] | None = None) -> list[Finding]:
    return lint(body, STATEMENTS if statements is None else statements, RULES, KNOWN)


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_rewritten_mail_is_fine() -> None:
    """In lower case, across lines, with and without quotation marks."""
    assert findings(GOOD) == []


@pytest.mark.parametrize(
    ("body", "rule", "what"),
    [
        (changed("a call every Friday", "a visit every Friday"), Rule.MISSING, "A call every Friday"),
        (changed("“fast”", "quick"), Rule.MISSING, "fast"),
        (changed("it was good", "A call every Friday. It was good"), Rule.REPEATED, "A call every Friday"),
        (changed("“fast”", "“fast”, really “fast”"), Rule.REPEATED, "fast"),
        (changed("“fast”, and next come the 40 seats", "40 seats, and “fast”"), Rule.ORDER, "40 seats"),
        (changed("it was good", "“fast” it is. It was good").replace("that it is “fast”", "clear"), Rule.ORDER, "fast"),
        (changed("Ada", "And one bill for all our houses."), Rule.WITHDRAWN, "one bill for all our houses"),
        (changed("it was good", "“no hidden costs”: it was good"), Rule.QUOTE, "no hidden costs"),
        (changed("it was good", "we ship 50 pieces. It was good"), Rule.NUMBER, "50"),
        (changed("it was good", "we ship on Monday. It was good"), Rule.NUMBER, "Monday"),
        (changed("Let me know if I got any of it wrong.", "Have a good day."), Rule.INVITATION, ""),
        (
            changed("Let me know if I got any of it wrong.", "").replace("it was", "Tell me. It was"),
            Rule.INVITATION,
            "",
        ),
        (changed("it was good", "this is hereby confirmed. It was good"), Rule.LEGAL, "hereby"),
        (changed("it was good", "our Terms\nand Conditions apply. It was good"), Rule.LEGAL, "Terms and Conditions"),
        (changed("it was good", f"{'so ' * 170}it was good"), Rule.TOO_LONG, "215"),
    ],
)
def test_what_it_finds(body: str, rule: Rule, what: str) -> None:
    assert findings(body) == [Finding(rule, (what,) if what else ())]


@pytest.mark.parametrize(
    "document",
    [
        "- a point",
        "• a point",
        "* a point",
        "1. a point",
        "2) a point",
        "a) a point",
        "first (1) this",
        "# Summary",
        "Summary:",
        "What we agreed:",
        "> quoted",
        "| a | b |",
        "-----",
        "a **bold** word",
        "some `code`",
        "a [link](there)",
        "<b>bold</b>",
        "one&nbsp;two",
        "one\ttwo",
    ],
)
def test_a_document_is_found(document: str) -> None:
    assert Rule.MARKUP in {found.rule for found in findings(changed("it was good to talk.", f"hm\n{document}\nhm"))}


@pytest.mark.parametrize(
    "plain",
    [
        "it cost $45,000 - a lot.",
        "we start at 1 May, as I said.",
        "Northwind Dental is great - truly!",
        "I'm glad: it works.",
    ],
)
def test_a_plain_sentence_is_fine(plain: str) -> None:
    assert findings(changed("it was good to talk.", plain)) == []


@pytest.mark.parametrize(
    "wording", ["hereby and pursuant", "**bold** <b>x</b>", "# 1) a\tb", "“a” quoted", "99 on Monday"]
)
def test_the_customers_words_may_look_like_anything(wording: str) -> None:
    statement = a_statement(1, wording=wording, said=Said.AGREED)

    assert findings(f"Hi Olga, you said {wording}. Tell me if not.", [statement]) == []


def test_an_older_wording_does_not_count() -> None:
    """M4.3."""
    statement = a_statement(1, wording="Problems told within 2 hours", version=2, said=Said.AGREED)

    found = findings("You said “Problems told within 4 hours”. Tell me if not.", [statement])

    assert {each.rule for each in found} == {Rule.MISSING, Rule.QUOTE, Rule.NUMBER}


def test_an_unanswered_statement_is_not_required() -> None:
    assert findings("Tell me if not.", [a_statement(1, said=None)]) == []


def test_the_same_words_in_both_lists_occur_twice() -> None:
    both = [a_statement(n, kind=kind, wording="fast", said=Said.AGREED) for n, kind in enumerate(Kind, 1)]

    assert findings("You said “fast”, and for the product “fast”. Tell me if not.", both) == []
    assert findings("You said “fast”. Tell me if not.", both) == [Finding(Rule.MISSING, ("fast",))]


def test_more_statements_raise_the_limit() -> None:
    many = [a_statement(n, wording=f"{'so ' * 13}{n}", said=Said.AGREED) for n in range(1, 21)]
    body = " ".join(f"“{s.wording}”" for s in many)

    assert findings(f"{body} Tell me.", many) == []
    assert [found.rule for found in findings(f"{body} {'so ' * 200} Tell me.", many)] == [Rule.TOO_LONG]
