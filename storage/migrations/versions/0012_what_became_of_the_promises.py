"""What became of the promises."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.operations import alter_table, refuse_updates

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "promise_outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.Date(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("said_by", sa.String(length=255), nullable=False),
        sa.Column("contact", sa.String(length=255), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('technical', 'communication', 'delivery', 'expectations', 'dishonesty')",
            name=op.f("ck_promise_outcomes_reason"),
        ),
        sa.CheckConstraint("said_by IN ('customer', 'us')", name=op.f("ck_promise_outcomes_said_by")),
        sa.CheckConstraint(
            "state IN ('pending', 'kept', 'exceeded', 'missed', 'renegotiated')",
            name=op.f("ck_promise_outcomes_state"),
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_promise_outcomes_recorded_by_people")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_promise_outcomes_statement_id_statements")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_promise_outcomes_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_outcomes")),
        sqlite_autoincrement=True,
    )
    refuse_updates("promise_outcomes")
    with alter_table("promise_outcomes") as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_outcomes_statement_id"), ["statement_id"], unique=False)
