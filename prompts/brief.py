"""The brief's hints about what is missing, and the questions worth asking on the call (M2, M9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from prompts.locale_file import load
from prompts.toml_document import TomlDocument

MAX_HINT = 150
"""Characters that fit below a field on a phone."""
MAX_QUESTION = 150


class Gap(StrEnum):
    """What makes a question worth asking: something the brief lacks, or shows."""

    DECISION_MAKER = "decision_maker"
    FUNCTIONAL_DECISION_MAKER = "functional_decision_maker"
    SELLERS = "sellers"
    """It is not known how many other sellers they talked to."""
    MANY_SELLERS = "many_sellers"
    """They talked to several sellers, whose promises they blend with the rep's (M1.2)."""
    REQUIREMENTS = "requirements"
    COMMITMENTS = "commitments"
    """A requirement has no commitment."""
    PROPOSAL = "proposal"
    ELEPHANT = "elephant"
    ALWAYS = "always"
    """Nothing is missing: the question is worth asking on every call."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question for the customer, and the gap that makes it worth asking."""

    when: Gap
    text: str


@dataclass(frozen=True, slots=True)
class BriefBook:
    """One locale's brief."""

    no_decision_maker: str
    no_functional_decision_maker: str
    """What it costs to call without knowing this person (M2.1)."""
    questions: tuple[Question, ...]
    """The most worthwhile first."""


@cache
def brief_book(locale: str = "en") -> BriefBook:
    """Return a locale's brief. Raises `PlaybookError`, with file and line, when it is missing or wrong."""
    return load(locale, "brief.toml", read_brief)


def read_brief(document: TomlDocument) -> BriefBook:
    """Read what can be read; mistakes are noted in the document's `problems`."""
    document.allow_only(("missing", "questions"))
    document.allow_only((Gap.DECISION_MAKER, Gap.FUNCTIONAL_DECISION_MAKER), "missing")
    questions = tuple(_question(document, number) for number in range(document.count("questions")))
    for gap in Gap:
        if not any(question.when == gap for question in questions):
            document.add_problem(f'there is no question for "{gap}"', "questions", max(0, len(questions) - 1))
    return BriefBook(
        no_decision_maker=document.text("missing", Gap.DECISION_MAKER, max_length=MAX_HINT),
        no_functional_decision_maker=document.text("missing", Gap.FUNCTIONAL_DECISION_MAKER, max_length=MAX_HINT),
        questions=questions,
    )


def _question(document: TomlDocument, number: int) -> Question:
    path = ("questions", number)
    document.allow_only(("when", "text"), *path)
    when = document.text(*path, "when")
    if when and when not in tuple(Gap):
        document.add_problem(f"{when!r} is not a gap of the brief; known are {', '.join(Gap)}", *path, "when")
    text = document.text(*path, "text", max_length=MAX_QUESTION)
    return Question(Gap(when) if when in tuple(Gap) else Gap.ALWAYS, text)
