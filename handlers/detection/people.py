"""Find who closed the deal, who helped, and the close date."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from handlers.detection.lexicon import Tag
from handlers.detection.markup import MENTION_CLOSE, MENTION_OPEN
from handlers.detection.reading import Reading
from handlers.detection.tokens import TokenKind

if TYPE_CHECKING:
    from handlers.detection.types import ChannelContext

_MENTIONED = re.compile(rf"{MENTION_OPEN}(\d+){MENTION_CLOSE}")
_SEPARATORS = re.compile(r"[,;&+/]|\band\b")
_LONGEST_PERSON = 60
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_SLASHED_DAY = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_DOTTED_DAY = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_NAMED_DAY = re.compile(r"\b(?:(\d{1,2})\s+)?([A-Za-z]{3,9})\.?(?:\s+(\d{1,2}))?(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MAX_MONTH = 12


def closed_by(reading: Reading) -> tuple[str, ...]:
    """Return the people who closed it: from an owner field, `closed by <@U1>`, `<@U1> who just closed`."""
    owners = _in_fields(reading, "owner")
    if owners:
        return owners
    tokens = reading.tokens
    for at, token in enumerate(tokens):
        if token.kind is TokenKind.MENTION and (
            _acts(reading, at) or (at and tokens[at - 1].low in {"by", "rep", "owner"})
        ):
            return (_mention(reading, token.low),)
    return ()


def mentioned_in(reading: Reading, sentence: int) -> tuple[str, ...]:
    """Return the person that a sentence about one of several deals mentions, if there is just one."""
    found = {
        _mention(reading, token.low)
        for token, at in zip(reading.tokens, reading.division.sentence, strict=True)
        if at == sentence and token.kind is TokenKind.MENTION
    }
    return tuple(found) if len(found) == 1 else ()


def helped_by(reading: Reading, closers: tuple[str, ...]) -> tuple[str, ...]:
    """Return the other people in the post: those in a helper field, then the other mentions, each once."""
    named = [*_in_fields(reading, "helped"), *reading.plain.mentions]
    return tuple(dict.fromkeys(who for who in named if who not in closers))


def close_date(reading: Reading, setting: ChannelContext) -> date | None:
    """Return the day in a close date field; `today` and `yesterday` need the date in the setting."""
    for one in reading.fields:
        if one.role == "date" and (day := read_day(reading.text[one.start : one.end], setting.today)):
            return day
    if setting.today is None:
        return None
    lows = {token.low for token in reading.tokens}
    if "yesterday" in lows:
        return setting.today - timedelta(days=1)
    return setting.today if lows & {"today", "tonight"} else None


def read_day(written: str, today: date | None) -> date | None:
    """Parse `2024-10-14`, `10/14/2024`, `14.10.2024`, `Oct 3, 2024`, and `3 October` if `today` gives the year."""
    if match := _ISO_DAY.search(written):
        return _day(*match.groups())
    if match := _SLASHED_DAY.search(written):
        month, day, year = match.groups()
        return _day(year, day, month) if int(month) > _MAX_MONTH else _day(year, month, day)
    if match := _DOTTED_DAY.search(written):
        day, month, year = match.groups()
        return _day(year, month, day)
    for match in _NAMED_DAY.finditer(written):
        before, name, after, year = match.groups()
        number = before or after
        if number and name[:3].lower() in _MONTHS and (year or today):
            return _day(year or str(today.year if today else 0), str(_MONTHS.index(name[:3].lower()) + 1), number)
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _acts(reading: Reading, at: int) -> bool:
    """Whether the verb after a mention is an act of a rep: `<@U1> who just closed`, `congrats to <@U1> on closing`."""
    at += 1
    while at < len(reading.tokens) and reading.tag(at) & (Tag.GLUE | Tag.FRESH | Tag.ASK):
        at += 1
    return at < len(reading.tokens) and bool(reading.tag(at) & (Tag.ACT | Tag.LIGHT | Tag.PRAISED))


def _in_fields(reading: Reading, role: str) -> tuple[str, ...]:
    people: list[str] = []
    for one in reading.fields:
        if one.role == role:
            value = reading.text[one.start : one.end]
            mentioned = [reading.plain.mentions[int(index)] for index in _MENTIONED.findall(value)]
            named = [who.strip() for who in _SEPARATORS.split(value)]
            people += mentioned or [who for who in named if 0 < len(who) <= _LONGEST_PERSON]
    return tuple(dict.fromkeys(people))


def _mention(reading: Reading, low: str) -> str:
    return reading.plain.mentions[int(low[1:-1])]
