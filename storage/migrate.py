"""Bring a database to today's tables, and say how far it is.

Two processes that start at the same time take turns (an advisory lock on PostgreSQL, `BEGIN IMMEDIATE` on SQLite); the
second finds the work done. An upgrade is one transaction: it happens as a whole or not at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage.engines import parse_url, postgresql_engine, sqlite_engine
from storage.errors import SchemaError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

STEPS = Path(__file__).parent / "migrations"
"""The folder of `env.py` and the steps."""

LOCK = 0x66697273746361
"""The key of PostgreSQL's advisory lock: "firstca" in ASCII."""


def upgrade(url: str) -> list[str]:
    """Run the steps that the database lacks.

    Args:
        url: as in DATABASE_URL. An SQLite file is created when there is none.

    Returns:
        The revisions that were applied, oldest first; empty when the tables were today's already.

    Raises:
        SchemaError: the database was migrated by a newer FirstCall, or it refers to rows that do not exist.
        DatabaseUrlError: the URL is of no use.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        # Copying a table drops the old one, which would count as deleting what others refer to.
        engine = sqlite_engine(parsed, connections=1, writes=True, foreign_keys=False)
    else:
        engine = postgresql_engine(parsed, connections=1)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            applied = _missing(connection)
            if applied:
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                _check_references(connection)
            return applied
    finally:
        engine.dispose()


def head() -> str:
    """The newest revision of this code."""
    (newest,) = ScriptDirectory.from_config(_config()).get_heads()
    return newest


def current(session: Session) -> str | None:
    """The revision of the database; None when it was never migrated. For `database.read(current)`."""
    return _revision(session.connection())


def is_blank(session: Session) -> bool:
    """Whether there is not a single table. For `database.read(is_blank)`."""
    return not inspect(session.connection()).get_table_names()


def is_current(session: Session) -> bool:
    """Whether the tables are those of this code. For `database.read(is_current)`."""
    return current(session) == head()


def require_current(session: Session) -> None:
    """Stop before the first query on the wrong tables. For `database.read(require_current)`.

    Raises:
        SchemaError: the tables are older or newer than this code; its text says what to do.
    """
    found = current(session)
    if found != head():
        raise _mismatch(found)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _missing(connection: Connection) -> list[str]:
    found = _revision(connection)
    if not _known(found):
        raise _mismatch(found)
    steps = ScriptDirectory.from_config(_config()).iterate_revisions("head", found or "base")
    return [step.revision for step in steps][::-1]


def _known(revision: str | None) -> bool:
    steps = ScriptDirectory.from_config(_config()).walk_revisions()
    return revision is None or revision in {step.revision for step in steps}


def _mismatch(found: str | None) -> SchemaError:
    if found is None:
        message = "the database has no tables yet: run `firstcall migrate`"
    elif _known(found):
        message = f"the database stands at revision {found} and this FirstCall needs {head()}: run `firstcall migrate`"
    else:
        message = (
            f"the database stands at revision {found}, which this FirstCall does not know: a newer one has migrated "
            "it. Run that one, or restore the backup from before"
        )
    return SchemaError(message, found=found, wanted=head())


def _check_references(connection: Connection) -> None:
    # SQLite's foreign keys were off for the upgrade, so that it checks them at its end.
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise SchemaError(
                f"the upgrade was undone: row {broken.rowid} of {broken.table} refers to nothing in {broken.parent}",
                found=None,
                wanted=head(),
            )
