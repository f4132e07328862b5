"""The vagueness coach's words: topics, questions, signs, and what to say of another seller's promise (M1.2, M3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from prompts.errors import PlaybookError
from prompts.measures import What
from prompts.toml_document import TomlDocument

LONGEST_SENTENCE = 150
LONGEST_QUESTION = 70
"""Characters; two of them and what joins them fit a line of a phone."""
LONGEST_SCRIPT = 600
KINDS = ("expectation", "priority")


class Ask(StrEnum):
    """What a vague statement may lack (M3.5)."""

    HOW_OFTEN = "how_often"
    BY_WHEN = "by_when"
    HOW_MUCH = "how_much"
    WHO = "who"
    WHICH_CHANNEL = "which_channel"


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that statements are about: what is vague there, what settles it, and what to ask."""

    name: str
    kind: str
    """One of KINDS."""
    vague: tuple[str, ...]
    about: tuple[str, ...]
    enough: frozenset[What]
    questions: tuple[tuple[Ask, str], ...]
    """In the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """What the rep reads. `one` takes `first`; `two` takes `first` and `second`."""

    one: str
    two: str
    generic: str
    competitor: str
    to_expectation: str
    to_priority: str


@dataclass(frozen=True, slots=True)
class CoachBook:
    """One locale's coach. Every list holds phrases, as `prompts.phrase_matcher` reads them."""

    sentences: Sentences
    competitor_signs: tuple[str, ...]
    script: str
    """What the rep can say to reset another seller's promise; takes `wording` and `customer` (M1.2)."""
    generic: tuple[str, ...]
    fillers: tuple[str, ...]
    vague: tuple[str, ...]
    harmless: tuple[str, ...]
    checkable: tuple[str, ...]
    hopes: tuple[str, ...]
    hopes_of_the_sale: tuple[str, ...]
    nameless: tuple[str, ...]
    settled: tuple[str, ...]
    topics: tuple[Topic, ...]


@cache
def coach_book(locale: str = "en") -> CoachBook:
    """The coach of a locale. Raises `PlaybookError`, with file and line, when it is missing or wrong."""
    name = f"prompts/locales/{locale}/coach.toml"
    source = files("prompts") / "locales" / locale / "coach.toml"
    try:
        sheet = TomlDocument(name, source.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PlaybookError(f"{name} cannot be read: {error}") from error
    book = read_coach(sheet)
    if sheet.problems:
        raise PlaybookError(str(min(sheet.problems)))
    return book


def filled(template: str, **values: str) -> str:
    """A sentence of the coach with `values` put in, as plain text: whoever shows it makes it harmless there."""
    return _template(template).render(values)


@cache
def _template(text: str) -> Template:
    # Chat and not HTML.
    return Environment(undefined=StrictUndefined, autoescape=False).from_string(text)  # noqa: S701


def read_coach(sheet: TomlDocument) -> CoachBook:
    """What the sheet says, as far as it can be read; what is wrong is in its `problems`."""
    sheet.only(("sentences", "competitor", "generic", "vague", "topics"))
    for table, known in (
        ("sentences", Sentences.__slots__),
        ("competitor", ("signs", "script")),
        ("generic", ("signs", "fillers")),
        ("vague", ("words", "harmless", "checkable", "hopes", "hopes_of_the_sale", "nameless", "settled")),
    ):
        sheet.only(known, table)
    return CoachBook(
        sentences=_sentences(sheet),
        competitor_signs=sheet.phrases("competitor", "signs"),
        script=sheet.text("competitor", "script", most=LONGEST_SCRIPT, names=("customer", "wording")),
        generic=sheet.phrases("generic", "signs"),
        fillers=sheet.phrases("generic", "fillers"),
        vague=sheet.phrases("vague", "words"),
        harmless=sheet.phrases("vague", "harmless"),
        checkable=sheet.phrases("vague", "checkable"),
        hopes=sheet.phrases("vague", "hopes"),
        hopes_of_the_sale=sheet.phrases("vague", "hopes_of_the_sale"),
        nameless=sheet.phrases("vague", "nameless"),
        settled=sheet.phrases("vague", "settled"),
        topics=_topics(sheet),
    )


def _sentences(sheet: TomlDocument) -> Sentences:
    def sentence(name: str, *names: str) -> str:
        return sheet.text("sentences", name, most=LONGEST_SENTENCE, names=names)

    return Sentences(
        one=sentence("one", "first"),
        two=sentence("two", "first", "second"),
        generic=sentence("generic"),
        competitor=sentence("competitor"),
        to_expectation=sentence("to_expectation"),
        to_priority=sentence("to_priority"),
    )


def _topics(sheet: TomlDocument) -> tuple[Topic, ...]:
    topics: list[Topic] = []
    for number in range(sheet.count("topics")):
        topic = _topic(sheet, number)
        if topic.name and topic.name in (other.name for other in topics):
            sheet.wrong(f'there are two topics "{topic.name}"', "topics", number, "name")
        topics.append(topic)
    for kind in KINDS:
        if not any(topic.kind == kind for topic in topics):
            sheet.wrong(f"there is no topic of the kind {kind}", "topics")
    return tuple(topics)


def _topic(sheet: TomlDocument, number: int) -> Topic:
    path = ("topics", number)
    sheet.only(tuple(Topic.__slots__), *path)
    name = sheet.text(*path, "name")
    kind = sheet.text(*path, "kind")
    if kind and kind not in KINDS:
        sheet.wrong(f"{kind!r} is not a kind; it is {' or '.join(KINDS)}", *path, "kind")
    enough = sheet.phrases(*path, "enough")
    for what in enough:
        if what not in tuple(What):
            sheet.wrong(f"{what!r} is nothing that can be measured; known are {', '.join(What)}", *path, "enough")
    asks = sheet.keys(*path, "questions")
    if not asks:
        sheet.wrong(f'the topic "{name}" has no question', *path)
    sheet.only(tuple(Ask), *path, "questions")
    return Topic(
        name=name,
        kind=kind,
        vague=sheet.phrases(*path, "vague"),
        about=sheet.phrases(*path, "about"),
        enough=frozenset(What(what) for what in enough if what in tuple(What)),
        questions=tuple(
            (Ask(ask), sheet.text(*path, "questions", ask, most=LONGEST_QUESTION)) for ask in asks if ask in tuple(Ask)
        ),
    )
