"""Challenges and compliments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.operations import alter_table, refuse_updates

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "compliments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=255), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_compliments_deal_id_deals")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_compliments_recorded_by_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_compliments_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliments")),
        sqlite_autoincrement=True,
    )
    with alter_table("compliments") as batch_op:
        batch_op.create_index(batch_op.f("ix_compliments_deal_id"), ["deal_id"], unique=False)

    op.create_table(
        "challenges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("whose", sa.String(length=255), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=True),
        sa.Column("discovered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tell_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_in", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("whose IN ('ours', 'theirs', 'nobody')", name=op.f("ck_challenges_whose")),
        sa.CheckConstraint("severity BETWEEN 1 AND 3", name=op.f("ck_challenges_severity")),
        sa.CheckConstraint("tell_by >= discovered_at", name=op.f("ck_challenges_told_after_the_discovery")),
        sa.ForeignKeyConstraint(["agreed_in"], ["statements.id"], name=op.f("fk_challenges_agreed_in_statements")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_challenges_deal_id_deals")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_challenges_recorded_by_people")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_challenges_statement_id_statements")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_challenges_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
        sqlite_autoincrement=True,
    )
    with alter_table("challenges") as batch_op:
        batch_op.create_index(batch_op.f("ix_challenges_deal_id"), ["deal_id"], unique=False)

    op.create_table(
        "challenge_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=255), nullable=False),
        sa.Column("how", sa.String(length=255), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("how IN ('phone', 'email', 'visit', 'chat')", name=op.f("ck_challenge_steps_how")),
        sa.CheckConstraint(
            "step IN ('told', 'updated', 'solved', 'confirmed', 'reopened', 'withdrawn')",
            name=op.f("ck_challenge_steps_step"),
        ),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_steps_challenge_id_challenges")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_challenge_steps_recorded_by_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_challenge_steps_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_steps")),
        sqlite_autoincrement=True,
    )
    refuse_updates("challenge_steps")
    with alter_table("challenge_steps") as batch_op:
        batch_op.create_index(batch_op.f("ix_challenge_steps_challenge_id"), ["challenge_id"], unique=False)
