"""What is wrong in the files of a locale that people edit: playbook, words, coach, brief, measures, cadence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from prompts.toml_document import Problem, TomlDocument, names_in
from prompts.wording import raw_words

REFERENCE = "en"
"""The locale that has every wording."""
LONGEST_LABEL = 24
"""Characters: what Slack takes for a title, and what a button shows on a phone."""
LONGEST_LINE = 75
"""Characters: what Slack takes for a line of a checklist and for what a screen reader says of a button."""
LONGEST_EXAMPLE = 150
"""Characters: what Slack takes for an example in an empty field."""
MOST_REFERRALS = 50
LONGEST_DEFINITION = 500
"""Characters; what a rep can save on the wrap-up."""


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What a check found: the problems by file and line, and how many entries each file has."""

    problems: list[Problem] = field(default_factory=list)
    entries: dict[str, int] = field(default_factory=dict)


def check_locales(folder: Traversable, shown: str) -> ValidationReport:
    """Check a folder of locales, or the folder of one; `shown` is how the reader calls it.

    Raises `PlaybookError` when it holds no locale.
    """
    if any((folder / name).is_file() for name in _CHECKS):
        found = [("", folder)]
    else:
        inside = sorted((child for child in folder.iterdir() if child.is_dir()), key=lambda child: child.name)
        found = [(child.name, child) for child in inside if any((child / name).is_file() for name in _CHECKS)]
    if not found:
        raise PlaybookError(f"{shown} holds none of {', '.join(_CHECKS)}, and no folder that does")
    checked = ValidationReport()
    for locale, place in found:
        for name, check in _CHECKS.items():
            _check_file(str(PurePath(shown, locale, name)), place / name, check, checked)
    checked.problems.sort()
    return checked


def our_locales() -> Traversable:
    """The folder of the locales that FirstCall comes with."""
    return files("prompts") / "locales"


def _check_file(
    name: str, source: Traversable, check: Callable[[TomlDocument], int], checked: ValidationReport
) -> None:
    try:
        sheet = TomlDocument(name, source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        checked.problems.append(Problem(name, 1, "the file is missing"))
        return
    except UnicodeDecodeError as error:
        checked.problems.append(Problem(name, 1, f"this is not UTF-8 text: {error.reason} at byte {error.start}"))
        return
    count = check(sheet) if sheet.readable else 0
    checked.entries[name] = count
    checked.problems.extend(sheet.problems)


def _check_playbook(sheet: TomlDocument) -> int:
    """M2.1 to M2.4, the three objectives, the referral, and nothing that Slack would cut."""
    sheet.only(("steps", "objectives", "referral", "coaching"))
    rules: list[str] = []
    for table in ("steps", "objectives"):
        for number in range(sheet.count(table)):
            sheet.only(("rule", "text", "why"), table, number)
            rule = sheet.text(table, number, "rule")
            if rule in rules:
                sheet.wrong(f"the rule {rule} is there twice", table, number, "rule")
            rules.append(rule)
            sheet.text(table, number, "text", most=LONGEST_LINE)
            sheet.text(table, number, "why", most=LONGEST_LINE)
    sheet.only(("number", "definition"), "referral")
    if not 1 <= sheet.whole("referral", "number") <= MOST_REFERRALS:
        sheet.wrong(f"number is not from 1 to {MOST_REFERRALS}", "referral", "number")
    sheet.text("referral", "definition", most=LONGEST_DEFINITION)
    sheet.only(("fear_antidote",), "coaching")
    sheet.text("coaching", "fear_antidote")
    return len(rules)


def _check_words(sheet: TomlDocument) -> int:
    """The same entries as in the reference, the same `{{ names }}`, and no label that is too long."""
    known = _reference_names()
    tables = {key.split(".")[0] for key in known}
    sheet.only(sorted(tables))
    for table in sorted(tables & set(sheet.keys())):
        names = {key.split(".", 1)[1] for key in known if key.startswith(f"{table}.")}
        for name in sheet.keys(table):
            if name not in names:
                sheet.wrong(f"nobody asks for the entry {name!r}", table, name)
    for key, names_of_key in known.items():
        table, name = key.split(".", 1)
        sheet.text(table, name, most=_longest(table, name, known), names=names_of_key)
    return len(known)


@cache
def _reference_names() -> Mapping[str, frozenset[str]]:
    """Every key of the words, and the names that are filled in there."""
    names: dict[str, frozenset[str]] = {}
    for key, text in raw_words(REFERENCE).items():
        try:
            names[key] = names_in(text)
        except TemplateSyntaxError:
            names[key] = frozenset()  # said when that file itself is checked
    return names


def _longest(table: str, name: str, known: Mapping[str, object]) -> int | None:
    """How long a wording may be: a screen that can be closed has labels, a button has a `label_` of its own."""
    if name in ("title", "submit", "close") and f"{table}.close" in known:
        return LONGEST_LABEL
    if f"{table}.label_{name}" in known:
        return LONGEST_LABEL
    if name.startswith("label_"):
        return LONGEST_LINE
    return LONGEST_EXAMPLE if name.endswith("_example") else None


def _check_coach(sheet: TomlDocument) -> int:
    return len(read_coach(sheet).topics)


def _check_brief(sheet: TomlDocument) -> int:
    return len(read_brief(sheet).questions)


def _check_measures(sheet: TomlDocument) -> int:
    return len(read_measures(sheet).signs)


def _check_cadence(sheet: TomlDocument) -> int:
    read_cadence(sheet)
    return sum(map(len, TABLES.values()))


_CHECKS: dict[str, Callable[[TomlDocument], int]] = {
    "playbook.toml": _check_playbook,
    "words.toml": _check_words,
    "coach.toml": _check_coach,
    "brief.toml": _check_brief,
    "measures.toml": _check_measures,
    "cadence.toml": _check_cadence,
}
