"""Delivery on board."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.operations import alter_table, refuse_updates

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "delivery_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product", sa.String(length=255), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=255), nullable=True),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("person_id IS NOT NULL OR channel IS NOT NULL", name=op.f("ck_delivery_contacts_somebody")),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_delivery_contacts_added_by_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_delivery_contacts_person_id_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_delivery_contacts_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_contacts")),
        sqlite_autoincrement=True,
    )
    with alter_table("delivery_contacts") as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_contacts_tenant_id_id"), ["tenant_id", "id"], unique=False)

    op.create_table(
        "handoffs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("introduced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kickoff_on", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'sent_back') = (reason IS NOT NULL)", name=op.f("ck_handoffs_sent_back_with_a_reason")
        ),
        sa.CheckConstraint("state IN ('offered', 'taken', 'sent_back', 'withdrawn')", name=op.f("ck_handoffs_state")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_handoffs_deal_id_deals")),
        sa.ForeignKeyConstraint(["receiver_id"], ["people.id"], name=op.f("fk_handoffs_receiver_id_people")),
        sa.ForeignKeyConstraint(["sent_by"], ["people.id"], name=op.f("fk_handoffs_sent_by_people")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_handoffs_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
        sqlite_autoincrement=True,
    )
    with alter_table("handoffs") as batch_op:
        batch_op.create_index(batch_op.f("ix_handoffs_deal_id"), ["deal_id"], unique=False)

    op.create_table(
        "feasibility_asks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=255), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("person_id IS NOT NULL OR channel IS NOT NULL", name=op.f("ck_feasibility_asks_somebody")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_feasibility_asks_asked_by_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_feasibility_asks_person_id_people")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_feasibility_asks_statement_id_statements")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_feasibility_asks_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feasibility_asks")),
        sqlite_autoincrement=True,
    )
    refuse_updates("feasibility_asks")
    with alter_table("feasibility_asks") as batch_op:
        batch_op.create_index(batch_op.f("ix_feasibility_asks_statement_id"), ["statement_id"], unique=False)

    op.create_table(
        "handoff_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handoff_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(length=255), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("said IN ('confirmed', 'unclear', 'answered')", name=op.f("ck_handoff_readings_said")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_handoff_readings_recorded_by_people")),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoffs.id"], name=op.f("fk_handoff_readings_handoff_id_handoffs")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_handoff_readings_statement_id_statements")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_handoff_readings_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_readings")),
        sqlite_autoincrement=True,
    )
    refuse_updates("handoff_readings")
    with alter_table("handoff_readings") as batch_op:
        batch_op.create_index(batch_op.f("ix_handoff_readings_handoff_id"), ["handoff_id"], unique=False)

    op.create_table(
        "feasibility_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ask_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(answer = 'can_do') = (reason IS NULL)", name=op.f("ck_feasibility_answers_a_doubt_has_a_reason")
        ),
        sa.CheckConstraint("answer IN ('can_do', 'at_risk', 'cannot')", name=op.f("ck_feasibility_answers_answer")),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_feasibility_answers_answered_by_people")),
        sa.ForeignKeyConstraint(
            ["ask_id"], ["feasibility_asks.id"], name=op.f("fk_feasibility_answers_ask_id_feasibility_asks")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_feasibility_answers_statement_id_statements")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_feasibility_answers_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feasibility_answers")),
        sa.UniqueConstraint("ask_id", name=op.f("uq_feasibility_answers_ask_id")),
        sqlite_autoincrement=True,
    )
    refuse_updates("feasibility_answers")
    with alter_table("feasibility_answers") as batch_op:
        batch_op.create_index(batch_op.f("ix_feasibility_answers_statement_id"), ["statement_id"], unique=False)
