"""The table format of the export as text: `export.COLUMNS`, one row per confirmation (docs/export.md)."""

from __future__ import annotations

import csv
import io
from typing import Any

from handlers import export
from handlers.spreadsheet_cells import safe_cell

BYTE_ORDER_MARK = "\ufeff"
"""Excel reads the file as UTF-8 only with it."""


def csv_head() -> str:
    """The beginning of the file: the byte order mark, and the names of the columns."""
    text = io.StringIO(newline="")
    csv.DictWriter(text, export.COLUMNS).writeheader()
    return BYTE_ORDER_MARK + text.getvalue()


def csv_rows(deal: dict[str, Any]) -> str:
    """The rows of a deal of `export.page`, in cells that no spreadsheet runs."""
    text = io.StringIO(newline="")
    rows = csv.DictWriter(text, export.COLUMNS, restval="")
    rows.writerows({name: safe_cell(value) for name, value in row.items()} for row in export.table(deal))
    return text.getvalue()
