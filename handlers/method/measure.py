"""The measure of a statement, as text and as data that a reminder can count with (M3.5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers.method.measurables import MeasureRules, Target, read_targets
from handlers.method.recurrence import WHAT, Recurrence
from handlers.method.recurrence_reader import read_recurrences

Measure = dict[str, Any]
"""A target as JSON: `what` and `text`, and if known `number` (a decimal as text), `unit`, `comparison`, `per` and
`day` (ISO 8601). Or, with `what` as `recurrence`, a rule that says when a promise is due: `Recurrence.to_json`."""


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
    return stored or _recurrences(wording, target, rules, today)


def _recurrences(wording: str, target: str | None, rules: MeasureRules, today: date) -> list[Recurrence]:
    """The rules in the target, else in the wording, to which the target may add a time of day or an end."""
    whole = wording if target is None else f"{wording}, {target}"
    found = read_recurrences(target or "", rules, today) or read_recurrences(whole, rules, today)
    return [each.rule for each in found]


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
