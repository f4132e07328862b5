"""Read what a tool reports: the stage of a record, or what was done to a deal, an order, a document, a payment.

Tools use few forms: a changed stage, a state in a field, a noun with a participle. So a card is read by the grammar of
its words, and free fields (reasons, notes) are not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise, zip_longest

from handlers.detection.lexicon import Lexicon
from handlers.detection.markup import BOLD
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
_STAGE_KINDS = frozenset({"won", "settled", "lost", "other"})


@dataclass(frozen=True, slots=True)
class Report:
    """What a card reports: whether an order was won, the words, and whether its form proves that a tool wrote it."""

    won: bool
    excerpt: str
    unmistakable: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    """A known phrase: its kind, and its terms [start, end) in the part."""

    kind: str
    start: int
    end: int


@dataclass(slots=True)
class _Part:
    """A line, sentence or cell of a card: its words, its label if it is a field, and its marks."""

    words: list[str] = field(default_factory=list)
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
    found = _read_parts(parts, lexicon, words)
    return replace(found, unmistakable=True) if found and _starts_like_a_card(parts[0]) else found


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


def _read_parts(parts: Sequence[_Part], lexicon: Lexicon, words: _Words) -> Report | None:
    heads = [part for part in parts if part.label is None]
    titles = [part for part in parts if lexicon.fields.get(part.label or "") in ("deal", "customer")]
    for kind in ("tests", "never"):
        if barred := next((part for part in [*heads, *titles] if part.has(kind)), None):
            return Report(False, barred.text())
    stage, conclusive = _report_of_stage(parts, lexicon, words)
    for number, part in enumerate(heads):
        done = _first_done(part)
        if (
            part.has("digests")
            or _counts_many(part, words)
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


def _report_of_stage(parts: Sequence[_Part], lexicon: Lexicon, words: _Words) -> tuple[Report | None, bool]:
    """The final stage of the record, and whether that is conclusive: an unknown value of a field is not."""
    found: list[tuple[Report, bool]] = []
    for part in parts:
        if part.label is not None and _is_stage_label(part.label, lexicon, words):
            reached = _report_of_stage_value(part, words)
            known = part.has("won", "settled", "lost") or ("stage" in part.label and part.has("other"))
        elif part.label is None or (part.has("won") and lexicon.fields.get(part.label) == "deal"):
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
    return lexicon.fields.get(label) == "stage" or lexicon.fields.get(parts[-1]) == "stage"


def _report_of_stage_value(part: _Part, words: _Words) -> Report | None:
    """`Contract out → Won`, `Closed Won (was: Commit)`, `Won`: the stage at the end of the value."""
    start, end = 0, len(part.words)
    for at, word in enumerate(part.words):
        if at and word in words.left:
            end = min(end, at)
        elif word in words.arrows and at < end:
            start = at + 1
    if start >= end:
        return None
    won = any(start <= mark.start < min(start + _NEAR, end) for mark in part.of("won", "settled"))
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
        if won is not None and not part.has("undone") and (other is None or won < other.start):
            return Report(True, part.text())
        if won is not None or other is not None:
            return Report(False, part.text())
    return None


def _first_done(part: _Part) -> int | None:
    """The end of the words that report a won order: a headline, or a noun with its participle; None without them."""
    if part.has("lost") or part.words[-1] in _QUESTION_MARKS:
        return None
    found = [mark.start for mark in part.of("headline")]
    for kind in _words().reports:
        thing = next(part.of(f"{kind} things"), None)
        done = next(part.of(f"{kind} done"), None)
        if thing is not None and done is not None:
            found.append(max(thing.start, done.start))
    return min(found, default=None)


def _report_of_paper(parts: Sequence[_Part], words: _Words) -> Report | None:
    """`Contract signed: yes`."""
    for part in parts:
        if part.label in words.proof_labels:
            value = " ".join(part.words)
            if any(value.startswith(no) for no in words.no):
                return Report(False, f"{part.label}: {part.text()}")
            if any(value.startswith(yes) for yes in words.yes):
                return Report(True, f"{part.label}: {part.text()}", unmistakable=True)
    return None


def _counts_many(part: _Part, words: _Words) -> bool:
    return any(first.isdigit() and second in words.many for first, second in pairwise(part.words))


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
        part.marks = words.find(part.words)
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
            part.bold = part.bold and inside_bold
    yield part


def _split_label(part: _Part, lexicon: Lexicon, words: _Words, *, first: bool) -> None:
    """Split the label `Stage:` off a part. The first one may be a tool's name or the news: `Zoho CRM: Deal won`."""
    for at, word in enumerate(part.words[: _MAX_LABEL_WORDS + 1]):
        if at and word in _LABEL_MARKS:
            label = " ".join(part.words[:at])
            known = label in lexicon.fields or label in words.proof_labels
            if known or (not first and not _is_informative(words.find(part.words[:at]))):
                part.label, part.words = label, part.words[at + 1 :]
            return


def _is_lone_label(part: _Part, after: _Part, lexicon: Lexicon, words: _Words, *, first: bool) -> bool:
    """A bold line whose value is on the next line: `*Annual value*` above `$620,000`."""
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
        written in lexicon.fields
        or written in words.proof_labels
        or not (first or _is_informative(words.find(part.words)))
    )


def _is_informative(marks: Iterable[_Mark]) -> bool:
    return any(not mark.kind.endswith("things") and mark.kind not in _UNINFORMATIVE for mark in marks)


@dataclass(frozen=True, slots=True)
class _Words:
    """The fixed words of tools, in every language: phrases by their first word, and the sets of single ones."""

    phrases: dict[str, list[tuple[tuple[str, ...], str]]]
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
    yes: tuple[str, ...]
    no: tuple[str, ...]

    def find(self, words: Sequence[str]) -> list[_Mark]:
        """Return the known phrases in `words`, in order, without those inside a longer one."""
        found = [
            _Mark(kind, at, at + len(phrase))
            for at, word in enumerate(words)
            for phrase, kind in self.phrases.get(word, ())
            if tuple(words[at : at + len(phrase)]) == phrase
        ]
        reach = [0] * len(words)
        for mark in found:
            if mark.kind not in ("won", "settled", "other"):
                reach[mark.start] = max(reach[mark.start], mark.end)
        return [mark for mark in found if not _is_inside(mark, reach)]


def _is_inside(mark: _Mark, reach: Sequence[int]) -> bool:
    """Whether a longer phrase contains it; `reach` holds the end of the longest phrase at each word."""
    opens = range(max(mark.start - _MAX_PHRASE_WORDS, 0), mark.start)
    return reach[mark.start] > mark.end or any(reach[start] >= mark.end for start in opens)


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
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, listed in kinds.items():
        for phrase in {variant for written in listed for variant in variants(written)}:
            words = tuple(phrase.split())
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
        yes=tuple(proofs["yes"]),
        no=tuple(proofs["no"]),
    )
