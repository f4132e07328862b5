"""How much a person wants to hear, and until when their platform says that they are not to be disturbed."""

from __future__ import annotations

import sqlalchemy as sa

from storage.migrations.operations import alter_table

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with alter_table("people") as batch_op:
        batch_op.add_column(sa.Column("reminder_profile", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=True))
