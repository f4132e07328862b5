"""What is looked up in a long history."""

from __future__ import annotations

import sqlalchemy as sa

from storage.migrations.operations import alter_table

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    with alter_table("deals") as batch_op:
        batch_op.create_index(
            "ix_deals_covered",
            ["tenant_id", "covered_by_id", "stage"],
            unique=False,
            sqlite_where=sa.text("covered_by_id IS NOT NULL"),
            postgresql_where=sa.text("covered_by_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_deals_tenant_id_closed_at"), ["tenant_id", "closed_at"], unique=False)

    with alter_table("outbox") as batch_op:
        batch_op.create_index(
            "ix_outbox_digests",
            ["tenant_id", "state", "settled_at"],
            unique=False,
            sqlite_where=sa.text("kind = 'digest'"),
            postgresql_where=sa.text("kind = 'digest'"),
        )
        batch_op.create_index(
            "ix_outbox_digests_of_person",
            ["tenant_id", "person_id"],
            unique=False,
            sqlite_where=sa.text("kind = 'digest'"),
            postgresql_where=sa.text("kind = 'digest'"),
        )
        batch_op.create_index(
            "ix_outbox_folded",
            ["tenant_id", "folded_into"],
            unique=False,
            sqlite_where=sa.text("folded_into IS NOT NULL"),
            postgresql_where=sa.text("folded_into IS NOT NULL"),
        )

    with alter_table("sightings") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sightings_tenant_id_channel_seen_at"), ["tenant_id", "channel", "seen_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sightings_tenant_id_deal_id"), ["tenant_id", "deal_id"], unique=False)
        batch_op.drop_index("ix_sightings_deal_id")
