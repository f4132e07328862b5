"""The team's wins of this week and of last week, for anyone who asks."""

from __future__ import annotations

from handlers.screens.team import TeamScreen, WinSummary
from handlers.team import wins
from handlers.team.wins import TeamRequest
from tests.handlers.world import ANNA, BEN, World


def team(world: World, person: str = ANNA) -> TeamScreen:
    return world.do(wins.team_wins, TeamRequest(world.caller(person, event="")))


def customers(week: WinSummary) -> list[str]:
    return [win.deal.customer for win in week.wins]


def test_this_week_and_last_week(world: World) -> None:
    world.an_aligned_deal("Northwind Dental")
    world.advance(days=7)
    world.a_deal("Harbor Point Hotels", owner=BEN)

    seen = team(world)

    assert (customers(seen.this_week), customers(seen.last_week)) == (["Harbor Point Hotels"], ["Northwind Dental"])
    assert [win.aligned for win in seen.last_week.wins] == [True]
    assert seen.this_week.end - seen.this_week.start == wins.WEEK
    assert seen.last_week.end == seen.this_week.start


def test_everyone_sees_the_same_without_dismissed_deals(world: World) -> None:
    gone = world.a_deal("Northwind Dental")
    world.a_deal("Harbor Point Hotels")
    world.dismiss(gone)
    assert team(world, BEN) == team(world, ANNA)
    assert customers(team(world).this_week) == ["Harbor Point Hotels"]


def test_a_team_without_wins_sees_two_empty_weeks(world: World) -> None:
    seen = team(world)
    assert (customers(seen.this_week), customers(seen.last_week)) == ([], [])
