"""Drafts of forms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.operations import alter_table

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=255), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_drafts_deal_id_deals")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_drafts_person_id_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_drafts_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint(
            "tenant_id",
            "person_id",
            "deal_id",
            "form",
            "statement_id",
            name=op.f("uq_drafts_tenant_id_person_id_deal_id_form_statement_id"),
        ),
        sqlite_autoincrement=True,
    )
    with alter_table("drafts") as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_drafts_typed_at"), ["typed_at"], unique=False)
