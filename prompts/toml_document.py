"""A TOML file that people edit, read so that all mistakes are found at once, each with its line."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Self, TypeVar

from jinja2.exceptions import TemplateSyntaxError

from prompts.errors import PlaybookError
from prompts.phrase_matcher import readings
from prompts.templates import placeholders_in
from prompts.toml_positions import TomlPositions, line_of_error

T = TypeVar("T")

_TYPE_NAMES: dict[type, str] = {
    dict: "a table",
    list: "a list",
    str: "a text",
    int: "a whole number",
    float: "a number",
    time: "a time such as 09:30:00",
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake in a file, as its editor reads it."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class TomlDocument:
    """The entries of a TOML file. A missing or wrong entry is noted in `problems` and read as an empty value."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.readable = True
        self.problems: list[Problem] = []
        self._positions = TomlPositions(text)
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.data = {}
            self.problems.append(Problem(file, line_of_error(error, text), f"this is not TOML: {error}"))
            self.readable = False

    def raise_first_problem(self) -> None:
        """Raise `PlaybookError` for the first problem in the file, if there is one."""
        if self.problems:
            raise PlaybookError(str(min(self.problems)))

    def with_overrides(self, file: str, overrides: Mapping[str, Any], source: Self | None = None) -> Self:
        """Return this document with the entries of `overrides`. Its problems are those of `file`.

        Tables are merged entry by entry, and lists of tables table by table if each has a `rule` or a `name`; any other
        list or value is replaced.

        `source` is the document that `overrides` was read from; without it, problems have no line.
        """
        merged = type(self)(file, "")
        if source is not None:
            merged._positions = source._positions
        merged.data = _merged(self.data, overrides)
        return merged

    def add_problem(self, text: str, *path: str | int, containing: str | None = None) -> None:
        """Note a problem with an entry, or with one text in a list."""
        if self.readable:
            self.problems.append(Problem(self.file, self._positions.line(*path, containing=containing), text))

    def keys(self, *path: str | int) -> list[str]:
        """The names of a table's entries; none when it is missing."""
        value = self._value(*path)
        return list(value) if isinstance(value, dict) else []

    def count(self, *path: str | int) -> int:
        """The number of tables in a `[[list of tables]]`."""
        return len(self._get(list, *path) or [])

    def allow_only(self, known: Collection[str], *path: str | int) -> None:
        """Note every entry of the table that is not in `known`."""
        for key in self.keys(*path):
            if key not in known:
                self.add_problem(f"unknown entry {key!r}; known are {', '.join(known)}", *path, key)

    def integer(self, *path: str | int) -> int:
        """A whole number; 0 when it is missing or wrong."""
        return self._get(int, *path) or 0

    def number(self, *path: str | int) -> float:
        """A number; 0 when it is missing or wrong."""
        value = self._value(*path)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        return self._get(float, *path) or 0

    def time_of_day(self, *path: str | int) -> int:
        """A time of day, in minutes since midnight; 0 when it is missing or wrong."""
        value = self._get(time, *path)
        return 0 if value is None else value.hour * 60 + value.minute

    def text(self, *path: str | int, max_length: int | None = None, placeholders: Collection[str] = ()) -> str:
        """A text with at most `max_length` characters and no other `{{ placeholders }}`; "" when it is missing."""
        value = self._get(str, *path)
        if value is None:
            return ""
        text = value.strip()
        if not text:
            self.add_problem(f"{path[-1]} is empty", *path)
        self._check_placeholders(text, placeholders, path)
        length = min_length(text)
        if max_length is not None and length > max_length:
            self.add_problem(f"{path[-1]} has {length} characters, and at most {max_length} are shown", *path)
        return text

    def texts(self, *path: str | int) -> tuple[str, ...]:
        """A list of texts."""
        texts: list[str] = []
        for text in self._get(list, *path) or []:
            if isinstance(text, str):
                texts.append(text)
            else:
                self.add_problem(f"{text!r} is no text; put it in quotes", *path)
        return tuple(texts)

    def phrases(self, *path: str | int) -> tuple[str, ...]:
        """A list of phrases (see `prompts.phrase_matcher`), each once."""
        valid: list[str] = []
        for phrase in self.texts(*path):
            if phrase.casefold() in (other.casefold() for other in valid):
                self.add_problem(f'"{phrase}" is there twice', *path, containing=phrase)
            elif (error := _phrase_error(phrase)) is not None:
                self.add_problem(f'"{phrase}" is no phrase: {error}', *path, containing=phrase)
            else:
                valid.append(phrase)
        return tuple(valid)

    def _check_placeholders(self, text: str, known: Collection[str], path: tuple[str | int, ...]) -> None:
        try:
            used = placeholders_in(text)
        except TemplateSyntaxError as error:
            self.add_problem(f"{path[-1]}: the braces do not match: {error.message}", *path)
            return
        for name in sorted(used - set(known)):
            allowed = ", ".join(f"{{{{ {each} }}}}" for each in sorted(known)) or "none"
            self.add_problem(f"{path[-1]}: unknown placeholder {{{{ {name} }}}}; known are {allowed}", *path)

    def _get(self, kind: type[T], *path: str | int) -> T | None:
        value = self._value(*path)
        if value is None:
            self.add_problem(f"{_path_text(path)} is missing", *path)
            return None
        if not isinstance(value, kind) or isinstance(value, bool):
            self.add_problem(f"{_path_text(path)} is not {_TYPE_NAMES[kind]}", *path)
            return None
        return value

    def _value(self, *path: str | int) -> Any:
        value: Any = self.data
        for part in path:
            if isinstance(value, dict) and isinstance(part, str):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value


def _merged(ours: Any, theirs: Any) -> Any:
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        return {**ours, **{key: _merged(ours[key], value) if key in ours else value for key, value in theirs.items()}}
    by_name, changes = _by_name(ours), _by_name(theirs)
    if by_name is None or changes is None:
        return theirs
    return list(_merged(by_name, changes).values())


def _by_name(tables: Any) -> dict[str, Any] | None:
    """A list of tables by their `rule` or `name`; None for anything else."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return None
    names = [table.get("rule", table.get("name")) for table in tables]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        return None
    return dict(zip(names, tables, strict=True))


def min_length(text: str) -> int:
    """The number of characters that a text has when every placeholder is empty."""
    length, depth, at = 0, 0, 0
    while at < len(text):
        if text[at : at + 2] in ("{{", "{%"):
            depth, at = depth + 1, at + 2
        elif depth and text[at : at + 2] in ("}}", "%}"):
            depth, at = depth - 1, at + 2
        else:
            length, at = length + (not depth), at + 1
    return length


def _phrase_error(phrase: str) -> str | None:
    try:
        readings(phrase)
    except ValueError as error:
        return str(error)
    return None


def _path_text(path: tuple[str | int, ...]) -> str:
    """The path of an entry for a person: `[topics] no. 3 name`."""
    table, *rest = path
    parts = [f"no. {part + 1}" if isinstance(part, int) else part for part in rest]
    return " ".join([f"[{table}]", *parts])
