"""Operations for migrations, the same on SQLite and PostgreSQL; `script/migration` generates calls to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from alembic.operations.base import BatchOperations
from sqlalchemy import Connection, text


@contextmanager
def alter_table(name: str) -> Iterator[BatchOperations]:
    """Alter a table. SQLite copies it to do so; this keeps its triggers, and never reuses the id of a deleted row."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        with op.batch_alter_table(name) as batch:
            yield batch
        return
    triggers, last_id = _triggers(connection, name), _last_id(connection, name)
    with op.batch_alter_table(name, table_kwargs={"sqlite_autoincrement": True}) as batch:
        yield batch
    kept = _triggers(connection, name)
    for trigger, sql in triggers.items():
        if trigger not in kept:
            connection.exec_driver_sql(sql)
    if last_id is not None:
        # The copy only has the ids of the remaining rows.
        counted = {"name": name, "id": last_id}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), counted)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :id)"), counted)


def refuse_updates(table: str) -> None:
    """Make a table append-only: rows can be added and deleted, never updated (decision 0009)."""
    if op.get_bind().dialect.name == "postgresql":
        # Migration 0001 created the function.
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_update()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is evidence: rows are added, never changed'); END"
        )


def _triggers(connection: Connection, table: str) -> dict[str, str]:
    found = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"), {"table": table}
    )
    return {row.name: row.sql for row in found}


def _last_id(connection: Connection, table: str) -> int | None:
    found: int | None = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :table"), {"table": table})
    return found
