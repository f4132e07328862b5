"""A file that people edit, read so that every mistake is found at once, each with its line."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self, TypeVar

from jinja2 import Environment, meta
from jinja2.exceptions import TemplateSyntaxError

from prompts.phrase_matcher import readings
from prompts.toml_positions import TomlPositions, line_of_error

T = TypeVar("T")

_KINDS: dict[type, str] = {dict: "a table", list: "a list", str: "a text", int: "a whole number", float: "a number"}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a file, for the person who edits it."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class TomlDocument:
    """The entries of a TOML file. What is missing or wrong is noted in `problems`, and something empty is given."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.readable = True
        self.problems: list[Problem] = []
        self._places = TomlPositions(text)
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.data = {}
            self.problems.append(Problem(file, line_of_error(error, text), f"this is not TOML: {error}"))
            self.readable = False

    def overlaid(self, file: str, own: Mapping[str, Any], places: Self | None = None) -> Self:
        """This sheet with what `own` has in its own way, table by table. Problems are those of `file`.

        `places` is the sheet that `own` was read from; without it, it came from no file and has no lines.
        """
        made = type(self)(file, "")
        made._places = places._places if places is not None else made._places
        made.data = {
            table: {**self.data.get(table, {}), **entries} if isinstance(entries, Mapping) else entries
            for table, entries in {**self.data, **own}.items()
        }
        return made

    def wrong(self, what: str, *path: str | int, holding: str | None = None) -> None:
        """Note a problem with an entry, or with one text in a list."""
        if self.readable:
            self.problems.append(Problem(self.file, self._places.line(*path, holding=holding), what))

    def keys(self, *path: str | int) -> list[str]:
        """The names of a table's entries; none when it is not there."""
        value = self._value(*path)
        return list(value) if isinstance(value, dict) else []

    def count(self, *path: str | int) -> int:
        """How many tables a `[[list of tables]]` has."""
        return len(self._get(list, *path) or [])

    def only(self, known: Collection[str], *path: str | int) -> None:
        """Note every entry of the table that nobody knows."""
        for key in self.keys(*path):
            if key not in known:
                self.wrong(f"nobody knows the entry {key!r}; known are {', '.join(known)}", *path, key)

    def whole(self, *path: str | int) -> int:
        """A whole number; 0 when it is none."""
        return self._get(int, *path) or 0

    def number(self, *path: str | int) -> float:
        """A number; 0 when it is none."""
        value = self._value(*path)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        return self._get(float, *path) or 0

    def text(self, *path: str | int, most: int | None = None, names: Collection[str] = ()) -> str:
        """A text of at most `most` characters, in which only these `{{ names }}` may stand; "" when there is none."""
        value = self._get(str, *path)
        if value is None:
            return ""
        text = value.strip()
        if not text:
            self.wrong(f"{path[-1]} is empty", *path)
        self._check_names(text, names, path)
        length = shortest(text)
        if most is not None and length > most:
            self.wrong(f"{path[-1]} has {length} characters, and at most {most} are shown", *path)
        return text

    def phrases(self, *path: str | int) -> tuple[str, ...]:
        """A list of phrases (see `prompts.phrase_matcher`), each once."""
        good: list[str] = []
        for phrase in self._get(list, *path) or []:
            if not isinstance(phrase, str):
                self.wrong(f"{phrase!r} is no text; put it in quotes", *path)
            elif phrase.casefold() in (known.casefold() for known in good):
                self.wrong(f'"{phrase}" is there twice', *path, holding=phrase)
            elif (why := self._no_phrase(phrase)) is not None:
                self.wrong(f'"{phrase}" is no phrase: {why}', *path, holding=phrase)
            else:
                good.append(phrase)
        return tuple(good)

    def _no_phrase(self, phrase: str) -> str | None:
        try:
            readings(phrase)
        except ValueError as error:
            return str(error)
        return None

    def _check_names(self, text: str, known: Collection[str], path: tuple[str | int, ...]) -> None:
        try:
            found = names_in(text)
        except TemplateSyntaxError as error:
            self.wrong(f"{path[-1]}: the braces do not fit: {error.message}", *path)
            return
        for name in sorted(found - set(known)):
            allowed = ", ".join(f"{{{{ {one} }}}}" for one in sorted(known)) or "none"
            self.wrong(f"{path[-1]}: nobody fills in {{{{ {name} }}}}; known here: {allowed}", *path)

    def _get(self, kind: type[T], *path: str | int) -> T | None:
        value = self._value(*path)
        if value is None:
            self.wrong(f"{_spoken(path)} is missing", *path)
            return None
        if not isinstance(value, kind) or isinstance(value, bool):
            self.wrong(f"{_spoken(path)} is not {_KINDS[kind]}", *path)
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


@cache
def names_in(text: str) -> frozenset[str]:
    """The `{{ names }}` of a wording. Raises jinja2's `TemplateSyntaxError`."""
    # It is only read here, never rendered.
    environment = Environment(autoescape=False)  # noqa: S701
    environment.compile(text)
    return frozenset(meta.find_undeclared_variables(environment.parse(text)))


def shortest(text: str) -> int:
    """How many characters a wording has whatever is filled in."""
    kept, depth, at = 0, 0, 0
    while at < len(text):
        if text[at : at + 2] in ("{{", "{%"):
            depth, at = depth + 1, at + 2
        elif depth and text[at : at + 2] in ("}}", "%}"):
            depth, at = depth - 1, at + 2
        else:
            kept, at = kept + (not depth), at + 1
    return kept


def _spoken(path: tuple[str | int, ...]) -> str:
    """The way to an entry for a person: `[topics] no. 3 name`."""
    table, *rest = path
    words = [f"no. {part + 1}" if isinstance(part, int) else part for part in rest]
    return " ".join([f"[{table}]", *words])
