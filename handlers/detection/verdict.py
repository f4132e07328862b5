"""Weigh a reading: each event in the post, what stands against it, and what the rest of the post adds."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp

from handlers.detection.customers import Name, any_name, name_after, name_before
from handlers.detection.lexicon import EVENT_TAGS, Lexicon, Run, Tag
from handlers.detection.posts import Cue, Decision
from handlers.detection.reading import Reading
from handlers.detection.tokens import Kind

BIAS = -3.0
SURE = 0.80
MAYBE = 0.50
MAYBE_IN_WINS_CHANNEL = 0.35
EXCERPT = 60

_SCOPED_BEFORE: tuple[tuple[Tag, str, float], ...] = (
    (Tag.NEG, "negation", -6.0),
    (Tag.FUTURE, "not yet", -5.0),
    (Tag.COND, "condition", -5.0),
)
_IN_SENTENCE: tuple[tuple[Tag, str, float], ...] = (
    (Tag.HEARSAY, "somebody else's news", -4.5),
    (Tag.HISTORY, "an old deal", -4.5),
    (Tag.INSTRUCT, "about how deals are reported", -2.5),
    (Tag.LOST, "lost", -4.5),
    (Tag.SOFT, "not a commitment", -4.5),
    (Tag.BUYING, "our own purchase", -5.0),
    (Tag.HIRING, "hiring", -5.0),
    (Tag.FUNDING, "funding", -5.0),
)
_IN_POST: tuple[tuple[Tag, str, float], ...] = (
    (Tag.RETRACT, "taken back", -4.5),
    (Tag.TEST, "a test", -6.0),
    (Tag.RECAP, "a recap", -3.5),
)


@dataclass(slots=True)
class Event:
    """One phrase that may be the news, with the name beside it and the cues for and against."""

    run: Run
    name: Name | None = None
    cues: list[Cue] = field(default_factory=list)

    @property
    def weight(self) -> float:
        """What the event is worth by itself."""
        return sum(cue.weight for cue in self.cues)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How likely the post is the news of a closed deal, the event that says so, and why."""

    confidence: float
    event: Event | None
    name: Name | None
    cues: tuple[Cue, ...]


def judge(reading: Reading, lexicon: Lexicon) -> Verdict:
    """Weigh every event of the reading and return the best one's verdict."""
    events = [_event(reading, run, lexicon) for run in reading.runs if run.tag & EVENT_TAGS]
    best = max(events, key=lambda event: event.weight, default=None)
    name = best.name if best else None
    if name is None:
        name = any_name(reading, lexicon)
    cues = list(best.cues) if best else []
    cues += _support(reading, lexicon, name)
    cues += _against_post(reading)
    others = {event.run.tag & EVENT_TAGS for event in events if event is not best and event.weight > 1}
    if others:
        cues.append(Cue("said more than once", min(1.5, 0.8 * len(others)), ""))
    total = BIAS + sum(cue.weight for cue in cues)
    return Verdict(1 / (1 + exp(-max(min(total, 30.0), -30.0))), best, name, tuple(cues))


def decide(confidence: float, *, wins_channel: bool) -> Decision:
    """Turn a confidence into what to do; a wins channel lowers the bar for asking, never for prompting."""
    if confidence >= SURE:
        return Decision.SURE
    return Decision.MAYBE if confidence >= (MAYBE_IN_WINS_CHANNEL if wins_channel else MAYBE) else Decision.NO


def _event(reading: Reading, run: Run, lexicon: Lexicon) -> Event:
    event = Event(run)
    tag = run.tag
    after = name_after(reading, run.end, lexicon, far=bool(tag & (Tag.STATE | Tag.NEWS)))
    before = name_before(reading, run.start, lexicon)
    if tag & (Tag.STATE | Tag.NEWS):
        event.name = _better(after, before)
        weight = 3.0 if tag & Tag.STATE else 1.8
    elif tag & Tag.ACT:
        event.name = _better(after, before)
        weight = 0.4 if tag & Tag.WEAK else 1.6
    elif tag & Tag.SIGN:
        event.name = _better(before, after)
        weight = 1.6
    else:
        event.name = before
        weight = 0.8
    event.cues.append(Cue(_event_name(tag), weight, _excerpt(reading, run.start, run.end)))
    if event.name:
        event.cues.append(
            Cue(
                "a customer's name" if event.name.quality == 2 else "perhaps a name",
                1.2 if event.name.quality == 2 else 0.4,
                _excerpt(reading, event.name.start, event.name.end),
            )
        )
    event.cues += _against(reading, run)
    return event


def _better(first: Name | None, second: Name | None) -> Name | None:
    if first and (not second or first.quality >= second.quality):
        return first
    return second


def _event_name(tag: Tag) -> str:
    if tag & Tag.STATE:
        return "says it closed"
    if tag & Tag.NEWS:
        return "opens like a win post"
    if tag & Tag.ACT:
        return "a rep did it"
    if tag & Tag.SIGN:
        return "a customer did it"
    return "may say it closed"


def _against(reading: Reading, run: Run) -> list[Cue]:
    cues: list[Cue] = []
    segment, sentence = reading.segment[run.start], reading.sentence[run.start]
    if reading.quoted[run.start]:
        cues.append(Cue("quoted", -3.0, ""))
    for other in reading.runs:
        if other is run or reading.sentence[other.start] != sentence:
            continue
        same_segment = reading.segment[other.start] == segment
        excerpt = _excerpt(reading, other.start, other.end)
        for tag, name, weight in _SCOPED_BEFORE:
            if other.tag & tag and same_segment and other.end <= run.start:
                cues.append(Cue(name, weight, excerpt))
        if other.tag & (Tag.NEG | Tag.FUTURE) and same_segment and other.start >= run.end:
            cues.append(Cue("not yet", -2.0, excerpt))
        for tag, name, weight in _IN_SENTENCE:
            if other.tag & tag:
                cues.append(Cue(name, weight, excerpt))
        if other.tag & Tag.THING and not other.tag & EVENT_TAGS and same_segment:
            cues.append(Cue("something else", -4.0, excerpt))
    ends = reading.sentence_ends[sentence]
    if "?" in ends and "!" not in ends:
        cues.append(Cue("a question", -4.0, ends))
    return cues


def _support(reading: Reading, lexicon: Lexicon, name: Name | None) -> list[Cue]:
    cues: list[Cue] = []
    if reading.amounts:
        amount = reading.amounts[0]
        cues.append(Cue("an amount", 1.5, _excerpt(reading, amount.start, amount.end)))
        if any(one.period for one in reading.amounts):
            cues.append(Cue("a term", 0.5, ""))
    if any(run.tag & Tag.FRESH for run in reading.runs):
        cues.append(Cue("fresh", 0.6, ""))
    if any(run.tag & Tag.PARTY for run in reading.runs):
        cues.append(Cue("people are glad", 0.5, ""))
    moods = {
        lexicon.emoji.get(token.low.rstrip("\ufe0f\u200d")) for token in reading.tokens if token.kind is Kind.EMOJI
    }
    if "deal" in moods:
        cues.append(Cue("emoji of a deal", 1.0, ""))
    if "party" in moods:
        cues.append(Cue("emoji of a party", 0.6, ""))
    if "doubt" in moods:
        cues.append(Cue("emoji of doubt", -2.0, ""))
    if "lost" in moods:
        cues.append(Cue("emoji of a loss", -0.5, ""))
    if reading.plain.mentions:
        cues.append(Cue("names people", 0.3, ""))
    if any(one.role == "customer" for one in reading.fields) and any(one.role == "amount" for one in reading.fields):
        cues.append(Cue("fields of a deal", 1.0, ""))
    return cues


def _against_post(reading: Reading) -> list[Cue]:
    cues: list[Cue] = []
    for tag, name, weight in _IN_POST:
        run = next((run for run in reading.runs if run.tag & tag), None)
        if run:
            cues.append(Cue(name, weight, _excerpt(reading, run.start, run.end)))
    return cues


def _excerpt(reading: Reading, start: int, end: int) -> str:
    if start >= len(reading.tokens):
        return ""
    return reading.text[reading.tokens[start].start : reading.tokens[max(end, start + 1) - 1].end][:EXCERPT]
