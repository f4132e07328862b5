"""Hints on what to check again in a recap email (M6), the gravest first. They never block sending."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.method.second_person import turned
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

MOST_WORDS = 0.75
"""The share of a statement's words that a sentence must have to count as saying it in other words."""

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
    | \t | §[ ]?\d | \b(?:section|clause|article|appendix|exhibit|schedule)[ ](?:\d|[A-Z]\b)
    | ^[ ]*(?-i:[A-Z][A-Z &]{4,})[ ]*$                # a heading
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_NUMBER = re.compile(r"\d(?:[\d.,:/]*\d)?")


class Rule(StrEnum):
    """The subject of a finding, the gravest first; its text is in the table `[lint]`."""

    WITHDRAWN = "withdrawn"
    PRICE = "price"
    LEGAL = "legal"
    MARKUP = "markup"
    ATTACHMENT = "attachment"
    NUMBER = "number"
    QUOTE = "quote"
    MISSING = "missing"
    ORDER = "order"
    REPEATED = "repeated"
    INVITATION = "invitation"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Finding:
    """A hint: the rule, and the words or numbers that it concerns. There is one a rule at the most."""

    rule: Rule
    what: tuple[str, ...] = ()


def lint(
    body: str,
    statements: Sequence[Statement],
    rules: RecapRules,
    known: Sequence[str] = (),
    frame: Sequence[str] = (),
) -> list[Finding]:
    """Return the findings on an email, one a rule, the gravest first.

    Each agreed statement must occur, in its current wording, as the draft turns it, or by all that it is about (M4.3),
    expectations before priorities, these by rank (M6.1); no withdrawn one may occur. Prices, quotes, numbers and days
    must be in a statement or in `known` (names, the amount, the next step). `frame` holds the draft's own phrases
    around the statements. The email must be short, not look like a document (M6.2), and end by inviting a correction.
    The customer's words may look like anything. Line breaks and case do not matter.
    """
    agreed = [s for s in in_reading_order(statements) if s.said is Said.AGREED]
    text = _normalized(body)
    found = _FoundStatements(text, agreed, rules, [_normalized(part) for part in frame])
    facts = [_normalized(fact) for fact in known]
    own_text = _mask_parts(found.rest, [part for fact in facts for part in (fact, *fact.split())])
    wordings = [wording for s in agreed for wording in _forms(s.wording, rules)]
    agreed_text = " ".join([*wordings, *facts])
    prices, own_text = _prices(own_text, agreed_text, rules)
    by_rule: dict[Rule, list[str]] = {}
    for rule, what in (
        *_check_withdrawn(found.rest, statements, rules),
        *((Rule.PRICE, price) for price in prices),
        *((Rule.LEGAL, match[0]) for match in _any_of(rules.legal).finditer(own_text)),
        *((Rule.MARKUP, _shown(match)) for match in _MARKUP.finditer(own_text)),
        *((Rule.ATTACHMENT, match[0]) for match in _any_of(rules.attachments).finditer(own_text)),
        *_check_numbers(own_text, agreed_text, rules),
        *_check_quotes(own_text, agreed_text, rules),
        *found.findings,
        *_check_invitation(text[found.end :], rules),
        *_check_length(body, agreed),
    ):
        by_rule.setdefault(rule, []).append(" ".join(what.split()))
    return [Finding(rule, tuple(dict.fromkeys(filter(None, by_rule[rule])))) for rule in Rule if rule in by_rule]


class _FoundStatements:
    """The agreed statements in a text. `rest` is the text with them masked, `end` the end of the last one.

    The longest goes first, so that a short one is not found inside it; a short one is not searched in the draft's own
    phrases. What the rep said in other words is found by its numbers and most of its words, in one sentence.
    """

    def __init__(self, text: str, agreed: Sequence[Statement], rules: RecapRules, frame: Sequence[str]) -> None:
        self.rest = text
        self._rules = rules
        wordings = Counter(filter(None, (" ".join(_normalized(s.wording).split()) for s in agreed)))
        longest_first = sorted(wordings, key=len, reverse=True)
        forms = {wording: _forms(wording, rules) for wording in longest_first}
        spans: dict[str, list[tuple[int, int]]] = {wording: [] for wording in longest_first}
        own = " ".join(frame).casefold()
        clear = {w for w in longest_first if len(w.split()) >= MIN_UNQUOTED_WORDS and w.casefold() not in own}
        for wording in longest_first:
            spans[wording] += self._mask_matches(_in_quotes(forms[wording], rules.quotes))
            if wording in clear:
                spans[wording] += self._mask_matches(_whole_words(*forms[wording]))
        self.rest = _mask_parts(self.rest, frame)
        for wording in longest_first:
            lacking = wordings[wording] - len(spans[wording])
            if lacking > 0 and wording not in clear:
                spans[wording] += self._mask_matches(_whole_words(*forms[wording]), lacking)
        for wording in longest_first:
            if len(spans[wording]) < wordings[wording]:
                spans[wording] += self._said_otherwise(wording)
            spans[wording].sort()
        self.end = max((end for found in spans.values() for _, end in found), default=0)
        self.findings = [*_check_counts(wordings, spans), *_check_order(agreed, spans)]

    def _mask_matches(self, pattern: str, most: int | None = None) -> list[tuple[int, int]]:
        """Find the spans of a pattern, and mask them."""
        spans = [found.span() for found in re.finditer(pattern, self.rest, re.IGNORECASE)][:most]
        self.rest = _masked(self.rest, spans)
        return spans

    def _said_otherwise(self, wording: str) -> list[tuple[int, int]]:
        """The sentence that has all numbers, days and negations of the wording, and most of its other words."""
        wanted = _content(wording, self._rules)
        days = {_stem(day.casefold()) for day in self._rules.dates}
        exact = {word for word in wanted if word[:1].isdigit() or word in _NEGATIONS or word in days}
        for sentence in re.finditer(r"[^.!?\n]+(?:\.\d[^.!?\n]*)*", self.rest):
            said = _content(sentence[0], self._rules)
            if len(wanted) > 1 and exact <= said and len(wanted & said) >= MOST_WORDS * len(wanted):
                return [sentence.span()]
        return []


_NEGATIONS = frozenset({"no", "not", "never", "without"})


def _forms(wording: str, rules: RecapRules) -> tuple[str, ...]:
    """A wording as the customer said it, and as the draft turns it."""
    as_said = _normalized(wording)
    forms = [as_said, as_said.rstrip(".!")]
    forms += [_normalized(turned(wording, rules.grammar, personal=personal).text) for personal in (True, False)]
    return tuple(dict.fromkeys(" ".join(form.split()) for form in forms if form.strip()))


def _content(text: str, rules: RecapRules) -> set[str]:
    """The words that a text is about, without endings, and its numbers in figures."""
    grammar = rules.grammar
    figures = {word: str(number) for number, word in enumerate(grammar.numbers, 1) if number > 1}
    words = (figures.get(word, word) for word in re.findall(r"[\w.%]*\w", text.casefold().replace("n't", " not")))
    small = (grammar.determiners | grammar.subordinate | grammar.before_object | set(grammar.swap)) - _NEGATIONS
    return {_stem(word) for word in words if word not in small and word not in grammar.after_thing - _NEGATIONS}


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _check_counts(wordings: Counter[str], spans: dict[str, list[tuple[int, int]]]) -> Iterator[tuple[Rule, str]]:
    for wording, count in wordings.items():
        if len(spans[wording]) < count:
            yield Rule.MISSING, wording
        elif len(spans[wording]) > count:
            yield Rule.REPEATED, wording


def _check_order(agreed: Sequence[Statement], spans: dict[str, list[tuple[int, int]]]) -> Iterator[tuple[Rule, str]]:
    """Expectations in any order, then the priorities by rank; report the first one out of order."""
    left = {wording: list(found) for wording, found in spans.items()}
    last = -1
    for statement in agreed:
        places = left.get(" ".join(_normalized(statement.wording).split()))
        if not places:
            continue
        place, _ = places.pop(0)
        if statement.kind is Kind.PRIORITY and place < last:
            yield Rule.ORDER, statement.wording
            return
        last = max(last, place)


def _check_withdrawn(rest: str, statements: Sequence[Statement], rules: RecapRules) -> Iterator[tuple[Rule, str]]:
    for statement in statements:
        forms = _forms(statement.wording, rules)
        if statement.said is Said.WITHDRAWN and forms:
            clear = len(forms[0].split()) >= MIN_UNQUOTED_WORDS
            pattern = _whole_words(*forms) if clear else _in_quotes(forms, rules.quotes)
            if re.search(pattern, rest, re.IGNORECASE):
                yield Rule.WITHDRAWN, statement.wording


def _prices(own_text: str, agreed_text: str, rules: RecapRules) -> tuple[list[str], str]:
    """Discounts and prices that nobody agreed to, and the text without them."""
    agreed = _price_pattern(rules).findall(agreed_text)
    known = {" ".join(price.split()).casefold() for price in agreed}
    spans = [
        found.span()
        for found in _price_pattern(rules).finditer(own_text)
        if " ".join(found[0].split()).casefold() not in known
    ]
    return [own_text[start:end] for start, end in spans], _masked(own_text, spans)


def _price_pattern(rules: RecapRules) -> re.Pattern[str]:
    """A phrase of `prices` with the sum beside it, a share that is "off", or a sum of money."""
    share = r"\d+(?:[.,]\d+)?\s?(?:%|percent|per\s?cent)"
    number = r"\d(?:[\d.,]*\d)?[kKmM]?"
    money = rf"(?:[$€£¥]\s?{number}|{number}\s?(?:[$€£¥]|(?:USD|EUR|GBP|dollars|euros|pounds)\b))"
    phrases = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in rules.prices)
    amount = rf"(?:{share}|{money})"
    return re.compile(
        rf"(?:{amount}\s+(?:of\s+)?)?(?<!\w)(?:{phrases})(?!\w)(?:\s+(?:of\s+)?{amount})?"
        rf"|{share}\s+(?:off|cheaper|less)\b|{money}",
        re.IGNORECASE,
    )


def _check_quotes(own_text: str, agreed_text: str, rules: RecapRules) -> Iterator[tuple[Rule, str]]:
    """Passages in quotation marks that are not on record."""
    for before, after in rules.quotes:
        if before == "‘":
            continue  # looks like an apostrophe
        for found in re.finditer(rf"{re.escape(before)}([^{before}{after}\n]+){re.escape(after)}", own_text):
            passage = " ".join(found[1].replace(_MASK, " ").split())
            if re.search(r"\w", passage) and passage.casefold() not in " ".join(agreed_text.split()).casefold():
                yield Rule.QUOTE, passage


def _check_numbers(own_text: str, agreed_text: str, rules: RecapRules) -> Iterator[tuple[Rule, str]]:
    """Numbers and days that are not in a statement."""
    days = re.compile(rf"\b(?:{'|'.join(map(re.escape, rules.dates))})\b")
    for pattern in (_NUMBER, days):
        known = {found[0].casefold() for found in re.finditer(pattern.pattern, agreed_text, re.IGNORECASE)}
        for found in pattern.finditer(own_text):
            if found[0].casefold() not in known:
                yield Rule.NUMBER, found[0]


def _check_invitation(closing: str, rules: RecapRules) -> Iterator[tuple[Rule, str]]:
    if not _any_of(rules.inviting).search(closing):
        yield Rule.INVITATION, ""


def _check_length(body: str, agreed: Sequence[Statement]) -> Iterator[tuple[Rule, str]]:
    agreed_words = sum(len(s.wording.split()) for s in agreed)
    extra_words = max(0, agreed_words - BASE_STATEMENTS * BASE_STATEMENT_WORDS)
    count = len(body.split())
    if count > MAX_WORDS + extra_words + CONNECTING_WORDS * max(0, len(agreed) - BASE_STATEMENTS):
        yield Rule.TOO_LONG, str(count)


def _normalized(text: str) -> str:
    """Remove marks of writing direction, and use one kind of apostrophe."""
    return text.translate(_DIRECTIONS).translate(_APOSTROPHES)


def _in_quotes(forms: Sequence[str], signs: Sequence[tuple[str, str]]) -> str:
    return "|".join(
        rf"{re.escape(before)}\s*{_spaced(form)}\s*{re.escape(after)}"
        for form in forms
        for before, after in (*signs, ("'", "'"))
    )


def _whole_words(*forms: str) -> str:
    return "|".join(rf"(?<!\w){_spaced(form)}(?!\w)" for form in sorted(forms, key=len, reverse=True))


def _spaced(text: str) -> str:
    return r"\s+".join(map(re.escape, text.split()))


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
