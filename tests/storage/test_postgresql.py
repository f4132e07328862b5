"""`PostgresqlStore` retries when certainly nothing was kept, and never when the outcome is unknown."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage.database import Database
from storage.errors import CommitUnknownError
from storage.models import Tenant
from storage.postgresql import MAX_ATTEMPTS
from tests.storage.given import a_tenant

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def names(session: Session) -> list[str]:
    return sorted(session.scalars(select(Tenant.external_id)))


def sql(session: Session, statement: str) -> None:
    session.connection().exec_driver_sql(statement)


def at_commit(session: Session, body: str) -> None:
    """Run `body` in PostgreSQL at the COMMIT of each transaction that adds a tenant."""
    sql(session, "CREATE SEQUENCE commits")
    sql(
        session,
        f"CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$",
    )
    sql(
        session,
        "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON tenants DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION at_commit()",
    )


async def test_the_victim_of_a_deadlock_is_retried(database: Database) -> None:
    await database.write(a_tenant, "a")
    await database.write(a_tenant, "b")
    barrier = threading.Barrier(2)
    runs: list[str] = []

    def rename(session: Session, first: str, second: str) -> None:
        runs.append(first)
        for number, external_id in enumerate((first, second)):
            tenant = session.scalars(select(Tenant).where(Tenant.external_id == external_id).with_for_update()).one()
            tenant.name = (tenant.name or "") + first
            session.flush()
            if number == 0 and len(runs) <= 2:
                barrier.wait(10)

    await asyncio.gather(database.write(rename, "a", "b"), database.write(rename, "b", "a"))

    assert len(runs) >= 3  # on a busy machine the two may deadlock again
    kept = await database.read(lambda session: [*session.scalars(select(Tenant.name))])
    assert [sorted(name or "") for name in kept] == [["a", "b"], ["a", "b"]]


async def test_a_serialization_failure_at_the_commit_is_retried(database: Database) -> None:
    await database.write(
        at_commit,
        "IF nextval('commits') < 3 THEN RAISE EXCEPTION 'once more' USING ERRCODE = 'serialization_failure'; END IF;",
    )

    await database.write(a_tenant)

    assert await database.read(names) == ["T1"]


async def test_retries_are_limited(database: Database) -> None:
    runs: list[None] = []

    def never(session: Session) -> None:
        runs.append(None)
        sql(session, "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'serialization_failure'; END $$")

    with pytest.raises(DBAPIError, match="again"):
        await database.write(never)

    assert len(runs) == MAX_ATTEMPTS


@pytest.mark.parametrize("kind", ["write", "read"])
async def test_a_connection_that_breaks_before_the_commit_is_replaced(database: Database, kind: str) -> None:
    runs: list[None] = []

    def breaks_once(session: Session) -> list[str]:
        runs.append(None)
        if len(runs) == 1:
            sql(session, "SELECT pg_terminate_backend(pg_backend_pid())")
        return names(session)

    assert await (database.write(breaks_once) if kind == "write" else database.read(breaks_once)) == []
    assert len(runs) == 2


async def test_a_connection_that_breaks_during_the_commit_leaves_the_outcome_unknown(database: Database) -> None:
    runs: list[None] = []

    def counted(session: Session) -> None:
        runs.append(None)
        a_tenant(session)

    await database.write(at_commit, "PERFORM pg_terminate_backend(pg_backend_pid());")

    with pytest.raises(CommitUnknownError, match="may or may not be kept"):
        await database.write(counted)

    assert len(runs) == 1


async def test_a_commit_that_the_server_refuses_raises_its_error(database: Database) -> None:
    await database.write(at_commit, "RAISE EXCEPTION 'no';")

    with pytest.raises(DBAPIError, match="no"):
        await database.write(a_tenant)

    assert await database.read(names) == []


async def test_a_connection_that_died_in_the_pool_is_replaced(database: Database) -> None:
    pid = await database.read(
        lambda session: session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    )
    other = Database(database.url.render_as_string(hide_password=False))
    await other.write(sql, f"SELECT pg_terminate_backend({pid}, 5000)")
    await other.close()
    runs: list[None] = []

    def counted(session: Session) -> None:
        runs.append(None)
        a_tenant(session)

    await database.write(counted)

    assert len(runs) == 1


def setting(session: Session, name: str) -> str:
    return str(session.connection().exec_driver_sql(f"SHOW {name}").scalar_one())


def test_a_connection_has_an_application_name_and_a_lock_timeout(database: Database) -> None:
    assert database.read_sync(setting, "application_name") == "firstcall"
    assert database.read_sync(setting, "lock_timeout") == "5s"


def test_options_in_the_url_override_the_defaults(database: Database) -> None:
    url = database.url.update_query_dict({"options": "-c lock_timeout=9s", "application_name": "coach"})
    other = Database(url.render_as_string(hide_password=False))

    assert other.read_sync(setting, "application_name") == "coach"
    assert other.read_sync(setting, "lock_timeout") == "9s"
    other.close_sync()
