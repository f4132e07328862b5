"""Every text that a person reads, by key and locale: `words("card.urgency", hours=3)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from jinja2 import Environment, Template
from jinja2.exceptions import TemplateSyntaxError

from prompts.errors import PlaybookError
from prompts.locale_file import load
from prompts.templates import template_environment

ONLY_NAMES = re.compile(r"(?:[^{}]|\{\{ \w+ \}\})*")
"""A template without filters, tests or expressions: once it is parsed, nothing in it can be wrong."""


class Ready(str):
    """A value that is already in the platform's markup (a mention, a link) and must not be escaped again."""

    __slots__ = ()


def _as_is(text: str) -> str:
    return text


class Wording:
    """The wordings of one locale for one surface.

    `escape` makes a value that a person typed safe on the surface (Slack: `&`, `<` and `>`). It is applied to every
    value in a wording except `Ready` ones. The wordings themselves are trusted and not escaped.
    """

    def __init__(self, locale: str = "en", escape: Callable[[str], str] = _as_is) -> None:
        self.locale = locale
        self._templates = _templates(locale, escape)

    def __call__(self, key: str, **values: object) -> str:
        """Return the wording of `key` with `values` filled in.

        Raises `PlaybookError` for an unknown key, and jinja2's `UndefinedError` for a missing value.
        """
        template = self._templates.get(key)
        if template is None:
            raise PlaybookError(f"the wording {key!r} is missing in prompts/locales/{self.locale}/words.toml")
        return template.render(values)

    def keys(self) -> frozenset[str]:
        """All keys of this locale."""
        return self._templates.keys()


class _Templates:
    """The templates of a locale: all are checked now, and most are compiled when they are first used.

    To compile them all takes a quarter of a second, for each surface and at each start.
    """

    def __init__(self, environment: Environment, locale: str) -> None:
        self._environment = environment
        self._texts = raw_words(locale)
        self._compiled: dict[str, Template] = {}
        for key, text in self._texts.items():
            try:
                environment.parse(text)
                if not ONLY_NAMES.fullmatch(text):
                    self._compiled[key] = environment.from_string(text)
            except TemplateSyntaxError as error:
                raise PlaybookError(
                    f"the wording {key!r} in prompts/locales/{locale}/words.toml: {error.message}"
                ) from error

    def get(self, key: str) -> Template | None:
        """The template, or None if there is none. Two threads may both compile it; either result will do."""
        template = self._compiled.get(key)
        if template is None and key in self._texts:
            template = self._compiled[key] = self._environment.from_string(self._texts[key])
        return template

    def keys(self) -> frozenset[str]:
        """All keys."""
        return frozenset(self._texts)


@cache
def _templates(locale: str, escape: Callable[[str], str]) -> _Templates:
    def finalize(value: object) -> object:
        if isinstance(value, Ready):
            return value
        return escape(value) if isinstance(value, str) else value

    return _Templates(template_environment(locale, finalize=finalize), locale)


@cache
def raw_words(locale: str) -> Mapping[str, str]:
    """Return the templates of a locale, flattened to `table.name` keys. Raises `PlaybookError`, with file and line."""
    tables = load(locale, "words.toml", lambda document: document.data)
    for table, entries in tables.items():
        if not isinstance(entries, dict) or not all(isinstance(text, str) for text in entries.values()):
            raise PlaybookError(f"prompts/locales/{locale}/words.toml: {table} is no table of texts")
    return {f"{table}.{name}": text for table, entries in tables.items() for name, text in entries.items()}
