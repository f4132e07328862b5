"""Referrals, deal reviews and self-checks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.operations import alter_table, refuse_updates

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "self_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("expectations", sa.Integer(), nullable=False),
        sa.Column("knowledge", sa.Integer(), nullable=False),
        sa.Column("ownership", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("expectations BETWEEN 1 AND 5", name=op.f("ck_self_checks_expectations")),
        sa.CheckConstraint("knowledge BETWEEN 1 AND 5", name=op.f("ck_self_checks_knowledge")),
        sa.CheckConstraint("ownership BETWEEN 1 AND 5", name=op.f("ck_self_checks_ownership")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_self_checks_person_id_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_self_checks_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_checks")),
        sqlite_autoincrement=True,
    )
    refuse_updates("self_checks")
    with alter_table("self_checks") as batch_op:
        batch_op.create_index(batch_op.f("ix_self_checks_person_id"), ["person_id"], unique=False)

    op.create_table(
        "deal_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("more", sa.Text(), nullable=False),
        sa.Column("without_us", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_deal_reviews_deal_id_deals")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deal_reviews_person_id_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_deal_reviews_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_reviews")),
        sqlite_autoincrement=True,
    )
    refuse_updates("deal_reviews")
    with alter_table("deal_reviews") as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_reviews_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_reviews_person_id"), ["person_id"], unique=False)

    op.create_table(
        "referral_asks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=255), nullable=False),
        sa.Column("meeting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(step = 'planned') = (meeting_at IS NOT NULL)", name=op.f("ck_referral_asks_a_planned_meeting_has_a_time")
        ),
        sa.CheckConstraint(
            "step IN ('planned', 'cleared', 'names', 'thinking', 'not_now', 'declined')",
            name=op.f("ck_referral_asks_step"),
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_referral_asks_deal_id_deals")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_referral_asks_recorded_by_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_referral_asks_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_asks")),
        sqlite_autoincrement=True,
    )
    refuse_updates("referral_asks")
    with alter_table("referral_asks") as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_asks_deal_id"), ["deal_id"], unique=False)

    op.create_table(
        "referrals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("how_known", sa.Text(), nullable=True),
        sa.Column("introduction", sa.Text(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("introduced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("won_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "met_at IS NULL OR introduced_at IS NOT NULL", name=op.f("ck_referrals_met_after_the_introduction")
        ),
        sa.CheckConstraint("won_at IS NULL OR met_at IS NOT NULL", name=op.f("ck_referrals_won_after_the_meeting")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_referrals_deal_id_deals")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_referrals_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sqlite_autoincrement=True,
    )
    with alter_table("referrals") as batch_op:
        batch_op.create_index(batch_op.f("ix_referrals_deal_id"), ["deal_id"], unique=False)

    with alter_table("people") as batch_op:
        batch_op.add_column(sa.Column("self_checked", sa.Boolean(), nullable=False, server_default=sa.true()))

    with alter_table("people") as batch_op:  # the models give every new row a value
        batch_op.alter_column("self_checked", server_default=None)
