"""Alembic's environment: runs the migrations in the one transaction that `storage.migrate` has opened."""

from __future__ import annotations

from alembic import context

from storage.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite alters a table by copying it.
    render_as_batch=True,
    # SQLite can roll back DDL; Alembic assumes otherwise because Python's driver used to commit before it.
    transactional_ddl=True,
)
context.run_migrations()
