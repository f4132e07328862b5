"""What Alembic runs for each upgrade: the steps, in the one transaction that `storage.migrate` has opened."""

from __future__ import annotations

from alembic import context

from storage.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite changes a table by copying it.
    render_as_batch=True,
    # SQLite can undo DDL, too; Alembic believes otherwise because Python's driver used to commit before it.
    transactional_ddl=True,
)
context.run_migrations()
