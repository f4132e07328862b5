"""Parses a rep's report of a deal: `Northwind Dental $45k` is a customer and an amount."""

from __future__ import annotations

from handlers.detection import TypedAmount, find_typed_amount
from handlers.intake.detected_deal import DealReported
from handlers.requests import Caller

_PUNCTUATION = " \t,;:–—-()"


def parse_report(caller: Caller, customer: str, amount: str) -> DealReported:
    """The report from the form's two fields. An unreadable amount is left out."""
    return _report(caller, customer, find_typed_amount(amount))


def read_report(caller: Caller, typed: str) -> DealReported:
    """The report from the text after the command: the amount is cut out, the rest is the customer."""
    found = find_typed_amount(typed)
    if found is None:
        return _report(caller, typed, None)
    before, after = typed[: found.start].strip(_PUNCTUATION), typed[found.end :].strip(_PUNCTUATION)
    return _report(caller, before or after, found)


def _report(caller: Caller, customer: str, found: TypedAmount | None) -> DealReported:
    if found is None:
        return DealReported(caller, customer, None, None)
    return DealReported(caller, customer, found.amount, found.currency, found.period)
