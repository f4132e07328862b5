"""Split plain text into tokens: words, numbers, emoji, mentions, marks and line breaks, with their positions."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum
from functools import partial
from typing import NamedTuple, cast

from handlers.detection.markup import BOLD, MENTION_CLOSE, MENTION_OPEN, QUOTE_LINE
from handlers.detection.numerals import plain_digits


class TokenKind(IntEnum):
    """The kind of a token."""

    WORD = 1
    NUMBER = 2
    EMOJI = 3
    MENTION = 4
    MARK = 5
    BREAK = 6
    AMOUNT = 7


class Token(NamedTuple):
    """A token: its kind, its text in lower case without stretched letters, and its position.

    The digits of a number in any script are 0 to 9 in `low`.
    """

    kind: TokenKind
    low: str
    start: int
    end: int


_token = cast("Callable[[tuple[TokenKind, str, int, int]], Token]", partial(tuple.__new__, Token))
"""`Token._make`, which most tokens are made with, at half the cost."""

# No alternative matches the empty string, and no two quantifiers compete for a character: one pass, linear.
_TOKEN = re.compile(
    rf"""
    (?P<plain>[A-Za-z]+(?![\w'’]))  # most words, found at once
  | (?P<mention>{MENTION_OPEN}\d+{MENTION_CLOSE})
  | (?P<emoji>:[a-z][a-z0-9_+'-]{{0,50}}:|:100:|:\+1:|:-1:
      |[\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\U0001f000-\U0001faff][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*)
  | (?P<cjk>[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f々〆ヶー]+)
  | (?P<word>[^\W\d_\u3040-\u30ff\u3400-\u9fff]+(?:['’][^\W\d_]+)*(?:\d{{1,2}}(?![\w]|[.,]\d|[ \u00a0\u202f]\d{{3}}))?)
  | (?P<number>(?=[.．]?\d)(?:(?<![\w.,．])[.．](?=\d))?
      (?:\d{{1,3}}(?:[ \u00a0\u2009\u202f]\d{{3}}(?!\d))+(?:[.,]\d\d(?!\d))?|\d+(?:[.,'’．，٫٬]\d+)*)
      (?:[eEｅＥ][+-]?\d{{1,2}}(?!\w))?)
  | (?P<break>\n)
  | (?P<mark>[^\w\s])
    """,
    re.VERBOSE,
)
_KINDS = {
    "mention": TokenKind.MENTION,
    "number": TokenKind.NUMBER,
    "emoji": TokenKind.EMOJI,
    "cjk": TokenKind.WORD,
    "word": TokenKind.WORD,
    "break": TokenKind.BREAK,
    "mark": TokenKind.MARK,
}
_STRETCHED = re.compile(r"([^\W\d])\1{2,}")
_STRETCH = re.compile(r"([^\W\d])\1\1")
_GLUE_MARKS = frozenset("-/‑")


def tokenize(text: str, cjk_phrases: re.Pattern[str]) -> list[Token]:
    """Return the tokens of `text` in order. A hyphen or slash between letters separates words and is left out."""
    tokens: list[Token] = []
    append, word, mark = tokens.append, TokenKind.WORD, TokenKind.MARK
    length = len(text)
    curled, stretched = "’" in text, _STRETCH.search(text.lower()) is not None
    for match in _TOKEN.finditer(text):
        group = match.lastgroup or "mark"
        start, end = match.span()
        if group in ("plain", "word"):
            low = text[start:end].lower()
            if curled and "’" in low:
                low = low.replace("’", "'")
            if stretched and end - start > 3:
                low = _STRETCHED.sub(r"\1", low)
            append(_token((word, low, start, end)))
        elif group == "mark":
            piece = text[start:end]
            if (
                piece in _GLUE_MARKS
                and start > 0
                and end < length
                and text[start - 1].isalpha()
                and text[end].isalpha()
            ):
                continue
            append(_token((mark, piece, start, end)))
        elif group == "cjk":
            _split_cjk(text[start:end], start, cjk_phrases, tokens)
        else:
            piece = text[start:end]
            low = plain_digits(piece) if group == "number" and not piece.isascii() else piece
            append(Token(_KINDS[group], low, start, end))
    return tokens


def _split_cjk(run: str, offset: int, phrases: re.Pattern[str], tokens: list[Token]) -> None:
    """Split a run without spaces at the known phrases; the rest stays whole."""
    at = 0
    for match in phrases.finditer(run):
        if match.start() > at:
            tokens.append(Token(TokenKind.WORD, run[at : match.start()], offset + at, offset + match.start()))
        tokens.append(Token(TokenKind.WORD, match.group(), offset + match.start(), offset + match.end()))
        at = match.end()
    if at < len(run):
        kind = TokenKind.WORD if run[at:].strip("ー") else TokenKind.MARK  # "やったー"
        tokens.append(Token(kind, run[at:], offset + at, offset + len(run)))


__all__ = ["BOLD", "QUOTE_LINE", "Token", "TokenKind", "tokenize"]
