"""Judge a reading: weigh its best event and the rest of the post, and decide by the confidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

from handlers.detection.counter_cues import add_counter_cues, counter_cues_of_post
from handlers.detection.crm_reports import Report
from handlers.detection.customer_spans import Name, Names
from handlers.detection.events import EXCERPT, Event, excerpt, find_events, is_terse
from handlers.detection.lexicon import EVENT_TAGS, Lexicon, Tag
from handlers.detection.passages import Passage, split_passages
from handlers.detection.reading import Reading
from handlers.detection.tokens import TokenKind
from handlers.detection.types import Cue, Decision
from handlers.detection.win_model import PassageWords, WinModel, model_words, outline, spelled_words, told_by, win_model

BIAS = -3.0
SURE = 0.98
"""For posts by people. Of held-out posts, half of them look-alikes, one in a hundred above it is no deal."""
SURE_OF_PLAIN = 0.60
"""For a short post that names the customer, and the sum or that it closed, and in which nothing speaks against it."""
PLAIN = 80
"""Characters of a short post."""
_NAMED, _SUM, _NOTHING_TOLD = "a customer's name", "a sum", "no phrase for it"
_AGAINST = -2.0
SURE_OF_CARD = 0.80
"""For the cards of tools, whose fixed phrases mistake less."""
MAYBE = 0.5
MAYBE_IN_WINS_CHANNEL = 0.33
_NO_PHRASE = -1.0
_TOOL_BONUS = 0.3
"""Log-odds. A tool that mentions the end of a deal is right a little more often than a person."""
_MAX_DENIAL_WEIGHT = -3.5
LOG_ODDS_AFTER_NO = -1.5
"""The upper limit for a passage in which a phrase says that it is no deal."""
_DENIALS = frozenset(
    {"a question", "a negation", "a condition", "a test", "a record of something else", "funding", "hiring", "lost"}
    | {
        "somebody else's news",
        "a deal between others",
        "quoted",
        "an old deal",
        "signed with somebody else",
        "taken back",
        "not yet",
    }
    | {"something that is no customer", "signed up for something"}
)
_MAX_LOG_ODDS = 5.0
"""The limit for the log-odds of the phrases."""
_MIN_CARD_FIELDS = 2
_REPORT_WEIGHT = 5.0
"""The weight of a tool's report (log-odds), for or against."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The probability that the post announces a closed deal, the customer, and the reasons."""

    confidence: float
    name: Name | None
    cues: tuple[Cue, ...]
    passage: Passage
    is_terse: bool = False
    """Whether the post is little more than a name and a sum, which is asked about in a wins channel."""
    sure: float = SURE
    """The confidence from which on a post of its kind is sure."""


class PassageCues(NamedTuple):
    """What the phrases say about one passage: the customer's name that they point to, and the cues."""

    passage: Passage
    name: Name | None
    cues: list[Cue]


def judge(reading: Reading, lexicon: Lexicon, *, card: bool = False, reported: Report | None = None) -> Verdict:
    """Weigh the events of the reading, and judge by the best one.

    `card`: a tool wrote the post, not a person. Its report, if any, decides.
    """
    verdict = _weigh(reading, lexicon, card=card)
    return verdict if reported is None else _apply_report(verdict, reported)


def _apply_report(verdict: Verdict, reported: Report) -> Verdict:
    """A tool's report overrides all other cues."""
    agreeing = tuple(cue for cue in verdict.cues if (cue.weight > 0) == reported.won)
    says = Cue("a tool reports it", _REPORT_WEIGHT, reported.excerpt)
    if not reported.won:
        says = Cue("a tool reports something else", -_REPORT_WEIGHT, reported.excerpt)
    cues = says, *agreeing
    return Verdict(probability(phrase_log_odds(cues)), verdict.name, cues, verdict.passage, sure=verdict.sure)


def _weigh(reading: Reading, lexicon: Lexicon, *, card: bool) -> Verdict:
    """Judge each passage by its phrases and its words, and the post by its best passage.

    A tool's card is one passage, and its fixed phrases suffice.
    """
    names = Names(reading, lexicon)
    if card:
        [found] = weigh_phrases(reading, names, lexicon, [Passage(0, len(reading.tokens))])
        log_odds = _TOOL_BONUS + phrase_log_odds(found.cues)
        return Verdict(probability(log_odds), found.name, tuple(found.cues), found.passage, sure=SURE_OF_CARD)
    passages = split_passages(reading)
    learned = win_model()
    told = list(weigh_phrases(reading, names, lexicon, passages))
    read = read_passages(reading, names, told)
    described = told_by(read, learned.known)
    weights = [learned.weigh(found) for found in described]
    by_passage = [_log_odds(learned, phrases.cues, weight) for phrases, weight in zip(told, weights, strict=True)]
    best = by_passage.index(max(by_passage))
    told_best, weight = told[best], weights[best]
    reads = "reads like a win" if weight > 0 else "does not read like a win"
    cue = Cue(reads, weight, learned.loudest(described[best], weight)[:EXCERPT])
    terse = is_terse(reading, names)
    sure = SURE_OF_PLAIN if _is_plain(reading, told) else SURE
    cues = *told_best.cues, cue
    return Verdict(probability(by_passage[best]), told_best.name, cues, told_best.passage, terse, sure)


def _is_plain(reading: Reading, told: Sequence[PassageCues]) -> bool:
    """Whether a post is short, names its customer, and the sum or that it closed, and says nothing against a deal."""
    cues = [cue for found in told for cue in found.cues]
    names = {cue.name for cue in cues}
    against = any(cue.weight <= _AGAINST for cue in cues)
    told_all = _NAMED in names and (_SUM in names or _NOTHING_TOLD not in names)
    return len(reading.text) <= PLAIN and not against and told_all


def read_passages(reading: Reading, names: Names, told: Sequence[PassageCues]) -> list[PassageWords]:
    """Read the passages of a post as the learned model does."""
    return [
        PassageWords(
            model_words(reading, names, *found.passage),
            outline(reading, names, *found.passage),
            {cue.name for cue in found.cues},
            spelled_words(reading, *found.passage),
        )
        for found in told
    ]


def _log_odds(learned: WinModel, cues: Collection[Cue], weight: float) -> float:
    found = learned.phrases * phrase_log_odds(cues) + weight
    return min(found, LOG_ODDS_AFTER_NO) if is_denied(cues) else found


def weigh_phrases(
    reading: Reading, names: Names, lexicon: Lexicon, passages: Sequence[Passage]
) -> Iterator[PassageCues]:
    """Yield what the phrases say about each passage: its best event, and what the whole post adds to it."""
    events = find_events(reading, names, lexicon)
    add_counter_cues(reading, events, names, lexicon)
    of_post = counter_cues_of_post(reading, names)
    mood = _mood_cues(reading, lexicon)
    first = names.first() or _name_at_start(names)
    elsewhere = _name_elsewhere(reading, events) or first
    denied: list[Cue] = []
    for passage in passages:
        inside = (event for event in events if passage.start <= event.start < passage.end)
        best = max(inside, key=lambda event: event.weight, default=None)
        if best is None:
            # "Our Series B closed! $40M led by Acme Capital": what follows is about the same
            yield PassageCues(passage, first, [Cue("no phrase for it", _NO_PHRASE, ""), *of_post, *denied])
            denied = []
            continue
        name = best.name or elsewhere
        supporting = [*_supporting_cues(reading, best, name), *mood]
        yield PassageCues(passage, name, [*best.cues, *supporting, *_second_event(events, best), *of_post])
        denied = [cue for cue in best.cues if is_denied([cue])][:1]


def probability(log_odds: float) -> float:
    """Convert log-odds to a probability; they are clamped at 30."""
    return 1 / (1 + exp(-max(-30.0, min(log_odds, 30.0))))


def is_denied(cues: Iterable[Cue]) -> bool:
    """Whether a cue explicitly denies a deal, whatever else the post reads like."""
    return any(cue.weight <= _MAX_DENIAL_WEIGHT and cue.name in _DENIALS for cue in cues)


def phrase_log_odds(cues: Iterable[Cue]) -> float:
    """The log-odds of a deal by the phrases alone, clamped."""
    return max(-_MAX_LOG_ODDS, min(BIAS + sum(cue.weight for cue in cues), _MAX_LOG_ODDS))


def decide(confidence: float, *, wins_channel: bool, is_terse: bool = False, sure: float = SURE) -> Decision:
    """Decide by the confidence; a wins channel lowers the threshold for asking, never for prompting.

    `sure`: the threshold for prompting, which depends on the kind of post.
    """
    if confidence >= sure:
        return Decision.SURE
    if wins_channel and is_terse:
        return Decision.MAYBE
    return Decision.MAYBE if confidence >= (MAYBE_IN_WINS_CHANNEL if wins_channel else MAYBE) else Decision.NO


def _name_elsewhere(reading: Reading, events: list[Event]) -> Name | None:
    quoted = reading.division.quoted_line
    named = [event for event in events if event.name and event.name.proper and not quoted[event.name.start]]
    return max(named, key=lambda event: event.weight).name if named else None


def _name_at_start(names: Names) -> Name | None:
    """In a post without capitals, two or more words at the start may be the customer."""
    name = names.after(0, far=False)
    return name if name and name.words > 1 else None


def _second_event(events: list[Event], best: Event) -> list[Cue]:
    kinds = {event.tag & EVENT_TAGS for event in events if event is not best and event.weight > 1}
    return [Cue("said in two ways", 0.8, "")] if kinds else []


def _supporting_cues(reading: Reading, best: Event, name: Name | None) -> list[Cue]:
    cues: list[Cue] = []
    if best.name is None and name is not None:
        cues.append(Cue("a name elsewhere", 0.8 if name.words > 1 else 0.4, name.text))
    quoted = reading.division.quoted_line
    amount = next((one for one in reading.amounts if not quoted[one.start]), None)
    if name is None:
        cues.append(Cue("no name", -0.8 if amount else -1.5, ""))
    if amount:
        cues.append(Cue("a sum", 1.5, excerpt(reading, amount.start, amount.end)))
        if any(one.period for one in reading.amounts):
            cues.append(Cue("a term", 0.4, ""))
    roles = {one.role for one in reading.fields}
    if len(roles) >= _MIN_CARD_FIELDS:
        cues.append(Cue("labelled like a record", 0.8, ""))
    return cues


def _mood_cues(reading: Reading, lexicon: Lexicon) -> list[Cue]:
    cues: list[Cue] = []
    for tag, name, weight in ((Tag.FRESH, "fresh", 0.6), (Tag.PARTY, "people are glad", 0.5)):
        if reading.told & tag:
            run = next(run for run in reading.runs if run.tag & tag)
            cues.append(Cue(name, weight, excerpt(reading, run.start, run.end)))
    moods = {lexicon.mood(token.low) for token in reading.tokens if token.kind is TokenKind.EMOJI}
    for mood, weight in (("deal", 1.0), ("party", 0.6), ("doubt", -2.0), ("lost", -0.5)):
        if mood in moods:
            cues.append(
                Cue(f"emoji of {'a party' if mood == 'party' else 'a deal' if mood == 'deal' else mood}", weight, "")
            )
    if any("!!" in marks for marks in reading.division.ends):
        cues.append(Cue("people shout", 0.4, "!!"))
    if reading.plain.mentions:
        cues.append(Cue("names people", 0.3, ""))
    return cues
