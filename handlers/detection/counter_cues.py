"""Find cues against an event: negation, future, conditions, questions, hearsay, and other things that close."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from handlers.detection.customer_spans import Grade, Names
from handlers.detection.events import Event, excerpt, stage_left, stage_reached
from handlers.detection.lexicon import EVENT_TAGS, Lexicon, PhraseMatch, Tag
from handlers.detection.reading import Reading
from handlers.detection.tokens import TokenKind
from handlers.detection.types import Cue

_BEFORE = ((Tag.NEG, "a negation", -6.0), (Tag.FUTURE, "not yet", -5.0), (Tag.COND, "a condition", -5.0))
_HIRING = ((Tag.HIRING, "hiring", -5.0),)
_IN_TOPIC = (
    (Tag.BUYING, "our own purchase", -5.0),
    *_HIRING,
    (Tag.FUNDING, "funding", -5.0),
    (Tag.CONTEST, "a game or a prize", -4.5),
    (Tag.RECAP, "a recap", -3.5),
)
"""What the post is about if its first sentence says so: `We ordered four vans. Signed by me today.`"""
_IN_SENTENCE = (
    (Tag.HEARSAY, "somebody else's news", -4.5),
    (Tag.HISTORY, "an old deal", -4.5),
    (Tag.SOFT, "not a commitment", -4.5),
    (Tag.MISTAKE, "taken back", -5.0),
    *_IN_TOPIC,
)
_IN_SENTENCE_OR_HEADING = ((Tag.TEST, "a test", -6.0), (Tag.OTHER_CARD, "a record of something else", -5.0))
_UNDONE = ((Tag.UNDONE, "taken back", -5.0),)
_IN_CLAUSE = (
    (Tag.RIVAL, "somebody else's news", -4.5),
    (Tag.LOST, "lost", -4.5),
    (Tag.CREATED, "a deal on its way", -4.0),
    *_UNDONE,
)
_OVERCOME = (
    Tag.HISTORY | Tag.LOST | Tag.SOFT | Tag.CREATED | Tag.RECAP | Tag.TEST | Tag.OTHER_CARD | Tag.UNDONE | Tag.MISTAKE
)
"""What a "but" or a "today" leaves behind: `they had cancelled, but signed`, `lost in 2023, signed today`."""
_FROM_ELSEWHERE = reduce(or_, (tag for tag, _, _ in (*_IN_TOPIC, *_IN_SENTENCE_OR_HEADING, *_UNDONE)))
_AGAINST = reduce(
    or_,
    (tag for tag, _, _ in (*_BEFORE, *_IN_SENTENCE, *_IN_SENTENCE_OR_HEADING, *_IN_CLAUSE)),
    Tag.INSTRUCT,
)
_MAX_HEADING_WORDS = 8
_MAX_ALONE = 4
"""Words of a sentence that is hardly more than the phrase itself: `In my dreams!`"""
_ABOUT_POSTS = frozenset(
    {
        "post",
        "posts",
        "posted",
        "posting",
        "message",
        "announcement",
        "announced",
        "card",
        "logged",
        "marked",
        "entry",
        "entered",
        "recorded",
        "registered",
        "reported",
        "channel",
        "crm",
        "above",
        "that",
        "this",
        "sorry",
        "apologies",
    }
)
"""Words of a sentence that takes a post back: `Sorry, that was posted by mistake`."""
_LEADS_TO_OBJECT = frozenset(
    {"of", "on", "about", "over", "from", "the", "a", "an", "their", "our", "his", "her", "my", "another", "every"}
    | {"all", "two", "three", "four", "five", "six", "several", "some", "many"}
)
"""What stands between a word that undoes and what it undoes, if that is told."""
_TIMES = frozenset(
    {"minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month", "months", "morning", "afternoon"}
    | {"evening", "night", "weekend", "moment", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
    | {"sunday", "next", "same", "following", "first", "second"}
)
_FEES = frozenset({"fee", "fees"})
_JUST_NOW = frozenset({"today", "tonight", "yesterday", "morning", "afternoon"})
_OUR_PEOPLE = frozenset({"team", "crew", "squad", "guys", "folks"})
_CUSTOMERS = frozenset({"customer", "client", "partner"})
_ANNOUNCING = frozenset({"announced", "announces", "unveiled", "unveils", "touts", "boasts"})
_ON_A_DAY = frozenset({"on", "by", "next"})
_CITING = frozenset({"as", "like", "per"})
_REPORTED = frozenset({"wrote", "posted", "said", "shared", "reported", "mentioned", "announced", "told"})
_MAX_CITED = 5
"""Words of `As Maria from Sales wrote`."""
_THEIRS = frozenset({"they", "their", "they're", "they'd", "they've", "them"})
_MIN_QUOTED_WORDS = 4
_NEAR_NOUN = 2
"""Words from a number to what it counts: `45 underskrevne kontrakter`."""
_SEVERAL, _FEW = 3, 10
"""So many deals without a customer are a total; a few with names are deals in a list."""


@dataclass(frozen=True, slots=True)
class _PostScope:
    """What the counter-cues of all events share, computed once so that each cue takes constant time.

    `against`: the phrases that may speak against an event. `heading_end`: the end of a short first sentence. `named`:
    the segments that name somebody. `past`: the sentences about earlier times. `praise`: the segments of praise.
    `opens_with_them`: the post begins with what a customer does, so `They are hiring` is not about us. `earns_fee`: it
    names our fee, so we place candidates and hire none.
    """

    against: list[PhraseMatch]
    heading_end: int
    named: frozenset[int]
    past: frozenset[int]
    praise: frozenset[int]
    opens_with_them: bool
    earns_fee: bool


@dataclass(frozen=True, slots=True)
class _Scope:
    """How far the counter-cues of one event reach.

    `turn`: the last "but" of the event's sentence before it. `fresh`: the event's segment says that it is new;
    `fresh_behind`: right behind the event, or in it: `they left us in 2021 and signed again today`.
    """

    post: _PostScope
    sentence: int
    segment: int
    turn: int
    fresh: bool
    fresh_behind: bool


def add_counter_cues(reading: Reading, events: Sequence[Event], names: Names, lexicon: Lexicon) -> None:
    """Add to each event the cues against it: from its sentence, the post's heading, and what undid it afterwards."""
    if not events:
        return
    post = _post_scope(reading, names)
    for event in events:
        event.cues += _counter_cues(reading, event, names, lexicon, post)


def _counter_cues(reading: Reading, event: Event, names: Names, lexicon: Lexicon, post: _PostScope) -> list[Cue]:
    cues = _cues_by_position(reading, event, names, lexicon)
    scope = _scope(reading, event, lexicon, post)
    sentence, segment = reading.division.sentence, reading.division.segment
    for run in post.against:
        if run.start < event.end and event.start < run.end:
            continue
        if run.tag & Tag.HIRING and post.earns_fee:
            continue
        if segment[run.start] in post.praise and segment[run.start] != scope.segment:
            continue  # "thanks to Jo for the demo": a step on the way
        if sentence[run.start] == scope.sentence:
            cues += _cues_in_sentence(reading, event, run, scope)
        elif run.tag & _FROM_ELSEWHERE:
            cues += _cues_elsewhere(reading, event, run, scope)
    return cues


def _post_scope(reading: Reading, names: Names) -> _PostScope:
    sentence, segment = reading.division.sentence, reading.division.segment
    return _PostScope(
        against=[run for run in reading.runs if run.tag & _AGAINST and not _is_name_part(reading, run, names)],
        heading_end=_heading_end(reading),
        named=frozenset(segment[at] for at, grade in enumerate(names.grades) if grade is Grade.PROPER),
        past=frozenset(sentence[run.start] for run in reading.runs if run.tag & Tag.HISTORY),
        praise=frozenset(segment[run.start] for run in reading.runs if run.tag & Tag.PARTY),
        opens_with_them=bool(reading.tokens) and reading.tokens[0].low in _THEIRS,
        earns_fee=bool(reading.amounts) and any(token.low in _FEES for token in reading.tokens),
    )


def _scope(reading: Reading, event: Event, lexicon: Lexicon, post: _PostScope) -> _Scope:
    segment = reading.division.segment
    return _Scope(
        post=post,
        sentence=reading.division.sentence[event.start],
        segment=segment[event.start],
        turn=_last_turn(reading, event, lexicon),
        fresh=bool(event.tag & Tag.STATE)
        or any(run.tag & Tag.FRESH and segment[run.start] == segment[event.start] for run in reading.runs),
        fresh_behind=any(
            run.tag & Tag.FRESH and 0 <= run.start - event.start <= event.end - event.start + 1 for run in reading.runs
        )
        or any(reading.tokens[at].low in _JUST_NOW for at in range(event.start, event.end)),
    )


def _cues_elsewhere(reading: Reading, event: Event, run: PhraseMatch, scope: _Scope) -> list[Cue]:
    """The cues of another sentence: a heading says what the post is; only what follows can undo the event."""
    said = excerpt(reading, run.start, run.end)
    cues: list[Cue] = []
    sentence = reading.division.sentence[run.start]
    if sentence == 0 and not scope.post.opens_with_them:
        cues += _tagged(_IN_TOPIC, run, said)
    elif sentence == scope.sentence + 1 and not reading.amounts:
        cues += _tagged(_HIRING, run, said)  # "Signed! Our new designer starts on Monday"
    if run.end <= scope.post.heading_end:
        cues += _tagged(_IN_SENTENCE_OR_HEADING, run, said)
    if run.start > event.start and sentence not in scope.post.past and not _undoes_something_else(reading, run):
        cues += _tagged(_UNDONE, run, said)
    return cues


def _undoes_something_else(reading: Reading, run: PhraseMatch) -> bool:
    """`They cancelled three meetings`, `second thoughts about the term`: not the deal of another sentence.

    `They had cancelled` was before the news.
    """
    tokens, count = reading.tokens, len(reading.tokens)
    if run.start and tokens[run.start - 1].low == "had" and not tokens[run.start].low.startswith(("cold", "second")):
        return True
    at = run.end
    if at >= count or tokens[at].low not in _LEADS_TO_OBJECT:
        return False
    while at < count and (tokens[at].low in _LEADS_TO_OBJECT or tokens[at].kind is TokenKind.NUMBER):
        at += 1
    if at >= count or tokens[at].kind is not TokenKind.WORD or tokens[at].low in _TIMES:
        return False  # "they cancelled an hour later"
    return not reading.tag(at) & (Tag.DEAL | Tag.PAPER | Tag.FRESH | EVENT_TAGS)


def _cues_in_sentence(reading: Reading, event: Event, run: PhraseMatch, scope: _Scope) -> list[Cue]:
    segment = reading.division.segment[run.start]
    recent = scope.fresh and run.end <= event.start and segment != scope.segment
    today = scope.fresh_behind and run.end <= event.start
    if run.tag & _OVERCOME and (run.start < scope.turn or ((recent or today) and run.tag & Tag.HISTORY)):
        return []
    if today and segment != scope.segment and run.tag & Tag.SOFT:
        return []  # "verbal on Tuesday, redlines on Wednesday, signature today"
    said = excerpt(reading, run.start, run.end)
    cues = _tagged(_IN_SENTENCE + _IN_SENTENCE_OR_HEADING, run, said)
    if segment == scope.segment or (run.start > event.start and segment not in scope.post.named):
        cues += _tagged(_IN_CLAUSE, run, said)  # but "Acme is in, Globex slipped"
    if run.tag & Tag.INSTRUCT and (segment == scope.segment or run.end <= event.start):
        cues.append(Cue("about how deals are reported", -3.0, said))
    if segment != scope.segment:
        return cues
    if run.end <= event.start:
        cues += _tagged(_BEFORE, run, said)
    elif run.tag & (Tag.NEG | Tag.FUTURE) and not run.tag & EVENT_TAGS:
        cues.append(Cue("not yet", -2.5, said))
    return cues


def _tagged(listed: Iterable[tuple[int, str, float]], run: PhraseMatch, said: str) -> list[Cue]:
    return [Cue(name, weight, said) for tag, name, weight in listed if run.tag & tag]


def counter_cues_of_post(reading: Reading, names: Names) -> list[Cue]:
    """Return the cues against the whole post: it takes something back, or reports another stage."""
    if not reading.told & Tag.RETRACT:
        return _other_stage(reading)
    retracting = (
        run
        for run in reading.runs
        if run.tag & Tag.RETRACT
        and not _is_name_part(reading, run, names)
        and (not run.tag & Tag.MISTAKE or _is_about_post(reading, run))
    )
    run = next(retracting, None)
    taken_back = [Cue("taken back", -5.0, excerpt(reading, run.start, run.end))] if run else []
    return taken_back + _other_stage(reading)


def _is_about_post(reading: Reading, run: PhraseMatch) -> bool:
    """Whether a sentence takes the post back: it is short, or speaks of posts. "We met by accident" does neither."""
    words = [reading.tokens[at] for at in _sentence_of(reading, run.start)]
    words = [token for token in words if token.kind is TokenKind.WORD]
    return len(words) <= _MAX_ALONE or any(token.low in _ABOUT_POSTS for token in words)


def _sentence_of(reading: Reading, at: int) -> range:
    """The tokens of the sentence of token `at`."""
    sentence = reading.division.sentence
    return range(bisect_left(sentence, sentence[at]), bisect_right(sentence, sentence[at]))


def _heading_end(reading: Reading) -> int:
    """The end of the post's first sentence if that is as short as a heading, else 0: `Test post`, `Deal at risk`."""
    sentence = reading.division.sentence
    end = next((at for at in range(len(sentence)) if sentence[at] != sentence[0]), len(sentence))
    words = sum(token.kind is TokenKind.WORD for token in reading.tokens[:end])
    return end if words <= _MAX_HEADING_WORDS else 0


def _last_turn(reading: Reading, event: Event, lexicon: Lexicon) -> int:
    """The position of the last "but" of the event's sentence before the event, or 0."""
    at = event.start - 1
    sentence = reading.division.sentence
    while at >= 0 and sentence[at] == sentence[event.start]:
        if reading.tokens[at].low in lexicon.turns:
            return at
        at -= 1
    return 0


def _other_stage(reading: Reading) -> list[Cue]:
    """The record's stage decides: `Stage: Qualified` is no win, whatever else the card says."""
    for one in reading.fields:
        if one.role == "stage":
            value = [at for at, token in enumerate(reading.tokens) if one.start <= token.start < one.end]
            won = any(reading.tag(at) & (Tag.STATE | Tag.STAGE) for at in value)
            if not won or any(reading.tag(at) & Tag.LOST for at in value):
                return [Cue("another stage", -6.0, reading.text[one.start : one.end])]
    return []


def _cues_by_position(reading: Reading, event: Event, names: Names, lexicon: Lexicon) -> list[Cue]:
    run = PhraseMatch(event.tag, event.start, event.end)
    cues = _quoted(reading, run)
    if event.tag & EVENT_TAGS and stage_left(reading, run):
        cues.append(Cue("left that stage", -7.0, excerpt(reading, max(event.start - 1, 0), event.end)))
    signs = event.tag & Tag.SIGN and event.name and event.name.end <= event.start
    orders = event.tag & Tag.STATE and reading.tokens[event.start].low in {"placed", "put"}
    if (signs or orders) and _is_with_another_party(reading, event):
        cues.append(Cue("signed with somebody else", -5.0, reading.text_of(event.start, event.end + 2)))
    if event.tag & Tag.PRESENT and not event.tag & (Tag.SIGN | Tag.ACT) and _is_on_a_day(reading, event):
        cues.append(Cue("not yet", -5.0, reading.text_of(event.start, event.end + 2)))
    if told_by := _news_of_others(reading, event):
        cues.append(Cue("somebody else's news", -4.5, told_by))
    if signs and _acts_on_another_party(reading, event, names):
        cues.append(Cue("a deal between others", -4.0, reading.text_of(event.start, event.end + 1)))
    if total := _total(reading, event):
        cues.append(Cue("a recap", -3.5, total))
    if thing := _thing_beside(reading, event, names, lexicon):
        cues.append(Cue("something that is no customer", -5.0, thing))
    if event.tag & Tag.SIGN and _is_for_a_product(reading, event):
        cues.append(Cue("signed up for something", -5.0, reading.text_of(event.start, event.end + 2)))
    return cues + _question(reading, event, lexicon)


def _quoted(reading: Reading, run: PhraseMatch) -> list[Cue]:
    """The cues of a quotation: a line that is quoted, or words between quotation marks, except a stage alone."""
    division = reading.division
    cues = [Cue("quoted", -5.0, "")] if division.quoted_line[run.start] else []
    group = division.groups[division.group[run.start]] if division.group[run.start] >= 0 else None
    if group is None or not group.quotation:
        return cues
    alone = group.end - group.start == run.end - run.start
    if not (alone and stage_reached(reading, run)):
        cues.append(Cue("quoted", -4.0 if group.end - group.start > _MIN_QUOTED_WORDS else -2.5, ""))
    return cues


def _total(reading: Reading, event: Event) -> str:
    """What the event's sentence counts, if it is a total: `45 contrats signés`, `9 new deals` without a customer."""
    tokens, sentence = reading.tokens, reading.division.sentence
    for run in reading.runs:
        if not run.tag & Tag.COUNTED or sentence[run.start] != sentence[event.start]:
            continue
        for at in range(max(run.start - _NEAR_NOUN, 0), run.start):
            number = tokens[at].low if tokens[at].kind is TokenKind.NUMBER and not reading.in_amount[at] else ""
            if number.isdecimal() and int(number[:6]) >= (_FEW if event.name else _SEVERAL):
                return excerpt(reading, at, run.end)
    return ""


def _is_with_another_party(reading: Reading, event: Event) -> bool:
    """`Acme signed with Rival`, `bought from Rival`, `placed an order with Rival`; but `signed with us`."""
    at = event.end + 1
    return at < len(reading.tokens) and reading.tokens[event.end].low in {"with", "from"} and reading.is_capitalized(at)


def _is_on_a_day(reading: Reading, event: Event) -> bool:
    """`Acme signs on Thursday` will be; `Acme signed on Thursday` was."""
    behind = [token.low for token in reading.tokens[event.end : event.end + 2]]
    return len(behind) > 1 and behind[0] in _ON_A_DAY and behind[1] in _TIMES


def _news_of_others(reading: Reading, event: Event) -> str:
    """Whose news it is, if not ours: `Our customer Acme just landed an order`, `As Maria wrote: Acme closed`."""
    tokens, sentence = reading.tokens, reading.division.sentence
    name = event.name
    wins = event.tag & Tag.ACT and not event.tag & Tag.SIGN
    if wins and name and name.start > 1 and name.end <= event.start:
        owner, what = tokens[name.start - 2].low, tokens[name.start - 1].low
        if owner == "our" and what in _CUSTOMERS:
            return reading.text_of(name.start - 2, name.end)
    told = _sentence_of(reading, event.start)
    if tokens[told.start].low in _CITING and any(tokens[at].low in _REPORTED for at in told[1:_MAX_CITED]):
        return reading.text_of(told.start, told.start + _MAX_CITED)
    for at in told:
        if tokens[at].low in _ANNOUNCING and at and sentence[at - 1] == sentence[at] and reading.is_capitalized(at - 1):
            return reading.text_of(at - 1, at + 1)
    return ""


def _acts_on_another_party(reading: Reading, event: Event, names: Names) -> bool:
    """`MegaCorp bought TinyCo`; but not `Bruno's team signed TinyCo`, nor `signed PDF`, nor a German noun."""
    at = event.end
    if event.name and any(reading.tokens[each].low in _OUR_PEOPLE for each in range(event.name.end, event.start)):
        return False
    if at >= len(names.grades) or names.grades[at] is not Grade.PROPER or reading.language == "de":
        return False
    return not reading.text_of(at, at + 1).isupper()


def _is_for_a_product(reading: Reading, event: Event) -> bool:
    """`Signed up for ChatGPT Plus`: what follows `for` is not a customer."""
    behind = event.name is not None and event.name.start >= event.end
    return behind and event.end < len(reading.tokens) and reading.tokens[event.end].low in {"for", "to"}


def _question(reading: Reading, event: Event, lexicon: Lexicon) -> list[Cue]:
    sentence = reading.division.sentence[event.start]
    marks = reading.division.ends[sentence]
    runs = [run for run in reading.runs if reading.division.sentence[run.start] == sentence]
    asks = any(
        run.tag & Tag.ASK
        and run.end <= event.start
        and _opens_question(reading, run, lexicon)
        and not run.tag & (Tag.DET | Tag.GLUE & ~Tag.ASK)
        for run in runs
    )
    if "?" not in marks and "？" not in marks:
        opener = next((run for run in runs if run.tag & Tag.ASK and run.end <= event.start), None)
        behind = reading.tokens[event.end].low if event.end < len(reading.tokens) else ""
        same = opener is not None and reading.division.segment[opener.start] == reading.division.segment[event.start]
        if opener and asks and same and behind != ":":  # "How we won: ..." is a label
            return [Cue("a question", -4.0, excerpt(reading, opener.start, opener.end))]
        return []
    if any(run.tag & Tag.RHETORIC for run in runs):
        return []
    surprised = len(marks) > 1 and not asks and any(run.tag & Tag.FRESH for run in runs)
    return [Cue("surprise", -0.5, marks)] if surprised else [Cue("a question", -5.0, marks)]


def _opens_question(reading: Reading, run: PhraseMatch, lexicon: Lexicon) -> bool:
    """Whether a phrase opens its sentence, except for marks, mentions and a greeting."""
    sentence = reading.division.sentence[run.start]
    before = (at for at in range(run.start - 1, -1, -1) if reading.tokens[at].kind is TokenKind.WORD)
    for at in before:
        if reading.division.sentence[at] != sentence:
            return True
        if reading.tokens[at].low not in lexicon.openers:
            return False
    return True


def _thing_beside(reading: Reading, event: Event, names: Names, lexicon: Lexicon) -> str | None:
    """The thing that is closed or signed instead of a deal: `closed the ticket`, `the questionnaire is done`."""
    if not event.tag & Tag.STATE or event.tag & Tag.STAGE:  # ": signed the NDA" reads like a stage
        at = event.end
        while at < len(reading.tokens) and reading.tag(at) & (Tag.DET | Tag.GLUE) and not reading.is_capitalized(at):
            at += 1
        objects = [at]
        if event.name and event.name.start >= event.end:  # "closed Acme's support case"
            objects += [event.name.end, event.name.end + 1]
        for one in objects:
            if _is_thing(reading, one, event):
                return reading.text_of(one, one + 1)
    at = _subject(reading, event, lexicon)
    return (
        reading.text_of(at, at + 1) if _is_thing(reading, at, event) and names.grades[at] is not Grade.PLAIN else None
    )


def _subject(reading: Reading, event: Event, lexicon: Lexicon) -> int:
    """The subject of an event: `questionnaire` in "questionnaire for Acme is done"."""
    at = event.start - 1
    while at >= 0 and reading.tokens[at].kind is TokenKind.WORD and reading.tag(at) & (Tag.GLUE | Tag.FRESH):
        at -= 1
    if event.name and event.name.end == at + 1:
        of = event.name.start - 1
        while of >= 0 and (reading.tokens[of].low in lexicon.beside_names or reading.tag(of) & Tag.DET):
            of -= 1
        return -1 if of == event.name.start - 1 else of
    return at


def _is_thing(reading: Reading, at: int, event: Event) -> bool:
    if not 0 <= at < len(reading.tokens) or reading.in_amount[at]:
        return False
    segment = reading.division.segment
    title = reading.text_of(at, at + 1) == "Mr"  # in small letters, or in capitals, it is a merge request
    return bool(reading.tag(at) & Tag.THING) and segment[at] == segment[event.start] and not title


def _is_name_part(reading: Reading, run: PhraseMatch, names: Names) -> bool:
    """Whether a known word is part of a name, capitalized beside another capitalized word: `Theo Grant` is no grant.

    An abbreviation is not: `Acme NDA` is an NDA.
    """
    if run.end - run.start > 1 or names.grades[run.start] is not Grade.LENT:
        return False
    if reading.text_of(run.start, run.end).isupper():
        return False
    beside = (run.start - 1, run.end)
    return any(0 <= at < len(names.grades) and names.grades[at] is Grade.PROPER for at in beside)
