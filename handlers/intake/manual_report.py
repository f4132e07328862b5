"""A rep tells of a deal in a few words: `Northwind Dental $45k` is a customer and an amount."""

from __future__ import annotations

from handlers.detection import TypedAmount, find_typed_amount
from handlers.intake.detected_deal import DealReported
from handlers.requests import Caller

_AROUND = " \t,;:–—-()"


def parse_report(caller: Caller, customer: str, amount: str) -> DealReported:
    """The report from a form's two fields. An amount that cannot be read is left out, the deal is not."""
    return _report(caller, customer, find_typed_amount(amount))


def read_report(caller: Caller, typed: str) -> DealReported:
    """The report from one line, as typed after the command: the sum is taken out, what is left is the customer."""
    found = find_typed_amount(typed)
    if found is None:
        return _report(caller, typed, None)
    before, after = typed[: found.start].strip(_AROUND), typed[found.end :].strip(_AROUND)
    return _report(caller, before or after, found)


def _report(caller: Caller, customer: str, found: TypedAmount | None) -> DealReported:
    if found is None:
        return DealReported(caller, customer, None, None)
    return DealReported(caller, customer, found.amount, found.currency, found.period)
