"""The recap email (M6): a short personal note in the rep's own words, never a document."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from zlib import crc32

from handlers.method.salutation import salutation
from handlers.method.second_person import Form, Turned, as_fact, turned
from handlers.method.statements import Kind, Said, Statement, in_reading_order
from prompts.recap_rules import recap_rules
from prompts.wording import Wording

VARIANTS = 3
"""The number of variants of each part."""
MAX_STATEMENTS_PER_SENTENCE = 3
"""The maximum number of statements in one sentence."""
MAX_WORDS_PER_SENTENCE = 30
"""The maximum number of words of statements in one sentence."""
_RIGHT_TO_LEFT = frozenset({"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"})
_SENTENCE_ENDS = ("!", "?", "…", "。", "！", "？", "؟", "।", ".")


class _Group(StrEnum):
    """The statements that one sentence can hold; the name of its texts."""

    LIKED = "liked"
    ASKED_ME = "asked_me"
    ASKED_US = "asked_us"
    FACT = "fact"
    WORDS = "words"


_GROUP_OF = {Form.THING: _Group.LIKED, Form.YOUR_DOING: _Group.LIKED, Form.FACT: _Group.FACT, Form.WORDS: _Group.WORDS}


def draft(
    words: Wording,
    *,
    deal_id: int,
    customer: str,
    contact: str,
    rep: str,
    statements: Sequence[Statement],
    next_step: str = "",
) -> str:
    """Draft the email with the statements that the customer agreed to, each once, as the rep would say them.

    No headings, no list, no numbering, no legal tone (M6.2); expectations before priorities, priorities by rank (M6.1);
    the next step at the end (M9.1). `contact` and `rep` are names as they were typed, or empty; `next_step` is what the
    rep wrote, with its date, or empty. The draft is plain text, and the same for the same deal.
    """
    rules = recap_rules(words.locale)
    agreed = [s for s in in_reading_order(statements) if s.said is Said.AGREED]
    name, signer = salutation(contact, rules.names, customer), salutation(rep, rules.names)
    thanks, invitation = _variant("thanks", deal_id), _variant("invitation", deal_id)
    known = (customer, contact, rep)
    told = {
        kind: [
            turned(s.wording, rules.grammar, personal=kind is Kind.EXPECTATION, names=known)
            for s in agreed
            if s.kind is kind
        ]
        for kind in Kind
    }
    step = " ".join(next_step.split()).rstrip(".")
    paragraphs = [
        words("recap.greeting", name=name) if name else words("recap.greeting_nobody"),
        words(f"recap.{thanks}", customer=" ".join(customer.split())),
        _expectations(words, deal_id, told[Kind.EXPECTATION]),
        _priorities(words, deal_id, told[Kind.PRIORITY]),
        words(f"recap.{invitation}"),
        words("recap.next_step", step=step) if step else "",
        words("recap.signed", name=signer) if signer else "",
    ]
    return "\n\n".join(p for p in paragraphs if p)


def fixed_phrases(words: Wording, customer: str) -> list[str]:
    """Return the app's own phrases around the customer's words, in all variants."""
    gap = "\N{OBJECT REPLACEMENT CHARACTER}"
    numbers = range(1, VARIANTS + 1)
    phrases = [words(f"recap.thanks_{n}", customer=" ".join(customer.split())) for n in numbers]
    phrases += [words(f"recap.invitation_{n}") for n in numbers]
    keys = ["priority_more_fact", *(f"{part}_{n}" for part in ("liked", "priority", "priority_more") for n in numbers)]
    keys += [f"{group}{more}" for group in _Group for more in ("", "_more") if (group, more) != (_Group.LIKED, "")]
    for key in (*keys, "words_next", "priority_words", "priority_words_more"):
        phrases += words(f"recap.{key}", told=gap).split(gap)
    return [part.strip() for part in phrases if len(part.split()) > 1]


def _expectations(words: Wording, deal_id: int, told: Sequence[Turned]) -> str:
    """One sentence for what they would like, one for what they asked the rep to do, one for what has to be true."""
    sentences: list[str] = []
    for group in _Group:
        items = [one for one in told if _group(one) is group]
        for chunk in _chunks(items) if group is not _Group.WORDS else ([one] for one in items):
            more = "_more" if sentences else ""
            key = f"{group}{more}" if more or group is not _Group.LIKED else _variant("liked", deal_id)
            if group is _Group.WORDS and chunk[0] is not items[0]:
                key = "words_next"
            sentences.append(_sentence(words, key, _joined(words, group, chunk)))
    return " ".join(sentences)


def _priorities(words: Wording, deal_id: int, told: Sequence[Turned]) -> str:
    """By rank: the first one, and what comes then."""
    sentences: list[str] = []
    for each in _runs(told):
        for chunk in _chunks(each) if each[0].form is not Form.WORDS else ([one] for one in each):
            if chunk[0].form is Form.WORDS:
                key = "priority_words_more" if sentences else "priority_words"
                sentences.append(_sentence(words, key, _isolated(chunk[0].text)))
                continue
            if not sentences:
                key = _variant("priority", deal_id)
            elif chunk[0].form is Form.THING:
                key = _variant("priority_more", deal_id, len(sentences))
            else:
                key = "priority_more_fact"
            sentences.append(_sentence(words, key, _ranked(words, chunk)))
    return " ".join(sentences)


def _runs(told: Sequence[Turned]) -> Iterator[list[Turned]]:
    """The statements in their order, those in the customer's own words apart from the others."""
    for _, run in groupby(told, key=lambda one: one.form is Form.WORDS):
        yield list(run)


def _chunks(items: Sequence[Turned]) -> Iterator[list[Turned]]:
    """Group the statements by sentence: a few short ones, or a long one."""
    chunk: list[Turned] = []
    for item in items:
        length = sum(len(each.text.split()) for each in (*chunk, item))
        if chunk and (len(chunk) == MAX_STATEMENTS_PER_SENTENCE or length > MAX_WORDS_PER_SENTENCE):
            yield chunk
            chunk = []
        chunk.append(item)
    if chunk:
        yield chunk


def _group(one: Turned) -> _Group:
    if one.form is Form.OUR_DOING:
        return _Group.ASKED_ME if one.personal else _Group.ASKED_US
    return _GROUP_OF[one.form]


def _joined(words: Wording, group: _Group, chunk: Sequence[Turned]) -> str:
    """The statements of a sentence, with "and" before the last; one with a comma comes last."""
    chunk = sorted(chunk, key=lambda one: "," in one.text)
    items = [_isolated(_as_item(words, group, one, first=not place)) for place, one in enumerate(chunk)]
    told = items[0]
    for item in items[1:-1]:
        told = words("recap.joined", told=told, next=item)
    if len(items) == 1:
        return told
    if len(items) > 2 or any("," in item for item in items):
        return words("recap.last_of_several", told=told, next=items[-1])
    return words("recap.last", told=told, next=items[-1])


def _as_item(words: Wording, group: _Group, one: Turned, *, first: bool) -> str:
    match group:
        case _Group.LIKED if one.form is Form.YOUR_DOING:
            return words("recap.to_not" if one.adverb else "recap.to", doing=one.text)
        case _Group.ASKED_ME | _Group.ASKED_US:
            return words(f"recap.to_{one.adverb}" if one.adverb else "recap.to", doing=one.text)
        case _Group.FACT if not first:
            return words("recap.that", fact=one.text)
        case _:
            return one.text


def _ranked(words: Wording, chunk: Sequence[Turned]) -> str:
    """Priorities are joined with "then", because they are ranked."""
    items = [_isolated(_as_ranked(words, one)) for one in chunk]
    told = items[0]
    for item in items[1:-1]:
        told = words("recap.priority_joined", told=told, next=item)
    return words("recap.priority_last", told=told, next=items[-1]) if len(items) > 1 else told


def _as_ranked(words: Wording, one: Turned) -> str:
    match one.form:
        case Form.YOUR_DOING | Form.OUR_DOING:
            return words("recap.that", fact=as_fact(one))
        case Form.FACT:
            return words("recap.that", fact=one.text)
        case _:
            return one.text


def _sentence(words: Wording, key: str, told: str) -> str:
    sentence = words(f"recap.{key}", told=told)
    ended = sentence.rstrip("\N{POP DIRECTIONAL ISOLATE}").endswith(_SENTENCE_ENDS)
    return sentence if ended else words("recap.full_stop", told=sentence)


def _isolated(text: str) -> str:
    """Right-to-left text keeps its direction to itself."""
    is_right_to_left = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in text)
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if is_right_to_left else text


def _variant(part: str, deal_id: int, turn: int = 0) -> str:
    """The key of a variant of a part, by the deal; the next `turn` gives another one."""
    return f"{part}_{(crc32(f'{part} {deal_id}'.encode()) + turn) % VARIANTS + 1}"
