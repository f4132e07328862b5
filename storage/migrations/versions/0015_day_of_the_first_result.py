"""The day of the customer's first result."""

from __future__ import annotations

import sqlalchemy as sa

from storage.migrations.operations import alter_table

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    with alter_table("deals") as batch_op:
        batch_op.add_column(sa.Column("value_on", sa.Date(), nullable=True))
