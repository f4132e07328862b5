"""Rules for the recap mail, as data that a sales-enablement person can edit: quotes, flagged words, words in names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from prompts.locale_file import load
from prompts.toml_document import TomlDocument

MOST_IN_WORDS = 12
"""A larger number is written in figures."""


@dataclass(frozen=True, slots=True)
class NameWords:
    """Words that are not first names, in lower case and without their dots."""

    titles: frozenset[str]
    suffixes: frozenset[str]
    roles: frozenset[str]
    particles: frozenset[str]
    joining: frozenset[str]


@dataclass(frozen=True, slots=True)
class Grammar:
    """Words by which a wording is turned into the second person, in lower case."""

    swap: Mapping[str, str]
    """The word for the listener by the word for the speaker, and the other way round where that is certain."""
    numbers: tuple[str, ...]
    """One to twelve."""
    units: frozenset[str]
    speaker: frozenset[str]
    wishing: frozenset[str]
    wishes: frozenset[str]
    pronouns: frozenset[str]
    polite: frozenset[str]
    negations: frozenset[str]
    always: frozenset[str]
    conditions: frozenset[str]
    subordinate: frozenset[str]
    before_object: frozenset[str]
    unclear: frozenset[str]
    determiners: frozenset[str]
    objects: frozenset[str]
    somebody: frozenset[str]
    many: frozenset[str]
    with_verb: frozenset[str]
    finite: frozenset[str]
    it_does: frozenset[str]
    wants: frozenset[str]
    theirs: frozenset[str]
    passives: frozenset[str]
    manners: frozenset[str]
    plural_nouns: frozenset[str]
    past: frozenset[str]
    before_amount: frozenset[str]
    verbs: frozenset[str]
    personal: frozenset[str]
    nouns_and_verbs: frozenset[str]
    contacts: frozenset[str]
    countable: frozenset[str]
    common: frozenset[str]
    keeps_capital: frozenset[str]
    foreign: frozenset[str]
    qualities: frozenset[str]
    after_quality: frozenset[str]
    after_thing: frozenset[str]
    regular: frozenset[str]
    short: frozenset[str]
    channels: frozenset[str]
    no_beginning: frozenset[str]
    an: frozenset[str]
    a: frozenset[str]
    common_endings: tuple[str, ...]
    lowered: frozenset[str]
    """All words that are no names: they lose the capital letter of a beginning."""


@dataclass(frozen=True, slots=True)
class RecapRules:
    """One locale's rules for the recap (M6)."""

    quotes: tuple[tuple[str, str], ...]
    """The marks before and after the customer's words, the preferred ones first."""
    legal: tuple[str, ...]
    prices: tuple[str, ...]
    """Phrases of a discount or a price."""
    attachments: tuple[str, ...]
    inviting: tuple[str, ...]
    dates: tuple[str, ...]
    names: NameWords
    grammar: Grammar

    def in_words(self, number: int) -> str:
        """A number up to twelve in words, a larger one in figures."""
        return self.grammar.numbers[number - 1] if 1 <= number <= MOST_IN_WORDS else str(number)


@cache
def recap_rules(locale: str = "en") -> RecapRules:
    """Return a locale's rules. Raises `PlaybookError`, with file and line, when they are missing or wrong."""
    return load(locale, "recap.toml", read_recap_rules)


def read_recap_rules(document: TomlDocument) -> RecapRules:
    """Read what can be read; mistakes are noted in the document's `problems`."""
    document.allow_only(RecapRules.__slots__)
    document.allow_only(NameWords.__slots__, "names")
    document.allow_only([name for name in Grammar.__slots__ if name != "lowered"], "grammar")
    return RecapRules(
        quotes=_quotes(document),
        legal=document.texts("legal"),
        prices=document.texts("prices"),
        attachments=document.texts("attachments"),
        inviting=document.texts("inviting"),
        dates=document.texts("dates"),
        names=NameWords(**{name: frozenset(document.texts("names", name)) for name in NameWords.__slots__}),
        grammar=_grammar(document),
    )


def _grammar(document: TomlDocument) -> Grammar:
    words = {
        name: frozenset(text for line in document.texts("grammar", name) for text in line.split())
        for name in Grammar.__slots__
        if name not in ("swap", "numbers", "common_endings", "lowered")
    }
    return Grammar(
        swap={word: document.text("grammar", "swap", word) for word in document.keys("grammar", "swap")},
        numbers=_numbers(document),
        common_endings=document.texts("grammar", "common_endings"),
        lowered=frozenset().union(*words.values()) - words["keeps_capital"] - words["foreign"],
        **words,
    )


def _numbers(document: TomlDocument) -> tuple[str, ...]:
    numbers = document.texts("grammar", "numbers")
    if len(numbers) != MOST_IN_WORDS:
        document.add_problem(f"there are {len(numbers)} numbers, not {MOST_IN_WORDS}", "grammar", "numbers")
    return numbers


def _quotes(document: TomlDocument) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for marks in document.texts("quotes"):
        if len(marks) != len(("before", "after")):
            document.add_problem(f"{marks!r} is not a pair of quotation marks", "quotes")
        else:
            pairs.append((marks[0], marks[1]))
    return tuple(pairs)
