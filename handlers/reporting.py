"""A rep tells of a deal in a few words: `Northwind Dental $45k` is a customer and an amount."""

from __future__ import annotations

from handlers.arrival import Caller
from handlers.detection import Post, detect
from handlers.hearing import DealReported


def reported(caller: Caller, customer: str, amount: str) -> DealReported:
    """The report from a form's two fields. An amount that cannot be read is left out, the deal is not."""
    found = detect(Post(text=f"Closed won: Customer {amount}")) if amount.strip() else None
    return DealReported(
        caller,
        customer=customer,
        amount=found.amount if found else None,
        currency=found.currency if found else None,
        period=found.period if found else None,
    )


def read(caller: Caller, typed: str) -> DealReported:
    """The report from one line, as typed after the command."""
    found = detect(Post(text=f"Closed won: {typed}"))
    return DealReported(caller, found.customer or typed, found.amount, found.currency, found.period)
