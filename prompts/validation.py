"""Check the files of a locale that people edit: playbook, words, coach, brief, measures, cadence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath

from jinja2.exceptions import TemplateSyntaxError

from prompts.brief import read_brief
from prompts.cadence import TABLES, read_cadence
from prompts.coach import read_coach
from prompts.errors import PlaybookError
from prompts.measures import read_measures
from prompts.playbook import read_playbook
from prompts.templates import placeholders_in
from prompts.toml_document import Problem, TomlDocument
from prompts.wording import raw_words

REFERENCE = "en"
"""The locale that has every wording."""
MAX_LABEL = 24
"""Characters: Slack's limit for the title of a modal, and what a button shows on a phone."""
MAX_DESCRIPTION = 75
"""Characters: Slack's limit for the accessibility label of a button."""
MAX_EXAMPLE = 150
"""Characters: Slack's limit for the placeholder of a field."""


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """The result of a check: the problems by file and line, and the number of entries in each file."""

    problems: list[Problem] = field(default_factory=list)
    entries: dict[str, int] = field(default_factory=dict)


def check_locales(folder: Traversable, path: str) -> ValidationReport:
    """Check a folder of locales, or the folder of one locale; `path` is its name in the report.

    Raises `PlaybookError` when the folder holds no locale.
    """
    if _is_locale(folder):
        locales = [("", folder)]
    else:
        children = sorted((child for child in folder.iterdir() if child.is_dir()), key=lambda child: child.name)
        locales = [(child.name, child) for child in children if _is_locale(child)]
    if not locales:
        raise PlaybookError(f"{path} holds none of {', '.join(_CHECKS)}, and no folder that does")
    report = ValidationReport()
    for locale, locale_folder in locales:
        for name, check in _CHECKS.items():
            _check_file(str(PurePath(path, locale, name)), locale_folder / name, check, report)
    report.problems.sort()
    return report


def shipped_locales() -> Traversable:
    """The folder of the locales that FirstCall ships."""
    return files("prompts") / "locales"


def _is_locale(folder: Traversable) -> bool:
    return any((folder / name).is_file() for name in _CHECKS)


def _check_file(path: str, source: Traversable, check: Callable[[TomlDocument], int], report: ValidationReport) -> None:
    try:
        document = TomlDocument(path, source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        report.problems.append(Problem(path, 1, "the file is missing"))
        return
    except UnicodeDecodeError as error:
        report.problems.append(Problem(path, 1, f"this is not UTF-8 text: {error.reason} at byte {error.start}"))
        return
    report.entries[path] = check(document) if document.readable else 0
    report.problems.extend(document.problems)


def _check_playbook(document: TomlDocument) -> int:
    playbook = read_playbook(document)
    return len(playbook.steps) + len(playbook.objectives)


def _check_words(document: TomlDocument) -> int:
    """The file has the entries and placeholders of the reference, and no label is too long."""
    reference = _reference_placeholders()
    tables = {key.split(".")[0] for key in reference}
    document.allow_only(sorted(tables))
    for table in sorted(tables & set(document.keys())):
        for name in document.keys(table):
            if f"{table}.{name}" not in reference:
                document.add_problem(f"no text uses the entry {name!r}", table, name)
    for key, placeholders in reference.items():
        table, name = key.split(".", 1)
        document.text(table, name, max_length=_max_length(table, name, reference), placeholders=placeholders)
    return len(reference)


@cache
def _reference_placeholders() -> Mapping[str, frozenset[str]]:
    """The placeholders of every wording in the reference, by key."""
    placeholders: dict[str, frozenset[str]] = {}
    for key, text in raw_words(REFERENCE).items():
        try:
            placeholders[key] = placeholders_in(text)
        except TemplateSyntaxError:
            placeholders[key] = frozenset()  # reported when the reference itself is checked
    return placeholders


def _max_length(table: str, name: str, keys: Collection[str]) -> int | None:
    """The limit for a wording: a table with `close` is a modal's, an entry with a `label_` is a button's."""
    if name in ("title", "submit", "close") and f"{table}.close" in keys:
        return MAX_LABEL
    if f"{table}.label_{name}" in keys:
        return MAX_LABEL
    if name.startswith("label_"):
        return MAX_DESCRIPTION
    return MAX_EXAMPLE if name.endswith("_example") else None


def _check_coach(document: TomlDocument) -> int:
    return len(read_coach(document).topics)


def _check_brief(document: TomlDocument) -> int:
    return len(read_brief(document).questions)


def _check_measures(document: TomlDocument) -> int:
    return len(read_measures(document).signs)


def _check_cadence(document: TomlDocument) -> int:
    read_cadence(document)
    return sum(map(len, TABLES.values()))


_CHECKS: dict[str, Callable[[TomlDocument], int]] = {
    "playbook.toml": _check_playbook,
    "words.toml": _check_words,
    "coach.toml": _check_coach,
    "brief.toml": _check_brief,
    "measures.toml": _check_measures,
    "cadence.toml": _check_cadence,
}
