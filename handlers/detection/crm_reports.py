"""Read what a tool reports: the stage of a record, or what was done to a deal, an order, a document, a payment.

Tools use few forms: a changed stage, a state in a field, a noun with a participle. So a card is read by the grammar of
its words, and free fields (reasons, notes) are not read.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate, pairwise, zip_longest
from typing import NamedTuple

from handlers.detection.field_labels import label_role, words_for
from handlers.detection.lexicon import Lexicon, lexicon
from handlers.detection.markup import BOLD
from handlers.detection.placeholders import BLANK
from handlers.detection.reading import Reading
from handlers.detection.tokens import TokenKind
from prompts.detection import table
from prompts.phrase_variants import variants

MAX_TOKENS = 400
"""Tokens of a card that are read; the news is at the top."""
_SKIPPED = frozenset({BOLD, *"\"“”„«»'‘’`[]()-–—/,#*"})
_SEPARATORS = frozenset("|·•;")
_LABEL_MARKS = frozenset(":：=")
_MAX_LABEL_WORDS = 5
_MAX_LONE_LABEL_WORDS = 3
_SHOWN = 60
_TOP = 40
"""Tokens within which the label of the first line ends."""
_HEAD = 2
"""The first parts, which say what the card is about."""
_MAX_PHRASE_WORDS = 8
_NEAR = 4
"""The terms allowed between a stage and the word that leads to it."""
_FORMER = frozenset({"old", "previous", "prior", "former", "alt", "ancien", "ancienne", "anterior"})
_QUESTION_MARKS = frozenset("?？")
_HEADLINE_KINDS = frozenset({"not_done", "tests", "headline", "paper done"})
_STAGE_NOUNS = frozenset({"stage", "status", "phase", "view", "list", "the", "étape", "l'étape", "etapa", "estado"})
_UNINFORMATIVE = frozenset({"moves", "other", "conditions", "digests"})
_NEWS_KINDS = frozenset({"won", "headline", "not_done"})
_WORDS = re.compile(r"[^\W\d_]+")
_CORNERED = re.compile(r"[「『]([^「」『』\n]{2,60})[」』]")
_SPACED_DASH = re.compile(r"\s[-–—]\s")
_CODE = re.compile(r"\b[A-Za-z]{1,8}-?\d+\b")
_MAX_TITLE = 90
_STAGE_KINDS = frozenset({"won", "settled", "lost", "other"})


@dataclass(frozen=True, slots=True)
class Report:
    """What a card reports: whether an order was won, the words, and whether its form proves that a tool wrote it.

    `title`: the title of the record in the headlines, if any. `unnamed`: a template left the name empty there.
    """

    won: bool
    excerpt: str
    unmistakable: bool = False
    title: str | None = None
    unnamed: bool = False


class _Mark(NamedTuple):
    """A known phrase: its kind, and its terms [start, end) in the part."""

    kind: str
    start: int
    end: int


@dataclass(slots=True)
class _Part:
    """A line, sentence or cell of a card: its words, its label if it is a field, and its marks."""

    words: list[str] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    label: str | None = None
    marks: list[_Mark] = field(default_factory=list)
    bold: bool = True
    ends_line: bool = False

    def has(self, *kinds: str) -> bool:
        """Whether it has a phrase of one of these kinds."""
        return any(mark.kind in kinds for mark in self.marks)

    def of(self, *kinds: str) -> Iterator[_Mark]:
        """Return its marks of these kinds, in order."""
        return (mark for mark in self.marks if mark.kind in kinds)

    def text(self) -> str:
        """Return its words, shortened for a cue."""
        return " ".join(self.words)[:_SHOWN]


def read_crm_report(reading: Reading, lexicon: Lexicon, source: str = "") -> Report | None:
    """Return what the post reports, if it reads like a tool's; else None.

    `source` is the name of the tool, if known.
    """
    words = _words()
    if source in words.elsewhere:
        return Report(False, source)
    parts = _parts(reading, lexicon, words)
    if not parts:
        return None
    found = _report_of_labels(parts, lexicon, words) or _read_parts(parts, lexicon, words, len(reading.amounts))
    if found is None:
        return None
    if found.won:
        heads = [part for part in parts if part.label is None]
        found = replace(
            found,
            title=_title(heads, reading, words),
            unnamed=BLANK in reading.text and any(BLANK in part.words for part in heads),
        )
    return replace(found, unmistakable=True) if _starts_like_a_card(parts[0]) else found


def may_be_a_card(reading: Reading) -> bool:
    """Whether the form of a person's post could prove that a tool wrote it: a cheap look at its words.

    Each form has one of a few words: a stage and what leads to it, a proof, or news at the top with a colon behind it.
    """
    tokens, hints = reading.tokens, _form_hints()
    lows = {low for _, low, _, _ in tokens[:MAX_TOKENS]}
    if not hints.anywhere.isdisjoint(lows) or max(lows, default="") >= "\u3040":
        return True
    if any(low.endswith(hints.endings) for low in lows):
        return True
    last = max((at for at, token in enumerate(tokens[:_TOP]) if token.low in _LABEL_MARKS), default=0)
    return any(token.low in hints.at_top for token in tokens[:last])


class _FormHints(NamedTuple):
    """Words without which no card is unmistakable: wherever they are, how they end, and those at the top only."""

    anywhere: frozenset[str]
    endings: tuple[str, ...]
    at_top: frozenset[str]


@cache
def _form_hints() -> _FormHints:
    words = _words()
    moves = {" ".join(phrase) for listed in words.phrases.values() for phrase, kind in listed if kind == "moves"}
    at_top = {
        max(phrase, key=len) for listed in words.phrases.values() for phrase, kind in listed if kind in _HEADLINE_KINDS
    }
    stages = {label.split()[-1] for label, role in lexicon().fields.items() if role == "stage"}
    proofs = {label.split()[-1] for label in words.proof_labels}
    heads, endings = words_for("stage")
    return _FormHints(
        frozenset({*(max(move.split(), key=len) for move in moves), *stages, *proofs, *heads, *words.signs}),
        endings,
        frozenset(at_top),
    )


def _title(heads: Iterable[_Part], reading: Reading, words: _Words) -> str | None:
    """The title of the record: the link to it, or what is bold or quoted in the headlines and names something.

    `*Theo* moved *Kite Foods* from *Demo* to *Won*`: neither who did it nor where it went.
    """
    if words.names_something(reading.plain.record_title):
        return reading.plain.record_title
    if quoted := _CORNERED.search(reading.text):
        return quoted[1]
    holder = {at: (part, number) for part in heads for number, at in enumerate(part.at)}
    actor: str | None = None
    for group in reading.division.groups:
        inside = [holder[at] for at in range(group.start, min(group.end, MAX_TOKENS)) if at in holder]
        text = reading.text_of(group.start, group.end)
        if not inside or not words.names_something(text) or (group.quotation and not _SPACED_DASH.search(text)):
            continue
        (part, first), (_, last) = inside[0], inside[-1]
        if first and part.words[first - 1] in words.places:
            continue
        if last + 1 < len(part.words) and part.words[last + 1] in words.acts:
            actor = actor or text
            continue
        return text
    return actor


def _starts_like_a_card(part: _Part) -> bool:
    """`Payment failed: ...`, `Échec de paiement : ...`: it begins with what happened, and a colon."""
    for at, word in enumerate(part.words[:_MAX_LABEL_WORDS]):
        if at and word in _LABEL_MARKS:
            return any(
                (mark.end == at and mark.kind in _HEADLINE_KINDS) or (mark.start == 0 and mark.kind == "not_done")
                for mark in part.marks
                if mark.end <= at
            )
    return False


def _read_parts(parts: Sequence[_Part], lexicon: Lexicon, words: _Words, sums: int) -> Report | None:
    heads = [part for part in parts if part.label is None]
    titles = [part for part in parts if label_role(part.label or "", lexicon) in ("deal", "customer")]
    for kind in ("tests", "never"):
        if barred := next((part for part in [*heads, *titles] if part.has(kind)), None):
            return Report(False, barred.text())
    stage, conclusive = _report_of_stage(parts, lexicon, words)
    won = any(part.has("won") for part in parts)
    for number, part in enumerate(heads):
        done = _first_done(part)
        if _tells_each(part, words, sums):
            return Report(True, part.text())
        if (
            part.has("digests")
            or _counts(part, words) is not None
            or (done is None and not won and part.has("payments"))  # it may be the hundredth of an old customer
            or (number < _HEAD and _is_about_something_else(part, done))
        ):
            return Report(False, part.text())
        if done is not None or (stage is not None and stage.won and part.text() == stage.excerpt):
            break
    headline = _report_of_headline(heads)
    if stage is not None and not (headline is not None and headline.won and not conclusive):
        back = next(
            (part for part in heads if part.has("taken_back") or (part.has("undone") and part.has("won"))), None
        )
        if stage.won and back is not None:
            return Report(False, back.text())
        conditional = not titles and any(part.has("conditions") for part in heads[:1])
        return Report(stage.won and not conditional, stage.excerpt, stage.unmistakable)
    return headline or _report_of_paper(parts, words)


def _report_of_labels(parts: Sequence[_Part], lexicon: Lexicon, words: _Words) -> Report | None:
    """A card that names a vendor or a candidate, and no customer, is about what we buy or whom we hire."""
    labels = [part.label for part in parts if part.label is not None]
    elsewhere = next((label for label in labels if label in words.elsewhere_labels), None)
    if elsewhere is None or any(label_role(label, lexicon) == "customer" for label in labels):
        return None
    return Report(False, elsewhere)


def _report_of_stage(parts: Sequence[_Part], lexicon: Lexicon, words: _Words) -> tuple[Report | None, bool]:
    """The final stage of the record, and whether that is conclusive: an unknown value of a field is not."""
    found: list[tuple[Report, bool]] = []
    for part in parts:
        if part.label is not None and _is_stage_label(part.label, lexicon, words):
            reached = _report_of_stage_value(part, words)
            known = part.has("won", "settled", "lost") or ("stage" in part.label and part.has("other"))
        elif part.label is not None and label_role(part.label, lexicon) == "probability":
            numbers = [word for word in part.words if word[0].isdigit()]
            reached, known = Report(True, f"{part.label} 100") if numbers[-1:] == ["100"] else None, True
        elif part.label is None or (part.has("won") and label_role(part.label, lexicon) == "deal"):
            reached, known = _report_of_stage_change(part, words), True
        else:
            continue
        if reached is not None:
            found.append((reached, known))
    for won, known in ((False, True), (True, True), (False, False)):
        for one in found:
            if (one[0].won, one[1]) == (won, known):
                return one
    return None, False


def _is_stage_label(label: str, lexicon: Lexicon, words: _Words) -> bool:
    parts = label.split()
    if _FORMER & set(parts) or label in words.proof_labels:
        return False
    return label_role(label, lexicon) == "stage" or label_role(parts[-1], lexicon) == "stage"


def _report_of_stage_value(part: _Part, words: _Words) -> Report | None:
    """`Contract out → Won`, `Closed Won (was: Commit)`, `Won`: the stage at the end of the value."""
    start, end = 0, len(part.words)
    for at, word in enumerate(part.words):
        if at and word in words.left:
            end = min(end, at)
        elif word in words.arrows and at < end:
            start = at + 1
    if start >= end or part.words[-1] in _QUESTION_MARKS:
        return None
    before = next((mark.start for mark in part.of("other", "not_done") if mark.start >= start), end)
    before = min([before, *(at for at in range(start, end) if part.words[at] in words.negations)])
    won = any(
        start <= mark.start < min(start + _NEAR, end) and mark.start <= before for mark in part.of("won", "settled")
    )
    lost = any(start <= mark.start < end for mark in part.of("lost"))
    return Report(won and not lost, part.text(), unmistakable=True)


def _report_of_stage_change(part: _Part, words: _Words) -> Report | None:
    """`moved from Demo to Closed Won`, `Closed Won → Negotiation`: the stage that a part leads to."""
    moves = part.has("moves")
    left = False
    found: Report | None = None
    for stage in part.of(*_STAGE_KINDS):
        way = _transition_before(part, stage.start, words)
        onward = part.words[stage.end] if stage.end + 1 < len(part.words) else ""
        leads_on = onward in words.signs or (moves and onward in words.prepositions)
        if stage.kind == "settled" and leads_on and _leads_to_paper(part, stage.end + 1):
            continue  # "Quote accepted → Job 7 created"
        left = left or way == "from"
        if way == "from" or (leads_on and (stage.kind != "won" or _is_followed_by_arrow(part, stage.end + 1))):
            if stage.kind == "won" or (found is None and leads_on):
                found = Report(
                    False, part.text(), unmistakable=onward in words.signs
                )  # to an unknown stage, until a known one follows
        elif stage.kind == "won" and way in words.ways:
            found = Report(True, part.text(), unmistakable=way in words.signs)
        elif way in words.signs or ((moves or stage.kind == "lost") and way in words.ways - words.loose):
            found = Report(stage.kind == "settled", part.text(), unmistakable=way in words.signs)
    return replace(found, unmistakable=True) if found and left and moves else found


def _transition_before(part: _Part, at: int, words: _Words) -> str:
    """The word that leads to a stage, without `the stage`; "from" if the record left the stage."""
    before = at - 1
    while before > 0 and part.words[before] in _STAGE_NOUNS and part.words[before - 1] in words.ways | words.left:
        before -= 1
    way = part.words[before] if before >= 0 else ""
    if way == ":" and before and part.words[before - 1] in words.left:
        return "from"
    return "from" if way in words.left and way != "was" else way  # "a deal was won"


def _is_followed_by_arrow(part: _Part, at: int) -> bool:
    """Whether an arrow leads to a stage, and not to the record: `Closed Won → Acme`."""
    return any(at <= mark.start < at + _NEAR for mark in part.of(*_STAGE_KINDS))


def _leads_to_paper(part: _Part, at: int) -> bool:
    """Whether an arrow leads to a document or an order, and not to a stage."""
    return not _words().becomes.isdisjoint(part.words[at : at + 2])


def _is_about_something_else(part: _Part, done: int | None) -> bool:
    """`Ticket #9 solved`, `Reminder: ...`: the part begins with something else than an order."""
    first = next(part.of("things"), None)
    won = next(part.of("won"), None)
    return first is not None and (done is None or first.start < done) and (won is None or first.start < won.start)


def _report_of_headline(heads: Sequence[_Part]) -> Report | None:
    """What the headlines report, in order: an order, a document signed by all; or a step before or after that."""
    for part in heads:
        won = _first_done(part)
        steps = {mark.start for mark in part.of("steps")}
        other = next(
            (mark for mark in part.of("not_done", "taken_back") if won is None or mark.start not in steps), None
        )
        if won is not None and not _is_undone(part, won) and (other is None or won < other.start):
            return Report(True, part.text())
        if won is not None or other is not None:
            return Report(False, part.text())
    return None


def _is_undone(part: _Part, won: int) -> bool:
    """Whether something undoes the news beside it; a negation must stand right before it."""
    negations = _words().negations
    return any(part.words[mark.start] not in negations or 0 <= won - mark.start <= _NEAR for mark in part.of("undone"))


def _first_done(part: _Part) -> int | None:
    """The end of the words that report a won order: a headline, or a noun with its participle; None without them."""
    first: dict[str, int] = {}
    for mark in part.marks:
        first.setdefault(mark.kind, mark.start)
    if "lost" in first or part.words[-1] in _QUESTION_MARKS:
        return None
    found = [first["headline"]] if "headline" in first else []
    for kind, start in first.items():
        report, _, done = kind.rpartition(" ")
        if done == "done" and (thing := first.get(f"{report} things")) is not None:
            found.append(max(thing, start))
    return min(found, default=None)


def _report_of_paper(parts: Sequence[_Part], words: _Words) -> Report | None:
    """`Contract signed: yes`."""
    for part in parts:
        if part.label in words.proof_labels:
            answer = words.answer(part.words)
            if answer is False:
                return Report(False, f"{part.label}: {part.text()}")
            if answer:
                return Report(True, f"{part.label}: {part.text()}", unmistakable=True)
    return None


def _tells_each(part: _Part, words: _Words, sums: int) -> bool:
    """`2 deals won`, where the post has two sums."""
    return sums > 0 and part.has("won") and _counts(part, words) == sums and not part.has("digests")


def _counts(part: _Part, words: _Words) -> int | None:
    """How many deals it speaks of: `5 deals won`."""
    counted = (first for first, second in pairwise(part.words) if first.isdecimal() and second in words.many)
    return next((int(number[:4]) for number in counted), None)


def _parts(reading: Reading, lexicon: Lexicon, words: _Words) -> list[_Part]:
    """Split a card into lines, sentences and cells, and separate fields from headlines."""
    parts = [part for part in _split_parts(reading) if part.words]
    found: list[_Part] = []
    lone: str | None = None
    for part, after in zip_longest(parts, parts[1:]):
        if lone is not None:
            part.label, lone = lone, None
        else:
            _split_label(part, lexicon, words, first=not found)
            if after is not None and _is_lone_label(part, after, lexicon, words, first=not found):
                lone = " ".join(part.words)
                continue
        if part.label is None and found and _is_quotation(part, reading):
            part.label = _NOTE
        part.marks = [mark for mark in words.find(part.words) if not _opens_name(mark, part, reading)]
        found.append(part)
    return found


def _split_parts(reading: Reading) -> Iterator[_Part]:
    part = _Part()
    inside_bold = False
    tokens = reading.tokens[:MAX_TOKENS]
    for at, token in enumerate(tokens):
        if (
            at
            and reading.division.sentence[at] != reading.division.sentence[at - 1]
            and tokens[at - 1].kind is TokenKind.MARK
        ):
            yield part
            part = _Part()
        if token.low == BOLD:
            inside_bold = not inside_bold
        if token.kind is TokenKind.BREAK or token.low in _SEPARATORS:
            part.ends_line = token.kind is TokenKind.BREAK
            yield part
            part = _Part()
            inside_bold = inside_bold and token.kind is not TokenKind.BREAK
        elif token.low == ">" and at and tokens[at - 1].low not in ("-", "=") and tokens[at - 1].end == token.start:
            continue  # it closes "<name>" and leads nowhere
        elif token.low not in _SKIPPED:
            part.words.append(token.low[:1] if token.kind is TokenKind.EMOJI and token.low[0] != ":" else token.low)
            part.at.append(at)
            part.bold = part.bold and inside_bold
    yield part


def _split_label(part: _Part, lexicon: Lexicon, words: _Words, *, first: bool) -> None:
    """Split the label `Stage:` off a part. The first one may be a tool's name or the news: `Zoho CRM: Deal won`."""
    for at, word in enumerate(part.words[: _MAX_LABEL_WORDS + 1]):
        if at and word in _LABEL_MARKS:
            label = " ".join(part.words[:at])
            known = label_role(label, lexicon) is not None or label in words.proof_labels or words.is_free(label)
            if known or (not first and not _is_informative(words.find(part.words[:at]))):
                part.label, part.words, part.at = label, part.words[at + 1 :], part.at[at + 1 :]
            return


def _is_lone_label(part: _Part, after: _Part, lexicon: Lexicon, words: _Words, *, first: bool) -> bool:
    """A bold line whose value is on the next line: `*Annual value*` above `$620,000`."""
    if part.label is None and part.words[-1] in _QUESTION_MARKS and 1 < len(part.words) <= _MAX_LABEL_WORDS + 1:
        part.words.pop()
        part.at.pop()
        return True  # "Signed? Yes"
    if (
        part.label is not None
        or not (part.bold and part.ends_line)
        or after.bold
        or len(part.words) > _MAX_LONE_LABEL_WORDS
    ):
        return False
    written = " ".join(part.words)
    if any(word in _LABEL_MARKS for word in after.words[: _MAX_LABEL_WORDS + 1]):
        return False
    return (
        label_role(written, lexicon) is not None
        or written in words.proof_labels
        or not (first or _is_informative(words.find(part.words)))
    )


_NOTE = "a note in quotation marks"


def _is_quotation(part: _Part, reading: Reading) -> bool:
    """Whether the whole part is a sentence in quotation marks."""
    numbers = {reading.division.group[at] for at in part.at}
    number = numbers.pop()
    return not numbers and number >= 0 and reading.division.groups[number].quotation and len(part.at) > _NEAR


_NAMEABLE = frozenset({"lost", "other", "not_done", "undone", "taken_back", "steps", "digests", "things", "settled"})


_TITLES = 4
"""Links of a card whose labels are looked at."""


def _opens_name(mark: _Mark, part: _Part, reading: Reading) -> bool:
    """Whether the words open a name in a title: `*Lost Valley Lodge*`, `“Draft House – bar”`."""
    if mark.kind not in _NAMEABLE or mark.end >= len(part.words):
        return False
    first, last, after = part.at[mark.start], part.at[mark.end - 1], part.at[mark.end]
    group = reading.division.group[first]
    start = reading.tokens[first].start
    linked = any(label and reading.text.startswith(label, start) for label in reading.plain.labels[:_TITLES])
    return (
        (linked or (group >= 0 and reading.division.group[after] == group))
        and after == last + 1
        and reading.is_capitalized(first)
        and reading.is_capitalized(after)
        and not any(word in _words().phrases for word in part.words[mark.end : mark.end + 1])
    )


def _is_informative(marks: Iterable[_Mark]) -> bool:
    return any(not mark.kind.endswith("things") and mark.kind not in _UNINFORMATIVE for mark in marks)


@dataclass(frozen=True, slots=True)
class _Words:
    """The fixed words of tools, in every language: phrases by their first word, and the sets of single ones."""

    phrases: dict[str, list[tuple[list[str], str]]]
    reports: tuple[str, ...]
    ways: frozenset[str]
    loose: frozenset[str]
    left: frozenset[str]
    arrows: frozenset[str]
    signs: frozenset[str]
    prepositions: frozenset[str]
    elsewhere: frozenset[str]
    many: frozenset[str]
    proof_labels: frozenset[str]
    free: frozenset[str]
    elsewhere_labels: frozenset[str]
    negations: frozenset[str]
    acts: frozenset[str]
    places: frozenset[str]
    becomes: frozenset[str]
    generic: frozenset[str]
    cjk: re.Pattern[str]
    cjk_kinds: Mapping[str, Sequence[str]]
    yes: tuple[str, ...]
    no: tuple[str, ...]

    def names_something(self, title: str) -> bool:
        """Whether a title has a word with a capital that is no word of the tools."""
        found = [
            word
            for word in _WORDS.findall(_CODE.sub(" ", title))
            if not word.islower() and word.lower() not in self.generic
        ]
        return len(title) <= _MAX_TITLE and bool(found) and not self.is_news(title)

    def is_news(self, title: str) -> bool:
        """Whether a title tells the news itself, so that it is not only a name: `Deal won: Kite Foods`."""
        return any(
            mark.kind in _NEWS_KINDS or mark.kind.endswith(" done") for mark in self.find(_WORDS.findall(title.lower()))
        )

    def _find_cjk(self, words: Sequence[str]) -> Iterator[_Mark]:
        """Yield the phrases of languages without spaces, wherever they are in a run of words."""
        start = 0
        while start < len(words):
            end = start
            while end < len(words) and words[end] >= "\u3040" and words[end][0].isalpha():
                end += 1
            if end > start:
                starts = list(accumulate((len(word) for word in words[start:end]), initial=0))
                for match in self.cjk.finditer("".join(words[start:end])):
                    at = start + bisect_right(starts, match.start()) - 1
                    stop = start + bisect_left(starts, match.end())
                    yield from (_Mark(kind, at, stop) for kind in self.cjk_kinds[match.group()])
            start = max(end, start + 1)

    def answer(self, value: Sequence[str]) -> bool | None:
        """Whether a value says yes or no; None if it says neither."""
        said = f"{' '.join(value)} "
        if any(said.startswith(f"{no} ") for no in self.no):
            return False
        return True if any(said.startswith(f"{yes} ") for yes in self.yes) else None

    def is_free(self, label: str) -> bool:
        """Whether the value is free text, such as a note or a reason."""
        parts = label.split()
        return parts[0] in self.free or parts[-1] in self.free

    def find(self, words: list[str]) -> list[_Mark]:
        """Return the known phrases in `words`, in order, without those inside a longer one."""
        phrases = self.phrases
        found = [
            _Mark(kind, at, at + len(phrase))
            for at, word in enumerate(words)
            if word in phrases
            for phrase, kind in phrases[word]
            if len(phrase) == 1 or words[at : at + len(phrase)] == phrase
        ]
        if max(words, default="") >= "\u3040":
            found += self._find_cjk(words)
        if not found:
            return found
        reach = [0] * len(words)
        for mark in found:
            if mark.kind not in ("won", "settled", "other"):
                reach[mark.start] = max(reach[mark.start], mark.end)
        return [mark for mark in found if not _is_inside(mark, reach)]


def _is_inside(mark: _Mark, reach: Sequence[int]) -> bool:
    """Whether a longer phrase contains it; `reach` holds the end of the longest phrase at each word."""
    opens = range(max(mark.start - _MAX_PHRASE_WORDS, 0), mark.start)
    return reach[mark.start] > mark.end or any(reach[start] >= mark.end for start in opens)


def _heads(heads: Mapping[str, Iterable[str]]) -> set[str]:
    return {word for words in heads.values() for word in words}


@cache
def _words() -> _Words:
    told = table("cards")
    headlines, ways, proofs = told["headlines"], told["ways"], told["proofs"]
    kinds: dict[str, list[str]] = {
        **told["stages"],
        "moves": ways["moves"],
        "headline": headlines["won"],
        **{
            kind: headlines[kind]
            for kind in (
                "things",
                "payments",
                "never",
                "tests",
                "not_done",
                "taken_back",
                "undone",
                "steps",
                "conditions",
                "digests",
            )
        },
    }
    for name, lists in told["reports"].items():
        kinds |= {f"{name} {which}": listed for which, listed in lists.items()}
    phrases: dict[str, list[tuple[list[str], str]]] = {}
    cjk: dict[str, list[str]] = {}
    for kind, listed in kinds.items():
        for phrase in {variant for written in listed for variant in variants(written)}:
            words = phrase.split()
            if phrase >= "\u3040":
                cjk.setdefault(phrase, []).append(kind)
            else:
                phrases.setdefault(words[0], []).append((words, kind))
    arrows = frozenset(ways["arrows"])
    return _Words(
        phrases=phrases,
        reports=tuple(told["reports"]),
        ways=frozenset(ways["to"]),
        loose=frozenset(ways["loose"]),
        left=frozenset(ways["from"]),
        arrows=arrows,
        signs=frozenset(way for way in arrows if not way.isalpha()),
        prepositions=frozenset(way for way in arrows if way.isalpha()),
        elsewhere=frozenset(told["tools"]["elsewhere"]),
        many=frozenset(headlines["many"]),
        proof_labels=frozenset(proofs["labels"]),
        free=frozenset(told["free"]["labels"]),
        elsewhere_labels=frozenset(told["free"]["elsewhere"]),
        negations=frozenset(ways["negations"]),
        acts=frozenset(ways["acts"]),
        places=frozenset(ways["places"]),
        becomes=frozenset(ways["becomes"]),
        generic=frozenset({*told["titles"]["generic"], *told["labels"]["beside"], *_heads(told["labels"]["heads"])}),
        cjk=re.compile("|".join(sorted(map(re.escape, cjk), key=len, reverse=True))),
        cjk_kinds=cjk,
        yes=tuple(proofs["yes"]),
        no=tuple(proofs["no"]),
    )
