"""A team's playbook, own words, and how to reach a contact."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.operations import alter_table, refuse_updates

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "playbook_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_playbook_versions_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbook_versions")),
        sa.UniqueConstraint("tenant_id", "version", name=op.f("uq_playbook_versions_tenant_id_version")),
        sqlite_autoincrement=True,
    )
    refuse_updates("playbook_versions")
    op.create_table(
        "own_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_own_words_person_id_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_own_words_tenant_id_tenants")),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name=op.f("fk_own_words_written_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_words")),
        sqlite_autoincrement=True,
    )
    refuse_updates("own_words")
    op.create_index(op.f("ix_own_words_tenant_id_person_id"), "own_words", ["tenant_id", "person_id"])

    with alter_table("channels") as batch_op:
        batch_op.add_column(sa.Column("trade", sa.String(length=255), nullable=True))

    with alter_table("contacts") as batch_op:
        batch_op.add_column(sa.Column("phone", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("email", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("channel", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("zone", sa.String(length=255), nullable=True))

    with alter_table("tenants") as batch_op:
        batch_op.add_column(sa.Column("trade", sa.String(length=255), nullable=True))
