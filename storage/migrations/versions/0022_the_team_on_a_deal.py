"""The team on a deal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.operations import alter_table, refuse_updates

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "deal_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=255), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('co_owner', 'engineer', 'partner', 'customer_success')", name=op.f("ck_deal_members_role")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_deal_members_added_by_people")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_deal_members_deal_id_deals")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deal_members_person_id_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_deal_members_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_members")),
        sqlite_autoincrement=True,
    )
    with alter_table("deal_members") as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_members_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_deal_members_person_id_removed_at"), ["person_id", "removed_at"], unique=False
        )

    op.create_table(
        "promise_keepers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assigned_by", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assigned_by"], ["people.id"], name=op.f("fk_promise_keepers_assigned_by_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_promise_keepers_person_id_people")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_promise_keepers_statement_id_statements")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_promise_keepers_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_keepers")),
        sqlite_autoincrement=True,
    )
    refuse_updates("promise_keepers")
    with alter_table("promise_keepers") as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_keepers_statement_id"), ["statement_id"], unique=False)

    with alter_table("deals") as batch_op:
        batch_op.add_column(sa.Column("split", sa.String(length=255), nullable=True))
