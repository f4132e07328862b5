"""The newest version of a message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.operations import alter_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "message_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("message_ts", sa.String(length=255), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_message_versions_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_versions")),
        sa.UniqueConstraint(
            "tenant_id", "channel", "message_ts", name=op.f("uq_message_versions_tenant_id_channel_message_ts")
        ),
        sqlite_autoincrement=True,
    )
    with alter_table("message_versions") as batch_op:
        batch_op.create_index(batch_op.f("ix_message_versions_seen_at"), ["seen_at"], unique=False)
