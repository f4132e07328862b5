"""A row of a file as a deal of the past."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers.imports.dates import DateOrder, read_moment
from handlers.imports.errors import RowRefusedError
from handlers.imports.sums import read_currency, read_sum
from handlers.intake.typed_entries import LONGEST_CUSTOMER
from handlers.method import money
from handlers.method.customers import customer_key
from handlers.method.invisible import without_invisible
from handlers.spreadsheet_cells import plain_cell

LONGEST = 255
"""Characters of a contact's name, a rep and a source id: what their columns hold."""

PERIODS = {
    "year": {"year", "yearly", "annual", "annually", "per year", "a year", "yr", "p.a.", "12 months"},
    "quarter": {"quarter", "quarterly", "per quarter", "3 months"},
    "month": {"month", "monthly", "per month", "a month", "mo"},
    "total": {"total", "once", "one-off", "one off", "one time", "one-time", "onetime", "non-recurring"},
}
KINDS = {
    "new": {"new", "new business", "new customer", "new logo", "newbusiness"},
    "renewal": {"renewal", "renew", "renewed"},
    "expansion": {"expansion", "upsell", "cross-sell", "add-on", "existing business", "existing customer"}
    | {"existingbusiness", "upgrade", "existing customer - upgrade"},
    "partner": {"partner", "reseller", "channel"},
}


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cells of a file are read: what the file itself shows, or its reader says."""

    zone: ZoneInfo
    now: datetime
    order: DateOrder | None = None
    decimal_mark: str | None = None


@dataclass(frozen=True, slots=True)
class PastDeal:
    """A deal that a row tells of. `day` is the day of its close in the workspace's zone."""

    line: int
    customer: str
    customer_key: str
    amount_minor: int | None
    currency: str | None
    period: str | None
    kind: str | None
    closed_at: datetime
    day: date
    rep: str
    """As written; empty if the row names nobody."""
    contact: str
    source_id: str | None


def read_row(line: int, cells: Sequence[str], columns: Mapping[str, int], reading: Reading) -> PastDeal:
    """The deal of the row that begins in this line of the file.

    Raises:
        RowRefusedError: the first cell that cannot be read.
    """
    if len(cells) <= max(columns.values()):
        raise RowRefusedError(f"the row has {len(cells)} cells, and the first line names more columns")
    said = {field: _plain(cells[index]) for field, index in columns.items()}
    customer = said["customer"]
    if not customer:
        raise RowRefusedError("customer is empty")
    if len(customer) > LONGEST_CUSTOMER:
        raise RowRefusedError(f"customer is longer than {LONGEST_CUSTOMER} characters")
    for field in ("rep", "contact", "source_id"):
        if len(said.get(field, "")) > LONGEST:
            raise RowRefusedError(f"{field} is longer than {LONGEST} characters")
    if not said["closed_at"]:
        raise RowRefusedError("closed_at is empty")
    closed_at = read_moment(said["closed_at"], reading.zone, reading.order)
    if closed_at > reading.now and closed_at.date() > reading.now.astimezone(reading.zone).date():
        raise RowRefusedError(f"closed_at “{said['closed_at']}” is still to come: only deals of the past are imported")
    closed_at = min(closed_at, reading.now)
    amount, currency = _amount(said, reading)
    return PastDeal(
        line=line,
        customer=customer,
        customer_key=customer_key(customer),
        amount_minor=amount,
        currency=currency,
        period=_one_of("period", said.get("period", ""), PERIODS),
        kind=_one_of("kind", said.get("kind", ""), KINDS),
        closed_at=closed_at,
        day=closed_at.astimezone(reading.zone).date(),
        rep=said.get("rep", ""),
        contact=said.get("contact", ""),
        source_id=said.get("source_id") or None,
    )


def _amount(said: Mapping[str, str], reading: Reading) -> tuple[int | None, str | None]:
    column = said.get("currency", "")
    currency = read_currency(column) if column else None
    if not said.get("amount"):
        return None, currency
    amount, named = read_sum(said["amount"], reading.decimal_mark)
    if currency and named and currency != named and said["amount"].strip()[:1] not in "$¥":
        raise RowRefusedError(f"amount “{said['amount']}” and currency “{column}” disagree")
    currency = currency or named
    return money.to_minor(amount, currency), currency


def _one_of(field: str, cell: str, known: Mapping[str, set[str]]) -> str | None:
    if not cell:
        return None
    said = cell.casefold()
    found = next((value for value, names in known.items() if said == value or said in names), None)
    if found is None:
        raise RowRefusedError(f"{field} “{cell}” is none of {', '.join(known)}")
    return found


def _plain(cell: str) -> str:
    """The cell on one line, as plain text: no control characters, nothing invisible, no apostrophe before a formula."""
    shown = "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in cell)
    return plain_cell(" ".join(without_invisible(shown).split()))
