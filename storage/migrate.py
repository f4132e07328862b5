"""Upgrade a database to the newest migration, and report its revision.

Two processes that start at the same time take turns (an advisory lock on PostgreSQL, `BEGIN IMMEDIATE` on SQLite); the
second finds nothing to do. An upgrade is one transaction: it happens completely or not at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage.database_url import parse_url
from storage.engines import postgresql_engine, sqlite_engine
from storage.errors import SchemaError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MIGRATIONS = Path(__file__).parent / "migrations"
"""The folder of `env.py` and `versions/`."""

ADVISORY_LOCK_KEY = 0x66697273746361
"""The key of PostgreSQL's advisory lock: "firstca" in ASCII."""

ANOTHER_MIGRATION_SECONDS = 600
"""How long to wait for another process that migrates the same SQLite file. PostgreSQL waits as long as it takes."""


def upgrade(url: str) -> list[str]:
    """Run the pending migrations.

    Args:
        url: as in DATABASE_URL. Creates the SQLite file if there is none.

    Returns:
        The revisions that were applied, oldest first; empty if the database was up to date.

    Raises:
        SchemaError: a newer FirstCall has migrated the database, or rows refer to rows that do not exist.
        DatabaseUrlError: the URL cannot be used.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        # Batch operations copy a table and drop the old one, which would violate the foreign keys that refer to it.
        engine = sqlite_engine(
            parsed, connections=1, writes=True, foreign_keys=False, busy_seconds=ANOTHER_MIGRATION_SECONDS
        )
    else:
        engine = postgresql_engine(parsed, connections=1)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK_KEY})
            applied = _pending_revisions(connection)
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
    """The revision of the database; None if it was never migrated. For `database.read(current)`."""
    return _revision(session.connection())


def is_blank(session: Session) -> bool:
    """Whether the database has no tables. For `database.read(is_blank)`."""
    return not inspect(session.connection()).get_table_names()


def is_current(session: Session) -> bool:
    """Whether the database is at this code's newest revision. For `database.read(is_current)`."""
    return current(session) == head()


def require_current(session: Session) -> None:
    """Fail before the first query on the wrong tables. For `database.read(require_current)`.

    Raises:
        SchemaError: the tables are older or newer than this code; the message says what to do.
    """
    found = current(session)
    if found != head():
        raise _mismatch(found)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    # Another program's database may have several.
    return ", ".join(sorted(MigrationContext.configure(connection).get_current_heads())) or None


def _pending_revisions(connection: Connection) -> list[str]:
    found = _revision(connection)
    if not _is_known(found):
        raise _mismatch(found)
    steps = ScriptDirectory.from_config(_config()).iterate_revisions("head", found or "base")
    return [step.revision for step in steps][::-1]


def _is_known(revision: str | None) -> bool:
    steps = ScriptDirectory.from_config(_config()).walk_revisions()
    return revision is None or revision in {step.revision for step in steps}


def _mismatch(found: str | None) -> SchemaError:
    if found is None:
        message = "the database has no tables of FirstCall yet: run `firstcall migrate`"
    elif _is_known(found):
        message = f"the database stands at revision {found} and this FirstCall needs {head()}: run `firstcall migrate`"
    else:
        message = (
            f"the database stands at revision {found}, which this FirstCall does not know: a newer one has migrated "
            "it, or it is another program's. Run the newer one, restore the backup from before, or change DATABASE_URL"
        )
    return SchemaError(message, found=found, wanted=head())


def _check_references(connection: Connection) -> None:
    # On SQLite, foreign keys were off during the upgrade.
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise SchemaError(
                f"the upgrade was undone: row {broken.rowid} of {broken.table} refers to nothing in {broken.parent}",
                found=None,
                wanted=head(),
            )
