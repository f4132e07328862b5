"""The coach does not repeat answered questions, and the worst statement comes first (M1.2, M3.4, M3.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from handlers.method.coaching_advice import advice, worst_first
from handlers.method.details import Details, PromisedBy, Source
from handlers.method.measurables import measure_rules
from handlers.method.measure import measurable_parts, measurable_text
from handlers.method.statements import Kind
from handlers.method.vagueness import Reason, rules
from tests.method.given import a_statement

VAGUE = a_statement(1, wording="keep me posted")
GENERIC = a_statement(2, wording="friendly service")
COMPETITOR = a_statement(3, wording="the other vendor promised free installation")
MISPLACED = a_statement(4, wording="10 percent less fuel", kind=Kind.EXPECTATION)
CLEAR = a_statement(5, wording="a call every Friday")
NOTHING = Details()


def test_advice_is_sorted_worst_first_and_skips_clear_statements() -> None:
    found = [(s, say) for s in (MISPLACED, VAGUE, GENERIC, COMPETITOR, CLEAR) if (say := advice(s, NOTHING, rules()))]

    assert [s for s, _ in worst_first(found)][:3] == [COMPETITOR, GENERIC, VAGUE]
    assert CLEAR not in [s for s, _ in found]


def test_an_answered_question_is_not_asked_again() -> None:
    asked = advice(GENERIC, NOTHING, rules())
    assert asked is not None
    assert asked.coaching is not None
    assert asked.coaching.reason is Reason.GENERIC
    assert advice(GENERIC, Details(source=Source.CUSTOMER), rules()) is None
    assert advice(GENERIC, Details(source=Source.ASSUMPTION), rules()) == asked
    assert advice(COMPETITOR, Details(promised_by=PromisedBy.COMPETITOR), rules()) is None


def test_the_measure_set_by_the_rep_counts() -> None:
    assert advice(VAGUE, NOTHING, rules()) is not None
    assert advice(replace(VAGUE, target="weekly, by phone"), NOTHING, rules()) is None


def test_a_measure_has_parts_for_reminders() -> None:
    parts = measurable_parts(
        "problems told within 4 hours, go-live by 12 March", None, measure_rules(), date(2026, 3, 2)
    )
    assert parts == [
        {"what": "duration", "text": parts[0]["text"], "number": "4", "unit": "hour", "comparison": "at_most"},
        {"what": "date", "text": "12 March", "day": "2026-03-12"},
    ]
    assert measurable_text("by phone, weekly", measure_rules()) == "phone, weekly"
    assert measurable_parts("keep me posted", "weekly", measure_rules(), date(2026, 3, 2)) == [
        {"what": "frequency", "text": "weekly"},
        {"what": "recurrence", "text": "weekly", "per": "week", "means": "update"},
    ]
