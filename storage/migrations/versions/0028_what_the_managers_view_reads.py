"""What the manager's view reads."""

from __future__ import annotations

from storage.migrations.operations import alter_table

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    with alter_table("deals") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_deals_tenant_id_stage_closed_at"), ["tenant_id", "stage", "closed_at"], unique=False
        )

    with alter_table("handoffs") as batch_op:
        batch_op.create_index(batch_op.f("ix_handoffs_tenant_id_state"), ["tenant_id", "state"], unique=False)
