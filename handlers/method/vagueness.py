"""The vagueness coach: decide which statements need a question, and which question (M1.2, M3.1, M3.4, M3.5).

The coach never changes a statement; the rep decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from handlers.method.competitor_promise import NOBODY, CompetitorRules, Parties, competitor_promise, competitor_rules
from handlers.method.measurables import MeasureRules, has_number, kinds, measure_rules, read_targets
from handlers.method.statements import Kind
from prompts.coach import Ask, CoachBook, Topic, coach_book, render
from prompts.measures import What
from prompts.phrase_matcher import Found, PhraseMatcher, words_of

MAX_QUESTIONS = 2
"""More than two at once would be an interrogation."""

PEOPLE = "people"
"""The unit of people in measures.toml."""

SENTENCE_ENDS = frozenset(".!?")
"""A capital after one of these does not make a name."""

_ANSWERS = {
    Ask.HOW_OFTEN: frozenset({What.FREQUENCY}),
    Ask.BY_WHEN: frozenset({What.DATE, What.CLOCK, What.DURATION, What.EVENT}),
    Ask.HOW_MUCH: frozenset({What.QUANTITY, What.MONEY, What.COUNT}),
    Ask.WHO: frozenset({What.PERSON}),
    Ask.WHICH_CHANNEL: frozenset({What.CHANNEL}),
}


_AMOUNTS = frozenset({What.QUANTITY, What.MONEY, What.COUNT, What.DURATION, What.FREQUENCY})


class Reason(StrEnum):
    """The reason to coach a statement."""

    VAGUE = "vague"
    GENERIC = "generic"
    """Any rep assumes it of any customer (M3.4)."""
    COMPETITOR = "competitor"
    """It sounds like another seller's promise (M1.2)."""


@dataclass(frozen=True, slots=True)
class Coaching:
    """A sentence for the rep, its reason, and what it asks for. `topic` is a topic of the coach's file."""

    reason: Reason
    sentence: str
    asks: tuple[Ask, ...] = ()
    topic: str | None = None
    promised_by: str = ""
    """The competitor who promised it, if the statement names one."""


class _SignKind(StrEnum):
    VAGUE = "vague"
    ABOUT = "about"
    GENERIC = "generic"
    FILLER = "filler"
    WORD = "word"
    HARMLESS = "harmless"
    CHECKABLE = "checkable"
    HOPE = "hope"
    NAMELESS = "nameless"
    SETTLED = "settled"
    SALE = "sale"
    PRODUCT = "product"
    CHANGE = "change"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class _Sign:
    kind: _SignKind
    topic: Topic | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """One locale's coach, compiled by `rules()`."""

    book: CoachBook
    reading: MeasureRules
    finder: PhraseMatcher[_Sign]
    competitors: CompetitorRules


@cache
def rules(locale: str = "en") -> Rules:
    """Return the rules of a locale. Raises `PlaybookError` when its coach.toml or measures.toml is missing or wrong."""
    book = coach_book(locale)
    lists = (
        (_SignKind.GENERIC, book.generic),
        (_SignKind.FILLER, book.fillers),
        (_SignKind.WORD, book.vague),
        (_SignKind.HARMLESS, book.harmless),
        (_SignKind.CHECKABLE, book.checkable),
        (_SignKind.HOPE, book.hopes),
        (_SignKind.NAMELESS, book.nameless),
        (_SignKind.SETTLED, book.settled),
        (_SignKind.SALE, book.sale),
        (_SignKind.PRODUCT, book.product),
        (_SignKind.CHANGE, book.changes),
        (_SignKind.GIVEN, book.given),
    )
    signs = [(phrase, _Sign(says)) for says, phrases in lists for phrase in phrases]
    for topic in book.topics:
        signs += [(phrase, _Sign(_SignKind.VAGUE, topic)) for phrase in topic.vague]
        signs += [(phrase, _Sign(_SignKind.ABOUT, topic)) for phrase in topic.about]
    return Rules(book, measure_rules(locale), PhraseMatcher(signs), competitor_rules(locale))


def coach(wording: str, kind: Kind, rules: Rules, parties: Parties = NOBODY) -> Coaching | None:
    """Return the question about a statement; None when it can be kept and checked as it is (M3.5).

    A competitor's promise comes first, then generic assumptions, then vagueness.
    """
    sentences = rules.book.sentences
    promise = competitor_promise(wording, rules.competitors, parties)
    if promise is not None:
        named = render(sentences.competitor_named, name=promise.name) if promise.name else sentences.competitor
        return Coaching(Reason.COMPETITOR, named, promised_by=promise.name)
    return coach_own(wording, kind, rules)


def coach_own(wording: str, kind: Kind, rules: Rules) -> Coaching | None:
    """The same for a statement that is known to be no competitor's promise."""
    signs = _signs(wording, rules)
    sentences = rules.book.sentences
    if _is_generic(wording, signs):
        return Coaching(Reason.GENERIC, sentences.generic)
    if _has_sign(signs, _SignKind.SETTLED) or not words_of(wording):
        return None
    topic = _vague_topic(wording, kind, signs, rules)
    if topic is None:
        return None
    answered = _measurables_in(wording, rules)
    questions = [(ask, words) for ask, words in topic.questions if not _ANSWERS[ask] & answered] or list(
        topic.questions
    )
    questions = questions[:MAX_QUESTIONS]
    return Coaching(
        Reason.VAGUE,
        _sentence([words for _, words in questions], rules.book),
        tuple(ask for ask, _ in questions),
        topic.name,
    )


def other_list(wording: str, kind: Kind, rules: Rules) -> Kind | None:
    """Return the other kind when all topics of the statement belong to it (M3.1, M3.2); else None."""
    signs = _signs(wording, rules)
    # The event of a date is not what a statement is about: "replaces the spreadsheets by go-live".
    words, measured = words_of(wording), read_targets(wording, rules.reading)
    topical = [
        sign.what.topic
        for sign in signs
        if sign.what.topic is not None
        and not any(t.start <= words[sign.start].start and words[sign.end - 1].end <= t.end for t in measured)
    ]
    kinds_found = {Kind(topic.kind) for topic in topical}
    if len(kinds_found) != 1 or kind in kinds_found:
        return None
    other = next(iter(kinds_found))
    spoken = _SignKind.PRODUCT if other is Kind.EXPECTATION else _SignKind.SALE
    return None if _has_sign(signs, spoken) else other


def lacks_baseline(wording: str, rules: Rules) -> bool:
    """Whether the wording is a target that changes today's value, and does not say what that is (M10.7)."""
    amounts = [t for t in read_targets(wording, rules.reading) if t.what in _AMOUNTS and t.number is not None]
    signs = _signs(wording, rules)
    return len(amounts) == 1 and _has_sign(signs, _SignKind.CHANGE) and not _has_sign(signs, _SignKind.GIVEN)


def topics_of(wording: str, rules: Rules) -> frozenset[str]:
    """The names of the topics that the wording is about."""
    return frozenset(sign.what.topic.name for sign in _signs(wording, rules) if sign.what.topic is not None)


def _signs(wording: str, rules: Rules) -> list[Found[_Sign]]:
    """Find the signs in the wording, except those inside a harmless phrase."""
    found = rules.finder.find([word.folded for word in words_of(wording)])
    covered = {at for sign in found if sign.what.kind is _SignKind.HARMLESS for at in range(sign.start, sign.end)}
    return [sign for sign in found if not (covered.issuperset(range(sign.start, sign.end)))]


def _has_sign(signs: Sequence[Found[_Sign]], says: _SignKind) -> bool:
    return any(sign.what.kind is says for sign in signs)


def _is_generic(wording: str, signs: Sequence[Found[_Sign]]) -> bool:
    """Whether the wording consists of generic phrases and filler words."""
    covered = {
        at
        for sign in signs
        if sign.what.kind in (_SignKind.GENERIC, _SignKind.FILLER)
        for at in range(sign.start, sign.end)
    }
    return _has_sign(signs, _SignKind.GENERIC) and covered.issuperset(range(len(words_of(wording))))


def _vague_topic(wording: str, kind: Kind, signs: Sequence[Found[_Sign]], rules: Rules) -> Topic | None:
    """Return the topic on which the statement is vague; None when it is not vague.

    A statement is vague with a topic's vague phrase and no sufficient measure for the topic; with a vague word and no
    sufficient measure for what it is about; or with a hope and nothing that can be checked. Anything else counts as a
    fact that is either true or not ("left hand drive"): a needless question costs the rep's trust.
    """
    measurables = _measurables_in(wording, rules)
    names = _has_name(wording, signs)
    last = [topic for topic in rules.book.topics if topic.kind == kind][-1]
    elsewhere = other_list(wording, kind, rules)
    vague = _topics_by_length(signs, _SignKind.VAGUE)
    if vague:
        # A name answers "who?", but is not a measure: "keep Dana posted".
        known = measurables | ({What.PERSON} if names else set())
        open_topics = [topic for topic in vague if not _sufficient(topic, last) & known]
        return _best(open_topics, kind, elsewhere, last) if open_topics else None
    about = _topics_by_length(signs, _SignKind.ABOUT)
    topic = _best(about, kind, elsewhere, last)
    if _has_sign(signs, _SignKind.WORD):
        # An event measures only what a topic says: "check in now and then after the install".
        events = topic is not last and What.EVENT in topic.enough
        enough = (topic.enough | last.enough) - (set() if events else {What.EVENT})
        return None if enough & measurables else topic
    if (
        measurables - {What.CHANNEL}
        or names
        or _has_sign(signs, _SignKind.CHECKABLE)
        or has_number(wording, rules.reading)
    ):
        return None
    # Of a product, anything else is a fact ("left hand drive"); of the sale there are no such facts.
    return topic if kind is Kind.EXPECTATION or _has_sign(signs, _SignKind.HOPE) else None


def _best(topics: Sequence[Topic], kind: Kind, elsewhere: Kind | None, last: Topic) -> Topic:
    """The first topic of the statement's kind: "fast" needs another question as an expectation than as a priority.

    Without one, the first of the list where it belongs (`elsewhere`), else `last`.
    """
    return next((topic for each in (kind, elsewhere) for topic in topics if topic.kind == each), last)


def _sufficient(topic: Topic, last: Topic) -> frozenset[What]:
    """The sufficient measures for a topic. `last` ends its list; a topic of the other list is a guess."""
    return topic.enough if topic.kind == last.kind else topic.enough | last.enough


def _measurables_in(wording: str, rules: Rules) -> frozenset[What]:
    """The measurable things in the wording. A rate ("400 an hour") answers how often and how much."""
    # "one person to call" counts nobody: it is a wish for a name.
    targets = [t for t in read_targets(wording, rules.reading) if not (t.number == 1 and t.unit == PEOPLE)]
    rate = any(target.what is What.FREQUENCY and target.number is not None and target.number > 1 for target in targets)
    return kinds(targets) | ({What.QUANTITY} if rate else set())


def _topics_by_length(signs: Sequence[Found[_Sign]], says: _SignKind) -> list[Topic]:
    """The topics of the signs of a kind: the one with the longest phrase first, for it says most."""
    found = sorted((s for s in signs if s.what.kind is says), key=lambda s: s.start - s.end)
    return list({s.what.topic.name: s.what.topic for s in found if s.what.topic is not None}.values())


def _has_name(wording: str, signs: Sequence[Found[_Sign]]) -> bool:
    """Whether it has a name: a capital that does not begin a sentence, or a word in capitals."""
    words = words_of(wording)
    nameless = {sign.start for sign in signs if sign.what.kind is _SignKind.NAMELESS}
    for at, word in enumerate(words):
        begins = at == 0 or SENTENCE_ENDS & set(wording[words[at - 1].end : word.start])
        uppercase = len(word.text) > 1 and word.text.isupper()
        if at not in nameless and word.text[0].isupper() and (uppercase or not begins):
            return True
    return False


def _sentence(questions: Sequence[str], book: CoachBook) -> str:
    first, *rest = questions
    first = first[:1].upper() + first[1:]
    return render(book.sentences.two, first=first, second=rest[0]) if rest else render(book.sentences.one, first=first)
