"""Milestones and what is left out. The figures themselves are recomputed in tests/handlers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handlers.method.win_figures import DealRow, LeftOut, Milestone, Over, WinRows, milestones, win_figures

QUARTER = datetime(2026, 1, 1, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
A_WIN = DealRow(1, 7, "open", MONDAY, 1000_00, "USD", "year", "new")


def win(number: int, minor: int, *, period: str = "year", currency: str = "USD", rep: int = 7) -> DealRow:
    """A win, `number` days into the week."""
    row = replace(A_WIN, id=number, rep=rep, amount_minor=minor, period=period, currency=currency)
    return replace(row, closed_at=MONDAY + timedelta(days=number))


def test_the_biggest_of_the_quarter_is_compared_with_what_covers_the_same_in_its_currency() -> None:
    best = {("USD", Over.YEAR): 1000, ("EUR", Over.YEAR): 5000}
    wins = [win(1, 1100), win(2, 100, period="month"), win(3, 4000, currency="EUR"), win(4, 9000, period="total")]

    found = milestones(wins, best, set(), QUARTER)

    assert [(deal.id, what) for deal, what in found] == [(2, Milestone.BIGGEST)], "100 a month are 1,200 a year"
    assert milestones(wins, {}, set(), QUARTER) == [], "the first wins of a quarter are not its biggest yet"
    assert milestones(wins, best, set(), MONDAY + timedelta(days=6)) == [], "they closed in the quarter before"


def test_a_reps_first_win_is_their_earliest() -> None:
    wins = [win(2, 1, rep=8), win(1, 1, rep=8), win(3, 1, rep=7)]
    assert [(deal.id, what) for deal, what in milestones(wins, {}, {8}, QUARTER)] == [(1, Milestone.FIRST)]


def test_a_hidden_amount_is_in_no_sum_and_no_milestone() -> None:
    hidden = replace(win(1, 5000), amount_hidden=True)
    figures = win_figures(WinRows(deals=[hidden, win(2, 100)]), MONDAY, MONDAY + timedelta(days=7), MONDAY)

    assert (figures.wins, figures.left_out) == (2, {LeftOut.HIDDEN: 1})
    assert [each.minor for each in figures.sums] == [100]
    assert milestones([hidden], {("USD", Over.YEAR): 1}, set(), QUARTER) == []


def test_nobody_was_to_call_about_a_deal_that_was_imported() -> None:
    imported = replace(win(1, 100), imported=True)
    figures = win_figures(
        WinRows(deals=[imported, win(2, 100)]), MONDAY, MONDAY + timedelta(days=7), MONDAY + timedelta(days=30)
    )

    assert figures.wins == 2
    assert figures.calls.due == 1
