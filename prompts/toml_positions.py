"""Where an entry stands in a TOML file: tomllib does not say, and an editor wants to know."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*(?:([\w-]+)|"([^"]*)"|'([^']*)')\s*=""")
_MULTILINE = re.compile(r'"""|' + "'''")
_AT_LINE = re.compile(r"\(at line (\d+)")

Path = tuple[str | int, ...]
"""The way to an entry: keys, and the number of a `[[table]]` counted from 0."""


class TomlPositions:
    """The line numbers of a TOML text."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._known = self._read()

    def line(self, *path: str | int, holding: str | None = None) -> int:
        """The line (from 1) of an entry, or of its nearest table that is there; 1 when there is none.

        With `holding`, the line of that text in the entry or below it, for one string of a list.
        """
        place = next((self._known[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._known), 1)
        if holding is not None:
            below = self._lines[place - 1 :]
            return place + next((n for n, line in enumerate(below) if f'"{holding}"' in line), 0)
        return place

    def _read(self) -> dict[Path, int]:
        known: dict[Path, int] = {}
        counts: dict[str, int] = {}
        table: Path = ()
        inside = False
        for number, line in enumerate(self._lines, start=1):
            began_inside = inside
            inside ^= len(_MULTILINE.findall(line)) % 2 == 1
            if began_inside:
                continue
            if header := _HEADER.match(line):
                brackets, name = header.groups()
                table = tuple(name.split("."))
                if brackets == "[[":
                    counts[name] = counts.get(name, -1) + 1
                    table = (*table, counts[name])
                elif table[0] in counts:
                    table = (table[0], counts[str(table[0])], *table[1:])
                known.setdefault(table, number)
            elif key := _KEY.match(line):
                known.setdefault((*table, next(part for part in key.groups() if part is not None)), number)
        return known


def line_of_error(error: ValueError, text: str) -> int:
    """The line that a `TOMLDecodeError` names; the last one when it names the end of the file."""
    found = _AT_LINE.search(str(error))
    return int(found[1]) if found else max(1, len(text.splitlines()))
