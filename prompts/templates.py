"""The Jinja environment of all texts: plain text for chat clients, with plurals by the rules of a locale."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from jinja2 import Environment, StrictUndefined, meta


def template_environment(locale: str = "en", **options: Any) -> Environment:
    """An environment in which a missing value is an error; `options` are Jinja's.

    Its filter `plural` takes the form for a number, with `#` for the number itself:
    `{{ count | plural(one="# deal", other="# deals") }}`. The names of the forms are CLDR's (zero, one, two, few, many,
    other); `other` stands in for one that is missing.
    """
    # The surfaces are chat clients, not HTML: each escapes in its own way.
    environment = Environment(undefined=StrictUndefined, autoescape=False, **options)  # noqa: S701
    environment.filters["plural"] = partial(_plural, locale)
    return environment


def _plural(locale: str, number: int, **forms: str) -> str:
    count = int(number)  # a missing value fails here
    form = forms.get(Locale.parse(locale).plural_form(count), forms["other"])
    return form.replace("#", str(format_decimal(count, locale=locale)))


@cache
def placeholders_in(text: str) -> frozenset[str]:
    """The names in `{{ }}` of a text. Raises jinja2's `TemplateSyntaxError`."""
    environment = template_environment()
    environment.compile(text)
    return frozenset(meta.find_undeclared_variables(environment.parse(text)))
