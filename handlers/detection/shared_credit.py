"""Find who closed the deal if it was a team or several people: then nobody in particular is its rep."""

from __future__ import annotations

from handlers.detection.lexicon import Lexicon, PhraseMatch, Tag, lexicon
from handlers.detection.markup import PlainText
from handlers.detection.reading import Reading, read
from handlers.detection.tokens import TokenKind

MAX_BETWEEN = 4
"""Words between an article and its team ("the whole sales team"), or between a team and its verb."""

_OURS = frozenset(
    {"the", "our", "my", "das", "unser", "mein", "le", "la", "l", "notre", "el", "nuestro", "ons", "het", "o"}
)
_JOINS = frozenset({"and", "&", "+", "und", "et", "y", "e", "en", "och", "og", "i"})
_PRAISE = frozenset(
    {"congrats", "congratulations", "kudos", "props", "credit", "proud", "shoutout", "applause", "hats", "bravo"}
)
"""Words for what a manager says to a team that has closed a deal: "proud of the EMEA team", "kudos to the crew"."""
_SUPPORT = frozenset(
    {"legal", "product", "solutions", "implementation", "finance", "support", "engineering", "success"}
)
"""Teams that help to close a deal: one rep has closed it."""
_OF_TO = frozenset({"to", "of", "for", "off", "out", "goes"})
_SPEAKERS = frozenset({"i", "we", "me", "i've", "we've", "i'm", "ich", "wir"})
_BY = frozenset({"by", "von", "par", "por", "door", "av"})
_BESIDE_VERB = Tag.GLUE | Tag.FRESH | Tag.ASK
_CLOSING = Tag.ACT | Tag.PRAISED


def shared_credit(reading: Reading, words: Lexicon) -> tuple[int, int] | None:
    """The tokens that say so, up to the verb: `the team signed`, `by the team`, `Ada and Bruno closed`.

    None if one person closed it, or nobody is named. "We closed" is what one rep says, too.
    """
    teams = [at for at, token in enumerate(reading.tokens) if token.low in words.teams]
    named = (_team(reading, words, at) for at in teams)
    paired = (_pair(reading, words, run) for run in reading.runs if run.tag & (_CLOSING | Tag.SIGN))
    return next(filter(None, (*named, *paired)), None)


def find_shared_credit(typed: str) -> tuple[int, int] | None:
    """The same in typed text, as the positions of its first and behind its last character."""
    reading = read(PlainText(typed), lexicon())
    found = shared_credit(reading, lexicon())
    return None if found is None else (reading.tokens[found[0]].start, reading.tokens[found[1] - 1].end)


def _team(reading: Reading, words: Lexicon, at: int) -> tuple[int, int] | None:
    """A team of ours: `the team closed`, `our EMEA team landed Kestrel`, `by the team`, `Team North won Kestrel`."""
    start = _start_of_team(reading, at)
    if start is None:
        return None
    if start and start < at and reading.tokens[start - 1].low in _BY:
        return _start_of_passive(reading, start - 1), at + 1
    verb = _verb_after(reading, at + 1)
    if verb is None:
        return _praised(reading, start, at)
    possessive = reading.tokens[start].low.endswith(("'s", "’s"))
    article = reading.tokens[start].low in _OURS or possessive  # "The", and "Bruno's" of "Bruno's team signed Kestrel"
    before, between = range(start + article, at), range(at + 1, verb.start)
    named = any(_is_name(reading, place) for place in (*before, *between))
    has_object = _names_customer(reading, words, verb.end)
    if verb.tag & _CLOSING:
        object_first = bool(between) and bool(reading.tag(at + 1) & Tag.GLUE)  # "das Team hat Kestrel gewonnen"
        return (start, verb.end) if has_object or object_first or not named else None
    # A customer signs, too: "the Kestrel team signed" is no team of ours.
    return (start, verb.end) if has_object and not named else None


def _praised(reading: Reading, start: int, at: int) -> tuple[int, int] | None:
    """A team that is praised for a deal which nobody else in the message has closed: `proud of the EMEA team: ...`."""
    before = start - 1
    while before > 0 and reading.tokens[before].low in _OF_TO:
        before -= 1
    if before < 0 or before == start - 1 or reading.tokens[before].low not in _PRAISE:
        return None
    lows = [token.low for token in reading.tokens]
    theirs = "at" in lows[at + 1 : at + 2]  # "kudos to the team at Kestrel"
    if theirs or not _SPEAKERS.isdisjoint(lows) or not _SUPPORT.isdisjoint(lows[start:at]):
        return None
    return before, at + 1


def _start_of_passive(reading: Reading, at: int) -> int:
    """The first token of `was closed` before `by`."""
    while at and (_closes(reading, at - 1) or reading.tag(at - 1) & Tag.GLUE):
        at -= 1
    return at


def _start_of_team(reading: Reading, at: int) -> int | None:
    """The token of `the` or `Bruno's` before a team, or the team itself; None if the team is addressed or unknown."""
    for start in range(at - 1, max(-1, at - 2 - MAX_BETWEEN), -1):
        token = reading.tokens[start]
        if token.kind not in (TokenKind.WORD, TokenKind.MENTION):
            return None
        if token.low in _OURS or token.low.endswith(("'s", "’s")):
            return start
    next_to_verb = _is_name(reading, at + 1) or _closes(reading, at + 1)
    return at if reading.opens_sentence(at) and reading.tokens[at].low == "team" and next_to_verb else None


def _closes(reading: Reading, at: int) -> bool:
    run = reading.run_at[at] if at < len(reading.tokens) else None
    return run is not None and bool(run.tag & (_CLOSING | Tag.SIGN))


def _verb_after(reading: Reading, at: int) -> PhraseMatch | None:
    """What the team did. "The team, I closed" is what another did."""
    for position in range(at, min(at + 1 + MAX_BETWEEN, len(reading.tokens))):
        if _closes(reading, position):
            return reading.run_at[position]
        token = reading.tokens[position]
        if token.kind is not TokenKind.WORD or token.low in _SPEAKERS:
            return None
    return None


def _pair(reading: Reading, words: Lexicon, run: PhraseMatch) -> tuple[int, int] | None:
    """Two people before the verb: `<@U1> and <@U2> closed`, `Bruno and I landed`, `Ada & Bruno on closing`."""
    last = run.start - 1
    while last >= 0 and reading.tag(last) & _BESIDE_VERB and not _is_person(reading, last):
        last -= 1
    join = last - 1
    while join > last - 3 and join > 0 and _is_name(reading, join):
        join -= 1
    if last < 2 or join < 1 or reading.tokens[join].low not in _JOINS:
        return None
    if not (_is_person(reading, last) and _is_person(reading, join - 1)):
        return None
    people = {reading.tokens[last].kind, reading.tokens[join - 1].kind}
    certain = TokenKind.MENTION in people or reading.tokens[last].low in _SPEAKERS or run.tag & Tag.PRAISED
    # "Smith & Sons signed" is a customer, and "Baker and Hill closed" may be one.
    if not certain and not (run.tag & Tag.ACT and _names_customer(reading, words, run.end)):
        return None
    start = join - 1
    while start > 0 and _is_name(reading, start - 1) and not reading.opens_sentence(start):
        start -= 1
    return start, run.end


def _is_person(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    return token.kind is TokenKind.MENTION or token.low in _SPEAKERS or _is_name(reading, at)


def _is_name(reading: Reading, at: int) -> bool:
    return at < len(reading.tokens) and reading.is_capitalized(at) and not reading.tag(at) & (_CLOSING | Tag.SIGN)


def _names_customer(reading: Reading, words: Lexicon, at: int) -> bool:
    known = words.never_names | words.brands
    return at < len(reading.tokens) and reading.is_capitalized(at) and reading.tokens[at].low not in known
