"""Opens the database for a command. If it is missing, unreachable or not migrated, one sentence says what to do."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from bot.cli.exit_codes import CommandFailed, ExitCode
from storage.database import Database
from storage.database_url import parse_url, passwords
from storage.errors import not_writable
from storage.migrate import require_current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

NO_PERMISSION = "42501"
"""PostgreSQL's SQLSTATE insufficient_privilege."""


def is_new_file(url: str) -> bool:
    """True if the SQLite file does not exist yet (or is empty) and its folder does. Creates nothing."""
    file = _sqlite_file(parse_url(url))
    if file is None or not file.parent.is_dir():
        return False
    return not os.path.exists(file) or (file.is_file() and file.stat().st_size == 0)  # noqa: PTH110 (never raises)


def has_writable_folder(url: str) -> bool:
    """Whether this user may create files beside the SQLite file. True for PostgreSQL."""
    file = _sqlite_file(parse_url(url))
    return file is None or os.access(file.parent, os.W_OK | os.X_OK)


@contextmanager
def one_line_errors(url: str) -> Iterator[None]:
    """Turn an error of the database with this URL into one line, without any part of its password.

    Raises:
        CommandFailed: with the exit code `DATABASE`.
    """
    try:
        yield
    except DBAPIError as error:
        parsed = parse_url(url)
        file = _sqlite_file(parsed)
        reason = _first_line(error)
        for password in sorted(passwords(parsed), key=len, reverse=True):
            reason = reason.replace(password, "(secret)")
        sentence = _of_postgresql(error, reason) if file is None else _of_sqlite(error, reason, file)
        raise CommandFailed(sentence, ExitCode.DATABASE) from error


def _sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite database that is named as a plain path."""
    is_file = url.get_backend_name() == "sqlite" and "uri" not in url.query
    return Path(url.database or "") if is_file else None


def _of_postgresql(error: DBAPIError, reason: str) -> str:
    if "unsupported startup parameter" in reason:
        return (
            f"the pooler in front of the database refuses the connection ({reason}): remove the parameter options from "
            "DATABASE_URL, or let the pooler ignore it (ignore_startup_parameters)"
        )
    if "statement pooling mode" in reason:
        return (
            "the pooler in front of the database is in statement mode, which allows no transactions: "
            "set pool_mode = transaction there, or let DATABASE_URL name the database itself"
        )
    if getattr(error.orig, "sqlstate", None) == NO_PERMISSION:
        return (
            f"the user of DATABASE_URL may not do that ({reason}): make it the owner of the database, "
            "or GRANT USAGE, CREATE ON SCHEMA public to it"
        )
    return f"the database reports an error ({reason}): check DATABASE_URL, and that the server is running"


def _of_sqlite(error: DBAPIError, reason: str, file: Path) -> str:
    folder = file.absolute().parent
    match getattr(error.orig, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return not_writable(file, reason)
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            return (
                f"the database file {file} cannot be written to ({reason}): check the disk of {folder} for free space"
            )
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return f"{file} is no database of SQLite, or damaged ({reason}): check DATABASE_URL, or restore a backup"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"another process keeps the database file {file} locked ({reason}): stop it, then try again"
    return f"the database file {file} cannot be used ({reason}): check DATABASE_URL"


def _first_line(error: DBAPIError) -> str:
    return next(iter(str(error.orig).strip().splitlines()), "no reason given")


@contextmanager
def open_database(url: str) -> Iterator[Database]:
    """The database, reachable and migrated; closed at the end.

    Raises:
        CommandFailed: it does not exist or cannot be reached.
        SchemaError: its tables do not belong to this version.
        DatabaseUrlError: its folder does not exist.
    """
    if is_new_file(url):
        raise CommandFailed(
            f"there is no database at {parse_url(url).database} yet: run `firstcall migrate` to create it",
            ExitCode.DATABASE,
        )
    database = Database(url)
    try:
        with one_line_errors(url):
            database.read_sync(require_current)
            yield database
    finally:
        database.close_sync()
