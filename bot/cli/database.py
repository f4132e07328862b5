"""Opens the database for a command. If it is missing, unreachable or not migrated, one sentence says what to do."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from bot.cli.exit_codes import CommandFailed, ExitCode
from storage.database import Database
from storage.database_url import parse_url
from storage.migrate import require_current

if TYPE_CHECKING:
    from collections.abc import Iterator


def is_new_file(url: str) -> bool:
    """True if the SQLite file does not exist yet (or is empty) and can be created. Creates nothing."""
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite" or "uri" in parsed.query:
        return False
    file = Path(parsed.database or "")
    return file.parent.is_dir() and (not file.exists() or file.stat().st_size == 0)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn a driver's error into one line.

    Raises:
        CommandFailed: with the exit code `DATABASE`.
    """
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines() or ["no reason given"]
        raise CommandFailed(
            f"the database reports an error ({reason[0]}): check DATABASE_URL, and that the server is running",
            ExitCode.DATABASE,
        ) from error


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
        with one_line_errors():
            database.read_sync(require_current)
            yield database
    finally:
        database.close_sync()
