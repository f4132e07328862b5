"""`firstcall export`: every deal completely, from both databases, and no cell that runs as a formula."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.cli.exit_codes import ExitCode
from bot.cli.export import FORMULA_STARTS, _cell
from handlers import export
from handlers.call.drafts import PRIVATE_FORMS
from storage.database import Database
from storage.models import (
    Attestation,
    AuditEntry,
    Brief,
    Challenge,
    ChallengeStep,
    CoachedVersion,
    Compliment,
    Confirmation,
    Contact,
    Deal,
    DealMember,
    DealReview,
    Draft,
    NextStep,
    OrderChange,
    Person,
    PromiseKeeper,
    PromiseOutcome,
    Recap,
    Referral,
    ReferralAgreement,
    ReferralAsk,
    Requirement,
    SelfCheck,
    Sighting,
    Statement,
    StatementDetails,
    StatementVersion,
    Tenant,
)
from storage.tenancy import scope
from tests.cli.conftest import CommandLine

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DOCS = Path(__file__).parents[2] / "docs" / "export.md"


def workspace(session: Session, external_id: str) -> None:
    """A workspace with a rep called Ada, and one whose name is not known yet."""
    tenant = Tenant(platform="slack", external_id=external_id, name=f"{external_id} Inc", created_at=NOON)
    session.add(tenant)
    session.flush()
    scope(session, tenant.id)
    session.add_all(
        [
            Person(external_id=f"U{external_id}ADA", name="Ada", created_at=NOON),
            Person(external_id=f"U{external_id}NEW", created_at=NOON),
        ]
    )


def deal(session: Session, tenant_id: int, owner_id: int, customer: str, heard_at: datetime, **more: Any) -> int:
    scope(session, tenant_id)
    row = Deal(
        owner_id=owner_id,
        customer=customer,
        customer_key=customer.casefold()[:200],
        stage="open",
        stage_since=heard_at,
        closed_at=heard_at,
        heard_at=heard_at,
        **more,
    )
    session.add(row)
    session.flush()
    return row.id


def northwind(session: Session) -> None:
    """A deal of workspace 1 with one of everything; an expectation was corrected, and agreed to in its new wording."""
    deal_id = deal(
        session,
        1,
        1,
        "Northwind «Dental»",
        NOON,
        amount_minor=4_500_050,
        currency="USD",
        period="year",
        sellers=3,
        close_date=NOON.date(),
        term_months=24,
        next_step="the kickoff call on 12 May",
        obstacle="Their old supplier calls",
        next_step_on=date(2026, 5, 12),
        refunded_at=NOON,
        kind="renewal",
        helped_by=["U7", "Jo Doe"],
        split="60/40",
        record_url="https://app.hubspot.com/1",
    )
    session.add_all(
        [
            Brief(
                deal_id=deal_id,
                version=1,
                decision_maker="Olga",
                functional_decision_maker="",
                sellers=2,
                opening="",
                elephant="the price",
                proposal="https://example.com/p",
                notes="met twice",
                written_by=1,
                at=NOON,
                requirements=[
                    Requirement(position=1, need="fast", commitment="under 2 minutes"),
                    Requirement(position=2, need="safe", commitment=""),
                ],
            ),
            Contact(deal_id=deal_id, role="decision_maker", name="Olga", updated_at=NOON),
            OrderChange(deal_id=deal_id, kind="refunded", was=None, became=None, reason="late", recorded_by=1, at=NOON),
            NextStep(
                deal_id=deal_id, step="the kickoff call on 12 May", due_on=date(2026, 5, 12), recorded_by=1, at=NOON
            ),
            Sighting(
                deal_id=deal_id,
                channel="C1",
                message_ts="1.2",
                author="U1",
                link="https://a.slack.com/archives/C1/p12",
                text="Just closed Northwind!",
                read_as={"decision": "sure"},
                seen_at=NOON,
            ),
        ]
    )
    for kind in ("expectation", "priority"):
        statement = Statement(deal_id=deal_id, current_version=1, created_at=NOON)
        session.add(statement)
        session.flush()
        session.add(word(statement.id, kind, 1, "keep me posted" if kind == "expectation" else "=40 mpg", 1))
    session.add_all(
        [
            said(1, 1, "corrected", NOON),
            word(1, "expectation", 2, "by phone, weekly", 2, WEEKLY),
            DealMember(deal_id=deal_id, person_id=2, role="engineer", added_by=1, added_at=NOON),
            PromiseKeeper(statement_id=1, person_id=2, assigned_by=1, at=NOON),
            StatementDetails(statement_id=1, category="price", promised_by="us", written_by=1, at=NOON),
            StatementDetails(
                statement_id=1, owner="delivery", source="customer", promised_by="competitor", written_by=1, at=NOON
            ),
            CoachedVersion(
                statement_id=1, version=1, question="How often?", answer="sharpened", answered_by=1, at=NOON
            ),
            said(1, 2, "agreed", NOON + timedelta(minutes=1)),
            PromiseOutcome(
                statement_id=1,
                version=2,
                state="missed",
                said_by="customer",
                contact="Olga",
                evidence="No call on Friday",
                reason="communication",
                recorded_by=1,
                at=NOON,
            ),
            Challenge(
                deal_id=deal_id,
                what="The scanner arrives late",
                severity=2,
                whose="ours",
                statement_id=1,
                discovered_at=NOON,
                tell_by=NOON + timedelta(hours=4),
                agreed_in=1,
                recorded_by=1,
                at=NOON,
                steps=[
                    ChallengeStep(step="told", how="phone", words="I called", happened_at=NOON, recorded_by=1, at=NOON)
                ],
            ),
            Compliment(deal_id=deal_id, contact="Olga", words="Best crew", said_at=NOON, recorded_by=1, at=NOON),
            Attestation(deal_id=deal_id, item="M2.1", holds=True, attested_by=1, at=NOON),
            ReferralAsk(deal_id=deal_id, step="names", recorded_by=1, at=NOON),
            Referral(deal_id=deal_id, name="Kim Secret", named_at=NOON, introduced_at=NOON, how_known="Sisters"),
            DealReview(deal_id=deal_id, person_id=1, did="My secret", more="", without_us="", at=NOON),
            SelfCheck(person_id=1, expectations=1, knowledge=1, ownership=1, at=NOON),
            *(
                Draft(deal_id=deal_id, person_id=1, form=form, state="{}", entries={"did": "My secret"}, typed_at=NOON)
                for form in PRIVATE_FORMS
            ),
            ReferralAgreement(
                deal_id=deal_id,
                outcome="not_now",
                number=5,
                definition="a clinic like ours",
                expectations=1,
                priorities=1,
                recorded_by=1,
                at=NOON,
            ),
            ReferralAgreement(
                deal_id=deal_id,
                outcome="agreed",
                number=3,
                definition="a clinic like ours",
                expectations=1,
                priorities=1,
                recorded_by=1,
                at=NOON + timedelta(days=1),
            ),
            Recap(deal_id=deal_id, version=1, body="Thanks, Olga", written_by=1, at=NOON, sent_at=NOON),
            AuditEntry(deal_id=deal_id, actor_id=None, action="heard", detail={"how": "message"}, at=NOON),
            AuditEntry(deal_id=deal_id, actor_id=1, action="started", detail={}, at=NOON),
        ]
    )
    session.flush()
    session.get_one(Statement, 1).current_version = 2


WEEKLY = [{"what": "channel", "text": "by phone"}, {"what": "frequency", "text": "weekly"}]


def word(
    statement_id: int,
    kind: str,
    version: int,
    wording: str,
    position: int,
    measures: list[dict[str, Any]] | None = None,
) -> StatementVersion:
    return StatementVersion(
        statement_id=statement_id,
        version=version,
        kind=kind,
        wording=wording,
        position=position,
        measures=measures or [],
        on_list=True,
        written_by=1,
        at=NOON,
    )


def said(statement_id: int, version: int, what: str, at: datetime) -> Confirmation:
    return Confirmation(
        statement_id=statement_id, version=version, said=what, contact="Olga", manner="each", recorded_by=1, at=at
    )


@pytest.fixture
def url(database_url: str) -> str:
    """Two workspaces: Northwind and a deal of no known currency in T1, a bare deal of another rep in T2."""
    database = Database(database_url)
    database.write_sync(workspace, "T1")
    database.write_sync(workspace, "T2")
    database.write_sync(northwind)
    database.write_sync(deal, 1, 2, "=cmd|' /C calc'!A0", NOON + timedelta(days=7), amount_minor=1_000)
    database.write_sync(deal, 2, 4, "Contoso", NOON + timedelta(days=7), amount_minor=5_000, currency="JPY")
    database.close_sync()
    return database_url


def exported(firstcall: CommandLine, url: str, *arguments: str) -> list[dict[str, Any]]:
    result = firstcall("export", *arguments, DATABASE_URL=url)
    assert result.exit_code == ExitCode.FINE, result.stderr
    document = json.loads(result.stdout)
    assert (document["format"], document["version"]) == ("firstcall-export", 1)
    deals: list[dict[str, Any]] = document["deals"]
    return deals


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_deal_is_exported_completely(firstcall: CommandLine, url: str) -> None:
    ada, new = {"id": "UT1ADA", "name": "Ada"}, {"id": "UT1NEW", "name": None}
    at = "2026-03-02T12:00:00+00:00"
    as_said = {"target": None, "baseline": None, "measures": [], "on_list": True, "written_by": ada, "at": at}
    first, *_ = exported(firstcall, url)
    assert first == {
        "id": 1,
        "workspace": {"platform": "slack", "id": "T1", "name": "T1 Inc"},
        "customer": "Northwind «Dental»",
        "amount": "45000.50",
        "currency": "USD",
        "period": "year",
        "stage": "open",
        "stage_since": at,
        "call_at": None,
        "closed_at": at,
        "heard_at": at,
        "close_date": "2026-03-02",
        "term_months": 24,
        "next_step": "the kickoff call on 12 May",
        "obstacle": "Their old supplier calls",
        "value_on": None,
        "refunded_at": at,
        "doubt": None,
        "next_step_on": "2026-05-12",
        "order_changes": [
            {"kind": "refunded", "was": None, "became": None, "reason": "late", "recorded_by": ada, "at": at}
        ],
        "next_steps": [
            {
                "step": "the kickoff call on 12 May",
                "due_on": "2026-05-12",
                "outcome": None,
                "recorded_by": ada,
                "at": at,
            }
        ],
        "kind": "renewal",
        "sellers": 3,
        "rep": ada,
        "helped_by": ["U7", "Jo Doe"],
        "split": "60/40",
        "record_url": "https://app.hubspot.com/1",
        "contacts": [
            {
                "role": "decision_maker",
                "name": "Olga",
                "phone": None,
                "email": None,
                "channel": None,
                "zone": None,
            }
        ],
        "close_to_call": {"tries": 0, "first_try_at": None, "call_at": None},
        "heard_in": [
            {
                "channel": "C1",
                "message": "1.2",
                "link": "https://a.slack.com/archives/C1/p12",
                "author": "U1",
                "text": "Just closed Northwind!",
                "seen_at": at,
            }
        ],
        "statements": [
            {
                "id": 1,
                "kind": "expectation",
                "on_list": True,
                "current_version": 2,
                "versions": [
                    {"version": 1, "kind": "expectation", "wording": "keep me posted", "position": 1, **as_said},
                    {
                        "version": 2,
                        "kind": "expectation",
                        "wording": "by phone, weekly",
                        "position": 2,
                        **as_said,
                        "measures": WEEKLY,
                    },
                ],
                "details": [
                    {
                        "category": "price",
                        "owner": None,
                        "source": None,
                        "promised_by": "us",
                        "written_by": ada,
                        "at": at,
                    },
                    {
                        "category": None,
                        "owner": "delivery",
                        "source": "customer",
                        "promised_by": "competitor",
                        "written_by": ada,
                        "at": at,
                    },
                ],
                "coached": [
                    {"version": 1, "question": "How often?", "answer": "sharpened", "answered_by": ada, "at": at}
                ],
                "outcomes": [
                    {
                        "version": 2,
                        "occasion": None,
                        "number": None,
                        "state": "missed",
                        "said_by": "customer",
                        "contact": "Olga",
                        "evidence": "No call on Friday",
                        "reason": "communication",
                        "recorded_by": ada,
                        "at": at,
                    }
                ],
                "notes": [],
                "confirmations": [
                    {
                        "version": 1,
                        "wording": "keep me posted",
                        "said": "corrected",
                        "said_by": "Olga",
                        "manner": "each",
                        "recorded_by": ada,
                        "at": at,
                    },
                    {
                        "version": 2,
                        "wording": "by phone, weekly",
                        "said": "agreed",
                        "said_by": "Olga",
                        "manner": "each",
                        "recorded_by": ada,
                        "at": "2026-03-02T12:01:00+00:00",
                    },
                ],
            },
            {
                "id": 2,
                "kind": "priority",
                "on_list": True,
                "current_version": 1,
                "versions": [{"version": 1, "kind": "priority", "wording": "=40 mpg", "position": 1, **as_said}],
                "confirmations": [],
                "details": [],
                "coached": [],
                "outcomes": [],
                "notes": [],
            },
        ],
        "attestations": [{"item": "M2.1", "holds": True, "by": ada, "at": at}],
        "referral_agreements": [
            {
                "outcome": "not_now",
                "referrals": 5,
                "definition": "a clinic like ours",
                "expectations": 1,
                "priorities": 1,
                "recorded_by": ada,
                "at": at,
            },
            {
                "outcome": "agreed",
                "referrals": 3,
                "definition": "a clinic like ours",
                "expectations": 1,
                "priorities": 1,
                "recorded_by": ada,
                "at": "2026-03-03T12:00:00+00:00",
            },
        ],
        "briefs": [
            {
                "version": 1,
                "decision_maker": "Olga",
                "functional_decision_maker": "",
                "sellers": 2,
                "requirements": [
                    {"need": "fast", "commitment": "under 2 minutes"},
                    {"need": "safe", "commitment": ""},
                ],
                "opening": "",
                "elephant": "the price",
                "proposal": "https://example.com/p",
                "notes": "met twice",
                "written_by": ada,
                "at": at,
            }
        ],
        "referral_counts": {"agreed": 3, "got": 1, "introduced": 1, "met": 0, "won": 0},
        "referral_asks": [{"step": "names", "meeting_at": None, "recorded_by": ada, "at": at}],
        "introductions": [
            {
                "step": "introduced",
                "named_at": at,
                "introduced_at": at,
                "met_at": None,
                "won_at": None,
                "dropped_at": None,
            }
        ],
        "recaps": [{"version": 1, "body": "Thanks, Olga", "written_by": ada, "at": at, "sent_at": at}],
        "feasibility": [],
        "handoffs": [],
        "covers": [],
        "team": [{"person": new, "role": "engineer", "added_by": ada, "added_at": at, "removed_at": None}],
        "keepers": [{"statement": 1, "person": new, "by": ada, "at": at}],
        "drafts": [],
        "timeline": [
            {"at": at, "actor": None, "action": "heard", "detail": {"how": "message"}},
            {"at": at, "actor": ada, "action": "started", "detail": {}},
        ],
        "challenges": [
            {
                "what": "The scanner arrives late",
                "severity": 2,
                "whose": "ours",
                "statement": 1,
                "discovered_at": at,
                "tell_by": "2026-03-02T16:00:00+00:00",
                "agreed_in": 1,
                "state": "told",
                "told_in_time": True,
                "recorded_by": ada,
                "at": at,
                "steps": [
                    {
                        "step": "told",
                        "how": "phone",
                        "words": "I called",
                        "happened_at": at,
                        "recorded_by": ada,
                        "at": at,
                    }
                ],
            }
        ],
        "compliments": [{"contact": "Olga", "words": "Best crew", "said_at": at, "recorded_by": ada, "at": at}],
    }


def test_what_is_private_is_in_no_export(firstcall: CommandLine, url: str) -> None:
    """Neither a person whom a customer named, nor what a rep writes about themselves, typed or saved."""
    for kind in ("json", "csv"):
        found = firstcall("export", "--format", kind, DATABASE_URL=url).stdout
        assert "Olga" in found
        assert "ecret" not in found
        assert "Sisters" not in found


def test_every_deal_of_every_workspace_is_exported(firstcall: CommandLine, url: str) -> None:
    deals = exported(firstcall, url)
    assert [(each["workspace"]["id"], each["customer"], each["amount"]) for each in deals] == [
        ("T1", "Northwind «Dental»", "45000.50"),
        ("T1", "=cmd|' /C calc'!A0", "10.00"),
        ("T2", "Contoso", "5000"),
    ]
    assert deals[1]["rep"] == {"id": "UT1NEW", "name": None}


def test_one_workspace_can_be_chosen(firstcall: CommandLine, url: str) -> None:
    assert [each["customer"] for each in exported(firstcall, url, "--workspace", "T2")] == ["Contoso"]


def test_an_unknown_workspace_is_named(firstcall: CommandLine, url: str) -> None:
    result = firstcall("export", "--workspace", "T9", DATABASE_URL=url)
    assert (result.exit_code, result.stdout) == (ExitCode.FAILED, "")
    assert "T9" in result.stderr
    assert "T1, T2" in result.stderr


@pytest.mark.parametrize(
    ("since", "customers"),
    [("2026-03-02T12:00:00", 3), ("2026-03-02T12:00:01", 2), ("2026-03-03", 2), ("2026-04-01", 0)],
)
def test_since_filters_by_the_time_of_detection(since: str, customers: int, firstcall: CommandLine, url: str) -> None:
    assert len(exported(firstcall, url, "--since", since)) == customers


def test_pages_join_without_gaps(firstcall: CommandLine, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = exported(firstcall, url)
    monkeypatch.setattr(export, "PAGE_SIZE", 1)
    assert exported(firstcall, url) == whole


def test_the_csv_has_a_row_per_confirmation(firstcall: CommandLine, url: str) -> None:
    result = firstcall("export", "--format", "csv", DATABASE_URL=url)
    table = rows(result.stdout)
    assert [(row["deal"], row["statement"], row["version"], row["current"], row["said"]) for row in table] == [
        ("1", "1", "1", "no", "corrected"),
        ("1", "1", "2", "yes", "agreed"),
        ("1", "2", "1", "yes", ""),
        ("2", "", "", "", ""),
        ("3", "", "", "", ""),
    ]
    assert table[1] == {
        "workspace": "T1",
        "deal": "1",
        "customer": "Northwind «Dental»",
        "amount": "45000.50",
        "currency": "USD",
        "period": "year",
        "stage": "open",
        "closed_at": "2026-03-02T12:00:00+00:00",
        "close_date": "2026-03-02",
        "term_months": "24",
        "next_step": "the kickoff call on 12 May",
        "obstacle": "Their old supplier calls",
        "next_step_on": "2026-05-12",
        "refunded_at": "2026-03-02T12:00:00+00:00",
        "deal_kind": "renewal",
        "rep": "Ada",
        "helped_by": "U7, Jo Doe",
        "record_url": "https://app.hubspot.com/1",
        "statement": "1",
        "kind": "expectation",
        "version": "2",
        "current": "yes",
        "position": "2",
        "wording": "by phone, weekly",
        "target": "by phone, weekly",
        "baseline": "",
        "on_list": "yes",
        "written_by": "Ada",
        "written_at": "2026-03-02T12:00:00+00:00",
        "category": "",
        "owner": "delivery",
        "source": "customer",
        "promised_by": "competitor",
        "said": "agreed",
        "said_by": "Olga",
        "manner": "each",
        "recorded_by": "Ada",
        "recorded_at": "2026-03-02T12:01:00+00:00",
        "referral_outcome": "agreed",
        "referrals": "3",
        "recap_sent_at": "2026-03-02T12:00:00+00:00",
    }
    assert table[3]["rep"] == "UT1NEW"


def test_no_cell_is_a_formula(firstcall: CommandLine, url: str) -> None:
    result = firstcall("export", "--format", "csv", DATABASE_URL=url)
    table = rows(result.stdout)
    assert table[2]["wording"] == "'=40 mpg"
    assert table[3]["customer"] == "'=cmd|' /C calc'!A0"
    assert not [cell for row in table for cell in row.values() if cell.startswith(FORMULA_STARTS)]


@given(st.text() | st.integers(min_value=0) | st.none())
def test_a_cell_keeps_its_text_and_never_begins_a_formula(value: str | int | None) -> None:
    cell = _cell(value)
    assert not str(cell).startswith(FORMULA_STARTS)
    assert cell in (value, f"'{value}")


def test_the_table_is_utf_8_for_excel_and_its_lines_end_as_the_standard_says(
    firstcall: CommandLine, url: str, tmp_path: Path
) -> None:
    out = tmp_path / "deals.csv"
    firstcall("export", "--format", "csv", "--out", str(out), DATABASE_URL=url)
    data = out.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfworkspace,deal,")
    assert data.count(b"\r\n") == data.count(b"\n") == 6
    assert "«".encode() in data


def test_the_file_is_complete_and_its_owners_alone(firstcall: CommandLine, url: str, tmp_path: Path) -> None:
    out = tmp_path / "out" / "deals.json"
    out.parent.mkdir()
    result = firstcall("export", "--out", str(out), DATABASE_URL=url)
    assert (result.stdout, result.stderr) == ("", f"3 deals written to {out}.\n")
    assert len(json.loads(out.read_text("utf-8"))["deals"]) == 3
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(out.parent.iterdir()) == [out]


def test_a_failed_export_leaves_the_old_file(
    firstcall: CommandLine, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "deals.csv"
    out.parent.mkdir()
    out.write_text("of yesterday")
    # A column that the header does not have makes the writer stop in the middle.
    monkeypatch.setattr(export, "COLUMNS", export.COLUMNS[:3])
    with pytest.raises(ValueError, match="fields not in fieldnames"):
        firstcall("export", "--format", "csv", "--out", str(out), DATABASE_URL=url)
    assert out.read_text() == "of yesterday"
    assert list(out.parent.iterdir()) == [out]


def test_a_file_that_cannot_be_written_is_named(firstcall: CommandLine, url: str) -> None:
    result = firstcall("export", "--out", "nowhere/deals.json", DATABASE_URL=url)
    assert result.exit_code == ExitCode.FAILED
    assert "nowhere/deals.json" in result.stderr


def test_the_docs_name_every_column_and_field(firstcall: CommandLine, url: str) -> None:
    text = DOCS.read_text("utf-8")
    tables = [re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", part, re.MULTILINE) for part in text.split("## CSV")]
    fields, columns = ([name.strip("` ") for row in table for name in row.split(",")] for table in tables)
    assert tuple(columns) == export.COLUMNS
    assert fields == list(exported(firstcall, url)[0])
