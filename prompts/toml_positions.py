"""Find the line of an entry in a TOML file, which tomllib does not tell."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*(?:([\w-]+)|"([^"]*)"|'([^']*)')\s*=""")
_MULTILINE = re.compile(r'"""|' + "'''")
_ERROR_LINE = re.compile(r"\(at line (\d+)")

Path = tuple[str | int, ...]
"""The path of an entry: keys, and the number of a `[[table]]` counted from 0."""


class TomlPositions:
    """The line numbers of a TOML text."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._line_by_path = self._read()

    def line(self, *path: str | int, containing: str | None = None) -> int:
        """The line (from 1) of an entry, else of the nearest table above it; 1 when there is none.

        With `containing`, the line of that text in the entry or below it, for one string of a list.
        """
        prefixes = (path[:length] for length in range(len(path), 0, -1))
        line = next((self._line_by_path[prefix] for prefix in prefixes if prefix in self._line_by_path), 1)
        if containing is not None:
            below = enumerate(self._lines[line - 1 :])
            line += next((offset for offset, text in below if f'"{containing}"' in text), 0)
        return line

    def _read(self) -> dict[Path, int]:
        line_by_path: dict[Path, int] = {}
        counts: dict[str, int] = {}
        table: Path = ()
        inside = False
        for number, line in enumerate(self._lines, start=1):
            starts_inside = inside
            inside ^= len(_MULTILINE.findall(line)) % 2 == 1
            if starts_inside:
                continue
            if header := _HEADER.match(line):
                brackets, name = header.groups()
                table = tuple(name.split("."))
                if brackets == "[[":
                    line_by_path.setdefault(table, number)  # the list: its name may be wrong
                    counts[name] = counts.get(name, -1) + 1
                    table = (*table, counts[name])
                elif table[0] in counts:
                    table = (table[0], counts[str(table[0])], *table[1:])
                line_by_path.setdefault(table, number)
            elif key := _KEY.match(line):
                line_by_path.setdefault((*table, next(part for part in key.groups() if part is not None)), number)
        return line_by_path


def line_of_error(error: ValueError, text: str) -> int:
    """The line in the message of a `TOMLDecodeError`; the last line when it says "end of document"."""
    match = _ERROR_LINE.search(str(error))
    return int(match[1]) if match else max(1, len(text.splitlines()))
