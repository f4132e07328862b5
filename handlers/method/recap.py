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
"""How many ways there are to say each part of it."""
MAX_STATEMENTS_PER_SENTENCE = 3
"""So many statements go into one sentence at most,"""
MAX_WORDS_PER_SENTENCE = 30
"""and so many words of them."""
_ENDINGS = (".", "!", "?", "…", "。", "！", "？", "؟", "।")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"})


def draft(
    words: Wording, *, deal_id: int, customer: str, contact: str, rep: str, statements: Sequence[Statement]
) -> str:
    """The mail for the statements that the customer agreed to, each once, in the very words that were read back (M4.3).

    No headings, no list, no numbering, no legal tone (M6.2); expectations before priorities, priorities by rank (M6.1).
    `contact` and `rep` are names as they were typed, or empty. The same deal is always told in the same way, in plain
    text.
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
    """Our own words around what the customer said, in all the ways in which a draft may say them."""
    gap = "\N{OBJECT REPLACEMENT CHARACTER}"
    found: list[str] = []
    for number in range(1, VARIANTS + 1):
        thanks, invitation = f"thanks_{number}", f"invitation_{number}"
        found += [words(f"recap.{thanks}", customer=" ".join(customer.split())), words(f"recap.{invitation}")]
        for kind in Kind:
            for part in (f"{kind}_{number}", f"{kind}_more_{number}"):
                found += words(f"recap.{part}", told=gap).split(gap)
    return [part.strip() for part in found if part.strip()]


def _sentences(words: Wording, rules: RecapRules, kind: Kind, deal_id: int, wordings: Sequence[str]) -> str:
    """All statements of a kind, in a few sentences that do not begin alike. Empty when there is none."""
    sentences: list[str] = []
    for number, breath in enumerate(_sentence_groups(wordings)):
        told = _join_quotes(words, kind, [_quoted(wording, rules) for wording in breath])
        if not breath[-1].endswith(_ENDINGS):
            told = words("recap.full_stop", told=told)
        part = _variant(f"{kind}_more", deal_id, number) if number else _variant(kind, deal_id)
        sentences.append(words(f"recap.{part}", told=told))
    return " ".join(sentences)


def _sentence_groups(wordings: Sequence[str]) -> Iterator[list[str]]:
    """The statements of one sentence each: a few short ones, and none behind one that ends like a sentence."""
    breath: list[str] = []
    for wording in (" ".join(wording.split()) for wording in wordings):
        length = sum(len(each.split()) for each in (*breath, wording))
        if breath and (
            len(breath) == MAX_STATEMENTS_PER_SENTENCE
            or length > MAX_WORDS_PER_SENTENCE
            or breath[-1].endswith(_ENDINGS)
        ):
            yield breath
            breath = []
        breath.append(wording)
    if breath:
        yield breath


def _join_quotes(words: Wording, kind: Kind, quoted: Sequence[str]) -> str:
    """What is quoted as one breath: expectations with "and", priorities with "then", as they have a rank."""
    told = quoted[0]
    for wording in quoted[1:-1]:
        told = words(f"recap.{kind}_joined", told=told, wording=wording)
    return words(f"recap.{kind}_last", told=told, wording=quoted[-1]) if len(quoted) > 1 else told


def _quoted(wording: str, rules: RecapRules) -> str:
    """In signs that do not occur in it; other directions of writing are kept from turning the mail around them."""
    free = [pair for pair in rules.quotes if not any(sign in wording for sign in pair)]
    before, after = (free or rules.quotes)[0]
    quoted = f"{before}{wording}{after}"
    turns = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in wording)
    return f"\N{FIRST STRONG ISOLATE}{quoted}\N{POP DIRECTIONAL ISOLATE}" if turns else quoted


def _variant(part: str, deal_id: int, turn: int = 0) -> str:
    """One of the ways to say a part, by the deal; the next `turn` of it is another one."""
    return f"{part}_{(crc32(f'{part} {deal_id}'.encode()) + turn) % VARIANTS + 1}"
