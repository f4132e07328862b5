"""Notes beside statements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.operations import alter_table, refuse_updates

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "statement_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentioned_id", sa.Integer(), nullable=True),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mentioned_id"], ["people.id"], name=op.f("fk_statement_notes_mentioned_id_people")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_statement_notes_statement_id_statements")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_statement_notes_tenant_id_tenants")),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name=op.f("fk_statement_notes_written_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_notes")),
        sqlite_autoincrement=True,
    )
    refuse_updates("statement_notes")
    with alter_table("statement_notes") as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_notes_statement_id"), ["statement_id"], unique=False)
