"""Find the customer and the sum of each deal that a post announces."""

from __future__ import annotations

import re
from typing import NamedTuple

from handlers.detection.amounts import Amount, best_amount
from handlers.detection.crm_reports import Report
from handlers.detection.customer_model import Candidate, candidates, rank_candidates
from handlers.detection.customer_titles import (
    is_document_word,
    title_customer,
    value_customer,
    without_document_words,
)
from handlers.detection.deal_kind import is_kind_word
from handlers.detection.labelled_fields import UNNAMED_CUSTOMER, Field
from handlers.detection.lexicon import Tag, lexicon
from handlers.detection.numerals import parse_number
from handlers.detection.other_deals import other_customers, pair_amounts, split_pair
from handlers.detection.passages import Passage
from handlers.detection.reading import Reading
from handlers.detection.types import Decision
from handlers.detection.verdict import Verdict
from handlers.detection.win_model import win_model

MIN_AMOUNTS = 2
"""A post whose customer is a title announces several deals only if it has several sums."""
_BARE_NUMBER = re.compile(r"\d{1,12}(?:[.,]\d{1,4}){0,4}")


class DealFacts(NamedTuple):
    """A deal's customer, None if the post does not name one, and its sum."""

    customer: str | None
    amount: Amount | None
    sentence: int | None = None
    """The sentence that names the customer, if the post announces several deals."""


def find_deals(reading: Reading, verdict: Verdict, decision: Decision, reported: Report | None) -> list[DealFacts]:
    """Return the deals of a post, at least one: from its labelled fields, its title, or its sentences.

    `reported`: what the post reports, if a tool wrote it. Only a sentence announces several deals.
    """
    amount = _labelled_amount(reading) or _amount_near(reading, verdict.passage)
    for role in ("customer", "deal"):
        for one in reading.fields:
            if one.role == role and not _is_stage(one, reading):
                value = _value(reading, one)
                return [
                    DealFacts(title_customer(value, lexicon()) if role == "deal" else value_customer(value), amount)
                ]
    if reported is not None and reported.title and (titled := title_customer(reported.title, lexicon())):
        return [DealFacts(titled, amount)]
    if (reported is not None and reported.unnamed) or any(one.role == UNNAMED_CUSTOMER for one in reading.fields):
        return [DealFacts(None, amount)]
    by_phrases = decision is Decision.NO or reading.language == "ja"
    if by_phrases:
        return [DealFacts(verdict.name.text if verdict.name else None, amount)]
    return _deals_in_sentences(reading, verdict, amount, single=reported is not None)


def _deals_in_sentences(reading: Reading, verdict: Verdict, amount: Amount | None, *, single: bool) -> list[DealFacts]:
    learned, words = win_model(), lexicon()
    titled = verdict.name if verdict.name is not None and verdict.name.titled else None
    if titled is not None and (single or len(reading.amounts) < MIN_AMOUNTS):
        return [DealFacts(titled.text, amount)]
    found = candidates(reading, verdict.passage, verdict.name, learned.known, words.never_names)
    ranked = rank_candidates(found, learned.names)
    if not ranked:
        return [DealFacts(titled.text if titled else None, amount)]
    first = ranked[0][1]
    if titled is not None:  # a title in bold or in quotation marks tells where the name begins and ends
        first = Candidate(titled.start, titled.end, titled.text, first.features)
    rest = [one for one in ranked if one[1].end <= first.start or first.end <= one[1].start]
    if not single and (pair := split_pair(reading, first)):
        first, second = pair
        others = [second]
    else:
        others = [] if single else other_customers(reading, first, rest, learned.others, words)
    if not others:
        return [DealFacts(_name(first), amount)]
    customers = sorted([first, *others], key=lambda one: one.start)
    bystanders = [one for _, one in rest if one not in others]
    amounts = pair_amounts(reading, customers, bystanders)
    sentence = reading.division.sentence
    return [
        DealFacts(_name(customer), paired, sentence[customer.start])
        for customer, paired in zip(customers, amounts, strict=True)
    ]


def _value(reading: Reading, one: Field) -> str:
    """The value of a field, with the comma behind it: in `New logo: Wahoo!, $84,000` the mark belongs to the name."""
    behind = reading.text[one.end : one.end + 2]
    return reading.text[one.start : one.end] + (behind if behind == ", " else "")


def _name(candidate: Candidate) -> str:
    """The customer's name without a word for the order: `Vertrag Acorn`, `Acorn-Vertrag`, `Acorn Energy Renewal`."""
    words = without_document_words(candidate.text.split())
    head, hyphen, paper = words[-1].rpartition("-")
    if hyphen and head and is_document_word(paper):
        words = [*words[:-1], head]
    elif len(words) > 1 and is_kind_word(words[-1]):
        words = words[:-1]
    return " ".join(words)


def _labelled_amount(reading: Reading) -> Amount | None:
    for one in reading.fields:
        if one.role == "amount":
            inside = [amount for amount in reading.amounts if one.start <= reading.tokens[amount.start].start < one.end]
            if inside:
                return best_amount(inside)
            bare = _BARE_NUMBER.fullmatch(reading.text, one.start, one.end)
            if bare and (value := parse_number(bare.group(), scaled=False)):
                return Amount(value, None, None, 0, 0)
    return None


def _amount_near(reading: Reading, news: Passage) -> Amount | None:
    """The sum of the news; if its passage has none, that of the rest of the post."""
    told = best_amount([amount for amount in reading.amounts if news.start <= amount.start < news.end])
    return told or best_amount(reading.amounts)


def _is_stage(one: Field, reading: Reading) -> bool:
    """In `Deal: Closed Won` the value is a stage, not a deal."""
    inside = [at for at, token in enumerate(reading.tokens) if one.start <= token.start and token.end <= one.end]
    return bool(inside) and all(reading.tag(at) & (Tag.STATE | Tag.STAGE) for at in inside)
