"""What happened to an order and its next steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.operations import alter_table, refuse_updates

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "next_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=255), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'moved', 'dropped')", name=op.f("ck_next_steps_outcome")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_next_steps_deal_id_deals")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_next_steps_recorded_by_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_next_steps_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_next_steps")),
        sqlite_autoincrement=True,
    )
    refuse_updates("next_steps")
    with alter_table("next_steps") as batch_op:
        batch_op.create_index(batch_op.f("ix_next_steps_deal_id"), ["deal_id"], unique=False)

    op.create_table(
        "order_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("was", sa.String(length=255), nullable=True),
        sa.Column("became", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('cancelled', 'lost', 'refunded', 'amount_changed', 'owner_changed', 'reopened')",
            name=op.f("ck_order_changes_kind"),
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_order_changes_deal_id_deals")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_order_changes_recorded_by_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_order_changes_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_changes")),
        sqlite_autoincrement=True,
    )
    refuse_updates("order_changes")
    with alter_table("order_changes") as batch_op:
        batch_op.create_index(batch_op.f("ix_order_changes_deal_id"), ["deal_id"], unique=False)

    with alter_table("deals") as batch_op:
        batch_op.add_column(sa.Column("next_step_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True))
