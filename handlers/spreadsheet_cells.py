"""Cells of a CSV file that no spreadsheet runs as a formula, and back."""

from __future__ import annotations

import unicodedata

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet runs a cell that starts with one of these as a formula; a customer's name must not become one."""


def safe_cell(value: object) -> object:
    """The value as a cell that no spreadsheet runs: what looks like a formula gets a leading apostrophe."""
    return f"'{value}" if isinstance(value, str) and _may_be_run(value) else value


def plain_cell(cell: str) -> str:
    """What a cell says: the apostrophe that `safe_cell` put in front of a formula is not part of it."""
    return cell[1:] if cell.startswith("'") and _may_be_run(cell[1:]) else cell


def _may_be_run(text: str) -> bool:
    """Full-width signs count, too (Excel in Japanese), and what cannot be seen in front of a sign hides none."""
    first = next((char for char in text if not char.isspace() and unicodedata.category(char) != "Cf"), "")
    return text.startswith(FORMULA_STARTS) or unicodedata.normalize("NFKC", first).startswith(FORMULA_STARTS)
