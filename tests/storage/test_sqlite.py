"""`SqliteStore`: queued writes share one commit, and every connection is set up to keep evidence safe."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from storage import sqlite
from storage.database import Database
from storage.engines import BUSY_SECONDS
from storage.errors import CommitFailedError, DatabaseReplacedError
from storage.models import Tenant
from tests.patience import PATIENCE
from tests.storage.given import a_tenant

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def commits() -> Iterator[list[str]]:
    """A list that gets an item at each COMMIT and ROLLBACK of this process."""
    seen: list[str] = []

    def committed(_connection: object) -> None:
        seen.append("commit")

    def rolled_back(_connection: object) -> None:
        seen.append("rollback")

    event.listen(Engine, "commit", committed)
    event.listen(Engine, "rollback", rolled_back)
    yield seen
    event.remove(Engine, "commit", committed)
    event.remove(Engine, "rollback", rolled_back)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A group commit takes all queued writes, even on the slowest machine."""
    monkeypatch.setattr(sqlite, "GROUP_COMMIT_SECONDS", PATIENCE)


def names(session: Session) -> list[str]:
    return sorted(session.scalars(select(Tenant.external_id)))


def sql(session: Session, statement: str) -> None:
    session.connection().exec_driver_sql(statement)


class WriteGroup:
    """Queues writes behind one that blocks, so that they end up in its transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.tasks: list[asyncio.Task[object]] = []
        self.reached, self.open = threading.Event(), threading.Event()

    async def begin(self, external_id: str) -> None:
        self.tasks.append(asyncio.create_task(self.database.write(self._block, external_id)))
        assert await asyncio.to_thread(self.reached.wait, PATIENCE)

    def _block(self, session: Session, external_id: str) -> int:
        tenant_id = a_tenant(session, external_id)
        self.reached.set()
        assert self.open.wait(PATIENCE)
        return tenant_id

    def add(self, fn: object, *args: object) -> None:
        self.tasks.append(asyncio.create_task(self.database.write(fn, *args)))

    async def answers(self) -> list[object]:
        await asyncio.sleep(0)
        self.open.set()
        return await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_queued_writes_share_one_commit(database: Database, commits: list[str]) -> None:
    group = WriteGroup(database)
    await group.begin("first")
    for number in range(20):
        group.add(a_tenant, f"T{number}")

    answers = await group.answers()

    assert all(isinstance(answer, int) for answer in answers)
    assert commits == ["commit"]
    assert len(await database.read(names)) == 21


async def test_no_write_joins_a_group_after_its_time(
    database: Database, commits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "GROUP_COMMIT_SECONDS", 0)
    group = WriteGroup(database)
    await group.begin("first")
    group.add(a_tenant, "second")

    await group.answers()

    assert commits == ["commit"] * 2


async def test_a_lone_write_commits_alone(database: Database, commits: list[str]) -> None:
    for number in range(3):
        await database.write(a_tenant, f"T{number}")

    assert commits == ["commit"] * 3


async def test_a_failed_group_commit_fails_every_write_and_keeps_nothing(database: Database) -> None:
    await database.write(
        sql, "CREATE TABLE debts (tenant INTEGER REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    group = WriteGroup(database)
    await group.begin("first")
    group.add(sql, "INSERT INTO debts VALUES (77)")
    group.add(a_tenant, "last")

    answers = await group.answers()

    assert all(isinstance(answer, CommitFailedError) for answer in answers)
    assert all(isinstance(answer.__cause__, IntegrityError) for answer in answers if isinstance(answer, Exception))
    assert await database.read(names) == []
    await database.write(a_tenant, "afterwards")
    assert await database.read(names) == ["afterwards"]


async def test_a_deleted_log_is_named_to_every_write_of_the_group(database: Database) -> None:
    await database.write(a_tenant, "before")
    group = WriteGroup(database)
    await group.begin("first")
    group.add(a_tenant, "second")
    Path(f"{database.url.database}-wal").unlink()

    answers = await group.answers()

    assert [type(answer) for answer in answers] == [DatabaseReplacedError] * 2


async def test_a_deleted_log_is_left_behind_though_somebody_was_just_reading(database: Database) -> None:
    """SQLite shares what it knows of a log among all connections of a process: one that stays open spoils new ones."""
    await database.write(a_tenant, "before")
    reading, read_on = threading.Event(), threading.Event()

    def read_slowly(session: Session) -> list[str]:
        found = names(session)
        reading.set()
        read_on.wait(PATIENCE)
        return found

    read = asyncio.create_task(database.read(read_slowly))
    await asyncio.to_thread(reading.wait, PATIENCE)
    Path(f"{database.url.database}-wal").unlink()
    gc.disable()  # else it may close the connection that was left open, at a moment of its own choice
    try:
        write = asyncio.create_task(database.write(a_tenant, "lost"))
        await asyncio.sleep(0.1)
        read_on.set()
        assert await read == ["before"]
        with pytest.raises(DatabaseReplacedError):
            await write
        await database.write(a_tenant, "afterwards")
        assert await database.read(names) == ["afterwards", "before"]
    finally:
        gc.enable()


async def test_a_rollback_by_sqlite_itself_fails_every_write_of_the_group(database: Database) -> None:
    await database.write(
        sql,
        "CREATE TRIGGER pull_the_plug BEFORE INSERT ON tenants WHEN new.external_id = 'plug' "
        "BEGIN SELECT RAISE(ROLLBACK, 'pulled'); END",
    )
    group = WriteGroup(database)
    await group.begin("first")
    group.add(a_tenant, "second")
    group.add(a_tenant, "plug")
    group.add(a_tenant, "not begun yet")

    first, second, plug, later = await group.answers()

    assert isinstance(first, CommitFailedError)
    assert isinstance(second, CommitFailedError)
    assert isinstance(plug, Exception)
    assert isinstance(later, int)
    assert await database.read(names) == ["not begun yet"]


async def test_a_write_waits_for_the_lock_of_another_process(database: Database) -> None:
    with sqlite3.connect(str(database.url.database), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        write = asyncio.create_task(database.write(a_tenant))
        await asyncio.sleep(0.05)
        assert not write.done()
        other.execute("COMMIT")
    other.close()

    assert await write == 1


def pragmas(session: Session) -> dict[str, object]:
    connection = session.connection()
    wanted = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
    return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}


async def test_every_connection_is_set_up_for_evidence(database: Database) -> None:
    safe = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}

    assert await database.write(pragmas) == safe | {"query_only": 0}
    for found in await asyncio.gather(*(database.read(pragmas) for _ in range(8))):
        assert found == safe | {"query_only": 1}


async def test_a_process_that_writes_all_the_time_does_not_starve_another(database: Database) -> None:
    busy = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.storage.writer_process", str(database.url)),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert busy.stdout is not None
        await busy.stdout.readline()  # it has started
        drained = asyncio.create_task(busy.stdout.read())
        waits = []
        for number in range(40):
            began = time.monotonic()
            await database.write(a_tenant, f"T{number}")
            waits.append(time.monotonic() - began)
    finally:
        busy.kill()
        await busy.wait()
        await drained

    assert max(waits) < BUSY_SECONDS / 2


async def test_a_dangling_foreign_key_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        await database.write(
            sql,
            "INSERT INTO people (tenant_id, external_id, reminded, self_checked, created_at) "
            "VALUES (77, 'U', 1, 1, '2026')",
        )


async def test_a_damaged_file_raises_an_error_for_the_caller(database: Database) -> None:
    Path(str(database.url.database)).write_bytes(b"no database at all" * 500)

    with pytest.raises(DBAPIError, match="not a database"):
        await database.write(a_tenant)


def test_ids_of_deleted_rows_are_never_reused(database: Database) -> None:
    first = database.write_sync(a_tenant, "T1")
    database.write_sync(
        lambda session: session.execute(text("DELETE FROM tenants"), execution_options={"all_tenants": True})
    )

    assert database.write_sync(a_tenant, "T2") > first
