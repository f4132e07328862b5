"""One post, read: its text, tokens, what each token's phrase says, where segments and sentences end, sums and fields."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.detection.amounts import Amount, find_amounts
from handlers.detection.cards import Field, read_fields
from handlers.detection.lexicon import NOTHING, Lexicon, Run, Tag
from handlers.detection.markup import BOLD, QUOTE_LINE, Plain
from handlers.detection.tokens import Kind, Token, tokenize

_SENTENCE_MARKS = frozenset(".!?…。！？")
_SEGMENT_MARKS = frozenset(',;:()|•·—–→[]{}、，・【】"“”«»') | _SENTENCE_MARKS | {BOLD}
_DASHES = frozenset("-/~>")
_QUOTES = frozenset('"“”«»„')
_ABBREVIATIONS = frozenset(
    {
        "inc",
        "co",
        "ltd",
        "corp",
        "st",
        "mr",
        "mrs",
        "ms",
        "dr",
        "mio",
        "approx",
        "vs",
        "no",
        "p",
        "e",
        "g",
        "i",
        "a",
        "rs",
        "kr",
        "mt",
        "ft",
        "jr",
        "sr",
        "bros",
        "tsd",
        "mrd",
        "z",
        "b",
        "s",
    }
)


@dataclass(slots=True)
class Reading:
    """A post's text with everything that the judges look at. Positions are token positions."""

    plain: Plain
    text: str
    tokens: list[Token]
    runs: list[Run]
    tags: list[Tag]
    segment: list[int]
    sentence: list[int]
    sentence_ends: list[str]
    quoted: list[bool]
    amounts: list[Amount]
    in_amount: list[bool]
    fields: list[Field]
    language: str
    cased: bool

    def word(self, at: int) -> str:
        """The token as it is written."""
        token = self.tokens[at]
        return self.text[token.start : token.end]


def read(plain: Plain, lexicon: Lexicon) -> Reading:
    """Read a decoded post against the phrase book."""
    text = plain.text
    tokens = tokenize(text, lexicon.cjk)
    runs = lexicon.read(tokens)
    tags = [NOTHING] * len(tokens)
    for run in runs:
        for at in range(run.start, run.end):
            tags[at] = run.tag
    language = _language(runs)
    amounts = find_amounts(text, tokens, language)
    in_amount = [False] * len(tokens)
    for amount in amounts:
        for at in range(amount.start, min(amount.end, len(tokens))):
            in_amount[at] = True
    segment, sentence, ends, quoted = _divide(text, tokens)
    return Reading(
        plain=plain,
        text=text,
        tokens=tokens,
        runs=runs,
        tags=tags,
        segment=segment,
        sentence=sentence,
        sentence_ends=ends,
        quoted=quoted,
        amounts=amounts,
        in_amount=in_amount,
        fields=read_fields(text, lexicon),
        language=language,
        cased=_is_cased(text),
    )


def _language(runs: list[Run]) -> str:
    """The language that most phrases were listed in; English when none stands out."""
    counts: dict[str, int] = {}
    for run in runs:
        if run.language:
            counts[run.language] = counts.get(run.language, 0) + run.end - run.start
    return max(counts, key=lambda code: (counts[code], code == "en"), default="en")


def _is_cased(text: str) -> bool:
    """Whether capitals mean something: some small letters, and some capital that does not just open the text or say `I`."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return False
    upper = sum(character.isupper() for character in letters)
    return 0 < upper < 0.7 * len(letters)


def _divide(text: str, tokens: list[Token]) -> tuple[list[int], list[int], list[str], list[bool]]:
    """Number the segments and sentences; note how each sentence ends and which tokens stand in quotation marks or quoted lines."""
    segment: list[int] = []
    sentence: list[int] = []
    ends: list[str] = []
    quoted: list[bool] = []
    part = whole = 0
    in_quote = quote_line = False
    marks = ""
    pending = False
    for at, (kind, low, start, end) in enumerate(tokens):
        if pending and not (kind is Kind.MARK and low in _SENTENCE_MARKS):
            ends.append(marks)
            whole += 1
            part += 1
            marks, pending = "", False
        if kind is Kind.BREAK:
            pending = True
            part += 1
            quote_line = False
        elif kind is Kind.EMOJI:
            part += 1
        elif kind is Kind.MARK:
            if low == QUOTE_LINE:
                quote_line = True
            if low in _SENTENCE_MARKS:
                after = text[end : end + 1]
                abbreviated = (
                    low == "."
                    and at > 0
                    and tokens[at - 1].low in _ABBREVIATIONS
                    and tokens[at - 1].end == start
                    and after != "\n"
                )
                if low != "." or (not abbreviated and not after.isalnum()):
                    marks += low
                    pending = True
                    part += 1
            elif low in _SEGMENT_MARKS:
                part += 1
                if low in _QUOTES:
                    in_quote = low != "”" and low != "»" and not in_quote
            elif low in _DASHES and (text[start - 1 : start].isspace() or start == 0):
                part += 1
        segment.append(part)
        sentence.append(whole)
        quoted.append(in_quote or quote_line)
        if kind in (Kind.EMOJI, Kind.MARK) and (kind is Kind.EMOJI or low in _SEGMENT_MARKS or low in _DASHES):
            part += kind is Kind.EMOJI or low in _SEGMENT_MARKS or text[start - 1 : start].isspace()
    ends.append(marks)
    return segment, sentence, ends, quoted
