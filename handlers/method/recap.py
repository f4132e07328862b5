"""The recap mail (M6): a short personal note in whole sentences, never a document."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from zlib import crc32

from handlers.method.salutation import salutation
from handlers.method.statements import Kind, Said, Statement, in_reading_order
from prompts.recap_rules import RecapRules, recap_rules
from prompts.wording import Wording

VARIANTS = 3
"""The number of variants of each part."""
MAX_STATEMENTS_PER_SENTENCE = 3
"""The maximum number of statements in one sentence."""
MAX_WORDS_PER_SENTENCE = 30
"""The maximum number of words of statements in one sentence."""
_ENDINGS = (".", "!", "?", "…", "。", "！", "？", "؟", "।")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"})


def draft(
    words: Wording, *, deal_id: int, customer: str, contact: str, rep: str, statements: Sequence[Statement]
) -> str:
    """Draft the mail with the statements that the customer agreed to, each once and word for word (M4.3).

    No headings, no list, no numbering, no legal tone (M6.2); expectations before priorities, priorities by rank (M6.1).
    `contact` and `rep` are names as they were typed, or empty. The draft is plain text, and the same for the same deal.
    """
    rules = recap_rules(words.locale)
    agreed = [s for s in in_reading_order(statements) if s.said is Said.AGREED]
    name, signer = salutation(contact, rules.names), salutation(rep, rules.names)
    thanks, invitation = _variant("thanks", deal_id), _variant("invitation", deal_id)
    paragraphs = [
        words("recap.greeting", name=name) if name else words("recap.greeting_nobody"),
        words(f"recap.{thanks}", customer=" ".join(customer.split())),
        *(_sentences(words, rules, kind, deal_id, [s.wording for s in agreed if s.kind is kind]) for kind in Kind),
        words(f"recap.{invitation}"),
        words("recap.signed", name=signer) if signer else "",
    ]
    return "\n\n".join(p for p in paragraphs if p)


def fixed_phrases(words: Wording, customer: str) -> list[str]:
    """Return the app's own phrases around the customer's words, in all variants."""
    gap = "\N{OBJECT REPLACEMENT CHARACTER}"
    phrases: list[str] = []
    for number in range(1, VARIANTS + 1):
        thanks, invitation = f"thanks_{number}", f"invitation_{number}"
        phrases += [words(f"recap.{thanks}", customer=" ".join(customer.split())), words(f"recap.{invitation}")]
        for kind in Kind:
            for part in (f"{kind}_{number}", f"{kind}_more_{number}"):
                phrases += words(f"recap.{part}", told=gap).split(gap)
    return [part.strip() for part in phrases if part.strip()]


def _sentences(words: Wording, rules: RecapRules, kind: Kind, deal_id: int, wordings: Sequence[str]) -> str:
    """All statements of a kind, in a few sentences with different beginnings. Empty when there is none."""
    sentences: list[str] = []
    for number, group in enumerate(_sentence_groups(wordings)):
        told = _join_quotes(words, kind, [_quoted(wording, rules) for wording in group])
        if not group[-1].endswith(_ENDINGS):
            told = words("recap.full_stop", told=told)
        part = _variant(f"{kind}_more", deal_id, number) if number else _variant(kind, deal_id)
        sentences.append(words(f"recap.{part}", told=told))
    return " ".join(sentences)


def _sentence_groups(wordings: Sequence[str]) -> Iterator[list[str]]:
    """Group the statements by sentence: a few short ones, and none after one that ends like a sentence."""
    group: list[str] = []
    for wording in (" ".join(wording.split()) for wording in wordings):
        length = sum(len(each.split()) for each in (*group, wording))
        if group and (
            len(group) == MAX_STATEMENTS_PER_SENTENCE or length > MAX_WORDS_PER_SENTENCE or group[-1].endswith(_ENDINGS)
        ):
            yield group
            group = []
        group.append(wording)
    if group:
        yield group


def _join_quotes(words: Wording, kind: Kind, quoted: Sequence[str]) -> str:
    """Join quotes: expectations with "and", priorities with "then", because they are ranked."""
    told = quoted[0]
    for wording in quoted[1:-1]:
        told = words(f"recap.{kind}_joined", told=told, wording=wording)
    return words(f"recap.{kind}_last", told=told, wording=quoted[-1]) if len(quoted) > 1 else told


def _quoted(wording: str, rules: RecapRules) -> str:
    """Quote with marks that do not occur in the wording; isolate right-to-left text."""
    free = [pair for pair in rules.quotes if not any(sign in wording for sign in pair)]
    before, after = (free or rules.quotes)[0]
    quoted = f"{before}{wording}{after}"
    is_right_to_left = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in wording)
    return f"\N{FIRST STRONG ISOLATE}{quoted}\N{POP DIRECTIONAL ISOLATE}" if is_right_to_left else quoted


def _variant(part: str, deal_id: int, turn: int = 0) -> str:
    """The key of a variant of a part, by the deal; the next `turn` gives another one."""
    return f"{part}_{(crc32(f'{part} {deal_id}'.encode()) + turn) % VARIANTS + 1}"
