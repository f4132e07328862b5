"""Which column of a file holds what: by the names that CRMs and spreadsheets give them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from handlers.imports.errors import ImportFileError
from handlers.method.invisible import without_invisible

NAMES: Mapping[str, frozenset[str]] = {
    "customer": frozenset(
        {"customer", "customername", "account", "accountname", "company", "companyname", "client", "organisation"}
        | {"organization", "organizationname"}
    ),
    "amount": frozenset({"amount", "value", "dealvalue", "dealamount", "amountincompanycurrency", "total", "price"}),
    "currency": frozenset({"currency", "currencycode", "currencyisocode", "amountcurrency", "dealcurrencycode"}),
    "period": frozenset({"period", "billingperiod", "billingfrequency", "per", "term"}),
    "kind": frozenset({"kind", "type", "dealkind", "dealtype", "opportunitytype"}),
    "closed_at": frozenset(
        {"closedat", "closedate", "closeddate", "closedon", "closed", "wonat", "wontime", "wondate", "wonon", "date"}
        | {"closeddatetime", "dateclosed", "datewon"}
    ),
    "rep": frozenset(
        {"rep", "owner", "ownername", "owneremail", "dealowner", "opportunityowner", "repemail", "repid", "salesrep"}
        | {"seller", "accountexecutive"}
    ),
    "contact": frozenset(
        {"contact", "contactname", "contactperson", "primarycontact", "decisionmaker", "associatedcontact"}
    ),
    "source_id": frozenset(
        {"sourceid", "id", "dealid", "opportunityid", "recordid", "externalid", "objectid", "crmid", "salesforceid"}
    ),
}
"""By field: the names of its column, without case, spaces and punctuation."""

REQUIRED = ("customer", "closed_at")

_NO_LETTER = re.compile(r"[\W_]+")


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Each field that the file has, and the index of its column. Other columns are left alone.

    If several columns could be one field, the one that is named like the field counts.

    Raises:
        ImportFileError: a column that is needed is missing, or two columns look like the same one.
    """
    names = [_NO_LETTER.sub("", without_invisible(cell)).casefold() for cell in header]
    found: dict[str, int] = {}
    for field, known in NAMES.items():
        exact = [index for index, name in enumerate(names) if name == field.replace("_", "")]
        alike = exact or [index for index, name in enumerate(names) if name in known]
        if len(alike) > 1:
            first, second = (header[index].strip() for index in alike[:2])
            raise ImportFileError(
                f"the columns “{first}” and “{second}” both look like {field}: rename the one to read to {field}"
            )
        if alike:
            found[field] = alike[0]
    for field in REQUIRED:
        if field not in found:
            seen = ", ".join(f"“{cell.strip()}”" for cell in header[:12]) or "nothing"
            raise ImportFileError(f"no column is called {field}, and the first line has {seen}: rename the right one")
    return found


def recognized(header: Sequence[str]) -> int:
    """How many of the cells are names of columns that are read."""
    names = {_NO_LETTER.sub("", without_invisible(cell)).casefold() for cell in header}
    return sum(1 for known in NAMES.values() if known & names)
