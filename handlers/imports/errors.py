"""Why a file, or a row of it, is not imported. The sentences are for the person at the command line.

FirstCallError
├── ImportFileError       the whole file cannot be read as deals
└── RowRefusedError       one row cannot
"""

from __future__ import annotations

from prompts.errors import FirstCallError


class ImportFileError(FirstCallError):
    """The file cannot be read as deals. Nothing was stored."""


class RowRefusedError(FirstCallError):
    """A row cannot be read as a deal. The sentence says which cell, and what to write instead."""
