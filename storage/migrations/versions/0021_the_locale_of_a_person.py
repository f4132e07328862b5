"""The locale of a person."""

from __future__ import annotations

import sqlalchemy as sa

from storage.migrations.operations import alter_table

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    with alter_table("people") as batch_op:
        batch_op.add_column(sa.Column("locale", sa.String(length=255), nullable=True))
