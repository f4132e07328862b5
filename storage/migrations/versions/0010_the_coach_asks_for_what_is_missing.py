"""Today's value beside a target, and what the coach suggested to ask about."""

from __future__ import annotations

import sqlalchemy as sa

from storage.migrations.operations import alter_table

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with alter_table("statement_versions") as batch_op:
        batch_op.add_column(sa.Column("baseline", sa.Text(), nullable=True))

    with alter_table("deals") as batch_op:
        batch_op.add_column(sa.Column("suggested", sa.String(length=255), nullable=True))
