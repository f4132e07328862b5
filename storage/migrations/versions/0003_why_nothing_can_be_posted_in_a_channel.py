"""Why nothing can be posted in a channel."""

from __future__ import annotations

import sqlalchemy as sa

from storage.migrations.operations import alter_table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with alter_table("channels") as batch_op:
        batch_op.add_column(sa.Column("blocked_reason", sa.String(length=255), nullable=True))
