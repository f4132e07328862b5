"""The rows of a CSV file, whatever program wrote it: its encoding and its separator are found out."""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cli.exit_codes import CommandFailed
from handlers.imports.columns import recognized

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEPARATORS = ",;\t|"
SAMPLE_BYTES = 65_536
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
MOST_NAMES = 200
"""Columns. A first line with more is no header."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row, and the number of the line in which it begins. `cells` is None if it is no row; `trouble` says why."""

    line: int
    cells: list[str] | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file whose rows can be read again and again, one at a time."""

    path: Path
    encoding: str
    separator: str
    header: list[str]
    header_line: int

    def rows(self) -> Iterator[CsvRow]:
        """The rows below the first line. Blank ones are left out."""
        for row in _records(self.path, self.encoding, self.separator):
            if row.line > self.header_line and (row.cells is None or any(cell.strip() for cell in row.cells)):
                yield row


def open_csv(path: Path) -> CsvFile:
    """Find out how the file is written, and read its first line.

    Raises:
        CommandFailed: it cannot be read, or is no CSV file.
    """
    try:
        encoding = _encoding(path)
        separator, header = _header(path, encoding)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}") from error
    return CsvFile(path, encoding, separator, header.cells or [], header.line)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(SAMPLE_BYTES)
    if start[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise CommandFailed(f"{path} is a spreadsheet: save it as CSV (UTF-8) first")
    known = [encoding for mark, encoding in MARKS if start.startswith(mark)]
    if not known and start[1:200:2].count(0) > start[:200:2].count(0):
        known = ["utf-16-le"]
    elif not known and 0 in start[:200:2]:
        known = ["utf-16-be"]
    for encoding in (*known, "utf-8", "cp1252"):
        if _decodes(path, encoding):
            return encoding
    raise CommandFailed(f"{path} is neither UTF-8, UTF-16 nor Windows-1252: save it as CSV (UTF-8)")


def _decodes(path: Path, encoding: str) -> bool:
    """Whether all of the file is text in the encoding, with a piece in memory at a time."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while piece := file.read(SAMPLE_BYTES):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _header(path: Path, encoding: str) -> tuple[str, CsvRow]:
    """The separator with which the first line has the most known names, and that line. `sep=;` of Excel is obeyed."""
    found: list[tuple[int, int, str, CsvRow]] = []
    for separator in SEPARATORS:
        rows = (row for row in _records(path, encoding, separator) if row.cells is None or any(row.cells))
        header = next(rows, None)
        if header is not None and header.cells and header.cells[0].strip().lower().startswith("sep="):
            header = next(rows, None)
        if header is not None and header.cells and len(header.cells) <= MOST_NAMES:
            found.append((recognized(header.cells), len(header.cells), separator, header))
    if not found:
        raise CommandFailed(f"{path} has no first line with the names of its columns")
    best = max(found, key=lambda each: each[:2])
    return best[2], best[3]


def _records(path: Path, encoding: str, separator: str) -> Iterator[CsvRow]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        line = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield CsvRow(line, None, _reason(error))
            else:
                yield CsvRow(line, [cell.removeprefix("\ufeff") for cell in cells])
            line = reader.line_num + 1


def _reason(error: csv.Error) -> str:
    said = str(error)
    if "unexpected end" in said or "field limit" in said:
        return "a quotation mark opens here and is never closed"
    if "expected after" in said:
        return "text follows a closing quotation mark: double the marks inside a cell"
    return f"this is no row of a CSV file ({said})"
