"""Find the events of a reading: each phrase that may announce a deal, with the customer it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from handlers.detection.customer_spans import Grade, Name, Names
from handlers.detection.lexicon import EVENT_TAGS, NOTHING, Lexicon, PhraseMatch, Tag
from handlers.detection.markup import BOLD
from handlers.detection.reading import Reading
from handlers.detection.tokens import TokenKind
from handlers.detection.types import Cue

EXCERPT = 60
MOST_TERSE_WORDS = 4
MAX_EVENTS = 40
"""The maximum number of events that are weighed, which bounds the cost of a post full of them."""


_TO_STAGE = frozenset(
    {"→", "➡", ">", ":", "=", "»", "to", "as", "is", "now", "stage", "status", "group", "column", "list"}
)
TO_SIGN = frozenset({"to sign", "to commit", "to renew", "to say", "to close", "over the"})
_ARTICLES = frozenset({"the", "a", "an", "their", "our", "its", "his", "her"})
_CONTRARY = (
    Tag.NEG | Tag.FUTURE | Tag.COND | Tag.SOFT | Tag.LOST | Tag.RECAP | Tag.INSTRUCT | Tag.HISTORY | Tag.HEARSAY
    | Tag.BUYING | Tag.HIRING | Tag.FUNDING | Tag.CONTEST | Tag.CREATED | Tag.OTHER_CARD | Tag.RETRACT | Tag.TEST
    | Tag.UNDONE | Tag.RIVAL
)  # fmt: skip
_VERBS = Tag.STATE | Tag.ACT | Tag.SIGN
_SKIPPED = frozenset({BOLD, '"', "“", "”", "'", "-"})


@dataclass(slots=True)
class Event:
    """A phrase that may announce a deal: its tokens [start, end), its tag, the name beside it, and its cues."""

    start: int
    end: int
    tag: int
    name: Name | None
    cues: list[Cue] = field(default_factory=list)

    @property
    def weight(self) -> float:
        """The sum of the weights of its cues."""
        return sum(cue.weight for cue in self.cues)


def find_events(reading: Reading, names: Names, lexicon: Lexicon) -> list[Event]:
    """Return the events of the reading with the cues for them; see counter_cues.py for those against them."""
    events: list[Event] = []
    if reading.told & EVENT_TAGS:
        telling = (run for run in reading.runs if run.tag & EVENT_TAGS and not _in_a_name(run, names))
        events = [_event(reading, run, names) for run in islice(telling, MAX_EVENTS)]
        if any(event.tag & _VERBS for event in events):
            return events
    return events + _bare_events(reading, names, lexicon)


def excerpt(reading: Reading, start: int, end: int) -> str:
    """Return the text of some tokens, shortened for a cue."""
    return reading.text_of(start, end)[:EXCERPT]


def stage_reached(reading: Reading, run: PhraseMatch) -> bool:
    """Whether a CRM reports a move to this stage: `→ Won`, `marked as *Won*`, `Status: Won`."""
    return _mark_before(reading, run.start) in _TO_STAGE


def stage_left(reading: Reading, run: PhraseMatch) -> bool:
    """Whether a CRM reports a move away from this stage: `from Won to Active`, `Closed Won → Closed Lost`."""
    if _mark_before(reading, run.start) == "from":
        return True
    at = run.end
    while at < len(reading.tokens) and reading.tokens[at].low in _SKIPPED:
        at += 1
    return (
        at < len(reading.tokens) and reading.tokens[at].low in {"→", "➡", "to"} and not _leads_to_name(reading, at + 1)
    )


def _leads_to_name(reading: Reading, at: int) -> bool:
    """`closed won → <link>` and `closed won to Acme` lead to the deal, not to another stage."""
    return at >= len(reading.tokens) or not reading.tag(at) & (
        Tag.LOST | Tag.SOFT | Tag.CREATED | Tag.STATE | Tag.LIGHT
    )


def _mark_before(reading: Reading, at: int) -> str:
    at -= 1
    while at >= 0 and reading.tokens[at].low in _SKIPPED:
        at -= 1
    return reading.tokens[at].low if at >= 0 else ""


def _in_a_name(run: PhraseMatch, names: Names) -> bool:
    """`Hearth Home Builders`: a capitalized light word inside a name."""
    if run.end - run.start > 1 or not run.tag & Tag.LIGHT:
        return False
    beside = (run.start - 1, run.end)
    return names.grades[run.start] is Grade.LENT and any(
        0 <= at < len(names.grades) and names.grades[at] is Grade.PROPER for at in beside
    )


def _event(reading: Reading, run: PhraseMatch, names: Names) -> Event:
    tag = run.tag
    if tag & Tag.STAGE and stage_reached(reading, run):
        tag |= Tag.STATE
    after = names.after(run.end, far=bool(tag & (Tag.STATE | Tag.NEWS | Tag.SIGN | Tag.ACT)))
    if after and tag & Tag.LIGHT and reading.text_of(after.end, after.end + 2).lower() in TO_SIGN:
        tag |= Tag.ACT  # "got Acme to sign"
    before = names.before(run.start, far=True)
    if names.any_proper:  # in a post with capitals, a name has one
        before, after = (one if one and one.proper else None for one in (before, after))
    # The deal comes before "moved to Won"; what follows is a board, an amount, a colleague.
    reached = before is not None and tag & Tag.STAGE and tag & Tag.STATE
    event = Event(run.start, run.end, tag, before if reached else _choose_name(tag, before, after))
    event.cues.append(_kind_cue(reading, event))
    if event.name:
        event.cues.append(_name_cue(reading, event.name, signed=bool(tag & Tag.SIGN)))
    return event


def _choose_name(tag: int, before: Name | None, after: Name | None) -> Name | None:
    """Choose the name that the event is about: the proper one, the nearer one, the one on the verb's side."""
    if before is None or after is None:
        return before or after
    if tag & Tag.PRAISED or (tag & Tag.STATE and tag & Tag.ACT):
        return after  # "Theo won the deal Kite Travel": the rep comes before it
    if before.proper != after.proper:
        return before if before.proper else after
    behind = after.cost if tag & (Tag.ACT | Tag.NEWS) else after.cost + 1
    return before if before.cost < behind or (before.cost == behind and tag & Tag.SIGN) else after


def _kind_cue(reading: Reading, event: Event) -> Cue:
    """Return the cue of the phrase itself; the first of its kinds counts."""
    said = excerpt(reading, event.start, event.end)
    before = reading.tag(event.start - 1) if event.start else NOTHING
    beside_sum = bool(reading.amounts) and event.name is not None and event.name.proper
    is_closed = before & Tag.GLUE and not event.tag & Tag.STAGE  # offices are closed, too
    kinds = (
        (Tag.STATE, "says that the deal is done", 2.2 if _is_only_mentioned(reading, event) else 3.0),
        (Tag.NEWS, "opens like a win post", 1.8),
        (Tag.ACT, "a rep closed it", 1.3 if is_closed else 1.7 if _is_before_name(event) else 1.6),
        (Tag.PRAISED, "praised for closing it", 1.8 if _is_praised(reading, event.start) else -2.0),
        (Tag.SIGN, "a customer signed", 2.2 if before & Tag.FRESH else 1.7),
        (Tag.PRESENT, "a headline", 0.6 if beside_sum else 0.2),
        (
            Tag.LIGHT,
            "may mean that it closed",
            1.0 if beside_sum else 0.6 if _is_light_beside_amount(reading, event) else -0.6,
        ),
    )
    return next(Cue(name, weight, said) for tag, name, weight in kinds if event.tag & tag)


def _is_light_beside_amount(reading: Reading, event: Event) -> bool:
    return bool(reading.amounts) and event.name is not None and event.name.words > 1


def _is_before_name(event: Event) -> bool:
    """`Acme closed` is about Acme; in `Dana closed Acme` the name before the verb may be anybody."""
    return event.name is not None and event.name.end <= event.start and event.name.words > 1


def _is_only_mentioned(reading: Reading, event: Event) -> bool:
    """`the signed contract` is a document; `Acme signed the contract` is news."""
    if not event.tag & Tag.PAPER or any(reading.tokens[at].low in _ARTICLES for at in range(event.start, event.end)):
        return False
    before = reading.tokens[event.start - 1].low if event.start else ""
    return before in _ARTICLES or before.endswith("'s") or reading.opens_sentence(event.start)


def _is_praised(reading: Reading, at: int) -> bool:
    sentence = reading.division.sentence
    return any(run.tag & Tag.PARTY and run.end <= at and sentence[run.start] == sentence[at] for run in reading.runs)


def _name_cue(reading: Reading, name: Name, *, signed: bool = False) -> Cue:
    """Two lower-case words may be a name; as the subject of "signed" they are likely one."""
    if not name.proper:
        return Cue("perhaps a customer", 0.5 if name.words == 1 else 1.4 if signed else 0.9, name.text)
    if name.words > 1:
        return Cue("a customer's name", 1.4, name.text)
    return Cue("a customer's name", 0.7 if reading.opens_sentence(name.start) else 1.0, name.text)


def _bare_events(reading: Reading, names: Names, lexicon: Lexicon) -> list[Event]:
    """Events without a verb: a name and an amount, alone in their segments, and a cheer; or a name and a deal emoji."""
    if reading.told & _CONTRARY:
        return []
    moods = [lexicon.mood(token.low) for token in reading.tokens if token.kind is TokenKind.EMOJI]
    deal = moods.count("deal")
    glad = deal or "party" in moods or "!!" in "".join(reading.division.ends) or _has_tag(reading, Tag.PARTY)
    if not glad or not (reading.amounts or deal > 1):
        return []
    if any("?" in marks for marks in reading.division.ends):
        return []
    name = names.first() or _name_beside_amount(reading, names)
    if name is None or not (name.proper or name.words > 1):
        return []
    segments = {reading.division.segment[name.start]}
    segments |= {reading.division.segment[one.start] for one in reading.amounts} or set(reading.division.segment)
    places = (at for at, part in enumerate(reading.division.segment) if part in segments)
    if sum(_is_beside_message(reading, name, at) for at in places) > 1:
        return []
    event = Event(name.start, name.end, Tag.LIGHT, name)
    event.cues.append(Cue("a name, a sum and a cheer", 1.8 if deal else 1.0, excerpt(reading, name.start, name.end)))
    event.cues.append(_name_cue(reading, name))
    return [event]


_POSTER = frozenset({"we", "i", "we've", "i've", "just"})
"""How a poster's own news begins."""


def is_terse(reading: Reading, names: Names) -> bool:
    """Whether a post is little more than a proper name and a sum, or a name and the poster's news: `We won Acme`.

    None of its few words speaks against a deal.
    """
    words = sum(token.kind is TokenKind.WORD for token in reading.tokens)
    if words > MOST_TERSE_WORDS or _has_tag(reading, _CONTRARY | Tag.ASK):
        return False
    if not reading.amounts and not _tells_own_news(reading):
        return False
    return Grade.PROPER in names.grades and not any("?" in marks for marks in reading.division.ends)


def _tells_own_news(reading: Reading) -> bool:
    return bool(reading.tokens) and reading.tokens[0].low in _POSTER and _has_tag(reading, EVENT_TAGS)


def _name_beside_amount(reading: Reading, names: Names) -> Name | None:
    if not reading.amounts:
        return None
    amount = reading.amounts[0]
    return names.before(amount.start, far=True) or names.after(amount.end, far=True)


def _has_tag(reading: Reading, tags: int) -> bool:
    return bool(reading.told & tags)


def _is_beside_message(reading: Reading, name: Name, at: int) -> bool:
    """Whether a token is more than a name, an amount or a cheer."""
    if reading.tokens[at].kind is not TokenKind.WORD or name.start <= at < name.end or reading.in_amount[at]:
        return False
    return not reading.tag(at) & (Tag.PARTY | Tag.FRESH | Tag.DET)
