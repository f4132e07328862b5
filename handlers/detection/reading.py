"""A post as the detector reads it: tokens, phrase tags, sentences, amounts and labelled fields."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.detection.amounts import Amount, find_amounts
from handlers.detection.labelled_fields import Field, read_fields
from handlers.detection.lexicon import NOTHING, Lexicon, PhraseMatch
from handlers.detection.markup import PlainText
from handlers.detection.name_words import is_name_like_sum, joined_tokens
from handlers.detection.sentences import Sentences, split_sentences
from handlers.detection.tokens import Token, TokenKind, tokenize


@dataclass(slots=True)
class Reading:
    """The input of all further steps. Positions are token positions unless stated otherwise."""

    plain: PlainText
    text: str
    tokens: list[Token]
    runs: list[PhraseMatch]
    run_at: list[PhraseMatch | None]
    division: Sentences
    amounts: list[Amount]
    in_amount: list[bool]
    fields: list[Field]
    language: str
    told: int = NOTHING
    """The tags of all phrases of the post together."""
    joined: list[bool] = field(default_factory=list)
    """For each token whether it belongs to one word of a name with the token before it: `7-Eleven`, `Acme, Inc.`"""

    def tag(self, at: int) -> int:
        """Return the tags of the phrase at token `at`."""
        run = self.run_at[at]
        return run.tag if run else NOTHING

    def run_ends(self, at: int) -> int:
        """Return the end of the phrase at token `at`."""
        run = self.run_at[at]
        return run.end if run else at + 1

    def text_of(self, start: int, end: int) -> str:
        """Return the text from token `start` up to token `end`."""
        tokens = self.tokens
        end = min(end, len(tokens))
        return self.text[tokens[start].start : tokens[end - 1].end] if start < end else ""

    def is_capitalized(self, at: int) -> bool:
        """Whether a word is capitalized, in a segment that is not all in capitals."""
        token = self.tokens[at]
        if token.kind is not TokenKind.WORD or self.division.segment[at] in self.division.shouted:
            return False
        first = self.text[token.start]
        return first.isupper() or first >= "\u3040" or not self.text[token.start : token.end].islower()

    def opens_sentence(self, at: int) -> bool:
        """Whether any word would be capitalized at token `at`."""
        if at == 0:
            return True
        before = self.tokens[at - 1]
        return (
            self.division.sentence[at - 1] != self.division.sentence[at]
            or before.kind in (TokenKind.EMOJI, TokenKind.BREAK)
            or (before.kind is TokenKind.MARK and self.division.segment[at - 1] != self.division.segment[at])
        )


def read(plain: PlainText, lexicon: Lexicon) -> Reading:
    """Read a decoded post with the phrase book."""
    text = plain.text
    tokens = tokenize(text, lexicon.cjk)
    runs, language = lexicon.read(tokens)
    run_at: list[PhraseMatch | None] = [None] * len(tokens)
    told = NOTHING
    for run in runs:
        tag, start, end = run
        told |= tag
        for at in range(start, end):
            run_at[at] = run
    amounts = find_amounts(text, tokens, language)
    if amounts:
        amounts = [amount for amount in amounts if not is_name_like_sum(text, tokens, amount, amounts)]
    in_amount = [False] * len(tokens)
    for amount in amounts:
        in_amount[amount.start : amount.end] = [True] * (min(amount.end, len(tokens)) - amount.start)
    reading = Reading(
        plain=plain,
        text=text,
        tokens=tokens,
        runs=runs,
        run_at=run_at,
        division=split_sentences(text, tokens, lexicon.turns),
        amounts=amounts,
        in_amount=in_amount,
        fields=read_fields(text, lexicon),
        language=language,
        told=told,
    )
    reading.joined = joined_tokens(reading, lexicon)
    return reading
