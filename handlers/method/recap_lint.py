"""Hints on what to check again in a recap mail (M6). They never block sending."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.method.statements import Kind, Said, Statement, in_reading_order
from prompts.recap_rules import RecapRules

MAX_WORDS = 180
"""The limit for up to `BASE_STATEMENTS` statements of ordinary length; more statements raise it."""
BASE_STATEMENTS = 6
BASE_STATEMENT_WORDS = 14
CONNECTING_WORDS = 5
"""The words allowed to introduce each further statement."""
MIN_UNQUOTED_WORDS = 4
"""A wording of at least this many words is recognized without quotation marks; a shorter one may be a coincidence."""

_MASK = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Replaces the customer's words, which may look like anything."""
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])
_APOSTROPHES = str.maketrans("‘’", "''")
_MARKUP = re.compile(
    r"""
      ^[ ]*(?:[-*•‣▪●–—]|\(?\d{1,2}[.)]|\(?[a-z]\))\s   # a list, or numbering
    | (?<!\w)\(?\d{1,2}\)(?=\s)                       # numbering within a sentence
    | ^[ ]*[#>|]                                      # a heading, a quotation, a table
    | ^[ ]*[-=_*]{3,}[ ]*$                            # a horizontal rule
    | ^[^\n.,!?]{1,60}:[ ]*$                          # a heading
    | \*\*[^*\n]+\*\* | __[^_\n]+__ | `[^`\n]+`       # bold, code
    | \[[^\]\n]+\]\([^)\n]+\)                         # a link
    | </?[a-z][^<>\n]*> | &(?:[a-z]+|\#\d+);          # HTML
    | \t
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_NUMBER = re.compile(r"\d(?:[\d.,:/]*\d)?")


class Rule(StrEnum):
    """The subject of a finding; its text is in the table `[lint]`."""

    TOO_LONG = "too_long"
    MARKUP = "markup"
    LEGAL = "legal"
    MISSING = "missing"
    REPEATED = "repeated"
    ORDER = "order"
    WITHDRAWN = "withdrawn"
    QUOTE = "quote"
    NUMBER = "number"
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class Finding:
    """A hint: the rule, and the words or number that it concerns."""

    rule: Rule
    what: str = ""


def lint(
    body: str,
    statements: Sequence[Statement],
    rules: RecapRules,
    known: Sequence[str] = (),
    frame: Sequence[str] = (),
) -> list[Finding]:
    """Return the findings on a mail, those on the customer's words first.

    Each agreed statement must occur once, in its current wording (M4.3), expectations before priorities, these by rank
    (M6.1); no withdrawn one may occur. Quotes, numbers and days must be in a statement or in `known` (names, the
    amount). `frame` holds the draft's own phrases around the statements, which do not count as repetitions. The mail
    must be short, not look like a document (M6.2), and end by inviting a correction. The customer's words may look
    like anything. Line breaks and case do not matter.
    """
    agreed = [s for s in in_reading_order(statements) if s.said is Said.AGREED]
    text = _normalized(body)
    found = _FoundStatements(text, agreed, rules, [_normalized(part) for part in frame])
    facts = [_normalized(fact) for fact in known]
    own_text = _mask_parts(found.rest, [part for fact in facts for part in (fact, *fact.split())])
    agreed_text = " ".join([*(_normalized(s.wording) for s in agreed), *facts])
    return [
        *found.findings,
        *_check_withdrawn(found.rest, statements, rules),
        *_check_quotes(own_text, agreed_text, rules),
        *_check_numbers(own_text, agreed_text, rules),
        *_check_invitation(text[found.end :], rules),
        *_check_length(body, agreed),
        *(Finding(Rule.MARKUP, _shown(match)) for match in list(_MARKUP.finditer(own_text))[:1]),
        *(Finding(Rule.LEGAL, match[0]) for match in _any_of(rules.legal).finditer(own_text)),
    ]


class _FoundStatements:
    """The agreed statements in a text. `rest` is the text with them masked, `end` the end of the last one.

    A wording is searched in quotation marks as it is; then, because the rep may have rewritten the mail, ignoring case,
    and without the marks. The longest goes first, so that a short one is not found inside it.
    """

    def __init__(self, text: str, agreed: Sequence[Statement], rules: RecapRules, frame: Sequence[str]) -> None:
        self.rest = text
        signs = [*rules.quotes, ("'", "'")]
        wordings = Counter(filter(None, (" ".join(_normalized(s.wording).split()) for s in agreed)))
        longest_first = sorted(wordings, key=len, reverse=True)
        spans = {wording: self._mask_matches(_in_quotes(wording, signs)) for wording in longest_first}
        self.rest = _mask_parts(self.rest, frame)
        for wording in longest_first:
            found, lacking = spans[wording], wordings[wording] - len(spans[wording])
            if lacking > 0:
                found += self._mask_matches(_in_quotes(wording, signs), re.IGNORECASE)
            unmistakable = len(wording.split()) >= MIN_UNQUOTED_WORDS
            if unmistakable or len(found) < wordings[wording]:
                most = None if unmistakable else wordings[wording] - len(found)
                found += self._mask_matches(_whole_words(wording), re.IGNORECASE, most)
            found.sort()
        self.end = max((end for found in spans.values() for _, end in found), default=0)
        self.findings = [*_check_counts(wordings, spans), *_check_order(agreed, spans)]

    def _mask_matches(self, pattern: str, flags: int = 0, most: int | None = None) -> list[tuple[int, int]]:
        """Find the spans of a pattern, and mask them."""
        spans = [found.span() for found in re.finditer(pattern, self.rest, flags)][:most]
        self.rest = _masked(self.rest, spans)
        return spans


def _check_counts(wordings: Counter[str], spans: dict[str, list[tuple[int, int]]]) -> Iterator[Finding]:
    for wording, count in wordings.items():
        if len(spans[wording]) != count:
            yield Finding(Rule.MISSING if len(spans[wording]) < count else Rule.REPEATED, wording)


def _check_order(agreed: Sequence[Statement], spans: dict[str, list[tuple[int, int]]]) -> Iterator[Finding]:
    """Expectations in any order, then the priorities by rank; report the first one out of order."""
    left = {wording: list(found) for wording, found in spans.items()}
    last = -1
    for statement in agreed:
        places = left.get(" ".join(_normalized(statement.wording).split()))
        if not places:
            continue
        place, _ = places.pop(0)
        if statement.kind is Kind.PRIORITY and place < last:
            yield Finding(Rule.ORDER, statement.wording)
            return
        last = max(last, place)


def _check_withdrawn(rest: str, statements: Sequence[Statement], rules: RecapRules) -> Iterator[Finding]:
    for statement in statements:
        wording = _normalized(statement.wording)
        if statement.said is Said.WITHDRAWN and wording.strip():
            unmistakable = len(wording.split()) >= MIN_UNQUOTED_WORDS
            pattern = _whole_words(wording) if unmistakable else _in_quotes(wording, rules.quotes)
            if re.search(pattern, rest, re.IGNORECASE):
                yield Finding(Rule.WITHDRAWN, statement.wording)


def _check_quotes(own_text: str, agreed_text: str, rules: RecapRules) -> Iterator[Finding]:
    """Passages in quotation marks that are not on record."""
    for before, after in rules.quotes:
        if before == "‘":
            continue  # looks like an apostrophe
        for found in re.finditer(rf"{re.escape(before)}([^{before}{after}\n]+){re.escape(after)}", own_text):
            passage = " ".join(found[1].replace(_MASK, " ").split())
            if re.search(r"\w", passage) and passage.casefold() not in " ".join(agreed_text.split()).casefold():
                yield Finding(Rule.QUOTE, passage)


def _check_numbers(own_text: str, agreed_text: str, rules: RecapRules) -> Iterator[Finding]:
    """Numbers and days that are not in a statement."""
    days = re.compile(rf"\b(?:{'|'.join(map(re.escape, rules.dates))})\b")
    for pattern in (_NUMBER, days):
        known = {found[0].casefold() for found in re.finditer(pattern.pattern, agreed_text, re.IGNORECASE)}
        for found in pattern.finditer(own_text):
            if found[0].casefold() not in known:
                yield Finding(Rule.NUMBER, found[0])


def _check_invitation(closing: str, rules: RecapRules) -> Iterator[Finding]:
    if not _any_of(rules.inviting).search(closing):
        yield Finding(Rule.INVITATION)


def _check_length(body: str, agreed: Sequence[Statement]) -> Iterator[Finding]:
    agreed_words = sum(len(s.wording.split()) for s in agreed)
    extra_words = max(0, agreed_words - BASE_STATEMENTS * BASE_STATEMENT_WORDS)
    count = len(body.split())
    if count > MAX_WORDS + extra_words + CONNECTING_WORDS * max(0, len(agreed) - BASE_STATEMENTS):
        yield Finding(Rule.TOO_LONG, str(count))


def _normalized(text: str) -> str:
    """Remove marks of writing direction, and use one kind of apostrophe."""
    return text.translate(_DIRECTIONS).translate(_APOSTROPHES)


def _in_quotes(wording: str, signs: Sequence[tuple[str, str]]) -> str:
    words = r"\s+".join(map(re.escape, wording.split()))
    return "|".join(rf"{re.escape(before)}\s*{words}\s*{re.escape(after)}" for before, after in signs)


def _whole_words(wording: str) -> str:
    words = r"\s+".join(map(re.escape, wording.split()))
    return rf"(?<!\w){words}(?!\w)"


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(_whole_words, phrases)), re.IGNORECASE)


def _mask_parts(text: str, parts: Sequence[str]) -> str:
    for part in parts:
        if re.search(r"\w", part):
            text = _masked(text, [found.span() for found in re.finditer(_whole_words(part), text, re.IGNORECASE)])
    return text


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = f"{text[:start]}{_MASK * (end - start)}{text[end:]}"
    return text


def _shown(found: re.Match[str]) -> str:
    return " ".join(found[0].replace(_MASK, " ").split())
