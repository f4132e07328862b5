"""Load a file of a locale, `prompts/locales/<locale>/<name>`, so that an error names the file and the line."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import TypeVar

from prompts.errors import PlaybookError
from prompts.toml_document import TomlDocument

T = TypeVar("T")


def load(locale: str, name: str, read: Callable[[TomlDocument], T]) -> T:
    """Return what `read` makes of the file. Raises `PlaybookError` when it is missing or `read` noted a problem."""
    document = open_document(locale, name)
    result = read(document)
    document.raise_first_problem()
    return result


def open_document(locale: str, name: str) -> TomlDocument:
    """Return the file, which may have problems. Raises `PlaybookError` when it cannot be read."""
    path = f"prompts/locales/{locale}/{name}"
    source = files("prompts") / "locales" / locale / name
    try:
        return TomlDocument(path, source.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlaybookError(f"{path} cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise PlaybookError(f"{path}:1: this is not UTF-8 text: {error.reason} at byte {error.start}") from error
