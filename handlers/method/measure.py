"""The measure of a statement, as text and as data that a reminder can count with (M3.5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers.method.measurables import MeasureRules, Target, read_targets

Measure = dict[str, Any]
"""A target as JSON: `what` and `text`, and if known `number` (a decimal as text), `unit`, `comparison`, `per` and
`day` (ISO 8601)."""


def measurable_text(wording: str, rules: MeasureRules) -> str:
    """Return the measurable parts of the wording as text, "weekly, by phone"; empty when there are none."""
    return ", ".join(target.text for target in read_targets(wording, rules))


def measurable_parts(wording: str, target: str | None, rules: MeasureRules, today: date) -> list[Measure]:
    """Return the measurable parts of the target, or of the wording when the rep set no target.

    A day without a year is the next one from `today` on, the day of the statement.
    """
    return [_to_json(found) for found in read_targets(wording if target is None else target, rules, today)]


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
