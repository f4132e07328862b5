"""The measure of a statement, as text and as data that a reminder can count with (M3.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from handlers.method.due_days import WORDINGS_CACHED
from handlers.method.measurables import MeasureRules, Target, read_targets
from handlers.method.recurrence import WHAT, Recurrence
from handlers.method.recurrence_reader import Found, means_in, read_recurrences

Measure = dict[str, Any]
"""A target as JSON: `what` and `text`, and if known `number` (a decimal as text), `unit`, `comparison`, `per` and
`day` (ISO 8601). Or, with `what` as `recurrence`, a rule that says when a promise is due: `Recurrence.to_json`."""
MAX_OTHER_WORDS = 1


def measurable_text(wording: str, rules: MeasureRules) -> str:
    """Return the measurable parts of the wording as text, "weekly, by phone"; empty when there are none."""
    return ", ".join(target.text for target in read_targets(wording, rules))


def measurable_parts(wording: str, target: str | None, rules: MeasureRules, today: date) -> list[Measure]:
    """Return the measurable parts of the target, or of the wording when the rep set no target.

    A day without a year is the next one from `today` on, the day of the statement.
    """
    parts = [_to_json(found) for found in read_targets(wording if target is None else target, rules, today)]
    return parts + [rule.to_json() for rule in _recurrences(wording, target, rules, today)]


def stored_recurrences(
    measures: list[Measure], wording: str, target: str | None, rules: MeasureRules, today: date
) -> list[Recurrence]:
    """Return the rules among the stored measures. Those of earlier versions have none: there the text is read again."""
    stored = [Recurrence.from_json(measure) for measure in measures if measure["what"] == WHAT]
    return stored or list(_recurrences(wording, target, rules, today))


@lru_cache(WORDINGS_CACHED)
def _recurrences(wording: str, target: str | None, rules: MeasureRules, today: date) -> tuple[Recurrence, ...]:
    """The rules in the target, else in the wording. The other of the two may add a time of day, an end, the means."""
    if target is None:
        text = wording
    elif not read_recurrences(target, rules, today):
        text = f"{wording}, {target}"
    else:
        text = target if read_recurrences(wording, rules, today) else f"{target}, {wording}"
    found, means = read_recurrences(text, rules, today), means_in(wording, rules)
    said = [each.rule if each.rule.means else replace(each.rule, means=means) for each in found]
    is_all = _says_only_that(text, found)
    return tuple(rule for rule in said if rule.means or not rule.is_daily or is_all)


def _says_only_that(text: str, found: list[Found]) -> bool:
    """Whether the text says little more than how often.

    What says more, and is neither news for the customer nor anything that is sent, is a condition of the service, which
    needs no reminder each day: "the crew leaves by 5 every day".
    """
    for each in reversed(found):
        text = f"{text[: each.start]} {text[each.end :]}"
    return len(text.split()) <= MAX_OTHER_WORDS


def _to_json(target: Target) -> Measure:
    values = {
        "what": target.what.value,
        "text": target.text,
        "number": None if target.number is None else str(target.number),
        "unit": target.unit,
        "comparison": None if target.comparison is None else target.comparison.value,
        "per": target.per,
        "day": None if target.day is None else target.day.isoformat(),
    }
    return {name: value for name, value in values.items() if value is not None}
