"""What the brief says of what is missing, and the questions worth asking on the call (M2, M9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from prompts.errors import PlaybookError
from prompts.toml_document import TomlDocument

LONGEST_HINT = 150
"""Characters: what fits below a field on a phone."""
LONGEST_QUESTION = 150


class Gap(StrEnum):
    """What a brief may lack or show, so that a question is worth asking."""

    DECISION_MAKER = "decision_maker"
    FUNCTIONAL_DECISION_MAKER = "functional_decision_maker"
    SELLERS = "sellers"
    """Nobody has asked whom else they talked to."""
    MANY_SELLERS = "many_sellers"
    """They talked to several, whose promises they blend with ours (M1.2)."""
    REQUIREMENTS = "requirements"
    COMMITMENTS = "commitments"
    """There is a requirement without a commitment."""
    PROPOSAL = "proposal"
    ELEPHANT = "elephant"
    ALWAYS = "always"
    """Nothing is missing: it is worth asking on every call."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question for the customer, and what makes it worth asking."""

    when: Gap
    text: str


@dataclass(frozen=True, slots=True)
class BriefBook:
    """One locale's brief."""

    no_decision_maker: str
    no_functional_decision_maker: str
    """What it costs to call without knowing them (M2.1)."""
    questions: tuple[Question, ...]
    """The most worthwhile first."""


@cache
def brief_book(locale: str = "en") -> BriefBook:
    """The brief of a locale. Raises `PlaybookError`, with file and line, when it is missing or wrong."""
    name = f"prompts/locales/{locale}/brief.toml"
    source = files("prompts") / "locales" / locale / "brief.toml"
    try:
        sheet = TomlDocument(name, source.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PlaybookError(f"{name} cannot be read: {error}") from error
    book = read_brief(sheet)
    if sheet.problems:
        raise PlaybookError(str(min(sheet.problems)))
    return book


def read_brief(sheet: TomlDocument) -> BriefBook:
    """What the sheet says, as far as it can be read; what is wrong is in its `problems`."""
    sheet.only(("missing", "questions"))
    sheet.only((Gap.DECISION_MAKER, Gap.FUNCTIONAL_DECISION_MAKER), "missing")
    questions = tuple(_question(sheet, number) for number in range(sheet.count("questions")))
    for gap in Gap:
        if not any(question.when == gap for question in questions):
            sheet.wrong(f'there is no question for "{gap}"', "questions", max(0, len(questions) - 1))
    return BriefBook(
        no_decision_maker=sheet.text("missing", Gap.DECISION_MAKER, most=LONGEST_HINT),
        no_functional_decision_maker=sheet.text("missing", Gap.FUNCTIONAL_DECISION_MAKER, most=LONGEST_HINT),
        questions=questions,
    )


def _question(sheet: TomlDocument, number: int) -> Question:
    path = ("questions", number)
    sheet.only(("when", "text"), *path)
    when = sheet.text(*path, "when")
    if when and when not in tuple(Gap):
        sheet.wrong(f"{when!r} is nothing that a brief may lack; known are {', '.join(Gap)}", *path, "when")
    text = sheet.text(*path, "text", most=LONGEST_QUESTION)
    return Question(Gap(when) if when in tuple(Gap) else Gap.ALWAYS, text)
