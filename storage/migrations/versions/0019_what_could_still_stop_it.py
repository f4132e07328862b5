"""What could still stop it."""

from __future__ import annotations

import sqlalchemy as sa

from storage.migrations.operations import alter_table

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    with alter_table("deals") as batch_op:
        batch_op.add_column(sa.Column("obstacle", sa.Text(), nullable=True))
