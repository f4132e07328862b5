"""The first tables: tenants, people, deals, what was said about them, and the messages in and out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)
SHORT = sa.String(255)

EVIDENCE = (
    "attestations",
    "audit_log",
    "briefs",
    "coached_versions",
    "confirmations",
    "referral_agreements",
    "requirements",
    "statement_details",
    "statement_versions",
)
"""Tables whose rows are only ever added (DESIGN, data rule 6). Deleting stays possible: erasure is explicit."""


def upgrade() -> None:
    _table(
        "tenants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", SHORT, nullable=False),
        sa.Column("external_id", SHORT, nullable=False),
        sa.Column("name", SHORT, nullable=True),
        sa.Column("zone", SHORT, nullable=False),
        sa.Column("referral_definition", sa.Text(), nullable=True),
        sa.Column("locale", SHORT, nullable=False),
        sa.Column("cadence", sa.JSON(), nullable=True),
        sa.Column("paused_until", TIME, nullable=True),
        sa.Column("blocked_reason", SHORT, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tenants"),
        sa.UniqueConstraint("platform", "external_id", name="uq_tenants_platform_external_id"),
    )
    _table(
        "dismissed_shapes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_dismissed_shapes_count_not_negative")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_dismissed_shapes_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_dismissed_shapes"),
        sa.UniqueConstraint("tenant_id", "shape", name="uq_dismissed_shapes_tenant_id_shape"),
    )
    _table(
        "inbound_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", SHORT, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_inbound_events_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_inbound_events"),
        sa.UniqueConstraint("tenant_id", "key", name="uq_inbound_events_tenant_id_key"),
    )
    op.create_index("ix_inbound_events_received_at", "inbound_events", ["received_at"])
    _table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("external_id", SHORT, nullable=False),
        sa.Column("name", SHORT, nullable=True),
        sa.Column("zone", SHORT, nullable=True),
        sa.Column("referral_definition", sa.Text(), nullable=True),
        sa.Column("introduced_with", sa.Integer(), nullable=True),
        sa.Column("hours", SHORT, nullable=True),
        sa.Column("days", SHORT, nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("replan_after", sa.Integer(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_people_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("tenant_id", "external_id", name="uq_people_tenant_id_external_id"),
    )
    _table(
        "channels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("external_id", SHORT, nullable=False),
        sa.Column("name", SHORT, nullable=True),
        sa.Column("purpose", SHORT, nullable=False),
        sa.Column("keeper_id", sa.Integer(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["keeper_id"], ["people.id"], name="fk_channels_keeper_id_people"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_channels_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
        sa.UniqueConstraint("tenant_id", "external_id", name="uq_channels_tenant_id_external_id"),
    )
    _table(
        "conversation_references",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("external_id", SHORT, nullable=False),
        sa.Column("conversation", SHORT, nullable=True),
        sa.Column("service_url", SHORT, nullable=False),
        sa.Column("bot", SHORT, nullable=False),
        sa.Column("user", SHORT, nullable=True),
        sa.Column("team", SHORT, nullable=True),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("blocked_reason", SHORT, nullable=True),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_conversation_references_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_references"),
        sa.UniqueConstraint("tenant_id", "external_id", name="uq_conversation_references_tenant_id_external_id"),
    )
    op.create_index("ix_conversation_references_tenant_id_team", "conversation_references", ["tenant_id", "team"])
    _table(
        "deals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("owner_known", sa.Boolean(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("customer_key", SHORT, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", SHORT, nullable=True),
        sa.Column("period", SHORT, nullable=True),
        sa.Column("stage", SHORT, nullable=False),
        sa.Column("stage_since", TIME, nullable=False),
        sa.Column("call_at", TIME, nullable=True),
        sa.Column("snoozed_until", TIME, nullable=True),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("closed_at", TIME, nullable=False),
        sa.Column("heard_at", TIME, nullable=False),
        sa.Column("close_date", sa.Date(), nullable=True),
        sa.Column("term_months", sa.Integer(), nullable=True),
        sa.Column("helped_by", sa.JSON(), nullable=False),
        sa.Column("record_url", sa.Text(), nullable=True),
        sa.Column("doubt", SHORT, nullable=True),
        sa.Column("sellers", sa.Integer(), nullable=True),
        sa.Column("on_the_phone", SHORT, nullable=True),
        sa.Column("card_channel", SHORT, nullable=True),
        sa.Column("card_ts", SHORT, nullable=True),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor IS NULL OR amount_minor >= 0", name=op.f("ck_deals_amount_not_negative")),
        sa.CheckConstraint(
            "(stage = 'scheduled') = (call_at IS NOT NULL)", name=op.f("ck_deals_a_scheduled_call_has_a_time")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name="fk_deals_owner_id_people"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_deals_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_deals"),
    )
    op.create_index("ix_deals_tenant_id_customer_key_heard_at", "deals", ["tenant_id", "customer_key", "heard_at"])
    op.create_index("ix_deals_tenant_id_heard_at", "deals", ["tenant_id", "heard_at"])
    op.create_index("ix_deals_tenant_id_owner_id_stage", "deals", ["tenant_id", "owner_id", "stage"])
    _table(
        "attestations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("item", SHORT, nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("attested_by", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attested_by"], ["people.id"], name="fk_attestations_attested_by_people"),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name="fk_attestations_deal_id_deals"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_attestations_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_attestations"),
    )
    op.create_index("ix_attestations_deal_id", "attestations", ["deal_id"])
    _table(
        "audit_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", SHORT, nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name="fk_audit_log_actor_id_people"),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name="fk_audit_log_deal_id_deals"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_audit_log_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_tenant_id_deal_id", "audit_log", ["tenant_id", "deal_id"])
    _table(
        "briefs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decision_maker", SHORT, nullable=False),
        sa.Column("functional_decision_maker", SHORT, nullable=False),
        sa.Column("sellers", sa.Integer(), nullable=True),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("elephant", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("sellers IS NULL OR sellers >= 0", name=op.f("ck_briefs_sellers_not_negative")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name="fk_briefs_deal_id_deals"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_briefs_tenant_id_tenants"),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name="fk_briefs_written_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_briefs"),
        sa.UniqueConstraint("deal_id", "version", name="uq_briefs_deal_id_version"),
    )
    op.create_index("ix_briefs_deal_id", "briefs", ["deal_id"])
    _table(
        "requirements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brief_id"], ["briefs.id"], name="fk_requirements_brief_id_briefs"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_requirements_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_requirements"),
        sa.UniqueConstraint("brief_id", "position", name="uq_requirements_brief_id_position"),
    )
    _table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("role", SHORT, nullable=False),
        sa.Column("name", SHORT, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name="fk_contacts_deal_id_deals"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_contacts_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.UniqueConstraint("deal_id", "role", name="uq_contacts_deal_id_role"),
    )
    op.create_index("ix_contacts_deal_id", "contacts", ["deal_id"])
    _table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", SHORT, nullable=False),
        sa.Column("dedupe_key", SHORT, nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("channel", SHORT, nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("planned_at", TIME, nullable=True),
        sa.Column("zone", SHORT, nullable=False),
        sa.Column("state", SHORT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", TIME, nullable=True),
        sa.Column("last_tried_at", TIME, nullable=True),
        sa.Column("claimed_by", SHORT, nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("settled_at", TIME, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("folded_into", sa.Integer(), nullable=True),
        sa.Column("sent_channel", SHORT, nullable=True),
        sa.Column("sent_ts", SHORT, nullable=True),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name="fk_outbox_deal_id_deals"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_outbox_person_id_people"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_outbox_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("tenant_id", "dedupe_key", name="uq_outbox_tenant_id_dedupe_key"),
    )
    op.create_index("ix_outbox_tenant_id_deal_id_state", "outbox", ["tenant_id", "deal_id", "state"])
    op.create_index("ix_outbox_tenant_id_person_id_state", "outbox", ["tenant_id", "person_id", "state"])
    op.create_index("ix_outbox_tenant_id_state_due_at", "outbox", ["tenant_id", "state", "due_at"])
    _table(
        "recaps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("sent_at", TIME, nullable=True),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name="fk_recaps_deal_id_deals"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_recaps_tenant_id_tenants"),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name="fk_recaps_written_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_recaps"),
        sa.UniqueConstraint("deal_id", "version", name="uq_recaps_deal_id_version"),
    )
    op.create_index("ix_recaps_deal_id", "recaps", ["deal_id"])
    _table(
        "referral_agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("outcome", SHORT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("expectations", sa.Integer(), nullable=False),
        sa.Column("priorities", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("outcome IN ('agreed', 'not_now', 'declined')", name=op.f("ck_referral_agreements_outcome")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name="fk_referral_agreements_deal_id_deals"),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name="fk_referral_agreements_recorded_by_people"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_referral_agreements_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_agreements"),
    )
    op.create_index("ix_referral_agreements_deal_id", "referral_agreements", ["deal_id"])
    _table(
        "sightings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("channel", SHORT, nullable=False),
        sa.Column("message_ts", SHORT, nullable=False),
        sa.Column("author", SHORT, nullable=True),
        sa.Column("app", SHORT, nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_as", sa.JSON(), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name="fk_sightings_deal_id_deals"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_sightings_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_sightings"),
        sa.UniqueConstraint("tenant_id", "channel", "message_ts", name="uq_sightings_tenant_id_channel_message_ts"),
    )
    op.create_index("ix_sightings_deal_id", "sightings", ["deal_id"])
    _table(
        "statements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("current_version", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name="fk_statements_deal_id_deals"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_statements_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_statements"),
    )
    op.create_index("ix_statements_deal_id", "statements", ["deal_id"])
    _table(
        "confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("said", SHORT, nullable=False),
        sa.Column("contact", SHORT, nullable=True),
        sa.Column("manner", SHORT, nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("manner IN ('each', 'read_all')", name=op.f("ck_confirmations_manner")),
        sa.CheckConstraint("said IN ('agreed', 'corrected', 'withdrawn')", name=op.f("ck_confirmations_said")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name="fk_confirmations_recorded_by_people"),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name="fk_confirmations_statement_id_statements"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_confirmations_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_confirmations"),
    )
    op.create_index("ix_confirmations_statement_id", "confirmations", ["statement_id"])
    _table(
        "statement_details",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("category", SHORT, nullable=True),
        sa.Column("owner", SHORT, nullable=True),
        sa.Column("source", SHORT, nullable=True),
        sa.Column("promised_by", SHORT, nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("owner IN ('rep', 'delivery', 'customer')", name=op.f("ck_statement_details_owner")),
        sa.CheckConstraint("source IN ('customer', 'assumption')", name=op.f("ck_statement_details_source")),
        sa.CheckConstraint("promised_by IN ('us', 'competitor')", name=op.f("ck_statement_details_promised_by")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name="fk_statement_details_statement_id_statements"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_statement_details_tenant_id_tenants"),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name="fk_statement_details_written_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_statement_details"),
    )
    op.create_index("ix_statement_details_statement_id", "statement_details", ["statement_id"])
    _table(
        "coached_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", SHORT, nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('kept', 'sharpened', 'moved', 'said_so', 'competitor')", name=op.f("ck_coached_versions_answer")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name="fk_coached_versions_answered_by_people"),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name="fk_coached_versions_statement_id_statements"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_coached_versions_tenant_id_tenants"),
        sa.PrimaryKeyConstraint("id", name="pk_coached_versions"),
        sa.UniqueConstraint("statement_id", "version", name="uq_coached_versions_statement_id_version"),
    )
    _table(
        "statement_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", SHORT, nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("on_list", sa.Boolean(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('expectation', 'priority')", name=op.f("ck_statement_versions_kind")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name="fk_statement_versions_statement_id_statements"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_statement_versions_tenant_id_tenants"),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name="fk_statement_versions_written_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_statement_versions"),
        sa.UniqueConstraint("statement_id", "version", name="uq_statement_versions_statement_id_version"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE_ON_POSTGRESQL)
    for table in EVIDENCE:
        _refuse_update(table)


def _table(name: str, *items: SchemaItem) -> None:
    # SQLite would give a deleted row's id to the next one, and ids are written on cards that stay in the channel.
    op.create_table(name, *items, sqlite_autoincrement=True)


def _refuse_update(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_update()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is evidence: rows are added, never changed'); END"
        )


REFUSE_ON_POSTGRESQL = """
CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is evidence: rows are added, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""
