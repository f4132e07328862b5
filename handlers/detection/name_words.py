"""Join the tokens that are one word of a name: `7-Eleven`, `AT&T`, `J.P.`, `Booking.com`, with `, Inc.` behind it.

No choice of the customer may cut through such a word.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from handlers.detection.lexicon import CJK, EVENT_TAGS, Lexicon, Tag, lexicon
from handlers.detection.tokens import Token, TokenKind
from handlers.method.legal_forms import CASED_FORMS, FORMS, UNSPACED_FORMS

if TYPE_CHECKING:
    from handlers.detection.amounts import Amount
    from handlers.detection.reading import Reading

UNNAMED = (
    EVENT_TAGS | Tag.STOP | Tag.DET | Tag.GLUE | Tag.LINK | Tag.FRESH | Tag.PARTY | Tag.NEG | Tag.FUTURE | Tag.COND
    | Tag.ASK | Tag.DEAL | Tag.PAPER | Tag.SOFT | Tag.LOST | Tag.RETRACT | Tag.RECAP | Tag.CREATED | Tag.HEARSAY
    | Tag.OTHER_CARD | Tag.HISTORY | Tag.INSTRUCT | Tag.THING | Tag.HIRING | Tag.BUYING | Tag.FUNDING | Tag.CONTEST
    | Tag.TEST | Tag.ODD | Tag.RHETORIC | Tag.UNDONE | Tag.RIVAL
)  # fmt: skip
"""Tags of words that are no names by themselves."""

_WORDLIKE = (TokenKind.WORD, TokenKind.NUMBER)
_DOMAIN = re.compile(
    r"\.(?:com|net|org|edu|gov|info|biz|io|ai|co|app|dev|shop|store|tech|cloud|online|me|tv|eu|us|uk|ca|au|de|at|ch|fr"
    r"|es|it|nl|be|dk|no|se|fi|pl|cz|pt|br|mx|jp|in)(?:\.[a-z]{2})?(?![\w-])",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\d{1,4}(?:-\d{1,4}){0,3}-(?=[^\W\d_])")
_QUOTED_PART = re.compile(r" [\"“„][^\"“”„\n]{1,20}[\"”“]")
_ROCK_N_ROLL = re.compile(r" ['’]?[nN]['’]? (?=\w)")
_AFTER_CRY = re.compile(r"[,:]|\s[-–—]\s|['’]s\b")
_NUMBER_AND_LETTER = re.compile(r"\d[MBK]")
_RANGE = frozenset({"-", "–", "—", "(", "/", "→"})
_HYPHENS = frozenset("-‑")
_SHORT_PART = 2
"""Letters on both sides of a slash that belongs to the name: `A/S`."""
_TITLES = frozenset({"st", "dr", "mt", "ft", "prof", "sta", "sto", "ste"})
"""Abbreviations in front of a name."""
_ABBREVIATED = (
    _TITLES
    | {"mr", "mrs", "ms", "jr", "sr", "bros", "gebr", "dept", "assn", "assoc", "univ", "intl", "mfg"}
    | {"ave", "rd", "blvd", "hwy"}
)
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_OWNERS = frozenset({"our", "my", "your", "his", "her", "their", "this"})
_LONGEST_RUN = 7
_COMPLETING = frozenset({"of", "de", "du", "des", "del", "della", "di", "da", "do", "dos", "das", "d", "van", "von"})
"""`Bank of`, `Casa de`: what follows completes the name of an institution."""
_SMALL_ARTICLES = frozenset({"the", "la", "le", "les", "los", "las", "el", "l'", "der", "den", "dem", "het"})


_FIRST_WORDS = _ORDINALS | {".", "the"}
"""Words that may belong to the word behind them."""


def _written(form: str) -> str:
    return re.escape(form).replace(r"\.", r"\.?").replace(r"\ ", r"\s?")


_IN_ANY_CASE = sorted((form for form in FORMS if form.replace(".", "").lower() not in CASED_FORMS), key=len)[::-1]
_AS_WRITTEN = sorted((form for form in FORMS if form.replace(".", "").lower() in CASED_FORMS), key=len)[::-1]
_FORM = re.compile(
    rf"(?:,?\s|,)(?:&\s?)?(?:(?i:{'|'.join(map(_written, _IN_ANY_CASE))})"
    rf"|{'|'.join(map(_written, _AS_WRITTEN))})(?![\w&-])"
)
"""A legal form behind a name, with what separates it from the name. Literals only: it cannot backtrack far."""
_FORM_STARTS = frozenset(
    re.split(r"[ ./)]", form.removeprefix("& ").removeprefix("("), maxsplit=1)[0].lower() for form in FORMS
)
_NAME_MARKS = frozenset(",&+-–.'’!?(\"“„")
_SECOND_WORDS = _FORM_STARTS | _COMPLETING | {"n"}
"""Words that may belong to the word before them."""
_DOTTED_FORM = re.compile(
    rf"(?:^|[\s,])(?:{'|'.join(re.escape(form[:-1]) for form in FORMS if form.endswith('.'))}"
    rf"|{'|'.join(sorted(_ABBREVIATED))}|(?:[^\W\d_]\.)+[^\W\d_])\Z",
    re.IGNORECASE,
)


def ends_with_abbreviation(name: str) -> bool:
    """Whether a full stop behind `name` belongs to it: `Acme Inc`, `Rossi S.p.A`, `Wren Hollow Dr`."""
    return _DOTTED_FORM.search(name[-30:]) is not None


def end_of_legal_form(text: str, inside: int) -> int:
    """The end of the legal form that place `inside` of `text` lies in, or -1: the dot after `sp` in `Kos sp. z o.o.`"""
    return next((found.end() for found in _FORM.finditer(text) if found.start() <= inside < found.end()), -1)


def has_domain(text: str) -> bool:
    """Whether the text has a domain in it: `monday.com`."""
    return _DOMAIN.search(text) is not None


def joined_tokens(reading: Reading, lexicon: Lexicon) -> list[bool]:
    """For each token whether it belongs to the same word of a name as the token before it. Linear."""
    joiner = _Joiner(reading, lexicon)
    tokens, text, mark, done = reading.tokens, reading.text, TokenKind.MARK, 0
    for at, ((_, low_before, _, end), (kind, low, start, _)) in enumerate(pairwise(tokens), 1):
        if kind is mark:
            if low not in _NAME_MARKS:
                continue
        elif start > end and text[end] == " " and low not in _SECOND_WORDS and low_before not in _FIRST_WORDS:
            continue  # two words as most are
        if at < done:
            continue
        done = joiner.reach(at)
        if done > at:
            joiner.joined[at:done] = [True] * (done - at)
    return joiner.joined


def is_name_like_sum(text: str, tokens: list[Token], amount: Amount, amounts: list[Amount]) -> bool:
    """Whether a sum is a name, since it has no currency and another one has: `3M` in "Closed 3M! $45k"."""
    if amount.currency or amount.period or not any(other.currency for other in amounts):
        return False
    start, end = tokens[amount.start].start, tokens[amount.end - 1].end
    behind = tokens[amount.end].low if amount.end < len(tokens) else ""
    counted = lexicon().tag_of(behind, "en") & (Tag.DEAL | Tag.PAPER | Tag.LINK) or behind in _RANGE
    return bool(_NUMBER_AND_LETTER.fullmatch(text, start, end)) and not counted


class _Joiner:
    """Tells for a token how far the word goes on that the token before it belongs to."""

    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self.reading = reading
        self.text = reading.text
        self.tokens = reading.tokens
        self.lexicon = lexicon
        self.joined = [False] * len(reading.tokens)

    def reach(self, at: int) -> int:
        """The end of the tokens from `at` on that belong to the token before, or `at`."""
        before, this = self.tokens[at - 1], self.tokens[at]
        gap = this.start - before.end
        sums = self.reading.in_amount[at] or self.reading.in_amount[at - 1]
        if gap > 1 or sums or not (before.kind in _WORDLIKE or self.joined[at - 1]):
            return at
        if this.kind is TokenKind.MARK:
            return self._mark(at) if gap == 0 else self._quoted(at)
        return self._word(at) if this.kind in _WORDLIKE else at

    def _word(self, at: int) -> int:
        """A word or a number behind the word before it."""
        before, this = self.tokens[at - 1], self.tokens[at]
        gap = this.start - before.end
        if gap == 0 and before.kind in _WORDLIKE:
            written_apart = not CJK.match(this.low) and not CJK.match(before.low)
            return at + (written_apart or self._parts_legal_form(at))
        if gap == 0 or CJK.match(this.low):
            return at
        return self._spaced(at) if self.text[before.end].isspace() else at + self._hyphenated(at)

    def _parts_legal_form(self, at: int) -> bool:
        """Whether a phrase ends inside a legal form: `株` is one, but not in `株式会社アクメ`."""
        start = self.tokens[at - 1].start
        return any(self.text.startswith(form, start) for form in UNSPACED_FORMS if len(form) > 1)

    def _mark(self, at: int) -> int:
        """A mark that touches the word before it."""
        before, mark = self.tokens[at - 1], self.tokens[at]
        if mark.low == ",":
            return self._legal_form(at, at + 1)
        touches = at + 1 < len(self.tokens) and self.tokens[at + 1].start == mark.end and self._is_wordlike(at + 1)
        if mark.low in "&+":
            return at + 2 if touches and before.kind is TokenKind.WORD else at
        if mark.low in "-–":
            return self._dash(at) if touches else at
        if mark.low == ".":
            return self._dot(at, touches=touches)
        if mark.low in "'’":
            plural = before.low[-1] in "sn" and self._is_named(at - 1)
            return at + 2 if plural and self._goes_on(at + 1) else at  # "Lands' End"
        return self._cry(at) if mark.low in "!?" else at

    def _dash(self, at: int) -> int:
        """`7-Eleven`, `1-800-Flowers`, `Studio-54`, `Kubiak–Nowak`."""
        if self.tokens[at].low == "–":
            return at + 2 if self._is_named(at - 1) and self._is_named(at + 1) else at
        if self.tokens[at - 1].kind is TokenKind.WORD:
            return at + 2 if self.tokens[at + 1].kind is TokenKind.NUMBER else at
        found = _NUMBERED.match(self.text, self.tokens[at - 1].start)
        return self._token_at(at, found.end()) + 1 if found and self.text[found.end()].isupper() else at

    def _dot(self, at: int, *, touches: bool) -> int:
        before = self.tokens[at - 1]
        after_dot = at > 1 and self.joined[at - 1] and self.tokens[at - 2].low == "."
        initial = before.end - before.start == 1 and before.kind is TokenKind.WORD
        initial = initial and (after_dot or not self.joined[at - 1])
        if touches:
            if domain := _DOMAIN.match(self.text, before.end):
                return self._token_at(at, domain.end())
            return at + 2 if initial else at
        if initial and after_dot:
            return at + 1  # "S.A."
        if initial and self.text[before.start].isupper() and self._follows(at + 1):
            return at + 2  # "J. Crew"
        if before.low in _ABBREVIATED and self.text[before.start].isupper():
            return at + 1
        return at

    def _cry(self, at: int) -> int:
        """`Yahoo!`: the mark belongs to the name if the sentence goes on."""
        if not self._is_named(at - 1):
            return at
        group = self.reading.division.group
        if group[at] >= 0 and self._follows(at + 1) and group[at + 1] == group[at]:
            return at + 2
        return at + 1 if _AFTER_CRY.match(self.text, self.tokens[at].end) else at

    def _quoted(self, at: int) -> int:
        """`Toys "R" Us`, `Hotel "Zum Kreuz"`, `Barnes & Co.`"""
        if self.tokens[at].low in "&(":
            return self._legal_form(at, at + 1)
        if self.tokens[at].low in '"“„' and self._is_named(at - 1):
            found = _QUOTED_PART.match(self.text, self.tokens[at - 1].end)
            end = self._token_at(at, found.end()) if found else at
            if found and self._goes_on(end):
                return end + 1
            return end if self.tokens[at - 1].low in self.lexicon.institutions else at
        return self._rock_n_roll(at)

    def _rock_n_roll(self, at: int) -> int:
        found = self._is_named(at - 1) and _ROCK_N_ROLL.match(self.text, self.tokens[at - 1].end)
        if found and self._is_named(end := self._token_at(at, found.end())):
            return end + 1
        return at

    def _hyphenated(self, at: int) -> bool:
        """`Coca-Cola`, but not `Kestrel-Vertrag` and `Kestrel-backed`."""
        before, this = self.tokens[at - 1], self.tokens[at]
        if self.text[before.end] not in _HYPHENS:
            return max(before.end - before.start, this.end - this.start) <= _SHORT_PART
        if (self.reading.tag(at) | self.reading.tag(at - 1)) & UNNAMED & ~Tag.LINK:
            return False
        same = self.text[before.start].isupper() == self.text[this.start].isupper()
        return same or before.end - before.start == 1 or this.low in self.lexicon.joins

    def _spaced(self, at: int) -> int:
        """A word after a space."""
        before, this = self.tokens[at - 1], self.tokens[at]
        if this.low in _FORM_STARTS and (end := self._legal_form(at, at)) > at:
            return end
        if before.low == "." and self.tokens[at - 2].low in _TITLES:
            return at + 1 if self._is_named(at) and not self._is_street(at - 2) else at
        if before.low in _ORDINALS and self.joined[at - 1]:
            owned = at > 2 and self.tokens[at - 3].low in _OWNERS
            return at + 1 if self._is_named(at) and not owned else at
        if before.low == "the" and self.text[before.start] == "T" and self._is_named(at):
            return at + 1 if not self.reading.opens_sentence(at - 1) or self._names_all(at) else at
        if this.low in _COMPLETING and before.low in self.lexicon.institutions:
            name = at + 2 if at + 1 < len(self.tokens) and self.tokens[at + 1].low in _SMALL_ARTICLES else at + 1
            return name + 1 if self.text[before.start].isupper() and self._goes_on(name) else at
        return self._rock_n_roll(at) if this.low == "n" else at

    def _legal_form(self, at: int, word: int) -> int:
        """The end of the legal form whose first word is token `word`, or `at`. "OK Inc": it needs a name before it."""
        if word >= len(self.tokens) or self.tokens[word].low not in _FORM_STARTS:
            return at
        named = self.joined[at - 1] or self._is_named(at - 1) or self.tokens[at - 1].kind is TokenKind.NUMBER
        found = _FORM.match(self.text, self.tokens[at - 1].end) if named or not self._is_known(at - 1) else None
        return self._token_at(at, found.end()) if found else at

    def _is_street(self, at: int) -> bool:
        """In `Wren Hollow Dr.` the abbreviation ends the name."""
        return at > 0 and self._is_named(at - 1) and self.tokens[at].start - self.tokens[at - 1].end == 1

    def _names_all(self, at: int) -> bool:
        """Whether `The Tinder Box` is a name, and no `The Kestrel deal`: what happened follows, or a mark."""
        end = at
        while end < len(self.tokens) and end - at < _LONGEST_RUN and (end == at or self._follows(end)):
            end += 1
        if end >= len(self.tokens) or self.tokens[end].kind is not TokenKind.WORD:
            return True
        if self.lexicon.tag_of(self.tokens[end].low, self.reading.language) & (Tag.DEAL | Tag.PAPER):
            return False  # "The Kestrel deal is done": one phrase
        return bool(self.reading.tag(end) & (EVENT_TAGS | Tag.GLUE | Tag.LINK))

    def _is_known(self, at: int) -> bool:
        return bool(self.reading.tag(at) & UNNAMED)

    def _is_named(self, at: int) -> bool:
        """Whether the token is a word with a capital that is no known word."""
        if not 0 <= at < len(self.tokens) or self.tokens[at].kind is not TokenKind.WORD or self._is_known(at):
            return False
        token = self.tokens[at]
        return self.text[token.start].isupper() and token.low not in self.lexicon.never_names

    def _goes_on(self, at: int) -> bool:
        """Whether token `at` is a word with a capital, known or not, that tells no news, after the one before it."""
        if not 0 < at < len(self.tokens) or self.tokens[at].kind is not TokenKind.WORD:
            return False
        near = self.tokens[at].start - self.tokens[at - 1].end <= 1
        news = self.reading.tag(at) & (EVENT_TAGS | Tag.DEAL | Tag.PAPER)
        return near and not news and self.text[self.tokens[at].start].isupper()

    def _follows(self, at: int) -> bool:
        """Whether token `at` is such a word, right after the one before it."""
        return self._is_named(at) and self.tokens[at].start - self.tokens[at - 1].end <= 1

    def _is_wordlike(self, at: int) -> bool:
        return self.tokens[at].kind in _WORDLIKE and not self.reading.in_amount[at]

    def _token_at(self, at: int, place: int) -> int:
        """The first token from `at` on that starts at `place` of the text or later."""
        while at < len(self.tokens) and self.tokens[at].start < place:
            at += 1
        return at
