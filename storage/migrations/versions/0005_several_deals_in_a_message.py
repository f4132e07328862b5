"""Several deals in a message, and their kinds."""

from __future__ import annotations

import sqlalchemy as sa

from storage.migrations.operations import alter_table

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with alter_table("deals") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=255), nullable=True))

    with alter_table("sightings") as batch_op:
        batch_op.add_column(sa.Column("position", sa.Integer(), server_default="0", nullable=False))
        batch_op.drop_constraint(batch_op.f("uq_sightings_tenant_id_channel_message_ts"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_sightings_tenant_id_channel_message_ts_position"),
            ["tenant_id", "channel", "message_ts", "position"],
        )

    with alter_table("sightings") as batch_op:  # the models give every new row a value
        batch_op.alter_column("position", existing_type=sa.Integer(), server_default=None, existing_nullable=False)
