"""DATABASE_URL to engines: which databases we take, and how every connection to them is set up."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import DatabaseUrlError

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor

BUSY_SECONDS = 5
"""How long a write waits for a lock that another process holds. The platforms have given up by then."""

PATIENT_MILLISECONDS = 20
"""How long SQLite itself waits for the lock of a write before we ask again. It asks ever more seldom, at last ten times
a second, and so hardly ever meets one of the short moments between two writes of a busy process: in 20 s beside one, a
process waited up to 4.5 s for its turn; asking again like this, up to 0.3 s."""

CONNECT_SECONDS = 5
"""How long a connection to PostgreSQL may take to stand."""


def parse_url(text: str) -> URL:
    """The URL with the driver that we use: `sqlite+pysqlite` or `postgresql+psycopg`.

    `postgres://`, which many hosts hand out, is taken as `postgresql://`.

    Raises:
        DatabaseUrlError: it is no URL, names another database or driver, or an SQLite database in memory.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUrlError(
            "DATABASE_URL is no database URL: write sqlite:///firstcall.db or postgresql://user:password@host/name"
        ) from error
    match url.drivername:
        case "sqlite" | "sqlite+pysqlite":
            return _file_url(url.set(drivername="sqlite+pysqlite"))
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise DatabaseUrlError(
                f"DATABASE_URL begins with {other}://, and FirstCall speaks sqlite:// and postgresql://"
            )


def _file_url(url: URL) -> URL:
    # A database in memory is gone with the process, and confirmations are evidence.
    if not url.database or ":memory:" in url.database or url.query.get("mode") == "memory":
        raise DatabaseUrlError(
            "DATABASE_URL names an SQLite database in memory, which would lose everything: name a file"
        )
    return url


def sqlite_engine(url: URL, *, connections: int, writes: bool, foreign_keys: bool = True) -> Engine:
    """An engine on an SQLite file whose transactions are real ones.

    Python's driver begins transactions late and never before a SAVEPOINT or a SELECT; so it is told to begin none, and
    each transaction begins here: `BEGIN IMMEDIATE` for writers (the lock is taken before anything is read, so nobody
    finds out at the end that they were second), `BEGIN` for readers (one snapshot for all their queries).

    Args:
        url: from `parse_url`.
        connections: how many at most; nobody waits for one when this is the number of threads.
        writes: False makes SQLite itself refuse every change (`query_only`).
        foreign_keys: False for a migration, which checks them at its end.

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
        hide_parameters=True,  # an error's text reaches the log, and what people wrote must not
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
    )

    def keep_private(*_: object) -> None:
        # SQLite itself makes a file that everybody on the machine may read.
        if url.query.get("uri") is None:
            Path(url.database or "").touch(mode=0o600, exist_ok=True)

    def set_up(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        _turned_to_wal(cursor)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        if not writes:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    event.listen(engine, "do_connect", keep_private)
    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", _begin_writing if writes else _begin_reading)
    return engine


def _turned_to_wal(cursor: DBAPICursor) -> None:
    """Have the file keep a write-ahead log. SQLite does not wait for others that do so at the same moment: we do."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > give_up:
                raise
            time.sleep(PATIENT_MILLISECONDS / 1000)
        else:
            return


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    """Take the one lock of writes, within `BUSY_SECONDS`."""
    cursor = connection.connection.cursor()
    give_up = time.monotonic() + BUSY_SECONDS
    cursor.execute(f"PRAGMA busy_timeout = {PATIENT_MILLISECONDS}")
    try:
        while time.monotonic() < give_up:
            try:
                cursor.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not _is_busy(error):
                    break
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # which says what is the matter as every statement does
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        cursor.close()


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def postgresql_engine(url: URL, *, connections: int) -> Engine:
    """An engine on PostgreSQL. A connection that died in the pool is found by a ping before it is handed out.

    What the URL says about the connection (`?connect_timeout=...`, `?options=...`) goes before what is said here.

    Args:
        url: from `parse_url`.
        connections: how many at most; nobody waits for one when this is the number of threads.
    """
    options: dict[str, Any] = {
        "application_name": "firstcall",
        "connect_timeout": CONNECT_SECONDS,
        "options": f"-c lock_timeout={BUSY_SECONDS}s",
    }
    return create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={name: value for name, value in options.items() if name not in url.query},
    )
