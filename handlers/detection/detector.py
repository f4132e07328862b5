"""Detect: flatten the post, decode it, let the idle ones go, read the rest, judge it, and say what it is worth."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from babel.numbers import get_currency_precision

from handlers.detection.amounts import Amount, best_amount
from handlers.detection.flatten import flatten
from handlers.detection.idle import looks_idle
from handlers.detection.lexicon import Lexicon, lexicon
from handlers.detection.likeness import likeness
from handlers.detection.markup import decode
from handlers.detection.naming import candidates, heaviest
from handlers.detection.people import close_date, closed_by, helped_by
from handlers.detection.posts import Decision, Detection, Post, Setting
from handlers.detection.reading import Reading, read
from handlers.detection.reports import Report, report
from handlers.detection.titles import polish, title_customer
from handlers.detection.verdict import Verdict, decide, judge

_PARENTHESIS = re.compile(r"\s[(\[]")
_PEOPLE = ("slack", "teams", "human")
_IDLE = Detection(Decision.NO, 0.01)
_DEFAULT = Setting()
_KRONA = {"sv": "SEK", "no": "NOK", "da": "DKK"}


def detect(post: Post, setting: Setting = _DEFAULT) -> Detection:
    """Say whether `post` announces that a customer has just bought, and what it says about the deal.

    Never raises for any text, is deterministic, and takes time linear in the post's length. M1.1 starts here: the call
    is made today, so the news is heard today.
    """
    flat = flatten(post)
    by_tool = post.author_is_bot or not post.source.startswith(_PEOPLE)
    if not by_tool and looks_idle(flat):
        return _IDLE
    words = lexicon()
    reading = read(decode(flat, by_tool=by_tool), words)
    reported = report(reading, words, post.source)
    card = by_tool or _reads_like_a_record(reading, reported)
    verdict = judge(reading, words, card=card, reported=reported if card else None)
    decision = decide(verdict.confidence, wins_channel=setting.wins_channel)
    amount = _amount(reading)
    closers = closed_by(reading)
    currency = _currency(amount, reading, setting)
    return Detection(
        decision=decision,
        confidence=round(verdict.confidence, 4),
        customer=_customer(reading, verdict, words, decision),
        amount=amount.value if amount else None,
        amount_minor=_minor(amount.value, currency) if amount and currency else None,
        currency=currency,
        period=amount.period if amount else None,
        closed_by=closers,
        helped_by=helped_by(reading, closers),
        record_url=reading.plain.record_url,
        close_date=close_date(reading, setting),
        cues=verdict.cues,
    )


def _reads_like_a_record(reading: Reading, reported: Report | None) -> bool:
    """Whether a tool must have written it, though nobody says so: it labels what it tells, or moves it by an arrow."""
    by_form = reported is not None and reported.unmistakable
    return by_form or len({one.role for one in reading.fields}) > 1


def _amount(reading: Reading) -> Amount | None:
    for one in reading.fields:
        if one.role == "amount":
            inside = [amount for amount in reading.amounts if one.start <= reading.tokens[amount.start].start < one.end]
            if inside:
                return best_amount(inside)
    return best_amount(reading.amounts)


def _currency(amount: Amount | None, reading: Reading, setting: Setting) -> str | None:
    if amount is None:
        return None
    match amount.currency:
        case "dollar":
            return setting.dollar
        case "yen":
            return setting.yen
        case "krona":
            return setting.krona or _KRONA.get(reading.language, "SEK")
        case code:
            return code


@cache
def _precision(currency: str) -> int:
    return get_currency_precision(currency)


def _minor(value: Decimal, currency: str) -> int:
    return int(value.scaleb(_precision(currency)).to_integral_value())


def _customer(reading: Reading, verdict: Verdict, words: Lexicon, decision: Decision) -> str | None:
    for role in ("customer", "deal"):
        for one in reading.fields:
            if one.role == role:
                value = reading.text[one.start : one.end]
                return (
                    title_customer(value, words) if role == "deal" else polish(_PARENTHESIS.split(value, maxsplit=1)[0])
                )
    by_phrases = decision is Decision.NO or reading.language == "ja"
    if by_phrases or (verdict.name is not None and verdict.name.titled):
        return verdict.name.text if verdict.name else None
    learned = likeness()
    found = heaviest(candidates(reading, verdict.name, learned.known, words.never_names), learned.names)
    return found.text if found else None
