"""The vagueness coach as data: topics, questions, phrases, and how to reset another seller's promise (M1.2, M3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from jinja2 import Template

from prompts.locale_file import load
from prompts.measures import What
from prompts.templates import template_environment
from prompts.toml_document import TomlDocument

MAX_SENTENCE = 150
MAX_QUESTION = 70
"""Characters; two questions in one sentence fit a line on a phone."""
MAX_SCRIPT = 600
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
    """A subject of statements: which phrases are vague about it, what makes one measurable, and what to ask."""

    name: str
    kind: str
    """One of KINDS."""
    vague: tuple[str, ...]
    about: tuple[str, ...]
    enough: frozenset[What]
    questions: tuple[tuple[Ask, str], ...]
    """In the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What a one-sided list lacks, the topics that cover it, and the sentence that suggests asking for it (M3.1)."""

    name: str
    topics: tuple[str, ...]
    say: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences that the rep reads. `one` takes `first`; `two` takes `first` and `second`."""

    one: str
    two: str
    generic: str
    competitor: str
    competitor_named: str
    """Takes `name`."""
    baseline: str
    to_expectation: str
    to_priority: str


@dataclass(frozen=True, slots=True)
class CompetitorWords:
    """How a competitor's promise sounds (M1.2). Every list holds phrases, as `prompts.phrase_matcher` reads them."""

    signs: tuple[str, ...]
    """Of a promise by a seller whom nobody names."""
    promised: tuple[str, ...]
    """After a name, these make a promise of its owner."""
    said: tuple[str, ...]
    """The same, if one of `boasts` follows or the name is a known competitor's."""
    boasts: tuple[str, ...]
    nouns: tuple[str, ...]
    """May stand between the name and the word of a promise: "the Acme guy promised"."""
    between: tuple[str, ...]
    offers: tuple[str, ...]
    """What a competitor's name owns in a promise: "Acme's quote"."""
    no_sellers: tuple[str, ...]
    """Capitalized words that are nobody's name, or not a seller's."""
    first_names: tuple[str, ...]
    beaten: tuple[str, ...]
    """Before the names of competitors, in the rep's own words."""
    clauses: tuple[str, ...]
    """Words that tell a sentence from a thing."""
    subjects: tuple[str, ...]
    passive: tuple[str, ...]
    owners: tuple[str, ...]
    places: tuple[str, ...]
    joining: tuple[str, ...]
    leading: tuple[str, ...]
    trailing: tuple[str, ...]
    """Before and after a promise, and no part of it."""
    asides: tuple[str, ...]
    """How a remark begins that follows the promise: "in their demo"."""


@dataclass(frozen=True, slots=True)
class CompetitorBook:
    """How a competitor's promise sounds, and how the rep can reset it (M1.2)."""

    words: CompetitorWords
    turned: Mapping[str, str]
    """Words of the customer about themselves, folded, and how the rep says them back."""
    script: str
    """For a promised thing; takes `promise` and `customer`."""
    script_sentence: str
    """For a promise that is a sentence."""


@dataclass(frozen=True, slots=True)
class CoachBook:
    """One locale's coach. Every list holds phrases, as `prompts.phrase_matcher` reads them."""

    sentences: Sentences
    competitor: CompetitorBook
    generic: tuple[str, ...]
    fillers: tuple[str, ...]
    vague: tuple[str, ...]
    harmless: tuple[str, ...]
    checkable: tuple[str, ...]
    hopes: tuple[str, ...]
    nameless: tuple[str, ...]
    settled: tuple[str, ...]
    sale: tuple[str, ...]
    product: tuple[str, ...]
    """Signs that a statement is about the sale, or about the product, whatever topics it mentions (M3.1, M3.2)."""
    changes: tuple[str, ...]
    """Signs of a target that changes today's value (M10.7)."""
    given: tuple[str, ...]
    """Signs that today's value is in the wording."""
    missing: tuple[Missing, ...]
    topics: tuple[Topic, ...]


@cache
def coach_book(locale: str = "en") -> CoachBook:
    """Return a locale's coach. Raises `PlaybookError`, with file and line, when it is missing or wrong."""
    return load(locale, "coach.toml", read_coach)


def render(template: str, **values: str) -> str:
    """Fill `values` into a text of the coach. The result is plain text: escape it for the surface that shows it."""
    return _template(template).render(values)


@cache
def _template(text: str) -> Template:
    return template_environment().from_string(text)


def read_coach(document: TomlDocument) -> CoachBook:
    """Read what can be read; mistakes are noted in the document's `problems`."""
    document.allow_only(("sentences", "competitor", "generic", "vague", "lists", "baseline", "missing", "topics"))
    for table, known in (
        ("sentences", Sentences.__slots__),
        ("competitor", (*CompetitorWords.__slots__, "turned", "script", "script_sentence")),
        ("generic", ("signs", "fillers")),
        ("lists", ("sale", "product")),
        ("baseline", ("changes", "given")),
        ("vague", ("words", "harmless", "checkable", "hopes", "nameless", "settled")),
    ):
        document.allow_only(known, table)
    return CoachBook(
        sentences=_sentences(document),
        competitor=_competitor(document),
        generic=document.phrases("generic", "signs"),
        fillers=document.phrases("generic", "fillers"),
        vague=document.phrases("vague", "words"),
        harmless=document.phrases("vague", "harmless"),
        checkable=document.phrases("vague", "checkable"),
        hopes=document.phrases("vague", "hopes"),
        nameless=document.phrases("vague", "nameless"),
        settled=document.phrases("vague", "settled"),
        sale=document.phrases("lists", "sale"),
        product=document.phrases("lists", "product"),
        changes=document.phrases("baseline", "changes"),
        given=document.phrases("baseline", "given"),
        missing=_missing(document),
        topics=_topics(document),
    )


def _sentences(document: TomlDocument) -> Sentences:
    def sentence(name: str, *placeholders: str) -> str:
        return document.text("sentences", name, max_length=MAX_SENTENCE, placeholders=placeholders)

    return Sentences(
        one=sentence("one", "first"),
        two=sentence("two", "first", "second"),
        generic=sentence("generic"),
        competitor=sentence("competitor"),
        competitor_named=sentence("competitor_named", "name"),
        baseline=sentence("baseline"),
        to_expectation=sentence("to_expectation"),
        to_priority=sentence("to_priority"),
    )


def _competitor(document: TomlDocument) -> CompetitorBook:
    def script(name: str) -> str:
        return document.text("competitor", name, max_length=MAX_SCRIPT, placeholders=("customer", "promise"))

    turned = document.keys("competitor", "turned")
    return CompetitorBook(
        words=CompetitorWords(**{name: document.phrases("competitor", name) for name in CompetitorWords.__slots__}),
        turned={word: document.text("competitor", "turned", word) for word in turned},
        script=script("script"),
        script_sentence=script("script_sentence"),
    )


def _missing(document: TomlDocument) -> tuple[Missing, ...]:
    known = [document.text("topics", number, "name") for number in range(document.count("topics"))]
    found: list[Missing] = []
    for number in range(document.count("missing")):
        path = ("missing", number)
        document.allow_only(tuple(Missing.__slots__), *path)
        topics = document.texts(*path, "topics")
        for topic in topics:
            if topic not in known:
                document.add_problem(f"there is no topic {topic!r}", *path, "topics")
        name = document.text(*path, "name")
        found.append(Missing(name, topics, document.text(*path, "say", max_length=MAX_SENTENCE)))
    return tuple(found)


def _topics(document: TomlDocument) -> tuple[Topic, ...]:
    topics: list[Topic] = []
    for number in range(document.count("topics")):
        topic = _topic(document, number)
        if topic.name and topic.name in (other.name for other in topics):
            document.add_problem(f'there are two topics "{topic.name}"', "topics", number, "name")
        topics.append(topic)
    for kind in KINDS:
        if not any(topic.kind == kind for topic in topics):
            document.add_problem(f"there is no topic of the kind {kind}", "topics")
    return tuple(topics)


def _topic(document: TomlDocument, number: int) -> Topic:
    path = ("topics", number)
    document.allow_only(tuple(Topic.__slots__), *path)
    name = document.text(*path, "name")
    kind = document.text(*path, "kind")
    if kind and kind not in KINDS:
        document.add_problem(f"{kind!r} is not a kind; it is {' or '.join(KINDS)}", *path, "kind")
    enough = document.phrases(*path, "enough")
    for what in enough:
        if what not in tuple(What):
            document.add_problem(f"{what!r} is not measurable; known are {', '.join(What)}", *path, "enough")
    asks = document.keys(*path, "questions")
    if not asks:
        document.add_problem(f'the topic "{name}" has no question', *path)
    document.allow_only(tuple(Ask), *path, "questions")
    return Topic(
        name=name,
        kind=kind,
        vague=document.phrases(*path, "vague"),
        about=document.phrases(*path, "about"),
        enough=frozenset(What(what) for what in enough if what in tuple(What)),
        questions=tuple(
            (Ask(ask), document.text(*path, "questions", ask, max_length=MAX_QUESTION))
            for ask in asks
            if ask in tuple(Ask)
        ),
    )
