"""Every text that a person reads, by key and locale: `words("card.urgency", hours=3)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from jinja2 import Environment, Template
from jinja2.exceptions import TemplateSyntaxError

from prompts.errors import PlaybookError
from prompts.locale_file import load
from prompts.templates import template_environment


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
        return frozenset(self._templates)


@cache
def _templates(locale: str, escape: Callable[[str], str]) -> Mapping[str, Template]:
    def finalize(value: object) -> object:
        if isinstance(value, Ready):
            return value
        return escape(value) if isinstance(value, str) else value

    return dict(_compiled(template_environment(locale, finalize=finalize), locale))


def _compiled(environment: Environment, locale: str) -> Iterator[tuple[str, Template]]:
    for key, text in raw_words(locale).items():
        try:
            yield key, environment.from_string(text)
        except TemplateSyntaxError as error:
            raise PlaybookError(
                f"the wording {key!r} in prompts/locales/{locale}/words.toml: {error.message}"
            ) from error


@cache
def raw_words(locale: str) -> Mapping[str, str]:
    """Return the templates of a locale, flattened to `table.name` keys. Raises `PlaybookError`, with file and line."""
    tables = load(locale, "words.toml", lambda document: document.data)
    for table, entries in tables.items():
        if not isinstance(entries, dict) or not all(isinstance(text, str) for text in entries.values()):
            raise PlaybookError(f"prompts/locales/{locale}/words.toml: {table} is no table of texts")
    return {f"{table}.{name}": text for table, entries in tables.items() for name, text in entries.items()}
