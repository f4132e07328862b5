"""What a win summary reads, and when a channel gets it."""

from __future__ import annotations

import sqlalchemy as sa

from storage.migrations.operations import alter_table

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    with alter_table("promise_outcomes") as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_outcomes_tenant_id_at"), ["tenant_id", "at"], unique=False)
    with alter_table("referrals") as batch_op:
        batch_op.create_index(batch_op.f("ix_referrals_tenant_id_named_at"), ["tenant_id", "named_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_referrals_tenant_id_won_at"), ["tenant_id", "won_at"], unique=False)
    with alter_table("challenges") as batch_op:
        batch_op.create_index(batch_op.f("ix_challenges_tenant_id_tell_by"), ["tenant_id", "tell_by"], unique=False)
    with alter_table("channels") as batch_op:
        batch_op.add_column(sa.Column("summary_span", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("summary_day", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("summary_hour", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("summary_zone", sa.String(), nullable=True))
        batch_op.create_check_constraint("summary_span", "summary_span IN ('day', 'week', 'month')")
