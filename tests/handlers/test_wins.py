"""The team's wins of this week and of last week, for anyone who asks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from handlers.screens.team import TeamScreen, WinSummary
from handlers.team import wins
from handlers.team.wins import TeamRequest
from storage import audit_log, promises, statements, workspaces
from storage.models import Contact, Deal, Tenant
from storage.statements import Content
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


# --- the same number of queries for any number of wins ---


def many_wins(world: World, count: int) -> None:
    """Wins with a contact, a statement, a call and an outcome each: half of them of this week, half of the last."""

    world.do(wins.team_wins, TeamRequest(world.caller(ANNA)))

    def fill(session: Session) -> None:
        reps = [workspaces.get_or_create_person(session, each, world.now).id for each in (ANNA, BEN, "U_CARA")]
        for number in range(count):
            rep = reps[number % 3]
            at = world.now - timedelta(days=7 * (number % 2), minutes=number % 600)
            deal = Deal(owner_id=rep, customer=f"Customer {number}", customer_key=f"customer {number}", stage="aligned")
            deal.amount_minor, deal.currency, deal.period = 100_00 + number, "USD", "month"
            deal.stage_since = deal.closed_at = deal.heard_at = at
            session.add(deal)
            session.flush()
            session.add(Contact(deal_id=deal.id, role="decision_maker", name="Olga Petrova", updated_at=at))
            says = Content("priority", "40 seats", 1, None, [])
            statement = statements.add(session, deal_id=deal.id, says=says, by=rep, now=at)
            statements.confirm(
                session, statement_id=statement.id, version=1, said="agreed", contact=None, by=rep, now=at
            )
            audit_log.record(session, deal.id, rep, "in_call", at)
            promises.add_outcome(
                session, statement_id=statement.id, version=1, state="exceeded", said_by="customer", by=rep, now=at
            )

    world.write(fill)


def queries_of_summary(world: World) -> tuple[list[str], WinSummary]:
    """The statements that the summary of this week runs, and the summary."""
    ran: list[str] = []

    def run(session: Session) -> WinSummary:
        tenant = session.get_one(Tenant, 1)
        session.expire_all()
        connection = session.connection()

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            ran.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        try:
            return wins.wins_of_week(session, tenant, world.now, now=world.now, posted_at=world.now)
        finally:
            event.remove(connection, "before_cursor_execute", note)

    return ran, world.read(run)


QUERIES = 14


@pytest.mark.both_databases
@pytest.mark.parametrize("count", [2, 20, 300])
def test_a_summary_runs_as_many_queries_for_hundreds_of_wins_as_for_one(world: World, count: int) -> None:
    many_wins(world, count)

    ran, summary = queries_of_summary(world)

    assert summary.count == count // 2
    assert len(summary.wins) == min(count // 2, wins.WINS_LOADED)
    assert summary.figures is not None
    assert summary.figures.promises == {"exceeded": count // 2}
    assert len(ran) == QUERIES


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_a_summary_reads_of_the_whole_history_has_an_index(world: World) -> None:
    many_wins(world, 20)
    ran, _summary = queries_of_summary(world)

    def plans(session: Session) -> list[str]:
        rows = []
        for statement in ran:
            empty = tuple(None for _ in range(statement.count("?")))
            found = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", empty)
            rows += [f"{row.detail} | {statement}" for row in found]
        return rows

    large = "deals|statements|statement_versions|confirmations|promise_outcomes|audit_log|referrals|challenges"
    assert [plan for plan in world.read(plans) if re.match(rf"SCAN ({large})\b(?!.*USING)", plan)] == []
