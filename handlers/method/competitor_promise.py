"""Find a competitor's promise in a statement, whoever it names, and say how to reset it (M1.2).

The promise is that of a name with a capital beside a word such as "promised": "the 30 % that Acme promised", "as quoted
by Acme". What the customer's own people said is no competitor's promise, nor is a fact about the tool that they have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from prompts.coach import CompetitorBook, coach_book, render
from prompts.phrase_matcher import Found, PhraseMatcher, words_of
from prompts.recap_rules import recap_rules

MAX_NAMES = 5
"""Competitors read from one mention: "we beat Acme, Globex and Initech"."""
MAX_WORDS_TO_BY = 4
"""Words between "promised" and "by": "promised to us in March by Acme"."""
ROW_MARKS = frozenset({",", "&", "/", "+"})
EDGES = " ,;:.!-–—"
NAME_MARKS = frozenset({"", ".", "&", "-", "+", "/"})
"""Between two words of a name, without a space: `Monday.com`, `AT&T`, `7-Eleven`."""


@dataclass(frozen=True, slots=True)
class Parties:
    """The names that are known of a deal: its competitors, and everybody who is no competitor."""

    competitors: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    """The customer, their people, the rep and the rep's company."""


@dataclass(frozen=True, slots=True)
class CompetitorPromise:
    """A competitor's promise: the company's name as written, empty if it is not named, and what was promised."""

    name: str
    promise: str
    """In the customer's words; empty if it cannot be told from the rest."""


class _Sign(Enum):
    UNNAMED = auto()
    PROMISED = auto()
    SAID = auto()
    BOAST = auto()
    NOUN = auto()
    BETWEEN = auto()
    OFFER = auto()
    BEATEN = auto()
    CLAUSE = auto()
    LEADING = auto()
    TRAILING = auto()
    ASIDE = auto()


@dataclass(frozen=True, slots=True)
class CompetitorRules:
    """One locale's signs of a competitor's promise, compiled."""

    book: CompetitorBook
    finder: PhraseMatcher[_Sign]
    no_sellers: frozenset[str]
    people: frozenset[str]
    """First names, and titles such as "Mr"."""


@cache
def competitor_rules(locale: str = "en") -> CompetitorRules:
    """Return the rules of a locale. Raises `PlaybookError` when its coach.toml is missing or wrong."""
    book = coach_book(locale).competitor
    words = book.words
    lists = {
        _Sign.UNNAMED: words.signs,
        _Sign.PROMISED: words.promised,
        _Sign.SAID: words.said,
        _Sign.BOAST: words.boasts,
        _Sign.NOUN: words.nouns,
        _Sign.BETWEEN: words.between,
        _Sign.OFFER: words.offers,
        _Sign.BEATEN: words.beaten,
        _Sign.CLAUSE: words.clauses,
        _Sign.LEADING: words.leading,
        _Sign.TRAILING: words.trailing,
        _Sign.ASIDE: words.asides,
    }
    signs = [(phrase, sign) for sign, phrases in lists.items() for phrase in phrases]
    people = frozenset(words.first_names) | recap_rules(locale).names.titles
    return CompetitorRules(book, PhraseMatcher(signs), frozenset(words.no_sellers), people)


NOBODY = Parties()


def competitor_promise(wording: str, rules: CompetitorRules, parties: Parties = NOBODY) -> CompetitorPromise | None:
    """Return the competitor's promise that the wording repeats; None when it repeats none."""
    line = _Line(wording, rules, parties)
    named = next(line.promises_by_name(), None)
    if named is not None:
        return named
    unnamed = next(iter(line.all(_Sign.UNNAMED)), None)
    return None if unnamed is None else CompetitorPromise("", line.promise_around(unnamed.start, unnamed.end))


def competitors_named(text: str, rules: CompetitorRules, parties: Parties = NOBODY) -> tuple[str, ...]:
    """Return the competitors that a rep names in a message or a brief: "we beat Acme and Globex"."""
    line = _Line(text, rules, parties)
    names: dict[str, str] = {}
    for found in line.all(_Sign.BEATEN):
        for name in line.names_in_a_row(found.end):
            names.setdefault(name.casefold(), name)
    return tuple(names.values())


def reset_script(wording: str, customer: str, rules: CompetitorRules, parties: Parties = NOBODY) -> str:
    """Return what the rep can say to reset a competitor's promise, in plain text (M1.2)."""
    found = competitor_promise(wording, rules, parties)
    if found is None or not found.promise:
        return render(rules.book.script, promise=f"“{wording}”", customer=customer)
    folded = [word.folded for word in words_of(found.promise)]
    sentence = folded[0] in rules.book.words.subjects or any(s.what is _Sign.CLAUSE for s in rules.finder.find(folded))
    script = rules.book.script_sentence if sentence else rules.book.script
    return render(script, promise=_turned(found.promise, rules.book), customer=customer)


def _turned(promise: str, book: CompetitorBook) -> str:
    """The promise as the rep says it to the customer: "we'd be live" becomes "you'd be live"."""
    said: list[str] = []
    at = 0
    for word in words_of(promise):
        said += [promise[at : word.start], book.turned.get(word.folded, word.text)]
        at = word.end
    return "".join([*said, promise[at:]])


@dataclass(frozen=True, slots=True)
class _Name:
    """A company's name in the words from `start` up to `end`."""

    start: int
    end: int
    text: str
    known: bool
    possessive: bool


class _Line:
    """A wording, the signs at each of its words, and the names in it."""

    def __init__(self, wording: str, rules: CompetitorRules, parties: Parties) -> None:
        self._wording = wording
        self._words = words_of(wording)
        self._rules = rules
        self._found = rules.finder.find([word.folded for word in self._words])
        self._starts: dict[tuple[_Sign, int], int] = {}
        self._ends: dict[tuple[_Sign, int], int] = {}
        for sign in self._found:
            place = (sign.what, sign.start)
            self._starts[place] = max(sign.end, self._starts.get(place, 0))
            self._ends.setdefault((sign.what, sign.end), sign.start)  # the longest: they come in order of start
        self._shouted = wording == wording.upper()
        self._competitors = [_words_in(name) for name in parties.competitors]
        self._own = frozenset().union(*map(_words_in, parties.own)) - rules.no_sellers

    def all(self, *signs: _Sign) -> list[Found[_Sign]]:
        return [found for found in self._found if found.what in signs]

    def promises_by_name(self) -> Iterator[CompetitorPromise]:
        """The promises by a name, the certain words of a promise first."""
        boasts = bool(self.all(_Sign.BOAST))
        for found in sorted(self.all(_Sign.PROMISED, _Sign.SAID), key=lambda found: found.what is _Sign.SAID):
            name = self._subject(found.start)
            if name is not None and (found.what is _Sign.PROMISED or name.known or boasts):
                yield CompetitorPromise(name.text, self.promise_around(name.start, found.end))
            name = self._name_after_by(found.end)
            if name is not None:
                yield CompetitorPromise(name.text, self._promise_to(found, name))
        for found in self.all(_Sign.OFFER):
            name = self._name_before(found.start)
            if name is not None and (name.known or name.possessive):
                yield CompetitorPromise(name.text, self.promise_around(name.start, found.end))
            name = self._name_after_word(found.end, "from")
            if name is not None:  # "a promise from Acme, 2 hours"
                yield CompetitorPromise(name.text, self.promise_around(found.start, name.end))

    def names_in_a_row(self, at: int) -> Iterator[str]:
        """The names from the word `at` on: `Acme, Globex AND Initech`."""
        for _ in range(MAX_NAMES):
            while self._joins(at):
                at += 1
            name = self._name_after(at, in_a_row=True)
            if name is None:
                return
            yield name.text
            at = name.end
            if not (self._joins(at) or self._gap(at - 1).strip() in ROW_MARKS):
                return

    def _joins(self, at: int) -> bool:
        """Whether the word stands between names in a row."""
        return at < len(self._words) and self._words[at].folded in self._rules.book.words.joining

    def promise_around(self, start: int, end: int) -> str:
        """What was promised: the words after its source, from `start` up to `end`, or else those before it."""
        before, after = start, self._without_leading(end)
        while before and (cut := self._ends.get((_Sign.TRAILING, before))) is not None:
            before = cut
        left = self._wording[: self._words[before - 1].end].strip(EDGES) if before else ""
        nothing = self._starts.get((_Sign.LEADING, after)) == len(self._words)  # "that Acme showed us"
        right = (
            self._wording[self._words[after].start :].strip(EDGES) if after < len(self._words) and not nothing else ""
        )
        # "the reporting that Acme showed us in their demo", "the demo that Acme showed us had maps"
        subject = after < len(self._words) and self._words[after].folded in self._rules.book.words.subjects
        beside = not subject and any((sign, after) in self._starts for sign in (_Sign.ASIDE, _Sign.CLAUSE))
        return left if left and (beside or not right) else right

    def _promise_to(self, found: Found[_Sign], name: _Name) -> str:
        """What "promised" is about in "promised three months by Acme", or around it."""
        start = self._without_leading(found.end)
        between = self._wording[self._words[start].start : self._words[name.start - 1].start].strip(EDGES)
        return between or self.promise_around(found.start, name.end)

    def _without_leading(self, at: int) -> int:
        while (skipped := self._starts.get((_Sign.LEADING, at), len(self._words))) < len(self._words):
            at = skipped
        return at

    def _subject(self, at: int) -> _Name | None:
        """The name before the word of a promise: "Acme has promised", "the Acme guy promised"; not "was promised"."""
        if at and self._words[at - 1].folded in self._rules.book.words.passive:
            return None
        noun_end = self._before(_Sign.BETWEEN, at)
        noun = self._ends.get((_Sign.NOUN, noun_end))
        name = self._name_before(noun_end if noun is None else self._before(_Sign.BETWEEN, noun))
        if name is None or name.known or noun is not None or not name.start:
            return name
        # "our Anna said", "headquarters in Oslo said"; but "our Acme rep said".
        words = self._rules.book.words
        return None if self._words[name.start - 1].folded in (*words.owners, *words.places) else name

    def _name_after_by(self, at: int) -> _Name | None:
        """The name in "as promised to us by Acme"."""
        until = min(at + MAX_WORDS_TO_BY, len(self._words))
        by = next((here for here in range(at, until) if self._words[here].folded == "by"), at)
        return self._name_after_word(by, "by")

    def _name_after_word(self, at: int, word: str) -> _Name | None:
        """The name after this word and an article: "by the Acme guy"."""
        if at >= len(self._words) or self._words[at].folded != word:
            return None
        article = at + 1 < len(self._words) and self._words[at + 1].folded == "the"
        return self._name_after(at + 2 if article else at + 1)

    def _before(self, sign: _Sign, at: int) -> int:
        while (start := self._ends.get((sign, at))) is not None:
            at = start
        return at

    def _name_before(self, end: int) -> _Name | None:
        """The name that ends right before the word `end`."""
        start = end
        while start and self._is_capitalized(start - 1) and (start == end or self._joined(start - 1)):
            start -= 1
            if start > 1 and self._words[start - 1].folded == "of" and self._is_capitalized(start - 2):
                start -= 1  # "Bank of America"
            if self._shouted and not (start and self._tight(start - 1)):
                break
        near = end == len(self._words) or self._gap(end - 1).strip() in {"", ",", ":"}
        return self._name(start, end) if near else None

    def _name_after(self, start: int, *, in_a_row: bool = False) -> _Name | None:
        """The name that begins at the word `start`. In a row of names, a single "&" separates two."""
        end = start
        while end < len(self._words) and self._is_capitalized(end):
            if end > start and not (self._tight(end - 1) or self._gap(end - 1).strip() in ("" if in_a_row else "&+")):
                break
            end += 1
            if end + 1 < len(self._words) and self._words[end].folded == "of" and self._is_capitalized(end + 1):
                end += 1  # "Bank of America"
            if self._shouted and not (end < len(self._words) and self._tight(end - 1)):
                break
        return self._name(start, end)

    def _name(self, start: int, end: int) -> _Name | None:
        """The name in these words; None when they are nobody's, or name no seller."""
        while start < end and self._is_no_seller(start) and self._words[min(start + 1, end - 1)].folded != "of":
            start += 1  # "Like Acme promised"
        if start >= end:
            return None
        text = self._wording[self._words[start].start : self._words[end - 1].end]
        possessive = text.endswith(("'s", "’s"))
        text = text[:-2] if possessive else text
        words = _words_in(text)
        known = any(words <= competitor or words >= competitor for competitor in self._competitors if competitor)
        titled = start > 0 and self._words[start - 1].folded in self._rules.people
        person = titled or _plain(self._words[start].text) in self._rules.people
        if not known and (person or words <= self._own or self._is_no_seller(start)):
            return None
        return _Name(start, end, text, known, possessive)

    def _is_capitalized(self, at: int) -> bool:
        """Whether the word may belong to a name: it has a capital, as `iPhone` has, or is a known competitor's."""
        word = self._words[at]
        if self._joins(at):
            return False
        if word.text != word.text.lower() or any(_plain(word.text) in each for each in self._competitors):
            return True
        if word.text.isdigit():
            return self._tight(at) and at + 1 < len(self._words) and self._words[at + 1].text.istitle()  # "3M"
        return at > 0 and self._tight(at - 1) and self._is_capitalized(at - 1)  # the "com" of "Monday.com"

    def _is_no_seller(self, at: int) -> bool:
        alone = at + 1 == len(self._words) or not self._tight(at)
        return alone and _plain(self._words[at].text) in self._rules.no_sellers

    def _joined(self, at: int) -> bool:
        """Whether the word and the next one may be of one name."""
        return self._tight(at) or self._gap(at).strip() in {"", "&", "+"}

    def _tight(self, at: int) -> bool:
        return self._gap(at) in NAME_MARKS

    def _gap(self, at: int) -> str:
        """The text between the word and the next one."""
        return self._wording[self._words[at].end : self._words[at + 1].start] if at + 1 < len(self._words) else " "


def _plain(word: str) -> str:
    """The word in lower case, without the ending of an owner."""
    return word.casefold().removesuffix("'s").removesuffix("’s")


def _words_in(name: str) -> frozenset[str]:
    return frozenset(_plain(word.text) for word in words_of(name))
