"""Evidence is append-only: the database itself refuses an UPDATE, but allows erasure to delete rows."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage.database import Database
from storage.models import (
    Attestation,
    AuditEntry,
    Base,
    Brief,
    Challenge,
    ChallengeStep,
    CoachedVersion,
    Confirmation,
    DealReview,
    FeasibilityAnswer,
    FeasibilityAsk,
    Handoff,
    HandoffReading,
    NextStep,
    OrderChange,
    OwnWords,
    PlaybookVersion,
    PromiseKeeper,
    PromiseOutcome,
    ReferralAgreement,
    ReferralAsk,
    Requirement,
    SelfCheck,
    Statement,
    StatementDetails,
    StatementNote,
    StatementVersion,
    Tenant,
)
from tests.storage.given import NOON, a_deal, a_tenant

pytestmark = pytest.mark.both_databases

EVIDENCE = [table for table in Base.metadata.sorted_tables if table.info.get("append_only")]


def every_kind_of_evidence(session: Session) -> None:
    deal_id = a_deal(session, a_tenant(session))
    statement = Statement(deal_id=deal_id, created_at=NOON)
    by, at = 1, NOON
    handoff = Handoff(deal_id=deal_id, receiver_id=by, sent_by=by, state="offered", sent_at=at)
    session.add_all([statement, handoff])
    session.flush()
    ask = FeasibilityAsk(statement_id=statement.id, version=1, person_id=by, asked_by=by, at=at)
    session.add(ask)
    session.flush()
    session.add_all(
        [
            StatementVersion(
                statement_id=statement.id, version=1, kind="priority", wording="On time", position=1, measures=[],
                on_list=True, written_by=by, at=at,
            ),
            StatementDetails(statement_id=statement.id, promised_by="us", written_by=by, at=at),
            CoachedVersion(
                statement_id=statement.id, version=1, question="By when?", answer="kept", answered_by=by, at=at
            ),
            PromiseOutcome(
                statement_id=statement.id, version=1, state="kept", said_by="customer", recorded_by=by, at=at
            ),
            StatementNote(statement_id=statement.id, version=1, text="Ask Kim", written_by=by, at=at),
            Challenge(
                deal_id=deal_id, what="Late", severity=1, whose="ours", discovered_at=at, tell_by=at, recorded_by=by,
                at=at, steps=[ChallengeStep(step="told", how="chat", happened_at=at, recorded_by=by, at=at)],
            ),
            OrderChange(deal_id=deal_id, kind="cancelled", was="open", became="cancelled", recorded_by=by, at=at),
            NextStep(deal_id=deal_id, step="Kickoff", recorded_by=by, at=at),
            ReferralAsk(deal_id=deal_id, step="not_now", recorded_by=by, at=at),
            DealReview(deal_id=deal_id, person_id=by, did="I called", more="", without_us="", at=at),
            SelfCheck(person_id=by, expectations=3, knowledge=4, ownership=5, at=at),
            FeasibilityAnswer(
                ask_id=ask.id, statement_id=statement.id, version=1, answer="can_do", answered_by=by, at=at
            ),
            HandoffReading(
                handoff_id=handoff.id, statement_id=statement.id, version=1, said="confirmed", words="In time",
                recorded_by=by, at=at,
            ),
            PromiseKeeper(statement_id=statement.id, person_id=by, assigned_by=by, at=at),
            Brief(
                deal_id=deal_id, version=1, decision_maker="Jo", functional_decision_maker="", opening="", elephant="",
                proposal="", notes="", written_by=by, at=at,
                requirements=[Requirement(position=1, need="On time", commitment="")],
            ),
            PlaybookVersion(version=1, changes="", at=at),
            OwnWords(person_id=by, rule="M2.1", words="Who decides?", written_by=by, at=at),
            Attestation(deal_id=deal_id, item="M2.1", holds=True, attested_by=by, at=at),
            AuditEntry(deal_id=deal_id, actor_id=by, action="heard", detail={}, at=at),
            ReferralAgreement(
                deal_id=deal_id, outcome="agreed", number=2, definition="A dentist", expectations=3, priorities=2,
                recorded_by=by, at=at,
            ),
        ]
    )  # fmt: skip
    session.flush()
    session.add(Confirmation(statement_id=statement.id, version=1, said="agreed", manner="each", recorded_by=by, at=at))


def run(session: Session, statement: str) -> int:
    return session.connection().exec_driver_sql(statement).rowcount


def test_confirmations_versions_and_the_audit_log_are_evidence() -> None:
    assert {table.name for table in EVIDENCE} >= {"confirmations", "statement_versions", "audit_log"}


@pytest.mark.parametrize("table", EVIDENCE, ids=lambda table: table.name)
def test_evidence_cannot_be_changed_and_can_be_erased(database: Database, table: Table) -> None:
    database.write_sync(every_kind_of_evidence)
    before = database.read_sync(lambda session: session.connection().execute(table.select()).all())
    assert before

    for column in table.columns:
        with pytest.raises(DBAPIError, match=f"{table.name} is evidence: rows are added, never changed"):
            database.write_sync(run, f"UPDATE {table.name} SET {column.name} = {column.name}")

    assert database.read_sync(lambda session: session.connection().execute(table.select()).all()) == before
    for child in Base.metadata.sorted_tables:
        if any(key.column.table is table for key in child.foreign_keys):  # delete the rows that refer to it first
            database.write_sync(run, f"DELETE FROM {child.name}")
    assert database.write_sync(run, f"DELETE FROM {table.name}") == len(before)


def test_other_tables_can_be_updated(database: Database) -> None:
    database.write_sync(every_kind_of_evidence)

    assert database.write_sync(run, "UPDATE deals SET customer = 'Northwind'") == 1


def test_a_refused_update_in_a_savepoint_does_not_roll_back_the_rest(database: Database) -> None:
    def try_to_update(session: Session) -> None:
        a_tenant(session, "T2")
        with pytest.raises(DBAPIError), session.begin_nested():
            run(session, "UPDATE audit_log SET action = 'sent'")

    database.write_sync(every_kind_of_evidence)
    database.write_sync(try_to_update)

    assert database.read_sync(lambda session: session.scalars(select(Tenant.external_id)).all()) == ["T1", "T2"]
