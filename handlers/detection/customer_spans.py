"""Find the span of words beside an event that names the customer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum

from handlers.detection.customer_titles import LONGEST_NAME, clean_name, title_customer
from handlers.detection.lexicon import EVENT_TAGS, Lexicon, Tag, lexicon
from handlers.detection.markup import BOLD
from handlers.detection.name_words import UNNAMED
from handlers.detection.reading import Reading
from handlers.detection.tokens import TokenKind

MAX_DISTANCE = 9
"""The maximum cost of the steps from an event to its name; see the costs below."""

_FIRST_KANA = "\u3040"
_SHORTEST_WITH_DIGITS = 4
_LONGEST_TITLE = 14
_SKIPPED_TAGS = Tag.DET | Tag.GLUE | Tag.FRESH | Tag.DEAL | Tag.PAPER
_FREE_MARKS = frozenset({BOLD, '"', "“", "”", "'", "‘", "’", "«", "»", "[", "]", "`", "„"})
_NEAR_MARKS = frozenset(
    {":", "-", "–", "—", ",", "→", ">", "=", "|", "(", ")", "•", "/", "·", "*", "#", "~", "+", "<", "【", "】", "、"}
)
_FAR_MARKS = frozenset({".", "!", "…", "。", "！"})
_MARK_COST = 2
_SENTENCE_COST = 3
_ABBREVIATED = frozenset({"st", "dr", "mt", "ft"})
_SMALL_JOINS = frozenset({"&", "+"})
_OWNABLE = Tag.PAPER | Tag.DEAL | Tag.STATE | Tag.SIGN | Tag.ACT | Tag.LIGHT
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_POSSESSIVE_ENDS = frozenset("s'’")
_AFTER_NAMES = frozenset({"is", "was", "are", "were", "has", "have", "had", "will", "and", "&"})
"""What can only follow a name that ends so."""
_JAPANESE_VERB = re.compile(r"^.{0,60}(?:ました|ます|でした|です|ていた|ている)(?=[\u30a1-\u30fa\u3400-\u9fff])")
"""What is told of a name right before it: `ご提案しておりました医療法人`."""
_PARTICLES = frozenset({"in", "on", "up", "over"})
"""`in` in `Kestrel's in!`"""
_FAMILY = frozenset({"&", "st"})
"""`Ben & Jerry's`, `St. Mary's`: such a name ends so."""
_NEVER_IN_NAMES = Tag.STATE | Tag.NEWS | Tag.ACT | Tag.SIGN | Tag.DEAL | Tag.PAPER


class Grade(IntEnum):
    """How likely a word is part of a name."""

    NONE = 0
    PLAIN = 1  # a lower-case word that the phrase book does not know
    LENT = 2  # a known word with a capital: part of a name next to a proper one
    PROPER = 3


@dataclass(frozen=True, slots=True)
class Name:
    """Tokens [start, end) that are read as a name, and its text.

    `proper`: it is written like a name. `cost`: its distance from the event. `titled`: it is the customer in a title,
    in bold or in quotation marks.
    """

    start: int
    end: int
    proper: bool
    text: str
    cost: int = 0
    titled: bool = False

    @property
    def words(self) -> int:
        """The number of words."""
        return len(self.text.split())


def without_possessive(reading: Reading, start: int, end: int) -> str:
    """The text of the tokens [start, end), without the ending that says that what follows is theirs, or what they do.

    `Kestrel's deal`, `Kestrel's signed`, but `Levi's for $45k` and `Ben & Jerry's signed`.
    """
    found = reading.text_of(start, end)
    bare = _POSSESSIVE.sub("", found) if found[-1:] in _POSSESSIVE_ENDS else found
    tokens = reading.tokens
    if bare == found or end >= len(tokens) or tokens[end].kind is not TokenKind.WORD:
        return found
    if tokens[end].start - tokens[end - 1].end != 1 or tokens[end].low in _AFTER_NAMES:
        return found
    if (
        tokens[end].low not in _PARTICLES
        and reading.tag(end) & (Tag.LINK | Tag.FRESH)
        and not reading.tag(end) & _OWNABLE
    ):
        return found
    family = any(tokens[at].low in _FAMILY for at in range(start, end))
    signed = reading.tag(end) & (EVENT_TAGS | Tag.GLUE)
    return found if family and signed and not _names_paper(reading, end, max(reading.run_ends(end), end + 2)) else bare


def _names_paper(reading: Reading, start: int, end: int) -> bool:
    """Whether one of the words is a paper: `signed contract`."""
    lows = (token.low for token in reading.tokens[start:end])
    return any(lexicon().tag_of(low, reading.language) & (Tag.PAPER | Tag.DEAL) for low in lows)


_SHOUTED = frozenset({"done", "closed", "signed", "landed", "bagged", "renewed", "booked", "sold", "locked", "secured"})
"""Words in capitals that are the news, and no part of the name before them: `Acme Foods DONE`."""


@dataclass(slots=True)
class Names:
    """The names in a reading. Each word is graded once."""

    reading: Reading
    lexicon: Lexicon
    grades: list[Grade] = field(default_factory=list)
    any_proper: bool = False

    def __post_init__(self) -> None:
        text, runs, in_amount = self.reading.text, self.reading.run_at, self.reading.in_amount
        append, word, thing, never = self.grades.append, TokenKind.WORD, Tag.THING, self.lexicon.never_names
        none, plain = Grade.NONE, Grade.PLAIN
        for at, (kind, low, start, end) in enumerate(self.reading.tokens):
            if kind is not word:
                append(none)
                continue
            run = runs[at]
            tag = run.tag if run is not None else 0
            if tag & thing or not low.isalpha() or not text[start:end].islower() or low[0] >= _FIRST_KANA:
                append(self._grade(at))
            else:  # most words
                append(none if tag & UNNAMED or in_amount[at] or low in never else plain)
        proper = [at for at, grade in enumerate(self.grades) if grade is Grade.PROPER]
        self.any_proper = any(
            not self.reading.opens_sentence(at) or (at + 1 < len(self.grades) and self.grades[at + 1] is Grade.PROPER)
            for at in proper
        )

    def after(self, at: int, *, far: bool) -> Name | None:
        """Return the name that starts at or soon after token `at`; `far` allows marks and line breaks in between."""
        cost = 0
        tokens = self.reading.tokens
        determined = False
        while at < len(tokens) and self.grades[at] is Grade.NONE:
            determined = determined or bool(self.reading.tag(at) & Tag.DET)
            if title := self._title_at(at, cost):
                return title
            step = self._step(at, far=far)
            if step is None or tokens[at].low in self.lexicon.persons:
                return None
            cost += step
            if cost > MAX_DISTANCE:
                return None
            at += 1
            if tokens[at - 1].low == "(" and far:
                at, cost = self._after_parenthesis(at), cost + 1
        name = self._name_from(at, cost)
        if name and determined and not name.proper and not self._is_deal_word(name.end):
            return None  # "the coffee machine" is a thing, "the northwind deal" a name
        return name

    def _is_deal_word(self, at: int) -> bool:
        return at < len(self.grades) and bool(self.reading.tag(at) & (Tag.DEAL | Tag.PAPER))

    def before(self, at: int, *, far: bool) -> Name | None:
        """Return the name that ends at or soon before token `at`."""
        cost = 0
        at -= 1
        while at >= 0 and (self.grades[at] is Grade.NONE or self._is_lone_product_word(at)):
            if title := self._title_at(at, cost):
                return title
            step = 1 if self.grades[at] is Grade.LENT else self._step(at, far=far)
            if step is None:
                return None
            cost += step
            if cost > MAX_DISTANCE:
                return None
            at -= 1
        return self._name_up_to(at, cost)

    def _is_lone_product_word(self, at: int) -> bool:
        """`Active` in "from Active to Won": a known word with a capital and no name around it."""
        beside = (at - 1, at + 1)
        return self.grades[at] is Grade.LENT and all(
            not 0 <= one < len(self.grades) or self.grades[one] < Grade.LENT for one in beside
        )

    def first(self) -> Name | None:
        """Return the post's first title, else its first proper name: for events without a name beside them."""
        for group in self.reading.division.groups:
            if not group.quotation and (title := self._title_at(group.start, MAX_DISTANCE)):
                return title
        at = 0
        lone: Name | None = None
        while at < len(self.grades):
            if self.grades[at] is not Grade.PROPER or self.reading.division.quoted_line[at]:
                at += 1
                continue
            start = at
            while start and self.grades[start - 1] is Grade.LENT and self._adjacent(start):
                start -= 1
            name = self._name_from(start, MAX_DISTANCE)
            if name and (name.words > 1 or not self.reading.opens_sentence(at)):
                return name
            lone = lone or name
            at = name.end if name else at + 1
        return lone

    def _grade(self, at: int) -> Grade:
        reading = self.reading
        token = reading.tokens[at]
        abbreviated = len(token.low) < _SHORTEST_WITH_DIGITS and token.low[-1].isdigit()  # Q4, P1
        barred = reading.in_amount[at] or token.low in self.lexicon.never_names
        if token.kind is not TokenKind.WORD or abbreviated or barred:
            return Grade.NONE
        run = reading.run_at[at]
        known = run is not None and bool(run.tag & UNNAMED)
        if reading.is_capitalized(at):
            if run is None or not known:
                return Grade.LENT if token.low in self.lexicon.brands else Grade.PROPER
            whole = run.end - run.start > 1 or run.tag & _NEVER_IN_NAMES or reading.opens_sentence(at)
            whole = whole or (run.tag & EVENT_TAGS and token.low in _SHOUTED and reading.text_of(at, at + 1).isupper())
            return Grade.NONE if whole else Grade.LENT
        # "elderberry farm shop"
        goes_on = run is not None and run.tag & Tag.THING and self._continues_plain(at)
        return Grade.PLAIN if goes_on or not known else Grade.NONE

    def _continues_plain(self, at: int) -> bool:
        behind = at - 2 if at > 1 and self.reading.tokens[at - 1].low in _SMALL_JOINS else at - 1
        return behind >= 0 and self.grades[behind] is Grade.PLAIN

    def _title_at(self, at: int, cost: int) -> Name | None:
        """The customer in the bold or quoted title at token `at`."""
        number = self.reading.division.group[at]
        if number < 0:
            return None
        group = self.reading.division.groups[number]
        text = self._group_title(number) if Grade.PROPER in self.grades[group.start : group.end] else None
        return Name(group.start, group.end, True, text, cost, titled=True) if text else None

    def _step(self, at: int, *, far: bool) -> int | None:
        """The cost of stepping over token `at`; None where the search for a name ends."""
        token = self.reading.tokens[at]
        if token.low in _FREE_MARKS:
            return 0
        amount = self.reading.in_amount[at]
        if token.kind is TokenKind.WORD and not amount:
            return self._step_word(at, far=far)
        if token.kind is TokenKind.EMOJI or (far and (amount or token.low in _NEAR_MARKS)):
            return _MARK_COST
        return _SENTENCE_COST if far and (token.low in _FAR_MARKS or token.kind is TokenKind.BREAK) else None

    def _step_word(self, at: int, *, far: bool) -> int | None:
        tag = self.reading.tag(at)
        if tag & _SKIPPED_TAGS or self.reading.tokens[at].low in self.lexicon.beside_names:
            return 1
        return _MARK_COST if far and tag & EVENT_TAGS else None

    def _after_parenthesis(self, at: int) -> int:
        """`Closed Won (Sales Pipeline): Acme`: the parentheses are skipped if a colon follows."""
        tokens = self.reading.tokens
        for end in range(at, min(at + 8, len(tokens) - 1)):
            if tokens[end].low == ")":
                return end + 1 if tokens[end + 1].low == ":" else at
        return at

    def _name_from(self, at: int, cost: int) -> Name | None:
        tokens, grades = self.reading.tokens, self.grades
        start = at
        while at < len(tokens) and grades[at] is Grade.PLAIN and (at == start or self._adjacent(at)):
            at += 1
        if at < len(tokens) and grades[at] >= Grade.LENT and (at == start or self._adjacent(at)):
            start = at  # "closed mighty Acme": the name begins with the capital
        end = start
        least = grades[start] if start < len(tokens) else Grade.NONE
        if least is Grade.NONE:
            return None
        least = Grade.LENT if least >= Grade.LENT else Grade.PLAIN
        while end < len(tokens) and end - start < LONGEST_NAME:
            if end > start and not self._adjacent(end):
                break
            if grades[end] >= least:
                end += 1
            elif end > start and (reach := self._join(end, least)):
                end = reach
            else:
                break
        return self._name(start, end, cost)

    def _name_up_to(self, last: int, cost: int) -> Name | None:
        grades = self.grades
        at = last
        while at >= 0 and grades[at] is Grade.PLAIN and (at == last or self._adjacent(at + 1)):
            at -= 1
        if at >= 0 and grades[at] >= Grade.LENT and (at == last or self._adjacent(at + 1)):
            last = at
        if last < 0 or grades[last] is Grade.NONE:
            return None
        least = Grade.LENT if grades[last] >= Grade.LENT else Grade.PLAIN
        start = last
        while start > 0 and last - start < LONGEST_NAME - 1 and self._adjacent(start):
            if grades[start - 1] >= least:
                start -= 1
            elif start > 1 and grades[start - 2] >= least and self._join(start - 1, least) == start + 1:
                start -= 2
            elif start > 2 and grades[start - 3] >= least and self._join(start - 2, least) == start + 1:
                start -= 3
            else:
                break
        while (
            start < last
            and grades[start] is Grade.LENT
            and self.reading.run_at[start]
            and self.reading.opens_sentence(start)
        ):
            start += 1
        return self._name(start, last + 1, cost)

    def _adjacent(self, at: int) -> bool:
        """Whether at most a space or a hyphen separates token `at` from the one before it."""
        tokens = self.reading.tokens
        return tokens[at].start - tokens[at - 1].end <= 1 and tokens[at].kind is not TokenKind.BREAK

    def _join(self, at: int, least: Grade) -> int:
        """Where a name continues after a joining token `at`, or 0: `Quill & Co`, `Bank of Sol`, `St. Ives`."""
        tokens, grades = self.reading.tokens, self.grades
        token = tokens[at]
        if at + 1 >= len(tokens) or tokens[at + 1].start - token.end > 1 or token.start - tokens[at - 1].end > 1:
            return 0
        follows = grades[at + 1] >= least
        if token.low in _SMALL_JOINS or (least is Grade.LENT and token.low in self.lexicon.joins):
            if follows:
                return at + 2
            two = at + 2 < len(tokens) and tokens[at + 1].low in self.lexicon.joins and grades[at + 2] is Grade.PROPER
            return at + 3 if two and least is Grade.LENT else 0
        if token.low == ".":
            whole = tokens[at + 1].start == token.end and token.start == tokens[at - 1].end
            initial = tokens[at - 1].low in _ABBREVIATED or tokens[at - 1].end - tokens[at - 1].start == 1
            return at + 2 if follows and (whole or initial) else 0
        if token.kind is TokenKind.NUMBER and least is Grade.LENT and token.low.isdigit() and len(token.low) <= 3:
            return at + 1 if follows or tokens[at + 1].kind is not TokenKind.WORD else 0
        return 0

    def _name(self, start: int, end: int, cost: int) -> Name | None:
        reading = self.reading
        graded = self.grades[start:end]
        proper = Grade.PROPER in graded
        if not proper and Grade.LENT in graded:
            return None
        if (
            start > 0
            and reading.tokens[start - 1].low in self.lexicon.persons
            and not reading.tag(start - 1) & Tag.STATE
        ):
            return None
        shouted = reading.division.segment[start] in reading.division.shouted
        group = reading.division.group[start]
        if group >= 0 and (whole := self._group_title(group)):
            return Name(start, end, True, whole, cost, titled=True)
        while start > 0 and reading.joined[start]:
            start -= 1
        while end < len(reading.tokens) and reading.joined[end]:
            end += 1
        text = clean_name(self._without_honorific(without_possessive(reading, start, end)))
        return Name(start, end, proper or shouted, text, cost) if text else None

    def _group_title(self, number: int) -> str | None:
        """The customer in a bold or quoted title, unless the title is the news itself."""
        group = self.reading.division.groups[number]
        if group.end - group.start > _LONGEST_TITLE:
            return None
        if any(self.reading.tag(at) & (EVENT_TAGS & ~Tag.LIGHT) for at in range(group.start, group.end)):
            return None
        return title_customer(self.reading.text_of(group.start, group.end), self.lexicon)

    def _without_honorific(self, text: str) -> str:
        """`東海物流様から` is 東海物流."""
        if text[:1] < _FIRST_KANA:
            return text
        text = _JAPANESE_VERB.sub("", text)
        for honorific in self.lexicon.honorifics:
            head, found, _ = text.partition(honorific)
            if found and len(head) > 1:
                return head
        for particle in self.lexicon.particles:
            if text.endswith(particle) and len(text) > len(particle) + 1:
                return text.removesuffix(particle)
        return text
