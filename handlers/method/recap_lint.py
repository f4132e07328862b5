"""What a rep should look at once more in a recap mail (M6): friendly hints, never a lock."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.method.statements import Kind, Said, Statement, in_reading_order
from prompts.recap_rules import RecapRules

MAX_WORDS = 180
"""For up to `FEW` statements of an ordinary length; what the customer said beyond that comes on top."""
BASE_STATEMENTS = 6
BASE_STATEMENT_WORDS = 14
CONNECTING_WORDS = 5
"""So many words more may each further statement be led in with."""
MIN_UNQUOTED_WORDS = 4
"""From so many words on a wording is recognized without quotation marks, too: fewer may be there by chance."""

_MASK = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands where the customer's own words stood: they may look like anything."""
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])
_APOSTROPHES = str.maketrans("‘’", "''")
_MARKUP = re.compile(
    r"""
      ^[ ]*(?:[-*•‣▪●–—]|\(?\d{1,2}[.)]|\(?[a-z]\))\s   # a list, or numbering
    | (?<!\w)\(?\d{1,2}\)(?=\s)                       # numbering within a sentence
    | ^[ ]*[#>|]                                      # a heading, a quotation, a table
    | ^[ ]*[-=_*]{3,}[ ]*$                            # a line across
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
    """What a finding is about; the words for it are in the table `[lint]`."""

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
    """A hint: the rule, and the words or the number that it is about."""

    rule: Rule
    what: str = ""


def lint(
    body: str,
    statements: Sequence[Statement],
    rules: RecapRules,
    known: Sequence[str] = (),
    frame: Sequence[str] = (),
) -> list[Finding]:
    """What there is to say about a mail, the customer's words first.

    Each agreed statement is there once, in its current wording (M4.3), expectations before priorities, these by rank
    (M6.1), and no withdrawn one. Nothing is quoted, and no number or day promised, that is neither in a statement nor
    in `known`: names, the amount. `frame` is what a draft says around the statements; who said the same by chance did
    not say it twice. It is short, looks like no document (M6.2), and ends by inviting a correction. What
    the customer said may look like anything. Line breaks and capitals make no difference.
    """
    agreed = [s for s in in_reading_order(statements) if s.said is Said.AGREED]
    text = _normalized(body)
    said = _FoundStatements(text, agreed, rules, [_normalized(part) for part in frame])
    facts = [_normalized(fact) for fact in known]
    ours = _mask_parts(said.rest, [part for fact in facts for part in (fact, *fact.split())])
    told = " ".join([*(_normalized(s.wording) for s in agreed), *facts])
    return [
        *said.findings,
        *_check_withdrawn(said.rest, statements, rules),
        *_check_quotes(ours, told, rules),
        *_check_numbers(ours, told, rules),
        *_check_invitation(text[said.end :], rules),
        *_check_length(body, agreed),
        *(Finding(Rule.MARKUP, _shown(found)) for found in list(_MARKUP.finditer(ours))[:1]),
        *(Finding(Rule.LEGAL, found[0]) for found in _any_of(rules.legal).finditer(ours)),
    ]


class _FoundStatements:
    """What the customer said, found in a text. `rest` is the text without it, `end` where the last of it ends.

    A wording is looked for in quotation marks as it is; then, for a rep who wrote the mail anew, in small letters, and
    without the marks. The longest goes first, so that a short one is not found within it.
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
            telling = len(wording.split()) >= MIN_UNQUOTED_WORDS
            if telling or len(found) < wordings[wording]:
                most = None if telling else wordings[wording] - len(found)
                found += self._mask_matches(_whole_words(wording), re.IGNORECASE, most)
            found.sort()
        self.end = max((end for found in spans.values() for _, end in found), default=0)
        self.findings = [*_check_counts(wordings, spans), *_check_order(agreed, spans)]

    def _mask_matches(self, pattern: str, flags: int = 0, most: int | None = None) -> list[tuple[int, int]]:
        """The places of a pattern; they are hidden from now on."""
        spans = [found.span() for found in re.finditer(pattern, self.rest, flags)][:most]
        self.rest = _masked(self.rest, spans)
        return spans


def _check_counts(wordings: Counter[str], spans: dict[str, list[tuple[int, int]]]) -> Iterator[Finding]:
    for wording, count in wordings.items():
        if len(spans[wording]) != count:
            yield Finding(Rule.MISSING if len(spans[wording]) < count else Rule.REPEATED, wording)


def _check_order(agreed: Sequence[Statement], spans: dict[str, list[tuple[int, int]]]) -> Iterator[Finding]:
    """Expectations in any order, then the priorities by rank. The first that is out of it."""
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
            telling = len(wording.split()) >= MIN_UNQUOTED_WORDS
            pattern = _whole_words(wording) if telling else _in_quotes(wording, rules.quotes)
            if re.search(pattern, rest, re.IGNORECASE):
                yield Finding(Rule.WITHDRAWN, statement.wording)


def _check_quotes(ours: str, told: str, rules: RecapRules) -> Iterator[Finding]:
    """Passages in quotation marks that nobody is on record with."""
    for before, after in rules.quotes:
        if before == "‘":
            continue  # looks like an apostrophe
        for found in re.finditer(rf"{re.escape(before)}([^{before}{after}\n]+){re.escape(after)}", ours):
            passage = " ".join(found[1].replace(_MASK, " ").split())
            if re.search(r"\w", passage) and passage.casefold() not in " ".join(told.split()).casefold():
                yield Finding(Rule.QUOTE, passage)


def _check_numbers(ours: str, told: str, rules: RecapRules) -> Iterator[Finding]:
    """Numbers and days that are in no statement."""
    days = re.compile(rf"\b(?:{'|'.join(map(re.escape, rules.dates))})\b")
    for pattern in (_NUMBER, days):
        known = {found[0].casefold() for found in re.finditer(pattern.pattern, told, re.IGNORECASE)}
        for found in pattern.finditer(ours):
            if found[0].casefold() not in known:
                yield Finding(Rule.NUMBER, found[0])


def _check_invitation(closing: str, rules: RecapRules) -> Iterator[Finding]:
    if not _any_of(rules.inviting).search(closing):
        yield Finding(Rule.INVITATION)


def _check_length(body: str, agreed: Sequence[Statement]) -> Iterator[Finding]:
    told = sum(len(s.wording.split()) for s in agreed)
    more_told = max(0, told - BASE_STATEMENTS * BASE_STATEMENT_WORDS)
    count = len(body.split())
    if count > MAX_WORDS + more_told + CONNECTING_WORDS * max(0, len(agreed) - BASE_STATEMENTS):
        yield Finding(Rule.TOO_LONG, str(count))


def _normalized(text: str) -> str:
    """Without the signs that only turn the direction of writing, and with one kind of apostrophe."""
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
