"""Deals of the past from a file, and secret links to what is one person's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.operations import alter_table

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "import_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("deals", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("deals >= 0", name=op.f("ck_import_batches_deals_not_negative")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_import_batches_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "imported_deals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(length=255), nullable=True),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_imported_deals_batch_id_import_batches")
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_imported_deals_deal_id_deals")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_imported_deals_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_deals")),
        sa.UniqueConstraint("deal_id", name=op.f("uq_imported_deals_deal_id")),
        sa.UniqueConstraint("tenant_id", "source_id", name=op.f("uq_imported_deals_tenant_id_source_id")),
        sqlite_autoincrement=True,
    )
    with alter_table("imported_deals") as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_deals_batch_id_deal_id"), ["batch_id", "deal_id"], unique=False)
    # Deleting a deal makes the database look for it in these two, which are the longest.
    op.create_index(op.f("ix_audit_log_deal_id"), "audit_log", ["deal_id"], unique=False)
    op.create_index(op.f("ix_outbox_deal_id"), "outbox", ["deal_id"], unique=False)
    op.create_table(
        "personal_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=255), nullable=False),
        sa.Column("token_hash", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("purpose IN ('calendar', 'export')", name=op.f("ck_personal_links_purpose")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_personal_links_person_id_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_personal_links_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_links")),
        sa.UniqueConstraint("person_id", "purpose", name=op.f("uq_personal_links_person_id_purpose")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_personal_links_token_hash")),
        sqlite_autoincrement=True,
    )
