"""Opening the database for a command: it is there, reachable and migrated, or one sentence says what to do."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from bot.cli.exit_codes import CommandFailed, ExitCode
from storage.database import Database
from storage.engines import parse_url
from storage.migrate import require_current

if TYPE_CHECKING:
    from collections.abc import Iterator


def is_new_file(url: str) -> bool:
    """Whether the database is an SQLite file that can be made, and was not yet. Looks at the file, creates nothing."""
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite" or "uri" in parsed.query:
        return False
    file = Path(parsed.database or "")
    return file.parent.is_dir() and (not file.exists() or file.stat().st_size == 0)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn what the database's driver says into one line.

    Raises:
        Failed: with the code for the database.
    """
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines() or ["it gives no reason"]
        raise CommandFailed(
            f"the database does not answer as it should ({reason[0]}): check DATABASE_URL, and that the server runs",
            ExitCode.DATABASE,
        ) from error


@contextmanager
def open_database(url: str) -> Iterator[Database]:
    """The database, reachable and migrated; closed at the end.

    Raises:
        Failed: it is not there, or out of reach.
        SchemaError: its tables are not those of this code.
        DatabaseUrlError: its folder is not there.
    """
    if is_new_file(url):
        raise CommandFailed(
            f"there is no database at {parse_url(url).database} yet: run `firstcall migrate` to make one",
            ExitCode.DATABASE,
        )
    database = Database(url)
    try:
        with one_line_errors():
            database.read_sync(require_current)
            yield database
    finally:
        database.close_sync()
