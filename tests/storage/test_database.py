"""`Database`: writes are atomic and return after the commit, reads see one snapshot, and neither blocks the other."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from storage.database import Database
from storage.errors import AbortedWorkError, DatabaseClosedError, TransactionError
from storage.models import Tenant
from tests.patience import PATIENCE
from tests.storage.given import NOON, a_tenant

pytestmark = pytest.mark.both_databases

ROOT = Path(__file__).parents[2]


class SomethingWrongError(Exception):
    """Raised by the work in these tests."""


def names(session: Session) -> list[str]:
    return sorted(session.scalars(select(Tenant.external_id)))


def a_tenant_then_wrong(session: Session, external_id: str) -> None:
    a_tenant(session, external_id)
    raise SomethingWrongError(external_id)


class Gate:
    """Work that blocks half way, so that other work must wait for it or run past it."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()

    def write(self, session: Session, external_id: str) -> str:
        a_tenant(session, external_id)
        self.wait()
        return external_id

    def wait(self) -> None:
        self.reached.set()
        assert self.open.wait(PATIENCE)

    async def until_reached(self) -> None:
        assert await asyncio.to_thread(self.reached.wait, PATIENCE)


# --- one call ---


async def test_a_write_returns_its_result_and_is_then_visible(database: Database) -> None:
    tenant_id = await database.write(a_tenant, external_id="T9")

    assert await database.read(lambda session: session.get_one(Tenant, tenant_id).external_id) == "T9"


def test_write_sync_and_read_sync_work_without_an_event_loop(database: Database) -> None:
    tenant_id = database.write_sync(a_tenant, "T9")

    assert database.read_sync(lambda session: session.get_one(Tenant, tenant_id).external_id) == "T9"
    with pytest.raises(SomethingWrongError):
        database.write_sync(a_tenant_then_wrong, "T10")
    assert database.read_sync(names) == ["T9"]


async def test_loaded_columns_of_a_row_stay_readable(database: Database) -> None:
    await database.write(a_tenant, "T1")

    tenant = await database.read(lambda session: session.scalars(select(Tenant)).one())

    assert (tenant.platform, tenant.external_id, tenant.created_at) == ("slack", "T1", NOON)


async def test_an_error_reaches_the_caller_and_rolls_back_the_work(database: Database) -> None:
    with pytest.raises(SomethingWrongError, match="T1"):
        await database.write(a_tenant_then_wrong, "T1")

    assert await database.read(names) == []


async def test_a_database_error_reaches_the_caller_and_the_next_write_works(database: Database) -> None:
    await database.write(a_tenant, "T1")

    with pytest.raises(IntegrityError):
        await database.write(a_tenant, "T1")

    await database.write(a_tenant, "T2")
    assert await database.read(names) == ["T1", "T2"]


@pytest.mark.parametrize("end", ["commit", "rollback"])
async def test_work_cannot_end_the_transaction(database: Database, end: str) -> None:
    def end_half_way(session: Session) -> None:
        a_tenant(session, "T1")
        getattr(session, end)()

    with pytest.raises(TransactionError):
        await database.write(end_half_way)

    assert await database.read(names) == []


async def test_work_survives_a_statement_that_fails_in_its_own_savepoint(database: Database) -> None:
    def twice(session: Session) -> bool:
        a_tenant(session, "T1")
        try:
            with session.begin_nested():
                a_tenant(session, "T1")
        except IntegrityError:
            a_tenant(session, "T2")
        return True

    assert await database.write(twice)
    assert await database.read(names) == ["T1", "T2"]


def swallow_a_refused_row(session: Session) -> str:
    a_tenant(session, "before")
    with contextlib.suppress(IntegrityError):
        a_tenant(session, "T1")
    return "all is well"


def swallow_a_wrong_statement(session: Session) -> str:
    a_tenant(session, "before")
    with contextlib.suppress(DBAPIError):
        session.execute(select(func.no_such_function()))
    return "all is well"


@pytest.mark.parametrize("work", [swallow_a_refused_row, swallow_a_wrong_statement])
@pytest.mark.parametrize("place", ["alone", "behind another"])
async def test_work_that_swallows_an_error_is_kept_or_its_caller_gets_an_error(
    database: Database, work: Callable[[Session], str], place: str
) -> None:
    """Work that continues after a failed statement is kept completely, or its caller gets `AbortedWorkError`."""
    await database.write(a_tenant, "T1")
    gate = Gate()
    if place == "alone":
        gate.open.set()
    first = asyncio.create_task(database.write(gate.write, "first"))
    await gate.until_reached()
    wrong = asyncio.create_task(database.write(work))
    last = asyncio.create_task(database.write(a_tenant, "last"))
    await asyncio.sleep(0)
    gate.open.set()

    _, answer, _ = await asyncio.gather(first, wrong, last, return_exceptions=True)

    kept = await database.read(names)
    assert {"T1", "first", "last"} <= set(kept)
    if answer == "all is well":
        assert "before" in kept
    else:
        assert isinstance(answer, AbortedWorkError)
        assert "before" not in kept


async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"readonly database|read-only transaction"):
        await database.read(a_tenant)

    assert await database.read(names) == []


# --- many calls ---


async def test_queued_writes_are_all_kept_except_failing_ones(database: Database) -> None:
    gate = Gate()
    first = asyncio.create_task(database.write(gate.write, "first"))
    await gate.until_reached()
    others = [
        asyncio.create_task(database.write(a_tenant_then_wrong if number % 3 == 0 else a_tenant, f"T{number:02}"))
        for number in range(30)
    ]
    await asyncio.sleep(0)
    gate.open.set()

    answers = await asyncio.gather(first, *others, return_exceptions=True)

    assert [isinstance(answer, SomethingWrongError) for answer in answers[1:]] == [n % 3 == 0 for n in range(30)]
    assert await database.read(names) == [f"T{n:02}" for n in range(30) if n % 3] + ["first"]


async def test_a_refused_row_among_queued_writes_does_not_affect_the_others(database: Database) -> None:
    gate = Gate()
    first = asyncio.create_task(database.write(gate.write, "first"))
    await gate.until_reached()
    others = [asyncio.create_task(database.write(a_tenant, name)) for name in ("a", "b", "a", "c")]
    await asyncio.sleep(0)
    gate.open.set()

    answers = await asyncio.gather(first, *others, return_exceptions=True)

    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1
    assert await database.read(names) == ["a", "b", "c", "first"]


async def test_two_hundred_concurrent_writers_lose_no_update(database: Database) -> None:
    def count_up(session: Session) -> None:
        tenant = session.scalars(select(Tenant).with_for_update()).one()
        tenant.name = str(int(tenant.name or 0) + 1)

    await database.write(a_tenant)

    await asyncio.gather(*(database.write(count_up) for _ in range(200)))

    assert await database.read(lambda session: session.scalar(select(Tenant.name))) == "200"


async def test_a_read_does_not_wait_for_a_write_and_sees_it_only_after_its_commit(database: Database) -> None:
    gate = Gate()
    write = asyncio.create_task(database.write(gate.write, "T1"))
    await gate.until_reached()

    assert await asyncio.wait_for(database.read(names), PATIENCE) == []

    gate.open.set()
    await write
    assert await database.read(names) == ["T1"]


async def test_a_read_sees_one_snapshot_however_long_it_takes(database: Database) -> None:
    gate = Gate()

    def count_twice(session: Session) -> tuple[int, int]:
        before = session.scalars(select(func.count()).select_from(Tenant)).one()
        gate.wait()
        return before, session.scalars(select(func.count()).select_from(Tenant)).one()

    counting = asyncio.create_task(database.read(count_twice))
    await gate.until_reached()
    await asyncio.wait_for(database.write(a_tenant), PATIENCE)
    gate.open.set()

    assert await counting == (0, 0)
    assert await database.read(names) == ["T1"]


# --- cancelled callers ---


async def test_cancelling_the_caller_does_not_stop_work_that_has_started(database: Database) -> None:
    gate = Gate()
    write = asyncio.create_task(database.write(gate.write, "T1"))
    await gate.until_reached()

    write.cancel()
    with pytest.raises(asyncio.CancelledError):
        await write
    gate.open.set()

    await database.close()
    reopened = Database(database.url.render_as_string(hide_password=False))
    assert await reopened.read(names) == ["T1"]
    await reopened.close()


async def test_cancelling_the_caller_drops_work_that_has_not_started(database: Database) -> None:
    # PostgreSQL runs eight at a time, SQLite one.
    gates = [Gate() for _ in range(8)]
    running = [asyncio.create_task(database.write(gate.write, f"T{number}")) for number, gate in enumerate(gates)]
    await gates[0].until_reached()
    dropped = asyncio.create_task(database.write(a_tenant, "dropped"))
    await asyncio.sleep(0)

    dropped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dropped  # before a thread is free
    for gate in gates:
        gate.open.set()
    await asyncio.gather(*running)
    await database.close()
    reopened = Database(database.url.render_as_string(hide_password=False))
    assert "dropped" not in await reopened.read(names)
    await reopened.close()


# --- closing ---


async def test_closing_finishes_pending_work(database_url: str) -> None:
    database = Database(database_url)
    writes = [asyncio.create_task(database.write(a_tenant, f"T{number}")) for number in range(50)]
    await asyncio.sleep(0)

    await database.close(seconds=PATIENCE)

    assert len(await asyncio.gather(*writes)) == 50
    reopened = Database(database_url)
    assert len(await reopened.read(names)) == 50
    await reopened.close()


async def test_a_closed_database_refuses_work(database_url: str) -> None:
    database = Database(database_url)
    await database.write(a_tenant)
    await database.close()
    await database.close()

    with pytest.raises(DatabaseClosedError):
        await database.write(a_tenant, "T2")
    with pytest.raises(DatabaseClosedError):
        await database.read(names)
    with pytest.raises(DatabaseClosedError):
        database.write_sync(a_tenant, "T2")


async def test_closing_does_not_wait_longer_than_its_timeout(database_url: str) -> None:
    database = Database(database_url)
    gates = [Gate() for _ in range(8)]
    running = [asyncio.create_task(database.write(gate.write, f"T{number}")) for number, gate in enumerate(gates)]
    await gates[0].until_reached()
    late = asyncio.create_task(database.write(a_tenant, "late"))
    await asyncio.sleep(0)

    await asyncio.wait_for(database.close(seconds=0.05), PATIENCE)
    for gate in gates:
        gate.open.set()

    with pytest.raises(DatabaseClosedError):
        await late
    answers = await asyncio.gather(*running, return_exceptions=True)
    reopened = Database(database_url)
    kept = await reopened.read(names)
    await reopened.close()
    assert kept == sorted(answer for answer in answers if isinstance(answer, str))


def test_writes_that_returned_survive_sigkill(database: Database) -> None:
    command = [sys.executable, "-m", "tests.storage.writer_process", database.url.render_as_string(hide_password=False)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as writer:
        assert writer.stdout is not None
        returned = [writer.stdout.readline().strip() for _ in range(300)]
        writer.kill()
        returned += [line.strip() for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]

    kept = set(database.read_sync(names))

    assert set(returned) <= kept
    # Each of the sixteen writers has at most one write that was committed but not returned.
    assert len(kept) - len(returned) <= 16
    database.write_sync(a_tenant, "afterwards")


async def test_a_write_is_kept_even_if_its_event_loop_is_closed(database: Database) -> None:
    """The command line may close its loop during a write; the thread finishes the write."""
    gate = Gate()

    async def begin() -> None:
        write = asyncio.create_task(database.write(gate.write, "T1"))
        await gate.until_reached()
        write.cancel()

    await asyncio.to_thread(asyncio.run, begin())
    gate.open.set()
    await database.write(a_tenant, "T2")

    assert await database.read(names) == ["T1", "T2"]
