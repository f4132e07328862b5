"""What makes a statement measurable, in words and in parts that a reminder can count with (M3.5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers.method.measurables import Reading, Target, read_targets

Measure = dict[str, Any]
"""A target as plain JSON: `what` and `text`, and of the rest what is known: `number` (a decimal as text), `unit`,
`comparison`, `per`, `day` (ISO 8601)."""


def in_words(wording: str, known: Reading) -> str:
    """What the wording says that is measurable, piece by piece: "weekly, by phone"; empty when nothing is."""
    return ", ".join(target.text for target in read_targets(wording, known))


def in_parts(wording: str, target: str | None, known: Reading, today: date) -> list[Measure]:
    """The parts of the target, or of the wording while nobody put the target right.

    A day without a year is the next one from `today` on: the day on which it was said.
    """
    return [_plain(found) for found in read_targets(wording if target is None else target, known, today)]


def _plain(target: Target) -> Measure:
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
