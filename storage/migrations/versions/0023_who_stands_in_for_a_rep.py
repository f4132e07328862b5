"""Who stands in for a rep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.operations import alter_table

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    # Not as a batch: SQLite would copy the table that most others refer to.
    op.execute(
        "ALTER TABLE deals ADD COLUMN covered_by_id INTEGER "
        "CONSTRAINT fk_deals_covered_by_id_people REFERENCES people (id)"
    )
    op.create_table(
        "covers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'accepted', 'declined', 'returned')", name=op.f("ck_covers_state")),
        sa.CheckConstraint("(state = 'returned') = (ended_at IS NOT NULL)", name=op.f("ck_covers_returned_has_a_time")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_covers_deal_id_deals")),
        sa.ForeignKeyConstraint(["rep_id"], ["people.id"], name=op.f("fk_covers_rep_id_people")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["people.id"], name=op.f("fk_covers_stand_in_id_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_covers_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_covers")),
        sqlite_autoincrement=True,
    )
    with alter_table("covers") as batch_op:
        batch_op.create_index(batch_op.f("ix_covers_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_covers_tenant_id_rep_id_state"), ["tenant_id", "rep_id", "state"])
        batch_op.create_index(
            batch_op.f("ix_covers_tenant_id_stand_in_id_state"), ["tenant_id", "stand_in_id", "state"]
        )
