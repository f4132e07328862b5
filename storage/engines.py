"""Create engines: the supported databases, and how each connection is set up."""

from __future__ import annotations

import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event

from storage.database_url import POOLED
from storage.errors import DatabaseFileError, DatabaseReplacedError, DatabaseUrlError
from storage.poolers import set_up_sessions
from storage.sqlite_files import OpenFiles

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
    from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 5
"""How long a write waits for a lock of another process. By then, the platform has stopped waiting for an answer."""

BUSY_RETRY_MILLISECONDS = 20
"""How long SQLite itself waits for the write lock before the next attempt. SQLite's own retries slow down to ten a
second, so they mostly miss the short gaps between two writes of a busy process: in 20 s next to one, a process waited
up to 4.5 s for the lock; with these retries, up to 0.3 s."""

CONNECT_SECONDS = 5
"""How long connecting to PostgreSQL may take."""

SILENCE_SECONDS = 15
"""How long the network to PostgreSQL may be silent before the connection counts as broken."""

OPEN_FILES = "open files"
"""The key of an SQLite connection's `OpenFiles` in `connection.info`; a database with a `uri` has none."""


def sqlite_engine(
    url: URL, *, connections: int, writes: bool, foreign_keys: bool = True, busy_seconds: int = BUSY_SECONDS
) -> Engine:
    """An engine for an SQLite file that emits its own BEGIN.

    Python's driver begins transactions late, and never before a SAVEPOINT or a SELECT. So the driver begins none
    (`isolation_level=None`), and each transaction begins with `BEGIN IMMEDIATE` for writers (they take the lock before
    they read, so no write fails at its end because another was first), or `BEGIN` for readers (one snapshot for all
    their queries).

    Args:
        url: from `parse_url`.
        connections: pool size; with one per thread, no thread waits for a connection.
        writes: False makes SQLite itself refuse every change (`query_only`).
        foreign_keys: False for a migration, which checks them at its end.
        busy_seconds: how long to wait for another process that writes.

    Raises:
        DatabaseUrlError: the folder of the file does not exist.
    """
    folder = Path(url.database or "").parent
    if url.query.get("uri") is None and not folder.is_dir():
        raise DatabaseUrlError(f"DATABASE_URL names a file in {folder}, and there is no such folder: create it first")
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,  # error messages reach the log; what people wrote must not
        connect_args={"timeout": busy_seconds, "isolation_level": None},
    )

    file = None if "uri" in url.query else Path(url.database or "")
    opened = False

    def create_private_file(*_: object) -> None:
        # SQLite itself would create a file that every user of the machine may read. A file that has been there before
        # is not created again: an empty one would look like a new database.
        if file is not None and opened and not file.exists():
            raise DatabaseReplacedError
        if file is not None:
            _touch(file)

    def set_up(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        nonlocal opened
        opened = True
        if file is not None:
            record.info[OPEN_FILES] = OpenFiles(file)
        cursor = connection.cursor()
        _enable_wal(cursor, busy_seconds)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        if not writes:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    event.listen(engine, "do_connect", create_private_file)
    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", partial(_begin_immediate, busy_seconds) if writes else _begin_deferred)
    return engine


def _touch(file: Path) -> None:
    try:
        file.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise DatabaseFileError(file, error) from error


def _enable_wal(cursor: DBAPICursor, busy_seconds: int) -> None:
    """Switch the file to a write-ahead log. SQLite does not wait for other processes that do the same; this does."""
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(BUSY_RETRY_MILLISECONDS / 1000)
        else:
            return


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(busy_seconds: int, connection: Connection) -> None:
    """Take the write lock within `busy_seconds`."""
    cursor = connection.connection.cursor()
    deadline = time.monotonic() + busy_seconds
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_RETRY_MILLISECONDS}")
    try:
        while time.monotonic() < deadline:
            try:
                cursor.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not _is_busy(error):
                    break
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises SQLAlchemy's error, as every other statement does
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {busy_seconds * 1000}")
        cursor.close()


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def postgresql_engine(url: URL, *, connections: int) -> Engine:
    """An engine for PostgreSQL. A ping before each use finds connections that died in the pool.

    A pooler such as PgBouncer may be in front of it (`storage.poolers`). Options in the URL (`?connect_timeout=...`,
    `?options=-c lock_timeout=...`) override the defaults below.

    Args:
        url: from `parse_url`.
        connections: pool size; with one per thread, no thread waits for a connection.
    """
    options: dict[str, Any] = {
        "application_name": "firstcall",
        "connect_timeout": CONNECT_SECONDS,
        "prepare_threshold": None,  # until it is known what the connection leads to
        # A network that swallows everything looks like a slow server, for hours unless the system asks.
        "keepalives_idle": SILENCE_SECONDS,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": SILENCE_SECONDS * 1000,
    }
    engine = create_engine(
        url.difference_update_query([POOLED]),
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={name: value for name, value in options.items() if name not in url.query},
    )
    lock_timeout = None if "lock_timeout" in str(url.query.get("options")) else f"{BUSY_SECONDS}s"
    set_up_sessions(engine, lock_timeout=lock_timeout, pooled=url.query.get(POOLED) == "true")
    return engine
