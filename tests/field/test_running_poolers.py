"""PostgreSQL behind a real PgBouncer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.exit_codes import ExitCode
from storage.database import Database
from storage.migrate import is_current, upgrade
from storage.models import Tenant
from tests.cli.conftest import CommandLine, firstcall, no_settings
from tests.conformance.conftest import PLATFORMS
from tests.conformance.test_same_call import play
from tests.pgbouncer import pgbouncer
from tests.storage.given import a_tenant

__all__ = ["firstcall", "no_settings"]

on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
pytestmark = on_postgresql

NO_PARAMETERS = pytest.mark.reported("neondatabase/neon#6291", "pgbouncer/pgbouncer#875")
NO_PREPARED_STATEMENTS = pytest.mark.reported("psycopg/psycopg#280", "psycopg/psycopg#1151", "porsager/postgres#547")


@pytest.fixture(params=["session", "transaction"])
def pooled_url(request: pytest.FixtureRequest, database_url: str) -> Iterator[str]:
    """In session mode, each connection keeps a session of the server; in transaction mode, two have to do."""
    with pgbouncer(database_url, request.param, sessions=20 if request.param == "session" else 2) as url:
        yield url


@NO_PARAMETERS
def test_a_database_is_migrated_through_a_pooler(empty_database_url: str) -> None:
    with pgbouncer(empty_database_url, "transaction") as url:
        assert upgrade(url)
        database = Database(url)
        assert database.read_sync(is_current)
        database.close_sync()


def names(session: Session) -> list[str]:
    return sorted(session.scalars(select(Tenant.external_id)))


def shown(session: Session, name: str) -> str:
    return str(session.connection().exec_driver_sql(f"SHOW {name}").scalar_one())


@NO_PREPARED_STATEMENTS
async def test_many_clients_share_few_sessions(pooled_url: str) -> None:
    """Each of two bots repeats each statement often enough to prepare it, on sessions that the other one uses, too."""
    bots = [Database(pooled_url), Database(pooled_url)]
    for number in range(30):
        bot = bots[number % 2]
        await asyncio.gather(bot.write(a_tenant, f"T{number:03}"), *(each.read(names) for each in bots))
    assert len(await bots[0].read(names)) == 30
    for bot in bots:
        await bot.close()


@NO_PREPARED_STATEMENTS
async def test_nothing_is_left_in_the_session_of_the_server(database_url: str) -> None:
    with pgbouncer(database_url, "transaction", sessions=1) as url:
        bot = Database(url)
        for _ in range(8):
            assert await bot.read(shown, "lock_timeout") == "5s"
            assert await bot.write(shown, "lock_timeout") == "5s"
        await bot.close()
        with psycopg.connect(url, prepare_threshold=None, autocommit=True) as stranger:
            assert one(stranger, "SHOW lock_timeout") == "0"
            assert one(stranger, "SHOW default_transaction_isolation") == "read committed"
            assert one(stranger, "SHOW default_transaction_read_only") == "off"
            assert one(stranger, "SELECT count(*) FROM pg_prepared_statements") == 0
            here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            assert one(stranger, f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND {here}") == 0


def one(connection: psycopg.Connection[Any], statement: LiteralString) -> object:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.reported("psycopg/psycopg#200", "own trial: the cost of preparing nothing")
def test_a_direct_connection_still_prepares(database_url: str) -> None:
    bot = Database(database_url)

    def prepared(session: Session) -> int:
        for _ in range(10):
            names(session)
        found = session.connection().exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar_one()
        assert isinstance(found, int)
        return found

    assert bot.read_sync(prepared) == 1
    bot.close_sync()


@pytest.mark.reported("prisma/orm#10841")
async def test_the_url_may_say_that_there_is_a_pooler(database_url: str) -> None:
    with pgbouncer(database_url, "transaction") as url:
        bot = Database(f"{url}?pgbouncer=true")
        assert await bot.read(names) == []
        await bot.close()


@pytest.mark.reported("pgbouncer/pgbouncer#493", "brianc/node-postgres#270")
def test_options_that_the_pooler_refuses_are_named(database_url: str, firstcall: CommandLine) -> None:
    with pgbouncer(database_url, "transaction") as url:
        result = firstcall("outbox", "list", DATABASE_URL=f"{url}?options=-c%20work_mem=8MB")
    assert result.exit_code == ExitCode.DATABASE
    assert "remove the parameter options from DATABASE_URL" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.reported("own trial: PgBouncer in statement mode")
@pytest.mark.parametrize("command", ["run", "migrate", "doctor", "export"])
def test_statement_mode_is_refused_with_what_to_change(command: str, database_url: str, firstcall: CommandLine) -> None:
    with pgbouncer(database_url, "statement") as url:
        result = firstcall(command, DATABASE_URL=url, SLACK_BOT_TOKEN="xoxb-x", SLACK_SIGNING_SECRET="x")
    assert result.exit_code == (ExitCode.FAILED if command == "doctor" else ExitCode.DATABASE)
    assert "pool_mode = transaction" in result.output


@pytest.mark.reported("open-webui/open-webui#28782", "sqlalchemy/sqlalchemy#12836")
async def test_two_bots_play_the_whole_scenario_through_a_pooler(database_url: str) -> None:
    """At the same time, on one database: what each is told is its own, and all of it is stored."""
    with pgbouncer(database_url, "transaction") as url:
        async with PLATFORMS["slack"](url) as slack, PLATFORMS["teams"](url) as teams:
            first, second = await asyncio.gather(play(slack), play(teams))
    assert first == second
    assert first["stage"] == "recapped"
