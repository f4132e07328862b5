"""Detect closed deals: flatten and decode the post, drop idle ones, read and judge the rest, and add details."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

from babel.numbers import get_currency_precision

from handlers.detection.amounts import Amount
from handlers.detection.crm_reports import may_be_a_card, read_crm_report
from handlers.detection.deal_facts import DealFacts, find_deals
from handlers.detection.deal_kind import deal_kind
from handlers.detection.field_labels import label_currency
from handlers.detection.flatten import flatten
from handlers.detection.labelled_fields import Field
from handlers.detection.lexicon import lexicon
from handlers.detection.markup import BOLD, decode
from handlers.detection.money import money_words
from handlers.detection.name_words import UNNAMED
from handlers.detection.people import close_date, closed_by, helped_by, mentioned_in
from handlers.detection.prefilter import looks_idle
from handlers.detection.reading import Reading, read
from handlers.detection.shared_credit import shared_credit
from handlers.detection.terms import term_months
from handlers.detection.types import ChannelContext, Decision, Detection, Post
from handlers.detection.verdict import decide, judge

_CARD_MARKS = frozenset(f":→➡•|—>{BOLD}")
"""A post without any of these has no labels and no arrows, so no tool wrote it."""
_PEOPLE = frozenset({"slack", "teams", "human", "human_teams"})
_TOLD_IN_WORDS = frozenset({"amount", "term"})
"""Fields that name nothing while there is no number in them."""
_IDLE_ANSWER = Detection(Decision.NO, 0.01)
_DEFAULT = ChannelContext()
_KRONA = {"sv": "SEK", "no": "NOK", "da": "DKK"}


def detect(post: Post, setting: ChannelContext = _DEFAULT) -> Detection:
    """Decide whether `post` announces a closed deal, and return the details of the deal.

    Never raises, is deterministic, and takes time linear in the post's length. The call is due on the day of the close
    (M1.1), so the news must be detected at once.
    """
    flat = flatten(post)
    by_tool = post.author_is_bot or post.source not in _PEOPLE
    if not by_tool and looks_idle(flat):
        return _IDLE_ANSWER
    words = lexicon()
    reading = read(decode(flat, by_tool=by_tool), words)
    several = len({one.role for one in reading.fields}) > 1
    formed = by_tool or (not _CARD_MARKS.isdisjoint(reading.text) and (several or may_be_a_card(reading)))
    reported = read_crm_report(reading, words, post.source) if formed else None
    formal = several or (reported is not None and reported.unmistakable)
    card = by_tool or (formal and _names_something(reading))
    verdict = judge(reading, words, card=card, reported=reported if card else None)
    wins = setting.wins_channel
    decision = decide(verdict.confidence, wins_channel=wins, is_terse=verdict.is_terse, sure=verdict.sure)
    answer = Detection(decision=decision, confidence=round(verdict.confidence, 4), cues=verdict.cues)
    found = find_deals(reading, verdict, decision, reported if card else None)
    if decision is Decision.NO:
        return _with_facts(answer, found[0], reading, setting)
    answer = _add_details(answer, reading, setting)
    first, *others = [_with_facts(answer, one, reading, setting) for one in found]
    return replace(first, also=tuple(replace(other, record_url=None) for other in others)) if others else first


def _with_facts(answer: Detection, deal: DealFacts, reading: Reading, setting: ChannelContext) -> Detection:
    amount = deal.amount
    currency = _currency(amount, reading, setting)
    if deal.sentence is not None:
        beside = mentioned_in(reading, deal.sentence)
        answer = replace(answer, kind=deal_kind(reading, deal.sentence), closed_by=beside or answer.closed_by)
    return replace(
        answer,
        customer=deal.customer,
        amount=amount.value if amount else None,
        amount_minor=_minor(amount.value, currency) if amount and currency else None,
        currency=currency,
        period=amount.period if amount else None,
    )


def _add_details(answer: Detection, reading: Reading, setting: ChannelContext) -> Detection:
    """Add details such as people and dates."""
    closers = closed_by(reading)
    return replace(
        answer,
        closed_by=closers,
        helped_by=helped_by(reading, closers),
        shared=shared_credit(reading, lexicon()) is not None,
        record_url=reading.plain.record_url,
        close_date=close_date(reading, setting),
        term_months=term_months(reading),
        kind=deal_kind(reading),
    )


def _names_something(reading: Reading) -> bool:
    """Whether the post has a sum, a record's field or a name: `Closed won: me vs. the printer. ARR: one` is a joke."""
    if reading.amounts or any(one.role not in _TOLD_IN_WORDS or _has_digit(reading, one) for one in reading.fields):
        return True
    return any(
        reading.is_capitalized(at) and not reading.opens_sentence(at) and not reading.tag(at) & UNNAMED
        for at in range(len(reading.tokens))
    )


def _has_digit(reading: Reading, one: Field) -> bool:
    return any(character.isdigit() for character in reading.text[one.start : one.end])


def _currency(amount: Amount | None, reading: Reading, setting: ChannelContext) -> str | None:
    if amount is None:
        return None
    match amount.currency or _labelled_currency(reading):
        case "dollar":
            return setting.dollar
        case "yen":
            return setting.yen
        case "krona":
            return setting.krona or _KRONA.get(reading.language, "SEK")
        case code:
            return code


def _labelled_currency(reading: Reading) -> str | None:
    """The currency that a field names, or the label of an amount: `Contract value (USD)`."""
    told = [reading.text[one.start : one.end].upper() for one in reading.fields if one.role == "currency"]
    told += [word for one in reading.fields if one.role == "amount" for word in label_currency(one.label)]
    signs, codes = money_words().signs, money_words().words.values()
    return next((signs.get(word, word) for word in told if word in signs or word in codes), None)


@cache
def _precision(currency: str) -> int:
    return get_currency_precision(currency)


def _minor(value: Decimal, currency: str) -> int:
    return int(value.scaleb(_precision(currency)).to_integral_value())
