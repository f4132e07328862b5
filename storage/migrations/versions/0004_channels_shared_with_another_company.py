"""Channels shared with another company: whether one is, and whether an admin has allowed wins there."""

from __future__ import annotations

import sqlalchemy as sa

from storage.migrations.operations import alter_table

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with alter_table("channels") as batch_op:
        batch_op.add_column(sa.Column("shared_externally", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("external_wins", sa.Boolean(), nullable=False, server_default=sa.false()))
    with alter_table("channels") as batch_op:  # the models give every new row a value
        batch_op.alter_column("shared_externally", server_default=None)
        batch_op.alter_column("external_wins", server_default=None)
