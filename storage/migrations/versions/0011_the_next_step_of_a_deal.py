"""The next step of a deal."""

from __future__ import annotations

import sqlalchemy as sa

from storage.migrations.operations import alter_table

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with alter_table("deals") as batch_op:
        batch_op.add_column(sa.Column("next_step", sa.Text(), nullable=True))
