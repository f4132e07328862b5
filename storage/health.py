"""Whether the database can be written to now, and can be read: what `/readyz` asks."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from storage.errors import CommitFailedError
from storage.migrate import head, is_current

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MIN_FREE_BYTES = 1024 * 1024
"""With less space on the disk, the next writes would fail."""
SQLITE_DAMAGE = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOTADB)
POSTGRESQL_DAMAGE = ("53", "XX")
"""Classes of errors: no resources (such as disk space), and damaged data or bugs of the server."""
CHECKED_BYTES = 8 * 1024 * 1024
"""Up to this size, an SQLite file is read through each time, which takes some milliseconds."""


def is_damage(error: BaseException) -> bool:
    """Whether a write failed because of a full or broken disk, or a damaged page: a smaller one may not meet it."""
    if isinstance(error, CommitFailedError) and error.__cause__ is not None:
        error = error.__cause__
    cause = getattr(error, "orig", error)
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_DAMAGE
    return str(getattr(cause, "sqlstate", None) or "").startswith(POSTGRESQL_DAMAGE)


def write_a_little(session: Session) -> bool:
    """Write something that changes nothing, in a transaction that waits for the disk. For `database.write`.

    Returns whether the tables are those of this code. Raises `sqlalchemy.exc.DBAPIError` like any other write.
    """
    if session.get_bind().dialect.name == "sqlite":
        # A number in the file's header that SQLite leaves to applications, and this one does not use. To update a row
        # with the same value would not be a write for SQLite.
        version = session.connection().execute(text("PRAGMA user_version")).scalar_one()
        session.connection().execute(text(f"PRAGMA user_version = {1 - min(version, 1)}"))
        return is_current(session)
    same = text("UPDATE alembic_version SET version_num = version_num WHERE version_num = :head")
    return session.connection().execute(same, {"head": head()}).rowcount == 1


def find_damage(session: Session) -> str | None:
    """What is wrong with an SQLite file or its disk; None if nothing was found. For `database.read`."""
    if session.get_bind().dialect.name != "sqlite":
        return None
    file = session.connection().execute(text("SELECT file FROM pragma_database_list WHERE name = 'main'")).scalar_one()
    if shutil.disk_usage(Path(file).parent).free < MIN_FREE_BYTES:
        return "the disk is full"
    pages = session.connection().execute(text("PRAGMA page_count")).scalar_one()
    size = session.connection().execute(text("PRAGMA page_size")).scalar_one()
    if pages * size > CHECKED_BYTES:
        return None
    found = session.connection().execute(text("PRAGMA quick_check(1)")).scalar_one()
    return None if found == "ok" else "the file is damaged: restore the backup"
