"""The days that statements name, and those counted from a milestone of the deal (M3.5)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.method.due_days import days_due, milestone_days
from handlers.method.measurables import measure_rules

EN = measure_rules()
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("wordings", "days"),
    [
        (["Go-live by 12 March"], {"go_live": date(2026, 3, 12)}),
        (["On 12 March we go live"], {"go_live": date(2026, 3, 12)}),
        (["Delivered by 31 March", "delivery of the rest on 14 April"], {"delivery": date(2026, 4, 14)}),
        (
            ["Training by 10 March, go-live by 31 March"],
            {"training": date(2026, 3, 10), "go_live": date(2026, 3, 31)},
        ),
        (["A call every Thursday until go-live on 26 March"], {}),
        (["No invoice before go-live on 26 March"], {"go_live": date(2026, 3, 26)}),
        (["The invoice on 15 April, after the go-live"], {}),
        (["A call every Thursday until delivery"], {}),
    ],
)
def test_the_days_of_milestones(wordings: list[str], days: dict[str, date]) -> None:
    assert milestone_days(wordings, EN, TODAY) == days


@pytest.mark.parametrize(
    ("wording", "days"),
    [
        ("Two weeks' notice before delivery", [date(2026, 3, 17)]),
        ("48 hours before the delivery", [date(2026, 3, 29)]),
        ("a call 4 hours before delivery", [date(2026, 3, 31)]),
        ("5 business days before delivery", [date(2026, 3, 24)]),
        ("within 10 days of delivery", [date(2026, 4, 10)]),
        ("two weeks before 31 May", [date(2026, 5, 17)]),
        ("two weeks before delivery on 31 May", [date(2026, 5, 17)]),
        ("two weeks before installation", []),
        ("signed by the 12th", [date(2026, 3, 12)]),
        ("a call every Thursday until 19 March", []),
        ("within 4 hours of discovering a problem", []),
    ],
)
def test_the_days_on_which_a_statement_is_due(wording: str, days: list[date]) -> None:
    assert days_due(wording, EN, TODAY, {"delivery": date(2026, 3, 31)}) == days


PIECES = ["two weeks", "48 hours", "before", "after", "of", "the", "delivery", "go-live", "12 March", "by the 31st"]


@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map(" ".join),
    st.dates(max_value=date(9000, 1, 1)),
)
@settings(deadline=None)
def test_any_text_is_read(wording: str, today: date) -> None:
    milestones = milestone_days([wording], EN, today)
    assert all(isinstance(day, date) for day in days_due(wording, EN, today, milestones))
