"""A database that takes no write: `/readyz` says so, no win is answered 200, and all is well once it is mended."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from bot.delivery import worker as worker_module
from bot.delivery.worker import DeliveryWorker
from bot.http import readiness
from bot.ports import request_limits
from bot.ports.clock import Clock
from storage.database import Database
from tests.delivery.fake_messenger import MONDAY_NINE, FakeMessenger, queue_messages, states
from tests.sandbox.user_driver import Json
from tests.slack.conftest import office, plain_tracebacks
from tests.slack.slack_driver import Office
from tests.teams.conftest import logged

__all__ = ["logged", "office", "plain_tracebacks"]

SQLITE_ONLY = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
POSTGRESQL_ONLY = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
WIN = "Just closed Northwind Dental! $45k ARR"


@pytest.fixture(autouse=True)
def nothing_is_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(readiness, "STALE_SECONDS", 0.0)


async def ready(office: Office) -> tuple[int, Json]:
    async with office.people.http.get(f"{office.bot.url}/readyz") as answer:
        return answer.status, await answer.json()


async def until_ready(office: Office) -> None:
    await office.until(lambda found: found[0] == 200, lambda: ready(office))


async def until_unready(office: Office, part: str = "database") -> None:
    """What looks at the database may be unready, too."""
    _, body = await office.until(lambda found: found[0] == 503, lambda: ready(office))
    assert part in body["unready"].split()


async def statuses(office: Office) -> list[int]:
    """How the bot answered the events so far."""
    requests = (await office.people.get("requests"))["requests"]
    return [each["status"] for each in requests if each["direction"] == "to_bot" and each["name"] == "message"]


async def refused_and_sent_again(office: Office, mend: Callable[[], None]) -> None:
    """A win is not answered 200 now; after `mend`, Slack sends it again, and it is one deal."""
    await office.post(WIN)
    assert 200 not in await statuses(office), await statuses(office)
    mend()
    await until_ready(office)
    await office.later(timedelta(minutes=10))
    await office.card("Northwind Dental")
    assert [deal["customer"] for deal in await office.export()] == ["Northwind Dental"]


def file_of(database_url: str) -> Path:
    return Path(make_url(database_url).database or "")


def remove(file: Path) -> None:
    for each in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        each.unlink(missing_ok=True)


@pytest.fixture
def backup(database_url: str, tmp_path: Path) -> Path:
    """A copy of the database as it was before the bot started."""
    return Path(shutil.copyfile(file_of(database_url), tmp_path / "backup.db"))


@pytest.fixture
def restore(backup: Path, database_url: str) -> Callable[[], None]:
    """Puts the backup into the place of the database."""

    def put() -> None:
        shutil.copyfile(backup, file_of(database_url))

    return put


@SQLITE_ONLY
@pytest.mark.reported("WiseLibs/better-sqlite3#1237", "Devlaner/devlane#145")
async def test_a_deleted_file(restore: Callable[[], None], office: Office, database_url: str) -> None:
    await until_ready(office)
    remove(file_of(database_url))
    await until_unready(office)
    assert not file_of(database_url).exists()
    await refused_and_sent_again(office, restore)


@SQLITE_ONLY
@pytest.mark.reported("WiseLibs/better-sqlite3#1237")
async def test_a_deleted_file_before_anybody_asks(
    restore: Callable[[], None], office: Office, database_url: str
) -> None:
    remove(file_of(database_url))
    await refused_and_sent_again(office, restore)


@SQLITE_ONLY
@pytest.mark.reported("holon-run/holon#2850", "NousResearch/hermes-agent#101221")
async def test_a_file_that_is_replaced_by_its_backup(backup: Path, office: Office, database_url: str) -> None:
    await until_ready(office)
    file = file_of(database_url)
    backup.replace(file)
    file.with_name(f"{file.name}-wal").unlink()
    await office.post(
        WIN
    )  # the first write to the old file fails, whosever it is, and the next one goes to the new file
    await office.later(timedelta(minutes=10))
    await office.card("Northwind Dental")
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT customer FROM deals").fetchall() == [("Northwind Dental",)]


@SQLITE_ONLY
@pytest.mark.reported("NousResearch/hermes-agent#101221")
async def test_a_deleted_write_ahead_log(office: Office, database_url: str, logged: Callable[[], str]) -> None:
    await until_ready(office)
    file = file_of(database_url)
    file.with_name(f"{file.name}-wal").unlink()
    said = ""

    async def noticed() -> str:
        """A job may be the first to write: then only the log tells, and `/readyz` already finds the new log."""
        nonlocal said
        await ready(office)
        said += logged()
        return said

    await office.until(lambda found: "DatabaseReplacedError" in found, noticed)
    await until_ready(office)  # what was in the log is written to the file when the old connections are closed
    await office.post(WIN)
    await office.card("Northwind Dental")


@SQLITE_ONLY
@pytest.mark.reported("markmhendrickson/neotoma#2281", "own trial: another program keeps the database locked")
async def test_a_locked_file(office: Office, database_url: str, logged: Callable[[], str]) -> None:
    await until_ready(office)
    other = sqlite3.connect(file_of(database_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await until_unready(office)
    await refused_and_sent_again(office, other.close)
    assert "not ready" in logged()


@SQLITE_ONLY
@pytest.mark.reported("own trial: an event whose handling hangs")
async def test_a_request_that_hangs_is_answered_with_503(
    office: Office, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_limits, "HANDLING_SECONDS", 0.3)
    other = sqlite3.connect(file_of(database_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await office.post(WIN)
    assert set(await statuses(office)) == {503}
    monkeypatch.setattr(request_limits, "HANDLING_SECONDS", 30.0)
    other.close()
    await office.later(timedelta(minutes=10))
    await office.card("Northwind Dental")
    assert [deal["customer"] for deal in await office.export()] == ["Northwind Dental"]


@SQLITE_ONLY
@pytest.mark.reported("own trial: pages of the file overwritten")
async def test_a_damaged_file(office: Office, database_url: str, logged: Callable[[], str]) -> None:
    await until_ready(office)
    file = file_of(database_url)
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = other.execute("PRAGMA page_size").fetchone()[0]
    with file.open("r+b") as pages:
        pages.seek(size)
        pages.write(b"\xa5" * (file.stat().st_size - size))
    await until_unready(office)
    log = logged()
    assert "damaged" in log or "malformed" in log
    await office.post(WIN)
    assert 200 not in await statuses(office)


@POSTGRESQL_ONLY
@pytest.mark.reported("D00mch/souz#699")
async def test_a_standby_that_only_reads(office: Office, database_url: str) -> None:
    await until_ready(office)
    name = make_url(database_url).database

    def only_reads(mode: str) -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {mode}")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [name],
            )

    only_reads("on")
    await until_unready(office)
    only_reads("off")
    await until_ready(office)


@pytest.mark.both_databases
@pytest.mark.reported("own trial: one failed sweep, and work that goes on")
async def test_the_sweep_is_ready_as_soon_as_it_works_again(database: Database) -> None:
    await database.write(queue_messages, ["A"], 3)
    worker = DeliveryWorker(database, {"slack": FakeMessenger()}, Clock())

    async def broken(*_arguments: Any, **_options: Any) -> None:
        raise OSError("the disk is gone")

    found: list[bool] = []

    class Watched(Database):
        """Notes what the worker says about itself while a sweep goes on."""

        async def write(self, fn: Any, *arguments: Any, **options: Any) -> Any:
            found.append(worker.failing)
            return await super().write(fn, *arguments, **options)

    read = database.read
    database.read = broken  # type: ignore[method-assign]
    with pytest.raises(OSError, match="the disk is gone"):
        await worker.sweep()
    assert worker.failing
    database.read = read  # type: ignore[method-assign]
    database.__class__ = Watched
    await worker.sweep()
    assert found
    assert not any(found)
    assert not worker.failing


@pytest.mark.both_databases
@pytest.mark.reported(
    "microsoft/BotFramework-WebChat#465", "own trial: the database fails between sending and recording"
)
async def test_a_message_is_not_sent_again_because_the_database_failed_for_a_moment(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "SETTLE_PAUSES", (0.01, 0.01))
    await database.write(queue_messages, ["A"], 1)
    office = FakeMessenger()
    failures = ["database is locked", "database is locked"]
    write = database.write

    async def failing(fn: Any, *arguments: Any, **options: Any) -> Any:
        if fn is worker_module._settle_claimed and failures:
            raise OperationalError("COMMIT", None, sqlite3.OperationalError(failures.pop()))
        return await write(fn, *arguments, **options)

    database.write = failing  # type: ignore[method-assign]
    clock = Clock()
    clock.offset = MONDAY_NINE - clock.now()  # the rep is at work
    await DeliveryWorker(database, {"slack": office}, clock).sweep()
    assert len(office.delivered) == 1
    assert await database.read(states) == {"sent": 1}
